//! From the authorize page to a token, and back.

use std::time::Duration;

use serde_json::json;
use wingman_sandbox::{Client, Decision, Kind};

use super::{authorize_url, code, exchange, get, http, query_of, sandbox};

#[tokio::test]
async fn a_click_on_authorize_leads_to_a_token_that_works() {
    let sandbox = sandbox().await;
    let page = http()
        .get(authorize_url(&sandbox, "wingman-sandbox"))
        .send()
        .await
        .unwrap();
    let html = page.text().await.unwrap();
    for sign in [
        "lang=\"en\"",
        "Authorize</button>",
        "Cancel</button>",
        "read:org",
        "lin-wei",
    ] {
        assert!(
            html.contains(sign),
            "the page lacks {sign}, which a person or a test looks for"
        );
    }
    let secret = html
        .split("name=\"authenticity_token\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("the form carries its secret");
    let submit = |accept: &'static str| {
        let form = [
            ("authenticity_token", secret),
            ("login", "lin-wei"),
            ("decision", "authorize"),
        ];
        let url = format!("{}/login/oauth/authorize", sandbox.url());
        http().post(url).header("accept", accept).form(&form).send()
    };
    let left = submit("*/*").await.unwrap();
    assert_eq!(left.status(), 302, "a program is redirected");
    let callback = left.headers()["location"].to_str().unwrap().to_owned();
    assert!(
        callback.starts_with("dev.wingman.desktop://oauth/callback?"),
        "the callback goes to the app: {callback}"
    );
    let query = query_of(&callback);
    assert_eq!(
        query["state"], "a-state-of-at-least-128-bits",
        "the state comes back as sent"
    );
    assert_eq!(
        query["iss"],
        format!("{}/login/oauth", sandbox.url()),
        "RFC 9207: who issued the code"
    );

    let granted = exchange(
        &sandbox,
        &[
            ("client_id", "wingman-sandbox"),
            ("code", &query["code"]),
            ("code_verifier", super::VERIFIER),
        ],
    )
    .await;
    let token = granted["access_token"].as_str().expect("a token");
    assert!(token.starts_with("gho_"), "an OAuth App's token");
    assert_eq!(
        granted["scope"], "read:user,read:org",
        "GitHub separates scopes with commas"
    );
    assert_eq!(granted["token_type"], "bearer", "GitHub says so");
    assert!(
        granted.get("expires_in").is_none(),
        "tokens of an OAuth App do not expire by default"
    );
    let user: serde_json::Value = get(&sandbox, "/user", token).await.json().await.unwrap();
    assert_eq!(user["id"], 1002, "the account that was chosen on the page");

    let again = submit("*/*").await.unwrap();
    assert_eq!(again.status(), 422, "one page is one decision");
}

#[tokio::test]
async fn a_browser_gets_a_page_that_opens_the_app_and_can_be_closed() {
    let sandbox = sandbox().await;
    let mut url = authorize_url(&sandbox, "wingman-sandbox");
    url.query_pairs_mut()
        .append_pair("state", "\"><script>alert(1)</script>");
    let html = http().get(url).send().await.unwrap().text().await.unwrap();
    let secret = html
        .split("authenticity_token\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let form = [
        ("authenticity_token", secret),
        ("login", "ada-lind"),
        ("decision", "authorize"),
    ];
    let left = http()
        .post(format!("{}/login/oauth/authorize", sandbox.url()))
        .header("accept", "text/html,*/*")
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(left.status(), 200, "a page stays behind in the tab");
    let page = left.text().await.unwrap();
    assert!(
        page.contains("You can close this tab."),
        "a person is told that it is over"
    );
    assert!(
        page.contains("href=\"dev.wingman.desktop://oauth/callback?code="),
        "and can open the app by hand"
    );
    assert!(
        !page.contains("<script>alert"),
        "what an application sends never becomes part of the page"
    );
}

#[tokio::test]
async fn cancel_tells_the_app_access_denied() {
    let sandbox = sandbox().await;
    let url = authorize_url(&sandbox, "wingman-sandbox");
    let callback = sandbox.authorize(url.as_str(), "ada-lind", Decision::Cancel).unwrap();
    let query = query_of(&callback);
    assert_eq!(query["error"], "access_denied", "the person said no");
    assert_eq!(
        query["state"], "a-state-of-at-least-128-bits",
        "also a refusal proves whose it is"
    );
    assert!(!query.contains_key("code"), "a refusal carries no code");
}

