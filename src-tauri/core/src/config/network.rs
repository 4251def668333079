//! `[network]`: the proxy and the authorities of a company, in a person's file and in the policy.

use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;
use url::Url;

use super::ConfigFault;
use super::check::Checker;
use crate::http::{Authorities, Network, Proxy, ProxyServer};

/// The table as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Written {
    proxy: Option<Spanned<String>>,
    proxy_user: Option<Spanned<String>>,
    no_proxy: Option<Spanned<Vec<String>>>,
    ca_file: Option<Spanned<PathBuf>>,
}

/// Its values, checked. What it does not name is none.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// With the hosts that are reached without it.
    pub(super) proxy: Option<Proxy>,
    /// With what is wrong with it when there is no proxy that asks for it.
    pub(super) user: Option<(String, ConfigFault)>,
    /// The file, and what is in it.
    pub(super) authorities: Option<(PathBuf, Authorities)>,
}

impl Said {
    /// What a policy says, and where it says nothing, the person. Whoever names a proxy names what goes past it; the
    /// name that the proxy asks for is the person's own where the policy has none.
    pub(super) fn under(self, policy: Option<Self>) -> Self {
        let Some(policy) = policy else { return self };
        let (proxy, user) = match policy.proxy {
            Some(Proxy::At(server)) => (Some(Proxy::At(server)), policy.user.or(self.user)),
            Some(other) => (Some(other), None),
            None => (self.proxy, self.user),
        };
        Self { proxy, user, authorities: policy.authorities.or(self.authorities) }
    }

    /// What is wrong with it in a file that no other one is read beside.
    pub(super) fn alone(self) -> Result<Self, ConfigFault> {
        match (&self.proxy, self.user) {
            (Some(Proxy::At(_)), user) => Ok(Self { user, ..self }),
            (_, None) => Ok(Self { user: None, ..self }),
            (_, Some((_, lonely))) => Err(lonely),
        }
    }

    /// What comes of it.
    pub(super) fn network(self) -> Result<Network, ConfigFault> {
        let mut proxy = self.proxy.unwrap_or_default();
        if let Some((user, lonely)) = self.user {
            let Proxy::At(server) = &mut proxy else { return Err(lonely) };
            server.user = Some(user);
        }
        let authorities = self.authorities.map(|(_, authorities)| authorities).unwrap_or_default();
        Ok(Network { proxy, authorities })
    }
}

impl Checker<'_> {
    /// What the table says.
    pub(super) fn network(&self, written: Written) -> Result<Said, ConfigFault> {
        let mut proxy = written.proxy.as_ref().map(|value| self.proxy(value)).transpose()?;
        if let Some(value) = written.no_proxy {
            let Some(Proxy::At(server)) = &mut proxy else {
                return Err(self.fault(&value.span(), "a proxy's address beside no_proxy"));
            };
            server.bypass = self.bypass(value)?;
        }
        let user = written.proxy_user.map(|value| self.proxy_user(value)).transpose()?;
        let authorities = written.ca_file.map(|value| self.authorities(value)).transpose()?;
        Ok(Said { proxy, user, authorities })
    }

    fn proxy(&self, value: &Spanned<String>) -> Result<Proxy, ConfigFault> {
        match value.get_ref().as_str() {
            "system" => return Ok(Proxy::System),
            "none" => return Ok(Proxy::None),
            _ => {}
        }
        let url = Url::parse(value.get_ref()).ok();
        if url.as_ref().is_some_and(|url| !url.username().is_empty() || url.password().is_some()) {
            let expected = "no name and no password in the address: the name is proxy_user, and the password goes into \
                            the keychain (wingman --store-proxy-password)";
            return Err(self.fault(&value.span(), expected));
        }
        let plain = |url: &Url| {
            matches!(url.scheme(), "http" | "https")
                && url.host().is_some()
                && url.path() == "/"
                && url.query().is_none()
                && url.fragment().is_none()
        };
        let address = url.filter(plain).ok_or_else(|| {
            self.fault(&value.span(), "\"system\", \"none\", or an address such as \"http://proxy.example:8080\"")
        })?;
        Ok(Proxy::At(ProxyServer { address, user: None, bypass: Vec::new() }))
    }

    fn bypass(&self, value: Spanned<Vec<String>>) -> Result<Vec<String>, ConfigFault> {
        // With a star or a comma one entry would mean many.
        let a_host = |entry: &String| {
            !entry.is_empty() && entry.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:/".contains(&byte))
        };
        if !value.get_ref().iter().all(a_host) {
            let expected = "a list of hosts, such as [\"intranet.example\", \"10.0.0.0/8\"]";
            return Err(self.fault(&value.span(), expected));
        }
        Ok(value.into_inner())
    }

    fn proxy_user(&self, value: Spanned<String>) -> Result<(String, ConfigFault), ConfigFault> {
        let user = value.get_ref();
        // Basic authentication ends the name at the first colon (RFC 7617, section 2).
        if user.is_empty() || user.chars().any(|c| c.is_control() || c == ':') {
            return Err(self.fault(&value.span(), "the name alone that the proxy asks for, without a colon"));
        }
        let lonely =
            self.fault(&value.span(), "a proxy's address (proxy = \"http://proxy.example:8080\") beside proxy_user");
        Ok((value.into_inner(), lonely))
    }

    fn authorities(&self, value: Spanned<PathBuf>) -> Result<(PathBuf, Authorities), ConfigFault> {
        let span = value.span();
        let file = self.folder(value)?;
        let bytes = std::fs::read(&file)
            .map_err(|error| self.fault(&span, format!("a file that can be read ({})", error.kind())))?;
        let authorities = Authorities::from_pem(&bytes);
        let authorities =
            authorities.ok_or_else(|| self.fault(&span, "a file of certificates in PEM, at least one"))?;
        Ok((file, authorities))
    }
}
