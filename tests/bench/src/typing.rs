//! What a key costs while an answer streams at 1,000 tokens a second: from the key's event to the frame that shows its
//! letter. Real keys, sixteen a second, from outside the window. Against the same window when nothing streams.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use wingman_headless::App;
use wingman_sandbox::Answer;

use crate::figures::Samples;
use crate::lab::Lab;
use crate::script;
use crate::table::{Goal, Row, Unit};

/// Long enough for every key.
const PIECES: usize = 20_000;
const KEYS: &str = "the quick brown fox jumps over the lazy dog while copilot answers ";

/// Takes the figures.
pub async fn measure(lab: &Lab, samples: usize) -> Result<Vec<Row>> {
    let app = lab.open_chat().await?;
    let mut idle = Vec::new();
    for _ in 0..samples.min(3) {
        idle.extend(typed(lab, &app).await?);
    }
    // One token is about four letters.
    lab.world.sandbox.answer(Answer {
        text: "word ".repeat(PIECES),
        containing: Some("Stream".to_owned()),
        chunks: Some(PIECES),
        chunk_delay_ms: Some(1),
        ..Answer::default()
    });
    let mut busy = Vec::new();
    for sample in 1..=samples.min(3) {
        eprintln!("typing: {sample}");
        app.button("New chat").click().await?;
        app.textbox("Message").fill("Stream, please").await?;
        app.button("Send").click().await?;
        app.button("Stop").wait().await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        busy.extend(typed(lab, &app).await?);
        app.button("Stop").click().await?;
        app.button("Stop").wait_gone().await?;
    }
    app.close().await?;
    let slowest = busy.iter().copied().fold(0.0, f64::max);
    let slowest_idle = idle.iter().copied().fold(0.0, f64::max);
    let (ours, floor) = (Samples::new(busy), Samples::new(idle));
    let (ours, floor) = (ours.context("there are samples")?, floor.context("there are samples")?);
    let against = "the same, nothing streams";
    let work = "key → letter on the page while 1,000 tokens a second stream";
    let unit = Unit::Milliseconds;
    let worst = Samples::new(vec![slowest]).context("a key")?;
    let worst_idle = Samples::new(vec![slowest_idle]).context("a key")?;
    Ok(vec![
        Row { work, against, unit, ours, floor, goal: Goal::Above(4.0), note: None },
        Row {
            work: "the slowest of these keys",
            against,
            unit,
            ours: worst,
            floor: worst_idle,
            goal: Goal::AtMost(33.0),
            note: None,
        },
    ])
}

/// Types, and answers with what each key took.
async fn typed(lab: &Lab, app: &App) -> Result<Vec<f64>> {
    app.raise().await?;
    app.textbox("Message").fill("").await?;
    app.execute(script::WATCH_KEYS, Vec::new()).await?;
    lab.world.desktop.type_by_hand(KEYS).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (times, written): (Vec<f64>, String) = app.evaluate("[__keys, document.activeElement.value ?? '']").await?;
    ensure!(written == KEYS, "each letter is there, in its place: {written:?}");
    ensure!(times.len() == KEYS.len(), "every key was heard: {} of {}", times.len(), KEYS.len());
    Ok(times)
}
