//! From the authorize page to a token.

use std::time::Duration;

use wingman_sandbox::Decision;

use super::{authorize_url, code, exchange, get, http, query_of, sandbox};

#[tokio::test]
async fn a_click_on_authorize_leads_to_a_token_that_works() {
    let sandbox = sandbox().await;
    let page = http().get(authorize_url(&sandbox, "wingman-sandbox")).send().await.unwrap();
    let html = page.text().await.unwrap();
    for sign in ["lang=\"en\"", "Authorize</button>", "Cancel</button>", "read:org", "lin-wei"] {
        assert!(html.contains(sign), "the page lacks {sign}, which a person or a test looks for");
    }
    let secret = html
        .split("name=\"authenticity_token\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("the form carries its secret");
    let submit = |accept: &'static str| {
        let form = [("authenticity_token", secret), ("login", "lin-wei"), ("decision", "authorize")];
        let url = format!("{}/login/oauth/authorize", sandbox.url());
        http().post(url).header("accept", accept).form(&form).send()
    };
    let left = submit("*/*").await.unwrap();
    assert_eq!(left.status(), 302, "a program is redirected");
    let callback = left.headers()["location"].to_str().unwrap().to_owned();
    assert!(callback.starts_with("dev.wingman.desktop://oauth/callback?"), "the callback goes to the app: {callback}");
    let query = query_of(&callback);
    assert_eq!(query["state"], "a-state-of-at-least-128-bits", "the state comes back as sent");
    assert_eq!(query["iss"], format!("{}/login/oauth", sandbox.url()), "RFC 9207: who issued the code");

    let granted = exchange(
        &sandbox,
        &[("client_id", "wingman-sandbox"), ("code", &query["code"]), ("code_verifier", super::VERIFIER)],
    )
    .await;
    let token = granted["access_token"].as_str().expect("a token");
    assert!(token.starts_with("gho_"), "an OAuth App's token");
    assert_eq!(granted["scope"], "read:user,read:org", "GitHub separates scopes with commas");
    assert_eq!(granted["token_type"], "bearer", "GitHub says so");
    assert!(granted.get("expires_in").is_none(), "tokens of an OAuth App do not expire by default");
    let user: serde_json::Value = get(&sandbox, "/user", token).await.json().await.unwrap();
    assert_eq!(user["id"], 1002, "the account that was chosen on the page");

    let again = submit("*/*").await.unwrap();
    assert_eq!(again.status(), 422, "one page is one decision");
}

