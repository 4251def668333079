//! What an admin policy decides, in force: the whole core without a window, against the sandbox.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, ensure};
use wingman_core::Code;
use wingman_core::app::{AccountState, AppState, CopilotStanding, Phase};
use wingman_core::auth::{SignInRequest, Way};
use wingman_core::chat::{Chosen, ConversationId, Desk, Question, TurnState};
use wingman_sandbox::{Failure, Options, Recorded, Sandbox};

use crate::story::{Run, Table, shown};
use crate::ways::Person;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The host of the policy, played by the same sandbox.
fn company(sandbox: &Sandbox, rules: &str) -> String {
    let url = sandbox.url();
    format!(
        "name = \"Octocorp\"\n[github]\nhost = \"octocorp.ghe.com\"\nclient_id = \"wingman-sandbox\"\n\
         web_url = \"{url}\"\napi_url = \"{url}/api/v3\"\n{rules}\n"
    )
}

/// A person's own configuration, for github.com as the sandbox plays it.
fn own(sandbox: &Sandbox) -> String {
    let url = sandbox.url();
    format!("[github]\nclient_id = \"wingman-sandbox\"\nweb_url = \"{url}\"\napi_url = \"{url}/api/v3\"\n")
}

/// Starts under this policy; an empty one is none.
async fn start(folder: &Path, table: &Arc<Table>, own: &str, policy: &str) -> Result<Run> {
    let run = Run::ruled(folder, table, own, policy)?;
    run.app.start();
    run.until("it is ready", |state| state.phase == Phase::Ready).await?;
    run.app.window_is_up();
    Ok(run)
}

fn model_of(request: &Recorded) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(&request.body).ok()?;
    Some(body.get("model")?.as_str()?.to_owned())
}

fn state_of(state: &AppState, login: &str) -> Option<AccountState> {
    state.accounts.iter().find(|account| account.login == login).map(|account| account.state)
}

pub async fn hosts_ways_and_models_are_the_policy_s(folder: PathBuf) -> Result<()> {
    let sandbox = Sandbox::start(Options::default()).await?;
    let table = Arc::new(Table::default());
    let rules = "[sign_in]\nways = [\"browser\"]\n[copilot]\nmodels = [\"claude-*\"]\nmodel = \"claude-haiku-4.5\"";
    let run = start(&folder, &table, &own(&sandbox), &company(&sandbox, rules)).await?;
    let state = run.state();
    ensure!(state.managed.is_some_and(|managed| managed.name.as_deref() == Some("Octocorp")), "it says whose rules");
    ensure!(!state.other_hosts && state.host == "octocorp.ghe.com", "the policy's host is the only one");

    for (request, code) in [
        (SignInRequest { way: Way::Code, ..SignInRequest::default() }, Code::WayNotAllowed),
        (SignInRequest { way: Way::Token, ..SignInRequest::default() }, Code::WayNotAllowed),
        (SignInRequest { host: Some("github.com".into()), ..SignInRequest::default() }, Code::HostNotAllowed),
        (SignInRequest { host: Some("other.ghe.com".into()), ..SignInRequest::default() }, Code::HostNotAllowed),
    ] {
        let refused = run.app.sign_in(request.clone()).await.err().map(|error| error.code);
        ensure!(refused == Some(code), "{request:?} must be refused, whatever a window offers: {refused:?}");
    }
    ensure!(sandbox.requests().is_empty() && table.opened().is_empty(), "before anything was asked of anybody");

    let person = Person { sandbox, table, run };
    let ada = person.in_browser("ada-lind").await?;
    ensure!(ada.host() == "octocorp.ghe.com", "she is that host's: {ada}");
    let models = person.run.chat()?.models(&ada).await?;
    let ids: Vec<_> = models.models.iter().map(|model| model.id.as_str()).collect();
    ensure!(
        !ids.is_empty() && ids.iter().all(|id| id.starts_with("claude-")),
        "only allowed ones are offered: {ids:?}"
    );
    ensure!(models.default.as_deref() == Some("claude-haiku-4.5"), "the policy's comes first: {:?}", models.default);

    // A window could name any model, and one that chooses for itself could choose any.
    for (model, text) in [("gpt-5.1", "asked of another model"), ("auto", "asked of whichever"), ("", "of the default")]
    {
        let model = (!model.is_empty()).then(|| model.to_owned());
        let question = Question {
            conversation: None,
            account: ada.clone(),
            text: text.into(),
            model,
            chosen: Chosen::default(),
            desk: Desk::default(),
            attachments: Vec::new(),
        };
        let chat = person.run.chat()?.send(question).await?.conversation;
        let answer = person.run.answered(&chat).await?;
        ensure!(shown(&answer).contains(text), "it is answered all the same: {answer:?}");
    }
    let asked: Vec<_> = person.sandbox.requests().iter().filter_map(model_of).collect();
    ensure!(asked.len() >= 3, "the sandbox was asked: {asked:?}");
    ensure!(asked.iter().all(|model| model.starts_with("claude-")), "by nothing but allowed models: {asked:?}");
    person.run.finish().await
}

