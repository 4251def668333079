//! The hosts that a secret may go to. This is the whole list; every request that carries one is checked against it
//! ([`SecretHosts::permit`]).
//!
//! | secret | github.com | `SUB.ghe.com` | Enterprise Server `HOST` |
//! |---|---|---|---|
//! | code, verifier, device code, refresh token, client secret, while signing in | `github.com` | `SUB.ghe.com` | `HOST` |
//! | access token: REST; with it, to revoke them, refresh token and client secret | `api.github.com` | `api.SUB.ghe.com` | `HOST` |
//! | access token: Copilot | `githubcopilot.com` and below | `SUB.ghe.com` and below | nowhere |
//!
//! Where the configuration names other addresses for a host, those stand in the place of these: `web_url`, `api_url`
//! and `[copilot] api_url`; a policy that names hosts leaves a person none of them.

use url::Url;

use super::{Endpoints, GitHub, HostKind};
use crate::error::Result;
use crate::http::{Destination, Place, SecretHosts};

impl Endpoints {
    /// While signing in: the code, its verifier, a device code, a refresh token, the client's secret.
    pub(crate) fn sign_in_hosts(&self) -> SecretHosts {
        SecretHosts::new([Place::Origin(self.page(&[]).origin())])
    }

    /// An access token that asks GitHub itself.
    pub(crate) fn rest_hosts(&self) -> SecretHosts {
        SecretHosts::new([Place::Origin(self.api(&[]).origin())])
    }

    /// An access token that asks Copilot: the account's record, which comes from the network, names one of these.
    pub(crate) fn copilot_hosts(&self) -> SecretHosts {
        let place = match self.host().kind() {
            _ if self.stand_in_api().is_some() => Some(Place::ThisMachine),
            HostKind::GitHubCom => Some(Place::Domain("githubcopilot.com".to_owned())),
            HostKind::Tenant => Some(Place::Domain(self.host().to_string())),
            HostKind::Server => None,
        };
        SecretHosts::new(place)
    }
}

impl GitHub {
    /// A REST address of this host, for a token of one of its accounts.
    pub(super) fn rest_destination(&self, url: &Url) -> Result<Destination> {
        self.endpoints().rest_hosts().permit(url)
    }

    /// The Copilot endpoint that was configured in the place of the one that records name.
    pub(super) fn configured_copilot(&self) -> Option<Result<Destination>> {
        let url = self.copilot_api.as_ref()?;
        Some(SecretHosts::new([Place::Origin(url.origin())]).permit(url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::github::Host;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn each_secret_goes_to_the_hosts_of_its_own_account_only() {
        let com = Endpoints::of(&Host::github_com());
        let tenant = Endpoints::of(&Host::parse("octo.ghe.com").unwrap());
        let server = Endpoints::of(&Host::parse("git.example.com").unwrap());
        let local = url("http://127.0.0.1:9000");
        let sandbox = Endpoints::stand_in(&Host::github_com(), local.clone(), local.clone());

        let addresses = [
            "https://github.com/login/oauth/access_token",
            "https://api.github.com/user",
            "https://api.githubcopilot.com/models",
            "https://api.business.githubcopilot.com/",
            "https://octo.ghe.com/login/oauth/access_token",
            "https://api.octo.ghe.com/user",
            "https://copilot-api.octo.ghe.com/models",
            "https://copilot-api.other.ghe.com/models",
            "https://git.example.com/api/v3/user",
            "http://127.0.0.1:9000/user",
            "http://127.0.0.1:9001/user",
            "https://evil.example/",
        ];
        let permitted = |list: SecretHosts| -> Vec<&str> {
            addresses.into_iter().filter(|address| list.permit(&url(address)).is_ok()).collect()
        };
        for (endpoints, sign_in, rest, copilot) in [
            (&com, &addresses[0..1], &addresses[1..2], &addresses[2..4]),
            (&tenant, &addresses[4..5], &addresses[5..6], &addresses[4..7]),
            (&server, &addresses[8..9], &addresses[8..9], &addresses[0..0]),
            (&sandbox, &addresses[9..10], &addresses[9..10], &addresses[9..11]),
        ] {
            let host = endpoints.host();
            assert_eq!(permitted(endpoints.sign_in_hosts()), sign_in, "where a code and a refresh token of {host} go");
            assert_eq!(permitted(endpoints.rest_hosts()), rest, "where a token of {host} goes for REST");
            assert_eq!(permitted(endpoints.copilot_hosts()), copilot, "where a token of {host} goes for Copilot");
        }
    }
}
