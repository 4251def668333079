//! The deep link under attack: any program and any page can send one, as often as it likes.
//!
//! Links are made by mutation from a corpus (`links.json`), the state of the attempt that waits among what they are
//! made of, so that they get behind the first door. What each may do is told by an oracle that does not share the
//! parser. A binary of its own, because it counts allocations. `WINGMAN_SOAK=1` makes the cases a million and starts
//! anywhere; the seed is told, and `WINGMAN_SEED` repeats it. Coverage-guided fuzzing of the same parser: `fuzz/`.

#![allow(clippy::print_stdout, reason = "a soak says how much it tried")]

mod links;

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use allocation_counter::measure;
use links::{Ear, Links, Random};
use wingman_core::auth::{Authorization, Moment, SignIn, SignInStep, Verdict, Who};
use wingman_core::config::OAuthClient;
use wingman_core::desktop::DesktopFailure;
use wingman_core::github::{Endpoints, Host};
use wingman_core::time::Millis;

/// How many links are tried.
fn cases() -> usize {
    if is_soak() { 1_000_000 } else { 100_000 }
}

fn is_soak() -> bool {
    std::env::var("WINGMAN_SOAK").is_ok_and(|value| value == "1")
}

/// Where chance begins: the same place in the short form.
fn seed() -> u64 {
    let named = std::env::var("WINGMAN_SEED").ok().and_then(|seed| seed.parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs());
    named.unwrap_or_else(|| if is_soak() { now() } else { 1 })
}

/// An attempt that waits, and its state.
fn attempt(sign_in: &mut SignIn, random: &mut Random, now: Moment) -> String {
    let asked = Authorization {
        endpoints: Endpoints::of(&Host::github_com()),
        client: OAuthClient { id: "client".into(), secret: None },
        scopes: vec!["read:user".into()],
        who: Who::Anyone,
    };
    let fill = |bytes: &mut [u8]| -> Result<(), DesktopFailure> {
        bytes.fill_with(|| random.below(256).to_le_bytes()[0]);
        Ok(())
    };
    let page = sign_in.begin(asked, fill, now).expect("nothing is in its way");
    page.query_pairs().find(|(name, _)| name == "state").expect("there is one").1.into_owned()
}

/// What a link must have in it before it may do anything: the callback's path and the attempt's state, read in the
/// plainest way there is.
fn could_fit(link: &str, state: &str) -> bool {
    let plain: String = link.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let plain = plain.trim_matches(|c: char| c <= ' ');
    let Some((path, query)) = plain.split_once('?') else { return false };
    let decoded = percent_decoded(query);
    path.eq_ignore_ascii_case("dev.wingman.desktop://oauth/callback") && decoded.contains(state)
        || is_dotted(path) && decoded.contains(state)
}

