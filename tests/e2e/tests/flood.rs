//! More than anyone reads, in the real window: it stays alive. What arrives is the core's (`copilot flood`).

#![allow(clippy::print_stdout, clippy::format_collect, reason = "a story says how much it tried, and makes much of it")]

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use wingman_e2e::{World, ask};
use wingman_headless::App;
use wingman_sandbox::Answer;

fn soak() -> bool {
    std::env::var_os("WINGMAN_SOAK").is_some()
}

/// How long a key may take to appear while the flood runs. A person takes a window that needs longer for dead.
const ALIVE: Duration = Duration::from_secs(4);

/// Types until the answer is there, a letter at a time, and answers with the longest time that one took.
async fn type_through(app: &App, letters: usize) -> Result<Duration> {
    let (mut longest, mut typed) = (Duration::ZERO, String::new());
    for number in 0..letters {
        let letter = char::from(b'a' + u8::try_from(number % 26)?);
        typed.push(letter);
        let begun = Instant::now();
        app.textbox("Message").type_text(&letter.to_string()).await?;
        app.wait_until(&format!("document.querySelector('textarea').value === '{typed}'")).await?;
        longest = longest.max(begun.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(longest)
}

async fn flooded(story: &str, text: &str, pieces: usize, end: &str) -> Result<()> {
    let world = World::new(story).await?;
    let mut app = world.signed_in().await?;
    ask(&app, "hello").await?;
    world.sandbox.answer(Answer {
        containing: Some("flood".into()),
        chunks: Some(pieces),
        chunk_delay_ms: Some(0),
        ..Answer::text(text)
    });
    app.textbox("Message").fill("Open the flood gates").await?;
    app.press("Enter").await?;
    app.log("Conversation").article("Copilot").wait_count(2).await?;
    let longest = type_through(&app, if soak() { 60 } else { 8 }).await?;
    app.page_mut().set_patience(Duration::from_mins(2));
    app.button("Stop").wait_gone().await?;
    app.wait_until(&format!(
        "[...document.querySelectorAll('[role=log] article')].at(-1).textContent.includes('{end}')"
    ))
    .await?;
    println!("{story}: {} bytes, a key took {longest:?} at most", text.len());
    ensure!(longest < ALIVE, "a key took {longest:?}");
    app.screenshot(story).await?;
    app.close().await
}

#[tokio::test]
async fn flood_of_deltas_leaves_the_window_alive() -> Result<()> {
    let count = if soak() { 100_000 } else { 20_000 };
    let text: String =
        (0..count).map(|number| format!("{number}{}", if number % 50 == 49 { "\n\n" } else { " " })).collect();
    flooded("flood-deltas", &text, count, &format!("{}", count - 1)).await
}

#[tokio::test]
async fn flood_in_one_line_leaves_the_window_alive() -> Result<()> {
    let line: String = (0..16_384).map(|number| format!("word{number:059} ")).collect();
    flooded("flood-line", &line, 4_096, &format!("word{:059}", 16_383)).await
}

#[tokio::test]
async fn flood_of_five_megabytes_leaves_the_window_alive() -> Result<()> {
    let paragraph =
        |number: usize| format!("Paragraph {number}: {}\n\n", "all of it counts, to the last word. ".repeat(13));
    let text: String = (0..10_800).map(paragraph).collect::<String>() + "The very end.";
    flooded("flood-megabytes", &text, 10_800, "The very end.").await
}

#[tokio::test]
async fn flood_of_clicks_on_send_asks_once() -> Result<()> {
    let world = World::new("flood-clicks").await?;
    let app = world.signed_in().await?;
    app.textbox("Message").fill("Only once, please").await?;
    app.evaluate::<bool>(
        "(() => { const send = document.querySelector('button[aria-label=\"Send\"]');\
            for (let click = 0; click < 1000; click++) send.click(); return true; })()",
    )
    .await?;
    app.log("Conversation").article("Copilot").wait_text("Only once, please").await?;
    app.button("Stop").wait_gone().await?;
    assert_eq!(world.asked().len(), 1, "a thousand clicks are one question");
    assert_eq!(app.log("Conversation").article("You").count().await?, 1, "which stands there once");
    app.close().await
}
