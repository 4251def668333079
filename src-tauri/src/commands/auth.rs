//! Signing in and out.

use wingman_core::Result;
use wingman_core::accounts::AccountId;
use wingman_core::auth::SignInRequest;

use crate::shell::Shell;

pub async fn sign_in(shell: &Shell, request: SignInRequest) -> Result<()> {
    shell.core.sign_in(request).await
}

pub async fn copy_sign_in_code(shell: &Shell) -> Result<()> {
    shell.core.copy_sign_in_code()
}

pub async fn keep_account(shell: &Shell) -> Result<()> {
    shell.core.keep_account().await;
    Ok(())
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

pub async fn check_again(shell: &Shell) -> Result<()> {
    shell.core.check_again();
    Ok(())
}

pub async fn open_organization_page(shell: &Shell, account: AccountId, organization: String) -> Result<()> {
    shell.core.open_organization_page(&account, &organization)
}

pub async fn use_account(shell: &Shell, account: AccountId) -> Result<()> {
    shell.core.use_account(&account).await
}

pub async fn sign_out(shell: &Shell, account: AccountId) -> Result<()> {
    shell.core.sign_out(&account).await
}

pub async fn sign_out_all(shell: &Shell) -> Result<()> {
    shell.core.sign_out_all().await
}

pub async fn forget_account(shell: &Shell, account: AccountId) -> Result<()> {
    shell.core.forget_account(&account).await
}
