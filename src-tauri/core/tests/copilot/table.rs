//! The failure table's rows about what comes back: links as anybody can send them, answers as a broken or hostile
//! network gives them. The real sign-in over TCP; the sandbox's record says what was asked of GitHub.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use wingman_core::Code;
use wingman_core::auth::{SignInRequest, SignInStep, Way};
use wingman_sandbox::{Client, Decision, Failure, Options, Recorded, Sandbox};

use crate::links::{Ear, Links, Random};
use crate::ways::{Person, token_of, way};

const CALLBACK: &str = "dev.wingman.desktop://oauth/callback";
const TOKEN_ADDRESS: &str = "/login/oauth/access_token";

/// What was asked of the token address.
fn exchanges(person: &Person) -> Vec<Recorded> {
    person.sandbox.requests_to(TOKEN_ADDRESS)
}

/// The callback of the page that was opened last.
fn callback(person: &Person, decision: Decision) -> Result<String> {
    let page = person.table.opened().pop().context("no page was opened")?;
    person.sandbox.authorize(page.as_str(), "ada-lind", decision).map_err(anyhow::Error::msg)
}

fn waits(person: &Person) -> bool {
    matches!(person.run.state().sign_in, SignInStep::Waiting { .. })
}

/// The token address answers so, once.
fn answer_once(person: &Person, failure: Failure) {
    person.sandbox.fail(Failure { path: TOKEN_ADDRESS.into(), times: Some(1), ..failure });
}

/// Begins a sign-in in the browser, agrees, and answers with how it failed.
async fn fails(person: &Person) -> Result<wingman_core::Error> {
    person.begin(SignInRequest::default()).await?;
    person.agree(&person.sandbox, "ada-lind")?;
    person.failed().await
}

pub async fn a_link_without_the_right_state_asks_nobody_anything(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    person.begin(SignInRequest::default()).await?;
    let long = "x".repeat(9_000);
    for link in [
        format!("{CALLBACK}?code=stolen&state=guessed"),
        format!("{CALLBACK}?code=stolen"),
        format!("{CALLBACK}?code=stolen&state="),
        format!("{CALLBACK}?code=stolen&state=a&state=b"),
        format!("{CALLBACK}?error=access_denied&state=guessed"),
        format!("{CALLBACK}?code=stolen&state=guessed&x={long}"),
        format!("{CALLBACK}?code=%FF%FE&state=%00"),
        "dev.wingman.desktop://elsewhere/callback?code=stolen&state=guessed".to_owned(),
        "dev.wingman.desktop:".to_owned(),
        "https://example.com/?code=stolen".to_owned(),
        String::new(),
    ] {
        person.run.app.callback(&link);
        ensure!(waits(&person), "the attempt waits on, whatever comes: {link:.60}");
    }
    ensure!(exchanges(&person).is_empty(), "GitHub was asked nothing");
    person.agree(&person.sandbox, "ada-lind")?;
    person.signed_in("ada-lind").await?;
    let asked = exchanges(&person);
    ensure!(asked.len() == 1, "the right link is exchanged, once: {}", asked.len());
    ensure!(asked[0].form_field("code_verifier").is_some_and(|it| it.len() >= 43), "with the verifier");
    person.run.finish().await
}

pub async fn a_flood_of_links_finishes_nothing_and_leaves_no_line(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    person.begin(SignInRequest::default()).await?;
    let (links, mut random) = (Links::read(), Random::new(1));
    let ear = Ear::default();
    tracing::subscriber::with_default(ear.clone(), || -> Result<()> {
        for _ in 0..5_000 {
            let link = links.mutated(&mut random, "a-state-that-was-guessed");
            person.run.app.callback(&link);
            ensure!(waits(&person), "the attempt waits on, whatever comes: {link:.200?}");
        }
        Ok(())
    })?;
    ensure!(ear.lines() == 0, "nothing of a link is logged, at any level: {} lines", ear.lines());
    ensure!(exchanges(&person).is_empty(), "GitHub was asked nothing");
    person.agree(&person.sandbox, "ada-lind")?;
    person.signed_in("ada-lind").await?;
    ensure!(exchanges(&person).len() == 1, "the right link is still exchanged");
    person.run.finish().await
}

pub async fn a_link_that_comes_again_is_exchanged_once(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    person.begin(SignInRequest::default()).await?;
    let link = callback(&person, Decision::Authorize)?;
    for _ in 0..3 {
        person.run.app.callback(&link);
    }
    let ada = person.signed_in("ada-lind").await?;
    person.run.app.callback(&link);
    person.ask(&ada, "am I here?").await?;
    ensure!(exchanges(&person).len() == 1, "one code, one exchange: {}", exchanges(&person).len());
    ensure!(person.sandbox.live_tokens().len() == 1, "and one token");
    person.run.finish().await
}

