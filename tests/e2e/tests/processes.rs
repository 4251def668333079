//! The program as the operating system sees it: asleep with the computer, and started while it runs already.

use std::time::Duration;

use anyhow::{Context as _, Result};
use wingman_e2e::{ADA_LOGIN, App, SCHEME, World};
use wingman_headless::built;
use wingman_sandbox::Decision;

#[tokio::test]
async fn a_code_outlives_a_computer_that_sleeps_and_is_asked_for_no_faster_after_it() -> Result<()> {
    let world = World::new("asleep").await?;
    let polls = || -> Vec<u64> {
        let asked = world.sandbox.requests_to("/login/oauth/access_token");
        asked.iter().filter(|it| it.body.contains("device_code")).map(|it| it.at_ms).collect()
    };
    let app = world.start().await?;
    app.button("Sign in with a code").click().await?;
    app.button("Copy code").wait().await?;
    let code: String = app.evaluate("document.querySelector('.user-code').textContent").await?;
    world.until("GitHub is asked", async || Ok(!polls().is_empty())).await?;

    app.program().sleep().await?;
    let asleep = polls().len();
    // Two intervals and a bit: whoever made up for what was missed would ask twice at once.
    tokio::time::sleep(Duration::from_secs(12)).await;
    assert_eq!(polls().len(), asleep, "nobody asks in their sleep");
    app.program().wake().await?;
    world.until("GitHub is asked again", async || Ok(polls().len() > asleep)).await?;
    app.button("Copy code").wait().await?;
    assert!(world.sandbox.enter_code(code.trim(), ADA_LOGIN, Decision::Authorize), "the code is the same");
    app.textbox("Message").wait().await?;

    let asked = polls();
    let kept = asked.windows(2).all(|pair| pair[1] - pair[0] >= 5_000);
    assert!(kept, "five seconds lie between any two questions: {asked:?}");
    assert_eq!(world.sandbox.live_tokens().len(), 1, "one account came of it");
    app.close().await
}

/// Brings the browser to the front, so that it is seen who comes before it.
async fn turn_to_the_browser(world: &World) -> Result<()> {
    let windows = world.desktop.windows().await?;
    let browser = windows.into_iter().find(|window| window.class.to_lowercase().contains("chromium"));
    let browser = browser.context("no browser is open")?;
    world.desktop.command("wmctrl").args(["-i", "-a", &browser.id]).status().await?;
    let front = async || Ok(world.desktop.active_window().await?.is_some_and(|window| window.id == browser.id));
    world.until("the browser is in front", front).await
}

/// Starts the program once more, as a menu or a browser does, and waits for that process to end by itself.
async fn start_again(world: &World, link: Option<&str>) -> Result<()> {
    let mut second = world.desktop.command(built("wingman")?);
    let ended = tokio::time::timeout(Duration::from_secs(10), second.args(link).status()).await;
    let status = ended.context("the second process goes on")??;
    assert!(status.success(), "it ends well, having handed over: {status}");
    Ok(())
}

/// One process and one window, in front of all others.
async fn is_alone_and_in_front(world: &World, app: &App) -> Result<()> {
    let front = async || Ok(world.desktop.active_window().await?.is_some_and(|window| window.title == "Wingman"));
    world.until("the window that was there comes to the front", front).await?;
    assert_eq!(app.program().processes().len(), 1, "one process");
    let windows = world.desktop.windows().await?;
    assert_eq!(windows.iter().filter(|window| window.title == "Wingman").count(), 1, "and one window: {windows:?}");
    Ok(())
}

#[tokio::test]
async fn a_second_start_brings_the_first_to_the_front_and_ends() -> Result<()> {
    let world = World::new("second-start").await?;
    let app = world.signed_in().await?;
    app.textbox("Message").fill("half a thought").await?;
    turn_to_the_browser(&world).await?;
    let asked = world.sandbox.requests().len();
    start_again(&world, None).await?;
    is_alone_and_in_front(&world, &app).await?;
    assert_eq!(app.textbox("Message").value().await?, "half a thought", "what was typed is untouched");
    assert_eq!(world.sandbox.requests().len(), asked, "the second process has asked nobody anything");
    app.close().await
}

#[tokio::test]
async fn a_link_that_starts_a_second_process_reaches_the_first() -> Result<()> {
    let world = World::new("second-link").await?;
    let app = world.start().await?;
    app.button("Sign in with GitHub").click().await?;
    app.button("Cancel sign-in").wait().await?;
    world.until("the browser has the page", async || Ok(!world.desktop.opened_links().is_empty())).await?;
    world.desktop.browser().await?;
    turn_to_the_browser(&world).await?;

    // Somebody else's link changes nothing, and neither does a page that opens it again and again.
    start_again(&world, Some(&format!("{SCHEME}://oauth/callback?code=stolen&state=guessed"))).await?;
    app.button("Cancel sign-in").wait().await?;
    let page = world.desktop.opened_links().pop().context("no page was opened")?;
    let link = world.sandbox.authorize(&page, ADA_LOGIN, Decision::Authorize).map_err(anyhow::Error::msg)?;
    turn_to_the_browser(&world).await?;
    start_again(&world, Some(&link)).await?;
    app.textbox("Message").wait().await?;
    is_alone_and_in_front(&world, &app).await?;
    start_again(&world, Some(&link)).await?;
    app.textbox("Message").wait().await?;
    let exchanges = world.sandbox.requests_to("/login/oauth/access_token");
    assert_eq!(exchanges.len(), 1, "one code is exchanged once, however often its link comes");
    app.close().await
}
