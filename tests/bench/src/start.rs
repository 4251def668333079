//! From the start of the program to a composer that can be used, in two figures of the same starts.
//!
//! *Ready*: until the composer is on the page and has the focus. Both pages set the standard user timing mark
//! `composer` at that moment; it is read later and compared with the time at which the program was executed, both by
//! the machine's clock. This is the figure with the goal.
//!
//! *First key*: seen from outside, how early a person may begin to type. A keyboard types a text in which no eight
//! letters come twice, one letter every ten milliseconds, from before the program starts until long after. Keys that
//! nobody takes are lost; what stands in the box at the end begins with the first letter that was kept, and when that
//! one was typed is known. It may come before *ready*: WebKit keeps keys for a page that is still loading.
//!
//! Both sides are started, typed at and read in the same way: real key events of the X server, WebDriver to read.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::figures::Samples;
use crate::lab::{Lab, Side, now};
use crate::table::{Goal, Row, Unit};

/// Letters typed: 2.5 seconds of them.
const LETTERS: usize = 250;
/// Milliseconds from one to the next.
const PACE: &str = "10";
/// So many letters in a row come once in the text.
const UNIQUE: usize = 8;
/// When the composer was there, in milliseconds since 1970.
const READY: &str = "performance.timeOrigin + performance.getEntriesByName('composer')[0].startTime";

/// Takes the figure.
pub async fn measure(lab: &Lab, samples: usize) -> Result<Vec<Row>> {
    let (mut ours, mut floor) = (Times::default(), Times::default());
    // The first of each is not counted: it brings files into memory.
    for sample in 0..=samples {
        eprintln!("start: {sample} of {samples}");
        for (side, taken) in [(Side::Ours, &mut ours), (Side::Floor, &mut floor)] {
            let time = once(lab, side).await?;
            if sample > 0 {
                taken.ready.push(time.ready);
                taken.first_key.push(time.first_key);
            }
        }
    }
    let row = |work, ours, floor, goal| -> Result<Row> {
        Ok(Row {
            work,
            against: "a bare Tauri window's text box",
            unit: Unit::Milliseconds,
            ours: Samples::new(ours).context("there are samples")?,
            floor: Samples::new(floor).context("there are samples")?,
            goal,
            note: None,
        })
    };
    Ok(vec![
        row("start → composer ready (stored account, warm)", ours.ready, floor.ready, Goal::Times(1.5))?,
        row("start → first key that is not lost", ours.first_key, floor.first_key, Goal::None)?,
    ])
}

/// Milliseconds since the program was executed.
struct Time {
    ready: f64,
    first_key: f64,
}

#[derive(Default)]
struct Times {
    ready: Vec<f64>,
    first_key: Vec<f64>,
}

async fn once(lab: &Lab, side: Side) -> Result<Time> {
    let text = letters();
    // What the keyboard's own program takes before the first letter.
    let before = Typing::of(lab, "a").await?;
    let overhead = before.end.saturating_sub(before.begin).saturating_sub(Duration::from_millis(10));
    let typing = Typing::of(lab, &text);
    let (typed, started) = tokio::join!(typing, lab.start(side));
    let (typed, started) = (typed?, started?);

    let written = started.app.textbox("Message").value().await?;
    ensure!(written.len() >= UNIQUE, "the text box took the keys of two seconds, not only {written:?}");
    let first = text.find(&written[..UNIQUE]).with_context(|| format!("{written:?} is a part of what was typed"))?;
    ensure!(first > 0, "the keyboard was there before the program");

    let begin = typed.begin + overhead;
    let pace = typed.end.saturating_sub(begin).as_secs_f64() / f64::from(u32::try_from(LETTERS)?);
    let taken = begin.as_secs_f64() + pace * f64::from(u32::try_from(first)?);
    let ready: f64 = started.app.evaluate(READY).await?;
    if side == Side::Ours {
        // An empty draft for the next start.
        started.app.textbox("Message").fill("").await?;
        tokio::time::sleep(Duration::from_millis(800)).await;
    }
    started.program.close().await?;
    let executed = started.at.as_secs_f64() * 1000.0;
    Ok(Time { ready: ready - executed, first_key: taken * 1000.0 - executed })
}

/// When a text was typed, from the start of the program that types to its end.
struct Typing {
    begin: Duration,
    end: Duration,
}

impl Typing {
    async fn of(lab: &Lab, text: &str) -> Result<Self> {
        let begin = now()?;
        let status = lab.world.desktop.command("xdotool").args(["type", "--delay", PACE, text]).status().await?;
        ensure!(status.success(), "xdotool types");
        Ok(Self { begin, end: now()? })
    }
}

/// The text: the same each time, without repeating itself.
fn letters() -> String {
    let mut state: u32 = 1;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + u8::try_from((state >> 24) % 26).unwrap_or_default())
    };
    (0..LETTERS).map(|_| next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_piece_of_the_text_comes_from_is_never_in_doubt() {
        let text = letters();
        assert_eq!(text.len(), LETTERS, "one byte each, so that places are times");
        for at in 0..=LETTERS - UNIQUE {
            assert_eq!(text.find(&text[at..at + UNIQUE]), Some(at), "a repetition would tell a wrong time");
        }
    }
}
