//! What is kept of an account's token, and its form in the keychain.

use std::borrow::Cow;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::config::Way;
use crate::time::Millis;

/// The largest entry that every platform's keychain takes, in bytes (Windows Credential Manager's limit).
pub const LARGEST_ENTRY: usize = 2560;

/// The form that is written. A newer Wingman may write another; an unknown one is left alone.
const VERSION: u32 = 1;

/// How the token was got, which decides how it can be renewed: a device-flow token is refreshed without the client's
/// secret, a pasted one not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Through the browser and the deep link.
    Browser,
    /// By a code typed in at GitHub.
    Device,
    /// Pasted by the person.
    Pasted,
}

impl Grant {
    /// The way in that such a token comes by.
    pub const fn way(self) -> Way {
        match self {
            Self::Browser => Way::Browser,
            Self::Device => Way::Code,
            Self::Pasted => Way::Token,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Device => "device",
            Self::Pasted => "pasted",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Browser, Self::Device, Self::Pasted].into_iter().find(|grant| grant.name() == name)
    }
}

/// What kind of token it is, by its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// `gho_`: of an OAuth App, with scopes.
    OAuthApp,
    /// `ghu_`: of a GitHub App, with permissions instead of scopes; it expires.
    GitHubApp,
    /// `github_pat_`: fine-grained, made by the person.
    FineGrained,
    /// `ghp_`: classic; Copilot does not take it.
    Classic,
    /// Anything else, such as a server's older form.
    Other,
}

impl TokenKind {
    /// The kind of this token.
    pub fn of(token: &SecretString) -> Self {
        let token = token.expose_secret();
        [
            ("gho_", Self::OAuthApp),
            ("ghu_", Self::GitHubApp),
            ("github_pat_", Self::FineGrained),
            ("ghp_", Self::Classic),
        ]
        .into_iter()
        .find_map(|(prefix, kind)| token.starts_with(prefix).then_some(kind))
        .unwrap_or(Self::Other)
    }
}

/// A token with all that is needed to use, renew and revoke it. Never serialised but by [`TokenRecord::entry`].
#[derive(Clone, Debug)]
pub struct TokenRecord {
    /// Goes into a request.
    pub access: SecretString,
    /// Gets the next one, where the token expires.
    pub refresh: Option<SecretString>,
    /// When `access` ends; none means that it does not.
    pub expires_at: Option<Millis>,
    /// When `refresh` ends.
    pub refresh_expires_at: Option<Millis>,
    /// What was granted; empty for a GitHub App.
    pub scopes: Vec<String>,
    /// How it was got.
    pub grant: Grant,
    /// The OAuth client it was made for: only that one can renew or revoke it.
    pub client_id: String,
}

/// Why an entry cannot be used. Says nothing of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryFault {
    /// It is not what Wingman writes.
    #[error("the entry is damaged")]
    Damaged,
    /// It would not fit into every keychain.
    #[error("the entry is too large")]
    TooLarge,
}

/// The written form, borrowed from the secret it is read from, so that reading leaves no copy behind.
#[derive(Deserialize)]
struct Entry<'a> {
    version: u32,
    #[serde(borrow)]
    access: Cow<'a, str>,
    #[serde(borrow, default)]
    refresh: Option<Cow<'a, str>>,
    #[serde(default)]
    expires_at: Option<Millis>,
    #[serde(default)]
    refresh_expires_at: Option<Millis>,
    #[serde(default)]
    scopes: Vec<String>,
    grant: String,
    client_id: String,
}

impl TokenRecord {
    /// What kind of token it is.
    pub fn kind(&self) -> TokenKind {
        TokenKind::of(&self.access)
    }

    /// The record as one keychain entry.
    pub fn entry(&self) -> Result<SecretString, EntryFault> {
        // As large as it can become, and one more for what is too much: growing would leave copies of the token in
        // freed memory.
        let mut json = Writer(Zeroizing::new(Vec::with_capacity(LARGEST_ENTRY)));
        json.raw("{\"version\":")?;
        json.raw(&VERSION.to_string())?;
        json.text("access", self.access.expose_secret())?;
        if let Some(refresh) = &self.refresh {
            json.text("refresh", refresh.expose_secret())?;
        }
        if let Some(at) = self.expires_at {
            json.raw(&format!(",\"expires_at\":{}", at.0))?;
        }
        if let Some(at) = self.refresh_expires_at {
            json.raw(&format!(",\"refresh_expires_at\":{}", at.0))?;
        }
        json.raw(",\"scopes\":[")?;
        for (index, scope) in self.scopes.iter().enumerate() {
            if index > 0 {
                json.raw(",")?;
            }
            json.string(scope)?;
        }
        json.raw("]")?;
        json.text("grant", self.grant.name())?;
        json.text("client_id", &self.client_id)?;
        json.raw("}")?;
        std::str::from_utf8(&json.0).map(SecretString::from).map_err(|_| EntryFault::Damaged)
    }

