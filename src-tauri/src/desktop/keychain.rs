//! The operating system's keychain through `keyring`: Secret Service, macOS Keychain, Windows Credential Manager.
//!
//! Calls block, on a prompt even; the vault in the core calls from a blocking thread with a time limit.

use keyring::{Entry, Error};
use secrecy::{ExposeSecret as _, SecretString};
use wingman_core::desktop::{Keychain, KeychainFailure};

/// The keychain of this session.
pub struct SystemKeychain;

impl Keychain for SystemKeychain {
    fn read(&self, service: &str, user: &str) -> Result<Option<SecretString>, KeychainFailure> {
        match entry(service, user)?.get_password() {
            Ok(secret) => Ok(Some(secret.into())),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(failure(&error)),
        }
    }

    fn write(&self, service: &str, user: &str, secret: &SecretString) -> Result<(), KeychainFailure> {
        entry(service, user)?.set_password(secret.expose_secret()).map_err(|error| failure(&error))
    }

    fn delete(&self, service: &str, user: &str) -> Result<(), KeychainFailure> {
        match entry(service, user)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(failure(&error)),
        }
    }
}

fn entry(service: &str, user: &str) -> Result<Entry, KeychainFailure> {
    Entry::new(service, user).map_err(|error| failure(&error))
}

/// Entries can hold the secret itself in their errors (`BadEncoding`), so only kinds and platform messages pass.
fn failure(error: &Error) -> KeychainFailure {
    match error {
        Error::NoDefaultStore => KeychainFailure::Absent,
        Error::NoStorageAccess(_) => KeychainFailure::Locked,
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => KeychainFailure::Damaged,
        Error::PlatformFailure(platform) => KeychainFailure::Other(platform.to_string()),
        Error::TooLong(..) => KeychainFailure::Other("the entry is too long".into()),
        _ => KeychainFailure::Other("the keychain refused".into()),
    }
}
