//! The desktop around the chat: several windows, the tray, notifications, the summoning keys, the start at login; and a
//! program that never takes the keyboard by itself.

use std::time::Duration;

use anyhow::{Context as _, Result};
use wingman_e2e::{App, World, ask};
use wingman_headless::{Window, built};
use wingman_sandbox::{Answer, Failure};

/// Opens *Settings → Desktop*.
async fn settings(app: &App) -> Result<()> {
    app.button("Settings").click().await?;
    app.role("tab").named("Desktop").click().await
}

/// Presses one of its switches and waits until it is so.
async fn switch(app: &App, name: &str, on: bool) -> Result<()> {
    let switch = app.role("switch").named(name);
    switch.wait_enabled(true).await?;
    switch.click().await?;
    let is = format!(
        "[...document.querySelectorAll('[role=switch]')].some((it) => it.checked === {on} \
        && it.labels[0].textContent === {name:?})"
    );
    app.wait_until(&is).await
}

/// The program's windows on the screen.
async fn windows(app: &App) -> Result<Vec<Window>> {
    app.program().windows().await
}

/// Closes a window as its own button does.
async fn close(world: &World, window: &Window) -> Result<()> {
    world.desktop.command("wmctrl").args(["-i", "-c", &window.id]).status().await?;
    Ok(())
}

/// Another program comes to the front, and stays there as long as nobody takes its place.
async fn turn_away(world: &World) -> Result<Window> {
    world.desktop.browser().await?;
    let all = world.desktop.windows().await?;
    let other = all.into_iter().find(|window| window.class.to_lowercase().contains("chromium"));
    let other = other.context("no browser is open")?;
    world.desktop.command("wmctrl").args(["-i", "-a", &other.id]).status().await?;
    let front = async || Ok(world.desktop.active_window().await?.is_some_and(|window| window.id == other.id));
    world.until("the other program is in front", front).await?;
    Ok(other)
}

/// Waits until a window of the program is in front.
async fn comes_to_the_front(world: &World) -> Result<Window> {
    let front = async || Ok(world.desktop.active_window().await?.is_some_and(|it| it.title.ends_with("Wingman")));
    world.until("a window of ours is in front", front).await?;
    world.desktop.active_window().await?.context("it has gone again")
}

#[tokio::test]
async fn two_windows_show_the_same_chat_or_two_and_each_keeps_its_own_words() -> Result<()> {
    let world = World::new("two-windows").await?;
    let app = world.signed_in().await?;
    ask(&app, "First of all").await?;
    world.desktop.wait_for_window("First of all – Wingman").await?;
    app.textbox("Message").fill("half a thought").await?;
    app.raise().await?;
    world.desktop.press_keys(&["ctrl+shift+n"]).await?;
    app.wait_windows(2).await?;
    let first = app.drive_other().await?;
    app.textbox("Message").wait().await?;
    assert_eq!(app.textbox("Message").value().await?, "", "a new window has a new chat, with nothing in it");
    ask(&app, "Something else").await?;
    world.desktop.wait_for_window("Something else – Wingman").await?;
    app.screenshot("second-window").await?;

    let second = app.driven().await?;
    app.drive(&first).await?;
    assert_eq!(app.log("Conversation").article("You").texts().await?.len(), 1, "the first shows its own chat still");
    assert_eq!(app.textbox("Message").value().await?, "half a thought", "and what was typed there");
    app.navigation("Conversations").wait_text("Something else").await?;

    // The same chat in both, each with words of its own.
    app.drive(&second).await?;
    app.navigation("Conversations").role("button").named("First of all").click().await?;
    app.log("Conversation").wait_text("You said: First of all").await?;
    app.textbox("Message").fill("here I write this").await?;
    app.drive(&first).await?;
    assert_eq!(app.textbox("Message").value().await?, "half a thought", "nobody writes into another window");
    ask(&app, "Now in both").await?;
    app.drive(&second).await?;
    app.log("Conversation").wait_text("You said: Now in both").await?;
    assert_eq!(
        app.textbox("Message").value().await?,
        "here I write this",
        "nor does sending there take words from here"
    );

    // Each has a new chat of its own as well, and asking in one takes nothing from the other.
    app.drive(&first).await?;
    app.button("New chat").click().await?;
    app.textbox("Message").fill("for later, in the first").await?;
    app.drive(&second).await?;
    app.textbox("Message").fill("").await?;
    app.button("New chat").click().await?;
    assert_eq!(app.textbox("Message").value().await?, "", "the second's begins empty");
    ask(&app, "Asked in the second").await?;
    world.desktop.wait_for_window("Asked in the second – Wingman").await?;
    app.drive(&first).await?;
    assert_eq!(app.textbox("Message").value().await?, "for later, in the first", "it was not asked here");
    app.navigation("Conversations").role("button").named("First of all").click().await?;
    app.log("Conversation").wait_text("You said: First of all").await?;
    app.button("New chat").click().await?;
    let back = async || Ok(app.textbox("Message").value().await? == "for later, in the first");
    world.until("what was typed in the first window's new chat is there again", back).await?;
    app.drive(&second).await?;

    // Who is signed out is signed out everywhere.
    app.role("button").name_contains("ada-lind").first().click().await?;
    app.menuitem("Sign out").click().await?;
    app.role("dialog").button("Sign out").click().await?;
    app.button("Sign in with GitHub").wait().await?;
    app.drive(&first).await?;
    app.button("Sign in with GitHub").wait().await?;
    app.close().await
}

