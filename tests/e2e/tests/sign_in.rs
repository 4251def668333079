//! Signing in: through the real browser, the real scheme and the real keychain.

use anyhow::Result;
use wingman_e2e::{ADA, ADA_LOGIN, SERVICE, World};
use wingman_headless::Options;
use wingman_sandbox::Decision;

#[tokio::test]
async fn a_person_signs_in_once_and_stays_signed_in() -> Result<()> {
    let world = World::new("first-sign-in").await?;
    let app = world.start().await?;
    app.button("Sign in with GitHub").wait().await?;
    assert_eq!(world.desktop.secret(SERVICE, ADA).await?, None, "nobody is signed in yet");

    world.sign_in(&app).await?;
    app.role("button").name_contains(ADA_LOGIN).first().wait().await?;

    let token = world.token()?;
    let stored = world.desktop.secret(SERVICE, ADA).await?.unwrap_or_default();
    assert!(stored.contains(&token), "the token is in the keychain");
    let exchanges = world.sandbox.requests_to("/login/oauth/access_token");
    assert_eq!(exchanges.len(), 1, "one code is exchanged once");
    assert!(exchanges[0].body.contains("code_verifier="), "with the proof that this app began the sign-in");

    assert_eq!(world.desktop.search_files(&token).await?, Vec::<std::path::PathBuf>::new(), "the token is in no file");
    assert_eq!(world.desktop.search_environments(&token)?, [], "nor in the environment or the arguments of a process");
    let kept = app.storage().await?.to_string();
    assert!(!kept.contains(&token), "nor in the window's storage");
    let page: String = app.evaluate("document.documentElement.outerHTML").await?;
    assert!(!page.contains(&token) && !page.contains("code="), "nor anywhere in the page, and no code either");

    let links = world.desktop.opened_links().len();
    app.close().await?;
    let again = world.start().await?;
    again.textbox("Message").wait().await?;
    assert_eq!(world.desktop.opened_links().len(), links, "the second start needs no browser");
    assert_eq!(world.sandbox.requests_to("/login/oauth/access_token").len(), 1, "and no new token");
    again.close().await
}

#[tokio::test]
async fn a_sign_in_can_be_cancelled_and_its_late_callback_changes_nothing() -> Result<()> {
    let world = World::new("cancel").await?;
    let app = world.start().await?;
    app.button("Sign in with GitHub").click().await?;
    app.button("Cancel sign-in").wait().await?;
    world.until("the browser has the page", async || Ok(!world.desktop.opened_links().is_empty())).await?;
    let link = world.desktop.opened_links().remove(0);
    app.button("Cancel sign-in").click().await?;
    app.button("Sign in with GitHub").wait().await?;

    let callback = world.sandbox.authorize(&link, ADA_LOGIN, Decision::Authorize).map_err(anyhow::Error::msg)?;
    world.desktop.open_link(&callback).await?;
    // A second, real attempt shows that the first callback was handled by then.
    world.sign_in(&app).await?;
    assert_eq!(
        world.sandbox.requests_to("/login/oauth/access_token").len(),
        1,
        "only the second attempt's code is exchanged"
    );
    app.close().await
}

#[tokio::test]
async fn a_refusal_at_github_is_told_and_the_next_attempt_works() -> Result<()> {
    let world = World::new("denied").await?;
    let app = world.start().await?;
    app.button("Sign in with GitHub").click().await?;
    let browser = world.desktop.browser().await?;
    browser.button("Cancel").click().await?;
    app.alert().wait().await?;
    app.screenshot("told").await?;
    assert!(world.sandbox.requests_to("/login/oauth/access_token").is_empty(), "a refusal brings no code");

    app.button("Sign in with GitHub").click().await?;
    world.authorize().await?;
    app.textbox("Message").wait().await?;
    app.close().await
}

