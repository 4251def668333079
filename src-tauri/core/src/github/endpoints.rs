//! Where a GitHub host has its pages and its API. Which of it a secret may go to is `secret_hosts`'.

use url::Url;

use super::{Host, HostKind};
use crate::http::{allowed, host_of, is_loopback};

/// The addresses of one GitHub host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    host: Host,
    web: Url,
    api: Url,
    /// Both addresses were configured for development: loopback stands in for GitHub.
    stand_in: bool,
}

impl Endpoints {
    /// The addresses that GitHub documents for this host.
    pub fn of(host: &Host) -> Self {
        let name = host.as_str();
        let api = match host.kind() {
            HostKind::GitHubCom | HostKind::Tenant => format!("https://api.{name}"),
            HostKind::Server => format!("https://{name}/api/v3"),
        };
        let url = |text: &str| Url::parse(text).expect("a checked host name makes an address");
        Self { host: host.clone(), web: url(&format!("https://{name}")), api: url(&api), stand_in: false }
    }

    /// A server that plays this host, for development. Both addresses must be [`allowed`]; the configuration checks
    /// it, and the HTTP client again.
    pub fn stand_in(host: &Host, web: Url, api: Url) -> Self {
        let stand_in = is_loopback(&web) && is_loopback(&api);
        Self { host: host.clone(), web, api, stand_in }
    }

    /// The host that these are the addresses of.
    pub const fn host(&self) -> &Host {
        &self.host
    }

    /// The API's address when it is not the one that GitHub documents for the host.
    pub fn stand_in_api(&self) -> Option<Url> {
        self.stand_in.then(|| self.api.clone())
    }

    /// The page that asks the person.
    pub fn authorize(&self) -> Url {
        below(&self.web, &["login", "oauth", "authorize"])
    }

    /// Where a code becomes a token.
    pub fn token(&self) -> Url {
        below(&self.web, &["login", "oauth", "access_token"])
    }

    /// Where a device asks for a code to show (RFC 8628, section 3.1).
    pub fn device(&self) -> Url {
        below(&self.web, &["login", "device", "code"])
    }

    /// What `iss` in a callback must say (RFC 9207).
    pub fn issuer(&self) -> String {
        below(&self.web, &["login", "oauth"]).to_string()
    }

    /// A REST address; each segment is escaped.
    pub fn api(&self, path: &[&str]) -> Url {
        below(&self.api, path)
    }

    /// A page of the host for people; each segment is escaped.
    pub fn page(&self, path: &[&str]) -> Url {
        below(&self.web, path)
    }

    /// Whether an address that came with an answer is a page of this host and may be opened: `https` on the host
    /// itself, or the stand-in's own address where one stands in.
    pub fn owns_page(&self, url: &Url) -> bool {
        same_origin(&self.web, url)
    }

    /// The Copilot endpoint of an account whose record names none.
    pub(super) fn default_copilot(&self) -> Option<Url> {
        let address = match self.host.kind() {
            _ if self.stand_in => return None,
            HostKind::GitHubCom => "https://api.githubcopilot.com".to_owned(),
            HostKind::Tenant => format!("https://copilot-api.{}", self.host),
            HostKind::Server => return None,
        };
        Url::parse(&address).ok()
    }

    /// Whether a picture may be fetched from there: from GitHub's own picture host or the account's.
    pub(super) fn may_name_avatar(&self, url: &Url) -> bool {
        allowed(url)
            && if is_loopback(url) {
                self.stand_in
            } else {
                host_of(url) == "avatars.githubusercontent.com" || self.host.covers(host_of(url))
            }
    }
}

/// The same scheme, host and port, and no name hidden before the host.
fn same_origin(own: &Url, url: &Url) -> bool {
    allowed(url) && own.origin() == url.origin() && url.username().is_empty() && url.password().is_none()
}

fn below(base: &Url, path: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints(host: &str) -> Endpoints {
        Endpoints::of(&Host::parse(host).unwrap())
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn each_kind_of_host_has_its_documented_addresses() {
        for (host, token, api, issuer) in [
            (
                "github.com",
                "https://github.com/login/oauth/access_token",
                "https://api.github.com/user",
                "https://github.com/login/oauth",
            ),
            (
                "octo.ghe.com",
                "https://octo.ghe.com/login/oauth/access_token",
                "https://api.octo.ghe.com/user",
                "https://octo.ghe.com/login/oauth",
            ),
            (
                "git.example.com",
                "https://git.example.com/login/oauth/access_token",
                "https://git.example.com/api/v3/user",
                "https://git.example.com/login/oauth",
            ),
        ] {
            let endpoints = endpoints(host);
            assert_eq!(endpoints.token().as_str(), token, "the token address of {host}");
            assert_eq!(endpoints.api(&["user"]).as_str(), api, "the API of {host}");
            assert_eq!(endpoints.issuer(), issuer, "the issuer of {host}");
        }
    }

    #[test]
    fn a_path_segment_cannot_leave_its_place() {
        let url = endpoints("github.com").api(&["applications", "../user?x#y", "token"]);
        assert_eq!(
            url.as_str(),
            "https://api.github.com/applications/..%2Fuser%3Fx%23y/token",
            "a strange client id stays one segment"
        );
    }

    #[test]
    fn an_answer_leads_to_pages_of_its_own_host_only() {
        let com = endpoints("github.com");
        let tenant = endpoints("octo.ghe.com");
        let local = url("http://127.0.0.1:9000");
        let sandbox = Endpoints::stand_in(&Host::github_com(), local.clone(), local.clone());

        assert_eq!(com.page(&["orgs", "a/b", "sso"]).as_str(), "https://github.com/orgs/a%2Fb/sso", "one segment each");
        assert!(com.owns_page(&url("https://github.com/orgs/acme/sso?authorization_request=A")), "GitHub's own page");
        assert!(tenant.owns_page(&url("https://octo.ghe.com/orgs/acme/sso")), "the tenant's own page");
        assert!(sandbox.owns_page(&url("http://127.0.0.1:9000/orgs/acme/sso")), "where a stand-in stands in");
        for alien in [
            "http://github.com/orgs/acme/sso",
            "https://github.com:8443/orgs/acme/sso",
            "https://github.com@evil.example/",
            "https://user@github.com/",
            "https://evilgithub.com/",
            "https://octo.ghe.com/",
            "http://127.0.0.1:9000/",
            "javascript:alert(1)",
        ] {
            assert!(!com.owns_page(&url(alien)), "{alien} must not be opened in GitHub's name");
        }
        assert!(!sandbox.owns_page(&url("http://127.0.0.1:9001/")), "another program of this machine");
    }

    #[test]
    fn pictures_come_from_github_only() {
        let com = endpoints("github.com");
        assert!(com.may_name_avatar(&url("https://avatars.githubusercontent.com/u/1?v=4")), "GitHub's pictures");
        assert!(!com.may_name_avatar(&url("https://evil.example/a.png")), "a profile must not make us call strangers");
        assert!(!com.may_name_avatar(&url("http://127.0.0.1/a.png")), "nor services of this machine");
    }
}
