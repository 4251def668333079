//! Chatting: with the real runtime, through the real window.

use std::path::PathBuf;

use anyhow::Result;
use wingman_e2e::{Handover, World, ask, both_ways};

both_ways!(
    a_question_is_answered_and_no_word_of_it_lies_in_clear_text,
    the_model_remembers_after_a_restart,
    stop_keeps_what_came_and_the_conversation_goes_on,
    when_the_models_cannot_be_listed_nothing_is_sent_and_retry_answers,
    closed_in_the_middle_of_an_answer_it_is_kept_and_can_be_asked_for_again,
);

/// Nothing else on a machine is called this.
const SENTINEL: &str = "quintessential-marmalade-zeppelin";

async fn a_question_is_answered_and_no_word_of_it_lies_in_clear_text(handover: Handover) -> Result<()> {
    let world = World::by(handover, "chat").await?;
    let app = world.signed_in().await?;
    ask(&app, &format!("Remember {SENTINEL}, please")).await?;
    let answer = app.log("Conversation").article("Copilot").text().await?;
    assert!(answer.contains(SENTINEL), "the echo is in the window: {answer}");
    app.navigation("Conversations").wait_text(SENTINEL).await?;

    let sent = world.asked();
    assert_eq!(sent.len(), 1, "one question is one request");
    let token = world.token()?;
    assert_eq!(sent[0].authorization(), Some(format!("Bearer {token}").as_str()), "with the account's own token");
    for request in world.sandbox.requests() {
        let carried = request.authorization().unwrap_or_default();
        assert!(
            carried.is_empty() || carried.contains(&token) || carried.starts_with("Basic "),
            "{} carries no placeholder of ours to GitHub",
            request.path
        );
    }
    let lookups = world.sandbox.requests_to("/copilot_internal/user");
    let ours = |agent: &String| agent.starts_with("Wingman/");
    let by_the_runtime = lookups.iter().any(|request| !request.headers.get("user-agent").is_some_and(ours));
    assert_eq!(by_the_runtime, handover == Handover::Sdk, "only who has the token itself can look the account up");

    // While it runs, and after.
    assert_eq!(world.desktop.search_files(SENTINEL).await?, Vec::<PathBuf>::new(), "no file holds a word of it");
    app.close().await?;
    assert_eq!(world.desktop.search_files(SENTINEL).await?, Vec::<PathBuf>::new(), "nor after the end");
    assert_eq!(world.desktop.search_files(&token).await?, Vec::<PathBuf>::new(), "nor the token, after a chat");
    let database = std::fs::read(world.database())?;
    assert!(database.len() > 4096 && !database.starts_with(b"SQLite format 3"), "the database is there, and encrypted");
    Ok(())
}

async fn the_model_remembers_after_a_restart(handover: Handover) -> Result<()> {
    let world = World::by(handover, "restart").await?;
    let app = world.signed_in().await?;
    ask(&app, "The first word is nightingale").await?;
    ask(&app, "The second word is cartographer").await?;
    app.close().await?;

    let again = world.start().await?;
    again.navigation("Conversations").role("button").name_contains("nightingale").first().click().await?;
    again.log("Conversation").article("Copilot").wait_count(2).await?;
    ask(&again, "What did I say before?").await?;
    let last = world.asked().pop().map(|request| request.body).unwrap_or_default();
    for word in ["nightingale", "cartographer"] {
        assert!(last.contains(word), "what was said before the restart goes with the next question: {word}");
    }
    let answer = again.log("Conversation").article("Copilot").last().text().await?;
    assert!(answer.contains("nightingale"), "and the answer shows it: {answer}");
    again.close().await
}

async fn stop_keeps_what_came_and_the_conversation_goes_on(handover: Handover) -> Result<()> {
    let world = World::by(handover, "stop").await?;
    let app = world.signed_in().await?;
    app.textbox("Message").fill("Slowly, please").await?;
    app.press("Enter").await?;
    let answer = app.log("Conversation").article("Copilot");
    world
        .until("some of the answer is there", async || Ok(answer.texts().await?.iter().any(|text| text.len() > 60)))
        .await?;
    app.button("Stop").click().await?;
    answer.wait_text("Copilot does not remember this part").await?;
    app.textbox("Message").wait_focused().await?;
    app.screenshot("stopped").await?;
    world
        .until("the server sees the end of the connection", async || {
            Ok(world.asked().iter().all(|request| request.outcome != wingman_sandbox::Outcome::Open))
        })
        .await?;

    ask(&app, "And now a quick one").await?;
    let last = app.log("Conversation").article("Copilot").last().text().await?;
    assert!(last.contains("And now a quick one"), "the session is usable: {last}");
    app.close().await?;

    let again = world.start().await?;
    again.navigation("Conversations").role("button").name_contains("Slowly, please").first().click().await?;
    again.log("Conversation").article("Copilot").first().wait_text("Copilot does not remember this part").await?;
    again.close().await
}

