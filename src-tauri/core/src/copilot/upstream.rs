//! An account's Copilot endpoint: the one place where a token is put into a request. Knows `accounts::Tokens` and
//! the network, nothing of sessions.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use parking_lot::RwLock;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::timeout;
use url::{Host, Url};

use super::patience::Patience;
use crate::accounts::{AccountId, Tokens};
use crate::error::{Code, Error, Result};
use crate::http::{Http, of_transport};
use crate::time::Millis;

/// A refresh may be under way; longer than this is a hang.
const TOKEN_WITHIN: Duration = Duration::from_mins(1);

/// The header by which an answer of GitHub's own is told from one of a proxy.
const REQUEST_ID: &str = "x-github-request-id";

/// What the account's own host said about its Copilot: fetched and checked by whoever admits the account.
#[derive(Clone, Debug)]
pub struct Access {
    /// Whose.
    pub account: AccountId,
    /// The name it signs in with, for errors that say who.
    pub login: String,
    /// The host's record, whole. The runtime trusts it as given.
    pub record: Value,
    /// The Copilot endpoint, checked against what the host may name: the only place the token goes to.
    pub endpoint: Url,
}

/// One account's endpoint and the way to its token.
pub(super) struct Upstream {
    account: AccountId,
    access: RwLock<Arc<Access>>,
    http: Http,
    tokens: Arc<dyn Tokens>,
    pub(super) patience: Patience,
    now: Arc<dyn Fn() -> Millis + Send + Sync>,
}

impl Upstream {
    pub(super) fn new(
        access: Access,
        http: Http,
        tokens: Arc<dyn Tokens>,
        patience: Patience,
        now: Arc<dyn Fn() -> Millis + Send + Sync>,
    ) -> Result<Self> {
        check(&access.endpoint)?;
        Ok(Self { account: access.account.clone(), access: RwLock::new(Arc::new(access)), http, tokens, patience, now })
    }

    pub(super) fn access(&self) -> Arc<Access> {
        self.access.read().clone()
    }

    pub(super) fn account(&self) -> &AccountId {
        &self.account
    }

    pub(super) fn now(&self) -> Millis {
        (self.now)()
    }

    /// Replaces what the host said earlier; a request under way ends where it began.
    pub(super) fn admit(&self, access: Access) -> Result<()> {
        check(&access.endpoint)?;
        *self.access.write() = Arc::new(access);
        Ok(())
    }

    /// The token that the vault holds now.
    pub(super) async fn token(&self) -> Result<SecretString> {
        self.in_time(self.tokens.token(&self.account)).await
    }

    /// GitHub refused this token: another one, when there is one.
    pub(super) async fn refused(&self, token: &SecretString) -> Result<SecretString> {
        self.in_time(self.tokens.refused(&self.account, token)).await
    }

    /// GitHub refused the second one too: only a sign-in helps.
    pub(super) fn refused_again(&self) -> Error {
        self.tokens.refused_again(&self.account).with("login", &self.access().login)
    }

    /// Sends a request with the account's token, to the account's endpoint and nowhere else. A 401 of GitHub's own
    /// is told to the vault once, and the request sent again with the token that it answers with; a 401 of somebody
    /// in between is handed on, and no token is thrown away for it.
    ///
    /// An answer of any status is `Ok`; `Err` means there is none.
    pub(super) async fn send(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<reqwest::Response> {
        let access = self.access();
        let url = target(&access.endpoint, path)?;
        let mut token = self.token().await?;
        let mut told = false;
        loop {
            let request = self
                .http
                .client(&url)?
                .request(method.clone(), url.clone())
                .headers(headers.clone())
                .bearer_auth(token.expose_secret())
                .body(body.clone());
            let answer = match timeout(self.patience.silence, request.send()).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(error)) => return Err(of_transport(host_of(&access.endpoint), &error)),
                Err(_silence) => return Err(stalled(self.patience.silence)),
            };
            if answer.status() != StatusCode::UNAUTHORIZED || !answer.headers().contains_key(REQUEST_ID) {
                return Ok(answer);
            }
            if told {
                return Err(self.tokens.refused_again(&self.account).with("login", &access.login));
            }
            told = true;
            token = self.refused(&token).await?;
        }
    }

    async fn in_time(&self, token: impl Future<Output = Result<SecretString>>) -> Result<SecretString> {
        timeout(TOKEN_WITHIN, token)
            .await
            .unwrap_or_else(|_late| Err(Error::new(Code::TimedOut).with("host", self.account.host()).retryable()))
    }
}

/// Nothing came for so long.
pub(super) fn stalled(after: Duration) -> Error {
    Error::new(Code::Stalled).with("seconds", after.as_secs().max(1)).retryable()
}

/// The endpoint's host for the words of an error.
pub(super) fn host_of(endpoint: &Url) -> &str {
    endpoint.host_str().unwrap_or_default()
}

/// `https`, or `http` on this very machine: whoever fetched the record checked whose endpoint it is; that it is
/// worth a token at all is checked here once more.
fn check(endpoint: &Url) -> Result<()> {
    let loopback = match endpoint.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let encrypted = endpoint.scheme() == "https" && endpoint.host().is_some();
    let plain = endpoint.username().is_empty() && endpoint.password().is_none() && endpoint.query().is_none();
    if plain && (encrypted || (loopback && endpoint.scheme() == "http")) {
        Ok(())
    } else {
        Err(Error::new(Code::Internal).with("reason", "the Copilot endpoint is not one that a token may go to"))
    }
}

/// The endpoint with the path appended, which must not lead anywhere else.
fn target(endpoint: &Url, path: &str) -> Result<Url> {
    let text = format!("{}{path}", endpoint.as_str().trim_end_matches('/'));
    Url::parse(&text)
        .ok()
        .filter(|url| path.starts_with('/') && url.origin() == endpoint.origin())
        .ok_or_else(|| Error::new(Code::Internal).with("reason", "the request does not lead to the account's endpoint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_over_tls_or_stays_on_this_machine() {
        for good in ["https://api.githubcopilot.com", "http://127.0.0.1:4000/", "http://[::1]:1", "http://localhost:1"]
        {
            assert!(check(&Url::parse(good).unwrap()).is_ok(), "{good} is safe for a token");
        }
        for bad in [
            "http://api.githubcopilot.com",
            "http://127.0.0.1.example.com",
            "ftp://localhost",
            "https://user@api.githubcopilot.com",
            "https://api.githubcopilot.com/?to=elsewhere",
        ] {
            assert!(check(&Url::parse(bad).unwrap()).is_err(), "{bad} would carry a token where it must not go");
        }
    }

    #[test]
    fn no_path_leads_away_from_the_endpoint() {
        let endpoint = Url::parse("https://api.example").unwrap();
        assert_eq!(target(&endpoint, "/models").unwrap().as_str(), "https://api.example/models", "paths are appended");
        for bad in [".evil.example/models", "@evil.example/", ":81/models", ""] {
            assert!(target(&endpoint, bad).is_err(), "{bad} would change the host that gets the token");
        }
    }
}
