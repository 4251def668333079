use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

fn start() -> Moment {
    Moment { wall: Millis(1_800_000_000_000), steady: Instant::now() }
}

fn later(moment: Moment, seconds: u64) -> Moment {
    Moment {
        wall: moment.wall.plus(1000 * seconds.cast_signed()),
        steady: moment.steady + Duration::from_secs(seconds),
    }
}

fn asked(host: &str) -> Authorization {
    Authorization {
        endpoints: Endpoints::of(&Host::parse(host).unwrap()),
        client: OAuthClient { id: "client".into(), secret: None },
        scopes: vec!["read:user".into(), "read:org".into()],
        who: Who::Anyone,
    }
}

/// Begins with bytes that depend on `seed`.
fn begin(sign_in: &mut SignIn, host: &str, seed: u8) -> HashMap<String, String> {
    let random = |bytes: &mut [u8]| {
        bytes.fill(seed);
        bytes[32..].fill(seed.wrapping_add(100));
        Ok(())
    };
    let url = sign_in.begin(asked(host), random, start()).unwrap();
    url.query_pairs().into_owned().collect()
}

fn fitting(query: &HashMap<String, String>) -> String {
    format!("{REDIRECT}?code=the-code&state={}", query["state"])
}

fn code_of(sign_in: &SignIn) -> Option<Code> {
    match sign_in.step() {
        SignInStep::Failed { error, .. } => Some(error.code),
        _ => None,
    }
}

#[test]
fn the_page_asks_for_what_an_authorization_needs() {
    let mut sign_in = SignIn::default();
    let query = begin(&mut sign_in, "github.com", 1);
    let url = sign_in.link().expect("it can be copied while it waits");
    assert!(url.as_str().starts_with("https://github.com/login/oauth/authorize?"), "at the host's own page");
    assert_eq!(query["client_id"], "client", "for our client");
    assert_eq!(query["redirect_uri"], REDIRECT, "back to us");
    assert_eq!(query["scope"], "read:user read:org", "scopes are separated by spaces here");
    assert_eq!(query["response_type"], "code", "a code, never a token");
    assert_eq!(query["code_challenge_method"], "S256", "the only method GitHub takes");
    assert_eq!(query["state"].len(), 43, "256 bits of state");
    let verifier = BASE64_URL_SAFE_NO_PAD.encode([101; 32]);
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    assert_eq!(query["code_challenge"], challenge, "the challenge hides the verifier");
}

#[test]
fn a_fitting_callback_is_exchanged_once_with_its_own_verifier_at_its_own_host() {
    let mut sign_in = SignIn::default();
    let query = begin(&mut sign_in, "octo.ghe.com", 1);
    let link = fitting(&query);
    let host = Host::github_com();
    let Verdict::Exchange(exchange) = sign_in.callback(&link, &host, start()) else { panic!("it fits") };
    assert_eq!(exchange.code.expose_secret(), "the-code", "the code of the link");
    assert_eq!(exchange.verifier.secret(), &BASE64_URL_SAFE_NO_PAD.encode([101; 32]), "the attempt's verifier");
    assert_eq!(exchange.asked.endpoints.host().as_str(), "octo.ghe.com", "a code goes where its attempt began");
    assert!(matches!(sign_in.step(), SignInStep::Finishing { .. }), "the window shows that it goes on");

    assert!(matches!(sign_in.callback(&link, &host, start()), Verdict::Ignored), "a replay is not exchanged again");
    assert!(sign_in.done(exchange.generation(), Ok(())), "its result is awaited");
    assert_eq!(sign_in.step(), SignInStep::Idle, "signed in");
    assert!(matches!(sign_in.callback(&link, &host, start()), Verdict::Ignored), "nor replayed afterwards");
    assert_eq!(sign_in.step(), SignInStep::Idle, "and nothing is said of it");
}

