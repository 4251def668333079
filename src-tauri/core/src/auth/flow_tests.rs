use std::sync::Arc;

use axum::body::Body;
use axum::http::Response;
use oauth2::PkceCodeVerifier;
use parking_lot::Mutex;
use secrecy::ExposeSecret;
use url::Url;

use super::*;
use crate::auth::{Authorization, Who};
use crate::config::OAuthClient;
use crate::error::Error;
use crate::github::fake_github::{NOW, StandIn, USER, answer, json};

const TOKEN: &str = r#"{"access_token":"gho_sentinel","token_type":"bearer","scope":"read:user,read:org"}"#;

fn attempt(server: &StandIn, secret: Option<&str>) -> Exchange {
    Exchange {
        generation: 1,
        asked: Authorization {
            endpoints: server.endpoints(),
            client: OAuthClient { id: "client".into(), secret: secret.map(Into::into) },
            scopes: vec!["read:user".into(), "read:org".into()],
            who: Who::Anyone,
        },
        code: "the-code".into(),
        verifier: PkceCodeVerifier::new("the-verifier".into()),
    }
}

async fn sign_in(server: &StandIn) -> Result<SignedIn> {
    finish(&server.github(), attempt(server, None), NOW).await
}

/// Answers the exchange like this, and everything else as GitHub does.
async fn exchange_answers(status: u16, kind: &'static str, body: &'static str) -> StandIn {
    StandIn::start(move |seen| match seen.line.as_str() {
        "POST /login/oauth/access_token" => answer(status, kind, body),
        "GET /user" => json(USER),
        _ => answer(404, "application/json", "{}"),
    })
    .await
}

async fn exchange_error(status: u16, kind: &'static str, body: &'static str) -> Error {
    let server = exchange_answers(status, kind, body).await;
    let error = sign_in(&server).await.expect_err(body);
    assert_eq!(server.seen.lock().len(), 1, "a code is sent once and nothing follows a failure ({body})");
    let printed = format!("{error:?}");
    assert!(!printed.contains("sentinel") && !printed.contains("127.0.0.1:"), "no body and no address: {printed}");
    error
}

#[tokio::test]
async fn a_code_becomes_an_account() {
    let server = exchange_answers(200, "application/json; charset=utf-8", TOKEN).await;
    let signed_in = sign_in(&server).await.unwrap();
    assert_eq!(signed_in.profile.id.as_str(), "github.com/1001", "named by host and user id");
    assert_eq!(signed_in.profile.login, "ada-lind", "the profile is GitHub's");
    assert_eq!(signed_in.token.access.expose_secret(), "gho_sentinel", "the token is for the vault");
    assert_eq!(signed_in.token.expires_at, None, "no expires_in means that it does not expire");
    assert_eq!(signed_in.scopes.granted, ["read:user", "read:org"], "GitHub separates scopes by commas");
    assert_eq!(signed_in.scopes.missing, [""; 0], "all were granted");

    let seen = server.seen.lock().clone();
    for part in [
        "grant_type=authorization_code",
        "code=the-code",
        "code_verifier=the-verifier",
        "client_id=client",
        "redirect_uri=dev.wingman.desktop%3A%2F%2Foauth%2Fcallback",
    ] {
        assert!(seen[0].body.contains(part), "the exchange says {part}");
    }
    assert!(!seen[0].body.contains("client_secret"), "a secret that there is not is not sent");
    assert_eq!(seen[1].authorization.as_deref(), Some("Bearer gho_sentinel"), "the token goes to its own host");
    assert!(!format!("{signed_in:?}").contains("sentinel"), "a result is not a place to read a token");
}

#[tokio::test]
async fn a_configured_secret_is_sent_in_the_body() {
    let server = exchange_answers(200, "application/json", TOKEN).await;
    finish(&server.github(), attempt(&server, Some("hush")), NOW).await.unwrap();
    let seen = server.seen.lock().clone();
    assert!(seen[0].body.contains("client_secret=hush"), "where GitHub documents it");
    assert_eq!(seen[0].authorization, None, "and not as a header too");
}

#[tokio::test]
async fn an_expiring_token_comes_with_its_ends() {
    let body = r#"{"access_token":"ghu_x","token_type":"bearer","scope":"","expires_in":28800,
        "refresh_token":"ghr_x","refresh_token_expires_in":15897600}"#;
    let signed_in = sign_in(&exchange_answers(200, "application/json", body).await).await.unwrap();
    let token = signed_in.token;
    assert_eq!(token.expires_at, Some(NOW.plus(28_800_000)), "eight hours from now");
    assert_eq!(token.refresh_expires_at, Some(NOW.plus(15_897_600_000)), "half a year from now");
    assert_eq!(token.refresh.unwrap().expose_secret(), "ghr_x", "what gets the next one");
    assert_eq!(signed_in.scopes.missing, [""; 0], "a GitHub App has permissions, no scopes to miss");
}

