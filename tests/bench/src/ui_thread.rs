//! What a long answer costs the page's main thread: 25 KB in 1,264 pieces.
//!
//! At full speed (as fast as the sandbox can send: a flood, few frames see it) and at the pace of a fast model, about
//! four pieces a frame, which is the harder one, since every frame shows something new. Scripts, styles and layout are
//! what a page can do something about: they are measured with a page that is there but invisible
//! (`visibility: hidden`: laid out as ever, nothing to paint). What painting adds on this machine is a row of its own.
//!
//! The floor: the finished answer's own blocks, put into the bare window one a frame by a script, without any
//! interprocess call. See `cost` for how the time is taken.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use wingman_headless::App;
use wingman_sandbox::{Outcome, Pace};

use crate::figures::Samples;
use crate::lab::{Lab, Side};
use crate::table::{Goal, Row, Unit};
use crate::{cost, script};

/// The sandbox answers this with the long text.
const QUESTION: &str = "A long text, please";
/// Four pieces a frame at 60 frames a second.
const PIECE_EVERY_MS: u64 = 4;
/// The last patch, the end of the turn.
const REST: Duration = Duration::from_millis(700);

/// Takes the figures.
pub async fn measure(lab: &Lab, samples: usize) -> Result<Vec<Row>> {
    let app = lab.open_chat().await?;
    let (mut fast, mut paced, mut painted) = (Vec::new(), Vec::new(), Vec::new());
    for sample in 0..=samples {
        eprintln!("UI thread: {sample} of {samples}");
        for (delay, visible, taken) in
            [(0, false, &mut fast), (PIECE_EVERY_MS, false, &mut paced), (PIECE_EVERY_MS, true, &mut painted)]
        {
            lab.world.sandbox.set_pace(Pace { chunk_delay_ms: Some(delay), ..Pace::default() });
            let time = answered(lab, &app, visible).await?;
            if sample > 0 {
                taken.push(time);
            }
        }
    }
    lab.world.sandbox.set_pace(Pace::default());
    let blocks: Vec<String> = app.evaluate(script::BLOCKS).await?;
    app.close().await?;

    let against = "its blocks put into a bare window by a script";
    let unseen = replayed(lab, &blocks, samples, false).await?;
    let seen = replayed(lab, &blocks, samples, true).await?;
    let row = |work, ours, floor: &Samples, goal| -> Result<Row> {
        let ours = Samples::new(ours).context("there are samples")?;
        Ok(Row { work, against, unit: Unit::Milliseconds, ours, floor: floor.clone(), goal, note: None })
    };
    Ok(vec![
        row("UI thread, script and layout: 25 KB in 1,264 pieces, full speed", fast, &unseen, Goal::AtMost(200.0))?,
        row("UI thread, script and layout: the same, four pieces a frame", paced, &unseen, Goal::AtMost(200.0))?,
        row("UI thread with painting: the same, four pieces a frame", painted, &seen, Goal::None)?,
    ])
}

/// Asks for the long text in a new chat.
async fn answered(lab: &Lab, app: &App, visible: bool) -> Result<f64> {
    let sandbox = &lab.world.sandbox;
    app.button("New chat").click().await?;
    app.textbox("Message").fill(QUESTION).await?;
    sandbox.clear_requests();
    app.execute(script::SHOW, vec![json!(visible)]).await?;
    let time = cost::of(app.program(), async || {
        app.execute(script::SEND, Vec::new()).await?;
        // The server knows when it is done; asking the page would make work for it.
        lab.world
            .until("the answer was sent", async || {
                Ok(sandbox.requests_to("/chat/completions").iter().any(|it| it.outcome == Outcome::Complete))
            })
            .await?;
        tokio::time::sleep(REST).await;
        Ok(())
    })
    .await?;
    app.execute(script::SHOW, vec![json!(true)]).await?;
    app.button("Stop").wait_gone().await?;
    let shown: usize = app
        .evaluate(r#"document.querySelector('[role=log] article[aria-label="Copilot"]').textContent.length"#)
        .await?;
    ensure!(shown > 23_000, "the window shows the whole answer, not {shown} characters");
    Ok(time)
}

async fn replayed(lab: &Lab, blocks: &[String], samples: usize, visible: bool) -> Result<Samples> {
    ensure!(blocks.len() > 20, "a long answer has many blocks, not {}", blocks.len());
    let app = lab.launch(Side::Floor).start().await?;
    app.execute(script::SHOW, vec![json!(visible)]).await?;
    let mut times = Vec::new();
    for sample in 0..=samples {
        let time = cost::of(app.program(), async || {
            let done: Value = app.client().execute_async(script::REPLAY, vec![json!(blocks)]).await?;
            ensure!(done == Value::Bool(true), "the blocks are on the page");
            tokio::time::sleep(REST).await;
            Ok(())
        })
        .await?;
        if sample > 0 {
            times.push(time);
        }
    }
    app.close().await?;
    Samples::new(times).context("there are samples")
}
