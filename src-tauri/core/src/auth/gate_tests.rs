use axum::body::Body;
use axum::http::Response;
use serde_json::json as value;

use super::*;
use crate::github::fake_github::{ALTHOUGH, Seen, StandIn, answer, json, refused};

/// What the sandbox's address stands for in an expected page.
const HERE: &str = "https://github.com/";

fn any(organizations: &[&str]) -> Requirement {
    Requirement { organizations: organizations.iter().map(|name| (*name).to_owned()).collect(), all: false }
}

fn all(organizations: &[&str]) -> Requirement {
    Requirement { all: true, ..any(organizations) }
}

/// Checks a token at a GitHub that answers like this.
async fn checked(
    token: &str,
    requirement: &Requirement,
    github: impl Fn(&Seen) -> Response<Body> + Clone + Send + Sync + 'static,
) -> (Result<Standing>, StandIn) {
    let server = StandIn::start(github).await;
    let standing = check(&server.github(), &token.into(), requirement).await;
    (standing, server)
}

/// The reason and the page of the only refusal, the page as it would be at github.com.
async fn refused_for(
    token: &str,
    github: impl Fn(&Seen) -> Response<Body> + Clone + Send + Sync + 'static,
) -> (Reason, Option<String>) {
    let (standing, server) = checked(token, &any(&["acme-corp"]), github).await;
    let Ok(Standing::Outside { refusals }) = standing else {
        panic!("one organisation is required and refused: {standing:?}");
    };
    let [refusal] = refusals.as_slice() else { panic!("one refusal for one organisation: {refusals:?}") };
    assert_eq!(refusal.organization, "acme-corp", "it says which organisation it is about");
    let page = refusal.page.as_ref().map(|page| page.replace(server.url.as_str(), HERE));
    (refusal.reason.clone(), page)
}

