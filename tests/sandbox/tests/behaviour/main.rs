//! The promises that the app's tests rely on: this is GitHub as far as an application can tell.

mod access;
mod chat;
mod failures;
mod organizations;
mod rest;
mod sign_in;
mod tokens;

use std::collections::HashMap;

use reqwest::{Client, Response, redirect::Policy};
use url::Url;
use wingman_sandbox::{DEFAULT_CALLBACK, Decision, Options, Sandbox};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn sandbox() -> Sandbox {
    Sandbox::start(Options::default()).await.expect("a free port")
}

#[allow(clippy::disallowed_methods, reason = "the sandbox is spoken to as any client would")]
/// A client that shows redirects instead of following them, and says what it is.
fn http() -> Client {
    Client::builder()
        .redirect(Policy::none())
        .user_agent("behaviour-tests")
        .no_proxy()
        .build()
        .expect("a client without certificates of its own")
}

/// The address that an application opens in the browser.
fn authorize_url(sandbox: &Sandbox, client_id: &str) -> Url {
    let fields = [
        ("client_id", client_id),
        ("redirect_uri", DEFAULT_CALLBACK),
        ("scope", "read:user read:org"),
        ("state", "a-state-of-at-least-128-bits"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let base = format!("{}/login/oauth/authorize", sandbox.url());
    Url::parse_with_params(&base, fields).expect("a URL")
}

fn query_of(url: &str) -> HashMap<String, String> {
    Url::parse(url).expect("a callback URL").query_pairs().into_owned().collect()
}

/// A code that Ada agreed to.
fn code(sandbox: &Sandbox, client_id: &str) -> String {
    let url = authorize_url(sandbox, client_id);
    let callback = sandbox.authorize(url.as_str(), "ada-lind", Decision::Authorize);
    query_of(&callback.expect("nothing is wrong with this address"))["code"].clone()
}

/// Sends a token request that asks for JSON, with `fields` added to what every exchange has.
async fn exchange(sandbox: &Sandbox, fields: &[(&str, &str)]) -> serde_json::Value {
    let mut form = HashMap::from([("redirect_uri", DEFAULT_CALLBACK)]);
    form.extend(fields.iter().copied());
    let answer = http()
        .post(format!("{}/login/oauth/access_token", sandbox.url()))
        .header("accept", "application/json")
        .form(&form)
        .send()
        .await
        .expect("the sandbox answers");
    assert_eq!(answer.status(), 200, "the token endpoint says everything with HTTP 200");
    answer.json().await.expect("JSON was asked for")
}

async fn get(sandbox: &Sandbox, path: &str, token: &str) -> Response {
    let url = format!("{}{path}", sandbox.url());
    http().get(url).bearer_auth(token).send().await.expect("the sandbox answers")
}

fn token(sandbox: &Sandbox) -> String {
    sandbox.issue_token("ada-lind", "wingman-sandbox", &["read:user", "read:org"]).expect("Ada and the client exist")
}
