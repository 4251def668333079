//! What the model answers, and in what pieces: chosen by the last question, or by a test beforehand.

use std::{fmt::Write as _, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::shared::State;

/// The showcase: a little of everything that Markdown has.
const SHOWCASE: &str = include_str!("showcase.md");
/// Pieces of the long answer, and about its size in bytes.
const LONG_PIECES: usize = 1_264;
const LONG_BYTES: usize = 25_000;
/// Pieces of the slow answer, and the time between two.
const SLOW_PIECES: usize = 40;
const SLOW_DELAY: Duration = Duration::from_millis(100);

/// An answer decided beforehand. As JSON only `text` is needed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answer {
    /// What the model says.
    pub text: String,
    /// Only to questions that contain this.
    pub containing: Option<String>,
    /// How often; until the next reset when missing.
    pub times: Option<u32>,
    /// Streamed in exactly so many pieces (at most one for each character); by the pace when missing.
    pub chunks: Option<usize>,
    /// Milliseconds between two pieces; by the pace when missing.
    pub chunk_delay_ms: Option<u64>,
    /// `stop` when missing; `length` and `content_filter` are others.
    pub finish_reason: Option<String>,
}

impl Answer {
    /// This text to every question.
    pub fn text(text: &str) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// How answers stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pace {
    /// Characters in a piece.
    pub chunk_chars: usize,
    /// Milliseconds between two pieces. `None`: 5, and none at all in the long answer.
    pub chunk_delay_ms: Option<u64>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { chunk_chars: 6, chunk_delay_ms: None }
    }
}

/// One message of a conversation as it reached the model.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) role: String,
    pub(super) text: String,
}

impl Said {
    /// From a message of either endpoint: its content is text or a list of parts.
    pub(super) fn read(message: &Value) -> Option<Self> {
        let role = message["role"].as_str()?.to_owned();
        let text = match &message["content"] {
            Value::String(text) => text.clone(),
            Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n"),
            _ => String::new(),
        };
        Some(Self { role, text })
    }
}

/// An answer ready to be sent.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) pieces: Vec<String>,
    pub(super) delay: Duration,
    pub(super) finish_reason: String,
}

impl Planned {
    pub(super) fn text(&self) -> String {
        self.pieces.concat()
    }
}

/// Decides the answer to the last question.
pub(super) fn plan(state: &mut State, said: &[Said]) -> Planned {
    let planned = planned(state, said);
    let asked = said.iter().filter(|said| said.role == "user").map(|said| own_words(&said.text).to_owned());
    state.said.extend(asked);
    state.said.insert(planned.text());
    planned
}

fn planned(state: &mut State, said: &[Said]) -> Planned {
    let questions: Vec<&str> =
        said.iter().filter(|said| said.role == "user").map(|said| own_words(&said.text)).collect();
    let (question, earlier) = questions.split_last().map_or(("", &[][..]), |(last, earlier)| (*last, earlier));
    let pace = state.pace;
    let delay = |otherwise: u64| Duration::from_millis(pace.chunk_delay_ms.unwrap_or(otherwise));

    if let Some(answer) = take(&mut state.answers, question) {
        let pieces = match answer.chunks {
            Some(count) => into_pieces(&answer.text, count),
            None => by_size(&answer.text, pace.chunk_chars),
        };
        return Planned {
            pieces,
            delay: answer.chunk_delay_ms.map_or_else(|| delay(5), Duration::from_millis),
            finish_reason: answer.finish_reason.unwrap_or_else(|| "stop".into()),
        };
    }
    let lower = question.trim().to_lowercase();
    let (pieces, delay) = if lower.contains("markdown showcase") {
        (by_size(SHOWCASE, pace.chunk_chars), delay(5))
    } else if lower.contains("long text") {
        (into_pieces(&long_text(), LONG_PIECES), delay(0))
    } else if lower.starts_with("slow") {
        (into_pieces(&slow_text(), SLOW_PIECES), SLOW_DELAY)
    } else if asks_back(&lower) {
        (by_size(&remembered(earlier), pace.chunk_chars), delay(5))
    } else {
        (by_size(&format!("You said: {question}"), pace.chunk_chars), delay(5))
    };
    Planned { pieces, delay, finish_reason: "stop".into() }
}

/// The first answer decided beforehand that fits, counted.
fn take(answers: &mut Vec<Answer>, question: &str) -> Option<Answer> {
    let at = answers.iter().position(|answer| answer.containing.as_ref().is_none_or(|text| question.contains(text)))?;
    let taken = answers[at].clone();
    match &mut answers[at].times {
        None => {}
        Some(left) if *left > 1 => *left -= 1,
        Some(_) => {
            answers.remove(at);
        }
    }
    Some(taken)
}

/// A question without the blocks that the runtime wraps around it, such as
/// `<current_datetime>…</current_datetime>`.
fn own_words(text: &str) -> &str {
    const BLOCKS: [&str; 4] = ["current_datetime", "reminder", "system_reminder", "environment_context"];
    let mut rest = text.trim();
    loop {
        let before = rest;
        for block in BLOCKS {
            let (open, close) = (format!("<{block}>"), format!("</{block}>"));
            if rest.starts_with(&open)
                && let Some((_, after)) = rest.split_once(&close)
            {
                rest = after.trim();
            }
            if rest.ends_with(&close)
                && let Some((before, _)) = rest.rsplit_once(&open)
            {
                rest = before.trim();
            }
        }
        if rest == before {
            return rest;
        }
    }
}

