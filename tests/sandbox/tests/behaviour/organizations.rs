//! Organisations as GitHub shows and hides them.

use reqwest::Response;
use serde_json::{Value, json};
use wingman_sandbox::{Client, Kind, Membership, Organization, Sandbox};

use super::{get, http, sandbox, token};

fn acme() -> Organization {
    Organization::named("acme-corp")
}

async fn membership(sandbox: &Sandbox, token: &str) -> Response {
    get(sandbox, "/user/memberships/orgs/acme-corp", token).await
}

/// Status and `message` of Ada's membership in Acme-Corp.
async fn refusal(sandbox: &Sandbox, token: &str) -> (u16, String) {
    let answer = membership(sandbox, token).await;
    assert!(answer.headers().contains_key("x-github-request-id"), "GitHub itself says so");
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.expect("a refusal says why");
    (status, body["message"].as_str().unwrap_or_default().to_owned())
}

async fn control(sandbox: &Sandbox, path: &str, body: Value) -> u16 {
    let url = format!("{}/_sandbox/{path}", sandbox.url());
    http().post(url).json(&body).send().await.expect("the sandbox answers").status().as_u16()
}

#[tokio::test]
async fn memberships_begin_and_end_while_it_runs() {
    let sandbox = sandbox().await;
    let token = sandbox.issue_token("sam-reyes", "wingman-sandbox", &["read:org"]).unwrap();
    assert_eq!(membership(&sandbox, &token).await.status(), 404, "Sam is nowhere");
    let state = async || membership(&sandbox, &token).await.json::<Value>().await.unwrap()["state"].clone();
    assert!(sandbox.set_membership("sam-reyes", "acme-corp", Membership::Pending), "both are there");
    assert_eq!(state().await, "pending", "he is invited");
    let page = format!("{}/orgs/acme-corp/invitation", sandbox.url());
    let shown = http().get(&page).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("You are invited to Acme-Corp"), "the page says by whom");
    let stranger = http().post(&page).form(&[("login", "nia-okoro")]).send().await.unwrap();
    assert_eq!(stranger.status(), 404, "nobody joins without an invitation");
    let joined = http().post(&page).form(&[("login", "sam-reyes")]).send().await.unwrap();
    assert_eq!((joined.status().as_u16(), state().await), (200, json!("active")), "he joins");
    assert!(sandbox.set_membership("sam-reyes", "Acme-Corp", Membership::None), "in any case");
    assert_eq!(membership(&sandbox, &token).await.status(), 404, "and he is out again");
    assert!(!sandbox.set_membership("sam-reyes", "nowhere", Membership::Active), "no such organisation");
    assert!(!sandbox.set_membership("nobody", "acme-corp", Membership::Active), "no such person");
    sandbox.set_membership("sam-reyes", "acme-corp", Membership::Active);
    sandbox.reset();
    assert!(!sandbox.live_tokens().iter().any(|token| token.login == "sam-reyes"), "a reset forgets tokens");
    let token = sandbox.issue_token("sam-reyes", "wingman-sandbox", &["read:org"]).unwrap();
    assert_eq!(membership(&sandbox, &token).await.status(), 404, "and memberships");
}

#[tokio::test]
async fn single_sign_on_hides_an_organisation_until_the_person_visits_its_page() {
    let sandbox = sandbox().await;
    let token = token(&sandbox);
    sandbox.set_organization(Organization { sso: true, ..acme() });

    let answer = membership(&sandbox, &token).await;
    assert_eq!(answer.status(), 403, "the membership is there and not shown");
    let header = answer.headers()["x-github-sso"].to_str().unwrap().to_owned();
    let link = header.strip_prefix("required; url=").expect("the documented form").to_owned();
    assert!(link.starts_with(&format!("{}/orgs/acme-corp/sso?authorization_request=", sandbox.url())), "{link}");
    assert!(refusal(&sandbox, &token).await.1.contains("SAML enforcement"), "GitHub's words");
    assert_eq!(get(&sandbox, "/orgs/acme-corp", &token).await.status(), 403, "its record wants the same");

    let list = get(&sandbox, "/user/orgs?per_page=100", &token).await;
    assert_eq!(list.headers()["x-github-sso"], "partial-results; organizations=5100", "the list says what it hides");
    assert_eq!(list.json::<Vec<Value>>().await.unwrap().len(), 33, "and leaves it out");

    assert_eq!(http().get(&link).send().await.unwrap().status(), 200, "the person visits the page");
    assert_eq!(membership(&sandbox, &token).await.status(), 200, "that was all that was missing");
    assert!(!get(&sandbox, "/user/orgs", &token).await.headers().contains_key("x-github-sso"), "nothing is hidden");
    assert!(sandbox.set_signed_on("ada-lind", "acme-corp", false), "a session ends");
    assert_eq!(membership(&sandbox, &token).await.status(), 403, "and it is wanted again");

    sandbox.advance_clock(std::time::Duration::from_hours(1));
    assert_eq!(http().get(&link).send().await.unwrap().status(), 404, "the link lives an hour");
    let page = format!("{}/orgs/acme-corp/sso", sandbox.url());
    assert_eq!(http().get(&page).send().await.unwrap().status(), 200, "the plain page asks who it is");
    http().post(&page).form(&[("login", "ada-lind")]).send().await.unwrap();
    assert_eq!(membership(&sandbox, &token).await.status(), 200, "and takes the answer");
}