    /// The record of a keychain entry.
    pub fn of_entry(entry: &SecretString) -> Result<Self, EntryFault> {
        // serde_json's error can quote what it read, so it goes no further than this line.
        let entry: Entry<'_> = serde_json::from_str(entry.expose_secret()).map_err(|_| EntryFault::Damaged)?;
        let grant = Grant::named(&entry.grant).ok_or(EntryFault::Damaged)?;
        if entry.version != VERSION || entry.access.is_empty() {
            return Err(EntryFault::Damaged);
        }
        Ok(Self {
            access: SecretString::from(&*entry.access),
            refresh: entry.refresh.map(|token| SecretString::from(&*token)),
            expires_at: entry.expires_at,
            refresh_expires_at: entry.refresh_expires_at,
            scopes: entry.scopes,
            grant,
            client_id: entry.client_id,
        })
    }
}

/// JSON by hand, into memory that is wiped.
struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    fn raw(&mut self, text: &str) -> Result<(), EntryFault> {
        if self.0.len() + text.len() > LARGEST_ENTRY {
            return Err(EntryFault::TooLarge);
        }
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn text(&mut self, name: &str, value: &str) -> Result<(), EntryFault> {
        self.raw(",\"")?;
        self.raw(name)?;
        self.raw("\":")?;
        self.string(value)
    }

    fn string(&mut self, value: &str) -> Result<(), EntryFault> {
        self.raw("\"")?;
        let mut one = [0; 4];
        for character in value.chars() {
            match character {
                '"' => self.raw("\\\"")?,
                '\\' => self.raw("\\\\")?,
                control if u32::from(control) < 0x20 => self.raw(&format!("\\u{:04x}", u32::from(control)))?,
                other => self.raw(other.encode_utf8(&mut one))?,
            }
        }
        self.raw("\"")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(access: &str, refresh: Option<&str>) -> TokenRecord {
        TokenRecord {
            access: access.into(),
            refresh: refresh.map(Into::into),
            expires_at: refresh.map(|_| Millis(1_800_000_000_000)),
            refresh_expires_at: refresh.map(|_| Millis(1_815_897_600_000)),
            scopes: vec!["read:user".into(), "read:org".into()],
            grant: Grant::Browser,
            client_id: "Iv1.0123456789abcdef".into(),
        }
    }

    #[test]
    fn a_token_is_known_by_its_prefix() {
        for (token, kind) in [
            ("gho_x", TokenKind::OAuthApp),
            ("ghu_x", TokenKind::GitHubApp),
            ("github_pat_x", TokenKind::FineGrained),
            ("ghp_x", TokenKind::Classic),
            ("0123", TokenKind::Other),
        ] {
            assert_eq!(TokenKind::of(&token.into()), kind, "the kind of {token}");
        }
    }

    #[test]
    fn the_longest_tokens_of_today_fit_into_every_keychain() {
        let entry = record(&format!("ghu_{}", "a".repeat(251)), Some(&format!("ghr_{}", "b".repeat(251)))).entry();
        let length = entry.unwrap().expose_secret().len();
        assert!(length <= LARGEST_ENTRY / 2, "{length} bytes leave room even where letters take two bytes each");
    }

    #[test]
    fn an_entry_that_some_keychain_would_refuse_is_never_written() {
        let entry = record(&"x".repeat(LARGEST_ENTRY), None).entry();
        assert_eq!(entry.unwrap_err(), EntryFault::TooLarge, "better said here than by one platform of three");
    }

    #[test]
    fn a_damaged_or_unknown_entry_is_told_without_its_content() {
        for entry in [
            "",
            "gho_bare",
            "{}",
            "[1]",
            r#"{"version":2,"access":"gho_x","grant":"browser","client_id":"c"}"#,
            r#"{"version":1,"access":"","grant":"browser","client_id":"c"}"#,
            r#"{"version":1,"access":"gho_x","grant":"magic","client_id":"c"}"#,
            r#"{"version":1,"access":5,"grant":"browser","client_id":"c"}"#,
        ] {
            let fault = TokenRecord::of_entry(&entry.into()).expect_err(entry);
            assert_eq!(fault.to_string(), "the entry is damaged", "the words hold nothing of {entry:?}");
        }
    }

    #[test]
    fn a_record_never_prints_its_tokens() {
        let printed = format!("{:?}", record("gho_sentinel", Some("ghr_sentinel")));
        assert!(!printed.contains("sentinel"), "Debug output ends in logs");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(access in ".{1,200}", refresh in proptest::option::of(".{1,200}")) {
            let written = record(&access, refresh.as_deref());
            let entry = written.entry().unwrap();
            prop_assert!(entry.expose_secret().len() <= LARGEST_ENTRY, "it fits");
            let read = TokenRecord::of_entry(&entry).unwrap();
            prop_assert_eq!(read.access.expose_secret(), &access, "the access token, letter by letter");
            prop_assert_eq!(read.refresh.as_ref().map(ExposeSecret::expose_secret), refresh.as_deref(), "the refresh token");
            prop_assert_eq!(read.expires_at, written.expires_at, "its end");
            prop_assert_eq!((read.grant, read.scopes), (written.grant, written.scopes), "the rest");
        }
    }
}
