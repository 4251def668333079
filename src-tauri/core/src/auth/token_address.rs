//! The token address: a code, a device code or a refresh token becomes a token, with `oauth2` over our own HTTP client.
//!
//! GitHub's token address does not quite speak RFC 6749: errors come with HTTP 200, scopes are separated by commas,
//! and a gateway may answer with a page. The closure that `oauth2` sends through mends or refuses all of it before
//! its parser, whose error holds the raw body, sees any.

use std::fmt::Display;

use futures_util::future::BoxFuture;
use oauth2::basic::{BasicErrorResponse, BasicTokenType};
use oauth2::{
    AuthType, AuthorizationCode, Client, ClientId, ClientSecret, DeviceAuthorizationUrl, EndpointNotSet, EndpointSet,
    ErrorResponseType, ExtraTokenFields, HttpRequest, HttpResponse, RefreshToken, RequestTokenError,
    StandardErrorResponse, StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use reqwest::{Method, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::attempt::{Exchange, redirect_url, refusal};
use super::callback::error_code;
use crate::accounts::{Grant, TokenRecord};
use crate::error::{Code, Error, Result};
use crate::github::{Endpoints, Host};
use crate::http::{Answer, Http};
use crate::time::Millis;

/// What GitHub adds to a token.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct GitHubFields {
    #[serde(default)]
    refresh_token_expires_in: Option<u64>,
}

impl ExtraTokenFields for GitHubFields {}

pub(super) type Token = StandardTokenResponse<GitHubFields, BasicTokenType>;
type GitHubClient = Client<
    BasicErrorResponse,
    Token,
    oauth2::basic::BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    oauth2::basic::BasicRevocationErrorResponse,
>;

/// The client as `oauth2` knows it, with its addresses on the host.
pub(super) type AskingClient = Client<
    BasicErrorResponse,
    Token,
    oauth2::basic::BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    oauth2::basic::BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// `secret`: sent in the body, where GitHub documents it. A device code, and a refresh token that came by one, need
/// none.
pub(super) fn client(endpoints: &Endpoints, id: &str, secret: Option<&SecretString>) -> AskingClient {
    let client = GitHubClient::new(ClientId::new(id.to_owned()))
        .set_redirect_uri(redirect_url())
        .set_auth_type(AuthType::RequestBody)
        .set_device_authorization_url(DeviceAuthorizationUrl::from_url(endpoints.device()))
        .set_token_uri(TokenUrl::from_url(endpoints.token()));
    match secret {
        Some(secret) => client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned())),
        None => client,
    }
}

/// What `oauth2` sends through. It owns all it needs: a future that borrows could not move to another thread.
pub(super) fn sender(
    http: &Http,
    endpoints: &Endpoints,
) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse>> + Send + Sync + use<> {
    let (http, endpoints) = (http.clone(), endpoints.clone());
    move |request| {
        let (http, endpoints) = (http.clone(), endpoints.clone());
        Box::pin(async move { send(&http, &endpoints, request).await })
    }
}

/// Exchanges the code, once: a code whose answer was lost may be spent, so there is no second try.
pub(super) async fn exchange(http: &Http, exchange: Exchange, now: Millis) -> Result<TokenRecord> {
    let Exchange { asked, code, verifier, .. } = exchange;
    let host = asked.endpoints.host();
    let token = client(&asked.endpoints, &asked.client.id, asked.client.secret.as_ref())
        .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
        .set_pkce_verifier(verifier)
        .request_async(&sender(http, &asked.endpoints))
        .await
        .map_err(|error| told(host, error))?;
    Ok(record(&token, asked.client.id, Grant::Browser, now))
}

/// Gets the next token with the refresh token, which is spent by it, as the old access token is. `SignInNeeded` when
/// GitHub refuses it; a lost answer is told as what was lost, and the old refresh token may be spent then.
pub(super) async fn refresh(
    http: &Http,
    endpoints: &Endpoints,
    secret: Option<&SecretString>,
    old: &TokenRecord,
    now: Millis,
) -> Result<TokenRecord> {
    let Some(refresh) = &old.refresh else { return Err(Code::SignInNeeded.into()) };
    let host = endpoints.host();
    let secret = secret.filter(|_| old.grant != Grant::Device);
    let token = client(endpoints, &old.client_id, secret)
        .exchange_refresh_token(&RefreshToken::new(refresh.expose_secret().to_owned()))
        .request_async(&sender(http, endpoints))
        .await
        .map_err(|error| told(host, error))?;
    let new = record(&token, old.client_id.clone(), old.grant, now);
    Ok(TokenRecord {
        // What an answer leaves out stays as it was (RFC 6749, sections 5.1 and 6).
        refresh: new.refresh.or_else(|| old.refresh.clone()),
        refresh_expires_at: new.refresh_expires_at.or(old.refresh_expires_at),
        scopes: if token.scopes().is_some() { new.scopes } else { old.scopes.clone() },
        ..new
    })
}

/// Sends a token request and answers as RFC 6749 has it.
async fn send(http: &Http, endpoints: &Endpoints, request: HttpRequest) -> Result<HttpResponse> {
    let (parts, body) = request.into_parts();
    let url = url::Url::parse(&parts.uri.to_string())
        .map_err(|_| Error::new(Code::Internal).with("reason", "the token address"))?;
    let to = endpoints.sign_in_hosts().permit(&url)?;
    let request = http.request(Method::POST, &to)?.headers(parts.headers).body(body);
    // The error of a lost answer is not marked as worth another try: the code may be spent.
    let answer = http.send(to.host(), request).await.map_err(|error| Error { retryable: false, ..error })?;
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
pub(super) fn told<T: ErrorResponseType + Display + 'static>(
    host: &Host,
    error: RequestTokenError<Error, StandardErrorResponse<T>>,
) -> Error {
    match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(response) => refusal(&response.error().to_string()),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            Error::new(Code::AnswerUnexpected).with("host", host).with("status", StatusCode::OK.as_u16())
        }
    }
}

pub(super) fn record(token: &Token, client_id: String, grant: Grant, now: Millis) -> TokenRecord {
    let at = |seconds: u64| now.plus(i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000));
    let scopes = token.scopes().into_iter().flatten().map(|scope| scope.as_str()).filter(|scope| !scope.is_empty());
    TokenRecord {
        access: SecretString::from(token.access_token().secret().as_str()),
        refresh: token.refresh_token().map(|token| SecretString::from(token.secret().as_str())),
        expires_at: token.expires_in().map(|life| at(life.as_secs())),
        refresh_expires_at: token.extra_fields().refresh_token_expires_in.map(at),
        scopes: scopes.map(str::to_owned).collect(),
        grant,
        client_id,
    }
}
