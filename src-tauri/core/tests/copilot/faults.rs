//! What goes wrong on the way, and what the person is told.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use wingman_core::Code;
use wingman_core::copilot::{AnswerEvent, Holdup};

use crate::endpoint::{Endpoint, Reply, last_question};
use crate::person::{Desk, TOKEN, alice, question, read};

/// A server that gives up in the middle.
const FAILED: &str = "data: {\"error\":{\"code\":\"server_error\",\"message\":\"out of order\"}}";

async fn desk(folder: &std::path::Path) -> Result<(Desk, Endpoint)> {
    let endpoint = Endpoint::start().await?;
    let desk = Desk::new(folder)?;
    desk.admit(&endpoint.url)?;
    Ok((desk, endpoint))
}

/// The session takes the next question, whatever became of the last one.
pub async fn goes_on(desk: &Desk) -> Result<()> {
    let told = desk.ask("c1", "and now?").await?;
    ensure!(told.text() == "You said: and now?", "the session stays usable: {told:?}");
    desk.close().await
}

fn pieces(text: &[&str]) -> Vec<String> {
    text.iter().map(|piece| (*piece).to_owned()).collect()
}

pub async fn a_refused_token_is_replaced_within_the_turn(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    desk.ask("c1", "with the old token").await?;
    endpoint.accept("gho_fresh");
    desk.vault.then(&alice(), "gho_fresh");
    let told = desk.ask("c1", "with the new one").await?;
    ensure!(told.text() == "You said: with the new one", "the person notices nothing: {told:?}");
    ensure!(told.code().is_none(), "no error is told");
    ensure!(desk.vault.refused() == [TOKEN], "the vault is told once which token was refused");
    let tokens: Vec<_> = endpoint.chats().into_iter().map(|chat| chat.authorization).collect();
    let expected = [TOKEN, TOKEN, "gho_fresh"].map(|token| format!("Bearer {token}"));
    ensure!(tokens == expected, "the request is sent again, once, with the new token: {tokens:?}");
    desk.close().await
}

pub async fn a_dead_token_ends_the_turn_with_sign_in_needed(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    desk.ask("c1", "while it lives").await?;
    endpoint.accept("gho_somebody_else");
    let begun = Instant::now();
    let told = desk.ask("c1", "after").await?;
    ensure!(told.code() == Some(Code::SignInNeeded), "only signing in helps: {told:?}");
    ensure!(begun.elapsed() < Duration::from_secs(2), "and trying again does not, so nobody waits for it");
    ensure!(desk.vault.refused() == [TOKEN], "the vault is told once");
    desk.close().await
}

pub async fn a_proxy_s_401_throws_no_token_away(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    endpoint.reply(Reply::Status(401, None, "<html>sign in to the café's network</html>"));
    let told = desk.ask("c1", "hello").await?;
    ensure!(told.code() == Some(Code::AnswerUnexpected), "this is not GitHub's answer: {told:?}");
    ensure!(desk.vault.refused().is_empty(), "somebody in between cannot sign the person out");
    goes_on(&desk).await
}

pub async fn without_models_nothing_is_sent(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    endpoint.fail_models(500);
    let error = desk.copilot.ask(question("c1", "hello")).await.err().context("it was sent all the same")?;
    ensure!(error.code == Code::ModelsUnavailable, "the person is told why: {error:?}");
    ensure!(error.retryable, "and that it may work in a moment");
    ensure!(endpoint.chats().is_empty(), "without the list the runtime would ask a host of its own choice");
    goes_on(&desk).await
}

pub async fn silence_is_told_and_ends_the_turn(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    endpoint.reply(Reply::Stall(pieces(&["half an "])));
    let begun = Instant::now();
    let told = desk.ask("c1", "hello").await?;
    let took = begun.elapsed();
    ensure!(told.text() == "half an ", "what came is kept: {told:?}");
    let [Holdup::Silent { since, until: Some(until) }] = told.holdups()[..] else {
        bail!("that nothing comes is told once, before the end: {told:?}")
    };
    ensure!(until.0 - since.0 == 2_000, "with when it will be given up: {told:?}");
    let failure = told.failure().with_context(|| format!("the silence was not told: {told:?}"))?;
    ensure!(failure.code == Code::Stalled, "the person is told that nothing came: {failure:?}");
    ensure!(failure.retryable, "and that it may work the next time");
    ensure!(failure.params.get("seconds").map(String::as_str) == Some("2"), "and for how long");
    ensure!(took < Duration::from_secs(6), "after one limit, not after the runtime's six attempts: {took:?}");
    ensure!(endpoint.chats().len() == 1, "and without another request");
    goes_on(&desk).await
}

pub async fn silence_before_the_first_byte_is_told_and_ends_the_turn(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    endpoint.reply(Reply::Silence);
    let begun = Instant::now();
    let told = desk.ask("c1", "hello").await?;
    ensure!(matches!(told.holdups()[..], [Holdup::Silent { .. }]), "it is told before the end: {told:?}");
    ensure!(told.code() == Some(Code::Stalled), "nothing came: {told:?}");
    ensure!(begun.elapsed() < Duration::from_secs(6), "the limit is kept: {:?}", begun.elapsed());
    ensure!(endpoint.chats().len() == 1, "without another request");
    goes_on(&desk).await
}