#[tokio::test]
async fn closed_to_the_tray_an_answer_goes_on_and_the_tray_brings_it_back() -> Result<()> {
    let world = World::new("tray").await?;
    let tray = world.desktop.tray().await?;
    let app = world.signed_in().await?;
    assert_eq!(tray.menu().await?, ["Open Wingman", "New chat", "Quit"], "it is in the tray");
    settings(&app).await?;
    switch(&app, "Keep running in the tray when the last window closes", true).await?;
    app.screenshot("settings").await?;
    app.button("Close settings").click().await?;
    app.textbox("Message").fill("Slowly, please").await?;
    app.press("Enter").await?;
    app.log("Conversation").article("Copilot").wait_text("Counting").await?;

    let window = app.program().window().await?;
    close(&world, &window).await?;
    world.until("the window is gone", async || Ok(windows(&app).await?.is_empty())).await?;
    world
        .until("the answer is written to its end", async || {
            let asked = world.asked();
            Ok(asked.iter().all(|request| request.outcome == wingman_sandbox::Outcome::Complete))
        })
        .await?;
    assert!(app.program().is_running(), "the program goes on without a window");

    tray.click().await?;
    comes_to_the_front(&world).await?;
    app.button("Stop").wait_gone().await?;
    let answer = app.log("Conversation").article("Copilot").text().await?;
    assert!(answer.contains("40"), "the whole answer is there, up to the last number: {answer}");

    close(&world, &app.program().window().await?).await?;
    world.until("the window is gone again", async || Ok(windows(&app).await?.is_empty())).await?;
    tray.choose("New chat").await?;
    comes_to_the_front(&world).await?;
    world.until("it has a new chat", async || Ok(app.log("Conversation").count().await? == 0)).await?;
    // A second start brings back what is in the tray, too.
    close(&world, &app.program().window().await?).await?;
    world.until("the window is gone once more", async || Ok(windows(&app).await?.is_empty())).await?;
    let mut second = world.desktop.command(built("wingman")?);
    assert!(second.arg("--show").status().await?.success(), "the second start hands over and ends");
    comes_to_the_front(&world).await?;
    app.end_by(async || tray.choose("Quit").await).await
}

#[tokio::test]
async fn an_answer_that_ends_unseen_is_told_without_a_word_of_it_and_without_taking_the_keyboard() -> Result<()> {
    let world = World::new("notification").await?;
    let notifications = world.desktop.notifications().await?;
    let app = world.signed_in().await?;
    // Seen, or short: nothing to tell.
    ask(&app, "A word, please").await?;
    let slow = Answer { chunks: Some(40), chunk_delay_ms: Some(270), ..Answer::text(&"marmalade & more ".repeat(12)) };
    world.sandbox.answer(Answer { containing: Some("Think".into()), ..slow });
    app.textbox("Message").fill("Think hard").await?;
    app.press("Enter").await?;
    app.log("Conversation").article("Copilot").last().wait_text("marmalade").await?;
    let other = turn_away(&world).await?;
    assert_eq!(notifications.shown(), [], "nothing is told of what is not over");

    let told = notifications.wait().await?;
    assert_eq!((told.program.as_str(), told.title.as_str()), ("Wingman", "A word, please"), "it says which chat");
    assert_eq!(told.text, "Copilot has answered", "and nothing of what is in it");
    assert!(told.clickable, "a click leads there");
    let front = world.desktop.active_window().await?;
    assert_eq!(front.map(|window| window.id), Some(other.id), "who works elsewhere keeps the keyboard");
    app.button("New chat").click().await?;
    world
        .until("the click opens the chat", async || {
            if !notifications.shown().is_empty() {
                notifications.click(&told).await?;
            }
            Ok(app.log("Conversation").count().await? == 1)
        })
        .await?;
    comes_to_the_front(&world).await?;

    // A failure is told however short it was; who comes by themselves finds no notification left.
    for path in ["/chat/completions", "/responses"] {
        world.sandbox.fail(Failure { delay_ms: 2_500, ..Failure::status(path, 400) });
    }
    app.textbox("Message").fill("And this?").await?;
    app.press("Enter").await?;
    app.button("New chat").click().await?;
    let failed = notifications.wait().await?;
    assert_eq!(failed.text, "The answer failed", "also in a window that shows another chat");
    app.navigation("Conversations").role("button").named("A word, please").click().await?;
    notifications.wait_gone().await?;
    world.sandbox.clear_failures();

    // Whoever wants none gets none.
    settings(&app).await?;
    switch(&app, "Tell me when an answer ends unseen", false).await?;
    app.close().await
}

