//! Starting: with a configuration that cannot be used, with an environment that would redirect a token.

use std::time::Duration;

use anyhow::Result;
use wingman_e2e::{World, ask};

#[tokio::test]
async fn a_bad_configuration_is_shown_with_its_place() -> Result<()> {
    let world = World::new("bad-configuration").await?;
    world.configure("[github]\nhost = \"github.com\"\nclient_idd = \"x\"\n")?;
    let app = world.start().await?;
    let told = app.alert().wait_text("client_idd").await?;
    for part in ["config.toml", "3"] {
        assert!(told.contains(part), "the file and the line are named ({part}): {told}");
    }
    assert_eq!(app.button("Sign in with GitHub").count().await?, 0, "it does not start half-configured");
    app.screenshot("told").await?;
    app.close().await
}

#[tokio::test]
async fn ambient_tokens_and_hosts_are_never_used() -> Result<()> {
    let world = World::new("ambient").await?;
    let app = world
        .wingman()?
        .env("GH_TOKEN", "gho_ambient000000000000000000000000000000")
        .env("GITHUB_TOKEN", "gho_ambient000000000000000000000000000000")
        .env("COPILOT_API_URL", "http://127.0.0.1:9")
        .env("COPILOT_GH_HOST", "ghe.invalid")
        .env("GH_HOST", "ghe.invalid")
        .start()
        .await?;
    app.button("Sign in with GitHub").wait().await?;
    world.sign_in(&app).await?;
    ask(&app, "Where does this go?").await?;
    assert_eq!(world.asked().len(), 1, "the question goes where the account's own host says");
    for request in world.sandbox.requests() {
        let carried = request.authorization().unwrap_or_default();
        assert!(!carried.contains("gho_ambient"), "an ambient token is never sent: {}", request.path);
    }
    app.close().await
}

/// Every other story drives the window by WebDriver. A person does not: here it is started plainly, looked at on the
/// screen and used by the keyboard alone.
#[tokio::test]
async fn a_window_that_nobody_drives_is_used_by_the_keyboard_alone() -> Result<()> {
    let world = World::new("by-keyboard").await?;
    let program = world.wingman()?.spawn()?;
    world.desktop.wait_for_window("Wingman").await?;
    world
        .until("the window has the keyboard", async || {
            Ok(world.desktop.active_window().await?.is_some_and(|window| window.title == "Wingman"))
        })
        .await?;
    // The language, then the way in, from the top: keys that come before the page is there are nobody's.
    world
        .until("the browser was opened", async || {
            let window = world.desktop.wait_for_window("Wingman").await?;
            world.desktop.press_keys(&["Escape"]).await?;
            world.desktop.click_in(&window, 5, 5).await?;
            world.desktop.press_keys(&["Tab", "Tab", "Return"]).await?;
            tokio::time::sleep(Duration::from_millis(700)).await;
            Ok(world.desktop.browser_was_started())
        })
        .await?;
    world.authorize().await?;
    world
        .until("the window is signed in", async || {
            Ok(world.sandbox.requests().iter().any(|request| request.path == "/models"))
        })
        .await?;
    let before = std::fs::read(world.desktop.screenshot("ready").await?)?;
    world
        .until("the question is asked", async || {
            world.desktop.type_text("Does this window paint?").await?;
            world.desktop.press_keys(&["Return"]).await?;
            tokio::time::sleep(Duration::from_millis(500)).await;
            Ok(!world.asked().is_empty())
        })
        .await?;
    let answered = async || Ok(std::fs::read(world.desktop.screenshot("answered").await?)? != before);
    world.until("the answer appears on the screen", answered).await?;

    let mut devices = std::fs::read_dir("/dev/dri").into_iter().flatten().flatten();
    let card = devices.any(|device| device.file_name().to_string_lossy().starts_with("renderD"));
    let told = world.desktop.search_environments("WEBKIT_DISABLE_COMPOSITING_MODE=1")?;
    let straight = told.iter().any(|trace| trace.program.ends_with("WebKitWebProcess"));
    assert_eq!(straight, !card, "a graphics card is used where there is one, and only there");
    program.close().await
}
