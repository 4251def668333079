//! From the click on *Send* to the first visible word, against the same answer read raw.
//!
//! Ours, inside the page: from the event of a real mouse click on *Send* to the first animation frame at which the
//! new answer has text. The floor: the same request, sent to the same sandbox over a connection that is open, until
//! the first byte of the answer's body. Both in turn.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use wingman_e2e::ask;
use wingman_headless::App;

use crate::figures::Samples;
use crate::lab::Lab;
use crate::script;
use crate::table::{Goal, Row, Unit};

/// The sandbox echoes the question after this, so the first piece of the answer begins with it.
const FIRST: &str = "You";

/// Takes the figures.
pub async fn measure(lab: &Lab, samples: usize) -> Result<Vec<Row>> {
    let app = lab.open_chat().await?;
    #[allow(clippy::disallowed_methods, reason = "what the door is measured against")]
    let http = reqwest::Client::new();
    let (mut warm, mut asked, mut fresh, mut raw) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    ask(&app, "Are you there?").await?;
    for sample in 0..=samples {
        eprintln!("first word: {sample} of {samples}");
        let ours = once(lab, &app).await?;
        let floor = raw_first_byte(lab, &http).await?;
        if sample > 0 {
            warm.push(ours.seen);
            asked.push(ours.asked);
            raw.push(floor);
        }
    }
    for _ in 0..samples {
        app.button("New chat").click().await?;
        fresh.push(once(lab, &app).await?.seen);
    }
    app.close().await?;
    let asked = Samples::new(asked).context("there are samples")?.median();
    let note = format!("of it {asked:.0} ms (median) until the request reached the server");
    let row = |work, ours, goal, note| -> Result<Row> {
        Ok(Row {
            work,
            against: "the raw stream's first byte",
            unit: Unit::Milliseconds,
            ours: Samples::new(ours).context("there are samples")?,
            floor: Samples::new(raw.clone()).context("there are samples")?,
            goal,
            note,
        })
    };
    Ok(vec![
        row("*Send* → first visible word (warm session)", warm, Goal::Above(40.0), Some(note))?,
        row("*Send* → first visible word (first question of a new chat)", fresh, Goal::None, None)?,
    ])
}

/// Milliseconds from the click.
struct Times {
    /// Until the model's request arrived at the server.
    asked: f64,
    /// Until the frame with the first word.
    seen: f64,
}

async fn once(lab: &Lab, app: &App) -> Result<Times> {
    lab.world.sandbox.clear_requests();
    app.textbox("Message").fill("A question to be echoed").await?;
    app.execute(script::WATCH, vec![json!(FIRST)]).await?;
    // What typing started has ended by then.
    tokio::time::sleep(Duration::from_millis(700)).await;
    app.button("Send").click().await?;
    // Nobody asks the page anything while it works.
    tokio::time::sleep(Duration::from_millis(500)).await;
    app.button("Stop").wait_gone().await?;
    app.wait_until(&format!("({}) !== null", script::SEEN)).await?;
    let seen: f64 = app.evaluate(script::SEEN).await?;
    let clicked: f64 = app.evaluate(script::CLICKED).await?;
    let requests = lab.world.sandbox.requests_to("/chat/completions");
    let arrived = requests.first().context("the question reached the model")?.at_ms;
    let asked = Duration::from_millis(arrived).as_secs_f64() * 1000.0 - clicked;
    Ok(Times { asked, seen })
}

async fn raw_first_byte(lab: &Lab, http: &reqwest::Client) -> Result<f64> {
    let question = json!({
        "model": "claude-sonnet-4.5",
        "stream": true,
        "messages": [{ "role": "user", "content": "A question to be echoed" }],
    });
    let request = http.post(format!("{}/chat/completions", lab.world.sandbox.url())).bearer_auth(&lab.token);
    let begin = Instant::now();
    let mut answer = request.json(&question).send().await?.error_for_status()?;
    let first = answer.chunk().await?.context("the answer has a body")?;
    let time = begin.elapsed();
    ensure!(first.starts_with(b"data: "), "the first byte is the stream's");
    // To its end, so that the connection can be used again.
    while answer.chunk().await?.is_some() {}
    Ok(time.as_secs_f64() * 1000.0)
}
