//! What the model remembers, and where.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use wingman_core::Code;
use wingman_core::copilot::{AnswerEvent, Ask};

use crate::endpoint::{Endpoint, Reply};
use crate::person::{Desk, files, holds, question, read, session};

async fn desk(folder: &Path) -> Result<(Desk, Endpoint)> {
    let endpoint = Endpoint::start().await?;
    let desk = Desk::new(folder)?;
    desk.admit(&endpoint.url)?;
    Ok((desk, endpoint))
}

/// The last request's messages as one text.
fn last_prompt(endpoint: &Endpoint) -> Result<String> {
    Ok(endpoint.chats().last().context("nothing was asked")?.messages().join("\n"))
}

pub async fn a_stopped_answer_leaves_the_session_usable(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    endpoint.reply(Reply::Stall(vec!["it goes on ".to_owned()]));
    let mut answering = desk.begin("c1", "tell me everything").await?;
    let second = desk.copilot.ask(question("c1", "meanwhile")).await.err().context("it was queued unseen")?;
    ensure!(second.code == Code::Busy, "one answer at a time: {second:?}");
    while let Some(event) = answering.events.recv().await {
        if matches!(event, AnswerEvent::Delta(_)) {
            break;
        }
    }
    let begun = std::time::Instant::now();
    answering.stop();
    let told = read(&mut answering).await?;
    ensure!(told.events.contains(&AnswerEvent::Stopped), "it says that it was stopped: {told:?}");
    ensure!(told.code().is_none(), "which is no error");
    ensure!(begun.elapsed().as_millis() < 1_000, "and at once: {:?}", begun.elapsed());
    let told = desk.ask("c1", "and now?").await?;
    ensure!(told.text() == "You said: and now?", "the next question is answered: {told:?}");
    desk.close().await
}

pub async fn after_a_restart_the_model_remembers(folder: PathBuf) -> Result<()> {
    let endpoint = {
        let (desk, endpoint) = desk(&folder).await?;
        let told = desk.ask("c1", "my cat is called Ada").await?;
        ensure!(!told.resumed, "a new conversation has no memory");
        desk.close().await?;
        endpoint
    };
    let desk = Desk::new(&folder)?;
    desk.admit(&endpoint.url)?;
    let told = desk.ask("c1", "what is she called?").await?;
    ensure!(told.resumed, "the session is resumed");
    let prompt = last_prompt(&endpoint)?;
    ensure!(prompt.contains("my cat is called Ada"), "the model reads the first question again: {prompt}");
    ensure!(prompt.contains("what is she called?"), "with the second: {prompt}");
    ensure!(told.text() == "You said: what is she called?", "and old events are no part of the new answer: {told:?}");
    desk.close().await
}

pub async fn a_question_taken_back_is_forgotten(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    desk.ask("c1", "the first").await?;
    let second = desk.ask("c1", "the mistaken one").await?.question()?;
    let mut again = question("c1", "the corrected one");
    again.rewind_to = Some(second);
    let mut answering = desk.copilot.ask(again).await?;
    let told = read(&mut answering).await?;
    ensure!(told.text() == "You said: the corrected one", "the new question is answered: {told:?}");
    let prompt = last_prompt(&endpoint)?;
    ensure!(!prompt.contains("mistaken"), "what was taken back is gone, question and answer: {prompt}");
    ensure!(prompt.contains("the first"), "what came before is not: {prompt}");

    // Also when the session has to be opened for it.
    desk.copilot.shut_down().await;
    desk.admit(&endpoint.url)?;
    let mut again = question("c1", "corrected once more");
    again.rewind_to = Some(told.question()?);
    let mut answering = desk.copilot.ask(again).await?;
    read(&mut answering).await?;
    let prompt = last_prompt(&endpoint)?;
    ensure!(!prompt.contains("the corrected one"), "a resumed session forgets as well: {prompt}");
    desk.close().await
}

pub async fn a_question_that_the_session_never_kept_can_be_asked_again(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    desk.ask("c1", "my cat is called Ada").await?;
    // Ours was killed before the runtime wrote the question down: we know its name, the session does not.
    let lost = Some("00000000-0000-4000-8000-000000000000".to_owned());
    let again = Ask { rewind_to: lost, ..question("c1", "what is she called?") };
    let told = read(&mut desk.copilot.ask(again).await?).await?;
    ensure!(told.text() == "You said: what is she called?", "it is answered: {told:?}");
    let prompt = last_prompt(&endpoint)?;
    ensure!(prompt.contains("my cat is called Ada"), "and nothing else was taken back for it: {prompt}");
    desk.close().await
}