#[tokio::test]
async fn a_callback_with_the_wrong_state_is_dropped_and_the_right_one_still_works() -> Result<()> {
    let world = World::new("wrong-state").await?;
    let app = world.start().await?;
    app.button("Sign in with GitHub").click().await?;
    app.button("Cancel sign-in").wait().await?;
    world.until("the browser has the page", async || Ok(!world.desktop.opened_links().is_empty())).await?;
    for forged in [
        "dev.wingman.desktop://oauth/callback?code=stolen&state=guessed",
        "dev.wingman.desktop://oauth/callback?error=access_denied&state=guessed",
        "dev.wingman.desktop://oauth/callback?code=stolen",
        "dev.wingman.desktop://elsewhere/callback?code=stolen",
    ] {
        world.desktop.open_link(forged).await?;
    }
    app.button("Cancel sign-in").wait().await?;
    assert!(world.sandbox.requests_to("/login/oauth/access_token").is_empty(), "nothing forged is exchanged");

    world.authorize().await?;
    app.textbox("Message").wait().await?;
    assert_eq!(world.sandbox.requests_to("/login/oauth/access_token").len(), 1, "only the real code is");
    app.close().await
}

#[tokio::test]
async fn the_link_can_be_copied_and_the_browser_opened_again() -> Result<()> {
    let world = World::new("link").await?;
    let app = world.start().await?;
    app.button("Sign in with GitHub").click().await?;
    app.button("Open the browser again").click().await?;
    world.until("the page was opened twice", async || Ok(world.desktop.opened_links().len() == 2)).await?;
    let links = world.desktop.opened_links();
    assert_eq!(links[0], links[1], "it is the same attempt");
    assert!(links[0].contains("code_challenge_method=S256"), "with PKCE");
    let state = links[0].split("state=").nth(1).unwrap_or_default().split('&').next().unwrap_or_default();
    assert!(state.len() >= 22, "128 bits of state are at least 22 characters, there are {}", state.len());

    app.button("Copy sign-in link").click().await?;
    app.wait_text("Copied").await?;
    let page: String = app.evaluate("document.documentElement.outerHTML").await?;
    assert!(!page.contains(state), "the window never sees the link it copies");
    app.close().await
}

#[tokio::test]
async fn a_callback_that_starts_the_app_says_to_start_again() -> Result<()> {
    let world = World::new("cold-start").await?;
    // Once, so that the scheme is registered.
    let app = world.start().await?;
    app.button("Sign in with GitHub").wait().await?;
    world
        .until("the scheme is registered", async || {
            Ok(world.desktop.link_handler("dev.wingman.desktop").await?.is_some())
        })
        .await?;
    app.close().await?;

    let cold = world.wingman()?.arg("dev.wingman.desktop://oauth/callback?code=late&state=forgotten").start().await?;
    cold.alert().wait_text("Start it again").await?;
    assert!(
        world.sandbox.requests_to("/login/oauth/access_token").is_empty(),
        "a code of another run is not exchanged"
    );
    cold.close().await
}

#[tokio::test]
async fn signing_out_forgets_the_token_here_and_at_github() -> Result<()> {
    let world = World::new("sign-out").await?;
    let app = world.signed_in().await?;
    app.role("button").name_contains(ADA_LOGIN).first().click().await?;
    app.menuitem("Sign out").click().await?;
    // The question whether it is meant.
    app.role("dialog").button("Sign out").click().await?;
    app.button("Sign in with GitHub").wait().await?;
    assert_eq!(world.desktop.secret(SERVICE, ADA).await?, None, "the keychain no longer has it");
    world.until("GitHub no longer accepts it", async || Ok(world.sandbox.live_tokens().is_empty())).await?;
    app.close().await
}

#[tokio::test]
async fn the_browser_comes_back_where_there_is_no_desktop_environment() -> Result<()> {
    let world = World::with(Options::new("bare").bare()).await?;
    let app = world.start().await?;
    world.sign_in(&app).await?;
    app.close().await
}
