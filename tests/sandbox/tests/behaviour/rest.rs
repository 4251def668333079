//! Who am I, where do I belong, and what Copilot do I have.

use std::collections::HashSet;

use serde_json::Value;

use super::{get, http, sandbox, token};

#[tokio::test]
async fn a_revoked_token_is_answered_as_github_does() {
    let sandbox = sandbox().await;
    let token = token(&sandbox);
    assert_eq!(sandbox.revoke_tokens(Some("lin-wei")), 0, "another person's tokens are not Ada's");
    assert_eq!(get(&sandbox, "/user", &token).await.status(), 200, "so hers works");
    assert_eq!(sandbox.revoke_tokens(Some("ada-lind")), 1, "now hers is gone");
    for path in ["/user", "/api/v3/user", "/copilot_internal/user", "/models"] {
        let answer = get(&sandbox, path, &token).await;
        assert_eq!(answer.status(), 401, "{path} must refuse it");
        assert!(
            answer.headers().contains_key("x-github-request-id"),
            "this header tells GitHub's own 401 from a proxy's"
        );
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["message"], "Bad credentials", "GitHub's words");
    }
}

#[tokio::test]
async fn organisations_come_in_pages_and_are_found_in_any_case() {
    let sandbox = sandbox().await;
    let token = token(&sandbox);
    let mut logins = HashSet::new();
    let mut next = Some("/user/orgs".to_owned());
    let mut pages = 0;
    while let Some(path) = next {
        let answer = get(&sandbox, &path, &token).await;
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        next = link.and_then(|link| {
            let next = link.split(", ").find(|part| part.ends_with("rel=\"next\""))?;
            let url = next.split(['<', '>']).nth(1)?;
            Some(url.strip_prefix(sandbox.url())?.to_owned())
        });
        let body: Vec<Value> = answer.json().await.unwrap();
        assert!(body.len() <= 30, "thirty a page");
        logins.extend(body.iter().map(|organization| organization["login"].as_str().unwrap().to_owned()));
        pages += 1;
    }
    assert_eq!((pages, logins.len()), (2, 34), "all of them, over two pages");
    assert!(logins.contains("Acme-Corp"), "the interesting one stands on the second");

    let state = async |login: &str, organization: &str| {
        let token = sandbox.issue_token(login, "wingman-sandbox", &["read:org"]).unwrap();
        let answer = get(&sandbox, &format!("/user/memberships/orgs/{organization}"), &token).await;
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap()["state"].clone())
    };
    assert_eq!(state("ada-lind", "acme-corp").await, (200, "active".into()), "logins compare without case");
    assert_eq!(state("lin-wei", "acme-corp").await, (200, "pending".into()), "an invitation waits");
    assert_eq!(state("sam-reyes", "acme-corp").await.0, 404, "no member");

    let narrow = sandbox.issue_token("ada-lind", "wingman-sandbox", &["read:user"]).unwrap();
    assert_eq!(get(&sandbox, "/user/orgs", &narrow).await.status(), 403, "read:org is needed");
}

#[tokio::test]
async fn the_copilot_record_names_its_endpoint_and_tells_no_access_apart() {
    let sandbox = sandbox().await;
    let record = async |login: &str| -> Value {
        let token = sandbox.issue_token(login, "wingman-sandbox", &[]).unwrap();
        get(&sandbox, "/copilot_internal/user", &token).await.json().await.unwrap()
    };
    let ada = record("ada-lind").await;
    assert_eq!(ada["endpoints"]["api"], sandbox.url(), "chat goes where the record says");
    assert_eq!(ada["chat_enabled"], true, "Ada pays for it");
    assert_eq!(ada["quota_snapshots"]["premium_interactions"]["remaining"], 300.0, "nothing used yet");
    let nia = record("nia-okoro").await;
    assert_eq!(nia["access_type_sku"], "no_access", "Nia has none");
    assert_eq!(nia["copilot_plan"], "individual", "though the plan reads as if she had");
    assert_eq!(nia["quota_snapshots"], Value::Null, "and no quota");
}

#[tokio::test]
async fn the_avatar_is_a_real_picture_served_from_here() {
    let sandbox = sandbox().await;
    let user: Value = get(&sandbox, "/user", &token(&sandbox)).await.json().await.unwrap();
    let url = user["avatar_url"].as_str().unwrap();
    assert!(url.starts_with(sandbox.url()), "nothing is fetched from elsewhere");
    let picture = http().get(url).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/png", "the kind that is said");
    assert!(picture.bytes().await.unwrap().starts_with(b"\x89PNG\r\n\x1a\n"), "and the kind that it is");
}

#[tokio::test]
async fn every_request_is_recorded_with_what_it_carried() {
    let sandbox = sandbox().await;
    let token = token(&sandbox);
    get(&sandbox, "/user?x=1", &token).await;
    let url = format!("{}/telemetry", sandbox.url());
    let answer = http().post(url).body("measured").send().await.unwrap();
    assert_eq!(answer.status(), 404, "unknown addresses are harmless");
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 2, "the two above and nothing else");
    assert_eq!((&*requests[0].path, &*requests[0].query), ("/user", "x=1"), "path and query apart");
    assert_eq!(requests[0].authorization(), Some(&*format!("Bearer {token}")), "which token was sent");
    assert_eq!((&*requests[1].body, requests[1].status), ("measured", Some(404)), "body and answer");
    let listed: Value = http()
        .get(format!("{}/_sandbox/requests?path=/user", sandbox.url()))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "the controls say the same, and are not recorded themselves");
}
