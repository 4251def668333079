//! What a person hears who uses Wingman with a screen reader: asserted on what arrives on the accessibility bus.

use anyhow::Result;
use wingman_e2e::{App, World, ask};
use wingman_headless::{Element, Heard, Options, Role, ScreenReader, State, Urgency};
use wingman_sandbox::{Answer, Failure};

/// The world, a screen reader in it, and Wingman, signed in.
async fn listening(options: Options) -> Result<(World, ScreenReader, App)> {
    let world = World::with(options.screen_reader()).await?;
    let reader = world.desktop.screen_reader().await?;
    let app = world.start().await?;
    Ok((world, reader, app))
}

#[tokio::test]
async fn who_speaks_and_what_each_control_is_can_be_read() -> Result<()> {
    let (world, reader, app) = listening(Options::new("reader-tree")).await?;
    world.sign_in(&app).await?;
    ask(&app, "Which bird fishes?").await?;

    // What follows an article in the order of reading, deeper than it, is in it.
    let log =
        reader.wait_inside(Role::Log, "Conversation", |inside| inside.iter().any(|one| one.name == "Branch")).await?;
    let mut turns: Vec<(&str, String)> = Vec::new();
    for element in &log {
        match (element.role, turns.last_mut()) {
            (Role::Article, _) => turns.push((&element.name, String::new())),
            (_, Some((_, words))) => words.push_str(&element.text),
            _ => {}
        }
    }
    assert_eq!(
        turns.iter().map(|(speaker, _)| *speaker).collect::<Vec<_>>(),
        ["You", "Copilot"],
        "each turn says who speaks, in order"
    );
    assert!(turns.iter().all(|(_, words)| words.contains("Which bird fishes?")), "and has its words: {turns:?}");

    let message = reader.wait_for(Role::Entry, "Message").await?;
    assert!(message.states.contains(State::Editable | State::MultiLine), "where one writes: {message:?}");
    assert!(message.description.contains("Enter sends"), "with how to send: {message:?}");
    reader.wait_for(Role::Button, "Send").await?;
    let model = reader.wait_for(Role::ComboBox, "Model for the next message: Claude Sonnet 4.5").await?;
    assert!(model.states.contains(State::HasPopup), "it opens something: {model:?}");
    reader.wait_for(Role::Landmark, "Conversations").await?;

    let frames = [Role::Frame, Role::ScrollPane, Role::DocumentWeb];
    let nameless: Vec<Element> = reader
        .wait_inside(Role::Application, "wingman", |inside| !inside.is_empty())
        .await?
        .into_iter()
        .filter(|one| one.states.contains(State::Focusable) && one.name.is_empty() && !frames.contains(&one.role))
        .collect();
    assert_eq!(nameless, [], "whatever the keyboard reaches has a name");
    app.close().await
}

#[tokio::test]
async fn the_focus_is_told_wherever_the_keyboard_goes() -> Result<()> {
    let (world, reader, app) = listening(Options::new("reader-focus")).await?;
    world.sign_in(&app).await?;
    app.textbox("Message").wait_focused().await?;
    for (key, role, name) in [
        ("Tab", Role::Button, "Attach"),
        ("Tab", Role::ComboBox, "Model for the next message: Claude Sonnet 4.5"),
        ("Shift+Tab", Role::Button, "Attach"),
        ("Shift+Tab", Role::Entry, "Message"),
        ("Control+k", Role::ComboBox, "Commands and chats"),
        ("Escape", Role::Entry, "Message"),
    ] {
        reader.forget();
        app.press(key).await?;
        let focus = reader.wait_focus(name).await?;
        assert_eq!(focus.role, role, "{key} leads to what it is called: {focus:?}");
    }
    app.close().await
}

#[tokio::test]
async fn an_answer_is_said_to_begin_and_to_end_and_not_read_out_by_itself() -> Result<()> {
    answer(
        Options::new("reader-answer"),
        "Sign in with GitHub",
        "Message",
        "Copilot is answering",
        "Copilot has answered",
    )
    .await
}

#[tokio::test]
async fn an_answer_is_said_to_begin_and_to_end_in_chinese() -> Result<()> {
    let options = Options::new("reader-answer-zh").language("zh_CN");
    answer(options, "使用 GitHub 登录", "消息", "Copilot 正在回答", "Copilot 已回答").await
}

async fn answer(options: Options, sign_in: &str, message: &str, begins: &str, ends: &str) -> Result<()> {
    let (world, reader, app) = listening(options).await?;
    app.button(sign_in).click().await?;
    world.until("the page is opened", async || Ok(!world.desktop.opened_links().is_empty())).await?;
    world.authorize().await?;
    app.textbox(message).wait().await?;
    // Long enough to be heard begin and end apart, in many pieces.
    let text = "a word and ".repeat(60);
    world.sandbox.answer(Answer { text, chunks: Some(60), chunk_delay_ms: Some(40), ..Answer::default() });
    reader.forget();
    app.textbox(message).fill("Go on").await?;
    app.press("Enter").await?;
    reader.wait_said(begins).await?;
    reader.wait_said(ends).await?;
    let told = [(Urgency::Polite, begins.to_owned()), (Urgency::Polite, ends.to_owned())];
    assert_eq!(reader.said(), told, "its begin and its end, once each, and not a word between");
    app.close().await
}

#[tokio::test]
async fn a_failure_is_said_at_once_with_its_words_and_once() -> Result<()> {
    let (world, reader, app) = listening(Options::new("reader-failure")).await?;
    world.sign_in(&app).await?;
    world.sandbox.fail(Failure::status("/chat/completions", 402));
    reader.forget();
    app.textbox("Message").fill("Is anybody there?").await?;
    app.press("Enter").await?;
    app.log("Conversation").role("alert").wait().await?;
    let shown = app.log("Conversation").role("alert").text().await?;
    let title = shown.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    let (urgency, words) = reader.wait_said(title).await?;
    assert_eq!(urgency, Urgency::Assertive, "nobody has to look for it: {words}");
    assert!(words.contains("Retry") || words.len() > title.len(), "with what to do: {words}");
    let urgent: Vec<Heard> =
        reader.heard().into_iter().filter(|heard| matches!(heard, Heard::Said(Urgency::Assertive, _))).collect();
    assert_eq!(urgent.len(), 1, "once: {urgent:#?}");
    assert!(
        !reader.said().iter().any(|(_, words)| words == "Copilot has answered"),
        "and nobody says that it went well"
    );
    app.close().await
}
