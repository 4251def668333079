//! The database's key: out of the keychain or behind a passphrase, made, changed, and found again after a change that
//! was cut off.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use serde::Serialize;
use ts_rs::TS;

use super::starting::{AT_ONCE, FOR_A_PERSON, blocking};
use super::{House, KeychainState, Phase};
use crate::accounts::Vault;
use crate::desktop::KeychainFailure;
use crate::error::{Code, Error, Result};
use crate::passphrase;
use crate::store::{self, DatabaseKey, Place, Store, StoreError, sealed_key};

/// Where the history is, and who can open it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum HistoryPlace {
    /// In a file whose key is in the keychain.
    #[default]
    Keychain,
    /// In a file whose key only a passphrase opens.
    Passphrase,
    /// In memory, because there is no keychain.
    Memory,
    /// In memory, because it is configured so.
    MemoryOnly,
}

/// What the window says of the history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// Where it is.
    pub place: HistoryPlace,
    /// Whether a passphrase opens it, beside the keychain or in its place.
    pub passphrase: bool,
}

/// What was said about the way to the database in this run.
#[derive(Default)]
pub(super) struct Said {
    /// What the person typed.
    passphrase: Option<SecretString>,
    /// They go on without the chats that they cannot open now.
    without: bool,
    /// What is in memory already, where the way into a file failed.
    memory: Option<Store>,
}

impl House {
    pub(super) fn database(&self) -> PathBuf {
        self.places.data.join("wingman.db")
    }

    /// The database, with its key out of the keychain or from behind the passphrase.
    ///
    /// A key is only ever made for a database that does not exist yet: one whose key is gone is left as it is.
    pub(super) async fn open_store(&self, vault: &Vault) -> Result<Store> {
        let path = self.database();
        let sealed = at(&path, sealed_key::is_at).await?;
        if self.config()?.memory_only {
            return self.open_in_memory(History { place: HistoryPlace::MemoryOnly, passphrase: false }).await;
        }
        match vault.ready(AT_ONCE).await {
            Ok(()) => self.windows.change(|state| state.keychain = KeychainState::Available),
            Err(KeychainFailure::Absent) => {
                self.windows.change(|state| state.keychain = KeychainState::Absent);
                if !sealed || self.said.lock().without {
                    return self.open_in_memory(History { place: HistoryPlace::Memory, passphrase: sealed }).await;
                }
                let store = self.open_sealed(&path).await?;
                self.tell_place(HistoryPlace::Passphrase, true);
                return Ok(store);
            }
            // It shows a prompt, most likely: the window says what is waited for, and the person takes their time.
            Err(KeychainFailure::TimedOut) => {
                self.windows.change(|state| state.phase = Phase::KeychainLocked);
                vault.ready(FOR_A_PERSON).await?;
                self.windows.change(|state| state.phase = Phase::Starting);
            }
            Err(failure) => return Err(failure.into()),
        }
        let store = match vault.read_database_key().await? {
            Some(key) => self.open_with_keychain(&path, vault, key).await?,
            None if at(&path, Store::is_at).await? => {
                if !sealed {
                    return Err(Error::new(Code::StoreKeyMissing).retryable());
                }
                let store = self.open_sealed(&path).await?;
                // From here on the keychain opens it as well: this one may be new.
                if let Some(key) = store.key().cloned() {
                    vault.create_database_key(key).await?;
                }
                store
            }
            None => {
                let key = vault.create_database_key(self.new_key()?).await?;
                open_first(path.clone(), vec![key]).await?.0
            }
        };
        self.tell_place(HistoryPlace::Keychain, sealed);
        Ok(store)
    }

    async fn open_in_memory(&self, history: History) -> Result<Store> {
        let kept = self.said.lock().memory.take();
        let store = match kept {
            Some(store) => store,
            None => blocking(|| Store::open(Place::Memory)).await?,
        };
        self.windows.change(|state| state.history = history);
        Ok(store)
    }

    fn tell_place(&self, place: HistoryPlace, passphrase: bool) {
        self.windows.change(|state| state.history = History { place, passphrase });
    }

    /// With the keychain's key; or with the one that a change was about to put there, when it was cut off.
    async fn open_with_keychain(&self, path: &Path, vault: &Vault, key: DatabaseKey) -> Result<Store> {
        let next = vault.read_next_database_key().await?;
        let keys = std::iter::once(key).chain(next.clone()).collect();
        let (store, which) = open_first(path.to_owned(), keys).await?;
        if let Some(next) = next {
            if which > 0 {
                vault.replace_database_key(&next).await?;
            }
            vault.forget_next_database_key().await?;
        }
        Ok(store)
    }

    /// With what the person typed. `PassphraseNeeded` when they typed nothing yet.
    async fn open_sealed(&self, path: &Path) -> Result<Store> {
        let passphrase = self.said.lock().passphrase.take().ok_or(Code::PassphraseNeeded)?;
        let (at, with) = (path.to_owned(), passphrase.clone());
        let keys = blocking(move || sealed_key::open(&at, &with)).await?;
        let (several, all) = (keys.len() > 1, keys.clone());
        let (store, which) = open_first(path.to_owned(), keys).await?;
        if several {
            // A change of the key was cut off; the other one opens nothing any more.
            self.seal(passphrase, vec![all[which].clone()]).await?;
        }
        Ok(store)
    }

    /// The person typed a passphrase at the start.
    pub(super) fn unlock(&self, passphrase: SecretString) {
        *self.said.lock() = Said { passphrase: Some(passphrase), ..Said::default() };
    }

    /// The person goes on without the chats that the passphrase opens, until Wingman is closed.
    pub(super) fn go_without(&self) {
        *self.said.lock() = Said { without: true, ..Said::default() };
    }