pub async fn a_second_attempt_takes_nothing_over_from_the_first(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    person.begin(SignInRequest::default()).await?;
    let old = callback(&person, Decision::Authorize)?;
    person.begin(SignInRequest::default()).await?;
    let pages = person.table.opened();
    let of = |page: &url::Url, name: &str| page.query_pairs().find(|(it, _)| it == name).map(|(_, it)| it.into_owned());
    for name in ["state", "code_challenge"] {
        ensure!(
            of(&pages[0], name).is_some() && of(&pages[0], name) != of(&pages[1], name),
            "each has a {name} of its own"
        );
    }
    person.run.app.callback(&old);
    ensure!(waits(&person), "the first one's link is nobody's");
    ensure!(exchanges(&person).is_empty(), "its code is not exchanged");
    person.agree(&person.sandbox, "ada-lind")?;
    person.signed_in("ada-lind").await?;
    ensure!(exchanges(&person).len() == 1, "the second one's is");
    person.run.finish().await
}

pub async fn what_contradicts_itself_or_says_no_ends_the_attempt_with_the_reason(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    person.begin(SignInRequest::default()).await?;
    person.run.app.callback(&callback(&person, Decision::Cancel)?);
    let error = person.failed().await?;
    ensure!(error.code == Code::SignInDenied, "the person said no: {error:?}");

    for (reason, old, new) in [
        ("iss", "iss=", "iss=https%3A%2F%2Fevil.example%2F&was="),
        ("code-and-error", "state=", "error=access_denied&state="),
        ("repeated", "code=", "code=another&code="),
    ] {
        person.begin(SignInRequest::default()).await?;
        let link = callback(&person, Decision::Authorize)?;
        ensure!(link.contains(old), "the link is as GitHub writes it: it has {old}");
        person.run.app.callback(&link.replacen(old, new, 1));
        let error = person.failed().await?;
        ensure!(error.code == Code::SignInMismatch, "{reason}: {error:?}");
        ensure!(error.params["reason"] == reason, "the reason is told: {error:?}");
    }
    ensure!(exchanges(&person).is_empty(), "no code of these goes anywhere");
    person.in_browser("ada-lind").await?;
    person.run.finish().await
}

pub async fn a_lost_answer_is_not_asked_for_again(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    answer_once(&person, Failure { drop_after_chunks: Some(0), ..Failure::default() });
    let error = fails(&person).await?;
    ensure!(error.code == Code::Offline && !error.retryable, "the code may be spent: {error:?}");
    ensure!(exchanges(&person).len() == 1, "so it is not sent again: {}", exchanges(&person).len());
    ensure!(person.run.state().accounts.is_empty(), "nobody is signed in");
    let ada = person.in_browser("ada-lind").await?;
    ensure!(exchanges(&person).len() == 2, "starting again works");
    person.ask(&ada, "all is well").await?;
    person.run.finish().await
}

pub async fn what_is_no_answer_of_github_s_is_told_and_leads_nowhere(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let elsewhere = Sandbox::start(Options::default()).await?;
    let page = |status: u16| Failure {
        status: Some(status),
        body: Some(Value::from("<html>Log in to the hotel's network</html>")),
        proxy: true,
        ..Failure::default()
    };
    let away = Failure {
        headers: [("location".to_owned(), format!("{}{TOKEN_ADDRESS}", elsewhere.url()))].into(),
        ..Failure::status("", 307)
    };
    for (failure, code, status) in [
        (page(200), Code::AnswerUnexpected, "200"),
        (page(403), Code::AnswerUnexpected, "403"),
        (page(502), Code::ServerFailed, "502"),
        (away, Code::AnswerUnexpected, "307"),
    ] {
        let before = exchanges(&person).len();
        answer_once(&person, failure);
        let error = fails(&person).await?;
        ensure!(error.code == code && error.params["status"] == status, "{status} is told as it is: {error:?}");
        ensure!(exchanges(&person).len() == before + 1, "and asked for once");
    }
    ensure!(elsewhere.requests().is_empty(), "code and verifier reached nobody else");
    person.in_browser("ada-lind").await?;
    person.run.finish().await
}

