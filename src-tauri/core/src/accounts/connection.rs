//! The token that a shared Copilot server asks of whoever connects: an entry of the keychain beside the accounts'.

use std::net::SocketAddr;

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};

use super::Vault;
use super::handed_in::is_token;
use crate::desktop::KeychainFailure;
use crate::error::{Code, Error};

/// The only way to a shared runtime's connection token.
#[async_trait]
pub trait ConnectionTokens: Send + Sync + 'static {
    /// The token for the server at this address. `SharedRuntimeTokenMissing` when the keychain holds none.
    async fn connection_token(&self, at: SocketAddr) -> Result<SecretString, Error>;
}

#[async_trait]
impl ConnectionTokens for Vault {
    async fn connection_token(&self, at: SocketAddr) -> Result<SecretString, Error> {
        let missing = || Error::new(Code::SharedRuntimeTokenMissing).with("address", at).retryable();
        match self.read(&Self::connection_entry(at), self.limit()).await {
            Ok(found) => found.filter(|token| is_token(token.expose_secret())).ok_or_else(missing),
            // What cannot be read as a text was not put there by us; without a keychain nothing was kept.
            Err(KeychainFailure::Damaged | KeychainFailure::Absent) => Err(missing()),
            Err(failure) => Err(failure.into()),
        }
    }
}

impl Vault {
    /// The keychain's user for the token of the server at this address. No account is called so: what follows the slash
    /// of an account's name is a number.
    pub fn connection_entry(at: SocketAddr) -> String {
        format!("runtime/{at}")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::accounts::fake_keychain::{FakeKeychain, Mood};
    use crate::desktop::Keychain;

    fn vault(keychain: &Arc<FakeKeychain>) -> Vault {
        let keychain: Arc<dyn Keychain> = Arc::<FakeKeychain>::clone(keychain);
        Vault::new(keychain, "service")
    }

    fn at(address: &str) -> SocketAddr {
        address.parse().unwrap()
    }

    #[tokio::test]
    async fn each_server_has_a_token_of_its_own_under_its_address() {
        let keychain = Arc::new(FakeKeychain::default());
        vault(&keychain).store_handed_in("runtime/127.0.0.1:4100", "hush".into()).await.unwrap();
        let key = ("service".to_owned(), "runtime/127.0.0.1:4100".to_owned());
        assert!(keychain.entries.lock().contains_key(&key), "an administrator can put it there under this name, too");

        let read = vault(&keychain).connection_token(at("127.0.0.1:4100")).await.unwrap();
        assert_eq!(read.expose_secret(), "hush", "the next start finds it");
        for other in ["127.0.0.1:4101", "[::1]:4100"] {
            let error = vault(&keychain).connection_token(at(other)).await.unwrap_err();
            assert_eq!(error.code, Code::SharedRuntimeTokenMissing, "a token goes to its own server only, not {other}");
            assert_eq!(error.params["address"], other, "and the person is told which one is missing");
        }
    }

    #[tokio::test]
    async fn a_keychain_that_cannot_be_asked_is_not_one_without_the_token() {
        let keychain = Arc::new(FakeKeychain::default());
        for (mood, code) in [
            (Mood::Fails(KeychainFailure::Locked), Code::KeychainLocked),
            (Mood::Fails(KeychainFailure::Absent), Code::SharedRuntimeTokenMissing),
            (Mood::Fails(KeychainFailure::Damaged), Code::SharedRuntimeTokenMissing),
        ] {
            keychain.be(mood);
            let error = vault(&keychain).connection_token(at("127.0.0.1:1")).await.unwrap_err();
            assert_eq!((error.code, error.retryable), (code, true), "the person must know what to do, then try again");
        }
        keychain.be(Mood::Works);
        keychain.entries.lock().insert(("service".into(), "runtime/127.0.0.1:1".into()), "two words".into());
        let error = vault(&keychain).connection_token(at("127.0.0.1:1")).await.unwrap_err();
        assert_eq!(error.code, Code::SharedRuntimeTokenMissing, "what is no token is not sent anywhere");
    }
}
