//! The applications registered at this GitHub.

use serde::{Deserialize, Serialize};
use url::Url;

/// Where the desktop app takes callbacks.
pub const DEFAULT_CALLBACK: &str = "dev.wingman.desktop://oauth/callback";

/// The two kinds of application that a person can authorize.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Tokens `gho_…` with the scopes asked for.
    #[default]
    OauthApp,
    /// Tokens `ghu_…` without scopes, which expire after eight hours.
    GithubApp,
}

/// A registered application.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a registration page, each on its own")]
pub struct Client {
    /// Its client id.
    pub id: String,
    /// Its client secret. Without one PKCE is required instead.
    #[serde(default)]
    pub secret: Option<String>,
    /// The name a person reads.
    #[serde(default = "default_name")]
    pub name: String,
    /// Callback URLs, matched exactly, but that loopback ones may use any port.
    #[serde(default = "default_callbacks")]
    pub callbacks: Vec<String>,
    /// OAuth App or GitHub App.
    #[serde(default)]
    pub kind: Kind,
    /// Whether an OAuth App opted in to tokens that expire (28,800 s, with a refresh token).
    #[serde(default)]
    pub expiring_tokens: bool,
    /// Whether the device flow is enabled.
    #[serde(default = "yes")]
    pub device_flow: bool,
    /// Whether GitHub suspended it: the callback then says `application_suspended`.
    #[serde(default)]
    pub suspended: bool,
    /// Whether a GitHub App (or a `github_pat_…` token issued for it) may read the members of organisations; without
    /// it a membership is "not accessible by integration".
    #[serde(default = "yes")]
    pub sees_members: bool,
}

fn default_name() -> String {
    "Wingman".into()
}

fn default_callbacks() -> Vec<String> {
    vec![DEFAULT_CALLBACK.into(), "http://127.0.0.1/callback".into()]
}

fn yes() -> bool {
    true
}

impl Client {
    /// An OAuth App named Wingman with the desktop's callback, tokens that do not expire, and no secret.
    pub fn new(id: &str) -> Self {
        Self {
            id: id.into(),
            secret: None,
            name: default_name(),
            callbacks: default_callbacks(),
            kind: Kind::default(),
            expiring_tokens: false,
            device_flow: true,
            suspended: false,
            sees_members: true,
        }
    }

    /// The same with a secret.
    #[must_use]
    pub fn with_secret(mut self, secret: &str) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// Whether tokens of this client end and come with a refresh token.
    pub(crate) fn expires(&self) -> bool {
        self.expiring_tokens || self.kind == Kind::GithubApp
    }

    /// Whether `redirect_uri` is registered: exactly, or a loopback one with another port.
    pub(crate) fn allows(&self, redirect_uri: &str) -> bool {
        self.callbacks.iter().any(|registered| registered == redirect_uri || same_but_port(registered, redirect_uri))
    }
}

fn same_but_port(registered: &str, asked: &str) -> bool {
    let (Ok(mut registered), Ok(mut asked)) = (Url::parse(registered), Url::parse(asked)) else {
        return false;
    };
    let loopback = asked.scheme() == "http" && asked.host_str() == Some("127.0.0.1");
    loopback && registered.set_port(None).is_ok() && asked.set_port(None).is_ok() && registered == asked
}

/// All registered applications.
#[derive(Debug)]
pub(crate) struct Clients(Vec<Client>);

impl Clients {
    /// The two that are always there, and `more`.
    pub(crate) fn new(more: &[Client]) -> Self {
        let mut clients = Self(vec![
            Client::new("wingman-sandbox"),
            Client::new("wingman-sandbox-secret").with_secret("sandbox-secret"),
        ]);
        for client in more {
            clients.register(client.clone());
        }
        clients
    }

    pub(crate) fn register(&mut self, client: Client) {
        self.0.retain(|known| known.id != client.id);
        self.0.push(client);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Client> {
        self.0.iter().find(|client| client.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_matches_exactly_except_for_a_loopback_port() {
        let client = Client::new("x");
        assert!(client.allows(DEFAULT_CALLBACK), "the registered one is allowed");
        assert!(
            client.allows("http://127.0.0.1:49152/callback"),
            "a loopback listener cannot know its port beforehand"
        );
        for wrong in [
            "dev.wingman.desktop://oauth/callback/",
            "dev.wingman.desktop://oauth/callback?x=1",
            "http://127.0.0.1:80/other",
            "http://localhost/callback",
            "https://evil.example/callback",
        ] {
            assert!(!client.allows(wrong), "{wrong} is not registered, a code must not go there");
        }
    }
}
