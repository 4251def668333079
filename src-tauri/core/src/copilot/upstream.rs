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

use super::patience::Patience;
use crate::accounts::{AccountId, Tokens};
use crate::error::{Code, Error, Result};
use crate::http::{Destination, Http, of_transport};
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
    /// The Copilot endpoint, one that the host may name: the only place the token goes to.
    pub endpoint: Destination,
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
    ) -> Self {
        Self { account: access.account.clone(), access: RwLock::new(Arc::new(access)), http, tokens, patience, now }
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
    pub(super) fn admit(&self, access: Access) {
        *self.access.write() = Arc::new(access);
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
        let to = access.endpoint.below(path)?;
        let mut token = self.token().await?;
        let mut told = false;
        loop {
            let request = self
                .http
                .stream(method.clone(), &to)?
                .headers(headers.clone())
                .bearer_auth(token.expose_secret())
                .body(body.clone());
            let answer = match timeout(self.patience.silence, request.send()).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(error)) => return Err(of_transport(access.endpoint.host(), &error)),
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