#[test]
fn a_callback_of_an_unknown_state_changes_nothing() {
    let mut sign_in = SignIn::default();
    let query = begin(&mut sign_in, "github.com", 1);
    let before = sign_in.step();
    for link in [
        format!("{REDIRECT}?code=attackers&state=guess"),
        format!("{REDIRECT}?error=access_denied&state=guess"),
        format!("{REDIRECT}?code=attackers"),
        format!("{REDIRECT}?code=attackers&state={0}&state={0}", query["state"]),
        "https://evil.example/".to_owned(),
    ] {
        let verdict = sign_in.callback(&link, &Host::github_com(), start());
        assert!(matches!(verdict, Verdict::Ignored), "{link} is not of this attempt");
        assert_eq!(sign_in.step(), before, "the person's own attempt goes on");
    }
    let verdict = sign_in.callback(&fitting(&query), &Host::github_com(), start());
    assert!(matches!(verdict, Verdict::Exchange(_)), "and succeeds");
}

#[test]
fn what_does_not_fit_ends_the_attempt_with_the_reason() {
    for (rest, code, param) in [
        ("error=access_denied", Code::SignInDenied, None),
        ("error=application_suspended", Code::ApplicationSuspended, None),
        ("error=redirect_uri_mismatch", Code::ClientRejected, Some(("error", "redirect_uri_mismatch"))),
        ("error=Something%20else", Code::SignInRefused, Some(("error", "unknown"))),
        ("code=c&iss=https%3A%2F%2Fevil.example%2Flogin%2Foauth", Code::SignInMismatch, Some(("reason", "iss"))),
        ("code=c&iss=", Code::SignInMismatch, Some(("reason", "iss"))),
        ("code=c&code=d", Code::SignInMismatch, Some(("reason", "repeated"))),
        ("code=c&error=access_denied", Code::SignInMismatch, Some(("reason", "code-and-error"))),
        ("code=", Code::SignInMismatch, Some(("reason", "code"))),
    ] {
        let mut sign_in = SignIn::default();
        let query = begin(&mut sign_in, "github.com", 1);
        let link = format!("{REDIRECT}?{rest}&state={}", query["state"]);
        let verdict = sign_in.callback(&link, &Host::github_com(), start());
        assert!(matches!(verdict, Verdict::Ended), "{rest} must not be exchanged");
        let SignInStep::Failed { error, .. } = sign_in.step() else { panic!("{rest} is told") };
        assert_eq!(error.code, code, "{rest} is told as what it is");
        if let Some((name, value)) = param {
            assert_eq!(error.params[name], value, "{rest} with its reason");
        }
    }
}

#[test]
fn the_right_issuer_passes() {
    let mut sign_in = SignIn::default();
    let query = begin(&mut sign_in, "github.com", 1);
    let link = format!("{}&iss=https%3A%2F%2Fgithub.com%2Flogin%2Foauth", fitting(&query));
    let verdict = sign_in.callback(&link, &Host::github_com(), start());
    assert!(matches!(verdict, Verdict::Exchange(_)), "what github.com sends");
}

#[test]
fn a_new_attempt_replaces_the_old_one_and_everything_that_comes_of_it() {
    let mut sign_in = SignIn::default();
    let old = begin(&mut sign_in, "github.com", 1);
    let new = begin(&mut sign_in, "github.com", 2);
    assert_ne!((&old["state"], &old["code_challenge"]), (&new["state"], &new["code_challenge"]), "nothing is reused");
    let verdict = sign_in.callback(&fitting(&old), &Host::github_com(), start());
    assert!(matches!(verdict, Verdict::Ignored), "the old page's answer comes too late");
    let Verdict::Exchange(exchange) = sign_in.callback(&fitting(&new), &Host::github_com(), start()) else {
        panic!("the new one fits")
    };
    let third = begin(&mut sign_in, "github.com", 3);
    assert!(!sign_in.done(exchange.generation(), Ok(())), "a result that nobody waits for signs nobody in");
    assert!(matches!(sign_in.step(), SignInStep::Waiting { .. }), "the third attempt still waits");
    assert!(
        matches!(sign_in.callback(&fitting(&third), &Host::github_com(), start()), Verdict::Exchange(_)),
        "it fits"
    );
    assert!(!sign_in.done(exchange.generation(), Ok(())), "nor does it pass for the third one's result");
    assert!(matches!(sign_in.step(), SignInStep::Finishing { .. }), "which is still awaited");
}

