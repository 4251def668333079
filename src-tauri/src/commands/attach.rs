//! What goes with a question.

use std::path::PathBuf;

use tauri::ipc::Channel;
use wingman_core::Result;
use wingman_core::accounts::AccountId;
use wingman_core::attachments::{Attachment, AttachmentId, Picked, Shown};
use wingman_core::chat::{ConversationId, Draft};

use crate::desktop::files;
use crate::desktop::windows::Windows;
use crate::shell::Shell;

pub async fn attach(
    shell: &Shell,
    label: &str,
    account: AccountId,
    conversation: Option<ConversationId>,
    name: String,
    data: String,
) -> Result<Attachment> {
    shell.core.chat()?.attach(&Windows::draft(label, account, conversation), &name, data).await
}

pub async fn pick_attachments(
    shell: &Shell,
    label: &str,
    account: AccountId,
    conversation: Option<ConversationId>,
    title: String,
    channel: Channel<Picked>,
) -> Result<()> {
    let files = files::what_to_attach(shell.app(), &title).await;
    attach_all(shell, &Windows::draft(label, account, conversation), files, channel).await
}

pub async fn take_dropped(
    shell: &Shell,
    label: &str,
    account: AccountId,
    conversation: Option<ConversationId>,
    drop: u32,
    channel: Channel<Picked>,
) -> Result<()> {
    attach_all(shell, &Windows::draft(label, account, conversation), shell.drops.take(drop), channel).await
}

pub async fn paste_picture(
    shell: &Shell,
    label: &str,
    account: AccountId,
    conversation: Option<ConversationId>,
    name: String,
) -> Result<Option<Attachment>> {
    let chat = shell.core.chat()?;
    let Some((width, height, pixels)) = shell.copied_picture().await else { return Ok(None) };
    chat.attach_pixels(&Windows::draft(label, account, conversation), &name, width, height, pixels).await.map(Some)
}

async fn attach_all(shell: &Shell, draft: &Draft, files: Vec<PathBuf>, channel: Channel<Picked>) -> Result<()> {
    let chat = shell.core.chat()?;
    // All are named before the first is read, so that a person sees what is on its way.
    for (place, path) in (0..).zip(&files) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let _ = channel.send(Picked::Reading { place, name });
    }
    for (place, path) in (0..).zip(&files) {
        let told = match chat.attach_file(draft, path).await {
            Ok(attachment) => Picked::Read { place, attachment },
            Err(error) => Picked::Failed { place, error },
        };
        // A page that is gone hears nothing; what was chosen lies in the draft all the same.
        let _ = channel.send(told);
    }
    Ok(())
}

pub async fn attachments(
    shell: &Shell,
    label: &str,
    account: AccountId,
    conversation: Option<ConversationId>,
) -> Result<Vec<Attachment>> {
    shell.core.chat()?.attachments(&Windows::draft(label, account, conversation)).await
}

pub async fn detach(shell: &Shell, attachment: AttachmentId) -> Result<()> {
    shell.core.chat()?.detach(&attachment).await
}

pub async fn thumbnail(shell: &Shell, attachment: AttachmentId) -> Result<Option<String>> {
    shell.core.chat()?.thumbnail(&attachment).await
}

pub async fn attachment(shell: &Shell, attachment: AttachmentId) -> Result<Shown> {
    shell.core.chat()?.attachment(&attachment).await
}
