//! An account's lasting name.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// `<host>/<user id>`: the account's name in the database and in the keychain. A login can be renamed, a user id
/// stays, and the same id on another host is somebody else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, TS)]
#[serde(transparent)]
pub struct AccountId(String);

/// The window's word for an account also names an entry of the keychain: another name than an account's (`database`,
/// say, which is the entry of the database's key) must never get that far.
impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        if is_name(&name) { Ok(Self(name)) } else { Err(D::Error::custom("a host and a user id")) }
    }
}

/// A host, a slash, a number.
fn is_name(name: &str) -> bool {
    let of_host = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b':' | b'[' | b']');
    name.rsplit_once('/').is_some_and(|(host, user)| {
        (1..=260).contains(&host.len())
            && host.bytes().all(of_host)
            && (1..=20).contains(&user.len())
            && user.bytes().all(|c| c.is_ascii_digit())
    })
}

impl AccountId {
    /// The account of this user on this host (`github.com`, never a URL).
    pub fn new(host: &str, user: u64) -> Self {
        Self(format!("{host}/{user}"))
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host part.
    pub fn host(&self) -> &str {
        self.0.rsplit_once('/').map_or(self.0.as_str(), |(host, _)| host)
    }

    /// The user id, as GitHub gave it.
    pub fn user(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(_, user)| user)
    }

    /// The account of a stored name.
    pub fn stored(name: impl Into<String>) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_an_account_is_named_by_the_window() {
        for name in ["github.com/7", "octo.ghe.com/18446744073709551615", "git.example.com/1"] {
            let read = serde_json::from_str::<AccountId>(&format!("{name:?}"));
            assert_eq!(read.expect("an account").as_str(), name, "{name} is what sign-in makes");
        }
        let long = format!("{}/7", "a".repeat(300));
        for name in ["database", "", "/", "github.com/", "/7", "github.com/x", "a/b/7", "a b/7", "a/-7", long.as_str()]
        {
            let read = serde_json::from_str::<AccountId>(&format!("{name:?}"));
            assert!(read.is_err(), "{name:?} names no account, and the keychain is asked for it by this name");
        }
    }
}
