//! This desktop, for the core: browser, clipboard, clock, random bytes, keychain; and what only the shell knows of:
//! the window, the deep link and what is dropped.

pub mod deep_link;
pub mod drops;
mod keychain;
pub mod window;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use secrecy::SecretString;
use tauri::AppHandle;
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use url::Url;
use wingman_core::desktop::{Desktop, DesktopFailure, Keychain};
use wingman_core::time::Millis;

pub use keychain::SystemKeychain;

/// The desktop as Tauri and the operating system give it.
pub struct TauriDesktop {
    app: AppHandle,
    keychain: Arc<SystemKeychain>,
}

impl TauriDesktop {
    /// For this application.
    pub fn new(app: AppHandle) -> Self {
        Self { app, keychain: Arc::new(SystemKeychain) }
    }
}

impl Desktop for TauriDesktop {
    fn open(&self, url: &Url) -> Result<(), DesktopFailure> {
        // The plugin's error can quote the URL, and a sign-in link is nobody's business.
        tauri_plugin_opener::open_url(url.as_str(), None::<&str>)
            .map_err(|_quotes_the_url| DesktopFailure("no program opened the link".into()))
    }

    fn copy(&self, text: &str) -> Result<(), DesktopFailure> {
        self.app.clipboard().write_text(text).map_err(|error| DesktopFailure(error.to_string()))
    }

    fn copied(&self) -> Result<SecretString, DesktopFailure> {
        let text = self.app.clipboard().read_text().map_err(|error| DesktopFailure(error.to_string()))?;
        Ok(SecretString::from(text))
    }

    fn now(&self) -> Millis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), DesktopFailure> {
        getrandom::fill(bytes).map_err(|error| DesktopFailure(error.to_string()))
    }

    fn keychain(&self) -> Arc<dyn Keychain> {
        self.keychain.clone()
    }
}
