//! What the core needs from the desktop, and no more.
//!
//! The shell implements it with Tauri's plugins and the operating system; a story without a window implements it
//! with a few lines of its own.

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use crate::time::Millis;

/// The desktop around the core.
pub trait Desktop: Send + Sync + 'static {
    /// Opens a page in the person's own browser. Only `http`, `https` and `mailto` reach this.
    fn open(&self, url: &Url) -> Result<(), DesktopFailure>;

    /// Puts a text on the clipboard.
    fn copy(&self, text: &str) -> Result<(), DesktopFailure>;

    /// The text on the clipboard, which may be a secret. May take a while: its owner is another program.
    fn copied(&self) -> Result<SecretString, DesktopFailure>;

    /// The wall clock.
    fn now(&self) -> Millis;

    /// Fills the slice with unpredictable bytes from the operating system.
    fn random(&self, bytes: &mut [u8]) -> Result<(), DesktopFailure>;

    /// Where secrets are kept.
    fn keychain(&self) -> Arc<dyn Keychain>;
}

/// The desktop could not do it; the text is for the log and for `reason`, and holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DesktopFailure(pub String);

/// The operating system's store of secrets: Secret Service, macOS Keychain, Windows Credential Manager.
///
/// Every call may block, on a prompt even: callers use a blocking thread and a time limit
/// (`accounts::vault` is the only caller).
pub trait Keychain: Send + Sync + 'static {
    /// The secret stored for this service and user, if there is one.
    fn read(&self, service: &str, user: &str) -> Result<Option<SecretString>, KeychainFailure>;

    /// Stores the secret, over an older one.
    fn write(&self, service: &str, user: &str, secret: &SecretString) -> Result<(), KeychainFailure>;

    /// Deletes the secret; one that is not there counts as deleted.
    fn delete(&self, service: &str, user: &str) -> Result<(), KeychainFailure>;
}

/// Why the keychain did not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeychainFailure {
    /// There is none on this machine (no session bus, no Secret Service).
    #[error("there is no keychain")]
    Absent,
    /// There is one and it is locked, or a prompt was dismissed.
    #[error("the keychain is locked")]
    Locked,
    /// It did not answer in time; most often it shows a prompt.
    #[error("the keychain did not answer in time")]
    TimedOut,
    /// What is stored there is not what Wingman stored.
    #[error("the keychain's entry is damaged")]
    Damaged,
    /// Anything else, in the platform's words.
    #[error("the keychain failed: {0}")]
    Other(String),
}
