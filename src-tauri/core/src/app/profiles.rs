//! Accounts: who is in use, and signing out.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{ACCOUNT, Account, AccountState, AppEvent, CopilotStanding, House, MembershipStanding, Open, agreement};
use crate::accounts::{AccountId, Grant, TokenRecord};
use crate::desktop::KeychainFailure;
use crate::error::{Code, Error, Result};
use crate::store::choices::AccountChoices;
use crate::store::profiles::Profile;
use crate::store::{profiles, settings};

impl House {
    /// Whether the account's token is at hand. A keychain that cannot be asked now is told by the account's state,
    /// and takes nothing away.
    pub(super) async fn stored_token(&self, open: &Open, profile: &Profile) -> Result<AccountState> {
        if let Some(newer) = open.store.closed_to_changes() {
            open.copilot.bar(&profile.id, Some(newer.clone().into()));
            return Ok(AccountState::ReadOnly);
        }
        // A host that this run does not talk to: its chats can be read, its token goes nowhere.
        match open.hosts.named(profile.id.host()) {
            Ok(_) => {}
            Err(error) if error.code == Code::HostNotAllowed => return Ok(disallow(open, profile)),
            Err(_) => return Ok(AccountState::SignInNeeded),
        }
        match open.vault.load(&profile.id).await {
            Ok(Some(record)) if !self.allows(&profile.id, &record)? => Ok(disallow(open, profile)),
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

    /// Whether a token that came in before is one that the policy lets in: by a way which is forbidden by now, or by
    /// another OAuth client at the policy's host, is no way around it.
    fn allows(&self, account: &AccountId, record: &TokenRecord) -> Result<bool> {
        let config = self.config()?;
        let client = || {
            let known = config.github.all().find(|host| host.endpoints.host().as_str() == account.host());
            known.and_then(|host| host.client.as_ref()).is_some_and(|client| client.id == record.client_id)
        };
        let by_client = !config.github.closed || record.grant == Grant::Pasted || client();
        Ok(config.ways.contains(&record.grant.way()) && by_client)
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
    /// Where the policy or the person says so, its chats go with it.
    pub(super) async fn sign_out(self: &Arc<Self>, account: &AccountId) -> Result<()> {
        if self.deletes_on_sign_out() { self.forget_account(account).await } else { self.take_leave(account).await }
    }

    async fn take_leave(self: &Arc<Self>, account: &AccountId) -> Result<()> {
        let open = self.open()?;
        if !self.windows.state().accounts.iter().any(|known| known.id == *account) {
            return Err(Code::NotFound.into());
        }
        // Until it is signed out.
        let _quiet = open.chat.stop_all_of(account).await;
        // Said first: killed after this, the next start takes out of the keychain what is left there.
        let id = account.clone();
        let marked = open.store.write(move |change| {
            agreement::note(change, &id)?;
            profiles::set_signed_out(change, &id, true)
        });
        let marked = marked.await;
        let left = self.take_token(&open, account).await;
        open.copilot.dismiss(account).await;
        self.gates.lock().remove(account);
        self.resting.lock().remove(account);
        if left.is_none() {
            let id = account.clone();
            // Not ticked off, it is looked at once more at the next start.
            let _ = open.store.write(move |change| agreement::end(change, &id)).await;
        }
        self.windows.change(|state| {
            state.accounts.retain(|known| known.id != *account);
            if state.account.as_ref() == Some(account) {
                state.account = state.accounts.first().map(|account| account.id.clone());
            }
        });
        marked?;
        if let Some(failure) = left {
            // Signed out by the database all the same; the person must know that an entry may be left.
            tracing::warn!(%failure, "the keychain did not delete an account's entry");
            return Err(failure.into());
        }
        Ok(())
    }

    /// Takes the account's token out of the keychain and has it revoked. What stays there is the answer.
    pub(super) async fn take_token(self: &Arc<Self>, open: &Open, account: &AccountId) -> Option<KeychainFailure> {
        if let Ok(Some(record)) = open.vault.load(account).await {
            // Noted before it is taken out: in between nobody would know of it. The person does not wait for GitHub:
            // the token is gone here, and this makes it worthless elsewhere.
            self.give_back(account, &record).await;
        }
        open.vault.remove(account).await.left
    }

    /// Signs everybody out; one that fails keeps no other from it.
    pub(super) async fn sign_out_all(self: &Arc<Self>) -> Result<()> {
        let mut told = Ok(());
        for account in self.windows.state().accounts {
            let signed_out = self.sign_out(&account.id).await;
            told = told.and(signed_out);
        }
        told
    }

    /// Signs the account out, then deletes what is here of it.
    pub(super) async fn forget_account(self: &Arc<Self>, account: &AccountId) -> Result<()> {
        let open = self.open()?;
        if !self.runs_here() {
            // The server has it still; afterwards nobody is connected that could tell it.
            open.chat.take_back_all_of(account).await;
        }
        let signed_out = self.take_leave(account).await;
        let id = account.clone();
        let gate = super::rounds::gate_name(account);
        let gone = open.store.write(move |change| {
            settings::remove(change, &gate)?;
            profiles::forget(change, &id)
        });
        let gone = gone.await?;
        for conversation in gone {
            self.windows.tell(&AppEvent::ConversationGone { id: conversation });
        }
        self.leave_nothing_behind(&open);
        signed_out
    }

    /// Makes a token worthless at GitHub; without a network, as soon as there is one, in a later run too. It is noted
    /// before it is tried: the program may end at once.
    pub(super) async fn give_back(self: &Arc<Self>, account: &AccountId, record: &TokenRecord) {
        if record.grant == Grant::Pasted {
            return;
        }
        let noted = self.note_given_up(account, record).await;
        let (house, account, record) = (self.clone(), account.clone(), record.clone());
        self.tasks.spawn(async move {
            let Ok(open) = house.open() else { return };
            if noted {
                return house.revoke_what_is_left(&open).await;
            }
            // Without a keychain it is known to this run only, which tries for as long as it lives.
            while house.revoke(&account, &record).await.is_err_and(|error| error.retryable) {
                tokio::select! {
                    biased;
                    () = house.ending.cancelled() => return,
                    () = tokio::time::sleep(REVOKE_AGAIN) => {}
                }
            }
        });
    }

    /// Keeps what is to be revoked; false where there is no keychain to keep it in.
    async fn note_given_up(&self, account: &AccountId, record: &TokenRecord) -> bool {
        let Ok(open) = self.open() else { return false };
        let note = async || {
            let id = account.clone();
            let noted = open.store.write(move |change| {
                let mut left: Vec<AccountId> = settings::get(change, GIVEN_UP)?.unwrap_or_default();
                if !left.contains(&id) {
                    left.push(id);
                }
                settings::set(change, GIVEN_UP, &left)
            });
            noted.await.is_ok()
        };
        // Named before the keychain has it, so that no entry is there which nobody knows of; and named again, since
        // what is named and not there is ticked off.
        note().await && open.vault.keep_to_revoke(account, record).await.is_ok() && note().await
    }

    /// Revokes what could not be revoked when it was given up.
    pub(super) async fn revoke_what_is_left(&self, open: &Open) {
        let left = open.store.read(|look| settings::get::<Vec<AccountId>>(look, GIVEN_UP)).await;
        for account in left.ok().flatten().unwrap_or_default() {
            let done = match open.vault.to_revoke(&account).await {
                // A policy that keeps us from its host may change; then it is not too late.
                Ok(Some(record)) => !self
                    .revoke(&account, &record)
                    .await
                    .is_err_and(|error| error.retryable || error.code == Code::HostNotAllowed),
                Ok(None) => true,
                Err(_locked) => false,
            };
            if !done || open.vault.forget_to_revoke(&account).await.is_err() {
                continue;
            }
            let gone = open.store.write(move |change| {
                let mut left: Vec<AccountId> = settings::get(change, GIVEN_UP)?.unwrap_or_default();
                left.retain(|known| *known != account);
                settings::set(change, GIVEN_UP, &left)
            });
            if let Err(error) = gone.await {
                tracing::warn!(%error, "a revocation could not be ticked off");
            }
        }
    }

    /// Makes a token worthless at GitHub, as well as that can be done: at its own host, by the client that it was made
    /// for. A token that the person made is theirs, and may be in use elsewhere.
    pub(super) async fn revoke(&self, account: &AccountId, record: &TokenRecord) -> Result<()> {
        if record.grant == Grant::Pasted {
            return Ok(());
        }
        let github = self.open()?.hosts.named(account.host())?;
        let client = self.client_at(github.endpoints().host()).map(|(_, client)| client);
        let secret = client.filter(|client| client.id == record.client_id).and_then(|client| client.secret);
        let refresh = record.refresh.as_ref();
        let revoked = github.revoke_with(&record.client_id, secret.as_ref(), &record.access, refresh).await;
        if let Err(error) = &revoked {
            tracing::warn!(code = ?error.code, "GitHub could not be told that a token is given up");
        }
        revoked
    }
}

/// How long until a token that could not be revoked, and is noted nowhere, is tried again.
const REVOKE_AGAIN: Duration = Duration::from_mins(1);

/// The name of the accounts whose given-up token is still to be revoked, in the database.
const GIVEN_UP: &str = "given-up";

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
        missing_scopes: Vec::new(),
        copilot: CopilotStanding::default(),
        membership: MembershipStanding::default(),
        spent: 0.0,
        choices: AccountChoices::default(),
    }
}

/// Keeps the account from sending anything; its token is left where it is, for the policy may change.
fn disallow(open: &Open, profile: &Profile) -> AccountState {
    let error = Error::new(Code::AccountNotAllowed).with("host", profile.id.host());
    open.copilot.bar(&profile.id, Some(error));
    AccountState::Disallowed
}