pub async fn whatever_comes_breaks_the_silence(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    // Told after half a second, ended after two.
    endpoint.reply(Reply::Thinking(12, Duration::from_millis(300)));
    let told = desk.ask("c1", "think hard").await?;
    ensure!(told.text() == "after all", "a model that thinks for longer than silence is borne is waited for: {told:?}");
    ensure!(told.holdups().is_empty(), "and is not said to be silent, though no word comes: {told:?}");

    endpoint.reply(Reply::Thinking(2, Duration::from_millis(1_200)));
    let told = desk.ask("c1", "think harder").await?;
    ensure!(told.text() == "after all", "nor given up: {told:?}");
    let over = told.events.iter().filter(|event| **event == AnswerEvent::GoesOn).count();
    ensure!(over >= 1 && told.holdups().len() >= 2, "a pause that was told is told to be over: {told:?}");
    goes_on(&desk).await
}

pub async fn an_answer_that_breaks_after_words_is_not_asked_for_again(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    for (what, reply) in [
        ("it broke", Reply::Break(pieces(&["what ", "came "]))),
        ("it ended without an end", Reply::Garbled(pieces(&["what ", "came "]), ": no more")),
        ("it made no sense", Reply::Garbled(pieces(&["what ", "came "]), "data: {\"choices\":[{")),
        ("it said that it failed", Reply::Garbled(pieces(&["what ", "came "]), FAILED)),
    ] {
        let before = endpoint.chats().len();
        endpoint.reply(reply);
        let begun = Instant::now();
        let told = desk.ask("c1", "hello").await?;
        ensure!(told.text() == "what came ", "{what}: what came is kept: {told:?}");
        let failure = told.failure().with_context(|| format!("{what}, and nobody was told: {told:?}"))?;
        ensure!(failure.retryable, "{what}: the person may ask again: {failure:?}");
        ensure!(endpoint.chats().len() == before + 1, "{what}: nobody else does");
        ensure!(begun.elapsed() < Duration::from_secs(4), "{what}: and it is said at once: {:?}", begun.elapsed());
    }
    goes_on(&desk).await
}

pub async fn an_answer_that_breaks_before_words_is_tried_again_aloud(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    endpoint.reply(Reply::Break(Vec::new())).reply(Reply::Status(500, None, "{}"));
    let mut answering = desk.begin("c1", "hello").await?;
    let mut seen = Vec::new();
    // Each is told while the runtime waits, long before the next one arrives.
    while let Some(event) = answering.events.recv().await {
        if let AnswerEvent::HeldUp(Holdup::TryingAgain { attempt, of, error }) = &event {
            seen.push((*attempt, *of, error.as_ref().map(|error| error.code), endpoint.chats().len()));
        }
        if event == AnswerEvent::Ended {
            break;
        }
        ensure!(!matches!(event, AnswerEvent::Failed(_)), "what is mended is no error: {event:?}");
    }
    let expected = [(2, 6, Some(Code::Interrupted), 1), (3, 6, Some(Code::ServerFailed), 2)];
    ensure!(seen == expected, "told with its number and why, before the next is made: {seen:?}");
    ensure!(endpoint.chats().len() == 3, "the third is answered");
    goes_on(&desk).await
}

pub async fn a_limit_says_until_when(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    endpoint.reply(Reply::Status(429, Some(("retry-after", "3600")), "{}"));
    let told = desk.ask("c1", "hello").await?;
    let failure = told.failure().with_context(|| format!("the limit was not told: {told:?}"))?;
    ensure!(failure.code == Code::RateLimited, "it is a limit: {failure:?}");
    ensure!(failure.params.get("until").map(String::as_str) == Some("3601000"), "an hour from now: {failure:?}");

    endpoint.reply(Reply::Status(402, None, "{}"));
    let told = desk.ask("c1", "hello").await?;
    ensure!(told.code() == Some(Code::QuotaUsed), "the quota is told apart: {told:?}");
    ensure!(endpoint.chats().len() == 2, "neither is tried again by itself");
    goes_on(&desk).await
}

pub async fn a_filtered_answer_is_told(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    endpoint.reply(Reply::Text(Vec::new(), "content_filter"));
    let told = desk.ask("c1", "hello").await?;
    ensure!(told.code() == Some(Code::Filtered), "to the runtime this looks like success: {told:?}");
    goes_on(&desk).await
}

pub async fn a_model_that_is_not_offered_is_told(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    endpoint.offer(vec!["second", "third"]);
    let mut answering = desk.copilot.ask(question("c1", "hello")).await?;
    let told = read(&mut answering).await?;
    let changed = AnswerEvent::ModelChanged { asked: "first".into(), chosen: "second".into() };
    let count = told.events.iter().filter(|event| matches!(event, AnswerEvent::ModelChanged { .. })).count();
    ensure!(told.events.contains(&changed) && count == 1, "no model is replaced silently, nor twice: {told:?}");
    let asked = endpoint.chats().first().map(|chat| crate::person::at(&chat.body, "/model"));
    ensure!(asked == Some("second".into()), "and the one that was told is the one that is asked: {asked:?}");
    let words = endpoint.chats().first().and_then(last_question);
    ensure!(words.as_deref() == Some("hello"), "with the question: {words:?}");
    desk.close().await
}

pub async fn a_redirect_is_not_followed(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = desk(&folder).await?;
    let elsewhere = Endpoint::start().await?;
    let target: &'static str = Box::leak(elsewhere.url.as_str().to_owned().into_boxed_str());
    endpoint.reply(Reply::Status(307, Some(("location", target)), ""));
    let told = desk.ask("c1", "hello").await?;
    ensure!(told.code() == Some(Code::AnswerUnexpected), "the endpoint redirects nobody: {told:?}");
    ensure!(elsewhere.seen().is_empty(), "where it leads, nothing must arrive");
    goes_on(&desk).await
}
