//! Failures on demand, over HTTP as a test outside this process would switch them on.

use std::time::Duration;

use serde_json::{Value, json};
use wingman_sandbox::{Failure, Outcome, Sandbox};

use super::{get, http, sandbox, token};

async fn fail(sandbox: &Sandbox, failure: Value) {
    let url = format!("{}/_sandbox/failures", sandbox.url());
    let answer = http().post(url).json(&failure).send().await.expect("the sandbox answers");
    assert_eq!(answer.status(), 204, "the control takes {failure}");
}

fn slow_chat(sandbox: &Sandbox) -> reqwest::RequestBuilder {
    let body = json!({
        "model": "claude-sonnet-4.5", "stream": true, "messages": [{ "role": "user", "content": "slow please" }],
    });
    http().post(format!("{}/chat/completions", sandbox.url())).bearer_auth(token(sandbox)).json(&body)
}

/// Waits until the last request ended, and says how.
async fn outcome(sandbox: &Sandbox) -> (Outcome, usize) {
    for _ in 0..200 {
        let last = sandbox.requests().pop().expect("there was a request");
        if last.outcome != Outcome::Open {
            return (last.outcome, last.chunks_sent);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the request is still open after two seconds");
}

#[tokio::test]
async fn a_failure_is_played_once_with_its_status_body_and_headers() {
    let sandbox = sandbox().await;
    let token = token(&sandbox);
    fail(
        &sandbox,
        json!({ "path": "/models", "status": 429, "times": 1, "body": { "message": "slow" }, "headers": { "retry-after": "2" } }),
    )
    .await;
    let failed = get(&sandbox, "/models", &token).await;
    assert_eq!((failed.status().as_u16(), &failed.headers()["retry-after"]), (429, &"2".parse().unwrap()), "as told");
    assert_eq!(failed.json::<Value>().await.unwrap()["message"], "slow", "the body as told");
    assert_eq!(get(&sandbox, "/models", &token).await.status(), 200, "and only once");
}

#[tokio::test]
async fn a_failure_without_a_count_lasts_until_it_is_cleared_and_covers_the_enterprise_path() {
    let sandbox = sandbox().await;
    let token = token(&sandbox);
    let mut failure = Failure::status("/user", 401);
    failure.proxy = true;
    sandbox.fail(failure);
    for path in ["/user", "/api/v3/user"] {
        let answer = get(&sandbox, path, &token).await;
        assert_eq!(answer.status(), 401, "{path} fails each time");
        assert!(!answer.headers().contains_key("x-github-request-id"), "a proxy does not speak for GitHub");
    }
    let cleared = http().delete(format!("{}/_sandbox/failures", sandbox.url())).send().await.unwrap();
    assert_eq!(cleared.status(), 204, "cleared");
    assert_eq!(get(&sandbox, "/user", &token).await.status(), 200, "all is well again");
}

#[tokio::test]
async fn an_answer_can_be_html_as_from_a_broken_gateway() {
    let sandbox = sandbox().await;
    fail(&sandbox, json!({ "path": "/login/oauth/access_token", "status": 502, "body": "<h1>Bad gateway</h1>" })).await;
    let url = format!("{}/login/oauth/access_token", sandbox.url());
    let answer = http().post(url).send().await.unwrap();
    assert_eq!(answer.status(), 502, "the gateway's status");
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"), "not JSON at all");
}

#[tokio::test]
async fn a_hanging_request_is_never_answered_but_ends_with_the_sandbox() {
    let sandbox = sandbox().await;
    sandbox.fail(Failure::hang("/models"));
    let url = format!("{}/models", sandbox.url());
    let waiting = tokio::spawn(http().get(url).bearer_auth(token(&sandbox)).send());
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished(), "it hangs");
    drop(sandbox);
    let ended = tokio::time::timeout(Duration::from_secs(2), waiting).await;
    let answered = ended.expect("no connection outlives the sandbox").unwrap();
    assert!(answered.is_err(), "the connection broke without an answer");
}

#[tokio::test]
async fn a_stream_breaks_after_as_many_chunks_as_asked() {
    let sandbox = sandbox().await;
    fail(&sandbox, json!({ "path": "/chat/completions", "times": 1, "drop_after_chunks": 3 })).await;
    let mut answer = slow_chat(&sandbox).send().await.unwrap();
    let mut text = String::new();
    let broken = loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => text += std::str::from_utf8(&chunk).unwrap(),
            Ok(None) => break false,
            Err(_) => break true,
        }
    };
    assert!(broken, "the connection breaks instead of ending");
    assert_eq!(text.matches("data: ").count(), 3, "after three chunks: {text}");
    assert_eq!(outcome(&sandbox).await, (Outcome::Broken, 3), "and the journal says so");
}

#[tokio::test]
async fn a_stream_falls_silent_after_as_many_chunks_as_asked() {
    let sandbox = sandbox().await;
    fail(&sandbox, json!({ "path": "/chat/completions", "stall_after_chunks": 2 })).await;
    let mut answer = slow_chat(&sandbox).send().await.unwrap();
    let mut text = String::new();
    let silent = loop {
        match tokio::time::timeout(Duration::from_millis(600), answer.chunk()).await {
            Ok(Ok(Some(chunk))) => text += std::str::from_utf8(&chunk).unwrap(),
            Ok(_) => break false,
            Err(_) => break true,
        }
    };
    assert!(silent, "nothing comes, and nothing ends");
    assert_eq!(text.matches("data: ").count(), 2, "after two chunks");
}

#[tokio::test]
async fn a_person_who_stops_is_seen_as_an_answer_that_ended_early() {
    let sandbox = sandbox().await;
    let mut answer = slow_chat(&sandbox).send().await.unwrap();
    answer.chunk().await.unwrap().expect("the first piece");
    drop(answer);
    let (how, sent) = outcome(&sandbox).await;
    assert_eq!(how, Outcome::Broken, "the server notices that nobody reads");
    assert!(sent < 40, "and stops long before the end, here after {sent}");
}

#[tokio::test]
async fn a_lost_answer_was_still_worked_on() {
    let sandbox = sandbox().await;
    fail(&sandbox, json!({ "path": "/login/oauth/access_token", "drop_after_chunks": 0 })).await;
    let code = super::code(&sandbox, "wingman-sandbox");
    let form = [("client_id", "wingman-sandbox"), ("code", &*code), ("code_verifier", super::VERIFIER)];
    let sent = http().post(format!("{}/login/oauth/access_token", sandbox.url())).form(&form).send().await;
    let lost = match sent {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(lost, "the answer never arrives");
    assert_eq!(sandbox.live_tokens().len(), 1, "but the code is spent: trying again is no use");
}

#[tokio::test]
async fn a_misspelt_failure_is_refused() {
    let sandbox = sandbox().await;
    let url = format!("{}/_sandbox/failures", sandbox.url());
    let answer = http().post(url).json(&json!({ "path": "/models", "statsu": 500 })).send().await.unwrap();
    assert_eq!(answer.status(), 422, "a test must not believe in a failure that is not there");
}

#[tokio::test]
async fn reset_forgets_everything() {
    let sandbox = sandbox().await;
    let token = token(&sandbox);
    sandbox.fail(Failure::status("/user", 500));
    get(&sandbox, "/user", &token).await;
    sandbox.reset();
    assert!(sandbox.requests().is_empty() && sandbox.live_tokens().is_empty(), "no trace of before");
    assert_eq!(get(&sandbox, "/user", &token).await.status(), 401, "no failure, and no token either");
}
