//! Which GitHub: the host a person signs in at, parsed strictly.
//!
//! A host decides where a password is typed and where a token goes, so what is not clearly one is refused with the
//! reason instead of being repaired.

use std::fmt;

use url::Url;

/// A GitHub host, in lower case: `github.com`, `SUB.ghe.com`, or a GitHub Enterprise Server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Host {
    name: String,
    kind: HostKind,
}

/// The three kinds differ in where their API is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostKind {
    /// github.com, Enterprise Managed Users included.
    GitHubCom,
    /// A tenant with data residency, `SUB.ghe.com`.
    Tenant,
    /// A GitHub Enterprise Server.
    Server,
}

/// Why a text is not taken as a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostRefused {
    /// Nothing was given.
    #[error("a host name, such as github.com")]
    Empty,
    /// `http://` or another scheme.
    #[error("a host reached by https; other schemes are not used")]
    Scheme,
    /// `user@host`.
    #[error("a host without a user name before it")]
    UserInfo,
    /// `host:8443`.
    #[error("a host without a port")]
    Port,
    /// `host/path`, `host?query`.
    #[error("a host alone, without a path")]
    Path,
    /// A name that a person could take for one of GitHub's own.
    #[error("GitHub's own host name; this one only looks like it")]
    LookAlike,
    /// Letters beyond ASCII, or their `xn--` form, which imitate others.
    #[error("a host name in plain ASCII letters")]
    NotAscii,
    /// An address, a single label, or no host name at all.
    #[error("a full host name, such as github.example.com")]
    Malformed,
}

impl HostRefused {
    /// The reason as a word, for the window to explain.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Scheme => "scheme",
            Self::UserInfo => "user-info",
            Self::Port => "port",
            Self::Path => "path",
            Self::LookAlike => "look-alike",
            Self::NotAscii => "not-ascii",
            Self::Malformed => "malformed",
        }
    }
}

impl Host {
    /// github.com.
    pub fn github_com() -> Self {
        Self { name: "github.com".to_owned(), kind: HostKind::GitHubCom }
    }

    /// The host that a person or a file names. `https://` before it and one `/` behind it are tolerated, since that
    /// is how a browser's address bar gives it.
    pub fn parse(text: &str) -> Result<Self, HostRefused> {
        let text = text.trim();
        if !text.is_ascii() {
            return Err(HostRefused::NotAscii);
        }
        let lower = text.to_ascii_lowercase();
        let name = match lower.split_once("://") {
            Some(("https", rest)) => rest.strip_suffix('/').unwrap_or(rest),
            Some(_) => return Err(HostRefused::Scheme),
            None => lower.as_str(),
        };
        if name.is_empty() {
            return Err(HostRefused::Empty);
        }
        if name.contains('@') {
            return Err(HostRefused::UserInfo);
        }
        if name.contains(['/', '?', '#', '\\']) {
            return Err(HostRefused::Path);
        }
        if name.contains(':') {
            return Err(HostRefused::Port);
        }
        check_name(name)?;
        let kind = kind_of(name)?;
        Ok(Self { name: name.to_owned(), kind })
    }

    /// The name, in lower case.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// What kind of GitHub it is.
    pub const fn kind(&self) -> HostKind {
        self.kind
    }

