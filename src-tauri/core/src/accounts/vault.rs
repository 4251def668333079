//! The vault: the keychain's entries of ours, and what this run holds of them in memory.
//!
//! The only caller of [`Keychain`]. A keychain call can block for as long as a prompt stands on the screen, so each
//! runs on a thread of its own with a time limit. They run one after another: calls behind a hanging one time out too
//! instead of piling up threads and prompts, and a write that finishes late cannot overtake a later delete.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Semaphore, oneshot, watch};

use super::{AccountId, TokenRecord};
use crate::desktop::{Keychain, KeychainFailure};
use crate::error::{Code, Error};
use crate::store::DatabaseKey;

/// How long a keychain call may take when nobody is asked anything.
const LIMIT: Duration = Duration::from_secs(5);

/// The entry of the database's key; those of accounts and of shared runtimes hold a `/`.
const DATABASE: &str = "database";

/// The entry of the key that the database is about to get.
const NEXT: &str = "database-next";

/// Where a token is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In the keychain, for the next start too.
    Keychain,
    /// In memory until the program ends, since the keychain did not take it; the window says so.
    ThisRun(KeychainFailure),
}

/// What [`Vault::remove`] did.
#[derive(Debug)]
pub struct Removed {
    /// The record that was removed, to be revoked at GitHub; none when there was none or it could not be read.
    pub record: Option<Arc<TokenRecord>>,
    /// The entry may still be in the keychain, for this reason: the account must be marked as signed out elsewhere.
    pub left: Option<KeychainFailure>,
}

/// The keychain's entries of ours.
pub struct Vault {
    keychain: Arc<dyn Keychain>,
    service: String,
    limit: Duration,
    turn: Arc<Semaphore>,
    held: Mutex<HashMap<AccountId, Held>>,
    /// Counts changes of where tokens are kept.
    changes: watch::Sender<u64>,
}

struct Held {
    record: Arc<TokenRecord>,
    kept: Kept,
}

impl Vault {
    /// The vault of this keychain service.
    pub fn new(keychain: Arc<dyn Keychain>, service: impl Into<String>) -> Self {
        Self {
            keychain,
            service: service.into(),
            limit: LIMIT,
            turn: Arc::new(Semaphore::new(1)),
            held: Mutex::default(),
            changes: watch::Sender::new(0),
        }
    }

