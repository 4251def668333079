//! REST calls to one GitHub host.

use reqwest::{Method, RequestBuilder, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use super::Endpoints;
use crate::error::{Code, Error, Result};
use crate::http::{Answer, Http, host_of};

/// GitHub's REST API on one host. A token that is passed in goes to this host's addresses and nowhere else.
#[derive(Clone)]
pub struct GitHub {
    pub(super) http: Http,
    pub(super) endpoints: Endpoints,
    /// Development: stands in for the endpoint that an account's record names.
    pub(super) copilot_api: Option<Url>,
}

/// The person behind a token, as far as Wingman shows them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct User {
    /// Stays when the login is renamed.
    pub id: u64,
    /// The name they sign in with.
    pub login: String,
    /// The name they gave themselves.
    pub name: Option<String>,
    /// Where their picture is; not checked yet.
    pub avatar_url: Option<String>,
    /// The scopes of the token that asked (`X-OAuth-Scopes`); none for a token that has permissions instead.
    #[serde(skip)]
    pub scopes: Option<Vec<String>>,
}

impl GitHub {
    /// The API behind these addresses. `copilot_api` is the configured replacement, if there is one.
    pub const fn new(http: Http, endpoints: Endpoints, copilot_api: Option<Url>) -> Self {
        Self { http, endpoints, copilot_api }
    }

    /// The addresses in use.
    pub const fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// The HTTP client in use.
    pub const fn http(&self) -> &Http {
        &self.http
    }

    /// Whose token it is (`GET /user`). `SignInNeeded` when GitHub itself refuses the token.
    pub async fn user(&self, token: &SecretString) -> Result<User> {
        let url = self.endpoints.api(&["user"]);
        let answer = self.send(self.authorized(Method::GET, &url, token)?, &url).await?;
        answer.success()?;
        let scopes = answer.headers.get("x-oauth-scopes").and_then(|value| value.to_str().ok());
        let scopes = scopes.map(|text| text.split([',', ' ']).filter(|it| !it.is_empty()).map(str::to_owned).collect());
        let user: User = serde_json::from_slice(&answer.body).map_err(|_| answer.unexpected())?;
        Ok(User { scopes, ..user })
    }

    pub(super) fn rest(&self, method: Method, url: &Url) -> Result<RequestBuilder> {
        Ok(self
            .http
            .request(method, &self.rest_destination(url)?)?
            .header(header::ACCEPT, "application/vnd.github+json")
            .header("X-GitHub-Api-Version", "2022-11-28"))
    }

    pub(super) fn authorized(&self, method: Method, url: &Url, token: &SecretString) -> Result<RequestBuilder> {
        // `bearer_auth` marks the header as sensitive.
        Ok(self.rest(method, url)?.bearer_auth(token.expose_secret()))
    }

    pub(super) async fn send(&self, request: RequestBuilder, url: &Url) -> Result<Answer> {
        self.http.send(host_of(url), request).await
    }
}

impl Answer {
    /// Whether GitHub itself answered: a proxy in between (a captive portal, a company gateway) says 401 too, and that
    /// says nothing about the token.
    pub(crate) fn is_from_github(&self) -> bool {
        self.headers.contains_key("x-github-request-id")
    }

    /// What GitHub says in words (`message`), in lower case, to look for what only the words tell; never shown.
    pub(super) fn said(&self) -> String {
        let body = serde_json::from_slice::<serde_json::Value>(&self.body).unwrap_or_default();
        body["message"].as_str().unwrap_or_default().to_lowercase()
    }

    /// The answer, when it is a success; otherwise what its status says.
    pub(super) fn success(&self) -> Result<()> {
        if self.status.is_success() {
            return Ok(());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            return Err(if self.is_from_github() {
                Error::new(Code::SignInNeeded)
            } else {
                self.unexpected().retryable()
            });
        }
        let failure = self.failure();
        if failure.code != Code::RateLimited && self.is_limited_in_words() {
            return Err(Error { code: Code::RateLimited, ..failure }.retryable());
        }
        Err(failure)
    }

    /// A secondary limit, and the lock after repeated bad credentials, come as a 403 that may have no header to tell
    /// it by (docs.github.com, "Rate limits for the REST API" and "Authenticating to the REST API").
    fn is_limited_in_words(&self) -> bool {
        let limits = ["secondary rate limit", "rate limit exceeded", "abuse detection", "number of login attempts"];
        self.status == StatusCode::FORBIDDEN && self.is_from_github() && {
            let said = self.said();
            limits.iter().any(|limit| said.contains(limit))
        }
    }
}