#[tokio::test]
async fn a_browser_gets_a_page_that_opens_the_app_and_can_be_closed() {
    let sandbox = sandbox().await;
    let mut url = authorize_url(&sandbox, "wingman-sandbox");
    url.query_pairs_mut().append_pair("state", "\"><script>alert(1)</script>");
    let html = http().get(url).send().await.unwrap().text().await.unwrap();
    let secret = html.split("authenticity_token\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = [("authenticity_token", secret), ("login", "ada-lind"), ("decision", "authorize")];
    let left = http()
        .post(format!("{}/login/oauth/authorize", sandbox.url()))
        .header("accept", "text/html,*/*")
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(left.status(), 200, "a page stays behind in the tab");
    let page = left.text().await.unwrap();
    assert!(page.contains("You can close this tab."), "a person is told that it is over");
    assert!(page.contains("href=\"dev.wingman.desktop://oauth/callback?code="), "and can open the app by hand");
    assert!(!page.contains("<script>alert"), "what an application sends never becomes part of the page");
}

#[tokio::test]
async fn cancel_tells_the_app_access_denied() {
    let sandbox = sandbox().await;
    let url = authorize_url(&sandbox, "wingman-sandbox");
    let callback = sandbox.authorize(url.as_str(), "ada-lind", Decision::Cancel).unwrap();
    let query = query_of(&callback);
    assert_eq!(query["error"], "access_denied", "the person said no");
    assert_eq!(query["state"], "a-state-of-at-least-128-bits", "also a refusal proves whose it is");
    assert!(!query.contains_key("code"), "a refusal carries no code");
}

#[tokio::test]
async fn what_is_wrong_with_the_address_is_said_where_github_says_it() {
    let sandbox = sandbox().await;
    let unknown = http().get(authorize_url(&sandbox, "nobody")).send().await.unwrap();
    assert_eq!(unknown.status(), 404, "an unknown application gets no callback, only a page");

    let with = |name: &str, value: &str| {
        let mut url = authorize_url(&sandbox, "wingman-sandbox");
        let kept: Vec<(String, String)> = url.query_pairs().into_owned().filter(|(known, _)| known != name).collect();
        url.query_pairs_mut().clear().extend_pairs(kept).append_pair(name, value);
        let callback = sandbox.authorize(url.as_str(), "ada-lind", Decision::Authorize).unwrap();
        (callback.clone(), query_of(&callback)["error"].clone())
    };
    let (callback, error) = with("redirect_uri", "https://evil.example/");
    assert_eq!(error, "redirect_uri_mismatch", "the address is not registered");
    assert!(callback.starts_with("dev.wingman.desktop://"), "and nothing is ever sent to it");
    assert_eq!(with("code_challenge_method", "plain").1, "invalid_request", "S256 is the only method");
    assert_eq!(with("code_challenge", "").1, "invalid_request", "without a secret PKCE is all there is");
}

#[tokio::test]
async fn the_wrong_verifier_gets_no_token_and_spoils_the_code() {
    let sandbox = sandbox().await;
    let code = code(&sandbox, "wingman-sandbox");
    let fields = |verifier| [("client_id", "wingman-sandbox"), ("code", &*code), ("code_verifier", verifier)];
    let stolen = exchange(&sandbox, &fields("another-verifier-of-at-least-43-characters-x")).await;
    assert_eq!(stolen["error"], "bad_verification_code", "whoever stole the code has not the verifier");
    let late = exchange(&sandbox, &fields(super::VERIFIER)).await;
    assert_eq!(late["error"], "bad_verification_code", "a code works once, whoever comes first");
    assert!(sandbox.live_tokens().is_empty(), "neither of them was given a token");
}

#[tokio::test]
async fn a_code_works_once_and_not_after_ten_minutes() {
    let sandbox = sandbox().await;
    let (first, late) = (code(&sandbox, "wingman-sandbox"), code(&sandbox, "wingman-sandbox"));
    let fields = |code| [("client_id", "wingman-sandbox"), ("code", code), ("code_verifier", super::VERIFIER)];
    assert!(exchange(&sandbox, &fields(&first)).await["access_token"].is_string(), "the first time it works");
    let replayed = exchange(&sandbox, &fields(&first)).await;
    assert_eq!(replayed["error"], "bad_verification_code", "the second time it does not");
    sandbox.advance_clock(Duration::from_mins(10));
    assert_eq!(exchange(&sandbox, &fields(&late)).await["error"], "bad_verification_code", "it is too old");
}

#[tokio::test]
async fn a_code_belongs_to_its_client_its_address_and_its_secret() {
    let sandbox = sandbox().await;
    let proof = ("code_verifier", super::VERIFIER);
    let secret = ("client_secret", "sandbox-secret");
    let own = code(&sandbox, "wingman-sandbox");
    let other = [("client_id", "wingman-sandbox-secret"), secret, ("code", &*own), proof];
    assert_eq!(exchange(&sandbox, &other).await["error"], "bad_verification_code", "another client's code");

    let code = code(&sandbox, "wingman-sandbox-secret");
    let with = |secret| [("client_id", "wingman-sandbox-secret"), ("client_secret", secret), ("code", &*code), proof];
    for wrong in ["", "guessed"] {
        let answer = exchange(&sandbox, &with(wrong)).await;
        assert_eq!(answer["error"], "incorrect_client_credentials", "the secret {wrong:?} is not the client's");
        assert!(answer["error_description"].is_string() && answer["error_uri"].is_string(), "GitHub explains");
    }
    let unknown = exchange(&sandbox, &[("client_id", "nobody"), ("code", &*code), proof]).await;
    assert_eq!(unknown["error"], "incorrect_client_credentials", "an unknown client");
    assert!(
        exchange(&sandbox, &with("sandbox-secret")).await["access_token"].is_string(),
        "a wrong secret did not spend the code"
    );

    let moved = super::code(&sandbox, "wingman-sandbox");
    let fields =
        [("client_id", "wingman-sandbox"), ("code", &*moved), proof, ("redirect_uri", "http://127.0.0.1/callback")];
    assert_eq!(exchange(&sandbox, &fields).await["error"], "redirect_uri_mismatch", "the code was for another address");
}

#[tokio::test]
async fn answers_are_form_encoded_unless_json_is_asked_for() {
    let sandbox = sandbox().await;
    let ask = |form: Vec<(&'static str, String)>| {
        http().post(format!("{}/login/oauth/access_token", sandbox.url())).form(&form).send()
    };
    let good = vec![
        ("client_id", "wingman-sandbox".into()),
        ("code", code(&sandbox, "wingman-sandbox")),
        ("code_verifier", super::VERIFIER.into()),
    ];
    let answer = ask(good).await.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("application/x-www-form-urlencoded"), "without Accept GitHub sends a form: {kind}");
    let text = answer.text().await.unwrap();
    assert!(text.contains("scope=read%3Auser%2Cread%3Aorg"), "the comma is encoded: {text}");

    let bad = ask(vec![("client_id", "nobody".into())]).await.unwrap();
    assert_eq!(bad.status(), 200, "also an error comes with HTTP 200");
    assert!(bad.text().await.unwrap().contains("error=incorrect_client_credentials"), "also an error is a form then");
}
