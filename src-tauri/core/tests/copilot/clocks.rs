//! A code that is waited for while clocks jump: a computer that slept, a clock that was set.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;
use wingman_core::Code;
use wingman_core::auth::Way;
use wingman_sandbox::{Decision, Failure, Sandbox};

use crate::ways::{Person, way};

const DAY: i64 = 24 * 3_600_000;

/// When GitHub was asked whether the person has decided, in milliseconds.
fn polls(sandbox: &Sandbox) -> Vec<u64> {
    let asked = sandbox.requests_to("/login/oauth/access_token");
    asked.iter().filter(|it| it.body.contains("device_code")).map(|it| it.at_ms).collect()
}

pub async fn a_clock_that_jumps_past_the_end_of_a_code_ends_it(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    person.begin(way(Way::Code)).await?;
    let code = person.code().await?;
    person.until("GitHub is asked", || !polls(&person.sandbox).is_empty()).await?;

    // This computer slept for twenty minutes, a code lives fifteen.
    person.table.set_clock(20 * 60_000);
    let error = person.failed().await?;
    ensure!(error.code == Code::SignInExpired, "the person is told that the code is over: {error:?}");
    let asked = polls(&person.sandbox).len();
    ensure!(person.sandbox.enter_code(&code, "ada-lind", Decision::Authorize), "GitHub's own clock did not jump");
    tokio::time::sleep(Duration::from_secs(6)).await;
    ensure!(polls(&person.sandbox).len() == asked, "nobody asks for it any more");
    ensure!(person.sandbox.live_tokens().is_empty(), "so there is no token that nobody knows of");

    // The next one is a code like any other.
    person.begin(way(Way::Code)).await?;
    let code = person.code().await?;
    person.sandbox.enter_code(&code, "ada-lind", Decision::Authorize);
    person.signed_in("ada-lind").await?;
    person.run.finish().await
}

pub async fn a_clock_that_is_set_back_changes_nothing_of_how_a_code_is_asked_for(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    person.begin(way(Way::Code)).await?;
    let code = person.code().await?;
    person.until("GitHub is asked", || !polls(&person.sandbox).is_empty()).await?;
    person.table.set_clock(-DAY);
    person.until("it is asked again", || polls(&person.sandbox).len() == 2).await?;
    person.sandbox.enter_code(&code, "ada-lind", Decision::Authorize);
    person.signed_in("ada-lind").await?;
    let asked = polls(&person.sandbox);
    ensure!(asked.len() == 3, "the third answer was the token: {asked:?}");
    let kept = asked.windows(2).all(|pair| pair[1] - pair[0] >= 5_000);
    ensure!(kept, "the interval is kept, whatever the clock says: {asked:?}");
    person.run.finish().await
}

pub async fn a_clock_that_is_set_back_lets_no_code_live_for_ever(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    // A code of a few seconds: nobody can wait for a real one's end.
    let page = format!("{}/login/device", person.sandbox.url());
    let short = json!({
        "device_code": "a-short-lived-one", "user_code": "WDJB-MJHT", "verification_uri": page,
        "expires_in": 4, "interval": 1,
    });
    person.sandbox.fail(Failure { path: "/login/device/code".into(), body: Some(short), ..Failure::default() });
    let pending = Some(json!({ "error": "authorization_pending" }));
    person.sandbox.fail(Failure { path: "/login/oauth/access_token".into(), body: pending, ..Failure::default() });

    let begun = Instant::now();
    person.begin(way(Way::Code)).await?;
    person.code().await?;
    person.table.set_clock(-DAY);
    let error = person.failed().await?;
    ensure!(error.code == Code::SignInExpired, "its time is over by the clock that nobody can set: {error:?}");
    let took = begun.elapsed();
    ensure!(took > Duration::from_secs(3) && took < Duration::from_secs(8), "when it should be: {took:?}");
    let asked = polls(&person.sandbox).len();
    tokio::time::sleep(Duration::from_secs(2)).await;
    ensure!(polls(&person.sandbox).len() == asked, "and nobody asks on");
    ensure!(person.sandbox.live_tokens().is_empty(), "nothing was given");
    person.run.finish().await
}
