//! Finding conversations, and what is done with whole ones.

use wingman_core::Result;
use wingman_core::accounts::AccountId;
use wingman_core::chat::{ConversationId, ConversationPage, Finding, SearchPage, Turn, TurnId};

use crate::shell::Shell;

pub async fn search(shell: &Shell, account: AccountId, query: String, seen: Vec<ConversationId>) -> Result<SearchPage> {
    shell.core.chat()?.search(&account, &query, seen).await
}

pub async fn find_in_chat(shell: &Shell, conversation: ConversationId, query: String) -> Result<Vec<Finding>> {
    shell.core.chat()?.find_in(&conversation, &query).await
}

pub async fn show_turn(shell: &Shell, conversation: ConversationId, turn: TurnId) -> Result<bool> {
    shell.core.chat()?.show_turn(&conversation, &turn).await
}

pub async fn turns_back_to(
    shell: &Shell,
    conversation: ConversationId,
    before: TurnId,
    to: TurnId,
) -> Result<Vec<Turn>> {
    shell.core.chat()?.turns_back_to(&conversation, &before, &to).await
}

pub async fn archived_conversations(
    shell: &Shell,
    account: AccountId,
    before: Option<ConversationId>,
) -> Result<ConversationPage> {
    shell.core.chat()?.archived(&account, before.as_ref()).await
}

pub async fn pin_conversations(shell: &Shell, conversations: Vec<ConversationId>, pinned: bool) -> Result<()> {
    shell.core.chat()?.pin(&conversations, pinned).await
}

pub async fn archive_conversations(shell: &Shell, conversations: Vec<ConversationId>, archived: bool) -> Result<()> {
    shell.core.chat()?.archive(&conversations, archived).await
}

pub async fn delete_conversations(shell: &Shell, conversations: Vec<ConversationId>) -> Result<()> {
    shell.core.chat()?.put_in_bin(&conversations).await
}

pub async fn restore_conversations(shell: &Shell, conversations: Vec<ConversationId>) -> Result<Vec<ConversationId>> {
    shell.core.chat()?.restore(&conversations).await
}

pub async fn delete_all_conversations(shell: &Shell, account: AccountId) -> Result<u32> {
    shell.core.delete_all_conversations(&account).await
}
