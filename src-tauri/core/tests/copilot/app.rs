//! What a person does, from the first start to the sign-out, with everything real but the window.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use wingman_core::Code;
use wingman_core::accounts::AccountId;
use wingman_core::app::{AccountState, Link};
use wingman_core::auth::SignInStep;
use wingman_core::chat::{Chosen, Desk, Draft, Notice, PatchStep, Question, TurnState};

use crate::endpoint::{Endpoint, Reply, Seen};
use crate::person::TOKEN;
use crate::story::{Run, Table, shown};

const STRAY: &str = "dev.wingman.desktop://oauth/callback?code=stray&state=nobody-waits-for-this";

pub async fn from_the_first_sign_in_to_the_sign_out(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);

    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    ensure!(table.entry(account.as_str()).is_some_and(|entry| entry.contains(TOKEN)), "the keychain has the token");
    ensure!(!format!("{:?}", run.state()).contains(TOKEN), "the window's state has it not");

    let chat = run.send(&account, None, "my cat is called Ada").await?;
    ensure!(shown(&run.answered(&chat).await?).contains("You said: my cat is called Ada"), "the first answer");

    endpoint.reply(Reply::Stall(vec!["A cat ".to_owned(), "is ".to_owned()]));
    run.send(&account, Some(&chat), "tell me everything about cats").await?;
    run.last(&chat, |turn| shown(turn).contains("A cat is")).await?;
    run.chat()?.stop(&chat);
    let stopped = run.last(&chat, |turn| turn.state == TurnState::Stopped).await?;
    ensure!(shown(&stopped).contains("A cat is") && !stopped.remembered, "what came stays, marked: {stopped:?}");

    run.chat()?.retry(&chat).await?;
    ensure!(shown(&run.answered(&chat).await?).contains("everything about cats"), "asked again, it is answered");
    let prompt = endpoint.chats().last().context("nothing was asked")?.messages().join("\n");
    ensure!(prompt.matches("tell me everything").count() == 1, "the model reads the question once: {prompt}");
    ensure!(run.turns(&chat).await?.len() == 4, "the stopped answer is off the path");
    run.finish().await?;

    let run = Run::start(&folder, &table, &endpoint).await?;
    ensure!(run.state().accounts[0].state == AccountState::SignedIn, "the second start signs in by itself");
    ensure!(table.opened().len() == 1, "without a browser");
    ensure!(run.turns(&chat).await?.len() == 4, "and the conversation is there");
    run.send(&account, Some(&chat), "what is she called?").await?;
    run.answered(&chat).await?;
    let prompt = endpoint.chats().last().context("nothing was asked")?.messages().join("\n");
    ensure!(prompt.contains("my cat is called Ada"), "the model remembers: {prompt}");
    let tools: Vec<_> = endpoint.chats().iter().flat_map(Seen::tools).collect();
    ensure!(tools.is_empty(), "no session, created or resumed, offers a tool that would need a permission: {tools:?}");

    table.keep_everything();
    let told = run.app.sign_out(&account).await.err().context("an entry that stays must be told")?;
    ensure!(told.code == Code::KeychainFailed, "why: {told:?}");
    ensure!(run.state().accounts.is_empty(), "signed out all the same");
    let begun = Instant::now();
    while !endpoint.seen().iter().any(|seen| seen.path == "/api/v3/applications/client/token") {
        ensure!(begun.elapsed() < Duration::from_secs(5), "a token that may be left in a keychain must be worthless");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    run.finish().await?;

    let run = Run::start(&folder, &table, &endpoint).await?;
    ensure!(run.state().accounts.is_empty(), "and stays signed out, whatever the keychain still holds");
    run.finish().await
}

pub async fn a_window_sees_an_answer_grow_and_a_crash_would_lose_half_a_second(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    let chat = run.send(&account, None, "hello").await?;
    run.answered(&chat).await?;

    let (view, mut patches) = run.chat()?.watch(&chat).await?;
    endpoint.reply(Reply::Stall(vec!["The first words".to_owned()]));
    run.send(&account, Some(&chat), "and now?").await?;
    let mut order = Vec::new();
    let mut answer = None;
    while answer.is_none() {
        let patch = tokio::time::timeout(Duration::from_secs(10), patches.recv()).await?.context("the watch ended")?;
        for step in patch.steps {
            match step {
                PatchStep::Turn { turn } => order.push(turn.role),
                PatchStep::Grown { turn, tail, .. } if tail.contains("The first words") => answer = Some(turn),
                _ => {}
            }
        }
        run.chat()?.acknowledge(view.watch, patch.sequence);
    }
    ensure!(format!("{order:?}") == "[You, Copilot]", "the question first, then its answer: {order:?}");
    let answer = answer.context("nothing grew")?;
    tokio::time::sleep(Duration::from_millis(900)).await;
    ensure!(run.chat()?.text(&answer).await? == "The first words", "the database has what the window shows");

    // The window is closed in the middle of the answer.
    run.finish().await?;
    let run = Run::start(&folder, &table, &endpoint).await?;
    let turns = run.turns(&chat).await?;
    let last = turns.last().context("no turn")?;
    ensure!(shown(last).contains("The first words"), "closing the window keeps what came: {last:?}");
    ensure!(last.state == TurnState::Stopped, "and nothing is left answering for ever: {last:?}");
    run.finish().await
}