#[tokio::test]
async fn two_refusals_begin_with_the_same_sentence() {
    let sandbox = sandbox().await;
    let token = token(&sandbox);
    let although =
        "Although you appear to have the correct authorization credentials, the `acme-corp` organization has";

    sandbox.set_organization(Organization { app_restricted: true, ..acme() });
    let (status, app) = refusal(&sandbox, &token).await;
    assert_eq!(status, 403, "an app that is not approved is refused");
    assert!(app.starts_with(although) && app.contains("enabled OAuth App access restrictions"), "{app}");
    let list: Vec<Value> = get(&sandbox, "/user/orgs?per_page=100", &token).await.json().await.unwrap();
    assert_eq!(list.len(), 33, "and the list does not mention the organisation");

    sandbox.set_organization(Organization { ip_allow_list: true, ..acme() });
    let (status, network) = refusal(&sandbox, &token).await;
    assert_eq!(status, 403, "an address that is not listed is refused");
    assert!(network.starts_with(although) && network.contains("has an IP allow list enabled"), "{network}");

    sandbox.set_organization(acme());
    assert_eq!(membership(&sandbox, &token).await.status(), 200, "what is no longer demanded no longer refuses");
}

#[tokio::test]
async fn a_token_sees_memberships_by_its_scopes_or_by_its_apps_permission() {
    let sandbox = sandbox().await;
    let narrow = sandbox.issue_token("ada-lind", "wingman-sandbox", &["read:user"]).unwrap();
    assert_eq!(refusal(&sandbox, &narrow).await.0, 403, "read:org is needed");
    let user = sandbox.issue_token("ada-lind", "wingman-sandbox", &["user"]).unwrap();
    assert_eq!(refusal(&sandbox, &user).await.0, 403, "user does not show a membership");
    assert_eq!(get(&sandbox, "/user/orgs", &user).await.status(), 200, "but it shows the list");

    let app = |sees_members| Client { kind: Kind::GithubApp, sees_members, ..Client::new("app") };
    sandbox.register(app(true));
    let token = sandbox.issue_token("ada-lind", "app", &[]).unwrap();
    assert_eq!(membership(&sandbox, &token).await.status(), 200, "an app with the permission sees it");
    let list: Vec<Value> = get(&sandbox, "/user/orgs", &token).await.json().await.unwrap();
    assert!(list.is_empty(), "the list is empty for every fine-grained token, which is documented");
    sandbox.set_organization(Organization { app_restricted: true, ..acme() });
    assert_eq!(membership(&sandbox, &token).await.status(), 200, "restrictions are for OAuth apps");

    sandbox.register(app(false));
    let expected = (403, "Resource not accessible by integration".to_owned());
    assert_eq!(refusal(&sandbox, &token).await, expected, "without it GitHub says nothing of the membership");
    control(&sandbox, "tokens", json!({ "token": "github_pat_x", "client_id": "app" })).await;
    let expected = (403, "Resource not accessible by personal access token".to_owned());
    assert_eq!(refusal(&sandbox, "github_pat_x").await, expected, "the same of a token that the person made");
}

#[tokio::test]
async fn the_controls_do_the_same_from_outside() {
    let sandbox = sandbox().await;
    let token = token(&sandbox);
    let rules = json!({ "login": "northwind", "sso": true });
    assert_eq!(control(&sandbox, "organizations", rules).await, 204, "a new organisation");
    let enrol = json!({ "login": "ada-lind", "organization": "northwind", "state": "active" });
    assert_eq!(control(&sandbox, "memberships", enrol).await, 204, "Ada is in it");
    let path = "/user/memberships/orgs/northwind";
    assert_eq!(get(&sandbox, path, &token).await.status(), 403, "it wants single sign-on");
    let signed_on = json!({ "login": "ada-lind", "organization": "northwind", "signed_on": true });
    assert_eq!(control(&sandbox, "sso", signed_on).await, 204, "as if she had done it");
    assert_eq!(get(&sandbox, path, &token).await.status(), 200, "then she is a member");
    let nobody = json!({ "login": "nobody", "organization": "northwind", "state": "none" });
    assert_eq!(control(&sandbox, "memberships", nobody).await, 404, "a slip in a test is told");
    assert_eq!(control(&sandbox, "organizations", json!({ "sso": true })).await, 422, "and so is this one");
    let url = format!("{}/_sandbox/organizations", sandbox.url());
    let all: Vec<Value> = http().get(url).send().await.unwrap().json().await.unwrap();
    assert_eq!(all.last().map(|last| last["login"].clone()), Some("northwind".into()), "the list has it");
}
