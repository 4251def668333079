//! What the model is told once more because no session of it remembers, and what it then knows no longer; and questions
//! that nobody knows whether it has.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use wingman_core::chat::{Chosen, Desk, Draft, PatchStep, Question, TurnState};

use crate::story::shown;
use crate::versions::Scene;

/// What the model remembers is gone: the database keeps the turns alone.
fn lost(database: &rusqlite::Connection) -> Result<()> {
    ensure!(database.execute("DELETE FROM session_file", [])? > 0, "there was a memory to lose");
    Ok(())
}

pub async fn what_is_too_long_to_be_told_again_is_marked_in_the_window(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    let page = |name: &str| format!("{name} {}", "x".repeat(60 * 1024));
    let chat = scene.ask(None, &page("first"), "a1").await?;
    scene.ask(Some(&chat), &page("second"), "a2").await?;
    let scene = scene.again(&folder, lost).await?;
    let turns = scene.run.turns(&chat).await?;
    ensure!(turns.iter().all(|turn| turn.remembered), "as long as nothing was asked nobody knows");

    let chats = scene.run.chat()?;
    let (view, mut patches) = chats.watch(&chat).await?;
    scene.ask(Some(&chat), "and now?", "a3").await?;
    let prompt = scene.prompt()?.join("\n");
    ensure!(prompt.contains("second xxx") && !prompt.contains("first xxx"), "the oldest does not fit");
    let marks: Vec<bool> = scene.run.turns(&chat).await?.iter().map(|turn| turn.remembered).collect();
    ensure!(marks == [false, true, true, true, true, true], "and the window says that it is forgotten: {marks:?}");
    let mut told = Vec::new();
    while told.is_empty() {
        let patch = tokio::time::timeout(Duration::from_secs(10), patches.recv()).await?.context("the watch ended")?;
        chats.acknowledge(view.watch, patch.sequence);
        for step in patch.steps {
            if let PatchStep::Forgotten { turns } = step {
                told = turns;
            }
        }
    }
    ensure!(told == [view.turns[0].id.clone()], "also one that is open: {told:?}");
    scene.run.finish().await
}

pub async fn what_was_attached_is_told_again(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    let chats = scene.run.chat()?;
    let data = BASE64_STANDARD.encode("the pelican lands at dawn");
    let file = chats.attach(&Draft::of_new_chat(scene.account.clone(), Desk::default()), "plan.txt", data).await?;
    scene.will_say("understood");
    let question = Question {
        conversation: None,
        account: scene.account.clone(),
        text: "Read this".to_owned(),
        model: None,
        attachments: vec![file.id],
        chosen: Chosen::default(),
        desk: Desk::default(),
    };
    let chat = chats.send(question).await?.conversation;
    scene.says(&chat, "understood").await?;
    let scene = scene.again(&folder, lost).await?;
    scene.ask(Some(&chat), "when does it land?", "at dawn").await?;
    let prompt = scene.prompt()?.join("\n");
    ensure!(prompt.contains("the pelican lands at dawn"), "the model has the file once more: {prompt}");
    scene.run.finish().await
}

pub async fn a_question_that_was_given_up_unseen_is_asked_once(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    let chat = scene.ask(None, "q1", "a1").await?;
    scene.ask(Some(&chat), "the lost one", "unheard").await?;
    // As a stop while the runtime is told of it leaves it: the session has the question, and no turn knows where.
    let unseen = |database: &rusqlite::Connection| -> Result<()> {
        let changed = database.execute(
            "UPDATE turn SET event = NULL WHERE rowid = (SELECT max(rowid) FROM turn) AND session IS NOT NULL",
            [],
        )?;
        ensure!(changed == 1, "the last answer");
        Ok(())
    };
    let scene = scene.again(&folder, unseen).await?;
    scene.will_say("heard");
    scene.run.chat()?.retry(&chat).await?;
    scene.says(&chat, "heard").await?;
    ensure!(scene.prompt()? == ["q1", "a1", "the lost one"], "the model sees it once: {:?}", scene.prompt()?);
    scene.ask(Some(&chat), "q3", "a3").await?;
    let whole = ["q1", "a1", "the lost one", "heard", "q3"];
    ensure!(scene.prompt()? == whole, "and goes on from there: {:?}", scene.prompt()?);
    scene.run.finish().await
}

pub async fn a_question_stopped_at_any_moment_is_in_the_memory_once(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    let chats = scene.run.chat()?;
    let chat = scene.ask(None, "q1", "a1").await?;
    for moment in [0, 1, 2, 3, 5, 8, 12, 18, 30] {
        let question = format!("stopped after {moment} ms");
        scene.run.send(&scene.account, Some(&chat), &question).await?;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        chats.stop(&chat);
        let ended = |turn: &wingman_core::chat::Turn| !matches!(turn.state, TurnState::Answering { .. });
        scene.run.last(&chat, ended).await?;
        chats.retry(&chat).await?;
        scene.run.last(&chat, |turn| turn.state == TurnState::Complete && shown(turn).contains(&question)).await?;
        let prompt = scene.prompt()?;
        let asked = prompt.iter().filter(|message| **message == question).count();
        ensure!(asked == 1, "{question}: the model sees it {asked} times: {prompt:?}");
    }
    scene.run.finish().await
}

pub async fn an_import_can_be_changed_and_branched(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    let chats = scene.run.chat()?;
    let file = folder.join("conversations.json");
    std::fs::write(&file, crate::library::CHATGPT)?;
    chats.import(&scene.account, file).await?;
    let page = chats.conversations(&scene.account, None).await?;
    let chat = page.conversations.first().context("it is in the list")?.id.clone();

    // A branch of what no session remembers is told it, as the original is.
    let branch = chats.branch(&chat, &scene.turn(&chat, 1).await?).await?;
    for chat in [&branch, &chat] {
        scene.ask(Some(chat), "what is she called?", "Ada").await?;
        let prompt = scene.prompt()?.join("\n");
        ensure!(prompt.matches("my cat is called Ada").count() == 1, "told once: {prompt}");
        scene.ask(Some(chat), "sure?", "yes").await?;
        let prompt = scene.prompt()?.join("\n");
        ensure!(prompt.matches("my cat is called Ada").count() == 1, "then it remembers: {prompt}");
    }

    // A question above all that any session knows is changed.
    scene.will_say("what a dog");
    chats.edit(&chat, &scene.turn(&chat, 0).await?, "my dog is called Lin").await?;
    scene.says(&chat, "what a dog").await?;
    ensure!(scene.prompt()? == ["my dog is called Lin"], "with nothing of the other version: {:?}", scene.prompt()?);
    let versions = scene.run.turns(&chat).await?[0].versions.clone();
    chats.show_version(&chat, &versions[0]).await?;
    scene.ask(Some(&chat), "and how old?", "three").await?;
    let prompt = scene.prompt()?.join("\n");
    ensure!(prompt.contains("my cat is called Ada") && prompt.contains("sure?"), "walked back, all of it: {prompt}");
    ensure!(!prompt.contains("dog"), "and nothing of the dog: {prompt}");
    scene.run.finish().await
}
