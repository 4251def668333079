//! Versions, branches and the queue, in the real window with the real runtime.

use anyhow::Result;
use wingman_e2e::{Handover, World, ask, both_ways};
use wingman_sandbox::Answer;

both_ways!(
    an_edited_question_and_a_branch_are_remembered_as_they_are_shown,
    what_is_sent_too_early_waits_and_goes_out_once,
);

async fn an_edited_question_and_a_branch_are_remembered_as_they_are_shown(handover: Handover) -> Result<()> {
    let world = World::by(handover, "edit").await?;
    let app = world.signed_in().await?;
    let last = || world.asked().pop().map(|request| request.body).unwrap_or_default();
    ask(&app, "My boat is called Kingfisher").await?;
    ask(&app, "Tell me about the nightingale").await?;

    let said = app.log("Conversation").article("You");
    said.nth(1).button("Edit").click().await?;
    app.textbox("Edit message").wait_focused().await?;
    app.textbox("Edit message").fill("Tell me about the albatross").await?;
    app.screenshot("edit").await?;
    app.button("Send edit").click().await?;
    app.log("Conversation").article("Copilot").last().wait_text("albatross").await?;
    app.button("Stop").wait_gone().await?;
    assert!(
        last().contains("Kingfisher") && !last().contains("nightingale"),
        "the first words are forgotten: {}",
        last()
    );

    // Back to the first version, and on from there.
    app.button("Earlier version").click().await?;
    app.log("Conversation").article("Copilot").last().wait_text("nightingale").await?;
    app.button("Earlier version").wait_focused().await?;
    app.screenshot("versions").await?;
    ask(&app, "What did I ask before?").await?;
    assert!(
        last().contains("nightingale") && !last().contains("albatross"),
        "and the model is back as well: {}",
        last()
    );

    app.log("Conversation").article("Copilot").first().button("Branch").click().await?;
    app.log("Conversation").article("Copilot").wait_count(1).await?;
    ask(&app, "And what is my boat called?").await?;
    assert!(
        last().contains("Kingfisher") && !last().contains("nightingale"),
        "a branch knows its beginning: {}",
        last()
    );
    app.navigation("Conversations").button("My boat is called Kingfisher").wait_count(2).await?;

    app.log("Conversation").article("Copilot").last().button("Regenerate").click().await?;
    app.role("group").named("Version 2 of 2").wait().await?;
    app.button("Stop").wait_gone().await?;
    assert_eq!(last().matches("what is my boat").count(), 1, "the question is asked once: {}", last());
    app.close().await
}

async fn what_is_sent_too_early_waits_and_goes_out_once(handover: Handover) -> Result<()> {
    let world = World::by(handover, "queue").await?;
    // Longer than anybody waits here: it is stopped for what goes first.
    let containing = Some("Slowly".to_owned());
    let text = "on and ".repeat(400);
    world.sandbox.answer(Answer {
        text,
        containing,
        chunks: Some(400),
        chunk_delay_ms: Some(200),
        ..Answer::default()
    });
    let app = world.signed_in().await?;
    app.textbox("Message").fill("Slowly, please").await?;
    app.press("Enter").await?;
    app.button("Stop").wait().await?;
    for question in ["Then the plover", "Then the dunlin"] {
        app.textbox("Message").fill(question).await?;
        app.press("Enter").await?;
        app.role("list").named("Waiting messages").wait_text(question).await?;
    }
    app.screenshot("queue").await?;
    let waiting = || app.role("list").named("Waiting messages").role("listitem");
    waiting().nth(1).button("Move up").click().await?;
    waiting().first().wait_text("dunlin").await?;
    assert_eq!(world.asked().len(), 1, "nothing of it is on its way");

    waiting().first().button("Send now").click().await?;
    app.log("Conversation").article("Copilot").wait_count(3).await?;
    app.log("Conversation").article("Copilot").last().wait_text("plover").await?;
    app.button("Stop").wait_gone().await?;
    let said = app.log("Conversation").article("You").texts().await?;
    assert!(said[1].contains("dunlin") && said[2].contains("plover") && said.len() == 3, "in the new order: {said:?}");
    assert_eq!(world.asked().len(), 3, "each was sent once");
    assert!(!app.role("list").named("Waiting messages").exists().await?, "nothing waits any more");
    app.close().await
}
