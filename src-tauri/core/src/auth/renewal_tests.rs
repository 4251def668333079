use secrecy::ExposeSecret;

use super::*;
use crate::accounts::Grant;
use crate::error::Code;
use crate::github::fake_github::{NOW, StandIn, answer, json};
use crate::github::{Known, Others};

const NEXT: &str = r#"{"access_token":"ghu_next","expires_in":28800,"refresh_token":"ghr_next",
    "refresh_token_expires_in":15897600,"scope":"","token_type":"bearer"}"#;

fn record(grant: Grant) -> TokenRecord {
    TokenRecord {
        access: "ghu_old".into(),
        refresh: Some("ghr_old".into()),
        expires_at: Some(NOW),
        refresh_expires_at: None,
        scopes: Vec::new(),
        grant,
        client_id: "client".into(),
    }
}

fn renewal(server: &StandIn, id: &str) -> Arc<OAuthRenewal> {
    let http = server.github().http().clone();
    let hosts =
        Hosts::new(http, vec![Known { endpoints: server.endpoints(), copilot_api: None }], Others::NoneBesideStandIns);
    let client = OAuthClient { id: id.into(), secret: Some("hush".into()) };
    OAuthRenewal::new(hosts, vec![(Host::github_com(), client)], Arc::new(|| NOW))
}

async fn renew(server: &StandIn, id: &str, record: &TokenRecord) -> Result<TokenRecord> {
    renewal(server, id).renew(&AccountId::new("github.com", 1001), record).await
}

#[tokio::test]
async fn the_next_token_comes_with_its_own_refresh_token_and_ends() {
    let server = StandIn::start(|_| json(NEXT)).await;
    let next = renew(&server, "client", &record(Grant::Browser)).await.unwrap();
    assert_eq!(next.access.expose_secret(), "ghu_next", "the new token");
    assert_eq!(next.refresh.unwrap().expose_secret(), "ghr_next", "the old refresh token is spent");
    assert_eq!(next.expires_at, Some(NOW.plus(28_800_000)), "eight hours from now, by our clock");
    let seen = server.seen.lock().clone();
    for part in ["grant_type=refresh_token", "refresh_token=ghr_old", "client_id=client", "client_secret=hush"] {
        assert!(seen[0].body.contains(part), "the refresh says {part}");
    }
}

#[tokio::test]
async fn a_secret_goes_only_with_its_own_client_and_not_for_a_code() {
    let server = StandIn::start(|_| json(NEXT)).await;
    renew(&server, "client", &record(Grant::Device)).await.unwrap();
    renew(&server, "another", &record(Grant::Browser)).await.unwrap();
    let seen = server.seen.lock().clone();
    assert!(!seen[0].body.contains("hush"), "what came with a code is refreshed without the secret");
    assert!(!seen[1].body.contains("hush"), "another client's secret is not this one's");
    assert!(seen[1].body.contains("client_id=client"), "only the client that it was made for can renew a token");
}

#[tokio::test]
async fn what_an_answer_leaves_out_stays_as_it_was() {
    let server = StandIn::start(|_| json(r#"{"access_token":"gho_next","token_type":"bearer"}"#)).await;
    let old = TokenRecord { scopes: vec!["read:org".into()], ..record(Grant::Browser) };
    let next = renew(&server, "client", &old).await.unwrap();
    assert_eq!(next.refresh.unwrap().expose_secret(), "ghr_old", "RFC 6749: the old one is kept then");
    assert_eq!(next.scopes, ["read:org"], "and the scopes are unchanged");
}

#[tokio::test]
async fn only_a_refused_refresh_token_asks_for_sign_in() {
    for (status, body, code) in [
        (200, r#"{"error":"bad_refresh_token"}"#, Code::SignInNeeded),
        (200, r#"{"error":"incorrect_client_credentials"}"#, Code::ClientRejected),
        (502, "<html>", Code::ServerFailed),
        (200, "<html>", Code::AnswerUnexpected),
        (429, "{}", Code::RateLimited),
    ] {
        let server = StandIn::start(move |_| answer(status, "application/json", body)).await;
        let error = renew(&server, "client", &record(Grant::Browser)).await.unwrap_err();
        assert_eq!(error.code, code, "{status} {body}");
        assert_eq!(server.seen.lock().len(), 1, "a refresh token is sent once: its answer may be lost, not its effect");
    }
    let server = StandIn::start(|_| json(NEXT)).await;
    let pasted = TokenRecord { refresh: None, ..record(Grant::Pasted) };
    let error = renew(&server, "client", &pasted).await.unwrap_err();
    assert_eq!(error.code, Code::SignInNeeded, "without a refresh token there is nothing to renew with");
    assert_eq!(server.seen.lock().len(), 0, "and nothing is sent");
}
