use std::sync::Arc;

use axum::body::Body;
use axum::http::Response;
use url::Url;

use crate::error::Code;
use crate::github::GitHub;
use crate::github::fake_github::{NOW, StandIn, answer, json};
use crate::http::{Http, Limits};

#[tokio::test]
async fn only_githubs_own_401_makes_a_token_bad() {
    let server = StandIn::start(|_| answer(401, "application/json", r#"{"message":"Bad credentials"}"#)).await;
    let error = server.github().user(&"gho_x".into()).await.unwrap_err();
    assert_eq!(error.code, Code::SignInNeeded, "GitHub says who it is by its request id");
    assert_eq!(server.count("GET /user"), 1, "repeated bad credentials would lock the person out");

    let proxy = StandIn::start(|_| Response::builder().status(401).body(Body::from("Proxy")).unwrap()).await;
    let error = proxy.github().user(&"gho_x".into()).await.unwrap_err();
    assert_eq!((error.code, error.retryable), (Code::AnswerUnexpected, true), "a proxy's says nothing of the token");
}

#[tokio::test]
async fn a_secret_revokes_by_the_applications_own_call() {
    let server = StandIn::start(|seen| match seen.line.as_str() {
        "DELETE /applications/client/token" => answer(204, "application/json", ""),
        _ => answer(404, "application/json", "{}"),
    })
    .await;
    server.github().revoke("client", Some(&"hush".into()), &"gho_x".into()).await.expect("revoked");
    let seen = server.seen.lock().clone();
    assert_eq!(seen[0].authorization.as_deref(), Some("Basic Y2xpZW50Omh1c2g="), "client:hush");
    assert_eq!(seen[0].body, r#"{"access_token":"gho_x"}"#, "the token to revoke");
    let gone = server.github().revoke("other", Some(&"hush".into()), &"gho_x".into()).await;
    assert!(gone.is_ok(), "a token that is gone already counts as revoked");
    let failed = server.github().revoke("client", None, &"gho_x".into()).await;
    assert!(failed.is_err(), "without a secret a 404 means that the call does not exist there");
}

#[tokio::test]
async fn the_copilot_record_tells_access_and_a_checked_endpoint() {
    for (status, body, expected) in [
        (200, r#"{"access_type_sku":"no_access","copilot_plan":"individual"}"#, Err(Code::NoCopilot)),
        (404, "{}", Err(Code::NoCopilot)),
        (401, "{}", Err(Code::SignInNeeded)),
        (200, r#"{"endpoints":{"api":"https://evil.example"}}"#, Err(Code::AnswerUnexpected)),
        (200, r#"{"endpoints":{"api":7}}"#, Err(Code::AnswerUnexpected)),
        (200, "[]", Err(Code::AnswerUnexpected)),
        (200, r#"{"endpoints":{"api":"http://127.0.0.1:9"},"copilot_plan":"business"}"#, Ok("http://127.0.0.1:9/")),
    ] {
        let server = StandIn::start(move |_| answer(status, "application/json", body)).await;
        let found = server.github().copilot_user(&"gho_x".into()).await;
        let found = found.map(|user| user.endpoint.url().to_string()).map_err(|error| error.code);
        assert_eq!(found, expected.map(str::to_owned), "{status} {body}");
    }

    let server = StandIn::start(|_| json(r#"{"endpoints":{"api":"https://evil.example"}}"#)).await;
    let configured = Url::parse("http://127.0.0.1:7/").unwrap();
    let http = Http::new(Limits::default(), Arc::new(|| NOW)).unwrap();
    let github = GitHub::new(http, server.endpoints(), Some(configured.clone()));
    let endpoint = github.copilot_user(&"gho_x".into()).await.unwrap().endpoint;
    assert_eq!(*endpoint.url(), configured, "what is configured for development stands before what is named");
}

#[tokio::test]
async fn a_picture_is_fetched_without_a_token_and_only_when_it_is_one() {
    let server = StandIn::start(|seen| match seen.line.as_str() {
        "GET /large" => answer(200, "image/gif", &format!("GIF8{}", "x".repeat(256 * 1024))),
        "GET /small" => answer(200, "text/plain", "GIF89a"),
        _ => answer(200, "image/svg+xml", "<svg/>"),
    })
    .await;
    let github = server.github();
    let at = |path: &str| server.url.join(path).unwrap().to_string();
    let avatar = github.avatar(&at("small")).await.expect("a picture by its bytes");
    assert_eq!((avatar.mime, avatar.bytes.as_slice()), ("image/gif", &b"GIF89a"[..]), "whatever the server calls it");
    assert!(github.avatar(&at("large")).await.is_none(), "too large to keep");
    assert!(github.avatar(&at("x.svg")).await.is_none(), "not a picture that cannot carry a script");
    assert!(github.avatar("not an address").await.is_none(), "and nothing hangs on it");
    assert!(server.seen.lock().iter().all(|seen| seen.authorization.is_none()), "no token goes there");
}