/// A GitHub at which Ada is in `guild-1` and in `Acme-Corp`, invited to `lumen-works`, and nowhere else.
fn ada(seen: &Seen) -> Response<Body> {
    match seen.line.to_ascii_lowercase().as_str() {
        "get /user/memberships/orgs/acme-corp" | "get /user/memberships/orgs/guild-1" => json(r#"{"state":"active"}"#),
        "get /user/memberships/orgs/lumen-works" => json(r#"{"state":"pending"}"#),
        "get /user/orgs" => json(r#"[{"id":1,"login":"guild-1"},{"id":5100,"login":"Acme-Corp"}]"#),
        _ => refused(404, "Not Found", &[("x-oauth-scopes", "read:org, read:user")]),
    }
}

#[tokio::test]
async fn nothing_is_asked_where_nothing_is_required() {
    let (standing, server) = checked("gho_x", &Requirement::default(), ada).await;
    assert_eq!(standing, Ok(Standing::Member), "everyone may come in");
    assert_eq!(server.seen.lock().len(), 0, "and GitHub need not hear of it");
}

#[tokio::test]
async fn any_is_met_by_one_and_asks_no_further() {
    let (standing, server) = checked("gho_x", &any(&["nowhere", "ACME-CORP", "lumen-works"]), ada).await;
    assert_eq!(standing, Ok(Standing::Member), "one is enough, in whatever case it is written");
    assert_eq!(server.count("GET /user/memberships/orgs/lumen-works"), 0, "the rest does not matter then");
}

#[tokio::test]
async fn all_is_met_by_every_one_only_and_names_each_that_stands_in_the_way() {
    let (standing, _) = checked("gho_x", &all(&["Acme-Corp", "guild-1"]), ada).await;
    assert_eq!(standing, Ok(Standing::Member), "in both");
    let (standing, _) = checked("gho_x", &all(&["acme-corp", "nowhere", "lumen-works"]), ada).await;
    let Ok(Standing::Outside { refusals }) = standing else { panic!("in one of three: {standing:?}") };
    let named: Vec<_> = refusals.iter().map(|refusal| (refusal.organization.as_str(), &refusal.reason)).collect();
    let expected = [("nowhere", &Reason::NotMember), ("lumen-works", &Reason::Invited)];
    assert_eq!(named, expected, "each with its own reason, and not the one that is met");
}

#[tokio::test]
async fn no_membership_is_said_only_after_the_list_has_none_either() {
    let nowhere = |seen: &Seen| match seen.line.as_str() {
        "GET /user/orgs" => json("[]"),
        _ => refused(404, "Not Found", &[("x-oauth-scopes", "read:org")]),
    };
    let (reason, page) = refused_for("gho_x", nowhere).await;
    assert_eq!(reason, Reason::NotMember, "GitHub says so twice");
    assert_eq!(page.as_deref(), Some("https://github.com/acme-corp"), "whom to ask stands there");

    let no_list = |seen: &Seen| match seen.line.as_str() {
        "GET /user/orgs" => refused(500, "", &[]),
        _ => refused(404, "Not Found", &[("x-oauth-scopes", "read:org")]),
    };
    assert_eq!(refused_for("gho_x", no_list).await.0, Reason::NotMember, "the membership's own answer is enough");
}

#[tokio::test]
async fn an_invitation_is_no_membership_and_leads_to_its_page() {
    let (reason, page) = refused_for("gho_x", |_| json(r#"{"state":"pending"}"#)).await;
    assert_eq!(reason, Reason::Invited, "an invitation waits");
    assert_eq!(page.as_deref(), Some("https://github.com/orgs/acme-corp/invitation"), "there it is accepted");
}

#[tokio::test]
async fn a_membership_that_the_token_cannot_see_is_looked_for_on_every_page_of_the_list() {
    let listed = |seen: &Seen| match (seen.line.as_str(), seen.query.as_str()) {
        ("GET /user/orgs", "page=2") => json(r#"[{"id":5100,"login":"Acme-Corp"}]"#),
        ("GET /user/orgs", _) => {
            let mut response = json(r#"[{"id":1,"login":"guild-1"}]"#);
            let link = format!(r#"<http://{}/user/orgs?page=2>; rel="next""#, seen.host);
            response.headers_mut().insert("link", link.parse().unwrap());
            response
        }
        _ => refused(403, "You need at least read:org scope.", &[("x-oauth-scopes", "user")]),
    };
    let (standing, server) = checked("gho_x", &all(&["acme-corp", "guild-1"]), listed).await;
    assert_eq!(standing, Ok(Standing::Member), "one on the first page, one on the second in another case");
    assert_eq!(server.count("GET /user/orgs"), 2, "the list is read once for both");
    let (standing, _) = checked("gho_x", &any(&["nowhere"]), listed).await;
    let Ok(Standing::Outside { refusals }) = standing else { panic!("on no page: {standing:?}") };
    assert_eq!(refusals[0].reason, Reason::NotMember, "a list that is whole proves absence");

    let silent = |seen: &Seen| match seen.line.as_str() {
        "GET /user/orgs" => json("[]"),
        "GET /orgs/acme-corp" => refused(403, &format!("{ALTHOUGH} enabled OAuth App access restrictions"), &[]),
        _ => refused(403, "You need at least read:org scope.", &[("x-oauth-scopes", "user")]),
    };
    let (reason, _) = refused_for("gho_x", silent).await;
    let restricted = matches!(reason, Reason::AppNotApproved { .. });
    assert!(restricted, "the list is silent about an organisation that has not approved the app: {reason:?}");

    let failing = move |seen: &Seen| match seen.line.as_str() {
        "GET /orgs/acme-corp" => refused(502, "", &[]),
        _ => silent(seen),
    };
    let (standing, _) = checked("gho_x", &any(&["acme-corp"]), failing).await;
    assert_eq!(standing.map_err(|error| error.code), Err(Code::ServerFailed), "nor does an outage prove anything");
}

#[tokio::test]
async fn a_token_that_can_see_no_membership_is_never_said_to_be_no_members() {
    for (token, message, why, page) in [
        ("gho_x", "You need at least read:org scope.", Unseen::Scope, None),
        (
            "ghu_x",
            "Resource not accessible by integration",
            Unseen::App,
            Some("https://github.com/organizations/acme-corp/settings/installations"),
        ),
        (
            "github_pat_x",
            "Resource not accessible by personal access token",
            Unseen::PersonalToken,
            Some("https://github.com/settings/tokens"),
        ),
        ("gho_x", "Something new", Unseen::Refused, None),
    ] {
        let blind = move |seen: &Seen| match seen.line.as_str() {
            // Documented for fine-grained tokens; the scope's own refusal for the others.
            "GET /user/orgs" if !token.starts_with("gho_") => json("[]"),
            _ => refused(403, message, &[]),
        };
        let (reason, found) = refused_for(token, blind).await;
        assert_eq!(reason, Reason::CannotTell { why }, "{message:?} says what to change");
        assert_eq!(found.as_deref(), page, "and where, when there is a page for it");
    }
    let hidden = |seen: &Seen| match seen.line.as_str() {
        "GET /user/orgs" => json("[]"),
        _ => refused(404, "Not Found", &[]),
    };
    let (reason, _) = refused_for("ghu_x", hidden).await;
    assert_eq!(reason, Reason::CannotTell { why: Unseen::App }, "GitHub hides behind a 404 what an app may not see");
}

#[tokio::test]
async fn single_sign_on_leads_to_githubs_own_page_and_to_no_other() {
    let required = |page: &'static str| {
        move |seen: &Seen| {
            let page = page.replace("{host}", &seen.host);
            refused(
                403,
                "Resource protected by SAML enforcement",
                &[("x-github-sso", &format!("required; url={page}"))],
            )
        }
    };
    let own = required("http://{host}/orgs/acme-corp/sso?authorization_request=AZ");
    let (reason, page) = refused_for("gho_x", own).await;
    assert_eq!(reason, Reason::SsoRequired, "not 'not a member'");
    let expected = "https://github.com/orgs/acme-corp/sso?authorization_request=AZ";
    assert_eq!(page.as_deref(), Some(expected), "the link that GitHub made for this token");

    let (reason, page) = refused_for("gho_x", required("https://evil.example/sso")).await;
    assert_eq!(reason, Reason::SsoRequired, "it is still required");
    assert_eq!(page.as_deref(), Some("https://github.com/orgs/acme-corp/sso"), "but only ever done at GitHub");
}

#[tokio::test]
async fn an_organisation_that_single_sign_on_hides_is_named_by_its_id_and_its_name() {
    let partial = |record: fn() -> Response<Body>| {
        move |seen: &Seen| match seen.line.as_str() {
            "GET /user/orgs" => {
                let mut response = json("[]");
                let sso = "partial-results; organizations=5100,5200";
                response.headers_mut().insert("x-github-sso", sso.parse().unwrap());
                response
            }
            "GET /orgs/acme-corp" => record(),
            _ => refused(404, "Not Found", &[("x-oauth-scopes", "read:org")]),
        }
    };
    let page = Some("https://github.com/orgs/acme-corp/sso".to_owned());
    let named = partial(|| json(r#"{"id":5100,"login":"Acme-Corp"}"#));
    let found = refused_for("gho_x", named).await;
    assert_eq!(found, (Reason::HiddenBySso { ids: vec![5100] }, page.clone()), "GitHub says that it is this one");
    let unnamed = partial(|| refused(500, "", &[]));
    let found = refused_for("gho_x", unnamed).await;
    assert_eq!(found, (Reason::HiddenBySso { ids: vec![5100, 5200] }, page), "else it may be one of these");
    let other = partial(|| json(r#"{"id":9,"login":"acme-corp"}"#));
    assert_eq!(
        refused_for("gho_x", other).await.0,
        Reason::NotMember,
        "another organisation's sign-on explains nothing"
    );
}

#[tokio::test]
async fn an_unapproved_app_and_an_ip_allow_list_get_different_advice() {
    let app = |_: &Seen| refused(403, &format!("{ALTHOUGH} enabled OAuth App access restrictions, meaning"), &[]);
    let (reason, page) = refused_for("gho_x", app).await;
    assert!(matches!(reason, Reason::AppNotApproved { .. }), "the organisation approves the app: {reason:?}");
    let owners = "https://github.com/organizations/acme-corp/settings/oauth_application_policy";
    assert_eq!(page.as_deref(), Some(owners), "where an owner does it");

    let network = |_: &Seen| refused(403, &format!("{ALTHOUGH} an IP allow list enabled, and your IP address"), &[]);
    assert_eq!(
        refused_for("gho_x", network).await,
        (Reason::IpNotAllowed, None),
        "no page helps, another network does"
    );

    let (standing, server) = checked("gho_x", &any(&["acme-corp"]), app).await;
    let Standing::Outside { refusals } = standing.unwrap().for_client(&server.endpoints(), "Iv1.x") else {
        panic!("nothing changed but the page");
    };
    let asks = server.endpoints().page(&["settings", "connections", "applications", "Iv1.x"]);
    assert_eq!(refusals[0].page.as_deref(), Some(asks.as_str()), "where a member asks the owners for it");
}

#[tokio::test]
async fn rate_limits_and_outages_are_no_refusal_but_a_refusal_beside_them_stands() {
    let failing = |status: u16| {
        move |seen: &Seen| match seen.line.as_str() {
            "GET /user/memberships/orgs/broken" => refused(status, "", &[("retry-after", "60")]),
            _ => ada(seen),
        }
    };
    for (status, code) in [(502, Code::ServerFailed), (429, Code::RateLimited), (403, Code::RateLimited)] {
        let (standing, _) = checked("gho_x", &any(&["broken"]), failing(status)).await;
        assert_eq!(standing.map_err(|error| error.code), Err(code), "{status} says nothing of a membership");
        let (standing, _) = checked("gho_x", &any(&["nowhere", "broken"]), failing(status)).await;
        assert_eq!(standing.map_err(|error| error.code), Err(code), "{status}: the one not asked for may be the one");
        let (standing, _) = checked("gho_x", &all(&["nowhere", "broken"]), failing(status)).await;
        let outside = matches!(&standing, Ok(Standing::Outside { refusals }) if refusals.len() == 1);
        assert!(outside, "{status}: where all are needed one refusal decides: {standing:?}");
    }
    let (standing, _) = checked("gho_x", &any(&["broken", "acme-corp"]), failing(502)).await;
    assert_eq!(standing, Ok(Standing::Member), "a fault at one does not hide the other");
}

#[tokio::test]
async fn after_githubs_own_401_nothing_more_is_asked() {
    let dead = |_: &Seen| answer(401, "application/json", r#"{"message":"Bad credentials"}"#);
    let (standing, server) = checked("gho_x", &all(&["acme-corp", "guild-1"]), dead).await;
    assert_eq!(standing.map_err(|error| error.code), Err(Code::SignInNeeded), "the account signs in again");
    assert_eq!(server.seen.lock().len(), 1, "repeated bad credentials would lock the person out");
}

#[test]
fn the_window_gets_codes_and_pages_and_no_sentences() {
    let refusals = vec![
        Refusal {
            organization: "acme-corp".into(),
            reason: Reason::CannotTell { why: Unseen::PersonalToken },
            page: None,
        },
        Refusal {
            organization: "lumen-works".into(),
            reason: Reason::HiddenBySso { ids: vec![5200] },
            page: Some("https://github.com/orgs/lumen-works/sso".into()),
        },
    ];
    let told = serde_json::to_value(Standing::Outside { refusals }).unwrap();
    let expected = value!({ "kind": "outside", "refusals": [
        { "organization": "acme-corp", "reason": { "kind": "cannotTell", "why": "personalToken" }, "page": null },
        {
            "organization": "lumen-works",
            "reason": { "kind": "hiddenBySso", "ids": [5200] },
            "page": "https://github.com/orgs/lumen-works/sso",
        },
    ] });
    assert_eq!(told, expected, "the words are the window's, in the person's own language");
}
