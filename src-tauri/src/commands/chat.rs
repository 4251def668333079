//! Conversations.

use tauri::async_runtime;
use tauri::ipc::Channel;
use wingman_core::Result;
use wingman_core::accounts::AccountId;
use wingman_core::chat::{
    ConversationId, ConversationPage, ConversationPatch, ConversationView, Question, Sent, Turn, TurnId, WaitingId,
    WatchId,
};
use wingman_core::copilot::Models;

use crate::desktop::state::WindowMessage;
use crate::desktop::windows::Windows;
use crate::shell::Shell;

pub async fn conversations(
    shell: &Shell,
    account: AccountId,
    before: Option<ConversationId>,
) -> Result<ConversationPage> {
    let page = shell.core.chat()?.conversations(&account, before.as_ref()).await;
    // The window asks for its list once it stands.
    shell.core.window_is_up();
    page
}

pub async fn watch_conversation(
    shell: &Shell,
    conversation: ConversationId,
    channel: Channel<ConversationPatch>,
) -> Result<ConversationView> {
    let chat = shell.core.chat()?;
    let (view, mut patches) = chat.watch(&conversation).await?;
    let watch = view.watch;
    async_runtime::spawn(async move {
        while let Some(patch) = patches.recv().await {
            if channel.send(patch).is_err() {
                chat.unwatch(watch); // the page is gone
                break;
            }
        }
    });
    Ok(view)
}

pub async fn acknowledge(shell: &Shell, watch: WatchId, sequence: f64) -> Result<()> {
    // Sequence numbers are small whole numbers; JavaScript has no other kind of number to send them in.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked by what it is compared with")]
    shell.core.chat()?.acknowledge(watch, sequence as u64);
    Ok(())
}

pub async fn unwatch(shell: &Shell, watch: WatchId) -> Result<()> {
    shell.core.chat()?.unwatch(watch);
    Ok(())
}

pub async fn earlier_turns(shell: &Shell, conversation: ConversationId, before: TurnId) -> Result<Vec<Turn>> {
    shell.core.chat()?.earlier_turns(&conversation, &before).await
}

pub async fn send(shell: &Shell, label: &str, question: Question) -> Result<Sent> {
    let conversation = question.conversation.clone();
    let question = Question { desk: Windows::desk(label), ..question };
    let sent = shell.core.chat()?.send(question).await?;
    // The stored draft went with the question; another window may have been writing there, too. A new chat is each
    // window's own.
    if let Some(conversation) = conversation {
        shell.windows.tell_others(Some(label), &WindowMessage::Sent { conversation });
    }
    Ok(sent)
}

pub async fn stop(shell: &Shell, conversation: ConversationId) -> Result<()> {
    shell.core.chat()?.stop(&conversation);
    Ok(())
}

pub async fn retry(shell: &Shell, conversation: ConversationId) -> Result<()> {
    shell.core.chat()?.retry(&conversation).await
}

pub async fn regenerate(
    shell: &Shell,
    conversation: ConversationId,
    answer: TurnId,
    model: Option<String>,
) -> Result<()> {
    shell.core.chat()?.regenerate(&conversation, &answer, model).await
}

pub async fn edit_question(shell: &Shell, conversation: ConversationId, question: TurnId, text: String) -> Result<()> {
    shell.core.chat()?.edit(&conversation, &question, &text).await
}

pub async fn branch(shell: &Shell, conversation: ConversationId, turn: TurnId) -> Result<ConversationId> {
    shell.core.chat()?.branch(&conversation, &turn).await
}

pub async fn show_version(shell: &Shell, conversation: ConversationId, turn: TurnId) -> Result<()> {
    shell.core.chat()?.show_version(&conversation, &turn).await
}

pub async fn send_waiting(shell: &Shell, conversation: ConversationId, waiting: WaitingId) -> Result<()> {
    shell.core.chat()?.send_waiting(&conversation, &waiting).await
}

pub async fn move_waiting(shell: &Shell, conversation: ConversationId, waiting: WaitingId, place: u32) -> Result<()> {
    shell.core.chat()?.move_waiting(&conversation, &waiting, place).await
}

pub async fn take_waiting(shell: &Shell, conversation: ConversationId, waiting: WaitingId) -> Result<String> {
    shell.core.chat()?.take_waiting(&conversation, &waiting).await
}

pub async fn drop_waiting(shell: &Shell, conversation: ConversationId, waiting: WaitingId) -> Result<()> {
    shell.core.chat()?.drop_waiting(&conversation, &waiting).await
}

pub async fn copy_answer(shell: &Shell, turn: TurnId) -> Result<()> {
    let text = shell.core.chat()?.text(&turn).await?;
    shell.core.copy_text(&text)
}

pub async fn rename_conversation(shell: &Shell, conversation: ConversationId, title: String) -> Result<()> {
    shell.core.chat()?.rename(&conversation, &title).await
}

pub async fn hand_over(shell: &Shell, conversation: ConversationId, to: AccountId) -> Result<ConversationId> {
    shell.core.chat()?.hand_over(&conversation, &to).await
}

pub async fn draft(shell: &Shell, label: &str, account: AccountId) -> Result<String> {
    shell.core.chat()?.draft(&Windows::draft(label, account, None)).await
}

pub async fn save_draft(
    shell: &Shell,
    label: &str,
    account: AccountId,
    conversation: Option<ConversationId>,
    text: String,
) -> Result<()> {
    shell.core.chat()?.save_draft(&Windows::draft(label, account, conversation), &text).await
}

pub async fn models(shell: &Shell, account: AccountId) -> Result<Models> {
    shell.core.chat()?.models(&account).await
}

pub async fn choose_model(shell: &Shell, conversation: ConversationId, model: Option<String>) -> Result<()> {
    shell.core.chat()?.choose_model(&conversation, model.as_deref()).await
}
