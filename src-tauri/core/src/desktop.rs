//! What the core needs from the desktop, and no more.
//!
//! The shell implements it with Tauri's plugins and the operating system; a story without a window implements it
//! with a few lines of its own.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::accounts::AccountId;
use crate::chat::ConversationId;
use crate::time::Millis;

/// The desktop around the core.
pub trait Desktop: Send + Sync + 'static {
    /// Opens a page in the person's own browser. Only `http`, `https` and `mailto` reach this.
    fn open(&self, url: &Url) -> Result<(), DesktopFailure>;

    /// Puts a text on the clipboard.
    fn copy(&self, text: &str) -> Result<(), DesktopFailure>;

    /// The text on the clipboard, which may be a secret. May take a while: its owner is another program.
    fn copied(&self) -> Result<SecretString, DesktopFailure>;

    /// Empties the clipboard.
    fn clear(&self) -> Result<(), DesktopFailure>;

    /// Empties the clipboard if it holds exactly this text; anything else is the person's. May take a while.
    fn take_back(&self, text: &SecretString) -> Result<(), DesktopFailure> {
        // Nothing on it, or a picture, is not the text either.
        let there = self.copied().is_ok_and(|copied| copied.expose_secret() == text.expose_secret());
        if there { self.clear() } else { Ok(()) }
    }

    /// The wall clock.
    fn now(&self) -> Millis;

    /// Fills the slice with unpredictable bytes from the operating system.
    fn random(&self, bytes: &mut [u8]) -> Result<(), DesktopFailure>;

    /// Where secrets are kept.
    fn keychain(&self) -> Arc<dyn Keychain>;

    /// An answer ended. A desktop with windows tells the person who is not looking; by itself it is nothing.
    fn answer_ended(&self, answer: EndedAnswer) {
        let _ = answer;
    }
}

/// The end of an answer, for whoever may not have seen it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedAnswer {
    /// Where it stands.
    pub conversation: ConversationId,
    /// Whose conversation that is.
    pub account: AccountId,
    /// The conversation's title.
    pub title: String,
    /// Whether it is whole; one that the person stopped is not told at all.
    pub complete: bool,
    /// How long it took, in milliseconds.
    pub took: u64,
    /// How it begins, on one line. Shown to the person alone, and only where they want that.
    pub beginning: String,
}

impl EndedAnswer {
    /// Whether a person is likely to have gone on to something else meanwhile, or must know in any case.
    pub fn is_worth_telling(&self) -> bool {
        !self.complete || self.took > LONG
    }
}

/// An answer that took longer was waited for elsewhere, in milliseconds.
const LONG: u64 = 10_000;

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

/// The keychain of whoever is to keep nothing.
#[derive(Debug)]
pub struct NoKeychain;

impl Keychain for NoKeychain {
    fn read(&self, _service: &str, _user: &str) -> Result<Option<SecretString>, KeychainFailure> {
        Err(KeychainFailure::Absent)
    }

    fn write(&self, _service: &str, _user: &str, _secret: &SecretString) -> Result<(), KeychainFailure> {
        Err(KeychainFailure::Absent)
    }

    fn delete(&self, _service: &str, _user: &str) -> Result<(), KeychainFailure> {
        Err(KeychainFailure::Absent)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_waited_for_or_went_wrong_is_worth_telling() {
        let ended = |complete, took| EndedAnswer {
            conversation: ConversationId("c".into()),
            account: AccountId::new("github.com", 1),
            title: "Rust".into(),
            complete,
            took,
            beginning: "Yes.".into(),
        };
        assert!(!ended(true, 9_000).is_worth_telling(), "a person has waited for this one");
        assert!(ended(true, 11_000).is_worth_telling(), "a person has gone on to something else");
        assert!(ended(false, 100).is_worth_telling(), "a failure must not lie there unseen");
    }
}
