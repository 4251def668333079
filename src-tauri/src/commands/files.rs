//! Conversations into files and out of them. Which file, the person says in the system's own dialog: the window names
//! none and gets to know none.

use wingman_core::accounts::AccountId;
use wingman_core::chat::{ConversationId, ExportFormat, ExportWords, Imported, SEALED};
use wingman_core::passphrase::Typed;
use wingman_core::{Code, Result};

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

pub async fn export_sealed(
    shell: &Shell,
    account: AccountId,
    conversations: Option<Vec<ConversationId>>,
    passphrase: Typed,
) -> Result<Option<u32>> {
    let chat = shell.core.chat()?;
    let name = chat.sealed_name(conversations.as_deref()).await?;
    let Some(to) = files::where_to_save(shell.app(), &name).await else { return Ok(None) };
    chat.export_sealed(&account, conversations, passphrase.0, to).await.map(Some)
}

pub async fn import_conversations(shell: &Shell, account: AccountId) -> Result<Option<Imported>> {
    let chat = shell.core.chat()?;
    let Some(from) = files::what_to_open(shell.app(), &["json", "zip", SEALED]).await else { return Ok(None) };
    let imported = chat.import(&account, from.clone()).await;
    if imported.as_ref().is_err_and(|error| error.code == Code::PassphraseNeeded) {
        shell.keep_sealed(from);
    }
    imported.map(Some)
}

pub async fn import_sealed(shell: &Shell, account: AccountId, passphrase: Typed) -> Result<Imported> {
    let from = shell.sealed().ok_or(Code::NotFound)?;
    shell.core.chat()?.import_sealed(&account, from, passphrase.0).await
}

pub async fn print_page(shell: &Shell) -> Result<()> {
    files::print(shell.app())
}