pub async fn closed_in_the_middle_of_an_answer_it_can_be_asked_for_again(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    let mut chats = Vec::new();
    // Before the first word, and in the middle.
    for (question, pieces) in
        [("before a word", vec![]), ("in the middle", vec!["half a ".to_owned(), "word".to_owned()])]
    {
        endpoint.reply(Reply::Stall(pieces.clone()));
        let chat = run.send(&account, None, question).await?;
        run.last(&chat, |turn| shown(turn).contains(&pieces.concat())).await?;
        chats.push((chat, question, pieces.concat()));
        // It has its own reply before the next one is asked.
        while endpoint.chats().len() < chats.len() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let begun = Instant::now();
    run.finish().await?;
    ensure!(begun.elapsed() < Duration::from_secs(10), "a window that is closed does not wait for the model");

    let run = Run::start(&folder, &table, &endpoint).await?;
    for (chat, question, came) in chats {
        let turns = run.turns(&chat).await?;
        let last = turns.last().context("no turn")?;
        ensure!(turns.len() == 2 && turns[0].text == question, "the question is there, once: {turns:?}");
        ensure!(run.chat()?.text(&last.id).await? == came, "with all that had come: {last:?}");
        ensure!(last.state == TurnState::Stopped && !last.remembered, "marked as what it is: {last:?}");
        run.chat()?.retry(&chat).await?;
        let answer = run.answered(&chat).await?;
        ensure!(shown(&answer).contains(&format!("You said: {question}")), "asked again, it is answered: {answer:?}");
        let prompt = endpoint.chats().last().context("nothing was asked")?.messages().join("\n");
        ensure!(prompt.matches(question).count() == 1, "and the model reads the question once: {prompt}");
    }
    run.finish().await
}

pub async fn a_question_can_be_stopped_from_the_moment_it_is_sent(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    let chat = run.send(&account, None, "never mind").await?;
    run.chat()?.stop(&chat);
    run.last(&chat, |turn| turn.state == TurnState::Stopped).await?;
    run.send(&account, Some(&chat), "and now?").await?;
    let answer = run.answered(&chat).await?;
    ensure!(shown(&answer).contains("You said: and now?"), "the next one is answered, by its own answer: {answer:?}");
    run.finish().await
}

pub async fn a_sign_out_in_the_middle_of_an_answer_keeps_what_came(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    endpoint.reply(Reply::Stall(vec!["The first words".to_owned()]));
    let chat = run.send(&account, None, "hello").await?;
    run.last(&chat, |turn| shown(turn).contains("The first words")).await?;
    run.app.sign_out(&account).await?;
    ensure!(table.entry(account.as_str()).is_none(), "the keychain has no token any more");
    let asked = endpoint.seen().len();
    run.send(&account, Some(&chat), "is anybody there?").await?;
    let failed = run.last(&chat, |turn| matches!(turn.state, TurnState::Failed { .. })).await?;
    let refused = matches!(&failed.state, TurnState::Failed { error } if error.code == Code::SignInNeeded);
    ensure!(refused, "nobody is signed in: {failed:?}");
    let chats = endpoint.seen().into_iter().skip(asked).filter(|seen| seen.path.starts_with("/chat")).count();
    ensure!(chats == 0, "and nothing was sent");

    ensure!(run.sign_in(&table).await? == account, "the same person again");
    let turns = run.turns(&chat).await?;
    ensure!(shown(&turns[1]).contains("The first words"), "what had come is there: {turns:?}");
    ensure!(turns[1].state == TurnState::Stopped, "as stopped");
    run.chat()?.retry(&chat).await?;
    ensure!(shown(&run.answered(&chat).await?).contains("is anybody there?"), "and it goes on from there");
    run.finish().await
}

pub async fn what_the_window_says_is_taken_with_care(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    let huge = "x".repeat(5 * 1024 * 1024);
    let told = run.send(&account, None, &huge).await.err().context("a flood must not reach the database")?;
    ensure!(told.to_string().contains("TooLong"), "why: {told:?}");
    let told = run
        .chat()?
        .save_draft(&Draft::of_new_chat(account.clone(), Desk::default()), &huge)
        .await
        .err()
        .context("nor as a draft")?;
    ensure!(told.code == Code::TooLong, "why: {told:?}");
    let link = Link { url: format!("https://example.com/{huge}"), agreed: true, ..Link::default() };
    let told = run.app.open_link(&link).err().context("nor a program's arguments")?;
    ensure!(told.code == Code::LinkRefused, "why: {told:?}");
    let nobody = AccountId::new("github.com", 99);
    let told = run.app.sign_out(&nobody).await.err().context("nobody can be signed out but who is in")?;
    ensure!(told.code == Code::NotFound, "why: {told:?}");

    let gone = Question {
        conversation: None,
        account: account.clone(),
        text: "hi".into(),
        model: Some("gone".into()),
        chosen: Chosen::default(),
        desk: Desk::default(),
        attachments: Vec::new(),
    };
    let chat = run.chat()?.send(gone).await?.conversation;
    let answer = run.answered(&chat).await?;
    let replaced = Notice::ModelReplaced { asked: "gone".into(), chosen: "first".into() };
    ensure!(answer.notices == [replaced], "a model that is not offered is not replaced in silence: {answer:?}");

    run.chat()?.save_draft(&Draft::of(account.clone(), chat.clone()), "half a thought").await?;
    run.finish().await?;
    let run = Run::start(&folder, &table, &endpoint).await?;
    let (view, _patches) = run.chat()?.watch(&chat).await?;
    ensure!(view.draft == "half a thought", "a draft survives the restart");
    run.finish().await
}

pub async fn a_link_that_nobody_waited_for_disturbs_nobody(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::new(&folder, &table, &endpoint, "github.com")?;
    run.app.callback(STRAY);
    run.app.start();
    run.until("it is ready", |state| state.phase == wingman_core::app::Phase::Ready).await?;
    let step = run.state().sign_in;
    let again = matches!(&step, SignInStep::Failed { error, .. } if error.code == Code::SignInUnknown);
    ensure!(again, "somebody who is not signed in is told to start again: {step:?}");
    run.sign_in(&table).await?;
    run.finish().await?;

    let run = Run::new(&folder, &table, &endpoint, "github.com")?;
    run.app.callback(STRAY);
    run.app.start();
    run.until("it is ready", |state| state.phase == wingman_core::app::Phase::Ready).await?;
    ensure!(run.state().sign_in == SignInStep::Idle, "started by a link, it shows the chats of who is signed in");
    run.app.callback(STRAY);
    ensure!(run.state().sign_in == SignInStep::Idle, "nor does one that comes later cover them");
    run.finish().await
}

pub async fn a_token_goes_to_its_own_host_only(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    let chat = run.send(&account, None, "hello").await?;
    run.answered(&chat).await?;
    run.finish().await?;

    let elsewhere = Endpoint::start().await?;
    let run = Run::new(&folder, &table, &elsewhere, "octo.ghe.com")?;
    run.app.start();
    run.until("it is ready", |state| state.phase == wingman_core::app::Phase::Ready).await?;
    ensure!(run.state().accounts[0].state == AccountState::SignInNeeded, "its chats can be read");
    run.send(&account, Some(&chat), "and now?").await?;
    let failed = run.last(&chat, |turn| matches!(turn.state, TurnState::Failed { .. })).await?;
    let refused = matches!(&failed.state, TurnState::Failed { error } if error.code == Code::HostRefused);
    ensure!(refused, "nothing is sent for it: {failed:?}");
    run.app.sign_out(&account).await?;
    run.finish().await?;
    let seen = elsewhere.seen();
    ensure!(seen.is_empty(), "another host never hears of this account: {seen:?}");
    Ok(())
}

pub async fn closed_while_it_starts_it_ends_at_once(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let begun = Instant::now();
    for _ in 0..5 {
        let run = Run::new(&folder, &table, &endpoint, "github.com")?;
        run.app.start();
        run.finish().await?;
    }
    ensure!(begun.elapsed() < Duration::from_secs(10), "a window that is closed at once does not linger");
    let run = Run::start(&folder, &table, &endpoint).await?;
    run.finish().await
}