/// The same path with steps in it that lead nowhere.
fn is_dotted(path: &str) -> bool {
    let Some(path) = path
        .get(.."dev.wingman.desktop://oauth".len())
        .and_then(|begin| begin.eq_ignore_ascii_case("dev.wingman.desktop://oauth").then(|| &path[begin.len()..]))
    else {
        return false;
    };
    let path = percent_decoded(path);
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/').skip(1) {
        match step {
            "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps == ["callback"]
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let hex = (*byte == b'%').then(|| after.get(..2)).flatten().and_then(|hex| std::str::from_utf8(hex).ok());
        let decoded = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(decoded.unwrap_or(*byte));
        rest = if decoded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_link_finishes_an_attempt_of_this_app_or_does_nothing() {
    let seed = seed();
    println!("WINGMAN_SEED={seed}");
    let mut random = Random::new(seed);
    let links = Links::read();
    let (ear, heard) = (Ear::default(), Ear::default());
    let host = Host::github_com();
    let now = Moment { wall: Millis(1_800_000_000_000), steady: Instant::now() };
    let mut sign_in = SignIn::default();
    let mut state = attempt(&mut sign_in, &mut random, now);
    let (mut exchanged, mut ended, mut ignored) = (0_usize, 0_usize, 0_usize);
    let mut largest = 0;

    tracing::subscriber::with_default(ear.clone(), || {
        for case in 0..cases() {
            let link = links.mutated(&mut random, &state);
            let shown: String = link.chars().take(300).collect();
            let before = sign_in.step();
            let mut verdict = None;
            let used = measure(|| verdict = Some(sign_in.callback(&link, &host, now)));
            let verdict = verdict.expect("it was called");

            // A link is copied a few times at most, and one that is too long is not even read.
            let bound = if link.len() > 8 * 1024 { 1024 } else { 16 * 1024 + 64 * link.len() as u64 };
            assert!(
                used.bytes_total <= bound,
                "case {case} of seed {seed} takes {} bytes for {}: {shown:?}",
                used.bytes_total,
                link.len()
            );
            largest = largest.max(used.bytes_total);

            if !matches!(verdict, Verdict::Ignored) {
                assert!(
                    could_fit(&link, &state),
                    "case {case} of seed {seed} does something without the state: {shown:?}"
                );
            }
            match verdict {
                Verdict::Ignored => {
                    assert_eq!(sign_in.step(), before, "case {case} of seed {seed} changes what it may not: {shown:?}");
                    ignored += 1;
                    continue;
                }
                Verdict::Exchange(exchange) => {
                    assert_eq!(exchange.asked().endpoints.host(), &host, "a code goes where its attempt began");
                    assert!(
                        matches!(sign_in.step(), SignInStep::Finishing { .. }),
                        "and the attempt is being finished"
                    );
                    exchanged += 1;
                }
                Verdict::Ended => {
                    assert!(matches!(sign_in.step(), SignInStep::Failed { .. }), "the attempt is over");
                    ended += 1;
                }
                Verdict::StartAgain => panic!("this run has begun an attempt: {shown:?}"),
            }
            // The attempt is used up: the same link, and any other with its state, finds nothing to finish.
            let step = sign_in.step();
            for again in [link, links.mutated(&mut random, &state)] {
                let verdict = sign_in.callback(&again, &host, now);
                assert!(matches!(verdict, Verdict::Ignored) && sign_in.step() == step, "an attempt is finished once");
            }
            state = attempt(&mut sign_in, &mut random, now);
        }
        tracing::subscriber::with_default(heard.clone(), || tracing::trace!("a line"));
    });
    println!(
        "{} links: {exchanged} exchanged, {ended} ended, {ignored} ignored; at most {largest} bytes for one",
        cases()
    );
    assert!(
        exchanged > cases() / 200 && ended > cases() / 200,
        "the links get far enough to mean something: {exchanged}, {ended}"
    );
    assert!(ignored > cases() / 4, "and most of them are none of ours");
    assert_eq!(ear.lines(), 0, "nothing of a link is logged, at any level");
    assert_eq!(heard.lines(), 1, "and a line would have been heard");
}

#[test]
fn without_an_attempt_a_link_starts_nothing() {
    let mut random = Random::new(seed());
    let links = Links::read();
    let host = Host::github_com();
    let now = Moment { wall: Millis(1_800_000_000_000), steady: Instant::now() };
    for _ in 0..cases() / 20 {
        // A program that the link has started: it can say so, and no more.
        let mut fresh = SignIn::default();
        let link = links.mutated(&mut random, "a-state-of-nobody");
        match fresh.callback(&link, &host, now) {
            Verdict::Ignored => assert_eq!(fresh.step(), SignInStep::Idle, "no callback, no step: {link:.300?}"),
            Verdict::StartAgain => assert!(!fresh.is_waiting(), "to start again is the person's to do"),
            Verdict::Ended | Verdict::Exchange(_) => panic!("there is no attempt to finish: {link:.300?}"),
        }
        // One whose attempt was given up.
        let mut given_up = SignIn::default();
        let state = attempt(&mut given_up, &mut random, now);
        given_up.cancel();
        let link = links.mutated(&mut random, &state);
        assert!(
            matches!(given_up.callback(&link, &host, now), Verdict::Ignored),
            "what was given up is over: {link:.300?}"
        );
        assert_eq!(given_up.step(), SignInStep::Idle, "and stays so");
    }
}
