//! The GitHub hosts that this run may talk to, each with its own addresses.

use std::sync::Arc;

use url::Url;

use super::{Endpoints, GitHub, Host};
use crate::error::{Code, Error, Result};
use crate::http::Http;

/// The way to every GitHub host that an account can be on. Clones share everything.
///
/// A token is only ever used through [`Hosts::at`] with its own account's host, so it cannot reach another.
#[derive(Clone)]
pub struct Hosts {
    http: Http,
    known: Arc<Vec<Known>>,
    others: Others,
}

/// What is said of a host that is not configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// It is reached at its documented addresses.
    Documented,
    /// Nothing: a run against a stand-in sends nothing anywhere else.
    NoneBesideStandIns,
    /// Nothing: a policy names the hosts where people sign in.
    NoneByPolicy,
}

/// A host whose addresses were configured, or just named.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its addresses.
    pub endpoints: Endpoints,
    /// Development: stands in for the Copilot endpoint that its accounts' records name.
    pub copilot_api: Option<Url>,
}

impl Hosts {
    /// The configured hosts, and what becomes of others.
    pub fn new(http: Http, known: Vec<Known>, others: Others) -> Self {
        Self { http, known: Arc::new(known), others }
    }

    /// The API of this host: at its configured addresses, else at the documented ones. `HostRefused` and
    /// `HostNotAllowed` where this run talks to configured hosts only.
    pub fn at(&self, host: &Host) -> Result<GitHub> {
        if let Some(known) = self.known.iter().find(|known| known.endpoints.host() == host) {
            return Ok(GitHub::new(self.http.clone(), known.endpoints.clone(), known.copilot_api.clone()));
        }
        match self.others {
            Others::Documented => Ok(GitHub::new(self.http.clone(), Endpoints::of(host), None)),
            Others::NoneBesideStandIns => {
                Err(Error::new(Code::HostRefused).with("reason", "sandbox").with("host", host))
            }
            Others::NoneByPolicy => {
                let allowed: Vec<&str> = self.known.iter().map(|known| known.endpoints.host().as_str()).collect();
                Err(Error::new(Code::HostNotAllowed).with("host", host).with("hosts", allowed.join(", ")))
            }
        }
    }

    /// The API of the host with this name, as an account carries it.
    pub fn named(&self, host: &str) -> Result<GitHub> {
        self.at(&Host::parse(host).map_err(|why| Error::new(Code::HostRefused).with("reason", why.name()))?)
    }

    /// The HTTP client in use.
    pub const fn http(&self) -> &Http {
        &self.http
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::github::fake_github::StandIn;

    #[tokio::test]
    async fn each_host_is_reached_at_its_own_addresses() {
        let server = StandIn::start(|_| crate::github::fake_github::json("{}")).await;
        let http = server.github().http().clone();
        let known = vec![Known { endpoints: server.endpoints(), copilot_api: None }];
        let open = Hosts::new(http.clone(), known.clone(), Others::Documented);
        let at = |hosts: &Hosts, name: &str| hosts.named(name).map(|it| it.endpoints().api(&["user"]).to_string());
        assert_eq!(at(&open, "github.com").unwrap(), format!("{}user", server.url), "as it is configured");
        assert_eq!(at(&open, "octo.ghe.com").unwrap(), "https://api.octo.ghe.com/user", "as it is documented");
        assert_eq!(at(&open, "evilghe.com").unwrap_err().code, Code::HostRefused, "a look-alike is no host");

        let managed = Hosts::new(http.clone(), known.clone(), Others::NoneByPolicy);
        let error = at(&managed, "octo.ghe.com").unwrap_err();
        let said = (error.code, error.params["host"].as_str(), error.params["hosts"].as_str());
        assert_eq!(said, (Code::HostNotAllowed, "octo.ghe.com", "github.com"), "the policy's hosts are all there are");
        assert!(at(&managed, "github.com").is_ok(), "and they are reached");

        let closed = Hosts::new(http, known, Others::NoneBesideStandIns);
        let error = at(&closed, "octo.ghe.com").unwrap_err();
        assert_eq!((error.code, error.params["reason"].as_str()), (Code::HostRefused, "sandbox"), "nothing leaves");
        assert!(at(&closed, "github.com").is_ok(), "what plays a host is reached");
    }
}
