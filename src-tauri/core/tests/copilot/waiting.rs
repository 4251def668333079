//! Questions that wait for an answer: what becomes of them when that answer is stopped, its chat deleted or its account
//! signed out, and when they are taken back.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::time::timeout;
use wingman_core::Code;
use wingman_core::chat::{ConversationId, Draft, TurnState};

use crate::endpoint::Reply;
use crate::story::shown;
use crate::versions::Scene;

/// What deleting may take: it waits for the end of one answer, which is told to end.
const AT_ONCE: Duration = Duration::from_secs(8);

/// A chat with an answer that does not end, and questions that wait for it; the last of them is to go first.
async fn queued(scene: &Scene) -> Result<ConversationId> {
    // None of them would ever be answered.
    for _ in 0..6 {
        scene.endpoint.reply(Reply::Stall(vec!["on and on ".to_owned()]));
    }
    let chat = scene.run.send(&scene.account, None, "q1").await?;
    scene.run.last(&chat, |turn| shown(turn).contains("on and on")).await?;
    for question in ["q2", "q3", "q4"] {
        scene.run.send(&scene.account, Some(&chat), question).await?;
    }
    Ok(chat)
}

pub async fn a_chat_is_deleted_at_once_whatever_waits_in_it(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    let chats = scene.run.chat()?;
    // Into the bin, while a question is on its way in front of the others.
    let chat = queued(&scene).await?;
    let waiting = scene.waiting(&chat).await?;
    ensure!(waiting.iter().all(|one| !one.held), "they go out by themselves: {waiting:?}");
    chats.send_waiting(&chat, &waiting[2].id).await?;
    timeout(AT_ONCE, chats.put_in_bin(std::slice::from_ref(&chat))).await.context("it waited for the queue")??;
    ensure!(scene.endpoint.chats().len() == 1, "nobody pays for a question in a deleted chat");
    ensure!(chats.restore(std::slice::from_ref(&chat)).await? == [chat.clone()], "it comes back");
    let waiting = scene.waiting(&chat).await?;
    ensure!(waiting.len() == 3 && waiting.iter().all(|one| one.held), "with all that waits, for a word: {waiting:?}");
    tokio::time::sleep(Duration::from_millis(300)).await;
    ensure!(scene.endpoint.chats().len() == 1, "and nothing goes out before it");

    // For good.
    chats.send_waiting(&chat, &waiting[0].id).await?;
    scene.run.last(&chat, |turn| shown(turn).contains("on and on")).await?;
    let waiting = scene.waiting(&chat).await?;
    chats.send_waiting(&chat, &waiting[0].id).await?;
    timeout(AT_ONCE, chats.delete(&chat)).await.context("it waited for the queue")??;
    ensure!(scene.endpoint.chats().len() == 2, "the answer was stopped, and no other was begun");
    let gone = chats.watch(&chat).await.map(|_| ()).err().context("it is there")?;
    ensure!(gone.code == Code::NotFound, "it is gone: {gone:?}");
    scene.run.finish().await
}

pub async fn a_sign_out_waits_for_one_answer_and_asks_no_other_question(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    let chat = queued(&scene).await?;
    let waiting = scene.waiting(&chat).await?;
    scene.run.chat()?.send_waiting(&chat, &waiting[2].id).await?;
    timeout(AT_ONCE, scene.run.app.sign_out(&scene.account)).await.context("it waited for the queue")??;
    ensure!(scene.endpoint.chats().len() == 1, "who signs out pays for nothing more");
    let waiting = scene.waiting(&chat).await?;
    ensure!(waiting.len() == 3 && waiting.iter().all(|one| one.held), "what waits is kept: {waiting:?}");
    scene.run.finish().await
}

pub async fn what_was_held_follows_no_question_that_it_was_not_meant_for(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    let chats = scene.run.chat()?;
    scene.endpoint.reply(Reply::Stall(vec!["on and on ".to_owned()]));
    let chat = scene.run.send(&scene.account, None, "q1").await?;
    scene.run.last(&chat, |turn| shown(turn).contains("on and on")).await?;
    scene.run.send(&scene.account, Some(&chat), "and in French?").await?;
    chats.stop(&chat);
    scene.run.last(&chat, |turn| turn.state == TurnState::Stopped).await?;

    // Another question, another answer, another wording: what waited was meant for none of them.
    scene.ask(Some(&chat), "something else", "answered").await?;
    scene.will_say("once more");
    chats.regenerate(&chat, &scene.turn(&chat, 3).await?, None).await?;
    scene.says(&chat, "once more").await?;
    scene.will_say("to other words");
    chats.edit(&chat, &scene.turn(&chat, 2).await?, "in other words").await?;
    scene.says(&chat, "to other words").await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let waiting = scene.waiting(&chat).await?;
    ensure!(waiting.len() == 1 && waiting[0].held, "it waits for a word still: {waiting:?}");
    ensure!(scene.endpoint.chats().len() == 4, "and was not asked");

    // What is queued anew goes out, past it.
    scene.endpoint.reply(Reply::Stall(vec!["hm ".to_owned()]));
    scene.run.send(&scene.account, Some(&chat), "q5").await?;
    scene.run.last(&chat, |turn| shown(turn).contains("hm")).await?;
    scene.run.send(&scene.account, Some(&chat), "q6").await?;
    let held = scene.waiting(&chat).await?.iter().map(|one| one.held).collect::<Vec<_>>();
    ensure!(held == [true, false], "each says what it waits for: {held:?}");
    // The word: all of them, in their order.
    for answer in ["volontiers", "six"] {
        scene.will_say(answer);
    }
    let waiting = scene.waiting(&chat).await?;
    chats.send_waiting(&chat, &waiting[0].id).await?;
    scene.says(&chat, "six").await?;
    let path = scene.path(&chat).await?;
    ensure!(path[6..] == ["and in French?", "volontiers", "q6", "six"], "each once, in order: {path:?}");
    scene.run.finish().await
}

pub async fn what_is_taken_back_stands_before_what_was_typed(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    let chat = queued(&scene).await?;
    let chats = scene.run.chat()?;
    chats.save_draft(&Draft::of(scene.account.clone(), chat.clone()), "half a thought").await?;
    let waiting = scene.waiting(&chat).await?;
    chats.take_waiting(&chat, &waiting[0].id).await?;
    chats.drop_waiting(&chat, &waiting[1].id).await?;
    let scene = scene.again(&folder, |_| Ok(())).await?;
    let (view, _patches) = scene.run.chat()?.watch(&chat).await?;
    ensure!(view.draft == "q2\n\nhalf a thought", "both are kept, in their order: {:?}", view.draft);
    ensure!(view.waiting.len() == 1 && view.waiting[0].text == "q4", "what was removed is gone: {:?}", view.waiting);
    ensure!(view.waiting[0].held, "and after a start nothing goes out unasked");
    scene.run.finish().await
}
