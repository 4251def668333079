//! This desktop, for the core: browser, clipboard, clock, random bytes, keychain; and what only the shell knows of:
//! the windows, the deep link, what is dropped, and around them the tray, the summoning keys, notifications and the start at login.

pub mod deep_link;
pub mod drawing;
pub mod drops;
pub mod files;
mod keychain;
mod login_start;
mod notification;
pub mod place;
mod shortcut;
#[cfg(target_os = "linux")]
mod spelling;
pub mod state;
pub mod surroundings;
#[cfg_attr(not(target_os = "linux"), path = "tray_elsewhere.rs")]
mod tray;
pub mod window;
pub mod windows;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use secrecy::SecretString;
use tauri::AppHandle;
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use url::Url;
use wingman_core::desktop::{Desktop, DesktopFailure, EndedAnswer, Keychain};
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

    fn clear(&self) -> Result<(), DesktopFailure> {
        self.app.clipboard().clear().map_err(|error| DesktopFailure(error.to_string()))
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

    fn answer_ended(&self, answer: EndedAnswer) {
        notification::tell(&self.app, answer);
    }
}

/// Whether this is a Wayland desktop: there a program cannot place its windows, nor hear keys outside them.
fn is_wayland() -> bool {
    cfg!(target_os = "linux")
        && (std::env::var_os("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty())
            || std::env::var("XDG_SESSION_TYPE").is_ok_and(|kind| kind == "wayland"))
}
