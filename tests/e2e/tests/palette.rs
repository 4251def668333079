//! The palette, by keyboard alone, in the real window.

use anyhow::Result;
use wingman_e2e::{App, World, ask};

/// Opens the palette, types, and waits until that is what would be done.
async fn seek(app: &App, name: &str, typed: &str, found: &str) -> Result<()> {
    app.press("Control+k").await?;
    app.role("combobox").named(name).wait_focused().await?;
    app.role("combobox").named(name).type_text(typed).await?;
    let chosen = serde_json::to_string(found)?;
    app.wait_until(&format!(
        "document.querySelector('dialog [aria-selected=true] .palette-label')?.textContent === {chosen}"
    ))
    .await
}

#[tokio::test]
async fn commands_and_chats_are_reached_by_a_few_letters_in_either_language() -> Result<()> {
    const NAME: &str = "Commands and chats";
    let world = World::new("palette").await?;
    let app = world.signed_in().await?;
    ask(&app, "Remember the kingfisher").await?;

    seek(&app, NAME, "new chat", "New chat").await?;
    app.screenshot("command").await?;
    app.press("Enter").await?;
    app.textbox("Message").wait_focused().await?;
    app.log("Conversation").wait_gone().await?;

    seek(&app, NAME, "kingf", "Remember the kingfisher").await?;
    app.screenshot("chat").await?;
    app.press("Enter").await?;
    app.log("Conversation").article("You").wait_text("Remember the kingfisher").await?;

    seek(&app, NAME, "theme dark", "Theme: Dark").await?;
    app.press("Enter").await?;
    app.wait_until("document.documentElement.dataset.theme === 'dark'").await?;
    app.screenshot("dark").await?;

    // What was typed before is still there, and the keyboard with it.
    app.textbox("Message").fill("half a thought").await?;
    app.press("Control+k").await?;
    app.role("combobox").named(NAME).wait_focused().await?;
    app.press("Escape").await?;
    app.role("combobox").named(NAME).wait_gone().await?;
    app.textbox("Message").wait_focused().await?;
    app.textbox("Message").type_text(", whole").await?;
    assert_eq!(app.textbox("Message").value().await?, "half a thought, whole", "the keys are the composer's again");

    seek(&app, NAME, "简体", "Language: 简体中文").await?;
    app.press("Enter").await?;
    app.textbox("消息").wait().await?;
    seek(&app, "命令和对话", "浅色", "主题：浅色").await?;
    app.screenshot("chinese").await?;
    app.press("Enter").await?;
    app.wait_until("document.documentElement.dataset.theme === 'light'").await?;
    // By its English name too, for who knows that one.
    seek(&app, "命令和对话", "new chat", "新建对话").await?;
    app.press("Enter").await?;
    app.textbox("消息").wait_focused().await?;
    app.close().await
}
