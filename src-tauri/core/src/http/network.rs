//! How the network is reached: through which proxy, and whose certificates are believed beside the system's.

use std::fmt;
use std::sync::Arc;

use reqwest::{Certificate, ClientBuilder, NoProxy, tls};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

/// How the network is reached. Without a word about it: as the system says.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Through which proxy. None of it concerns this machine's own addresses.
    pub proxy: Proxy,
    /// Believed beside the system's.
    pub authorities: Authorities,
}

/// The way through a proxy, or past all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proxy {
    /// As the system says: `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` in the environment, and where they say nothing,
    /// the settings of macOS and Windows.
    #[default]
    System,
    /// None, whatever the system says.
    None,
    /// This one.
    At(ProxyServer),
}

/// A proxy that was configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyServer {
    /// `http` or `https`, without a name and a password. What goes through it is encrypted to its end all the same.
    pub address: Url,
    /// The name that it asks for.
    pub user: Option<String>,
    /// Hosts that are reached without it: names with all below them, addresses and ranges of them.
    pub bypass: Vec<String>,
}

impl ProxyServer {
    fn keychain_user(&self) -> Option<String> {
        let host = self.address.host_str()?;
        let port = self.address.port_or_known_default()?;
        self.user.as_ref().map(|user| format!("proxy/{user}@{host}:{port}"))
    }
}

/// Certificates of authorities that a company runs itself.
#[derive(Clone, Default)]
pub struct Authorities(Arc<[Certificate]>);

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} more than the system's", self.0.len())
    }
}

impl Authorities {
    /// Reads certificates in PEM, one after the other; none where there is none, or one of them is broken.
    pub fn from_pem(text: &[u8]) -> Option<Self> {
        let read = Certificate::from_pem_bundle(text).ok().filter(|all| !all.is_empty())?;
        // A client that believes in nothing else refuses what is no certificate, at once instead of at the start.
        #[expect(clippy::disallowed_methods, reason = "it asks nobody")]
        let tried = reqwest::Client::builder().no_proxy().tls_certs_only(read.clone()).build();
        tried.is_ok().then(|| Self(read.into()))
    }
}

impl Network {
    /// The keychain's user under which the proxy's password lies; none where nobody signs in to a configured one.
    pub fn keychain_user(&self) -> Option<String> {
        match &self.proxy {
            Proxy::At(server) => server.keychain_user(),
            Proxy::System | Proxy::None => None,
        }
    }

    /// A client that reaches the network so. `password`: the proxy's, where it asks for one.
    pub(super) fn apply(
        &self,
        builder: ClientBuilder,
        password: Option<&SecretString>,
    ) -> reqwest::Result<ClientBuilder> {
        let builder = self.believe(builder);
        match &self.proxy {
            Proxy::System => Ok(builder),
            Proxy::None => Ok(builder.no_proxy()),
            Proxy::At(server) => {
                let mut proxy = reqwest::Proxy::all(server.address.clone())?;
                if let Some(user) = &server.user {
                    proxy = proxy.basic_auth(user, password.map_or("", |it| it.expose_secret()));
                }
                let bypass = NoProxy::from_string(&server.bypass.join(","));
                // One that is named comes instead of the system's, and past it there is no second one.
                Ok(builder.no_proxy().proxy(proxy.no_proxy(bypass)))
            }
        }
    }

    /// The same for this machine's own addresses: asked for `127.0.0.1`, a proxy would look at itself.
    pub(super) fn apply_here(&self, builder: ClientBuilder) -> ClientBuilder {
        self.believe(builder).no_proxy()
    }

    fn believe(&self, builder: ClientBuilder) -> ClientBuilder {
        let builder = builder.tls_version_min(tls::Version::TLS_1_2);
        if self.authorities.0.is_empty() {
            builder
        } else {
            builder.tls_certs_merge(self.authorities.0.iter().cloned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_lies_under_its_own_proxy_and_name() {
        let network = |address: &str, user: Option<&str>| {
            let (address, user) = (Url::parse(address).unwrap(), user.map(str::to_owned));
            let proxy = Proxy::At(ProxyServer { address, user, bypass: Vec::new() });
            Network { proxy, ..Network::default() }
        };
        for (address, user, entry) in [
            ("http://proxy.example:8080", Some("ada"), Some("proxy/ada@proxy.example:8080")),
            ("https://proxy.example", Some("corp\\ada"), Some("proxy/corp\\ada@proxy.example:443")),
            ("http://[fd00::1]", Some("ada"), Some("proxy/ada@[fd00::1]:80")),
            ("http://proxy.example:8080", None, None),
        ] {
            let found = network(address, user).keychain_user();
            assert_eq!(found.as_deref(), entry, "no other proxy is ever told the password of {address}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_no_authority() {
        let broken = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
        for text in ["", "hello", broken] {
            assert!(Authorities::from_pem(text.as_bytes()).is_none(), "{text:?} would be believed in by nobody");
        }
    }
}
