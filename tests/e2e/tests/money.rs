//! What is chosen, what it costs and what Copilot is told beforehand: through the real window, to what the endpoint
//! received.

use anyhow::{Context as _, Result};
use wingman_e2e::{World, ask};

#[tokio::test]
async fn a_model_is_found_and_asked_its_cost_shown_and_instructions_kept_to() -> Result<()> {
    let world = World::new("money").await?;
    let app = world.signed_in().await?;
    app.wait_text("300 of 300 left").await?;

    app.role("button").name_contains("Model for the next message").first().click().await?;
    app.role("combobox").named("Find a model").fill("anthropic haiku").await?;
    app.role("listbox").named("Models").role("option").wait_count(1).await?;
    app.screenshot("picker-found").await?;
    app.role("combobox").named("Find a model").fill("").await?;
    app.screenshot("picker").await?;
    app.role("combobox").named("Find a model").fill("gpt5.1").await?;
    app.press("Enter").await?;
    app.role("button").name_contains("Model for the next message: GPT-5.1").wait().await?;
    app.role("button").name_contains("Reasoning: ").click().await?;
    app.role("option").named("High").click().await?;

    app.button("Instructions for this chat").click().await?;
    app.textbox("Instructions for this chat").fill("Answer as a harbour master.").await?;
    app.screenshot("instructions").await?;
    app.button("Save").click().await?;
    ask(&app, "How deep is it here?").await?;

    let sent = world.asked().pop().context("nothing was asked")?;
    let body = sent.json();
    assert_eq!(body["model"], "gpt-5.1", "the model that was found by typing");
    assert_eq!(body["reasoning"]["effort"], "high", "as hard as was chosen");
    assert!(sent.body.contains("Answer as a harbour master."), "told beforehand: {}", sent.body);
    let answer = app.log("Conversation").article("Copilot").text().await?;
    assert!(answer.contains("GPT-5.1") && answer.contains("credits"), "what answered, and what it cost: {answer}");
    app.wait_text("299 of 300 left").await?;
    app.button("Instructions for this chat, on").wait().await?;
    app.screenshot("answered").await?;

    app.button("Settings").click().await?;
    app.role("tab").named("Instructions").click().await?;
    app.button("Add a prompt").click().await?;
    app.textbox("Name").fill("depth").await?;
    app.textbox("Text").fill("How deep is it at {{place}}?").await?;
    app.button("Save").click().await?;
    app.button("Delete /depth").wait().await?;
    app.screenshot("prompts").await?;
    app.role("tab").named("Usage").click().await?;
    let month = app.role("tabpanel").wait_text("Tokens out").await?;
    assert!(month.contains("GPT-5.1") && month.contains("ada-lind on github.com"), "the month has the answer: {month}");
    app.screenshot("usage").await?;
    app.button("Close settings").click().await?;

    app.textbox("Message").type_text("/de").await?;
    app.role("listbox").named("Saved prompts").wait_text("/depth").await?;
    app.screenshot("prompt-list").await?;
    app.press("Enter").await?;
    app.textbox("place").fill("the pier").await?;
    app.button("Insert").click().await?;
    app.wait_until("document.querySelector('textarea').value === 'How deep is it at the pier?'").await?;
    app.press("Enter").await?;
    app.log("Conversation").article("Copilot").wait_count(2).await?;
    app.button("Stop").wait_gone().await?;
    app.wait_text("298 of 300 left").await?;
    app.close().await?;

    // What was chosen is there again.
    let again = world.start().await?;
    again.navigation("Conversations").role("button").name_contains("How deep").first().click().await?;
    again.button("Instructions for this chat, on").wait().await?;
    again.role("button").name_contains("Reasoning: High effort").wait().await?;
    again.close().await
}
