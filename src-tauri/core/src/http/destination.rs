//! Where a secret may go: an address that a list has permitted, and no other.
//!
//! Every request of ours that carries a token, a code, a verifier or a client's secret begins with a [`Destination`]
//! ([`Http::request`](super::Http::request), [`Http::stream`](super::Http::stream)), and a [`SecretHosts`] is the only
//! thing that makes one. Which hosts stand in the list of an account is said once, in `github/secret_hosts.rs`.

use url::{Origin, Url};

use super::{allowed, host_of, is_loopback};
use crate::error::{Code, Error, Result};

/// An address that a secret may be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination(Url);

impl Destination {
    /// A server of this very machine, as a test has it; none where the address is another machine's.
    pub fn on_this_machine(url: &Url) -> Option<Self> {
        SecretHosts::new([Place::ThisMachine]).permit(url).ok()
    }

    /// The address.
    pub const fn url(&self) -> &Url {
        &self.0
    }

    /// The host, for the words of an error.
    pub fn host(&self) -> &str {
        host_of(&self.0)
    }

    /// The address with the path appended, which must not lead anywhere else.
    pub(crate) fn below(&self, path: &str) -> Result<Self> {
        let text = format!("{}{path}", self.0.as_str().trim_end_matches('/'));
        Url::parse(&text)
            .ok()
            .filter(|url| path.starts_with('/') && url.origin() == self.0.origin())
            .map(Self)
            .ok_or_else(|| refused(&self.0))
    }
}

/// What a list names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// This scheme, host and port.
    Origin(Origin),
    /// `https` on the usual port, at the host of this name or at one below it.
    Domain(String),
    /// This machine, at any port: where a stand-in was configured.
    ThisMachine,
}

impl Place {
    fn holds(&self, url: &Url) -> bool {
        match self {
            Self::Origin(origin) => url.origin() == *origin,
            Self::Domain(name) => {
                let below = host_of(url).strip_suffix(name.as_str());
                url.scheme() == "https"
                    && url.port().is_none()
                    && below.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
            Self::ThisMachine => is_loopback(url),
        }
    }
}

/// The addresses that one kind of secret may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SecretHosts(Vec<Place>);

impl SecretHosts {
    pub(crate) fn new(places: impl IntoIterator<Item = Place>) -> Self {
        Self(places.into_iter().collect())
    }

    /// The address, when it is on the list: encrypted or on this machine, without a name or a password before the host.
    /// `Internal` when it is not: whoever lets an answer choose the address asks first and says it in their own words.
    pub(crate) fn permit(&self, url: &Url) -> Result<Destination> {
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if allowed(url) && plain && self.0.iter().any(|place| place.holds(url)) {
            return Ok(Destination(url.clone()));
        }
        Err(refused(url))
    }
}

fn refused(url: &Url) -> Error {
    Error::new(Code::Internal).with("reason", format!("no secret goes to {}", host_of(url)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn list() -> SecretHosts {
        SecretHosts::new([
            Place::Origin(url("https://api.github.com").origin()),
            Place::Domain("githubcopilot.com".into()),
        ])
    }

    #[test]
    fn what_is_on_the_list_is_permitted_and_nothing_that_looks_like_it() {
        for good in
            ["https://api.github.com/user?page=2", "https://githubcopilot.com", "https://api.githubcopilot.com/"]
        {
            assert!(list().permit(&url(good)).is_ok(), "{good} is on the list");
        }
        for bad in [
            "http://api.github.com/user",
            "https://api.github.com:8443/user",
            "https://github.com/user",
            "https://user@api.github.com/",
            "https://:word@api.github.com/",
            "https://evilgithubcopilot.com/",
            "https://githubcopilot.com.evil.example/",
            "https://api.githubcopilot.com:8443/",
            "http://api.githubcopilot.com/",
            "http://127.0.0.1/",
            "wss://api.githubcopilot.com/",
            "data:text/plain,githubcopilot.com",
        ] {
            let error = list().permit(&url(bad)).expect_err(bad);
            assert_eq!(error.code, Code::Internal, "{bad} would carry a secret where it must not go");
        }
    }

    #[test]
    fn this_machine_is_permitted_only_where_something_stands_in() {
        assert!(list().permit(&url("http://127.0.0.1:4000/")).is_err(), "a local program is no GitHub");
        for good in ["http://127.0.0.1:4000/", "http://[::1]:1", "http://localhost:1", "https://localhost"] {
            assert!(Destination::on_this_machine(&url(good)).is_some(), "{good} never leaves the machine");
        }
        for bad in ["http://127.0.0.1.example.com", "http://localhost.evil.example", "https://user@localhost"] {
            assert!(Destination::on_this_machine(&url(bad)).is_none(), "{bad} is another machine, or hides a name");
        }
    }

    #[test]
    fn no_path_leads_away_from_a_destination() {
        let endpoint = list().permit(&url("https://api.githubcopilot.com")).unwrap();
        let models = endpoint.below("/models").unwrap();
        assert_eq!(models.url().as_str(), "https://api.githubcopilot.com/models", "paths are appended");
        for bad in [".evil.example/models", "@evil.example/", ":81/models", ""] {
            assert!(endpoint.below(bad).is_err(), "{bad} would change the host that gets the token");
        }
    }

    proptest! {
        /// Whatever is written in front of, behind or into a listed name: what is permitted is the listed host itself.
        #[test]
        fn a_host_is_permitted_by_its_whole_name(before in "[a-z0-9.@:/\\\\%-]{0,12}", after in "[a-z0-9.@:/?#\\\\%-]{0,12}") {
            for name in ["api.github.com", "githubcopilot.com"] {
                let Ok(url) = Url::parse(&format!("https://{before}{name}{after}")) else { continue };
                if let Ok(permitted) = list().permit(&url) {
                    let host = permitted.host();
                    prop_assert!(
                        host == "api.github.com" || host == "githubcopilot.com" || host.ends_with(".githubcopilot.com"),
                        "{url} leads to {host}"
                    );
                }
            }
        }
    }
}