    /// Lets this passphrase open the history, in the place of an older one: beside the keychain, or, where there is none,
    /// to keep what is in memory so far.
    pub(super) async fn set_passphrase(self: &Arc<Self>, passphrase: SecretString) -> Result<()> {
        if !passphrase::is_long_enough(&passphrase) {
            return Err(Error::new(Code::PassphraseShort).with("characters", passphrase::SHORTEST));
        }
        let open = self.open()?;
        if let Some(key) = open.store.key().cloned() {
            self.seal(passphrase, vec![key]).await?;
            self.windows.change(|state| state.history.passphrase = true);
            return Ok(());
        }
        if self.config()?.memory_only {
            return Err(Error::new(Code::Internal).with("reason", "nothing is to be kept"));
        }
        let path = self.database();
        // Chats of a time when there was a keychain: they are not written over.
        if at(&path, Store::is_at).await? {
            return Err(Error::new(Code::StoreKeyMissing).retryable());
        }
        let key = self.new_key()?;
        self.seal(passphrase.clone(), vec![key.clone()]).await?;
        self.leave().await;
        let (memory, to) = (open.store.clone(), path.clone());
        let kept = blocking(move || memory.keep(to, key)).await;
        if kept.is_ok() {
            self.unlock(passphrase);
        } else {
            // What is in memory stays there, and nothing half done is left.
            let _ = blocking(move || sealed_key::forget(&path)).await;
            *self.said.lock() = Said { memory: Some(open.store.clone()), ..Said::default() };
        }
        self.clone().start().await;
        kept
    }

    /// No passphrase opens the history any more; the keychain does.
    pub(super) async fn remove_passphrase(&self) -> Result<()> {
        if self.windows.state().history.place != HistoryPlace::Keychain {
            return Err(Error::new(Code::Internal).with("reason", "nothing else opens the history"));
        }
        let path = self.database();
        blocking(move || sealed_key::forget(&path)).await?;
        self.windows.change(|state| state.history.passphrase = false);
        Ok(())
    }

    /// Gives the database another key. Where a passphrase opens it too, that is needed; `PassphraseWrong` when it is
    /// another one, and then nothing has changed.
    ///
    /// The new key is kept before the database has it, and the old one for as long as the database may have that: a
    /// change that is cut off is found at the next start, whichever key it left.
    pub(super) async fn change_key(self: &Arc<Self>, passphrase: Option<SecretString>) -> Result<()> {
        let open = self.open()?;
        let Some(old) = open.store.key().cloned() else {
            return Err(Error::new(Code::Internal).with("reason", "the history has no key"));
        };
        let (state, path, new) = (self.windows.state().history, self.database(), self.new_key()?);
        if state.passphrase {
            let given = passphrase.clone().ok_or(Code::PassphraseNeeded)?;
            let at = path.clone();
            blocking(move || sealed_key::open(&at, &given).map(drop)).await?;
        }
        let by_keychain = state.place == HistoryPlace::Keychain;
        if by_keychain {
            open.vault.keep_next_database_key(&new).await?;
        }
        if let Some(passphrase) = passphrase.clone().filter(|_| state.passphrase) {
            self.seal(passphrase, vec![old.clone(), new.clone()]).await?;
        }
        self.leave().await;
        let changed = async {
            open.store.close().await?;
            let (at, to) = (path, new.clone());
            blocking(move || store::change_key(&at, &old, &to)).await?;
            if by_keychain {
                open.vault.replace_database_key(&new).await?;
                open.vault.forget_next_database_key().await?;
            }
            if let Some(passphrase) = passphrase.clone().filter(|_| state.passphrase) {
                self.seal(passphrase, vec![new]).await?;
            }
            Ok(())
        };
        let changed = changed.await;
        if let (false, Some(passphrase)) = (by_keychain, passphrase) {
            self.unlock(passphrase);
        }
        // Whatever became of it: the start opens the database with the key that it has.
        self.clone().start().await;
        changed
    }

    async fn seal(&self, passphrase: SecretString, keys: Vec<DatabaseKey>) -> Result<()> {
        let (path, desktop) = (self.database(), self.desktop.clone());
        blocking(move || {
            let fill = |bytes: &mut [u8]| desktop.random(bytes).map_err(std::io::Error::other);
            sealed_key::seal(&path, &passphrase, &keys.iter().collect::<Vec<_>>(), fill)
        })
        .await
    }

    fn new_key(&self) -> Result<DatabaseKey> {
        DatabaseKey::generate(|bytes| self.desktop.random(bytes))
            .map_err(|failure| Error::new(Code::Internal).with("reason", failure))
    }
}

/// Opens the database with the first of these keys that opens it, and says which.
async fn open_first(path: PathBuf, keys: Vec<DatabaseKey>) -> Result<(Store, usize)> {
    blocking(move || {
        // Asked first: a key that was replaced may open an older copy, and that must not take the place of this one.
        let mut which = 0;
        if keys.len() > 1 {
            for (place, key) in keys.iter().enumerate() {
                if Store::opens_with(&path, key)? {
                    which = place;
                    break;
                }
            }
        }
        let key = keys.get(which).ok_or(StoreError::Unexpected("no key at all"))?;
        open(&path, key).map(|store| (store, which))
    })
    .await
}

fn open(path: &Path, key: &DatabaseKey) -> std::result::Result<Store, StoreError> {
    match Store::open(Place::File { path: path.to_owned(), key }) {
        Err(StoreError::Newer { .. }) => Store::open_newer(path.to_owned(), key),
        opened => opened,
    }
}

async fn at(path: &Path, look: fn(&Path) -> std::result::Result<bool, StoreError>) -> Result<bool> {
    let path = path.to_owned();
    blocking(move || look(&path)).await
}