pub async fn an_account_from_before_can_be_read_and_sends_nothing(folder: PathBuf) -> Result<()> {
    let sandbox = Sandbox::start(Options::default()).await?;
    let token = sandbox.issue_token("lin-wei", "wingman-sandbox", &["read:user", "read:org"]).unwrap_or_default();
    let table = Arc::new(Table::default());
    let own = own(&sandbox);
    let run = start(&folder, &table, &own, "").await?;
    let person = Person { sandbox, table, run };
    let ada = person.in_browser("ada-lind").await?;
    let chat = person.run.send(&ada, None, "before the policy").await?;
    person.run.answered(&chat).await?;
    person.table.has_copied(&token);
    person.begin(SignInRequest { way: Way::Token, ..SignInRequest::default() }).await?;
    person.run.until("the token's person is in", |state| state_of(state, "lin-wei").is_some()).await?;
    let Person { sandbox, table, run } = person;
    run.finish().await?;

    // Another host is the company's: both are elsewhere.
    let run = start(&folder, &table, &own, &company(&sandbox, "")).await?;
    ensure!(state_of(&run.state(), "ada-lind") == Some(AccountState::Disallowed), "her host is not allowed");
    ensure!(!run.turns(&chat).await?.is_empty(), "what was said can be read");
    refuses(&run, &sandbox, &chat).await?;
    run.finish().await?;

    // The host is allowed, one way in is not.
    let ways = "[sign_in]\nways = [\"browser\", \"code\"]";
    let run = start(&folder, &table, &own, ways).await?;
    ensure!(state_of(&run.state(), "ada-lind") == Some(AccountState::SignedIn), "she came in by the browser");
    ensure!(state_of(&run.state(), "lin-wei") == Some(AccountState::Disallowed), "a token is no way in any more");
    let lin = run.state().accounts.into_iter().find(|account| account.login == "lin-wei").map(|account| account.id);
    let lin = lin.unwrap_or(ada);
    let question = run.send(&lin, None, "with a token that is not allowed").await?;
    let turn = run.last(&question, |turn| matches!(turn.state, TurnState::Failed { .. })).await?;
    let told = matches!(&turn.state, TurnState::Failed { error } if error.code == Code::AccountNotAllowed);
    ensure!(told, "the question is kept, and told why: {:?}", turn.state);
    ensure!(!sandbox.requests().iter().any(|it| it.body.contains("not allowed")), "and nothing was sent");
    run.finish().await?;

    let run = start(&folder, &table, &own, "").await?;
    ensure!(state_of(&run.state(), "lin-wei") == Some(AccountState::SignedIn), "without the policy all is as it was");
    run.finish().await
}

async fn refuses(run: &Run, sandbox: &Sandbox, chat: &ConversationId) -> Result<()> {
    let account = run.state().accounts.into_iter().find(|it| it.login == "ada-lind").map(|it| it.id);
    let account = account.ok_or_else(|| anyhow::anyhow!("she is not listed"))?;
    run.send(&account, Some(chat), "under the policy").await?;
    let turn = run.last(chat, |turn| matches!(turn.state, TurnState::Failed { .. })).await?;
    let told = matches!(&turn.state, TurnState::Failed { error } if error.code == Code::AccountNotAllowed);
    ensure!(told, "the question is kept, and told why: {:?}", turn.state);
    ensure!(!sandbox.requests().iter().any(|it| it.body.contains("under the policy")), "and nothing was sent");
    Ok(())
}

/// GitHub's clock, so many days away from the real one.
fn github_says(sandbox: &Sandbox, days: i64) -> Result<()> {
    sandbox.clear_failures();
    let at = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_hours(days * 24))?;
    let date = at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let headers = [("date".to_owned(), date)].into();
    sandbox.fail(Failure { path: "*".to_owned(), headers, ..Failure::default() });
    Ok(())
}

fn asked_github(state: &AppState) -> bool {
    state.accounts.iter().any(|account| !matches!(account.copilot, CopilotStanding::Unknown))
}

pub async fn chats_are_deleted_after_the_policy_s_days_and_by_no_wrong_clock(folder: PathBuf) -> Result<()> {
    let sandbox = Sandbox::start(Options::default()).await?;
    let table = Arc::new(Table::default());
    let own = own(&sandbox);
    let run = start(&folder, &table, &own, "").await?;
    let person = Person { sandbox, table, run };
    let ada = person.in_browser("ada-lind").await?;
    let Person { sandbox, table, run } = person;
    run.finish().await?;

    let mut chats = Vec::new();
    for (text, clock, github) in [
        ("ninety-one days ago", -91, -91),
        ("eighty-nine days ago", -89, -89),
        ("by a clock that is behind", -91, 0),
        ("today", 0, 0),
    ] {
        table.set_clock(clock * DAY);
        github_says(&sandbox, github)?;
        let run = start(&folder, &table, &own, "").await?;
        run.until("GitHub was asked", asked_github).await?;
        let chat = run.send(&ada, None, text).await?;
        run.answered(&chat).await?;
        chats.push(chat);
        run.finish().await?;
    }
    let rule = "[retention]\ndays = 90";

    table.set_clock(200 * DAY);
    github_says(&sandbox, 0)?;
    let run = start(&folder, &table, &own, rule).await?;
    run.until("GitHub was asked", asked_github).await?;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await; // it looks every second
    let listed = run.chat()?.conversations(&ada, None).await?.conversations.len();
    ensure!(listed == 4, "a clock that runs ahead must not cost a single chat, {listed} are left");
    run.finish().await?;

    table.set_clock(0);
    let run = start(&folder, &table, &own, rule).await?;
    let mut ids = Vec::new();
    for _ in 0..400 {
        let listed = run.chat()?.conversations(&ada, None).await?.conversations;
        ids = listed.into_iter().map(|row| row.id).collect();
        if ids.len() < 4 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let left = [&chats[3], &chats[2], &chats[1]].map(Clone::clone);
    ensure!(ids == left, "the one whose time is over is gone, and no other: {ids:?} of {chats:?}");
    ensure!(run.turns(&chats[0]).await.is_err(), "with all that was said in it");
    run.finish().await
}
