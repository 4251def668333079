//! Signing in and out.

use wingman_core::Result;
use wingman_core::accounts::AccountId;

use crate::shell::Shell;

pub async fn sign_in(shell: &Shell) -> Result<()> {
    shell.core.sign_in().await
}

pub async fn reopen_browser(shell: &Shell) -> Result<()> {
    shell.core.reopen_browser().await
}

pub async fn copy_sign_in_link(shell: &Shell) -> Result<()> {
    shell.core.copy_sign_in_link()
}

pub async fn cancel_sign_in(shell: &Shell) -> Result<()> {
    shell.core.cancel_sign_in();
    Ok(())
}

pub async fn dismiss_sign_in(shell: &Shell) -> Result<()> {
    shell.core.dismiss_sign_in();
    Ok(())
}

pub async fn use_account(shell: &Shell, account: AccountId) -> Result<()> {
    shell.core.use_account(&account).await
}

pub async fn sign_out(shell: &Shell, account: AccountId) -> Result<()> {
    shell.core.sign_out(&account).await
}
