//! GitHub's REST API, as far as a chat client asks: who am I, what are my organisations, what Copilot do I have.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::{ToSpan as _, Zoned, tz::TimeZone};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    grants::Token,
    people::{self, Person, Plan},
    shared::Shared,
};

/// Under the root and under `/api/v3`.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/user", get(user))
        .route("/user/orgs", get(organizations))
        .route("/user/memberships/orgs/{organization}", get(membership))
        .route("/copilot_internal/user", get(copilot_user))
        .route("/avatars/u/{id}", get(avatar))
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
fn authenticate_rest(shared: &Shared, headers: &HeaderMap) -> Result<(Token, &'static Person), Response> {
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
fn answer(token: &Token, body: Value) -> Response {
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

#[derive(Deserialize)]
struct Page {
    page: Option<usize>,
    per_page: Option<usize>,
}

async fn organizations(
    State(shared): State<Arc<Shared>>,
    Query(page): Query<Page>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let (token, person) = authenticate_rest(&shared, &headers)?;
    if !token.may(&["read:org", "user", "admin:org", "write:org"]) {
        let text = "You need at least read:org scope or user scope to list your organizations.";
        return Err(message(StatusCode::FORBIDDEN, text));
    }
    let all = person.organizations();
    let size = page.per_page.unwrap_or(30).clamp(1, 100);
    let number = page.page.unwrap_or(1).max(1);
    let last = all.len().div_ceil(size).max(1);
    let body: Vec<_> = all
        .iter()
        .skip((number - 1) * size)
        .take(size)
        .map(|(id, login)| json!({ "login": login, "id": id, "description": "" }))
        .collect();
    let mut response = answer(&token, json!(body));
    let link = |page: usize, relation: &str| {
        format!("<{}/user/orgs?per_page={size}&page={page}>; rel=\"{relation}\"", shared.base)
    };
    let mut links = Vec::new();
    if number > 1 {
        links.extend([link(number - 1, "prev"), link(1, "first")]);
    }
    if number < last {
        links.extend([link(number + 1, "next"), link(last, "last")]);
    }
    if !links.is_empty()
        && let Ok(links) = HeaderValue::from_str(&links.join(", "))
    {
        response.headers_mut().insert(header::LINK, links);
    }
    Ok(response)
}

async fn membership(
    State(shared): State<Arc<Shared>>,
    Path(organization): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let (token, person) = authenticate_rest(&shared, &headers)?;
    let state = person.membership(&organization).ok_or_else(|| message(StatusCode::NOT_FOUND, "Not Found"))?;
    let body = json!({
        "state": state,
        "role": "member",
        "organization": { "login": organization },
        "user": { "login": person.login, "id": person.id },
    });
    Ok(answer(&token, body))
}

async fn avatar(Path(id): Path<u64>) -> Response {
    match people::by_id(id) {
        Some(person) => ([(header::CONTENT_TYPE, "image/png")], person.avatar()).into_response(),
        None => message(StatusCode::NOT_FOUND, "Not Found"),
    }
}

/// Premium requests in a month.
pub(crate) fn entitlement(plan: Plan) -> f64 {
    match plan {
        Plan::Pro | Plan::Business => 300.0,
        Plan::Free => 50.0,
        Plan::None => 0.0,
    }
}

/// When the quota begins anew: the first of next month.
pub(crate) fn quota_reset() -> Zoned {
    let now = Zoned::now().with_time_zone(TimeZone::UTC).start_of_day();
    now.and_then(|today| today.first_of_month()?.checked_add(1.month())).unwrap_or_default()
}

async fn copilot_user(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Result<Response, Response> {
    let (token, person) = authenticate_rest(&shared, &headers)?;
    let used = shared.state.lock().used.get(&person.id).copied().unwrap_or_default();
    let (plan, sku) = match person.plan {
        Plan::Pro => ("individual_pro", "plus_monthly_subscriber_quota"),
        Plan::Business => ("business", "copilot_for_business_seat_quota"),
        Plan::Free => ("individual", "free_limited_copilot"),
        Plan::None => ("individual", "no_access"),
    };
    let access = person.plan != Plan::None;
    let limit = entitlement(person.plan);
    let snapshot = |id: &str, unlimited: bool| {
        let left = if unlimited { 0.0 } else { (limit - used).max(0.0) };
        json!({
            "quota_id": id,
            "entitlement": if unlimited { 0.0 } else { limit },
            "remaining": left,
            "quota_remaining": left,
            "percent_remaining": if unlimited { 100.0 } else { 100.0 * left / limit },
            "unlimited": unlimited,
            "overage_count": 0,
            "overage_permitted": false,
            "timestamp_utc": jiff::Timestamp::now().to_string(),
        })
    };
    let reset = quota_reset();
    let base = &shared.base;
    let body = json!({
        "login": person.login,
        "copilot_plan": plan,
        "access_type_sku": sku,
        "chat_enabled": access,
        "can_signup_for_limited": !access,
        "assigned_date": access.then_some("2025-02-01T08:00:00Z"),
        "analytics_tracking_id": format!("sandbox-{}", person.id),
        "organization_login_list": if person.plan == Plan::Business { json!(["lumen-works"]) } else { json!([]) },
        "organization_list": [],
        "endpoints": { "api": base, "origin-tracker": base, "proxy": base, "telemetry": base },
        "quota_snapshots": access.then(|| json!({
            "chat": snapshot("chat", true),
            "completions": snapshot("completions", true),
            "premium_interactions": snapshot("premium_interactions", false),
        })),
        "quota_reset_date": reset.date().to_string(),
        "quota_reset_date_utc": reset.timestamp().to_string(),
    });
    Ok(answer(&token, body))
}
