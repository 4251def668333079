//! `GET /login/oauth/authorize` and what happens when a person presses a button on it.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{page, scopes};
use crate::{grants::Code, people, random, shared::Shared};

/// What a person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The button *Authorize*.
    Authorize,
    /// The button *Cancel*.
    Cancel,
}

/// What an application asks of a person.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) client_id: String,
    pub(crate) app: String,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Vec<String>,
    /// The login to propose.
    pub(crate) login: Option<String>,
    state: Option<String>,
    challenge: Option<String>,
}

/// Pages that wait for a decision, by the secret in their form.
pub(crate) type Pending = HashMap<String, Ask>;

/// Why there is nothing to decide.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Nobody can be told but the person: the application or its address is unknown.
    Page(StatusCode, String),
    /// The application is told.
    Callback(String),
}

/// Checks what is asked.
pub(crate) fn begin(shared: &Shared, query: &HashMap<String, String>) -> Result<Ask, Refusal> {
    let get = |name: &str| query.get(name).filter(|value| !value.is_empty());
    let state = shared.state.lock();
    let client = get("client_id").and_then(|id| state.clients.get(id));
    let Some(client) = client else {
        // GitHub says no more than this about an id that it does not know.
        return Err(Refusal::Page(StatusCode::NOT_FOUND, "This is not the web page you are looking for.".into()));
    };
    let Some(registered) = client.callbacks.first() else {
        let text = format!("{} has no callback URL.", client.name);
        return Err(Refusal::Page(StatusCode::BAD_REQUEST, text));
    };
    let mut ask = Ask {
        client_id: client.id.clone(),
        app: client.name.clone(),
        redirect_uri: get("redirect_uri").unwrap_or(registered).clone(),
        scopes: get("scope").map(|text| scopes(text)).unwrap_or_default(),
        login: get("login").cloned(),
        state: get("state").cloned(),
        challenge: get("code_challenge").cloned(),
    };
    if !client.allows(&ask.redirect_uri) {
        ask.redirect_uri.clone_from(registered);
        let text = "The redirect_uri MUST match the registered callback URL for this application.";
        return Err(refuse(shared, &ask, "redirect_uri_mismatch", text));
    }
    if client.suspended {
        let text = "Your application has been suspended. Contact support@github.com.";
        return Err(refuse(shared, &ask, "application_suspended", text));
    }
    let method = get("code_challenge_method").map(String::as_str);
    let challenge_right = match &ask.challenge {
        Some(challenge) => method == Some("S256") && challenge.len() == 43,
        None => client.secret.is_some(),
    };
    if !challenge_right {
        let text = "A code_challenge of 43 characters with code_challenge_method S256 is needed.";
        return Err(refuse(shared, &ask, "invalid_request", text));
    }
    Ok(ask)
}

fn refuse(shared: &Shared, ask: &Ask, error: &str, description: &str) -> Refusal {
    let uri = "https://docs.github.com/apps/oauth-apps/troubleshooting-authorization-request-errors";
    Refusal::Callback(callback(
        shared,
        ask,
        &[("error", error), ("error_description", description), ("error_uri", uri)],
    ))
}

/// The address that the browser is sent to.
fn callback(shared: &Shared, ask: &Ask, fields: &[(&str, &str)]) -> String {
    let Ok(mut url) = Url::parse(&ask.redirect_uri) else {
        return ask.redirect_uri.clone();
    };
    {
        let mut pairs = url.query_pairs_mut();
        pairs.extend_pairs(fields);
        if let Some(state) = &ask.state {
            pairs.append_pair("state", state);
        }
        pairs.append_pair("iss", &format!("{}/login/oauth", shared.base));
    }
    url.into()
}

/// Carries a decision out; returns the callback. `None`: nobody has this login.
pub(crate) fn decide(shared: &Shared, ask: &Ask, login: &str, decision: Decision) -> Option<String> {
    let person = people::by_login(login)?;
    if decision == Decision::Cancel {
        let text = "The user has denied your application access.";
        let Refusal::Callback(url) = refuse(shared, ask, "access_denied", text) else {
            return None;
        };
        return Some(url);
    }
    let mut code = Code::new(&ask.client_id, &ask.redirect_uri, person.id, shared.now());
    code.scopes.clone_from(&ask.scopes);
    code.challenge.clone_from(&ask.challenge);
    let code = shared.state.lock().grants.code(code);
    Some(callback(shared, ask, &[("code", &code)]))
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    match begin(&shared, &query) {
        Ok(ask) => {
            let secret = random::hex(32);
            let page = page::authorize(&ask, &secret);
            shared.state.lock().pending.insert(secret, ask);
            Html(page).into_response()
        }
        Err(Refusal::Page(status, text)) => (status, Html(page::problem(&text))).into_response(),
        Err(Refusal::Callback(url)) => leave(&headers, &url, "Wingman", false),
    }
}

#[derive(Deserialize)]
pub(super) struct Pressed {
    authenticity_token: String,
    login: String,
    decision: Decision,
}

pub(super) async fn submit(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(pressed): Form<Pressed>,
) -> Response {
    let ask = shared.state.lock().pending.remove(&pressed.authenticity_token);
    let left = ask.and_then(|ask| {
        let url = decide(&shared, &ask, &pressed.login, pressed.decision)?;
        Some(leave(&headers, &url, &ask.app, pressed.decision == Decision::Authorize))
    });
    left.unwrap_or_else(|| {
        let text = "This page was already answered. Start again in the application.";
        (StatusCode::UNPROCESSABLE_ENTITY, Html(page::problem(text))).into_response()
    })
}

/// Sends the browser back to the application. An `http` address simply takes over the tab. For a custom scheme a
/// page stays behind that opens it (the person's click just now allows that) and offers a button in case the browser
/// wants another click. A program that does not ask for HTML gets a plain redirect.
fn leave(headers: &HeaderMap, url: &str, app: &str, granted: bool) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let browser = accept.is_some_and(|accept| accept.contains("text/html"));
    if url.starts_with("http") || !browser {
        return (StatusCode::FOUND, [(header::LOCATION, url)]).into_response();
    }
    Html(page::leave(url, app, granted)).into_response()
}
