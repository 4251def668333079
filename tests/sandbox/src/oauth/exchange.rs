//! `POST /login/oauth/access_token`: a code, a refresh token or a device code becomes a token.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};
use serde_json::{Map, Value, json};

use super::{Parameters, device, error, respond};
use crate::{
    clients::Client,
    grants::{REFRESH_LIFE, TOKEN_LIFE, Token},
    shared::Shared,
};

type Fields = Map<String, Value>;

pub(super) async fn access_token(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let asked = Parameters::read(&headers, &body);
    let fields = match asked.get("grant_type") {
        None | Some("authorization_code") => code(&shared, &asked),
        Some("refresh_token") => refresh(&shared, &asked),
        Some("urn:ietf:params:oauth:grant-type:device_code") => device::poll(&shared, &asked),
        Some(_) => Err("unsupported_grant_type"),
    };
    respond(&headers, &fields.unwrap_or_else(error))
}

/// The client, when its secret is right or it has none.
fn client(shared: &Shared, asked: &Parameters, secret_needed: bool) -> Result<Client, &'static str> {
    let client = asked
        .get("client_id")
        .and_then(|id| shared.state.lock().clients.get(id).cloned())
        .ok_or("incorrect_client_credentials")?;
    let right = match (&client.secret, asked.get("client_secret")) {
        (Some(secret), Some(given)) => secret == given,
        (Some(_), None) => !secret_needed,
        (None, given) => given.is_none(), // whatever was sent, it is not this client's secret
    };
    right.then_some(client).ok_or("incorrect_client_credentials")
}

fn code(shared: &Shared, asked: &Parameters) -> Result<Fields, &'static str> {
    let client = client(shared, asked, true)?;
    let now = shared.now();
    let mut state = shared.state.lock();
    state.grants.secrets.verifiers.extend(asked.get("code_verifier").map(str::to_owned));
    let code =
        asked.get("code").and_then(|text| state.grants.redeem(text, &client, now)).ok_or("bad_verification_code")?;
    if asked.get("redirect_uri").is_some_and(|uri| uri != code.redirect_uri) {
        return Err("redirect_uri_mismatch");
    }
    if !code.proven_by(asked.get("code_verifier")) {
        return Err("bad_verification_code");
    }
    Ok(granted(state.grants.issue(&client, code.user, code.scopes, None, now)))
}

fn refresh(shared: &Shared, asked: &Parameters) -> Result<Fields, &'static str> {
    let client = client(shared, asked, false)?;
    let now = shared.now();
    let mut state = shared.state.lock();
    let old = asked
        .get("refresh_token")
        .and_then(|refresh| state.grants.by_refresh(refresh, &client, now))
        .ok_or("bad_refresh_token")?;
    if client.secret.is_some() && asked.get("client_secret").is_none() && !old.device {
        return Err("incorrect_client_credentials");
    }
    // Both old tokens end here; the scopes stay what they were.
    state.grants.revoke(&old.access);
    let token = state.grants.issue(&client, old.user, old.scopes, None, now);
    token.device = old.device;
    Ok(granted(token))
}

/// The answer that carries a token.
pub(super) fn granted(token: &Token) -> Fields {
    let mut fields = Fields::new();
    fields.insert("access_token".into(), json!(token.access));
    if let Some(refresh) = &token.refresh {
        fields.insert("expires_in".into(), json!(TOKEN_LIFE.as_secs()));
        fields.insert("refresh_token".into(), json!(refresh));
        fields.insert("refresh_token_expires_in".into(), json!(REFRESH_LIFE.as_secs()));
    }
    fields.insert("scope".into(), json!(token.scopes.join(",")));
    fields.insert("token_type".into(), json!("bearer"));
    fields
}
