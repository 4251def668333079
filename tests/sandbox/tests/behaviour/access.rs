//! What Copilot a person has, decided from outside.

use serde_json::{Value, json};
use wingman_sandbox::{Access, Copilot, Quota, Sandbox};

use super::{get, http, sandbox};

async fn record(sandbox: &Sandbox, login: &str) -> Value {
    let token = sandbox.issue_token(login, "wingman-sandbox", &[]).expect("the person exists");
    get(sandbox, "/copilot_internal/user", &token).await.json().await.expect("a record")
}

#[tokio::test]
async fn every_state_of_access_has_its_record_and_its_answer() {
    let sandbox = sandbox().await;
    for (access, plan, sku, chat) in [
        (Access::Free, "individual", "free_limited_copilot", true),
        (Access::Pro, "individual_pro", "plus_monthly_subscriber_quota", true),
        (Access::Business, "business", "copilot_for_business_seat_quota", true),
        (Access::Enterprise, "enterprise", "copilot_enterprise_seat_quota", true),
        (Access::NoAccess, "individual", "no_access", false),
        (Access::SeatPending, "business", "no_access", false),
        (Access::DisabledByOrganization, "business", "copilot_for_business_seat_quota", false),
    ] {
        let organization = Some("acme-corp".to_owned());
        assert!(sandbox.set_copilot("sam-reyes", Copilot { organization, ..Copilot::of(access) }), "Sam is there");
        let record = record(&sandbox, "sam-reyes").await;
        assert_eq!((&record["copilot_plan"], &record["access_type_sku"]), (&json!(plan), &json!(sku)), "{access:?}");
        assert_eq!(record["chat_enabled"], chat, "{access:?} may chat or not");
        assert_eq!(record["quota_snapshots"].is_null(), sku == "no_access", "{access:?}: no quota without access");
        assert_eq!(record["organization_login_list"], json!(["acme-corp"]), "who pays or decides");
        let token = sandbox.issue_token("sam-reyes", "wingman-sandbox", &[]).unwrap();
        let status = get(&sandbox, "/models", &token).await.status().as_u16();
        assert_eq!(status, if chat { 200 } else { 403 }, "{access:?}: the Copilot API says the same");
    }
    assert!(!sandbox.set_copilot("nobody", Copilot::default()), "no such person");
}

#[tokio::test]
async fn the_free_plan_is_offered_to_who_has_nothing_unless_it_is_not() {
    let sandbox = sandbox().await;
    assert_eq!(record(&sandbox, "nia-okoro").await["can_signup_for_limited"], true, "Nia could sign up");
    assert_eq!(record(&sandbox, "ada-lind").await["can_signup_for_limited"], false, "Ada pays already");
    let managed = Copilot { can_signup_for_limited: Some(false), ..Copilot::of(Access::NoAccess) };
    sandbox.set_copilot("nia-okoro", managed);
    assert_eq!(record(&sandbox, "nia-okoro").await["can_signup_for_limited"], false, "a managed account cannot");
}

#[tokio::test]
async fn a_quota_can_be_nearly_used_up_from_outside() {
    let sandbox = sandbox().await;
    let body = json!({ "login": "ada-lind", "copilot": { "access": "pro", "quotas": {
        "premium_interactions": { "entitlement": 300, "remaining": 3, "overage_permitted": true },
        "chat": { "entitlement": 50, "remaining": 10 },
    } } });
    let url = format!("{}/_sandbox/copilot", sandbox.url());
    assert_eq!(http().post(url).json(&body).send().await.unwrap().status(), 204, "the same from outside");
    let snapshots = record(&sandbox, "ada-lind").await["quota_snapshots"].clone();
    let premium = &snapshots["premium_interactions"];
    assert_eq!((&premium["remaining"], &premium["percent_remaining"]), (&json!(3.0), &json!(1.0)), "three are left");
    assert_eq!(premium["overage_permitted"], true, "and more may be paid for");
    assert_eq!(
        (&snapshots["chat"]["remaining"], &snapshots["chat"]["unlimited"]),
        (&json!(10.0), &json!(false)),
        "chat"
    );
    assert_eq!(snapshots["completions"]["unlimited"], true, "what is not named stays the plan's");

    let token = sandbox.issue_token("ada-lind", "wingman-sandbox", &[]).unwrap();
    let model = "claude-sonnet-4.5";
    let question = json!({ "model": model, "messages": [{ "role": "user", "content": "Hi" }] });
    let url = format!("{}/chat/completions", sandbox.url());
    let answer = http().post(url).bearer_auth(token).json(&question).send().await.unwrap();
    let header = answer.headers()["x-quota-snapshot-premium_interactions"].to_str().unwrap().to_owned();
    assert!(header.starts_with("ent=300&") && header.contains("rem=0.7"), "the answer tells the same quota: {header}");
    let premium = record(&sandbox, "ada-lind").await["quota_snapshots"]["premium_interactions"].clone();
    assert_eq!(premium["remaining"], 2.0, "a question is taken from what was left");
    let none = Quota { entitlement: 300.0, ..Quota::default() };
    let empty = Copilot { quotas: [("premium_interactions".into(), none)].into(), ..Copilot::of(Access::Pro) };
    sandbox.set_copilot("ada-lind", empty);
    let left = record(&sandbox, "ada-lind").await["quota_snapshots"]["premium_interactions"]["remaining"].clone();
    assert_eq!(left, json!(0.0), "all is used");
}
