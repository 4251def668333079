//! Tokens as they are used: whose is good, whose is dead, and one renewal for all who wait.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::{AccountId, Renewal, TokenRecord, Tokens, Vault};
use crate::error::{Code, Error, Result};
use crate::http::Clock;
use crate::time::Millis;

/// A token is renewed this long before its end, so that it does not end on its way.
const BEFORE_ITS_END: i64 = 5 * 60 * 1000;

/// How wrong a clock is taken to be at most: a token without a successor is tried for so long past its end.
const WRONG_CLOCK: i64 = 24 * 60 * 60 * 1000;

/// How long another Wingman, which has spent our refresh token a moment ago, may take to put the new token into the
/// keychain.
const ANOTHER_ONE: Duration = Duration::from_secs(2);

/// How often it is looked whether it did.
const LOOK: Duration = Duration::from_millis(100);

/// The vault's tokens, with what became known of them while they were used. Clones are the same.
#[derive(Clone)]
pub struct LiveTokens {
    inner: Arc<Inner>,
}

struct Inner {
    vault: Arc<Vault>,
    renewal: Arc<dyn Renewal>,
    clock: Clock,
    /// The login of each account, for the words of an error.
    logins: Mutex<HashMap<AccountId, String>>,
    /// One renewal at a time for an account; whoever comes later finds its result.
    renewing: Mutex<HashMap<AccountId, Arc<tokio::sync::Mutex<()>>>>,
    dead: watch::Sender<BTreeSet<AccountId>>,
}

impl LiveTokens {
    /// The tokens of this vault, and how the next ones are got.
    pub fn new(vault: Arc<Vault>, renewal: Arc<dyn Renewal>, clock: Clock) -> Self {
        Self {
            inner: Arc::new(Inner {
                vault,
                renewal,
                clock,
                logins: Mutex::default(),
                renewing: Mutex::default(),
                dead: watch::Sender::new(BTreeSet::new()),
            }),
        }
    }

    /// The account is known by this login; after a sign-in its token counts as good again.
    pub fn signed_in(&self, account: &AccountId, login: &str) {
        self.inner.logins.lock().insert(account.clone(), login.to_owned());
        self.inner.dead.send_if_modified(|dead| dead.remove(account));
    }

    /// The accounts whose token GitHub refused in this run. They stay listed until they sign in again.
    pub fn sign_in_needed(&self) -> watch::Receiver<BTreeSet<AccountId>> {
        self.inner.dead.subscribe()
    }

    /// A token other than `refused`. In a task of its own: the refresh spends the old token, so whoever waits for it
    /// may go away, but its answer must be kept.
    async fn renew(&self, account: &AccountId, refused: SecretString) -> Result<SecretString> {
        let (inner, account) = (Arc::clone(&self.inner), account.clone());
        let renewed = tokio::spawn(async move { inner.renew(&account, &refused).await });
        renewed.await.unwrap_or_else(|_| Err(Error::new(Code::Internal).with("reason", "the renewal broke off")))
    }
}

impl Inner {
    fn sign_in_needed_of(&self, account: &AccountId) -> Error {
        self.named(account, Error::new(Code::SignInNeeded))
    }

    fn named(&self, account: &AccountId, error: Error) -> Error {
        match self.logins.lock().get(account) {
            Some(login) => error.with("login", login),
            None => error,
        }
    }

    fn mark_dead(&self, account: &AccountId) -> Error {
        self.dead.send_if_modified(|dead| dead.insert(account.clone()));
        self.sign_in_needed_of(account)
    }

    fn alive(&self, account: &AccountId) -> Result<()> {
        if self.dead.borrow().contains(account) { Err(self.sign_in_needed_of(account)) } else { Ok(()) }
    }

    async fn record(&self, account: &AccountId) -> Result<Arc<TokenRecord>> {
        self.alive(account)?;
        self.vault.load(account).await?.ok_or_else(|| self.sign_in_needed_of(account))
    }

