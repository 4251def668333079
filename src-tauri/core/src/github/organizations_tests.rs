use axum::body::Body;
use axum::http::Response;

use super::fake_github::{ALTHOUGH, NOW, Seen, StandIn, answer, json, refused};
use super::*;
use crate::error::Code;

/// What a server that always answers like this says of `acme-corp`.
async fn told(
    token: &str,
    answer: impl Fn() -> Response<Body> + Clone + Send + Sync + 'static,
) -> Result<Membership, Code> {
    let server = StandIn::start(move |_| answer()).await;
    server.github().membership(&token.into(), "acme-corp").await.map_err(|error| error.code)
}

#[tokio::test]
async fn a_membership_is_asked_for_by_name_and_pending_is_not_a_membership() {
    for (body, expected) in [
        (r#"{"state":"active","role":"member"}"#, Ok(Membership::Active)),
        (r#"{"state":"pending","role":"member"}"#, Ok(Membership::Pending)),
        (r#"{"state":"something new"}"#, Err(Code::AnswerUnexpected)),
        ("<!doctype html><title>Hotel Wi-Fi</title>", Err(Code::AnswerUnexpected)),
    ] {
        assert_eq!(told("gho_x", move || json(body)).await, expected, "{body}");
    }
    let server = StandIn::start(|_| json(r#"{"state":"active"}"#)).await;
    server.github().membership(&"gho_x".into(), "Acme-Corp").await.unwrap();
    let seen = server.seen.lock().clone();
    assert_eq!(seen[0].line, "GET /user/memberships/orgs/Acme-Corp", "GitHub compares without case itself");
    assert_eq!(seen[0].authorization.as_deref(), Some("Bearer gho_x"), "with the account's own token");

    let odd = server.github().membership(&"gho_x".into(), "..").await;
    assert_eq!(odd, Ok(Membership::No), "no organisation is called so");
    assert_eq!(server.seen.lock().len(), 1, "and what the name would make of the address is not asked");
}

#[tokio::test]
async fn only_a_token_that_would_see_a_membership_proves_that_there_is_none() {
    let scopes = |scopes: &'static str| move || refused(404, "Not Found", &[("x-oauth-scopes", scopes)]);
    assert_eq!(told("gho_x", scopes("read:org, read:user")).await, Ok(Membership::No), "it would see it");
    assert_eq!(told("gho_x", || refused(404, "Not Found", &[])).await, Ok(Membership::No), "an older server's answer");
    for (token, why) in [("ghu_x", Unseen::App), ("github_pat_x", Unseen::PersonalToken)] {
        let found = told(token, scopes("")).await;
        assert_eq!(found, Ok(Membership::CannotTell(why)), "GitHub hides what {token} may not see behind a 404");
    }
    assert_eq!(
        told("gho_x", scopes("read:user")).await,
        Ok(Membership::CannotTell(Unseen::Scope)),
        "a scope is missing, not a membership"
    );
}

#[tokio::test]
async fn a_token_that_cannot_see_memberships_cannot_tell() {
    for (token, message, why) in [
        ("gho_x", "You need at least read:org scope or user scope to list your organizations.", Unseen::Scope),
        ("ghu_x", "Resource not accessible by integration", Unseen::App),
        ("github_pat_x", "Resource not accessible by personal access token", Unseen::PersonalToken),
        ("ghp_x", "`acme-corp` forbids access via a personal access token (classic).", Unseen::PersonalToken),
        ("ghu_x", "Something new", Unseen::App),
        ("gho_x", "Something new", Unseen::Refused),
    ] {
        let found = told(token, move || refused(403, message, &[("x-oauth-scopes", "read:org")])).await;
        assert_eq!(found, Ok(Membership::CannotTell(why)), "{message:?} says nothing of the membership");
    }
}

#[tokio::test]
async fn an_unapproved_app_and_an_ip_allow_list_are_told_apart_by_the_rest_of_the_sentence() {
    let app = || {
        let rest = "enabled OAuth App access restrictions, meaning that data access to third-parties is limited.";
        refused(403, &format!("{ALTHOUGH} {rest}"), &[])
    };
    assert_eq!(told("gho_x", app).await, Ok(Membership::AppNotApproved), "an owner approves the app");
    let network = || {
        let rest = "an IP allow list enabled, and your IP address is not permitted to access this resource.";
        refused(403, &format!("{ALTHOUGH} {rest}"), &[("x-ratelimit-remaining", "0")])
    };
    let found = told("gho_x", network).await;
    assert_eq!(found, Ok(Membership::IpNotAllowed), "another network helps, though the hour's quota ended with it");
}

#[tokio::test]
async fn single_sign_on_names_a_page_which_is_taken_only_from_githubs_own_host() {
    let server = StandIn::start(|seen| {
        let page = match seen.line.rsplit_once('/').map_or("", |(_, organization)| organization) {
            "own" => format!("http://{}/orgs/own/sso?authorization_request=AZSCK", seen.host),
            "evil" => "https://evil.example/orgs/evil/sso".to_owned(),
            "other" => "http://127.0.0.1:9/orgs/other/sso".to_owned(),
            _ => return refused(403, "Resource protected by organization SAML enforcement.", &[]),
        };
        let message = "Resource protected by organization SAML enforcement. You must grant your OAuth token access.";
        refused(403, message, &[("x-github-sso", &format!("required; url={page}")), ("x-ratelimit-remaining", "0")])
    })
    .await;
    let github = server.github();
    let page = async |organization: &str| match github.membership(&"gho_x".into(), organization).await {
        Ok(Membership::SsoRequired { page }) => page.map(String::from),
        other => panic!("single sign-on is required, and nothing else is said: {other:?}"),
    };
    let own = server.url.join("orgs/own/sso?authorization_request=AZSCK").unwrap();
    assert_eq!(page("own").await, Some(own.into()), "the page of the account's own host");
    assert_eq!(page("evil").await, None, "a page elsewhere would be opened in GitHub's name");
    assert_eq!(page("other").await, None, "another program of this machine is no stand-in");
    assert_eq!(page("silent").await, None, "without the header the words still say it");
}

#[tokio::test]
async fn rate_limits_faults_and_proxies_are_errors_and_no_answer() {
    let limited = || refused(403, "API rate limit exceeded for user ID 1001.", &[("x-ratelimit-remaining", "0")]);
    assert_eq!(told("gho_x", limited).await, Err(Code::RateLimited), "the hour's quota is used up");
    for message in [
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        "Maximum number of login attempts exceeded. Please try again later.",
    ] {
        let found = told("ghu_x", move || refused(403, message, &[])).await;
        assert_eq!(found, Err(Code::RateLimited), "{message:?} is told by its words alone");
    }
    assert_eq!(told("gho_x", || refused(429, "Too many", &[])).await, Err(Code::RateLimited), "429 is a limit");
    assert_eq!(told("gho_x", || refused(502, "Bad gateway", &[])).await, Err(Code::ServerFailed), "an outage");
    assert_eq!(told("gho_x", || refused(401, "Bad credentials", &[])).await, Err(Code::SignInNeeded), "a dead token");
    for status in [401, 403, 404] {
        let proxy = move || Response::builder().status(status).body(Body::from("Proxy")).unwrap();
        let found = told("gho_x", proxy).await;
        assert_eq!(found, Err(Code::AnswerUnexpected), "a proxy's {status} knows nothing of memberships");
    }
    let server = StandIn::start(|_| refused(429, "Too many", &[("retry-after", "60")])).await;
    let error = server.github().membership(&"gho_x".into(), "acme-corp").await.unwrap_err();
    assert_eq!(error.params["until"], NOW.plus(60_000).0.to_string(), "and says until when");
}

/// A list of three pages, each of which `next` leads on from.
fn pages(seen: &Seen, next: &str) -> Response<Body> {
    let (body, link) = match seen.query.as_str() {
        "per_page=100" => (r#"[{"id":1,"login":"guild-1"}]"#, Some(2)),
        "page=2" => (r#"[{"id":2,"login":"guild-2"}]"#, Some(3)),
        _ => (r#"[{"id":5100,"login":"Acme-Corp"}]"#, None),
    };
    let mut response = json(body);
    if let Some(page) = link {
        let link = format!(r#"<http://x.example/?page=1>; rel="first", <{next}?page={page}>; rel="next""#);
        response.headers_mut().insert("link", link.parse().unwrap());
    }
    response
}

#[tokio::test]
async fn an_organisation_on_a_later_page_and_in_another_case_is_found() {
    let server = StandIn::start(|seen| pages(seen, &format!("http://{}/user/orgs", seen.host))).await;
    let all = server.github().organizations(&"gho_x".into()).await.unwrap();
    assert_eq!(all.seen.len(), 3, "one from each page");
    assert!(all.has("acme-corp"), "the last page counts, and case does not");
    assert_eq!((all.unseen, all.hidden.as_slice()), (None, &[][..]), "these are all");
    assert_eq!(server.count("GET /user/orgs"), 3, "each page once");
}

#[tokio::test]
async fn a_next_page_on_another_host_is_never_asked_for_with_the_token() {
    let stranger = StandIn::start(|_| json("[]")).await;
    let address = stranger.url.join("user/orgs").unwrap().to_string();
    let server = StandIn::start(move |seen| pages(seen, &address)).await;
    let all = server.github().organizations(&"gho_x".into()).await.unwrap();
    assert_eq!(stranger.seen.lock().len(), 0, "a token never leaves its host");
    assert_eq!(all.unseen, Some(Unseen::Pages), "what was not read may hold more");
    assert!(all.has("guild-1"), "what was read counts");
}

#[tokio::test]
async fn a_list_that_leads_in_a_circle_ends() {
    let server = StandIn::start(|seen| {
        let mut response = json("[]");
        let link = format!(r#"<http://{}/user/orgs?page=2>; rel="next""#, seen.host);
        response.headers_mut().insert("link", link.parse().unwrap());
        response
    })
    .await;
    let all = server.github().organizations(&"gho_x".into()).await.unwrap();
    assert_eq!(all.unseen, Some(Unseen::Pages), "it was not read to an end");
    assert_eq!(server.count("GET /user/orgs"), 50, "and it does not run for ever");
}

#[tokio::test]
async fn a_list_says_what_it_leaves_out() {
    let list = async |token: &str, answer: fn(&Seen) -> Response<Body>| {
        let server = StandIn::start(answer).await;
        server.github().organizations(&token.into()).await.map_err(|error| error.code)
    };
    let hidden = list("gho_x", |_| {
        let mut response = json(r#"[{"id":1,"login":"guild-1"}]"#);
        let sso = "partial-results; organizations=21955855,20582480,21955855";
        response.headers_mut().insert("x-github-sso", sso.parse().unwrap());
        response
    })
    .await
    .unwrap();
    assert_eq!(hidden.hidden, [20_582_480, 21_955_855], "those that wait for single sign-on, each once");

    let empty = list("ghu_x", |_| json("[]")).await.unwrap();
    assert_eq!(empty.unseen, Some(Unseen::App), "a GitHub App's list is empty whatever there is");
    let narrow = list("gho_x", |_| refused(403, "You need at least read:org scope.", &[])).await.unwrap();
    assert_eq!(narrow.unseen, Some(Unseen::Scope), "a scope is missing");
    let public = list("gho_x", |_| {
        let mut response = json("[]");
        response.headers_mut().insert("x-oauth-scopes", "read:user".parse().unwrap());
        response
    })
    .await
    .unwrap();
    assert_eq!(public.unseen, Some(Unseen::Scope), "public memberships alone are no whole list");
    assert_eq!(list("gho_x", |_| refused(500, "", &[])).await, Err(Code::ServerFailed), "an outage is no list");
}

#[tokio::test]
async fn an_organisations_record_has_its_id_or_wants_single_sign_on_itself() {
    let server = StandIn::start(|seen| match seen.line.as_str() {
        "GET /orgs/acme-corp" => json(r#"{"id":5100,"login":"Acme-Corp"}"#),
        "GET /orgs/closed" => refused(403, "Resource protected by organization SAML enforcement.", &[]),
        _ => answer(404, "application/json", "{}"),
    })
    .await;
    let github = server.github();
    let known = async |organization: &str| github.organization(&"gho_x".into(), organization).await.unwrap();
    assert_eq!(known("acme-corp").await, Profile::Known(5100), "the id that a header may name");
    assert_eq!(known("closed").await, Profile::Refused(Membership::SsoRequired { page: None }), "it says why");
    assert_eq!(known("nobody").await, Profile::Unknown, "nothing is made up");
}
