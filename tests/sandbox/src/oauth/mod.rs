//! Sign-in as github.com does it: the authorize page, the token exchange, the device flow, revocation.

mod authorize;
mod device;
mod exchange;
pub(crate) mod page;
mod revoke;

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde_json::{Map, Value};

pub use authorize::Decision;
pub(crate) use authorize::{Pending, Refusal, begin, decide};
pub(crate) use device::{Devices, settle};

use crate::shared::Shared;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    let tokens = delete(revoke::token).post(revoke::check);
    Router::new()
        .route("/login/oauth/authorize", get(authorize::show).post(authorize::submit))
        .route("/login/oauth/access_token", post(exchange::access_token))
        .route("/login/device/code", post(device::code))
        .route("/login/device", get(device::show).post(device::submit))
        .route("/applications/{client_id}/token", tokens.clone())
        .route("/applications/{client_id}/grant", delete(revoke::grant))
        .route("/credentials/revoke", post(revoke::credentials))
        .route("/api/v3/applications/{client_id}/token", tokens)
        .route("/api/v3/applications/{client_id}/grant", delete(revoke::grant))
        .route("/api/v3/credentials/revoke", post(revoke::credentials))
}

/// The parameters of a token request: form encoding or JSON, as GitHub takes both.
struct Parameters(HashMap<String, String>);

impl Parameters {
    fn read(headers: &HeaderMap, body: &Bytes) -> Self {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if kind.is_some_and(|kind| kind.starts_with("application/json")) {
            let fields: HashMap<String, Value> = serde_json::from_slice(body).unwrap_or_default();
            let text = |(name, value): (String, Value)| Some((name, value.as_str()?.to_owned()));
            return Self(fields.into_iter().filter_map(text).collect());
        }
        Self(url::form_urlencoded::parse(body).into_owned().collect())
    }

    /// The parameter; an empty one counts as missing.
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// An answer of the token endpoints: with HTTP 200 whatever it says, as JSON to whoever asks for it and form-encoded
/// otherwise.
fn respond(headers: &HeaderMap, fields: &Map<String, Value>) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let cache = (header::CACHE_CONTROL, "no-store");
    if accept.is_some_and(|accept| accept.contains("application/json")) {
        return ([cache], Json(fields)).into_response();
    }
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        match value {
            Value::String(text) => form.append_pair(name, text),
            other => form.append_pair(name, &other.to_string()),
        };
    }
    let kind = (header::CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8");
    ([cache, kind], form.finish()).into_response()
}

/// One of the errors that GitHub documents for the token endpoints.
fn error(code: &str) -> Map<String, Value> {
    let (description, page) = match code {
        "incorrect_client_credentials" => (
            "The client_id and/or client_secret passed are incorrect.",
            "troubleshooting-oauth-app-access-token-request-errors/#incorrect-client-credentials",
        ),
        "redirect_uri_mismatch" => (
            "The redirect_uri MUST match the registered callback URL for this application.",
            "troubleshooting-oauth-app-access-token-request-errors/#redirect-uri-mismatch2",
        ),
        "bad_verification_code" => (
            "The code passed is incorrect or expired.",
            "troubleshooting-oauth-app-access-token-request-errors/#bad-verification-code",
        ),
        "bad_refresh_token" => (
            "The refresh token passed is incorrect or expired.",
            "troubleshooting-oauth-app-access-token-request-errors/#bad-refresh-token",
        ),
        "unsupported_grant_type" => {
            ("The grant_type passed is not supported.", "authorizing-oauth-apps/#error-codes-for-the-device-flow")
        }
        "authorization_pending" => {
            ("The authorization request is still pending.", "authorizing-oauth-apps/#error-codes-for-the-device-flow")
        }
        "slow_down" => ("Too many requests have been made in the same timeframe.", ""),
        "expired_token" => {
            ("This 'device_code' has expired.", "authorizing-oauth-apps/#error-codes-for-the-device-flow")
        }
        "access_denied" => ("The authorization request was denied.", ""),
        "device_flow_disabled" => {
            ("Device Flow must be explicitly enabled for this App", "authorizing-oauth-apps/#device-flow")
        }
        "incorrect_device_code" => {
            ("The device_code provided is not valid.", "authorizing-oauth-apps/#error-codes-for-the-device-flow")
        }
        other => (other, ""),
    };
    let uri = format!("https://docs.github.com/apps/oauth-apps/{page}");
    [("error", code), ("error_description", description), ("error_uri", &uri)]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}

/// Scopes as they are asked for: separated by spaces, each once.
fn scopes(text: &str) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in text.split([' ', ',']).filter(|scope| !scope.is_empty()) {
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.into());
        }
    }
    scopes
}
