//! Accounts: who is in use, and signing out.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;

use super::{ACCOUNT, House, Open};
use crate::accounts::{Account, AccountId, AccountState};
use crate::error::{Code, Result};
use crate::github::GitHub;
use crate::store::profiles::Profile;
use crate::store::{profiles, settings};

impl House {
    /// Whether the account's token is at hand. A keychain that cannot be asked now is told by the account's state,
    /// and takes nothing away.
    pub(super) async fn stored_token(&self, open: &Open, profile: &Profile) -> Result<AccountState> {
        // Another host is configured than it signed in at: its chats can be read, its token goes nowhere.
        if !self.is_of_our_host(&profile.id) {
            return Ok(AccountState::SignInNeeded);
        }
        match open.vault.load(&profile.id).await {
            Ok(Some(_)) => {
                open.tokens.signed_in(&profile.id, &profile.login);
                Ok(AccountState::SignedIn)
            }
            Ok(None) => Ok(AccountState::SignInNeeded),
            Err(error) if error.code == Code::KeychainLocked => Err(error),
            Err(error) => {
                tracing::warn!(code = ?error.code, "an account's entry in the keychain cannot be used");
                Ok(AccountState::SignInNeeded)
            }
        }
    }

    /// Makes this the account in use, in every window and at the next start.
    pub(super) async fn use_account(&self, account: &AccountId) -> Result<()> {
        let open = self.open()?;
        if !self.windows.state().accounts.iter().any(|known| known.id == *account) {
            return Err(Code::NotFound.into());
        }
        let stored = account.clone();
        open.store.write(move |change| settings::set(change, ACCOUNT, &stored)).await?;
        self.windows.change(|state| state.account = Some(account.clone()));
        Ok(())
    }

    /// Local secrets first: whatever the network, the keychain or the database do, each of the others is done.
    pub(super) async fn sign_out(self: &Arc<Self>, account: &AccountId) -> Result<()> {
        let open = self.open()?;
        if !self.windows.state().accounts.iter().any(|known| known.id == *account) {
            return Err(Code::NotFound.into());
        }
        open.chat.stop_all_of(account).await;
        let removed = open.vault.remove(account).await;
        open.copilot.dismiss(account).await;
        if let Some(record) = removed.record {
            // The person does not wait for it: the token is gone here, and this makes it worthless elsewhere.
            let (house, github, account) = (self.clone(), open.github.clone(), account.clone());
            self.tasks.spawn(async move { house.revoke(&github, &account, &record.access).await });
        }
        let id = account.clone();
        let marked = open.store.write(move |change| profiles::set_signed_out(change, &id, true)).await;
        self.windows.change(|state| {
            state.accounts.retain(|known| known.id != *account);
            if state.account.as_ref() == Some(account) {
                state.account = state.accounts.first().map(|account| account.id.clone());
            }
        });
        marked?;
        if let Some(failure) = removed.left {
            // Signed out by the database all the same; the person must know that an entry may be left.
            tracing::warn!(%failure, "the keychain did not delete an account's entry");
            return Err(failure.into());
        }
        Ok(())
    }

    /// Makes a token worthless at GitHub, as well as that can be done: at its own host, and only where a client is
    /// configured.
    pub(super) async fn revoke(&self, github: &GitHub, account: &AccountId, token: &SecretString) {
        let Ok(config) = self.config() else { return };
        let Some(client) = config.github.client.as_ref().filter(|_| self.is_of_our_host(account)) else { return };
        if let Err(error) = github.revoke(&client.id, client.secret.as_ref(), token).await {
            tracing::warn!(code = ?error.code, "GitHub could not be told that a token is given up");
        }
    }

    /// Whether it is an account of the configured host: another's token must not be sent there.
    fn is_of_our_host(&self, account: &AccountId) -> bool {
        self.config().is_ok_and(|config| config.github.endpoints.host().as_str() == account.host())
    }
}

/// A profile as the window sees it.
pub(super) fn shown(profile: &Profile, state: AccountState, kept: bool) -> Account {
    Account {
        id: profile.id.clone(),
        host: profile.id.host().to_owned(),
        login: profile.login.clone(),
        name: profile.name.clone(),
        avatar: profile
            .avatar
            .as_ref()
            .map(|picture| format!("data:{};base64,{}", picture.media_type, STANDARD.encode(&picture.bytes))),
        state,
        kept,
    }
}
