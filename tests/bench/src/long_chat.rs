//! A conversation of 2,000 turns: from the click on it to its last answer on the page, and every frame while it is
//! scrolled to its beginning. Against reading the same page of turns from the database.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use fantoccini::wd::TimeoutConfiguration;
use serde_json::json;
use wingman_core::store::turns;
use wingman_headless::App;

use crate::figures::Samples;
use crate::lab::Lab;
use crate::table::{Goal, Row, Unit};
use crate::{script, years};

const TURNS: usize = 2_000;
/// What a window asks for at first.
const PAGE: u32 = 24;
const TITLE: &str = "Two thousand turns";
const OTHER: &str = "A short one";

/// Takes the figures.
pub async fn measure(lab: &Lab, samples: usize) -> Result<Vec<Row>> {
    let store = years::store(lab).await?;
    let long = years::add(&store, TITLE, TURNS, 50).await?;
    years::add(&store, OTHER, 2, 50).await?;
    let mut read = Vec::new();
    for _ in 0..=samples {
        let (id, begun) = (long.clone(), Instant::now());
        let page = store.read(move |look| turns::latest(look, &id, PAGE)).await?;
        ensure!(page.turns.len() == PAGE as usize, "a whole page was read");
        read.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    store.close().await?;

    let app = lab.open_chat().await?;
    app.client().update_timeouts(TimeoutConfiguration::new(Some(Duration::from_mins(10)), None, None)).await?;
    let (mut opened, mut slowest) = (Vec::new(), Vec::new());
    for sample in 0..=samples {
        eprintln!("a long chat: {sample} of {samples}");
        app.navigation("Conversations").button(OTHER).click().await?;
        app.log("Conversation").wait_text(OTHER).await?;
        tokio::time::sleep(Duration::from_millis(700)).await;
        let time = open(&app).await?;
        if sample > 0 {
            opened.push(time);
        }
    }
    for sample in 1..=samples.min(3) {
        eprintln!("scrolling: {sample}");
        app.navigation("Conversations").button(OTHER).click().await?;
        app.log("Conversation").wait_text(OTHER).await?;
        open(&app).await?;
        let frames = app.client().execute_async(script::SCROLL_UP, vec![]).await?;
        let frames: Vec<(f64, usize)> = serde_json::from_value(frames)?;
        let slow = frames.iter().filter(|(time, _)| *time > 33.0).count();
        eprintln!("{slow} of {} frames over 33 ms", frames.len());
        let reached = frames.last().map_or(0, |(_, turns)| *turns);
        ensure!(reached >= TURNS, "scrolled to the beginning: {reached} of {TURNS} turns are on the page");
        slowest.push(frames.iter().map(|(time, _)| *time).fold(0.0, f64::max));
    }
    app.close().await?;
    let floor = Samples::new(read).context("there are samples")?;
    let row = |work, ours, goal| -> Result<Row> {
        let ours = Samples::new(ours).context("there are samples")?;
        let against = "reading its last page from the database";
        Ok(Row { work, against, unit: Unit::Milliseconds, ours, floor: floor.clone(), goal, note: None })
    };
    Ok(vec![
        row("click on a chat of 2,000 turns → its last answer on the page", opened, Goal::AtMost(150.0))?,
        row("slowest frame while it is scrolled from end to start", slowest, Goal::AtMost(33.0))?,
    ])
}

async fn open(app: &App) -> Result<f64> {
    app.execute(script::WATCH_OPENING, vec![json!(TITLE), json!(format!("The end of {TITLE}."))]).await?;
    app.navigation("Conversations").button(TITLE).click().await?;
    app.wait_until(&format!("({}) !== null", script::SEEN)).await?;
    app.evaluate(script::SEEN).await
}
