//! What becomes of tokens: refreshed, given through the device flow, taken back.

use std::time::Duration;

use serde_json::json;
use wingman_sandbox::{Client, Kind};

use super::{code, exchange, get, http, sandbox};

#[tokio::test]
async fn refreshing_ends_both_old_tokens_at_once() {
    let sandbox = sandbox().await;
    let mut app = Client::new("github-app").with_secret("s");
    app.kind = Kind::GithubApp;
    sandbox.register(app);
    let code = code(&sandbox, "github-app");
    let client = [("client_id", "github-app"), ("client_secret", "s")];
    let first =
        exchange(&sandbox, &[&client[..], &[("code", &code), ("code_verifier", super::VERIFIER)]].concat()).await;
    assert!(first["access_token"].as_str().unwrap().starts_with("ghu_"), "a GitHub App's token");
    assert_eq!((&first["scope"], &first["expires_in"]), (&json!(""), &json!(28_800)), "no scope, eight hours");

    let old = first["refresh_token"].as_str().unwrap().to_owned();
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", &*old)];
    let second = exchange(&sandbox, &[&client[..], &refresh[..]].concat()).await;
    let new = second["access_token"].as_str().expect("a new token");
    assert_eq!(get(&sandbox, "/user", new).await.status(), 200, "the new one works");
    let gone = get(&sandbox, "/user", first["access_token"].as_str().unwrap()).await;
    assert_eq!(gone.status(), 401, "the old one is gone at once");
    let again = exchange(&sandbox, &[&client[..], &refresh[..]].concat()).await;
    assert_eq!(again["error"], "bad_refresh_token", "a refresh token works once");

    sandbox.advance_clock(Duration::from_hours(8));
    assert_eq!(get(&sandbox, "/user", new).await.status(), 401, "eight hours are over");
}

#[tokio::test]
async fn the_device_flow_waits_slows_down_and_grants() {
    let sandbox = sandbox().await;
    let url = format!("{}/login/device/code", sandbox.url());
    let form = [("client_id", "wingman-sandbox"), ("scope", "read:user")];
    let asked = http().post(url).header("accept", "application/json").form(&form).send().await.unwrap();
    let asked: serde_json::Value = asked.json().await.unwrap();
    assert_eq!((&asked["interval"], &asked["expires_in"]), (&json!(5), &json!(900)), "as documented");
    let device_code = asked["device_code"].as_str().unwrap();
    let fields = [
        ("client_id", "wingman-sandbox"),
        ("device_code", device_code),
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
    ];
    assert_eq!(exchange(&sandbox, &fields).await["error"], "authorization_pending", "nobody has typed it yet");
    assert_eq!(exchange(&sandbox, &fields).await["error"], "slow_down", "five seconds have not passed");

    let typed = asked["user_code"].as_str().unwrap().to_lowercase();
    let form = [("user_code", &*typed), ("login", "ada-lind"), ("decision", "authorize")];
    let page = http().post(format!("{}/login/device", sandbox.url())).form(&form).send().await.unwrap();
    assert_eq!(page.status(), 200, "the code is taken in any case");
    sandbox.advance_clock(Duration::from_secs(10));
    let granted = exchange(&sandbox, &fields).await;
    assert_eq!(granted["scope"], "read:user", "the token has the scope that the device asked for");
    sandbox.advance_clock(Duration::from_secs(10));
    assert_eq!(exchange(&sandbox, &fields).await["error"], "incorrect_device_code", "it worked once");
}

#[tokio::test]
async fn an_application_takes_its_token_back_with_its_secret_and_anyone_without() {
    let sandbox = sandbox().await;
    let issue = || sandbox.issue_token("ada-lind", "wingman-sandbox-secret", &[]).unwrap();
    let url = format!("{}/applications/wingman-sandbox-secret/token", sandbox.url());
    let token = issue();
    let delete = |secret: &'static str, token: &str| {
        let request = http().delete(&url).basic_auth("wingman-sandbox-secret", Some(secret));
        request.json(&json!({ "access_token": token })).send()
    };
    assert_eq!(delete("guessed", &token).await.unwrap().status(), 401, "only the application may");
    assert_eq!(get(&sandbox, "/user", &token).await.status(), 200, "so the token still works");
    assert_eq!(delete("sandbox-secret", &token).await.unwrap().status(), 204, "taken back");
    assert_eq!(get(&sandbox, "/user", &token).await.status(), 401, "and it works no more");
    assert_eq!(delete("sandbox-secret", &token).await.unwrap().status(), 404, "there is nothing left to take");

    let leaked = issue();
    let url = format!("{}/credentials/revoke", sandbox.url());
    let answer = http().post(url).json(&json!({ "credentials": [leaked] })).send().await.unwrap();
    assert_eq!(answer.status(), 202, "this needs no authentication");
    assert_eq!(get(&sandbox, "/user", &leaked).await.status(), 401, "whoever holds a token may end it");
}

#[tokio::test]
async fn every_secret_that_ever_was_is_remembered_for_a_search() {
    let sandbox = sandbox().await;
    sandbox.register(Client { expiring_tokens: true, ..Client::new("expiring") });
    let code = code(&sandbox, "expiring");
    let fields = [("client_id", "expiring"), ("code", code.as_str()), ("code_verifier", super::VERIFIER)];
    let first = exchange(&sandbox, &fields).await;
    let refresh = first["refresh_token"].as_str().expect("it ends, so it is renewed").to_owned();
    let fields = [("client_id", "expiring"), ("grant_type", "refresh_token"), ("refresh_token", &refresh)];
    let second = exchange(&sandbox, &fields).await;
    sandbox.revoke_tokens(None);
    let secrets = sandbox.secrets();
    let of = |answer: &serde_json::Value, field: &str| answer[field].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        secrets.access_tokens,
        [of(&first, "access_token"), of(&second, "access_token")],
        "spent and revoked ones too: they must have been nowhere"
    );
    assert_eq!(secrets.refresh_tokens, [refresh, of(&second, "refresh_token")], "both of a rotation");
    assert_eq!(
        (secrets.codes, secrets.verifiers),
        (vec![code], vec![super::VERIFIER.to_owned()]),
        "and what led to them"
    );
}
