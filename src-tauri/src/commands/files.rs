//! Conversations into files and out of them. Which file, the person says in the system's own dialog: the window names
//! none and gets to know none.

use wingman_core::Result;
use wingman_core::accounts::AccountId;
use wingman_core::chat::{ConversationId, ExportFormat, ExportWords, Imported};

use crate::desktop::files;
use crate::shell::Shell;

pub async fn export_conversations(
    shell: &Shell,
    account: AccountId,
    conversations: Option<Vec<ConversationId>>,
    format: ExportFormat,
    words: ExportWords,
) -> Result<Option<u32>> {
    let chat = shell.core.chat()?;
    let name = chat.export_name(conversations.as_deref(), format).await?;
    let Some(to) = files::where_to_save(shell.app(), &name).await else { return Ok(None) };
    chat.export(&account, conversations, format, words, to).await.map(Some)
}

pub async fn import_conversations(shell: &Shell, account: AccountId) -> Result<Option<Imported>> {
    let chat = shell.core.chat()?;
    let Some(from) = files::what_to_open(shell.app(), &["json", "zip"]).await else { return Ok(None) };
    chat.import(&account, from).await.map(Some)
}

pub async fn print_page(shell: &Shell) -> Result<()> {
    files::print(shell.app())
}
