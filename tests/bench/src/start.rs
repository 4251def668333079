//! From the start of the program until its composer takes keys, seen from outside.
//!
//! A keyboard types a text in which no eight letters come twice, one letter every ten milliseconds, from before the
//! program starts until long after. Keys that nobody takes are lost, as a person's would be. What stands in the text
//! box at the end begins with the first letter that was taken, and when that letter was typed is known. Nothing in
//! either page takes part, and both sides are started and typed at in the same way: real key events of the X server,
//! the same WebDriver for reading the box at the end.

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

/// Takes the figure.
pub async fn measure(lab: &Lab, samples: usize) -> Result<Vec<Row>> {
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    // The first of each is not counted: it brings files into memory.
    for sample in 0..=samples {
        eprintln!("start: {sample} of {samples}");
        for (side, taken) in [(Side::Ours, &mut ours), (Side::Floor, &mut floor)] {
            let time = once(lab, side).await?;
            if sample > 0 {
                taken.push(time);
            }
        }
    }
    Ok(vec![Row {
        work: "start → composer takes keys (stored account, warm)",
        against: "a bare Tauri window's text box",
        unit: Unit::Milliseconds,
        ours: Samples::new(ours).context("there are samples")?,
        floor: Samples::new(floor).context("there are samples")?,
        goal: Goal::Times(1.5),
        note: None,
    }])
}

async fn once(lab: &Lab, side: Side) -> Result<f64> {
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
    if side == Side::Ours {
        // An empty draft for the next start.
        started.app.textbox("Message").fill("").await?;
        tokio::time::sleep(Duration::from_millis(800)).await;
    }
    started.program.close().await?;
    Ok((taken - started.at.as_secs_f64()) * 1000.0)
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
