//! A desktop without a window: its keychain lives in memory, its browser only notes what it is to open.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use parking_lot::Mutex;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;
use wingman_core::desktop::{Desktop, DesktopFailure, Keychain, KeychainFailure};
use wingman_core::time::Millis;

/// The desktop.
#[derive(Default)]
pub(crate) struct Desk {
    opened: Mutex<Option<Url>>,
    keychain: Arc<Drawer>,
}

/// Its keychain, by user: one service is all that a story has.
#[derive(Default)]
struct Drawer(Mutex<HashMap<String, SecretString>>);

impl Desk {
    /// The page that was opened last.
    pub(crate) fn opened(&self) -> Option<Url> {
        self.opened.lock().clone()
    }

    /// Puts something into the keychain.
    pub(crate) fn keep(&self, user: &str, secret: &str) {
        self.keychain.0.lock().insert(user.to_owned(), secret.into());
    }
}

impl Desktop for Desk {
    fn open(&self, url: &Url) -> Result<(), DesktopFailure> {
        *self.opened.lock() = Some(url.clone());
        Ok(())
    }

    fn copy(&self, _text: &str) -> Result<(), DesktopFailure> {
        Ok(())
    }

    fn copied(&self) -> Result<SecretString, DesktopFailure> {
        Err(DesktopFailure("nothing was copied".to_owned()))
    }

    fn clear(&self) -> Result<(), DesktopFailure> {
        Ok(())
    }

    fn now(&self) -> Millis {
        let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), DesktopFailure> {
        getrandom::fill(bytes).map_err(|error| DesktopFailure(error.to_string()))
    }

    fn keychain(&self) -> Arc<dyn Keychain> {
        self.keychain.clone()
    }
}

impl Keychain for Drawer {
    fn read(&self, _service: &str, user: &str) -> Result<Option<SecretString>, KeychainFailure> {
        Ok(self.0.lock().get(user).cloned())
    }

    fn write(&self, _service: &str, user: &str, secret: &SecretString) -> Result<(), KeychainFailure> {
        self.0.lock().insert(user.to_owned(), secret.expose_secret().into());
        Ok(())
    }

    fn delete(&self, _service: &str, user: &str) -> Result<(), KeychainFailure> {
        self.0.lock().remove(user);
        Ok(())
    }
}
