//! Starting: with a configuration that cannot be used, with an environment that would redirect a token.

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