pub async fn what_was_said_elsewhere_is_told_once_and_again_when_it_was_taken_back(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    // The endpoint's answers repeat the question; what counts is what it was told.
    let times_told = || -> Result<usize> {
        let messages = endpoint.chats().last().context("nothing was asked")?.messages();
        Ok(messages.iter().filter(|it| it.contains("called Ada") && !it.contains("You said")).count())
    };
    let with = |text: &str| Ask { said_before: Some("my cat is called Ada; ".to_owned()), ..question("c1", text) };
    let told = read(&mut desk.copilot.ask(with("what is she called?")).await?).await?;
    ensure!(told.text() == "You said: my cat is called Ada; what is she called?", "it goes before the words: {told:?}");

    let again = Ask { rewind_to: Some(told.question()?), ..with("say it again") };
    let told = read(&mut desk.copilot.ask(again).await?).await?;
    ensure!(told.text() == "You said: my cat is called Ada; say it again", "taken back, it is told anew: {told:?}");
    ensure!(times_told()? == 1, "once");

    // Also when the session has to be opened for it.
    desk.copilot.shut_down().await;
    desk.admit(&endpoint.url)?;
    let again = Ask { rewind_to: Some(told.question()?), ..with("and once more") };
    let told = read(&mut desk.copilot.ask(again).await?).await?;
    ensure!(told.resumed, "a session with an empty memory is a session");
    ensure!(times_told()? == 1, "once");

    let told = read(&mut desk.copilot.ask(with("and now?")).await?).await?;
    ensure!(told.text() == "You said: and now?", "what the session remembers is not told again: {told:?}");
    ensure!(times_told()? == 1, "it is in its memory: {}", last_prompt(&endpoint)?);
    desk.close().await
}

pub async fn a_question_given_up_on_its_way_leaves_the_session_usable(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    // Given up at every moment between the click and the answer: before, while and after the session is opened.
    for after in [0, 5, 20, 40, 60, 80, 100, 150] {
        let conversation = format!("c{after}");
        let given_up = tokio::time::timeout(
            std::time::Duration::from_millis(after),
            desk.copilot.ask(question(&conversation, "never mind")),
        );
        let given_up = given_up.await;
        let told = match given_up {
            Ok(answering) => read(&mut answering?).await?,
            Err(_given_up) => desk.ask(&conversation, "and now?").await?,
        };
        ensure!(told.text().starts_with("You said: "), "given up after {after} ms, the next is answered: {told:?}");
        let told = desk.ask(&conversation, "still there?").await?;
        ensure!(told.text() == "You said: still there?", "and the one after that by its own answer: {told:?}");
    }
    ensure!(!endpoint.chats().is_empty(), "the endpoint was asked");
    desk.close().await
}

pub async fn an_answer_past_the_limit_is_one_text(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    endpoint.reply(Reply::Text(vec!["one ".to_owned()], "length")).reply(Reply::Text(vec!["two".to_owned()], "stop"));
    let told = desk.ask("c1", "count").await?;
    ensure!(told.text() == "one two", "the runtime lets the model go on, and both parts are the answer: {told:?}");
    desk.close().await
}

pub async fn more_sessions_than_stay_open_all_remember(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    for number in 0..8 {
        desk.ask(&format!("c{number}"), &format!("the number is {number}")).await?;
    }
    for number in [0, 7] {
        desk.ask(&format!("c{number}"), "which number?").await?;
        let prompt = last_prompt(&endpoint)?;
        ensure!(prompt.contains(&format!("the number is {number}")), "closed or open, it remembers: {prompt}");
    }
    desk.close().await
}

pub async fn a_long_answer_arrives_whole(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    let pieces: Vec<String> = (0..8_000).map(|number| format!("{number} ")).collect();
    let whole = pieces.concat();
    endpoint.reply(Reply::Text(pieces, "stop"));
    let told = desk.ask("c1", "count").await?;
    ensure!(told.text() == whole, "every number once, in order ({} bytes of {})", told.text().len(), whole.len());
    desk.close().await
}

pub async fn no_word_of_a_conversation_lies_on_the_disk(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    endpoint.reply(Reply::Text(vec!["the pelican ".to_owned(), "answers".to_owned()], "stop"));
    let told = desk.ask("c1", "where does the flamingo sleep?").await?;
    ensure!(told.text() == "the pelican answers", "something was said: {told:?}");
    let log = desk.store.session_files().read(&session("c1"), "/state/events.jsonl")?;
    ensure!(log.contains("flamingo") && log.contains("pelican"), "and is remembered, so a search could find it");
    let clear = |when: &str| -> Result<()> {
        let found = files(&folder)?;
        ensure!(found.iter().any(|(name, _)| name.ends_with("wingman.db")), "the database is among the files searched");
        for (name, bytes) in found {
            for word in ["flamingo", "pelican"] {
                ensure!(!holds(&bytes, word), "{when}, {name} holds {word:?} in clear text");
            }
        }
        Ok(())
    };
    clear("while it runs")?;
    desk.close().await?;
    clear("afterwards")
}
