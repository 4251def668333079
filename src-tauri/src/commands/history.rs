//! The history and who can open it: passphrase and key. What is typed goes into the core and nowhere else.

use wingman_core::Result;
use wingman_core::passphrase::Typed;

use crate::shell::Shell;

pub async fn unlock_history(shell: &Shell, passphrase: Typed) -> Result<()> {
    shell.core.unlock(passphrase.0);
    Ok(())
}

pub async fn start_without_history(shell: &Shell) -> Result<()> {
    shell.core.start_without_history();
    Ok(())
}

pub async fn set_passphrase(shell: &Shell, passphrase: Typed) -> Result<()> {
    shell.core.set_passphrase(passphrase.0).await
}

pub async fn remove_passphrase(shell: &Shell) -> Result<()> {
    shell.core.remove_passphrase().await
}

pub async fn change_history_key(shell: &Shell, passphrase: Option<Typed>) -> Result<()> {
    shell.core.change_key(passphrase.map(|typed| typed.0)).await
}