#[tokio::test]
async fn fewer_scopes_are_told_and_larger_ones_count() {
    for (granted, missing) in [
        ("read:user", vec!["read:org"]),
        ("", vec!["read:user", "read:org"]),
        ("user,admin:org", vec![]),
        ("read:org read:user", vec![]),
    ] {
        let body = format!(r#"{{"access_token":"gho_x","token_type":"bearer","scope":"{granted}"}}"#);
        let server = StandIn::start(move |seen| if seen.line == "GET /user" { json(USER) } else { json(&body) }).await;
        assert_eq!(sign_in(&server).await.unwrap().scopes.missing, missing, "what {granted:?} does not cover");
    }
}

#[tokio::test]
async fn every_error_that_comes_with_http_200_has_its_own_words() {
    for (body, code, error) in [
        (r#"{"error":"bad_verification_code"}"#, Code::CodeRejected, None),
        (r#"{"error":"incorrect_client_credentials"}"#, Code::ClientRejected, Some("incorrect_client_credentials")),
        (r#"{"error":"redirect_uri_mismatch"}"#, Code::ClientRejected, Some("redirect_uri_mismatch")),
        (r#"{"error":"unverified_user_email"}"#, Code::EmailUnverified, None),
        (r#"{"error":"application_suspended"}"#, Code::ApplicationSuspended, None),
        (r#"{"error":"access_denied"}"#, Code::SignInDenied, None),
        (r#"{"error":"gho_sentinel is bad"}"#, Code::SignInRefused, Some("unknown")),
        (r#"{"error":"new_thing","error_description":"gho_sentinel"}"#, Code::SignInRefused, Some("new_thing")),
    ] {
        let told = exchange_error(200, "application/json; charset=utf-8", body).await;
        assert_eq!(told.code, code, "{body} is told as what it is");
        assert_eq!(told.params.get("error").map(String::as_str), error, "{body} with GitHub's code");
    }
    let unknown_client = exchange_error(404, "application/json", r#"{"error":"Not Found"}"#).await;
    assert_eq!(unknown_client.code, Code::ClientRejected, "GitHub's answer to a client id that it does not know");
}

#[tokio::test]
async fn what_is_no_answer_of_githubs_is_told_with_its_status() {
    for (status, kind, body, code) in [
        (200, "text/html", "<html>Log in to the hotel's network gho_sentinel</html>", Code::AnswerUnexpected),
        (200, "application/json", "[]", Code::AnswerUnexpected),
        (200, "application/json", "", Code::AnswerUnexpected),
        (200, "application/json", r#"{"access_token":5,"x":"gho_sentinel"}"#, Code::AnswerUnexpected),
        (200, "application/json", r#"{"token_type":"bearer"}"#, Code::AnswerUnexpected),
        (401, "text/html", "proxy", Code::AnswerUnexpected),
        (403, "application/json", r#"{"message":"gho_sentinel"}"#, Code::AnswerUnexpected),
        (502, "text/html", "Bad gateway", Code::ServerFailed),
        (503, "application/json", r#"{"error":"busy"}"#, Code::ServerFailed),
        (429, "text/plain", "", Code::RateLimited),
        (429, "application/json", r#"{"error":"slow_down"}"#, Code::RateLimited),
    ] {
        let error = exchange_error(status, kind, body).await;
        assert_eq!(error.code, code, "{status} {body:?}");
        assert!(!error.retryable, "the code may be spent: start again instead of sending it again");
        if code != Code::RateLimited {
            assert_eq!(error.params["status"], status.to_string(), "with what came");
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_code() {
    let elsewhere = StandIn::start(|_| json(TOKEN)).await;
    let target = elsewhere.url.to_string();
    let server = StandIn::start(move |_| {
        Response::builder().status(307).header("location", &target).body(Body::empty()).unwrap()
    })
    .await;
    let error = sign_in(&server).await.unwrap_err();
    assert_eq!((error.code, error.params["status"].as_str()), (Code::AnswerUnexpected, "307"), "told as it is");
    assert_eq!(elsewhere.seen.lock().len(), 0, "code and verifier reached nobody else");
}

#[tokio::test]
async fn a_lost_answer_is_not_tried_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let accepted = Arc::new(Mutex::new(0));
    let count = Arc::clone(&accepted);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            *count.lock() += 1;
            stream.readable().await.unwrap();
            drop(stream); // after the request, before an answer
        }
    });
    let server = StandIn { url, seen: Arc::default() };
    let error = sign_in(&server).await.unwrap_err();
    assert_eq!((error.code, error.retryable), (Code::Offline, false), "the code may be spent");
    assert_eq!(*accepted.lock(), 1, "one request only");
}

#[tokio::test]
async fn a_token_nobody_will_hear_of_is_revoked() {
    let server = StandIn::start(|seen| match seen.line.as_str() {
        "POST /login/oauth/access_token" => json(TOKEN),
        "GET /user" => answer(500, "text/plain", ""),
        "POST /credentials/revoke" => answer(202, "application/json", ""),
        _ => answer(404, "application/json", "{}"),
    })
    .await;
    let error = sign_in(&server).await.unwrap_err();
    assert_eq!(error.code, Code::ServerFailed, "the reason is what /user said");
    assert_eq!(server.count("GET /user"), 3, "asked again, since that is safe");
    assert_eq!(server.count("POST /login/oauth/access_token"), 1, "but the code was sent once");
    let seen = server.seen.lock().clone();
    let revoke = seen.last().unwrap();
    assert_eq!(revoke.line, "POST /credentials/revoke", "without a client secret this call revokes");
    assert!(revoke.body.contains("gho_sentinel"), "it names the token");
    assert_eq!(revoke.authorization, None, "and needs none to authorise it");
}
