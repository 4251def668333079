//! The session around the window: keychain, searches, and that it all ends.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Result;
use wingman_headless::{Desktop, Isolation, Keychain, Options};

const NEEDLE: &str = "gho_planted7c42e91b";

#[tokio::test]
async fn a_secret_goes_into_the_keychain_and_comes_out() -> Result<()> {
    let desktop = Desktop::start(Options::new("keychain")).await?;
    assert!(desktop.has_keychain().await?, "the default desktop has a keychain");
    assert_eq!(desktop.secret("dev.wingman.floor", "github.com/1").await?, None, "the keychain starts empty");
    desktop.store_secret("dev.wingman.floor", "github.com/1", NEEDLE).await?;
    assert_eq!(
        desktop.secret("dev.wingman.floor", "github.com/1").await?.as_deref(),
        Some(NEEDLE),
        "what was stored is found"
    );
    assert_eq!(
        desktop.secret("dev.wingman.floor", "github.com/2").await?,
        None,
        "another user's secret is another secret"
    );
    let files = desktop.search_files(NEEDLE).await?;
    assert!(files.is_empty(), "the keyring's file is encrypted: {files:?}");
    Ok(())
}

#[tokio::test]
async fn a_locked_keychain_opens_with_the_password() -> Result<()> {
    let desktop = Desktop::start(Options::new("locked").keychain(Keychain::Locked)).await?;
    assert!(desktop.keychain_is_locked().await?, "it was asked to be locked");
    desktop.unlock_keychain().await?;
    desktop.store_secret("dev.wingman.floor", "github.com/1", NEEDLE).await?;

    desktop.lock_keychain().await?;
    let mut lookup = desktop.command("secret-tool");
    let mut waiting = lookup.args(["lookup", "service", "dev.wingman.floor"]).stdout(Stdio::null()).spawn()?;
    desktop.keychain_prompt().await?;
    assert!(waiting.try_wait()?.is_none(), "who asks a locked keychain waits for the person");
    desktop.answer_keychain_prompt().await?;
    assert!(waiting.wait().await?.success(), "the person's password lets it go on");
    let secret = desktop.secret("dev.wingman.floor", "github.com/1").await?;
    assert_eq!(secret.as_deref(), Some(NEEDLE), "locking loses nothing");
    Ok(())
}

#[tokio::test]
async fn a_desktop_without_a_keychain_really_has_none() -> Result<()> {
    let desktop = Desktop::start(Options::new("no-keychain").keychain(Keychain::Absent)).await?;
    assert!(!desktop.has_keychain().await?, "nobody offers the Secret Service");
    assert!(desktop.store_secret("dev.wingman.floor", "github.com/1", NEEDLE).await.is_err(), "nothing can be stored");
    assert!(desktop.secret("dev.wingman.floor", "github.com/1").await.is_err(), "asking fails, and says so");
    assert!(!desktop.has_keychain().await?, "asking for it has not started one");
    Ok(())
}

#[tokio::test]
async fn a_search_finds_what_was_planted_and_only_that() -> Result<()> {
    let desktop = Desktop::start(Options::new("search")).await?;
    assert!(desktop.search_files(NEEDLE).await?.is_empty(), "nothing is planted yet");
    let utf16: Vec<u8> = format!("{{\"token\":\"{NEEDLE}\"}}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let planted = [
        desktop.home().join(".config/plain.toml"),
        desktop.home().join(".local/share/storage.bin"),
        desktop.logs().join("a.log"),
    ];
    fs::write(&planted[0], format!("token = {NEEDLE}"))?;
    fs::write(&planted[1], utf16)?;
    // "x-access-token:gho_planted7c42e91b", as an HTTP header has it.
    fs::write(&planted[2], "Authorization: Basic eC1hY2Nlc3MtdG9rZW46Z2hvX3BsYW50ZWQ3YzQyZTkxYg==")?;
    fs::write(desktop.home().join("other"), "gho_planted7c42e91c")?;
    let mut expected = planted.to_vec();
    expected.sort();
    assert_eq!(desktop.search_files(NEEDLE).await?, expected, "in clear, as UTF-16 and in base64, and nowhere else");

    assert!(desktop.search_environments(NEEDLE)?.is_empty(), "no process holds it yet");
    let mut variable = desktop.command("sleep").arg("60").env("TOKEN", NEEDLE).spawn()?;
    let mut argument = desktop.command("sh").args(["-c", "sleep 60; :", NEEDLE]).spawn()?;
    let places = |place| {
        let traces = desktop.search_environments(NEEDLE).unwrap_or_default();
        traces.into_iter().filter(|trace| trace.place == place).count()
    };
    let start = std::time::Instant::now();
    while places("environment") != 1 || places("arguments") != 1 {
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "one process has it in its environment, one in its arguments"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    variable.kill().await?;
    argument.kill().await?;
    Ok(())
}

async fn leaves_nothing_behind(isolation: Isolation) -> Result<()> {
    let (left, right) = tokio::try_join!(
        Desktop::start(Options::new("left").isolation(isolation)),
        Desktop::start(Options::new("right").isolation(isolation)),
    )?;
    let (left_folder, right_folder) = (left.folder().to_path_buf(), right.folder().to_path_buf());
    fs::write(left.home().join("planted"), NEEDLE)?;
    assert!(right.search_files(NEEDLE).await?.is_empty(), "two desktops share no folder");
    let sleeper = left.command("sh").args(["-c", "setsid sleep 600 & setsid sleep 600 & wait"]).spawn()?;
    left.open_link("http://127.0.0.1:9/").await?;
    // Attaching waits for its start; the page needs not be there.
    left.browser().await?;
    right.windows().await?;

    drop(left);
    assert!(!left_folder.exists(), "the folders of a desktop go with it");
    assert_eq!(marked(&left_folder), 0, "no process of it is left, not even one in a session of its own");
    assert!(marked(&right_folder) > 3, "the other desktop goes on");
    right.windows().await?;
    drop((sleeper, right));
    assert_eq!(marked(&right_folder), 0, "no process of the other is left");
    Ok(())
}

#[tokio::test]
async fn desktops_run_side_by_side_and_leave_nothing_behind() -> Result<()> {
    leaves_nothing_behind(Isolation::Automatic).await
}

#[tokio::test]
async fn without_a_namespace_nothing_is_left_behind_either() -> Result<()> {
    leaves_nothing_behind(Isolation::Marks).await
}

/// How many running processes carry the desktop's mark, or have something of its folder among their arguments: a
/// browser writes over its environment.
fn marked(folder: &std::path::Path) -> usize {
    let folder = folder.display().to_string();
    let names_it = |bytes: &[u8]| bytes.windows(folder.len()).any(|part| part == folder.as_bytes());
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten().map(|process| process.path());
    processes
        .filter(|process| {
            ["environ", "cmdline"].iter().any(|file| fs::read(process.join(file)).is_ok_and(|it| names_it(&it)))
        })
        .count()
}
