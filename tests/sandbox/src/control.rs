//! What a test changes from outside: the same over HTTP, under `/_sandbox/`, as by the methods of [`crate::Sandbox`].
//!
//! | request | does |
//! |---|---|
//! | `GET requests` (`?path=/models`), `DELETE requests` | read, forget what was recorded |
//! | `POST failures`, `GET failures`, `DELETE failures` | switch on a [`Failure`], list, end all |
//! | `POST answer`, `DELETE answer` | decide an [`Answer`], go back to the sandbox's own |
//! | `POST pace` | set the [`Pace`] |
//! | `POST clients` | register a [`Client`] |
//! | `GET tokens`, `POST tokens`, `POST tokens/revoke` | list, issue (`{"login"}`), take back (`{"login"}` or all) |
//! | `GET secrets` | all [`Secrets`] that there ever were |
//! | `POST authorize` | `{"url", "login", "decision"}` → `{"callback"}`, as if a person had pressed the button |
//! | `POST device` | `{"user_code", "login", "decision"}`, the same for the device flow |
//! | `GET organizations`, `POST organizations` | list; decide what an [`Organization`] demands, or add one: `{"login", "sso", "app_restricted", "ip_allow_list"}` |
//! | `POST memberships` | `{"login", "organization", "state"}` with a [`Membership`]: `active`, `pending`, `none` |
//! | `POST sso` | `{"login", "organization", "signed_on"}`: as if the person had visited the page of single sign-on, or never |
//! | `POST copilot` | `{"login", "copilot"}`: the person's [`Copilot`], such as `{"access": "seat_pending"}` |
//! | `POST clock` | `{"advance_s"}` lets time pass |
//! | `POST reset` | forget everything |

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::{
    access::Copilot,
    clients::Client,
    copilot::{Answer, Pace},
    failures::Failure,
    grants::{LiveToken, Secrets},
    journal::Recorded,
    oauth::{self, Decision, Refusal},
    organizations::{Membership, Organization},
    people::{self, PEOPLE},
    server,
    shared::Shared,
};

type Answered<T> = Result<T, (StatusCode, String)>;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/requests", get(requests).delete(clear_requests))
        .route("/failures", get(failures).post(add_failure).delete(clear_failures))
        .route("/answer", post(add_answer).delete(clear_answers))
        .route("/pace", post(set_pace))
        .route("/clients", post(register))
        .route("/tokens", get(tokens).post(issue_token))
        .route("/tokens/revoke", post(revoke))
        .route("/secrets", get(secrets))
        .route("/authorize", post(press))
        .route("/device", post(settle))
        .route("/organizations", get(organizations).post(set_organization))
        .route("/memberships", post(enrol))
        .route("/sso", post(sign_on))
        .route("/copilot", post(grant_copilot))
        .route("/clock", post(advance))
        .route("/reset", post(reset))
}

/// Issues a token without a sign-in; `text` fixes it.
pub(crate) fn issue(
    shared: &Shared,
    login: &str,
    client_id: &str,
    scopes: &[&str],
    text: Option<String>,
) -> Option<String> {
    let person = people::by_login(login)?;
    let now = shared.now();
    let mut state = shared.state.lock();
    let client = state.clients.get(client_id)?.clone();
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    Some(state.grants.issue(&client, person.id, scopes, text, now).access.clone())
}

/// Does what a person would at the authorize page with this address.
pub(crate) fn authorize(shared: &Shared, url: &str, login: &str, decision: Decision) -> Result<String, String> {
    let url = Url::parse(url).map_err(|error| error.to_string())?;
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    match oauth::begin(shared, &query) {
        Ok(ask) => oauth::decide(shared, &ask, login, decision).ok_or_else(|| format!("nobody is called {login}")),
        Err(Refusal::Callback(callback)) => Ok(callback),
        Err(Refusal::Page(_, text)) => Err(text),
    }
}

/// Decides how a person stands to an organisation; says whether there are such.
pub(crate) fn set_membership(shared: &Shared, login: &str, organization: &str, membership: Membership) -> bool {
    people::by_login(login)
        .is_some_and(|person| shared.state.lock().organizations.set_membership(person.id, organization, membership))
}

/// Decides whether a person has shown their single sign-on; says whether there are such.
pub(crate) fn set_signed_on(shared: &Shared, login: &str, organization: &str, signed_on: bool) -> bool {
    people::by_login(login)
        .is_some_and(|person| shared.state.lock().organizations.set_signed_on(person.id, organization, signed_on))
}

/// Decides what Copilot a person has; says whether there is such a person.
pub(crate) fn set_copilot(shared: &Shared, login: &str, copilot: Copilot) -> bool {
    people::by_login(login).map(|person| shared.state.lock().set_copilot(person, copilot)).is_some()
}

#[derive(Deserialize)]
struct Which {
    path: Option<String>,
}

async fn requests(State(shared): State<Arc<Shared>>, Query(which): Query<Which>) -> Json<Vec<Recorded>> {
    let mut requests = shared.state.lock().journal.all();
    if let Some(path) = which.path {
        requests.retain(|request| server::rest_path(&request.path) == path);
    }
    Json(requests)
}

async fn clear_requests(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.state.lock().journal.clear();
    StatusCode::NO_CONTENT
}

async fn failures(State(shared): State<Arc<Shared>>) -> Json<Vec<Failure>> {
    Json(shared.state.lock().failures.all().to_vec())
}

