//! The token that a shared Copilot server asks of whoever connects: an entry of the keychain beside the accounts'.

use std::io::Read;
use std::net::SocketAddr;

use async_trait::async_trait;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use super::{LARGEST_ENTRY, Vault};
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
        match self.read(&entry(at), self.limit()).await {
            Ok(found) => found.filter(|token| is_token(token.expose_secret())).ok_or_else(missing),
            // What cannot be read as a text was not put there by us; without a keychain nothing was kept.
            Err(KeychainFailure::Damaged | KeychainFailure::Absent) => Err(missing()),
            Err(failure) => Err(failure.into()),
        }
    }
}

impl Vault {
    /// Keeps the token for the server at this address, over an older one.
    pub async fn store_connection_token(&self, at: SocketAddr, token: SecretString) -> Result<(), KeychainFailure> {
        self.write(&entry(at), token).await
    }
}

/// No account is called so: what follows the slash of an account's name is a number.
fn entry(at: SocketAddr) -> String {
    format!("runtime/{at}")
}

/// Why what came in cannot be a connection token. Never says what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoToken {
    /// Nothing came.
    #[error("nothing came in: the token is read from standard input")]
    Empty,
    /// More came than a keychain takes.
    #[error("what came in is longer than a keychain's entry may be")]
    TooLong,
    /// It holds spaces, control characters or what is no text.
    #[error("a connection token is one line of visible ASCII characters without spaces")]
    Unfit,
    /// The input could not be read.
    #[error("standard input could not be read")]
    Unread,
}

/// Reads a connection token to the end of the input; the line's end does not belong to it.
pub fn read_connection_token(input: impl Read) -> Result<SecretString, NoToken> {
    let most = LARGEST_ENTRY + 2;
    // As large as it can get: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(most + 1));
    input.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|_| NoToken::Unread)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| NoToken::Unfit)?;
    let token = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    if token.is_empty() {
        return Err(NoToken::Empty);
    }
    if token.len() > LARGEST_ENTRY {
        return Err(NoToken::TooLong);
    }
    if is_token(token) { Ok(token.into()) } else { Err(NoToken::Unfit) }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
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
        vault(&keychain).store_connection_token(at("127.0.0.1:4100"), "hush".into()).await.unwrap();
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

    #[test]
    fn a_token_is_one_line() {
        for line in ["t0ken", "t0ken\n", "t0ken\r\n"] {
            let token = read_connection_token(line.as_bytes()).unwrap();
            assert_eq!(token.expose_secret(), "t0ken", "the line's end is the terminal's, not the token's");
        }
        let longest = "x".repeat(LARGEST_ENTRY);
        assert!(read_connection_token(format!("{longest}\r\n").as_bytes()).is_ok(), "this still fits");
        for (input, why) in [
            (String::new(), NoToken::Empty),
            ("\n".to_owned(), NoToken::Empty),
            (format!("{longest}x"), NoToken::TooLong),
            ("x".repeat(100_000), NoToken::TooLong),
            ("one\ntwo\n".to_owned(), NoToken::Unfit),
            (" t0ken".to_owned(), NoToken::Unfit),
            ("schlüssel".to_owned(), NoToken::Unfit),
        ] {
            let refused = read_connection_token(input.as_bytes()).unwrap_err();
            assert_eq!(refused, why, "{} bytes that must not end up in the keychain", input.len());
            assert!(!refused.to_string().contains("t0ken"), "and what it was is not repeated");
        }
    }
}
