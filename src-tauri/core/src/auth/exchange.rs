//! The code exchange, with `oauth2` over our own HTTP client.
//!
//! GitHub's token address does not quite speak RFC 6749: errors come with HTTP 200, scopes are separated by commas,
//! and a gateway may answer with a page. The closure that `oauth2` sends through mends or refuses all of it before
//! its parser, whose error holds the raw body, sees any.

use oauth2::basic::{BasicErrorResponse, BasicTokenType};
use oauth2::{
    AuthType, AuthorizationCode, Client, ClientId, ClientSecret, ExtraTokenFields, HttpRequest, HttpResponse,
    RequestTokenError, StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use reqwest::{Method, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::attempt::{Exchange, redirect_url, refusal};
use super::callback::error_code;
use crate::accounts::{Grant, TokenRecord};
use crate::error::{Code, Error, Result};
use crate::http::{Answer, Http};
use crate::time::Millis;

/// What GitHub adds to a token.
#[derive(Debug, Default, Deserialize, Serialize)]
struct GitHubFields {
    #[serde(default)]
    refresh_token_expires_in: Option<u64>,
}

impl ExtraTokenFields for GitHubFields {}

type Token = StandardTokenResponse<GitHubFields, BasicTokenType>;
type GitHubClient = Client<
    BasicErrorResponse,
    Token,
    oauth2::basic::BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    oauth2::basic::BasicRevocationErrorResponse,
>;

/// Exchanges the code, once: a code whose answer was lost may be spent, so there is no second try.
pub(super) async fn exchange(http: &Http, exchange: Exchange, now: Millis) -> Result<TokenRecord> {
    let Exchange { asked, code, verifier, .. } = exchange;
    let host = asked.endpoints.host().as_str();
    let mut client = GitHubClient::new(ClientId::new(asked.client.id.clone()))
        .set_redirect_uri(redirect_url())
        .set_auth_type(AuthType::RequestBody); // where GitHub documents the secret
    if let Some(secret) = &asked.client.secret {
        client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
    }
    // What it sends through owns all it needs: a future that borrows could not move to another thread.
    let sender = |request| {
        let (http, host) = (http.clone(), host.to_owned());
        async move { send(&http, &host, request).await }
    };
    let token = client
        .set_token_uri(TokenUrl::from_url(asked.endpoints.token()))
        .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
        .set_pkce_verifier(verifier)
        .request_async(&sender)
        .await
        .map_err(|error| told(host, error))?;
    Ok(record(&token, asked.client.id, now))
}

/// Sends a token request and answers as RFC 6749 has it.
async fn send(http: &Http, host: &str, request: HttpRequest) -> Result<HttpResponse> {
    let (parts, body) = request.into_parts();
    let url = url::Url::parse(&parts.uri.to_string())
        .map_err(|_| Error::new(Code::Internal).with("reason", "the token address"))?;
    let request = http.request(Method::POST, &url)?.headers(parts.headers).body(body);
    // The error of a lost answer is not marked as worth another try: the code may be spent.
    let answer = http.send(host, request).await.map_err(|error| Error { retryable: false, ..error })?;
    mended(&answer)
}

fn mended(answer: &Answer) -> Result<HttpResponse> {
    let fault = || Error { retryable: false, ..answer.failure() };
    let object = serde_json::from_slice::<Value>(&answer.body).ok().filter(Value::is_object);
    let limited = answer.status == StatusCode::TOO_MANY_REQUESTS;
    let understood = answer.status == StatusCode::OK || answer.status.is_client_error() && !limited;
    let Some(mut object) = object.filter(|_| understood) else {
        return Err(fault());
    };

    let status = if let Some(error) = object.get("error").and_then(Value::as_str) {
        // GitHub answers a client id that it does not know with 404 "Not Found".
        let error =
            if answer.status == StatusCode::NOT_FOUND { "invalid_client".to_owned() } else { error_code(error) };
        object = serde_json::json!({ "error": error }); // its description is for developers
        StatusCode::BAD_REQUEST
    } else if answer.status == StatusCode::OK {
        StatusCode::OK
    } else {
        return Err(fault());
    };
    if let Some(scope) = object.get_mut("scope")
        && let Some(text) = scope.as_str()
    {
        *scope = Value::String(scopes_of(text).join(" "));
    }
    let body = serde_json::to_vec(&object).map_err(|_| answer.unexpected())?;
    http::Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
        .map_err(|_| answer.unexpected())
}

fn scopes_of(text: &str) -> Vec<&str> {
    text.split([',', ' ']).filter(|scope| !scope.is_empty()).collect()
}

/// An error of `oauth2`'s in our words. Its own hold the raw body and are dropped here.
fn told(host: &str, error: RequestTokenError<Error, BasicErrorResponse>) -> Error {
    match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(response) => refusal(response.error().as_ref()),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            Error::new(Code::AnswerUnexpected).with("host", host).with("status", StatusCode::OK.as_u16())
        }
    }
}

fn record(token: &Token, client_id: String, now: Millis) -> TokenRecord {
    let at = |seconds: u64| now.plus(i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000));
    let scopes = token.scopes().into_iter().flatten().map(|scope| scope.as_str()).filter(|scope| !scope.is_empty());
    TokenRecord {
        access: SecretString::from(token.access_token().secret().as_str()),
        refresh: token.refresh_token().map(|token| SecretString::from(token.secret().as_str())),
        expires_at: token.expires_in().map(|life| at(life.as_secs())),
        refresh_expires_at: token.extra_fields().refresh_token_expires_in.map(at),
        scopes: scopes.map(str::to_owned).collect(),
        grant: Grant::Browser,
        client_id,
    }
}