async fn add_failure(State(shared): State<Arc<Shared>>, Json(failure): Json<Failure>) -> StatusCode {
    shared.state.lock().failures.add(failure);
    StatusCode::NO_CONTENT
}

async fn clear_failures(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.state.lock().failures.clear();
    StatusCode::NO_CONTENT
}

async fn add_answer(State(shared): State<Arc<Shared>>, Json(answer): Json<Answer>) -> StatusCode {
    shared.state.lock().answers.push(answer);
    StatusCode::NO_CONTENT
}

async fn clear_answers(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.state.lock().answers.clear();
    StatusCode::NO_CONTENT
}

async fn set_pace(State(shared): State<Arc<Shared>>, Json(pace): Json<Pace>) -> StatusCode {
    shared.state.lock().pace = pace;
    StatusCode::NO_CONTENT
}

async fn register(State(shared): State<Arc<Shared>>, Json(client): Json<Client>) -> StatusCode {
    shared.state.lock().clients.register(client);
    StatusCode::NO_CONTENT
}

async fn tokens(State(shared): State<Arc<Shared>>) -> Json<Vec<LiveToken>> {
    let now = shared.now();
    Json(shared.state.lock().grants.live(now))
}

async fn secrets(State(shared): State<Arc<Shared>>) -> Json<Secrets> {
    Json(shared.state.lock().grants.secrets.clone())
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Issue {
    login: String,
    client_id: String,
    scopes: Vec<String>,
    /// The token itself, when a test needs to know it beforehand.
    token: Option<String>,
}

impl Default for Issue {
    fn default() -> Self {
        Self {
            login: PEOPLE[0].login.into(),
            client_id: "wingman-sandbox".into(),
            scopes: vec!["read:user".into(), "read:org".into()],
            token: None,
        }
    }
}

async fn issue_token(State(shared): State<Arc<Shared>>, Json(asked): Json<Issue>) -> Answered<Json<Value>> {
    let scopes: Vec<&str> = asked.scopes.iter().map(String::as_str).collect();
    let token = issue(&shared, &asked.login, &asked.client_id, &scopes, asked.token)
        .ok_or_else(|| (StatusCode::NOT_FOUND, "no such person or client".into()))?;
    Ok(Json(json!({ "access_token": token })))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Whose {
    login: Option<String>,
}

async fn revoke(State(shared): State<Arc<Shared>>, whose: Option<Json<Whose>>) -> Json<Value> {
    let Json(whose) = whose.unwrap_or_default();
    let count = shared.state.lock().grants.revoke_all(whose.login.as_deref());
    Json(json!({ "revoked": count }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Press {
    url: String,
    login: Option<String>,
    decision: Option<Decision>,
}

async fn press(State(shared): State<Arc<Shared>>, Json(press): Json<Press>) -> Answered<Json<Value>> {
    let login = press.login.as_deref().unwrap_or(PEOPLE[0].login);
    let decision = press.decision.unwrap_or(Decision::Authorize);
    let callback = authorize(&shared, &press.url, login, decision);
    let callback = callback.map_err(|text| (StatusCode::UNPROCESSABLE_ENTITY, text))?;
    Ok(Json(json!({ "callback": callback })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settle {
    user_code: String,
    login: Option<String>,
    decision: Option<Decision>,
}

async fn settle(State(shared): State<Arc<Shared>>, Json(asked): Json<Settle>) -> Answered<StatusCode> {
    let login = asked.login.as_deref().unwrap_or(PEOPLE[0].login);
    let decision = asked.decision.unwrap_or(Decision::Authorize);
    if oauth::settle(&shared, &asked.user_code, login, decision) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err((StatusCode::NOT_FOUND, "no such code waits".into()))
}

async fn organizations(State(shared): State<Arc<Shared>>) -> Json<Vec<Organization>> {
    Json(shared.state.lock().organizations.all())
}

async fn set_organization(State(shared): State<Arc<Shared>>, Json(asked): Json<Organization>) -> Answered<StatusCode> {
    if asked.login.is_empty() {
        return Err((StatusCode::UNPROCESSABLE_ENTITY, "an organisation needs a login".into()));
    }
    shared.state.lock().organizations.set(asked);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Enrol {
    login: String,
    organization: String,
    state: Membership,
}

async fn enrol(State(shared): State<Arc<Shared>>, Json(asked): Json<Enrol>) -> Answered<StatusCode> {
    known(set_membership(&shared, &asked.login, &asked.organization, asked.state))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignOn {
    login: String,
    organization: String,
    signed_on: bool,
}

async fn sign_on(State(shared): State<Arc<Shared>>, Json(asked): Json<SignOn>) -> Answered<StatusCode> {
    known(set_signed_on(&shared, &asked.login, &asked.organization, asked.signed_on))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GrantCopilot {
    login: String,
    copilot: Copilot,
}

async fn grant_copilot(State(shared): State<Arc<Shared>>, Json(asked): Json<GrantCopilot>) -> Answered<StatusCode> {
    known(set_copilot(&shared, &asked.login, asked.copilot))
}

/// Nothing more to say, or that there is nobody to say it of.
fn known(known: bool) -> Answered<StatusCode> {
    if known {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err((StatusCode::NOT_FOUND, "no such person or organisation".into()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_s: u64,
}

async fn advance(State(shared): State<Arc<Shared>>, Json(asked): Json<Advance>) -> StatusCode {
    shared.advance(Duration::from_secs(asked.advance_s));
    StatusCode::NO_CONTENT
}

async fn reset(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.reset();
    StatusCode::NO_CONTENT
}