#[tokio::test]
async fn what_is_wrong_with_the_address_is_said_where_github_says_it() {
    let sandbox = sandbox().await;
    let unknown = http().get(authorize_url(&sandbox, "nobody")).send().await.unwrap();
    assert_eq!(
        unknown.status(),
        404,
        "an unknown application gets no callback, only a page"
    );

    let with = |name: &str, value: &str| {
        let mut url = authorize_url(&sandbox, "wingman-sandbox");
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .into_owned()
            .filter(|(known, _)| known != name)
            .collect();
        url.query_pairs_mut()
            .clear()
            .extend_pairs(kept)
            .append_pair(name, value);
        let callback = sandbox
            .authorize(url.as_str(), "ada-lind", Decision::Authorize)
            .unwrap();
        (callback.clone(), query_of(&callback)["error"].clone())
    };
    let (callback, error) = with("redirect_uri", "https://evil.example/");
    assert_eq!(error, "redirect_uri_mismatch", "the address is not registered");
    assert!(
        callback.starts_with("dev.wingman.desktop://"),
        "and nothing is ever sent to it"
    );
    assert_eq!(
        with("code_challenge_method", "plain").1,
        "invalid_request",
        "S256 is the only method"
    );
    assert_eq!(
        with("code_challenge", "").1,
        "invalid_request",
        "without a secret PKCE is all there is"
    );
}

#[tokio::test]
async fn the_wrong_verifier_gets_no_token_and_spoils_the_code() {
    let sandbox = sandbox().await;
    let code = code(&sandbox, "wingman-sandbox");
    let fields = |verifier| {
        [
            ("client_id", "wingman-sandbox"),
            ("code", &*code),
            ("code_verifier", verifier),
        ]
    };
    let stolen = exchange(&sandbox, &fields("another-verifier-of-at-least-43-characters-x")).await;
    assert_eq!(
        stolen["error"], "bad_verification_code",
        "whoever stole the code has not the verifier"
    );
    let late = exchange(&sandbox, &fields(super::VERIFIER)).await;
    assert_eq!(
        late["error"], "bad_verification_code",
        "a code works once, whoever comes first"
    );
    assert!(sandbox.live_tokens().is_empty(), "neither of them was given a token");
}

#[tokio::test]
async fn a_code_works_once_and_not_after_ten_minutes() {
    let sandbox = sandbox().await;
    let (first, late) = (code(&sandbox, "wingman-sandbox"), code(&sandbox, "wingman-sandbox"));
    let fields = |code| {
        [
            ("client_id", "wingman-sandbox"),
            ("code", code),
            ("code_verifier", super::VERIFIER),
        ]
    };
    assert!(
        exchange(&sandbox, &fields(&first)).await["access_token"].is_string(),
        "the first time it works"
    );
    let replayed = exchange(&sandbox, &fields(&first)).await;
    assert_eq!(
        replayed["error"], "bad_verification_code",
        "the second time it does not"
    );
    sandbox.advance_clock(Duration::from_mins(10));
    assert_eq!(
        exchange(&sandbox, &fields(&late)).await["error"],
        "bad_verification_code",
        "it is too old"
    );
}

#[tokio::test]
async fn a_code_belongs_to_its_client_its_address_and_its_secret() {
    let sandbox = sandbox().await;
    let proof = ("code_verifier", super::VERIFIER);
    let secret = ("client_secret", "sandbox-secret");
    let own = code(&sandbox, "wingman-sandbox");
    let other = [("client_id", "wingman-sandbox-secret"), secret, ("code", &*own), proof];
    assert_eq!(
        exchange(&sandbox, &other).await["error"],
        "bad_verification_code",
        "another client's code"
    );

    let code = code(&sandbox, "wingman-sandbox-secret");
    let with = |secret| {
        [
            ("client_id", "wingman-sandbox-secret"),
            ("client_secret", secret),
            ("code", &*code),
            proof,
        ]
    };
    for wrong in ["", "guessed"] {
        let answer = exchange(&sandbox, &with(wrong)).await;
        assert_eq!(
            answer["error"], "incorrect_client_credentials",
            "the secret {wrong:?} is not the client's"
        );
        assert!(
            answer["error_description"].is_string() && answer["error_uri"].is_string(),
            "GitHub explains"
        );
    }
    let unknown = exchange(&sandbox, &[("client_id", "nobody"), ("code", &*code), proof]).await;
    assert_eq!(unknown["error"], "incorrect_client_credentials", "an unknown client");
    assert!(
        exchange(&sandbox, &with("sandbox-secret")).await["access_token"].is_string(),
        "a wrong secret did not spend the code"
    );

    let moved = super::code(&sandbox, "wingman-sandbox");
    let fields = [
        ("client_id", "wingman-sandbox"),
        ("code", &*moved),
        proof,
        ("redirect_uri", "http://127.0.0.1/callback"),
    ];
    assert_eq!(
        exchange(&sandbox, &fields).await["error"],
        "redirect_uri_mismatch",
        "the code was for another address"
    );
}

