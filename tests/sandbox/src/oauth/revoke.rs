//! Taking tokens back, and asking whether one still works.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;

use crate::{grants::Token, rest::message, shared::Shared};

#[derive(Deserialize)]
pub(super) struct Named {
    access_token: Option<String>,
}

/// The token that an application names about itself: its secret is needed.
fn named(shared: &Shared, client_id: &str, headers: &HeaderMap, body: Option<Json<Named>>) -> Result<Token, Response> {
    let secret = shared.state.lock().clients.get(client_id).and_then(|client| client.secret.clone());
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Basic "))
        .and_then(|basic| String::from_utf8(STANDARD.decode(basic).ok()?).ok());
    if secret.is_none_or(|secret| given != Some(format!("{client_id}:{secret}"))) {
        return Err(message(StatusCode::UNAUTHORIZED, "Requires authentication"));
    }
    let access = body
        .and_then(|Json(named)| named.access_token)
        .ok_or_else(|| message(StatusCode::UNPROCESSABLE_ENTITY, "Validation Failed"))?;
    let now = shared.now();
    let token = shared.state.lock().grants.find(&access, now);
    token.filter(|token| token.client_id == client_id).ok_or_else(|| message(StatusCode::NOT_FOUND, "Not Found"))
}

pub(super) async fn token(
    State(shared): State<Arc<Shared>>,
    Path(client_id): Path<String>,
    headers: HeaderMap,
    body: Option<Json<Named>>,
) -> Result<StatusCode, Response> {
    let token = named(&shared, &client_id, &headers, body)?;
    shared.state.lock().grants.revoke(&token.access);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn grant(
    State(shared): State<Arc<Shared>>,
    Path(client_id): Path<String>,
    headers: HeaderMap,
    body: Option<Json<Named>>,
) -> Result<StatusCode, Response> {
    let token = named(&shared, &client_id, &headers, body)?;
    shared.state.lock().grants.revoke_grant(token.user, &client_id);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn check(
    State(shared): State<Arc<Shared>>,
    Path(client_id): Path<String>,
    headers: HeaderMap,
    body: Option<Json<Named>>,
) -> Result<Response, Response> {
    let token = named(&shared, &client_id, &headers, body)?;
    let user = token.person().map(|person| json!({ "login": person.login, "id": person.id }));
    let body = json!({
        "token": token.access,
        "scopes": token.scopes,
        "app": { "client_id": client_id },
        "user": user,
    });
    Ok(Json(body).into_response())
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    credentials: Vec<String>,
}

/// Takes no authentication, and says the same whether it knew them or not.
pub(super) async fn credentials(
    State(shared): State<Arc<Shared>>,
    Json(given): Json<Credentials>,
) -> Result<Response, Response> {
    if given.credentials.is_empty() || given.credentials.len() > 1000 {
        return Err(message(StatusCode::UNPROCESSABLE_ENTITY, "Validation Failed"));
    }
    let mut state = shared.state.lock();
    for credential in &given.credentials {
        state.grants.revoke(credential);
    }
    Ok((StatusCode::ACCEPTED, Json(json!({}))).into_response())
}
