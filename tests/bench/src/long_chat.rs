//! A conversation of 2,000 turns: from the click on it to its last answer on the page, and every frame while it is
//! scrolled to its beginning. Against reading the same page of turns from the database, and as many frames of the same
//! window left alone.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
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
/// What a frame may take, in milliseconds: two of a screen that shows sixty a second.
const FRAME: f64 = 33.0;
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
    let (mut opened, mut slowest, mut alone, mut counts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
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
        let scrolled = script::frames(&app, None).await?;
        app.log("Conversation").wait_text(&format!("The beginning of {TITLE}.")).await?;
        let left = script::frames(&app, Some(scrolled.len())).await?;
        let slow = |frames: &[f64]| frames.iter().filter(|time| **time > FRAME).count();
        counts.push(format!("{} of {}, alone {}", slow(&scrolled), scrolled.len(), slow(&left)));
        slowest.push(scrolled.into_iter().fold(0.0, f64::max));
        alone.push(left.into_iter().fold(0.0, f64::max));
    }
    app.close().await?;
    let samples = |values| Samples::new(values).context("there are samples");
    Ok(vec![
        Row {
            work: "click on a chat of 2,000 turns → its last answer on the page",
            against: "reading its last page from the database",
            unit: Unit::Milliseconds,
            ours: samples(opened)?,
            floor: samples(read)?,
            goal: Goal::AtMost(150.0),
            note: None,
        },
        Row {
            work: "slowest frame while it is scrolled from end to start",
            against: "the slowest of as many frames in which nothing is done",
            unit: Unit::Milliseconds,
            ours: samples(slowest)?,
            floor: samples(alone)?,
            goal: Goal::AtMost(FRAME),
            note: Some(format!("frames over {FRAME} ms: {}", counts.join("; "))),
        },
    ])
}

async fn open(app: &App) -> Result<f64> {
    app.execute(script::WATCH_OPENING, vec![json!(TITLE), json!(format!("The end of {TITLE}."))]).await?;
    app.navigation("Conversations").button(TITLE).click().await?;
    app.wait_until(&format!("({}) !== null", script::SEEN)).await?;
    app.evaluate(script::SEEN).await
}
