//! GitHub's REST API, as far as a chat client asks: who am I. Organisations and Copilot's record
//! have rooms of their own.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use crate::{
    access,
    grants::Token,
    organizations,
    people::{self, Person},
    shared::Shared,
};

/// Under the root and under `/api/v3`.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/user", get(user))
        .route("/avatars/u/{id}", get(avatar))
        .merge(organizations::rest_routes())
        .merge(access::routes())
}

/// Who sends this request: the owner of the token in `Authorization`, or the answer to give instead.
pub(crate) fn authenticate(shared: &Shared, headers: &HeaderMap) -> Result<(Token, &'static Person), Response> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(header) = header else {
        return Err(message(StatusCode::UNAUTHORIZED, "Requires authentication"));
    };
    let now = shared.now();
    header
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token"))
        .and_then(|(_, token)| shared.state.lock().grants.find(token.trim(), now))
        .and_then(|token| token.person().map(|person| (token, person)))
        .ok_or_else(|| message(StatusCode::UNAUTHORIZED, "Bad credentials"))
}

/// The REST API refuses whoever does not say what program it is.
pub(crate) fn authenticate_rest(shared: &Shared, headers: &HeaderMap) -> Result<(Token, &'static Person), Response> {
    if !headers.contains_key(header::USER_AGENT) {
        let text =
            "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.\n";
        return Err((StatusCode::FORBIDDEN, text).into_response());
    }
    authenticate(shared, headers)
}

/// GitHub's form of an error.
pub(crate) fn message(status: StatusCode, text: &str) -> Response {
    let body = json!({
        "message": text,
        "documentation_url": "https://docs.github.com/rest",
        "status": status.as_str(),
    });
    (status, Json(body)).into_response()
}

/// A good answer says what the token may do.
pub(crate) fn answer(token: &Token, body: Value) -> Response {
    let scopes = HeaderValue::from_str(&token.scopes.join(", ")).unwrap_or(HeaderValue::from_static(""));
    ([(HeaderName::from_static("x-oauth-scopes"), scopes)], Json(body)).into_response()
}

async fn user(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Result<Response, Response> {
    let (token, person) = authenticate_rest(&shared, &headers)?;
    let base = &shared.base;
    let body = json!({
        "login": person.login,
        "id": person.id,
        "node_id": format!("U_sandbox{}", person.id),
        "avatar_url": format!("{base}/avatars/u/{}?v=4", person.id),
        "url": format!("{base}/users/{}", person.login),
        "html_url": format!("{base}/{}", person.login),
        "type": "User",
        "site_admin": false,
        "name": person.name,
        "company": null,
        "blog": "",
        "location": null,
        "email": null,
        "public_repos": 12,
        "followers": 3,
        "following": 5,
        "created_at": "2014-03-01T09:00:00Z",
        "updated_at": "2026-10-30T12:00:00Z",
        "two_factor_authentication": true,
        "plan": { "name": "free", "space": 976_562_499, "collaborators": 0, "private_repos": 10_000 },
    });
    Ok(answer(&token, body))
}

async fn avatar(Path(id): Path<u64>) -> Response {
    match people::by_id(id) {
        Some(person) => ([(header::CONTENT_TYPE, "image/png")], person.avatar()).into_response(),
        None => message(StatusCode::NOT_FOUND, "Not Found"),
    }
}