    /// The one that somebody else got meanwhile, or the next one; stored before anybody uses it. An account whose only
    /// token was refused must sign in.
    async fn renew(&self, account: &AccountId, refused: &SecretString) -> Result<SecretString> {
        let gate = Arc::clone(self.renewing.lock().entry(account.clone()).or_default());
        let _one_at_a_time = gate.lock().await;
        self.alive(account)?;
        let record = self.vault.load_again(account).await?.ok_or_else(|| self.sign_in_needed_of(account))?;
        if record.access.expose_secret() != refused.expose_secret() {
            return Ok(record.access.clone());
        }
        let renewed = self.renewal.renew(account, &record).await;
        let next = match renewed {
            Ok(next) => next,
            Err(error) if error.code == Code::SignInNeeded && record.refresh.is_some() => {
                return self.renewed_elsewhere(account, refused).await;
            }
            Err(error) if error.code == Code::SignInNeeded => return self.held_instead(account, refused).await,
            Err(error) => return Err(self.named(account, error)),
        };
        let access = next.access.clone();
        match self.vault.replace(account, &record, next).await {
            Ok(Some(_kept)) => Ok(access),
            // Signed out, or in again, while GitHub was asked.
            Ok(None) => self.held_instead(account, refused).await,
            // It works for this request all the same.
            Err(error) => {
                tracing::error!(code = ?error.code, "a renewed token does not fit into the keychain");
                Ok(access)
            }
        }
    }

    /// GitHub takes a refresh token once: where it refuses ours, another Wingman may have been the first, and its answer
    /// may still be on the way to the keychain. Nobody is asked to sign in before that was waited for.
    async fn renewed_elsewhere(&self, account: &AccountId, refused: &SecretString) -> Result<SecretString> {
        let patience = Instant::now() + ANOTHER_ONE;
        loop {
            let held = self.vault.load_again(account).await?.ok_or_else(|| self.sign_in_needed_of(account))?;
            if held.access.expose_secret() != refused.expose_secret() {
                return Ok(held.access.clone());
            }
            if Instant::now() >= patience {
                return Err(self.mark_dead(account));
            }
            sleep(LOOK).await;
        }
    }

    /// The token that is held now, when it is another than the refused one; otherwise the account must sign in.
    async fn held_instead(&self, account: &AccountId, refused: &SecretString) -> Result<SecretString> {
        match self.vault.load(account).await? {
            Some(held) if held.access.expose_secret() != refused.expose_secret() => Ok(held.access.clone()),
            Some(_) => Err(self.mark_dead(account)),
            None => Err(self.sign_in_needed_of(account)),
        }
    }
}

#[async_trait]
impl Tokens for LiveTokens {
    async fn token(&self, account: &AccountId) -> Result<SecretString> {
        let record = self.inner.record(account).await?;
        let Some(end) = record.expires_at else { return Ok(record.access.clone()) };
        let now = (self.inner.clock)();
        let in_time = |margin: i64, end: Millis| now < end.plus(margin);
        // Without a successor, a token is dead by GitHub's refusal only, unless it is past its end by any clock.
        let margin = if record.refresh.is_some() { -BEFORE_ITS_END } else { WRONG_CLOCK };
        if in_time(margin, end) {
            return Ok(record.access.clone());
        }
        match self.renew(account, record.access.clone()).await {
            // It is good for some minutes still, and the network may be back by then.
            Err(error) if error.code != Code::SignInNeeded && in_time(0, end) => {
                tracing::warn!(code = ?error.code, "a token could not be renewed yet");
                Ok(record.access.clone())
            }
            renewed => renewed,
        }
    }

    async fn refused(&self, account: &AccountId, token: &SecretString) -> Result<SecretString> {
        self.renew(account, token.clone()).await
    }

    fn refused_again(&self, account: &AccountId) -> Error {
        self.inner.mark_dead(account)
    }
}

#[cfg(test)]
#[path = "live_tests.rs"]
mod tests;
