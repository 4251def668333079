//! Many conversations: found in the list and in the chat, out into a file and in again, through the system's dialogs.

use anyhow::{Context as _, Result};
use wingman_e2e::{App, World, ask};

/// How many places are marked on the page under this name, whichever way the engine marks them.
async fn marked(app: &App, name: &str) -> Result<u64> {
    let script = format!(
        "(globalThis.CSS?.highlights?.get('{name}')?.size ?? 0) + document.querySelectorAll('mark.mark-{name}').length"
    );
    app.evaluate(&script).await
}

#[tokio::test]
async fn what_was_said_is_found_as_one_types_and_opened_where_it_stands() -> Result<()> {
    let world = World::new("search").await?;
    let app = world.signed_in().await?;
    ask(&app, "Tell me where the heron nests").await?;
    for filler in ["first filler", "second filler", "third filler"] {
        ask(&app, &format!("{filler} {}", "and many more words about nothing in particular ".repeat(30))).await?;
    }
    app.button("New chat").click().await?;
    ask(&app, "我们的数据库今天很慢怎么办").await?;

    app.searchbox("Search").fill("Herons").await?;
    app.navigation("Conversations").wait_text("No chat has").await?;
    app.searchbox("Search").fill("HERO").await?;
    app.wait_until("document.querySelector('.found mark')?.textContent === 'hero'").await?;
    app.screenshot("results").await?;
    app.navigation("Conversations").role("button").name_contains("You said").first().click().await?;
    app.log("Conversation").wait_text("Tell me where the heron nests").await?;
    world.until("the word is marked", async || Ok(marked(&app, "sought").await? > 0)).await?;
    app.wait_until("(() => { const log = document.querySelector('[role=log]'); return log.scrollHeight - log.scrollTop - log.clientHeight > 200; })()").await?;
    app.screenshot("jumped").await?;

    app.searchbox("Search").fill("据").await?;
    app.wait_until("document.querySelector('.found mark')?.textContent === '据'").await?;
    app.searchbox("Search").fill("数据").await?;
    app.wait_until("document.querySelector('.found mark')?.textContent === '数据'").await?;
    app.press("Enter").await?;
    app.log("Conversation").wait_text("我们的数据库今天很慢怎么办").await?;
    app.screenshot("chinese").await?;
    app.searchbox("Search").fill("\"*-(").await?;
    app.navigation("Conversations").wait_text("No chat has").await?;
    app.searchbox("Search").click().await?;
    app.press("Escape").await?;
    app.navigation("Conversations").wait_text("Today").await?;
    app.close().await
}

#[tokio::test]
async fn the_open_chat_is_searched_with_keys() -> Result<()> {
    let world = World::new("find").await?;
    let app = world.signed_in().await?;
    ask(&app, "A kingfisher dives").await?;
    ask(&app, "Another kingfisher").await?;
    app.press("Control+f").await?;
    app.textbox("Find in chat").fill("kingfisher").await?;
    app.wait_text("4 of 4").await?;
    world.until("all are marked", async || Ok(marked(&app, "found").await? == 4)).await?;
    app.textbox("Find in chat").click().await?;
    app.press("Enter").await?;
    app.wait_text("1 of 4").await?;
    app.press("Shift+Enter").await?;
    app.wait_text("4 of 4").await?;
    app.screenshot("bar").await?;
    app.press("Escape").await?;
    app.textbox("Find in chat").wait_gone().await?;
    app.textbox("Message").wait_focused().await?;
    world.until("nothing is marked", async || Ok(marked(&app, "found").await? == 0)).await?;
    app.close().await
}

#[tokio::test]
async fn chats_go_into_a_file_and_come_back_from_it() -> Result<()> {
    let world = World::new("export").await?;
    let app = world.signed_in().await?;
    ask(&app, "Keep this about otters").await?;
    let file = world.desktop.home().join("otters.json");
    let typed = file.to_str().context("a path of letters")?;

    app.button("Settings").click().await?;
    app.role("tab").named("Data").click().await?;
    app.screenshot("data").await?;
    app.button("Export all chats").click().await?;
    app.dialog("Export all chats").button("Export").click().await?;
    world.until("the dialog is there", async || Ok(world.desktop.windows().await?.len() > 1)).await?;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await; // it takes keys once it is drawn
    world.desktop.press_keys(&["ctrl+a"]).await?;
    world.desktop.type_text(typed).await?;
    world.desktop.screenshot("save-dialog").await?;
    world.desktop.press_keys(&["Return"]).await?;
    world.until("the file is there", async || Ok(file.exists())).await?;
    app.wait_text("1 chat exported").await?;
    let text = std::fs::read_to_string(&file)?;
    assert!(text.contains("\"version\":1") && text.contains("Keep this about otters"), "all of it: {text}");

    app.button("Delete all chats").click().await?;
    app.dialog("Delete all chats of ada-lind on github.com?").button("Delete all chats").click().await?;
    app.wait_text("1 chat deleted.").await?;

    let before = world.desktop.windows().await?.len();
    app.button("Import chats").click().await?;
    world.until("the dialog is there", async || Ok(world.desktop.windows().await?.len() > before)).await?;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    // A path that is typed right away loses its first letters while the place for it opens.
    world.desktop.press_keys(&["ctrl+l"]).await?;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    world.desktop.type_text(typed).await?;
    world.desktop.screenshot("open-dialog").await?;
    // A first Return may only take what the field completes.
    world
        .until("the dialog has closed", async || {
            world.desktop.press_keys(&["Return"]).await?;
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            Ok(world.desktop.windows().await?.len() == before)
        })
        .await?;
    app.wait_text("1 chat imported.").await?;
    app.button("Close settings").click().await?;
    app.navigation("Conversations").role("button").name_contains("otters").first().click().await?;
    app.log("Conversation").article("Copilot").wait_text("Keep this about otters").await?;
    ask(&app, "What did I say before?").await?;
    let last = world.asked().pop().map(|request| request.body).unwrap_or_default();
    assert!(last.contains("[Person]\\nKeep this about otters"), "the model is told what it never heard: {last}");
    app.close().await
}

#[tokio::test]
async fn a_deleted_chat_can_be_brought_back_and_stays_away_otherwise() -> Result<()> {
    let world = World::new("undo").await?;
    let app = world.signed_in().await?;
    ask(&app, "Some badgers").await?;
    app.button("More for “Some badgers”").click().await?;
    app.menuitem("Delete").click().await?;
    app.log("Conversation").wait_gone().await?;
    app.screenshot("toast").await?;
    app.button("Undo").click().await?;
    app.log("Conversation").wait_text("Some badgers").await?;
    app.button("More for “Some badgers”").click().await?;
    app.menuitem("Pin").click().await?;
    app.navigation("Conversations").wait_text("Pinned").await?;
    app.button("More for “Some badgers”").click().await?;
    app.menuitem("Delete").click().await?;
    app.wait_text("Chat deleted").await?;
    app.close().await?;

    let again = world.start().await?;
    again.textbox("Message").wait().await?;
    again.navigation("Conversations").wait_text("Your chats will be listed here").await?;
    again.close().await
}