async fn closed_in_the_middle_of_an_answer_it_is_kept_and_can_be_asked_for_again(handover: Handover) -> Result<()> {
    let world = World::by(handover, "closed").await?;
    let app = world.signed_in().await?;
    app.textbox("Message").fill("Slowly, until I close you").await?;
    app.press("Enter").await?;
    let answer = app.log("Conversation").article("Copilot");
    world
        .until("some of it is there", async || Ok(answer.texts().await?.iter().any(|text| text.contains("step 5"))))
        .await?;
    app.close().await?;

    let again = world.start().await?;
    again.navigation("Conversations").role("button").name_contains("Slowly, until").first().click().await?;
    let answer = again.log("Conversation").article("Copilot");
    let text = answer.first().wait_text("Copilot does not remember this part").await?;
    assert!(text.contains("step 5,") && text.contains("Stopped"), "what had come is there, and marked: {text}");
    again.screenshot("closed-in-the-middle").await?;
    again.button("Regenerate").click().await?;
    again.log("Conversation").article("Copilot").last().wait_text("done.").await?;
    again.button("Stop").wait_gone().await?;
    let said = again.log("Conversation").article("You").count().await?;
    assert_eq!(said, 1, "the question stands there once");
    let last = world.asked().pop().map(|request| request.body).unwrap_or_default();
    assert_eq!(last.matches("until I close you").count(), 1, "and the model is asked it once: {last}");
    again.close().await
}

#[tokio::test]
async fn a_draft_and_an_unfinished_conversation_survive_a_restart() -> Result<()> {
    let world = World::new("draft").await?;
    let app = world.signed_in().await?;
    ask(&app, "A conversation with a draft").await?;
    app.textbox("Message").fill("typed and not sent").await?;
    app.navigation("Conversations").wait_text("Draft").await?;
    app.button("New chat").click().await?;
    app.textbox("Message").fill("another thought").await?;
    // Written 300 ms after the last key; nothing in the window says so.
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    app.kill().await?;

    let again = world.start().await?;
    again.textbox("Message").wait().await?;
    again.wait_until("document.querySelector('textarea').value === 'another thought'").await?;
    again
        .navigation("Conversations")
        .role("button")
        .name_contains("A conversation with a draft")
        .first()
        .click()
        .await?;
    again.wait_until("document.querySelector('textarea').value === 'typed and not sent'").await?;
    again.close().await
}

#[tokio::test]
async fn enter_sends_shift_enter_breaks_the_line() -> Result<()> {
    let world = World::new("enter").await?;
    let app = world.signed_in().await?;
    app.textbox("Message").fill("first line").await?;
    app.press("Shift+Enter").await?;
    app.textbox("Message").type_text("second line").await?;
    assert!(world.asked().is_empty(), "Shift+Enter does not send");
    assert_eq!(app.textbox("Message").value().await?, "first line\nsecond line", "it breaks the line");
    app.press("Enter").await?;
    app.log("Conversation").article("You").wait_text("second line").await?;
    app.log("Conversation").article("Copilot").wait_text("second line").await?;
    app.close().await
}

async fn when_the_models_cannot_be_listed_nothing_is_sent_and_retry_answers(handover: Handover) -> Result<()> {
    let world = World::by(handover, "models-fail").await?;
    world.sandbox.fail(wingman_sandbox::Failure::status("/models", 500));
    let app = world.signed_in().await?;
    app.textbox("Message").fill("Is anybody there?").await?;
    app.press("Enter").await?;
    app.log("Conversation").role("alert").wait().await?;
    app.log("Conversation").article("You").wait_text("Is anybody there?").await?;
    app.screenshot("told").await?;
    assert!(world.asked().is_empty(), "nothing was sent to anybody");

    world.sandbox.clear_failures();
    app.button("Retry").click().await?;
    app.log("Conversation").article("Copilot").wait_text("Is anybody there?").await?;
    assert_eq!(world.asked().len(), 1, "asked once");
    app.close().await
}

#[tokio::test]
async fn a_model_that_is_not_offered_is_replaced_aloud() -> Result<()> {
    let world = World::new("model-missing").await?;
    let configured = std::fs::read_to_string(world.configuration())?;
    world.configure(&format!("{configured}model = \"gpt-0-retired\"\n"))?;
    let app = world.signed_in().await?;
    ask(&app, "Who answers?").await?;
    let answer = app.log("Conversation").article("Copilot").text().await?;
    assert!(answer.contains("gpt-0-retired"), "the person reads which model was asked for: {answer}");
    app.screenshot("told").await?;
    app.close().await
}
