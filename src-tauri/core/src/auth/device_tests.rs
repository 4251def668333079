use std::sync::atomic::AtomicUsize;
use std::time::Instant;

use axum::body::Body;
use axum::http::Response;
use secrecy::ExposeSecret;

use super::*;
use crate::auth::Who;
use crate::config::OAuthClient;
use crate::github::fake_github::{NOW, StandIn, answer, json};

const TOKEN: &str = r#"{"access_token":"gho_sentinel","token_type":"bearer","scope":"read:user,read:org"}"#;
const PENDING: &str = r#"{"error":"authorization_pending"}"#;

fn code_at(page: &str) -> String {
    format!(
        r#"{{"device_code":"the-device-code","user_code":"ABCD-1234","verification_uri":"{page}","expires_in":900,"interval":1}}"#
    )
}

fn asked(server: &StandIn) -> Authorization {
    Authorization {
        endpoints: server.endpoints(),
        client: OAuthClient { id: "client".into(), secret: Some("hush".into()) },
        scopes: vec!["read:user".into(), "read:org".into()],
        who: Who::Anyone,
    }
}

fn now() -> Moment {
    Moment { wall: NOW, steady: Instant::now() }
}

/// Gives out a code, then answers the polls like this, the last one for ever.
async fn polls(answers: &'static [(u16, &'static str)]) -> StandIn {
    let asked = Arc::new(AtomicUsize::new(0));
    let page = Arc::new(parking_lot::Mutex::new(String::new()));
    let at = page.clone();
    let server = StandIn::start(move |seen| {
        if seen.line == "POST /login/device/code" {
            return json(&code_at(&at.lock()));
        }
        let number = asked.fetch_add(1, Ordering::Relaxed).min(answers.len() - 1);
        answer(answers[number].0, "application/json", answers[number].1)
    })
    .await;
    *page.lock() = format!("{}login/device", server.url);
    server
}

async fn sign_in(server: &StandIn) -> Result<TokenRecord> {
    let http = server.github().http().clone();
    let (_, poll) = ask(&http, asked(server), now()).await?;
    wait(http, poll, Arc::new(|| NOW)).await.map(|(_, token)| token)
}

#[tokio::test]
async fn a_code_that_is_typed_in_becomes_a_token() {
    let server = polls(&[(200, PENDING), (502, "<html>Bad gateway</html>"), (200, TOKEN)]).await;
    let token = sign_in(&server).await.unwrap();
    assert_eq!(token.access.expose_secret(), "gho_sentinel", "an unlucky poll in between ends nothing");
    assert_eq!(token.grant, Grant::Device, "such a token is refreshed without the client's secret");
    assert_eq!(token.scopes, ["read:user", "read:org"], "GitHub separates scopes by commas");

    let seen = server.seen.lock().clone();
    assert!(seen[0].body.contains("scope=read%3Auser+read%3Aorg"), "the code is asked for with the scopes");
    assert!(seen.iter().all(|seen| !seen.body.contains("hush")), "no secret is used in this flow");
    assert!(seen[1].body.contains("device_code=the-device-code"), "the device code is what is polled with");
}

#[tokio::test]
async fn slow_down_is_obeyed() {
    let server = polls(&[(200, r#"{"error":"slow_down","interval":2}"#), (200, TOKEN)]).await;
    let started = Instant::now();
    sign_in(&server).await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(5), "five seconds are added to the interval of one second");
}

#[tokio::test]
async fn each_end_of_the_code_has_a_word_of_its_own_and_ends_the_polling() {
    for (body, code) in [
        (r#"{"error":"expired_token"}"#, Code::SignInExpired),
        (r#"{"error":"token_expired"}"#, Code::SignInExpired),
        (r#"{"error":"access_denied"}"#, Code::SignInDenied),
        (r#"{"error":"device_flow_disabled"}"#, Code::DeviceFlowDisabled),
        (r#"{"error":"incorrect_device_code"}"#, Code::SignInRefused),
        (r#"{"error":"incorrect_client_credentials"}"#, Code::ClientRejected),
    ] {
        let answers: &'static [(u16, &'static str)] = Box::leak(Box::new([(200, body)]));
        let server = polls(answers).await;
        let error = sign_in(&server).await.unwrap_err();
        assert_eq!(error.code, code, "{body}");
        assert_eq!(server.count("POST /login/oauth/access_token"), 1, "nothing is asked after the end ({body})");
    }
}

#[tokio::test]
async fn an_application_without_the_flow_says_so_before_anything_is_shown() {
    let server = StandIn::start(|_| json(r#"{"error":"device_flow_disabled"}"#)).await;
    let error = ask(server.github().http(), asked(&server), now()).await.err().expect("no code is given out");
    assert_eq!(error.code, Code::DeviceFlowDisabled, "another way is offered then");
}

#[tokio::test]
async fn a_person_is_sent_to_the_hosts_own_page_only() {
    for page in
        ["https://evil.example/login/device", "javascript:alert(1)", "http://127.0.0.1.evil.example/", "", "/login"]
    {
        let body = code_at(page);
        let server = StandIn::start(move |_| json(&body)).await;
        let error = ask(server.github().http(), asked(&server), now()).await.err().expect(page);
        assert_eq!(error.code, Code::AnswerUnexpected, "{page:?} is where somebody else reads the password");
    }
}

#[tokio::test]
async fn a_code_that_nobody_could_type_is_not_shown() {
    for user_code in ["", "<b>1234</b>", "Call +1 555 0100", &"A".repeat(40)] {
        let page = Arc::new(parking_lot::Mutex::new(String::new()));
        let (at, code) = (page.clone(), user_code.to_owned());
        let server = StandIn::start(move |_| json(&code_at(&at.lock()).replace("ABCD-1234", &code))).await;
        *page.lock() = format!("{}login/device", server.url);
        let error = ask(server.github().http(), asked(&server), now()).await.err().expect(user_code);
        assert_eq!(error.code, Code::AnswerUnexpected, "{user_code:?} could be anybody's words");
    }
}

#[tokio::test]
async fn a_page_instead_of_an_answer_is_told_as_that() {
    let server =
        StandIn::start(|_| Response::builder().status(200).body(Body::from("<html>Log in</html>")).unwrap()).await;
    let error = ask(server.github().http(), asked(&server), now()).await.err().expect("no code");
    assert_eq!(error.code, Code::AnswerUnexpected, "a captive portal is no GitHub");
}