pub async fn each_error_that_comes_with_http_200_is_told_as_what_it_is(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    for (error, code) in [
        ("bad_verification_code", Code::CodeRejected),
        ("incorrect_client_credentials", Code::ClientRejected),
        ("redirect_uri_mismatch", Code::ClientRejected),
        ("unverified_user_email", Code::EmailUnverified),
        ("application_suspended", Code::ApplicationSuspended),
        ("something_new", Code::SignInRefused),
    ] {
        answer_once(&person, Failure { body: Some(json!({ "error": error })), ..Failure::default() });
        let told = fails(&person).await?;
        ensure!(told.code == code, "{error}: {told:?}");
    }
    ensure!(exchanges(&person).len() == 6, "each was asked for once");

    // As GitHub itself refuses, at the page and at the token address.
    person.sandbox.register(Client { suspended: true, ..Client::new("wingman-sandbox") });
    let told = fails(&person).await?;
    ensure!(told.code == Code::ApplicationSuspended, "a suspended application: {told:?}");
    person.sandbox.register(Client::new("wingman-sandbox").with_secret("another"));
    let told = fails(&person).await?;
    ensure!(told.code == Code::ClientRejected, "a client whose secret we do not have: {told:?}");
    ensure!(person.run.state().accounts.is_empty(), "nobody is signed in by any of them");
    person.run.finish().await
}

pub async fn fewer_scopes_than_asked_for_are_told_and_enough_to_chat(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let made = person.sandbox.issue_token("ada-lind", "wingman-sandbox", &["read:user"]).context("a token")?;
    let granted = json!({ "access_token": made, "token_type": "bearer", "scope": "read:user" });
    answer_once(&person, Failure { body: Some(granted), ..Failure::default() });
    let ada = person.in_browser("ada-lind").await?;
    let missing = person.run.state().accounts.remove(0).missing_scopes;
    ensure!(missing == ["read:org"], "what was not granted is said: {missing:?}");
    person.ask(&ada, "is it enough?").await?;

    let ada = person.in_browser("ada-lind").await?;
    let missing = person.run.state().accounts.remove(0).missing_scopes;
    ensure!(missing.is_empty(), "signed in again with all of them, nothing is missing: {missing:?}");
    ensure!(person.table.entry(ada.as_str()).is_some_and(|entry| !entry.contains(&made)), "and the first is dropped");
    token_of(&person.sandbox, "ada-lind")?;
    person.run.finish().await
}

/// A code with this page and an interval of a second.
fn code(page: &str) -> Failure {
    let body = json!({
        "device_code": "the-device-code", "user_code": "WDJB-MJHT", "verification_uri": page,
        "expires_in": 900, "interval": 1,
    });
    Failure { path: "/login/device/code".into(), body: Some(body), times: Some(1), ..Failure::default() }
}

