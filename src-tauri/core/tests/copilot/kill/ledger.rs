//! What was promised, as the one who listens knows it, and as the next start is told to find it.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

use super::victim::Word;
use crate::endpoint::Seen;

/// What a crash may cost of an answer.
const HALF_A_SECOND: Duration = Duration::from_millis(500);

/// Whether it was only begun, or its call has returned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    #[default]
    Begun,
    Kept,
}

/// What a start must find.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Promised {
    /// Questions, new ones and edited ones, by their words, of which there are no two alike.
    pub questions: BTreeMap<String, Stage>,
    /// Attachments by their names.
    pub attachments: BTreeMap<String, Stage>,
    /// The drafts that may lie in a conversation.
    pub drafts: BTreeMap<String, Vec<String>>,
    /// So many words of this answer at least.
    pub words: BTreeMap<String, usize>,
}

#[derive(Default)]
pub struct Ledger {
    promised: Promised,
    /// Of each answer of this run, what was shown when.
    shown: HashMap<String, Vec<(Instant, usize)>>,
    sign_ins: usize,
}

impl Ledger {
    pub fn note(&mut self, at: Instant, word: Word) {
        match word {
            Word::Asks(text) => drop(self.promised.questions.insert(text, Stage::Begun)),
            Word::Asked(text) => drop(self.promised.questions.insert(text, Stage::Kept)),
            Word::Attaches(name) => drop(self.promised.attachments.insert(name, Stage::Begun)),
            Word::Attached(name) => drop(self.promised.attachments.insert(name, Stage::Kept)),
            Word::Writes { conversation, text } => {
                self.promised.drafts.entry(conversation).or_default().push(text);
            }
            // What was there before is written over.
            Word::Written { conversation, text } => drop(self.promised.drafts.insert(conversation, vec![text])),
            Word::Shown { turn, words } => self.shown.entry(turn).or_default().push((at, words)),
            Word::SignsInOrOut => self.sign_ins += 1,
            Word::Begins | Word::Whole | Word::Broken(_) => {}
        }
    }

    /// It was killed now: what was shown more than half a second before must be there.
    pub fn killed(&mut self, at: Instant) {
        for (turn, shown) in self.shown.drain() {
            let old = shown.into_iter().filter(|(then, _)| *then + HALF_A_SECOND < at);
            if let Some(words) = old.map(|(_, words)| words).max() {
                self.promised.words.insert(turn, words);
            }
        }
    }

    pub fn promised(&self) -> Promised {
        self.promised.clone()
    }

    /// No question stands twice in what the model is told.
    pub fn asked_once(&self, seen: &Seen) -> Result<()> {
        let prompt = seen.messages().join("\n");
        for text in self.promised.questions.keys() {
            let times = prompt.matches(text.as_str()).count();
            ensure!(times <= 1, "the model is told {text:?} {times} times: {prompt}");
        }
        Ok(())
    }

    /// A run that promised nothing could lose nothing.
    pub fn is_worth_it(&self) -> Result<()> {
        let kept = |all: &BTreeMap<String, Stage>| all.values().filter(|stage| **stage == Stage::Kept).count();
        let Promised { questions, attachments, words, drafts } = &self.promised;
        ensure!(kept(questions) >= 10 && kept(attachments) >= 1, "hardly anything was asked: {self}");
        ensure!(!words.is_empty() && !drafts.is_empty() && self.sign_ins > 0, "hardly anything was done: {self}");
        Ok(())
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = |all: &BTreeMap<String, Stage>| all.values().filter(|stage| **stage == Stage::Kept).count();
        let Promised { questions, attachments, words, drafts } = &self.promised;
        write!(
            f,
            "{} questions, {} attachments, {} drafts, {} answers cut off, {} sign-ins and sign-outs",
            kept(questions),
            kept(attachments),
            drafts.len(),
            words.len(),
            self.sign_ins
        )
    }
}