/// Whether a question is about the conversation so far.
fn asks_back(lower: &str) -> bool {
    ["what did i say", "what did i ask", "what have i said", "我之前说", "我刚才说", "我说过什么"]
        .iter()
        .any(|phrase| lower.contains(phrase))
}

/// Proof of what the model remembers: the earlier questions that this very request carried.
fn remembered(earlier: &[&str]) -> String {
    if earlier.is_empty() {
        return "You have not said anything before this.".into();
    }
    let mut text = String::from("Before this you said:\n");
    for (number, question) in (1..).zip(earlier) {
        let _ = write!(text, "\n{number}. {}", question.replace('\n', " "));
    }
    text
}

/// `text` in exactly `count` pieces of about the same length, or fewer when it has fewer characters.
fn into_pieces(text: &str, count: usize) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let count = count.clamp(1, characters.len().max(1));
    (0..count)
        .map(|piece| {
            let (from, to) = (piece * characters.len() / count, (piece + 1) * characters.len() / count);
            characters[from..to].iter().collect()
        })
        .collect()
}

/// `text` in pieces of `size` characters.
fn by_size(text: &str, size: usize) -> Vec<String> {
    let length = text.chars().count();
    into_pieces(text, length.div_ceil(size.max(1)))
}

/// Prose with some structure, the same each time.
fn long_text() -> String {
    const SENTENCES: [&str; 8] = [
        "The wind turned in the night, and by morning every flag along the harbour pointed home.",
        "A `stream` is a promise kept in small pieces; the reader sees each of them arrive.",
        "Nobody had asked for the map, yet everyone drew on it, and so it slowly became *true*.",
        "Measure first, then change **one** thing, then measure again: the rest is luck.",
        "Between two messages there is a silence, and good software knows how long it may last.",
        "She kept the old log books because errors, like tides, come back in the same places.",
        "What is written down twice will differ once; what is written once can at least be found.",
        "The lamp in the window was small, but on that coast it was the only thing that stayed put.",
    ];
    let mut text = String::with_capacity(LONG_BYTES + 500);
    let mut paragraph = 0;
    while text.len() < LONG_BYTES {
        paragraph += 1;
        match paragraph % 9 {
            1 => {
                let _ = write!(text, "## Part {}\n\n", paragraph / 9 + 1);
            }
            4 => text.push_str("- first the harbour\n- then the `map`\n- at last the lamp\n\n"),
            7 => {
                text.push_str("```rust\nfn keep(promise: &str) -> usize {\n    promise.split(' ').count()\n}\n```\n\n");
            }
            _ => {}
        }
        for sentence in 0..4 {
            text.push_str(SENTENCES[(paragraph * 3 + sentence * 5) % SENTENCES.len()]);
            text.push(if sentence == 3 { '\n' } else { ' ' });
        }
        text.push('\n');
    }
    text.trim_end().into()
}

/// Forty steps, so that a person sees how far it came.
fn slow_text() -> String {
    let mut text = String::from("Counting slowly, so there is time to press Stop:");
    for step in 1..=SLOW_PIECES {
        let _ = write!(text, " step {step},");
    }
    text + " done."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_long_answer_has_exactly_its_pieces_and_loses_nothing() {
        let text = long_text();
        assert!((24_000..27_000).contains(&text.len()), "about 25 KB, not {}", text.len());
        let pieces = into_pieces(&text, LONG_PIECES);
        assert_eq!(pieces.len(), 1_264, "the figure that the targets name");
        assert_eq!(pieces.concat(), text, "cutting must not change it");
        assert!(pieces.iter().all(|piece| !piece.is_empty()), "an empty piece would be none");
    }

    #[test]
    fn pieces_fall_between_characters_of_any_script() {
        assert_eq!(by_size("林薇说你好", 2), ["林", "薇说", "你好"], "no character is torn");
        assert_eq!(into_pieces("ab", 5), ["a", "b"], "never more pieces than characters");
        assert_eq!(into_pieces("", 3), [""], "an empty answer is one empty piece");
    }

    #[test]
    fn what_the_runtime_wraps_around_a_question_is_not_the_persons() {
        let wrapped =
            "<current_datetime>2026-11-22T13:24:20Z</current_datetime>\n\nHello!\n\n<reminder>Be brief</reminder>";
        assert_eq!(own_words(wrapped), "Hello!", "an echo gives the person's words back");
        let mine = "What does <reminder> mean?";
        assert_eq!(own_words(mine), mine, "the person's own brackets stay");
    }

    #[test]
    fn the_showcase_shows_everything_that_a_chat_renders() {
        for (what, sign) in [
            ("a heading", "## "),
            ("a nested list", "\n   - "),
            ("a table", "|---"),
            ("a task", "- [x]"),
            ("rust", "```rust"),
            ("typescript", "```typescript"),
            ("python", "```python"),
            ("a quote", "\n> "),
            ("a link", "](https://"),
            ("a rule", "\n---\n"),
            ("strong text", "**"),
        ] {
            assert!(SHOWCASE.contains(sign), "the showcase lacks {what}");
        }
        assert!((2_500..4_500).contains(&SHOWCASE.len()), "about 3 KB, not {}", SHOWCASE.len());
    }
}