pub async fn a_server_that_wants_to_be_asked_less_often_is(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let error = |error: &str| Failure { body: Some(json!({ "error": error })), ..Failure::default() };
    for (end, told) in [("expired_token", Code::SignInExpired), ("token_expired", Code::SignInExpired)] {
        person.sandbox.clear_requests();
        person.sandbox.fail(code(&format!("{}/login/device", person.sandbox.url())));
        answer_once(&person, error("slow_down"));
        answer_once(&person, error(end));
        person.begin(way(Way::Code)).await?;
        person.code().await?;
        let failed = person.failed().await?;
        ensure!(failed.code == told, "{end}: {failed:?}");
        let asked: Vec<u64> = exchanges(&person).iter().map(|it| it.at_ms).collect();
        ensure!(asked.len() == 2, "it was asked until the end and not after it: {asked:?}");
        let pause = asked[1] - asked[0];
        ensure!(pause >= 6_000, "five seconds are added to the interval of one: {pause}");
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    ensure!(exchanges(&person).len() == 2, "nobody asks on");
    person.run.finish().await
}

pub async fn a_code_s_page_is_the_host_s_own_or_none(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let port = person.sandbox.url().rsplit(':').next().context("a port")?.to_owned();
    for page in [
        "https://evil.example/login/device".to_owned(),
        format!("http://127.0.0.1.evil.example:{port}/login/device"),
        format!("http://127.0.0.1:{port}@evil.example/login/device"),
        "javascript:alert(1)".to_owned(),
        "file:///etc/passwd".to_owned(),
        String::new(),
    ] {
        person.sandbox.fail(code(&page));
        person.begin(way(Way::Code)).await?;
        let error = person.failed().await?;
        ensure!(error.code == Code::AnswerUnexpected, "{page:?} is where somebody else reads the password: {error:?}");
    }
    ensure!(person.table.opened().is_empty(), "none of them was opened");
    ensure!(exchanges(&person).is_empty(), "and no code was waited for");
    person.run.finish().await
}

fn query(address: &str, name: &str) -> Result<String> {
    let address: url::Url = address.parse()?;
    let value = address.query_pairs().find(|(it, _)| it == name).map(|(_, value)| value.into_owned());
    value.with_context(|| format!("it has no {name}"))
}

pub async fn a_code_goes_only_to_the_host_its_attempt_began_with(folder: PathBuf) -> Result<()> {
    let company = Sandbox::start(Options::default()).await?;
    let at = company.url();
    let hosts = format!(
        "[hosts.\"octo.ghe.com\"]\nclient_id = \"wingman-sandbox\"\nweb_url = \"{at}\"\napi_url = \"{at}/api/v3\""
    );
    let person = Person::with(&folder, "wingman-sandbox", &hosts).await?;
    person.begin(SignInRequest::default()).await?;
    let code = query(&callback(&person, Decision::Authorize)?, "code")?;

    // Another host's attempt is under way, and gets that code under its own state.
    person.begin(SignInRequest { host: Some("octo.ghe.com".into()), ..SignInRequest::default() }).await?;
    let page = person.table.opened().pop().context("no page was opened")?;
    person.run.app.callback(&format!("{CALLBACK}?code={code}&state={}", query(page.as_str(), "state")?));
    let error = person.failed().await?;
    ensure!(error.code == Code::CodeRejected, "that host does not know the code: {error:?}");
    let asked = company.requests_to(TOKEN_ADDRESS);
    ensure!(asked.len() == 1, "the host of the attempt was asked: {}", asked.len());
    ensure!(exchanges(&person).is_empty(), "and the code's own host heard nothing, neither code nor verifier");
    ensure!(person.sandbox.live_tokens().is_empty() && company.live_tokens().is_empty(), "nobody got a token");
    person.run.finish().await
}

pub async fn a_stolen_code_is_worth_nothing_without_the_verifier(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    person.begin(SignInRequest::default()).await?;
    let code = query(&callback(&person, Decision::Authorize)?, "code")?;
    #[allow(clippy::disallowed_methods, reason = "somebody else's program, which has no door")]
    let thief = reqwest::Client::new();
    for verifier in [None, Some("x".repeat(43))] {
        let mut form = vec![("client_id", "wingman-sandbox".to_owned()), ("code", code.clone())];
        form.push(("redirect_uri", CALLBACK.to_owned()));
        form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        let form: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let address = format!("{}{TOKEN_ADDRESS}", person.sandbox.url());
        let request = thief.post(address).header("accept", "application/json").body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer: Value = serde_json::from_str(&request.send().await?.text().await?)?;
        ensure!(answer.get("error").is_some() && answer.get("access_token").is_none(), "the thief gets none: {answer}");
    }
    ensure!(person.sandbox.live_tokens().is_empty(), "no token was made");
    let ada = person.in_browser("ada-lind").await?;
    person.ask(&ada, "after the theft").await?;
    person.run.finish().await
}

pub async fn a_token_without_an_end_is_used_for_as_long_as_github_takes_it(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let ada = person.in_browser("ada-lind").await?;
    person.table.set_clock(400 * 24 * 3_600_000);
    person.ask(&ada, "a year later").await?;
    let asked = exchanges(&person);
    ensure!(asked.len() == 1, "nothing is refreshed that does not expire: {} exchanges", asked.len());
    let end =
        person.run.state().accounts.iter().all(|account| account.state == wingman_core::app::AccountState::SignedIn);
    ensure!(end, "and nobody is asked to sign in");
    person.run.finish().await
}

pub async fn an_attempt_that_nothing_comes_back_for_ends_and_its_late_link_is_worthless(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    person.begin(SignInRequest::default()).await?;
    let late = callback(&person, Decision::Authorize)?;
    person.table.set_clock(11 * 60_000);
    let error = person.failed().await?;
    ensure!(error.code == Code::SignInExpired, "ten minutes are enough for anybody: {error:?}");
    person.run.app.callback(&late);
    tokio::time::sleep(Duration::from_millis(200)).await;
    ensure!(exchanges(&person).is_empty(), "a link that comes too late is not exchanged");
    ensure!(person.run.state().accounts.is_empty(), "and nobody is in");
    let ada = person.in_browser("ada-lind").await?;
    person.ask(&ada, "the second time").await?;
    person.run.finish().await
}