#[tokio::test]
async fn answers_are_form_encoded_unless_json_is_asked_for() {
    let sandbox = sandbox().await;
    let ask = |form: Vec<(&'static str, String)>| {
        http()
            .post(format!("{}/login/oauth/access_token", sandbox.url()))
            .form(&form)
            .send()
    };
    let good = vec![
        ("client_id", "wingman-sandbox".into()),
        ("code", code(&sandbox, "wingman-sandbox")),
        ("code_verifier", super::VERIFIER.into()),
    ];
    let answer = ask(good).await.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(
        kind.starts_with("application/x-www-form-urlencoded"),
        "without Accept GitHub sends a form: {kind}"
    );
    let text = answer.text().await.unwrap();
    assert!(
        text.contains("scope=read%3Auser%2Cread%3Aorg"),
        "the comma is encoded: {text}"
    );

    let bad = ask(vec![("client_id", "nobody".into())]).await.unwrap();
    assert_eq!(bad.status(), 200, "also an error comes with HTTP 200");
    assert!(
        bad.text().await.unwrap().contains("error=incorrect_client_credentials"),
        "also an error is a form then"
    );
}

#[tokio::test]
async fn refreshing_ends_both_old_tokens_at_once() {
    let sandbox = sandbox().await;
    let mut app = Client::new("github-app").with_secret("s");
    app.kind = Kind::GithubApp;
    sandbox.register(app);
    let code = code(&sandbox, "github-app");
    let client = [("client_id", "github-app"), ("client_secret", "s")];
    let first = exchange(
        &sandbox,
        &[&client[..], &[("code", &code), ("code_verifier", super::VERIFIER)]].concat(),
    )
    .await;
    assert!(
        first["access_token"].as_str().unwrap().starts_with("ghu_"),
        "a GitHub App's token"
    );
    assert_eq!(
        (&first["scope"], &first["expires_in"]),
        (&json!(""), &json!(28_800)),
        "no scope, eight hours"
    );

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
    let asked = http()
        .post(url)
        .header("accept", "application/json")
        .form(&form)
        .send()
        .await
        .unwrap();
    let asked: serde_json::Value = asked.json().await.unwrap();
    assert_eq!(
        (&asked["interval"], &asked["expires_in"]),
        (&json!(5), &json!(900)),
        "as documented"
    );
    let device_code = asked["device_code"].as_str().unwrap();
    let fields = [
        ("client_id", "wingman-sandbox"),
        ("device_code", device_code),
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
    ];
    assert_eq!(
        exchange(&sandbox, &fields).await["error"],
        "authorization_pending",
        "nobody has typed it yet"
    );
    assert_eq!(
        exchange(&sandbox, &fields).await["error"],
        "slow_down",
        "five seconds have not passed"
    );

    let typed = asked["user_code"].as_str().unwrap().to_lowercase();
    let form = [("user_code", &*typed), ("login", "ada-lind"), ("decision", "authorize")];
    let page = http()
        .post(format!("{}/login/device", sandbox.url()))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200, "the code is taken in any case");
    sandbox.advance_clock(Duration::from_secs(10));
    let granted = exchange(&sandbox, &fields).await;
    assert_eq!(
        granted["scope"], "read:user",
        "the token has the scope that the device asked for"
    );
    sandbox.advance_clock(Duration::from_secs(10));
    assert_eq!(
        exchange(&sandbox, &fields).await["error"],
        "incorrect_device_code",
        "it worked once"
    );
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
    assert_eq!(
        delete("guessed", &token).await.unwrap().status(),
        401,
        "only the application may"
    );
    assert_eq!(
        get(&sandbox, "/user", &token).await.status(),
        200,
        "so the token still works"
    );
    assert_eq!(
        delete("sandbox-secret", &token).await.unwrap().status(),
        204,
        "taken back"
    );
    assert_eq!(
        get(&sandbox, "/user", &token).await.status(),
        401,
        "and it works no more"
    );
    assert_eq!(
        delete("sandbox-secret", &token).await.unwrap().status(),
        404,
        "there is nothing left to take"
    );

    let leaked = issue();
    let url = format!("{}/credentials/revoke", sandbox.url());
    let answer = http()
        .post(url)
        .json(&json!({ "credentials": [leaked] }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 202, "this needs no authentication");
    assert_eq!(
        get(&sandbox, "/user", &leaked).await.status(),
        401,
        "whoever holds a token may end it"
    );
}
