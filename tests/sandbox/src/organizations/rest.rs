//! What an application may ask of organisations. Refusals are GitHub's, header and word.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Demand, Entry};
use crate::{
    grants::Token,
    people::Person,
    rest::{answer, authenticate_rest, message},
    shared::Shared,
};

const SSO: HeaderName = HeaderName::from_static("x-github-sso");
const SCOPES: HeaderName = HeaderName::from_static("x-oauth-scopes");

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/user/orgs", get(list))
        .route("/user/memberships/orgs/{organization}", get(membership))
        .route("/orgs/{organization}", get(profile))
}

#[derive(Deserialize)]
struct Page {
    page: Option<usize>,
    per_page: Option<usize>,
}

async fn list(
    State(shared): State<Arc<Shared>>,
    Query(page): Query<Page>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let (token, person) = authenticate_rest(&shared, &headers)?;
    if !token.may(&["read:org", "user", "admin:org", "write:org"]) {
        let text = "You need at least read:org scope or user scope to list your organizations.";
        return Err(refuse(&token, StatusCode::FORBIDDEN, text));
    }
    let (all, hidden) = visible(&shared, &token, person);
    let size = page.per_page.unwrap_or(30).clamp(1, 100);
    let number = page.page.unwrap_or(1).max(1);
    let last = all.len().div_ceil(size).max(1);
    let body: Vec<_> = all.into_iter().skip((number - 1).saturating_mul(size)).take(size).collect();
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
    if !links.is_empty() {
        set(&mut response, header::LINK, &links.join(", "));
    }
    if !hidden.is_empty() {
        let ids: Vec<_> = hidden.iter().map(u64::to_string).collect();
        set(&mut response, SSO, &format!("partial-results; organizations={}", ids.join(",")));
    }
    Ok(response)
}

/// The organisations that the list has for this token, and the ids of those that it leaves out for single sign-on. A
/// fine-grained token gets none (documented); an app that an organisation has not approved does not see that one.
fn visible(shared: &Shared, token: &Token, person: &Person) -> (Vec<Value>, Vec<u64>) {
    let (mut all, mut hidden) = (Vec::new(), Vec::new());
    if token.fine_grained() {
        return (all, hidden);
    }
    for entry in &shared.state.lock().organizations.entries {
        if entry.people.get(&person.id) != Some(&true) {
            continue;
        }
        match entry.demands(person.id, token) {
            Some(Demand::Sso) => hidden.push(entry.id),
            Some(Demand::ApprovedApp) => {}
            Some(Demand::ListedAddress) | None => all.push(short(shared, entry)),
        }
    }
    (all, hidden)
}

async fn membership(
    State(shared): State<Arc<Shared>>,
    Path(organization): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let (token, person) = authenticate_rest(&shared, &headers)?;
    if token.fine_grained() && !sees_members(&shared, &token) {
        let who = if token.access.starts_with("ghu_") { "integration" } else { "personal access token" };
        return Err(message(StatusCode::FORBIDDEN, &format!("Resource not accessible by {who}")));
    }
    // GitHub's words for this call are not known; the list's are these but for the last ones.
    if !token.may(&["read:org", "admin:org", "write:org"]) {
        let text = "You need at least read:org scope to see your organization memberships.";
        return Err(refuse(&token, StatusCode::FORBIDDEN, text));
    }
    let found = {
        let state = shared.state.lock();
        state.organizations.find(&organization).and_then(|entry| {
            let active = entry.people.get(&person.id)?;
            Some(match entry.demands(person.id, &token) {
                Some(demand) => Err((demand, entry.id, entry.rules.login.clone())),
                None => Ok(record(&shared, entry, person, *active)),
            })
        })
    };
    match found {
        Some(Ok(record)) => Ok(answer(&token, record)),
        Some(Err((demand, id, login))) => Err(demanded(&shared, &token, person, demand, id, &login)),
        None => Err(refuse(&token, StatusCode::NOT_FOUND, "Not Found")),
    }
}

/// What anybody may know of an organisation; its members are held to its demands even here.
async fn profile(
    State(shared): State<Arc<Shared>>,
    Path(organization): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let (token, person) = authenticate_rest(&shared, &headers)?;
    let found = {
        let state = shared.state.lock();
        state.organizations.find(&organization).map(|entry| {
            let demand = entry.people.get(&person.id).and_then(|_| entry.demands(person.id, &token));
            (demand, entry.id, entry.rules.login.clone(), short(&shared, entry))
        })
    };
    match found {
        Some((Some(demand), id, login, _)) => Err(demanded(&shared, &token, person, demand, id, &login)),
        Some((None, _, _, body)) => Ok(answer(&token, body)),
        None => Err(refuse(&token, StatusCode::NOT_FOUND, "Not Found")),
    }
}

/// Whether the application of a fine-grained token was given the permission to read members.
fn sees_members(shared: &Shared, token: &Token) -> bool {
    shared.state.lock().clients.get(&token.client_id).is_some_and(|client| client.sees_members)
}

fn short(shared: &Shared, entry: &Entry) -> Value {
    let (base, login) = (&shared.base, &entry.rules.login);
    json!({
        "login": login,
        "id": entry.id,
        "node_id": format!("O_sandbox{}", entry.id),
        "url": format!("{base}/orgs/{login}"),
        "description": "",
    })
}

fn record(shared: &Shared, entry: &Entry, person: &Person, active: bool) -> Value {
    let (base, login) = (&shared.base, &entry.rules.login);
    json!({
        "url": format!("{base}/orgs/{login}/memberships/{}", person.login),
        "state": if active { "active" } else { "pending" },
        "role": "member",
        "organization_url": format!("{base}/orgs/{login}"),
        "organization": short(shared, entry),
        "user": { "login": person.login, "id": person.id, "type": "User", "site_admin": false },
    })
}

/// GitHub's refusal where an organisation demands something.
fn demanded(shared: &Shared, token: &Token, person: &Person, demand: Demand, id: u64, login: &str) -> Response {
    let although =
        format!("Although you appear to have the correct authorization credentials, the `{login}` organization has");
    match demand {
        Demand::Sso => {
            let now = shared.now();
            let link = shared.state.lock().organizations.link(person.id, id, now);
            let text = "Resource protected by organization SAML enforcement. You must grant your OAuth token access \
                        to this organization.";
            let mut response = refuse(token, StatusCode::FORBIDDEN, text);
            let url = format!("{}/orgs/{login}/sso?authorization_request={link}", shared.base);
            set(&mut response, SSO, &format!("required; url={url}"));
            response
        }
        Demand::ApprovedApp => {
            let text = format!(
                "{although} enabled OAuth App access restrictions, meaning that data access to third-parties is \
                 limited. For more information on these restrictions, including how to enable this app, visit \
                 https://docs.github.com/articles/restricting-access-to-your-organization-s-data/"
            );
            refuse(token, StatusCode::FORBIDDEN, &text)
        }
        Demand::ListedAddress => {
            let text = format!(
                "{although} an IP allow list enabled, and your IP address is not permitted to access this resource."
            );
            refuse(token, StatusCode::FORBIDDEN, &text)
        }
    }
}

/// A refusal says too what the token may do, where its rights are scopes.
fn refuse(token: &Token, status: StatusCode, text: &str) -> Response {
    let mut response = message(status, text);
    if !token.fine_grained() {
        set(&mut response, SCOPES, &token.scopes.join(", "));
    }
    response
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
