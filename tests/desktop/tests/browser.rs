//! The real browser: opened by a link, clicked like a person does, and allowed to launch a scheme.

use std::fs;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use wingman_headless::{Desktop, Options};

const PAGE: &str = "<title>Authorize</title><h1>Authorize Wingman?</h1>
    <button onclick=\"location.href = 'dev.wingman.floor://oauth/callback?code=1&state=2'\">Authorize</button>";

async fn serve() -> Result<String> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let pages =
        Router::new().route("/authorize", get(async || Html(PAGE))).route("/other", get(async || Html("<p>Other")));
    tokio::spawn(async move { axum::serve(listener, pages).await });
    Ok(origin)
}

#[tokio::test]
async fn a_click_in_the_browser_launches_the_scheme() -> Result<()> {
    let origin = serve().await?;
    let desktop = Desktop::start(Options::new("browser").trust(&origin, "dev.wingman.floor")).await?;
    let arrived = desktop.home().join("arrived");
    desktop
        .handle_links(
            "dev.wingman.floor",
            &format!("printf %s \"$1\" >'{0}.part' && mv '{0}.part' '{0}'", arrived.display()),
        )
        .await?;
    let handler = desktop.link_handler("dev.wingman.floor").await?;
    assert_eq!(handler.as_deref(), Some("handle-dev.wingman.floor.desktop"), "the script is registered");
    assert_eq!(desktop.link_handler("dev.wingman.nobody").await?, None, "nobody opens a scheme that nobody registered");
    assert!(!desktop.browser_was_started(), "no link was opened yet");

    let link = format!("{origin}/authorize");
    desktop.open_link(&link).await?;
    let browser = desktop.browser().await?;
    assert_eq!(browser.url().await?.as_str(), link, "the browser shows the link");
    assert_eq!(desktop.opened_links(), [link], "the browser was started once, with that link");
    assert!(!arrived.exists(), "nothing is launched before the click");

    browser.button("Authorize").click().await?;
    let start = std::time::Instant::now();
    while !arrived.exists() {
        assert!(start.elapsed() < Duration::from_secs(10), "the click launches the scheme without a prompt");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(
        fs::read_to_string(&arrived)?,
        "dev.wingman.floor://oauth/callback?code=1&state=2",
        "the link arrives whole"
    );

    desktop.open_link(&format!("{origin}/other")).await?;
    browser.turn_to("/other").await?;
    browser.wait_text("Other").await?;
    assert_eq!(browser.tabs().await?, 2, "a second link is a second tab of the same browser");
    Ok(())
}
