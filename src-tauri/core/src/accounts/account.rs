//! An account as the window sees it.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `<host>/<user id>`: the account's name in the database and in the keychain. A login can be renamed, a user id
/// stays, and the same id on another host is somebody else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct AccountId(String);

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

/// Whether an account can be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AccountState {
    /// Its token is at hand.
    SignedIn,
    /// GitHub no longer accepts its token, or the keychain no longer has it: its chats can be read.
    SignInNeeded,
}

/// An account as the window sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Its lasting name.
    pub id: AccountId,
    /// `github.com`, `SUB.ghe.com`, or a GitHub Enterprise Server.
    pub host: String,
    /// The name it signs in with.
    pub login: String,
    /// The person's name, when they gave one.
    pub name: Option<String>,
    /// The picture as a `data:` URL; nothing remote is ever loaded by the window.
    pub avatar: Option<String>,
    /// Whether it can be used now.
    pub state: AccountState,
    /// False when its token is kept for this run only, because there is no keychain.
    pub kept: bool,
}