#[tokio::test]
async fn what_is_set_takes_effect_at_once_and_is_there_at_the_next_start() -> Result<()> {
    let world = World::new("desktop-settings").await?;
    let app = world.signed_in().await?;
    settings(&app).await?;
    let entry = world.desktop.home().join(".config/autostart/wingman.desktop");
    switch(&app, "Start when you log in", true).await?;
    let written = std::fs::read_to_string(&entry)?;
    assert!(written.contains("/wingman\"\n"), "the entry starts this program: {written}");
    switch(&app, "Start when you log in", false).await?;
    assert!(!entry.exists(), "and is gone when it is not wanted");
    switch(&app, "Start when you log in", true).await?;
    app.wait_text("This desktop shows no tray").await?;
    app.wait_text("Nothing on this desktop shows notifications").await?;
    switch(&app, "Keep windows above others", true).await?;
    let above = async || {
        let window = app.program().window().await?;
        let output = world.desktop.command("xprop").args(["-id", &window.id, "_NET_WM_STATE"]).output().await?;
        Ok(String::from_utf8_lossy(&output.stdout).contains("_NET_WM_STATE_ABOVE"))
    };
    world.until("the window is above the others", above).await?;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(!app.text().await?.contains("did not follow"), "a desktop that obeys is not blamed");

    app.raise().await?;
    app.button("Choose keys").click().await?;
    app.button("Keys that summon Wingman").wait_focused().await?;
    // Keys that write are taken from nobody.
    world.desktop.press_keys(&["w"]).await?;
    app.wait_text("These keys alone would be lost").await?;
    world.desktop.press_keys(&["ctrl+alt+w"]).await?;
    app.button("Change keys").wait().await?;
    app.screenshot("settings").await?;
    app.button("Close settings").click().await?;
    summoned_and_hidden(&world, &app).await?;
    app.close().await?;

    let again = world.start().await?;
    again.textbox("Message").wait().await?;
    again.raise().await?;
    summoned_and_hidden(&world, &again).await?;
    settings(&again).await?;
    // What the desktop itself holds is asked of it when the page opens, and shown when it has answered.
    for name in ["Start when you log in", "Keep windows above others"] {
        let as_it_was_left = async || {
            let on = again.role("switch").named(name).element().await?.prop("checked").await?;
            Ok(on.as_deref() == Some("true"))
        };
        world.until(&format!("{name:?} is as it was left"), as_it_was_left).await?;
    }
    // A person may take the entry away in the system's own settings.
    std::fs::remove_file(&entry)?;
    again.role("tab").named("About").click().await?;
    again.role("tab").named("Desktop").click().await?;
    again.wait_until("[...document.querySelectorAll('[role=switch]')].some((it) => !it.checked && it.labels[0].textContent === 'Start when you log in')").await?;
    again.close().await
}

/// The keys hide the window that is in front, and bring it back over another program.
async fn summoned_and_hidden(world: &World, app: &App) -> Result<()> {
    let hidden = async || {
        if !windows(app).await?.is_empty() {
            world.desktop.press_keys(&["ctrl+alt+w"]).await?;
            // A key is looked for twenty times a second.
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
        Ok(windows(app).await?.is_empty())
    };
    world.until("the keys hide it", hidden).await?;
    turn_away(world).await?;
    world.desktop.press_keys(&["ctrl+alt+w"]).await?;
    comes_to_the_front(world).await.map(drop)
}
