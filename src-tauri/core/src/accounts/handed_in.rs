//! A secret that comes in through standard input, on its way to the keychain: the connection token of a shared server, the
//! password of a proxy.

use std::io::Read;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use super::{LARGEST_ENTRY, Vault};
use crate::desktop::KeychainFailure;

/// What is handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandedIn {
    /// What a shared server asks of whoever connects.
    ConnectionToken,
    /// What a proxy asks of whoever passes.
    ProxyPassword,
}

/// Why what came in cannot be used. Never says what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Nothing came.
    #[error("nothing came in: it is read from standard input")]
    Empty,
    /// More came than a keychain takes.
    #[error("what came in is longer than a keychain's entry may be")]
    TooLong,
    /// A token holds spaces, control characters or what is no text.
    #[error("a connection token is one line of visible ASCII characters without spaces")]
    NoToken,
    /// A password holds control characters or what is no text.
    #[error("a password is one line of text")]
    NoPassword,
    /// The input could not be read.
    #[error("standard input could not be read")]
    Unread,
}

impl HandedIn {
    /// Reads it to the end of the input; the line's end does not belong to it.
    pub fn read(self, input: impl Read) -> Result<SecretString, Unusable> {
        let unfit = match self {
            Self::ConnectionToken => Unusable::NoToken,
            Self::ProxyPassword => Unusable::NoPassword,
        };
        let most = LARGEST_ENTRY + 2;
        // As large as it can get: a buffer that grows leaves copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(most + 1));
        input.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|_| Unusable::Unread)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| unfit)?;
        let line = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
        if line.is_empty() {
            return Err(Unusable::Empty);
        }
        if line.len() > LARGEST_ENTRY {
            return Err(Unusable::TooLong);
        }
        let fits = match self {
            Self::ConnectionToken => is_token(line),
            Self::ProxyPassword => !line.chars().any(char::is_control),
        };
        if fits { Ok(line.into()) } else { Err(unfit) }
    }
}

impl Vault {
    /// Keeps what was handed in under this name of the keychain, over an older one.
    pub async fn store_handed_in(&self, entry: &str, secret: SecretString) -> Result<(), KeychainFailure> {
        self.write(entry, secret).await
    }
}

/// What a shared server can ask for.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_secret_is_one_line() {
        for line in ["t0ken", "t0ken\n", "t0ken\r\n"] {
            for kind in [HandedIn::ConnectionToken, HandedIn::ProxyPassword] {
                let secret = kind.read(line.as_bytes()).unwrap();
                assert_eq!(secret.expose_secret(), "t0ken", "the line's end is the terminal's, not the secret's");
            }
        }
        let password = HandedIn::ProxyPassword.read(&b" zwei W\xc3\xb6rter \n"[..]).unwrap();
        assert_eq!(password.expose_secret(), " zwei W\u{f6}rter ", "a person's password is theirs");
        let longest = "x".repeat(LARGEST_ENTRY);
        assert!(HandedIn::ConnectionToken.read(format!("{longest}\r\n").as_bytes()).is_ok(), "this still fits");
    }

    #[test]
    fn what_cannot_be_one_is_refused_and_not_repeated() {
        let longest = "x".repeat(LARGEST_ENTRY);
        for (kind, input, why) in [
            (HandedIn::ConnectionToken, String::new(), Unusable::Empty),
            (HandedIn::ProxyPassword, "\n".to_owned(), Unusable::Empty),
            (HandedIn::ConnectionToken, format!("{longest}x"), Unusable::TooLong),
            (HandedIn::ConnectionToken, "x".repeat(100_000), Unusable::TooLong),
            (HandedIn::ConnectionToken, "one\ntwo\n".to_owned(), Unusable::NoToken),
            (HandedIn::ConnectionToken, " t0ken".to_owned(), Unusable::NoToken),
            (HandedIn::ConnectionToken, "schl\u{fc}ssel".to_owned(), Unusable::NoToken),
            (HandedIn::ProxyPassword, "t0ken\nmore\n".to_owned(), Unusable::NoPassword),
        ] {
            let refused = kind.read(input.as_bytes()).unwrap_err();
            assert_eq!(refused, why, "{} bytes that must not end up in the keychain", input.len());
            assert!(!refused.to_string().contains("t0ken"), "and what it was is not repeated");
        }
    }
}
