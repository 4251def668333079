//! Without a keychain, with a locked one, and with one that lost the database's key.

use std::path::PathBuf;

use anyhow::Result;
use wingman_e2e::{ADA, SERVICE, World, ask};
use wingman_headless::{Keychain, Options};

const SENTINEL: &str = "incandescent-hedgehog-parliament";

#[tokio::test]
async fn without_a_keychain_nothing_is_kept_and_the_window_says_so() -> Result<()> {
    let world = World::with(Options::new("no-keychain").keychain(Keychain::Absent)).await?;
    let app = world.start().await?;
    app.wait_text("keychain").await?;
    world.sign_in(&app).await?;
    ask(&app, SENTINEL).await?;
    app.wait_text("No keychain").await?;
    app.screenshot("told").await?;
    let token = world.token()?;
    app.close().await?;
    for secret in [token.as_str(), SENTINEL] {
        assert_eq!(world.desktop.search_files(secret).await?, Vec::<PathBuf>::new(), "nothing of it is on the disk");
    }
    let again = world.start().await?;
    again.button("Sign in with GitHub").wait().await?;
    again.close().await
}

#[tokio::test]
async fn a_locked_keychain_is_waited_for_and_nothing_is_replaced() -> Result<()> {
    let world = World::new("locked-keychain").await?;
    let app = world.signed_in().await?;
    ask(&app, "Keep this conversation").await?;
    app.close().await?;
    let before = std::fs::read(world.database())?;

    world.desktop.lock_keychain().await?;
    let locked = world.start().await?;
    locked.wait_text("locked").await?;
    locked.screenshot("waiting").await?;
    assert_eq!(std::fs::read(world.database())?, before, "the database is left as it is");
    world.desktop.answer_keychain_prompt().await?;
    locked.textbox("Message").wait().await?;
    locked.navigation("Conversations").wait_text("Keep this conversation").await?;
    locked.close().await
}

#[tokio::test]
async fn a_database_without_its_key_is_left_untouched() -> Result<()> {
    let world = World::new("lost-key").await?;
    let app = world.signed_in().await?;
    ask(&app, "Keep this too").await?;
    app.close().await?;
    let before = std::fs::read(world.database())?;
    let key = world.desktop.secret(SERVICE, "database").await?.unwrap_or_default();
    assert!(!key.is_empty(), "the database's key is in the keychain");
    world.desktop.forget_secret(SERVICE, "database").await?;

    let lost = world.start().await?;
    lost.alert().wait().await?;
    lost.screenshot("told").await?;
    assert_eq!(std::fs::read(world.database())?, before, "the database is never replaced");
    assert_eq!(world.desktop.secret(SERVICE, "database").await?, None, "and no new key is made over it");
    lost.close().await?;

    world.desktop.store_secret(SERVICE, "database", &key).await?;
    let back = world.start().await?;
    back.navigation("Conversations").wait_text("Keep this too").await?;
    assert!(world.desktop.secret(SERVICE, ADA).await?.is_some(), "the account was not touched either");
    back.close().await
}