    /// The same with another time limit for a call.
    #[must_use]
    pub const fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Whether the keychain can be used now: `Absent`, `Locked`, `TimedOut`… when not. Waits for as long as `patience`
    /// allows, while a person unlocks it; the window shows that it waits.
    pub async fn ready(&self, patience: Duration) -> Result<(), KeychainFailure> {
        match self.call(DATABASE, patience, <dyn Keychain>::read).await {
            // What stands in the entry is not asked here.
            Ok(_) | Err(KeychainFailure::Damaged) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// Keeps the token, over an older one. It can be used in this run whatever the keychain says.
    pub async fn store(&self, account: &AccountId, record: TokenRecord) -> Result<Kept, Error> {
        let entry = record.entry().map_err(|fault| Error::new(Code::KeychainFailed).with("reason", fault))?;
        let record = Arc::new(record);
        // In memory first: after a refresh the old token is dead, and this may be the only copy of the new one.
        let unknown = Kept::ThisRun(KeychainFailure::TimedOut);
        self.held.lock().insert(account.clone(), Held { record: Arc::clone(&record), kept: unknown });
        Ok(self.put(account, &record, entry).await)
    }

    /// Writes what is held in memory already.
    async fn put(&self, account: &AccountId, record: &Arc<TokenRecord>, entry: SecretString) -> Kept {
        let kept = match self.write(account.as_str(), entry).await {
            Ok(()) => Kept::Keychain,
            Err(failure) => {
                tracing::warn!(%failure, "the token is kept for this run only");
                Kept::ThisRun(failure)
            }
        };
        if let Some(held) = self.held.lock().get_mut(account)
            && Arc::ptr_eq(&held.record, record)
        {
            held.kept = kept.clone();
        }
        self.changes.send_modify(|count| *count += 1);
        kept
    }

    /// Puts `next` in the place of `old`, unless the account was signed out or signed in again meanwhile: then nothing
    /// is stored, and the answer is none.
    pub async fn replace(
        &self,
        account: &AccountId,
        old: &Arc<TokenRecord>,
        next: TokenRecord,
    ) -> Result<Option<Kept>, Error> {
        let entry = next.entry().map_err(|fault| Error::new(Code::KeychainFailed).with("reason", fault))?;
        let next = Arc::new(next);
        {
            let mut held = self.held.lock();
            let Some(held) = held.get_mut(account).filter(|held| Arc::ptr_eq(&held.record, old)) else {
                return Ok(None);
            };
            *held = Held { record: Arc::clone(&next), kept: Kept::ThisRun(KeychainFailure::TimedOut) };
        }
        Ok(Some(self.put(account, &next, entry).await))
    }

    /// Changes whenever a token was stored: [`Vault::kept`] may answer differently now.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// The token record as the keychain has it now: another Wingman may have renewed it. What this run holds counts
    /// where the keychain does not have it, or cannot be asked.
    pub async fn load_again(&self, account: &AccountId) -> Result<Option<Arc<TokenRecord>>, Error> {
        let kept = self.kept(account);
        if kept.is_some_and(|kept| kept == Kept::Keychain)
            && let Ok(Some(entry)) = self.read(account.as_str(), self.limit).await
            && let Ok(record) = TokenRecord::of_entry(&entry)
            && let Some(held) = self.held.lock().get_mut(account)
            && held.kept == Kept::Keychain
        {
            held.record = Arc::new(record);
        }
        self.load(account).await
    }

    /// Whether anything is kept for this run only.
    pub fn has_pending(&self) -> bool {
        self.held.lock().values().any(|held| held.kept != Kept::Keychain)
    }

    /// Tries again to put into the keychain what is kept for this run only; true when nothing is left to put.
    pub async fn keep_pending(&self) -> bool {
        let pending: Vec<_> = self
            .held
            .lock()
            .iter()
            .filter(|(_, held)| held.kept != Kept::Keychain)
            .map(|(account, held)| (account.clone(), Arc::clone(&held.record)))
            .collect();
        let mut all = true;
        for (account, record) in pending {
            let again = TokenRecord::clone(&record);
            all &= matches!(self.replace(&account, &record, again).await, Ok(None | Some(Kept::Keychain)));
        }
        all
    }

    /// The account's token record; none when it has none, or only a damaged one: that account alone must sign in
    /// again. `KeychainLocked` and `KeychainFailed` say nothing about the account.
    pub async fn load(&self, account: &AccountId) -> Result<Option<Arc<TokenRecord>>, Error> {
        if let Some(held) = self.held.lock().get(account) {
            return Ok(Some(Arc::clone(&held.record)));
        }
        let entry = match self.read(account.as_str(), self.limit).await {
            Ok(entry) => entry,
            Err(KeychainFailure::Damaged) => {
                tracing::warn!("a keychain entry is damaged; its account must sign in again");
                None
            }
            // Without a keychain nothing was kept.
            Err(KeychainFailure::Absent) => None,
            Err(failure) => return Err(failure.into()),
        };
        let Some(entry) = entry else { return Ok(None) };
        let Ok(record) = TokenRecord::of_entry(&entry) else {
            tracing::warn!("a keychain entry is damaged; its account must sign in again");
            return Ok(None);
        };
        let mut held = self.held.lock();
        // Somebody may have stored a newer one while the keychain was asked.
        let held =
            held.entry(account.clone()).or_insert_with(|| Held { record: Arc::new(record), kept: Kept::Keychain });
        Ok(Some(Arc::clone(&held.record)))
    }

    /// Where the account's token is kept; none when this run holds none.
    pub fn kept(&self, account: &AccountId) -> Option<Kept> {
        self.held.lock().get(account).map(|held| held.kept.clone())
    }

    /// Deletes the account's token, here and in the keychain.
    pub async fn remove(&self, account: &AccountId) -> Removed {
        let record = self.load(account).await.ok().flatten();
        self.held.lock().remove(account);
        let deleted = self.call(account.as_str(), self.limit, <dyn Keychain>::delete);
        let left = match deleted.await {
            Ok(()) | Err(KeychainFailure::Absent) => None,
            Err(failure) => Some(failure),
        };
        Removed { record, left }
    }

    /// Keeps a token that is given up and could not be revoked yet, under a name of its own: the account is signed out.
    pub async fn keep_to_revoke(&self, account: &AccountId, record: &TokenRecord) -> Result<(), Error> {
        let entry = record.entry().map_err(|fault| Error::new(Code::KeychainFailed).with("reason", fault))?;
        Ok(self.write(&given_up(account), entry).await?)
    }

    /// The token that is given up and was not revoked yet.
    pub async fn to_revoke(&self, account: &AccountId) -> Result<Option<TokenRecord>, Error> {
        match self.read(&given_up(account), self.limit).await {
            Ok(entry) => Ok(entry.and_then(|entry| TokenRecord::of_entry(&entry).ok())),
            Err(KeychainFailure::Absent | KeychainFailure::Damaged) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    /// It is revoked, or can never be.
    pub async fn forget_to_revoke(&self, account: &AccountId) -> Result<(), Error> {
        Ok(self.call(&given_up(account), self.limit, <dyn Keychain>::delete).await?)
    }

    /// The database's key, when there is one. A damaged one is an error, never "none": the database it opens exists.
    pub async fn read_database_key(&self) -> Result<Option<DatabaseKey>, KeychainFailure> {
        let Some(entry) = self.read(DATABASE, self.limit).await? else {
            return Ok(None);
        };
        DatabaseKey::from_text(&entry).map(Some).ok_or(KeychainFailure::Damaged)
    }

    /// Keeps a new database key. One that is there already, whatever it is, is never written over: the answer is then
    /// `Other`. The key is read back before anything is encrypted with it.
    pub async fn create_database_key(&self, key: DatabaseKey) -> Result<DatabaseKey, KeychainFailure> {
        if self.read(DATABASE, self.limit).await?.is_some() {
            return Err(KeychainFailure::Other("there is a database key already".to_owned()));
        }
        self.write_key(DATABASE, &key).await?;
        Ok(key)
    }

    /// Keeps the key that the database is about to get, beside the one that it has; read back before it is used.
    pub async fn keep_next_database_key(&self, key: &DatabaseKey) -> Result<(), KeychainFailure> {
        self.write_key(NEXT, key).await
    }

    /// The key that the database was about to get, when a change of it was cut off.
    pub async fn read_next_database_key(&self) -> Result<Option<DatabaseKey>, KeychainFailure> {
        Ok(self.read(NEXT, self.limit).await?.as_ref().and_then(DatabaseKey::from_text))
    }

    /// The database has this key now: nothing opens with the older one any more.
    pub async fn replace_database_key(&self, key: &DatabaseKey) -> Result<(), KeychainFailure> {
        self.write_key(DATABASE, key).await
    }

    /// There is no other key any more.
    pub async fn forget_next_database_key(&self) -> Result<(), KeychainFailure> {
        self.call(NEXT, self.limit, <dyn Keychain>::delete).await
    }

    async fn write_key(&self, entry: &str, key: &DatabaseKey) -> Result<(), KeychainFailure> {
        let text = key.to_text();
        self.write(entry, text.clone()).await?;
        match self.read(entry, self.limit).await? {
            Some(read) if read.expose_secret() == text.expose_secret() => Ok(()),
            _ => Err(KeychainFailure::Other("the keychain did not keep the database key".to_owned())),
        }
    }

    pub(super) const fn limit(&self) -> Duration {
        self.limit
    }

    pub(super) async fn read(&self, user: &str, limit: Duration) -> Result<Option<SecretString>, KeychainFailure> {
        self.call(user, limit, <dyn Keychain>::read).await
    }

    pub(super) async fn write(&self, user: &str, entry: SecretString) -> Result<(), KeychainFailure> {
        self.call(user, self.limit, move |keychain, service, user| keychain.write(service, user, &entry)).await
    }

    /// One call on a thread of its own. The thread, not the waiting caller, holds the turn: a call that was given up
    /// still ends before the next begins.
    async fn call<T: Send + 'static>(
        &self,
        user: &str,
        limit: Duration,
        work: impl FnOnce(&(dyn Keychain + 'static), &str, &str) -> Result<T, KeychainFailure> + Send + 'static,
    ) -> Result<T, KeychainFailure> {
        let (keychain, service, user) = (Arc::clone(&self.keychain), self.service.clone(), user.to_owned());
        let turn = Arc::clone(&self.turn);
        let answer = async move {
            let Ok(turn) = turn.acquire_owned().await else {
                return Err(KeychainFailure::TimedOut);
            };
            let (answer, answered) = oneshot::channel();
            // No runtime's pool: a program that ends does not wait for a prompt that nobody answers.
            std::thread::Builder::new()
                .name("keychain".to_owned())
                .spawn(move || {
                    let result = work(&*keychain, &service, &user);
                    drop(turn);
                    let _ = answer.send(result); // nobody may be waiting any more
                })
                .map_err(|error| KeychainFailure::Other(error.kind().to_string()))?;
            answered.await.unwrap_or_else(|_| Err(KeychainFailure::Other("the call broke off".to_owned())))
        };
        tokio::time::timeout(limit, answer).await.unwrap_or(Err(KeychainFailure::TimedOut))
    }
}

/// The entry of a token that is given up. No account is called so.
fn given_up(account: &AccountId) -> String {
    format!("{account}/given-up")
}

impl From<KeychainFailure> for Error {
    fn from(failure: KeychainFailure) -> Self {
        match failure {
            KeychainFailure::Locked | KeychainFailure::TimedOut => Self::new(Code::KeychainLocked).retryable(),
            other => Self::new(Code::KeychainFailed).with("reason", other).retryable(),
        }
    }
}

#[cfg(test)]
#[path = "vault_tests.rs"]
mod tests;