#[test]
fn a_cancelled_attempt_stays_cancelled() {
    let mut sign_in = SignIn::default();
    let query = begin(&mut sign_in, "github.com", 1);
    sign_in.cancel();
    assert!(sign_in.link().is_none(), "its link is gone");
    assert!(matches!(sign_in.callback(&fitting(&query), &Host::github_com(), start()), Verdict::Ignored), "dropped");
    assert_eq!(sign_in.step(), SignInStep::Idle, "the person has given up and is left in peace");

    let query = begin(&mut sign_in, "github.com", 2);
    let Verdict::Exchange(exchange) = sign_in.callback(&fitting(&query), &Host::github_com(), start()) else {
        panic!("it fits")
    };
    sign_in.cancel();
    assert!(!sign_in.done(exchange.generation(), Err(Code::Offline.into())), "late news of it");
    assert_eq!(sign_in.step(), SignInStep::Idle, "changes nothing");
}

#[test]
fn ten_minutes_end_an_attempt_by_either_clock() {
    let slept = Moment { wall: start().wall.plus(600_000), ..start() };
    let set_back = Moment { wall: Millis(0), ..later(start(), 601) };
    for now in [later(start(), 601), slept, set_back] {
        let mut sign_in = SignIn::default();
        let query = begin(&mut sign_in, "github.com", 1);
        assert!(!sign_in.expire(later(start(), 599)), "there is time until then");
        assert!(matches!(sign_in.callback(&fitting(&query), &Host::github_com(), now), Verdict::Ignored), "too late");
        assert_eq!(code_of(&sign_in), Some(Code::SignInExpired), "and that is said");
    }
}

#[test]
fn a_program_started_by_the_link_says_to_start_again() {
    let mut sign_in = SignIn::default();
    let link = format!("{REDIRECT}?code=c&state=of-an-earlier-run");
    assert!(matches!(sign_in.callback("rubbish", &Host::github_com(), start()), Verdict::Ignored), "not for rubbish");
    let verdict = sign_in.callback(&link, &Host::github_com(), start());
    assert!(matches!(verdict, Verdict::StartAgain), "the verifier went with the earlier run");
    assert_eq!(code_of(&sign_in), Some(Code::SignInUnknown), "the window says what to do");
}

#[test]
fn nothing_secret_is_printed() {
    let mut sign_in = SignIn::default();
    let query = begin(&mut sign_in, "github.com", 1);
    let verifier = BASE64_URL_SAFE_NO_PAD.encode([101; 32]);
    let waiting = format!("{sign_in:?}");
    let verdict = format!("{:?}", sign_in.callback(&fitting(&query), &Host::github_com(), start()));
    for secret in [query["state"].as_str(), verifier.as_str(), "the-code"] {
        assert!(!waiting.contains(secret) && !verdict.contains(secret), "Debug output ends in logs");
    }
}

#[test]
fn without_random_bytes_nothing_begins() {
    let mut sign_in = SignIn::default();
    let error = sign_in.begin(asked("github.com"), |_| Err(DesktopFailure("no entropy".into())), start()).unwrap_err();
    assert_eq!(error.code, Code::Internal, "a state that can be guessed is worse than none");
    assert_eq!(sign_in.step(), SignInStep::Idle, "and no attempt waits");
}

proptest! {
    #[test]
    fn no_link_moves_or_breaks_an_attempt_that_it_does_not_know(link in "\\PC{0,120}", query in "\\PC{0,120}") {
        let mut sign_in = SignIn::default();
        begin(&mut sign_in, "github.com", 1);
        let before = sign_in.step();
        for link in [link, format!("{REDIRECT}?{query}")] {
            prop_assert!(matches!(sign_in.callback(&link, &Host::github_com(), start()), Verdict::Ignored), "dropped");
            prop_assert_eq!(sign_in.step(), before.clone(), "unmoved");
        }
    }
}
