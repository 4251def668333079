//! A keychain in memory whose failures are switched on, for tests.

use std::collections::HashMap;

use parking_lot::{Condvar, Mutex};
use secrecy::{ExposeSecret, SecretString};

use crate::desktop::{Keychain, KeychainFailure};

/// How it behaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mood {
    /// As it should.
    #[default]
    Works,
    /// Every call fails like this.
    Fails(KeychainFailure),
    /// Every call waits until the mood changes: a prompt that nobody answers.
    Hangs,
}

/// The keychain, with what is in it.
#[derive(Default)]
pub(crate) struct FakeKeychain {
    mood: Mutex<Mood>,
    changed: Condvar,
    /// By service and user.
    pub(crate) entries: Mutex<HashMap<(String, String), String>>,
}

impl FakeKeychain {
    pub(crate) fn be(&self, mood: Mood) {
        *self.mood.lock() = mood;
        self.changed.notify_all();
    }

    fn pass(&self) -> Result<(), KeychainFailure> {
        let mut mood = self.mood.lock();
        while *mood == Mood::Hangs {
            self.changed.wait(&mut mood);
        }
        match &*mood {
            Mood::Fails(failure) => Err(failure.clone()),
            _ => Ok(()),
        }
    }
}

impl Keychain for FakeKeychain {
    fn read(&self, service: &str, user: &str) -> Result<Option<SecretString>, KeychainFailure> {
        self.pass()?;
        Ok(self.entries.lock().get(&(service.into(), user.into())).map(|entry| entry.as_str().into()))
    }

    fn write(&self, service: &str, user: &str, secret: &SecretString) -> Result<(), KeychainFailure> {
        self.pass()?;
        self.entries.lock().insert((service.into(), user.into()), secret.expose_secret().into());
        Ok(())
    }

    fn delete(&self, service: &str, user: &str) -> Result<(), KeychainFailure> {
        self.pass()?;
        self.entries.lock().remove(&(service.into(), user.into()));
        Ok(())
    }
}
