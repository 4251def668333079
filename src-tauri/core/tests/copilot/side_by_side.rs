//! Two Wingmans over one keychain, where nothing holds the second one back: no session bus, or another data folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use wingman_core::Code;
use wingman_core::accounts::AccountId;
use wingman_core::app::{AccountState, Phase};
use wingman_sandbox::Failure;

use crate::story::{Run, Table, shown};
use crate::ways::{Person, token_of};

/// Another start of what is in this folder.
async fn start(folder: &Path, table: &Arc<Table>, configuration: &str) -> Result<Run> {
    let run = Run::configured(folder, table, configuration)?;
    run.app.start();
    run.until("it is ready", |state| state.phase == Phase::Ready).await?;
    Ok(run)
}

/// Asks in a new chat, and waits for the answer.
async fn ask(run: &Run, account: &AccountId, text: &str) -> Result<()> {
    let chat = run.send(account, None, text).await?;
    let answer = shown(&run.answered(&chat).await?);
    ensure!(answer.contains(text), "the answer is not to the question: {answer}");
    Ok(())
}

pub async fn a_database_is_opened_by_one_alone(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let ada = person.in_browser("ada-lind").await?;
    let configuration = std::fs::read_to_string(folder.join("config.toml"))?;
    let second = Run::configured(&folder, &person.table, &configuration)?;
    second.app.start();
    let in_use = |phase: &Phase| matches!(phase, Phase::Blocked { error } if error.code == Code::StoreFailed);
    second.until("it is told that the database is in use", |state| in_use(&state.phase)).await?;
    second.finish().await?;
    person.ask(&ada, "who was that?").await?;
    person.run.finish().await
}

pub async fn two_that_renew_a_token_at_once_go_on_with_the_same_new_one(folder: PathBuf) -> Result<()> {
    let person = Person::with(&folder, "github-app", "").await?;
    let ada = person.in_browser("ada-lind").await?;
    let Person { sandbox, table, run } = person;
    run.finish().await?;
    let (configuration, other) = (std::fs::read_to_string(folder.join("config.toml"))?, folder.join("other"));
    std::fs::create_dir_all(other.join("wingman/data"))?;
    for entry in std::fs::read_dir(folder.join("wingman/data"))? {
        let entry = entry?;
        std::fs::copy(entry.path(), other.join("wingman/data").join(entry.file_name()))?;
    }
    let first = start(&folder, &table, &configuration).await?;
    let second = start(&other, &table, &configuration).await?;
    ask(&first, &ada, "the first, in the evening").await?;
    ask(&second, &ada, "the second, in the evening").await?;
    let refreshes = || {
        let asked = sandbox.requests_to("/login/oauth/access_token");
        asked.iter().filter(|it| it.body.contains("grant_type=refresh_token")).count()
    };

    // One after the other: the second finds what the first has put into the keychain.
    sandbox.advance_clock(Duration::from_hours(9));
    ask(&first, &ada, "the first, in the morning").await?;
    ask(&second, &ada, "the second, in the morning").await?;
    ensure!(refreshes() == 1, "what is renewed already is not renewed again: {}", refreshes());

    // At the same time: both have sent their refresh token before either is answered, and GitHub takes it once.
    sandbox.advance_clock(Duration::from_hours(9));
    sandbox.fail(Failure {
        path: "/login/oauth/access_token".into(),
        containing: Some("grant_type=refresh_token".into()),
        delay_ms: 700,
        times: Some(2),
        ..Failure::default()
    });
    tokio::try_join!(
        ask(&first, &ada, "the first, another morning"),
        ask(&second, &ada, "the second, another morning")
    )?;
    ensure!(refreshes() == 3, "both have tried: {}", refreshes());
    let token = token_of(&sandbox, "ada-lind")?;
    ensure!(sandbox.live_tokens().len() == 1, "one token lives");
    let kept = table.entry(ada.as_str()).is_some_and(|entry| entry.contains(&token));
    ensure!(kept, "and it is the one in the keychain");
    for run in [&first, &second] {
        let state = run.state();
        ensure!(state.accounts[0].state == AccountState::SignedIn, "nobody is signed out: {:?}", state.accounts);
    }
    second.finish().await?;
    first.finish().await
}
