//! The real program with its window, killed at any moment: with the real keychain beside it.
//!
//! The hundreds of kills are the core's (`copilot kill`); these show that window, keychain and program keep it so.

#![allow(clippy::print_stdout, clippy::format_collect, reason = "a story says how much it tried, and makes much of it")]

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use wingman_e2e::{ADA, SERVICE, World, ask};
use wingman_headless::App;
use wingman_sandbox::Answer;

/// What a suite can wait for, and a soak.
fn kills() -> usize {
    if std::env::var_os("WINGMAN_SOAK").is_some() { 30 } else { 4 }
}

#[tokio::test]
async fn killed_with_its_window_it_has_what_the_window_showed() -> Result<()> {
    let seed = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_secs();
    let mut moments = fastrand::Rng::with_seed(seed);
    let world = World::new("kill").await?;
    let words: String = (1..=400).map(|number| format!("w{number} ")).collect();
    let answer = Answer {
        containing: Some("at length".into()),
        chunks: Some(400),
        chunk_delay_ms: Some(8),
        ..Answer::text(&words)
    };
    world.sandbox.answer(answer);
    let mut app = world.signed_in().await?;
    ask(&app, "The beginning of it all").await?;
    for number in 0..kills() {
        let question = format!("Tell me at length {number}");
        app.textbox("Message").fill(&question).await?;
        app.press("Enter").await?;
        // The window takes what is typed away only once it is stored.
        app.wait_until("document.querySelector('textarea').value === ''").await?;
        app.log("Conversation").article("You").wait_count(number + 2).await?;
        tokio::time::sleep(Duration::from_millis(moments.u64(..2_500))).await;
        let shown = last_word(&app).await?;
        // From here on it may go on writing; what was shown is half a second old when it is killed.
        tokio::time::sleep(Duration::from_millis(500)).await;
        app.kill().await?;

        app = world.start().await?;
        app.navigation("Conversations").role("button").name_contains("The beginning").first().click().await?;
        app.log("Conversation").article("You").wait_count(number + 2).await?;
        let asked = app.log("Conversation").article("You").texts().await?;
        let times = asked.iter().filter(|text| text.contains(&question)).count();
        ensure!(times == 1, "kill {number} of seed {seed}: the question is there {times} times: {asked:?}");
        let there = last_word(&app).await?;
        ensure!(
            there >= shown,
            "kill {number} of seed {seed}: word {shown} was shown, {there} is the last that is there"
        );
        ensure!(world.desktop.secret(SERVICE, ADA).await?.is_some(), "who is signed in has a token");
    }
    ask(&app, "And now?").await?;
    let last = app.log("Conversation").article("Copilot").last().text().await?;
    ensure!(last.contains("You said: And now?"), "the chat goes on: {last}");
    println!("{} kills of the window survived, seed {seed}", kills());
    app.close().await
}

/// The number of the last word in the last answer that the window shows.
async fn last_word(app: &App) -> Result<u32> {
    app.evaluate(
        "Math.max(0, ...[...document.querySelectorAll('[role=log] article')].at(-1).textContent.matchAll(/w(\\d+) /g)\
            .map((found) => Number(found[1])))",
    )
    .await
    .context("the page answers")
}