    /// Whether `name` is this host or lies below it (`avatars.HOST`, `api.SUB.ghe.com`).
    pub(super) fn covers(&self, name: &str) -> bool {
        name == self.name || name.strip_suffix(&self.name).is_some_and(|before| before.ends_with('.'))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Labels of letters, digits and inner hyphens, at least two of them, and no address.
fn check_name(name: &str) -> Result<(), HostRefused> {
    let labels: Vec<&str> = name.split('.').collect();
    let well_formed = |label: &&str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if name.len() > 253 || labels.len() < 2 || !labels.iter().all(well_formed) {
        return Err(HostRefused::Malformed);
    }
    if labels.iter().any(|label| label.starts_with("xn--")) {
        return Err(HostRefused::NotAscii);
    }
    // `0x7f.1` is an address too: the parser that will be used decides, not ours.
    let parsed = Url::parse(&format!("https://{name}/")).map_err(|_| HostRefused::Malformed)?;
    match parsed.host() {
        Some(url::Host::Domain(domain)) if domain == name => Ok(()),
        _ => Err(HostRefused::Malformed),
    }
}

/// GitHub's own names are exact; whatever only resembles them is refused rather than taken for a server.
fn kind_of(name: &str) -> Result<HostKind, HostRefused> {
    if name == "github.com" {
        return Ok(HostKind::GitHubCom);
    }
    if let Some(tenant) = name.strip_suffix(".ghe.com") {
        return if tenant.contains('.') { Err(HostRefused::LookAlike) } else { Ok(HostKind::Tenant) };
    }
    let own = ["github.com", "ghe.com"];
    if own.iter().any(|own| name.ends_with(own) || name.contains(&format!("{own}."))) {
        return Err(HostRefused::LookAlike);
    }
    Ok(HostKind::Server)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_three_kinds_are_told_apart() {
        for (text, name, kind) in [
            ("github.com", "github.com", HostKind::GitHubCom),
            (" GitHub.COM ", "github.com", HostKind::GitHubCom),
            ("https://github.com/", "github.com", HostKind::GitHubCom),
            ("Octo-Corp.ghe.com", "octo-corp.ghe.com", HostKind::Tenant),
            ("github.example.com", "github.example.com", HostKind::Server),
            ("code.acme.internal", "code.acme.internal", HostKind::Server),
        ] {
            let host = Host::parse(text).unwrap();
            assert_eq!((host.as_str(), host.kind()), (name, kind), "{text} names this host");
        }
    }

    #[test]
    fn what_is_not_clearly_a_host_is_refused_with_its_reason() {
        for (text, why) in [
            ("", HostRefused::Empty),
            ("https://", HostRefused::Empty),
            ("http://github.com", HostRefused::Scheme),
            ("ssh://github.com", HostRefused::Scheme),
            ("user@github.com", HostRefused::UserInfo),
            ("https://github.com@evil.example", HostRefused::UserInfo),
            ("github.com:8443", HostRefused::Port),
            ("github.com/login", HostRefused::Path),
            ("evil.example\\@github.com", HostRefused::UserInfo),
            ("github.com?x", HostRefused::Path),
            ("evilghe.com", HostRefused::LookAlike),
            ("ghe.com", HostRefused::LookAlike),
            ("a.b.ghe.com", HostRefused::LookAlike),
            ("evilgithub.com", HostRefused::LookAlike),
            ("www.github.com", HostRefused::LookAlike),
            ("github.com.evil.example", HostRefused::LookAlike),
            ("octo.ghe.com.evil.example", HostRefused::LookAlike),
            ("gіthub.com", HostRefused::NotAscii), // a Cyrillic letter
            ("xn--gthub-8va.com", HostRefused::NotAscii),
            ("localhost", HostRefused::Malformed),
            ("127.0.0.1", HostRefused::Malformed),
            ("0x7f.1", HostRefused::Malformed),
            ("github..com", HostRefused::Malformed),
            ("github.example.", HostRefused::Malformed),
            ("-a.example.com", HostRefused::Malformed),
            ("git hub.example.com", HostRefused::Malformed),
            ("git%2ehub.example", HostRefused::Malformed),
        ] {
            assert_eq!(Host::parse(text), Err(why), "{text} could send a person or a token somewhere else");
        }
    }

    #[test]
    fn a_host_covers_what_lies_below_it_and_nothing_beside_it() {
        let host = Host::parse("octo.ghe.com").unwrap();
        assert!(host.covers("octo.ghe.com") && host.covers("api.octo.ghe.com"), "its own names");
        assert!(!host.covers("evilocto.ghe.com"), "a longer name is another tenant's");
        assert!(!host.covers("ghe.com"), "what lies above belongs to others too");
    }

    proptest! {
        #[test]
        fn an_accepted_host_is_the_one_a_url_parser_sees(text in "[ -~]{0,40}|[a-z.-]{1,30}") {
            if let Ok(host) = Host::parse(&text) {
                let url = Url::parse(&format!("https://{host}/")).unwrap();
                prop_assert_eq!(url.host_str(), Some(host.as_str()), "one reading of the name only");
                prop_assert!(url.port().is_none() && url.username().is_empty(), "nothing hides beside it");
            }
        }
    }
}
