//! The pages of an organisation that a person is sent to: single sign-on and the invitation.

use std::sync::Arc;

use axum::{
    Form, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;

use super::Membership;
use crate::{oauth::page, people, shared::Shared};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/orgs/{organization}/sso", get(sso).post(sign_on))
        .route("/orgs/{organization}/invitation", get(invitation).post(join))
}

#[derive(Deserialize)]
struct Visit {
    authorization_request: Option<String>,
}

#[derive(Deserialize)]
struct Chosen {
    login: String,
}

/// GitHub's own link knows whom it was made for, and a visit is all it takes. Without one the page asks who it is.
async fn sso(
    State(shared): State<Arc<Shared>>,
    Path(organization): Path<String>,
    Query(visit): Query<Visit>,
) -> Response {
    let Some(link) = visit.authorization_request else {
        return ask(&shared, &organization, "Single sign-on to", "Continue");
    };
    let now = shared.now();
    if shared.state.lock().organizations.follow(&link, &organization, now) {
        return Html(page::settled("Signed on", &organization)).into_response();
    }
    nothing(StatusCode::NOT_FOUND, "This link is not known or its hour is over.")
}

async fn sign_on(
    State(shared): State<Arc<Shared>>,
    Path(organization): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Response {
    let person = people::by_login(&chosen.login);
    let done =
        person.is_some_and(|person| shared.state.lock().organizations.set_signed_on(person.id, &organization, true));
    if done { Html(page::settled("Signed on", &organization)).into_response() } else { unknown() }
}

async fn invitation(State(shared): State<Arc<Shared>>, Path(organization): Path<String>) -> Response {
    ask(&shared, &organization, "You are invited to", "Join")
}

/// Only who is invited can join.
async fn join(
    State(shared): State<Arc<Shared>>,
    Path(organization): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Response {
    let Some(person) = people::by_login(&chosen.login) else { return unknown() };
    let mut state = shared.state.lock();
    let organizations = &mut state.organizations;
    let invited = organizations.find(&organization).is_some_and(|entry| entry.people.contains_key(&person.id));
    if invited && organizations.set_membership(person.id, &organization, Membership::Active) {
        return Html(page::settled("You are a member", &organization)).into_response();
    }
    nothing(StatusCode::NOT_FOUND, "There is no invitation for this account.")
}

fn ask(shared: &Shared, organization: &str, title: &str, button: &str) -> Response {
    let login = shared.state.lock().organizations.find(organization).map(|entry| entry.rules.login.clone());
    match login {
        Some(login) => Html(page::organization(&format!("{title} {login}"), button)).into_response(),
        None => unknown(),
    }
}

fn unknown() -> Response {
    nothing(StatusCode::NOT_FOUND, "This is not the web page you are looking for.")
}

fn nothing(status: StatusCode, text: &str) -> Response {
    (status, Html(page::problem(text))).into_response()
}
