//! That the search which ends every story finds what lies about: a secret is planted in each place where none may be.

use anyhow::{Context as _, Result};
use wingman_e2e::{World, ask};

#[tokio::test]
async fn a_secret_that_lies_about_is_found_wherever_it_lies() -> Result<()> {
    let world = World::new("planted").await?;
    let app = world.signed_in().await?;
    let token = world.sandbox.issue_token("lin-wei", "wingman-sandbox", &["read:user"]).context("a token")?;
    // A question is in the window, and in the database.
    ask(&app, &format!("What is {token} for?")).await?;
    app.evaluate::<Option<()>>(&format!("localStorage.setItem('planted', '{token}') ?? null")).await?;
    let browser = world.desktop.browser().await?;
    browser.evaluate::<u32>(&format!("(window.planted = '{token}').length")).await?;
    std::fs::write(world.desktop.home().join("planted"), format!("token = {token}"))?;
    let mut sleeper = world.desktop.command("sleep").arg("60").env("TOKEN", &token).spawn()?;
    let mut speaker = world.desktop.command("sh").args(["-c", "sleep 60; :", &token]).spawn()?;
    app.close().await?;

    let found = world.end();
    sleeper.kill().await?;
    speaker.kill().await?;
    for place in ["memory of", "environment of", "arguments of", "window's storage", "/home/planted", "table", "a page"]
    {
        assert!(found.iter().any(|line| line.contains(place)), "it is found in the {place}: {found:#?}");
    }
    let others = found.iter().filter(|line| !line.starts_with("an access token"));
    assert_eq!(others.count(), 0, "nothing else was planted, so nothing else is found: {found:#?}");
    assert!(!found.concat().contains(&token), "and no report repeats it");
    Ok(())
}

#[tokio::test]
async fn words_of_a_conversation_in_a_log_are_found() -> Result<()> {
    let world = World::new("talkative").await?;
    let app = world.signed_in().await?;
    ask(&app, "Which bird fishes at dawn?").await?;
    app.close().await?;
    let log = world.desktop.home().join(".local/state/wingman-sandbox/wingman.log");
    let clean = std::fs::read_to_string(&log)?;
    std::fs::write(&log, format!("{clean}asked: Which bird fishes at dawn?\n"))?;
    let found = world.end();
    let told = found.iter().filter(|line| line.starts_with("words of a conversation lie in")).count();
    assert_eq!((told, found.len()), (1, 1), "what was planted is found, and nothing else: {found:#?}");
    Ok(())
}

#[tokio::test]
#[should_panic(expected = "an access token lies in")]
async fn a_story_that_asks_for_no_search_fails_all_the_same() {
    let world = World::new("unasked").await.expect("a desktop");
    let token = world.sandbox.issue_token("ada-lind", "wingman-sandbox", &[]).expect("a token");
    std::fs::write(world.desktop.logs().join("careless.log"), format!("signed in with {token}")).expect("a log");
}
