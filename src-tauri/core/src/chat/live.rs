//! The answers being written now: their text, rendered as it grows.
//!
//! Each answer has two locks. Text arrives under one that is held for an instant; rendering, which takes as long as it
//! takes, happens under the other. So no window's rendering holds up the text, another conversation or the list.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::watch::Cursor;
use super::{Block, BlockKind, ConversationId, PatchStep, Turn, TurnId, TurnState, WaitingId};
use crate::copilot::Holdup;
use crate::render;

/// One answer being written.
struct Answer {
    stop: CancellationToken,
    /// It was stopped so that what waits is asked.
    steered: AtomicBool,
    now: Mutex<Now>,
    /// Taken before `now`, never after it.
    shown: Mutex<Shown>,
}

/// What came so far.
struct Now {
    /// The turn as it began, without blocks; its state is kept up to date.
    turn: Turn,
    attempt: u32,
    text: String,
    /// How much of the text is in the database.
    saved: usize,
}

/// What was rendered of it so far.
struct Shown {
    attempt: u32,
    text: render::Stream,
}

impl Answer {
    /// Looks at the rendered answer, brought up to what came so far.
    fn look<T>(&self, look: impl FnOnce(Turn, u32, &mut render::Stream) -> T) -> T {
        let mut shown = self.shown.lock();
        let (turn, attempt, more) = {
            let now = self.now.lock();
            let from = if shown.attempt == now.attempt { shown.text.text().len() } else { 0 };
            (now.turn.clone(), now.attempt, now.text[from..].to_owned())
        };
        if shown.attempt != attempt {
            *shown = Shown { attempt, text: render::Stream::new() };
        }
        shown.text.push(&more);
        look(turn, attempt, &mut shown.text)
    }
}

/// What of an answer is not in the database yet.
pub(super) struct Unsaved {
    /// What came since the last save.
    pub text: String,
    /// The length of all the text, for [`Answers::saved`].
    pub length: usize,
}

/// The answers being written, at most one for each conversation.
#[derive(Default)]
pub(super) struct Answers {
    writing: Mutex<Writing>,
    /// The program ends.
    over: CancellationToken,
}

#[derive(Default)]
struct Writing {
    answers: HashMap<ConversationId, Arc<Answer>>,
    /// The program ends: nothing begins any more.
    closed: bool,
    /// Where nothing may begin now, and how many said so.
    shut: HashMap<ConversationId, usize>,
    /// Questions that go out by themselves when the answer before them is whole. All others wait for a word.
    next: HashMap<ConversationId, HashSet<WaitingId>>,
}

/// Conversations in which nothing begins, as long as this lives. What waits there waits for a word afterwards.
#[must_use]
pub struct Shut {
    answers: Arc<Answers>,
    conversations: Vec<ConversationId>,
}

impl Drop for Shut {
    fn drop(&mut self) {
        let mut writing = self.answers.writing.lock();
        for conversation in &self.conversations {
            writing.next.remove(conversation);
            if let Some(count) = writing.shut.get_mut(conversation) {
                *count -= 1;
                if *count == 0 {
                    writing.shut.remove(conversation);
                }
            }
        }
    }
}

impl Answers {
    /// An answer begins, and can be stopped from now on; none when the conversation is answering already, or when
    /// nothing may begin there (any more).
    pub(super) fn begin(&self, conversation: &ConversationId, turn: Turn) -> Option<CancellationToken> {
        let mut writing = self.writing.lock();
        if writing.closed || writing.shut.contains_key(conversation) || writing.answers.contains_key(conversation) {
            return None;
        }
        let stop = CancellationToken::new();
        let answer = Answer {
            stop: stop.clone(),
            steered: AtomicBool::new(false),
            now: Mutex::new(Now { turn, attempt: 1, text: String::new(), saved: 0 }),
            shown: Mutex::new(Shown { attempt: 1, text: render::Stream::new() }),
        };
        writing.answers.insert(conversation.clone(), Arc::new(answer));
        Some(stop)
    }

    /// The turn is stored, and more is known of it than when it began.
    pub(super) fn stored(&self, conversation: &ConversationId, turn: &Turn) {
        if let Some(answer) = self.answer(conversation) {
            answer.now.lock().turn.clone_from(turn);
        }
    }

    /// Whether an answer is being written there.
    pub(super) fn is_answering(&self, conversation: &ConversationId) -> bool {
        self.writing.lock().answers.contains_key(conversation)
    }

    /// Where answers are being written.
    pub(super) fn conversations(&self) -> Vec<ConversationId> {
        self.writing.lock().answers.keys().cloned().collect()
    }

    /// Asks the answer being written there to end. What waits for it waits for a word from then on.
    pub(super) fn stop(&self, conversation: &ConversationId) {
        let mut writing = self.writing.lock();
        writing.next.remove(conversation);
        if let Some(answer) = writing.answers.get(conversation) {
            answer.stop.cancel();
        }
    }

    /// Lets nothing begin in these, and asks the answers being written there to end.
    pub(super) fn shut(self: &Arc<Self>, conversations: Vec<ConversationId>) -> Shut {
        let mut writing = self.writing.lock();
        for conversation in &conversations {
            *writing.shut.entry(conversation.clone()).or_default() += 1;
            writing.next.remove(conversation);
            if let Some(answer) = writing.answers.get(conversation) {
                answer.stop.cancel();
            }
        }
        drop(writing);
        Shut { answers: self.clone(), conversations }
    }

    /// These go out by themselves, each when the answer before it is whole.
    pub(super) fn line_up(&self, conversation: &ConversationId, waiting: impl IntoIterator<Item = WaitingId>) {
        self.writing.lock().next.entry(conversation.clone()).or_default().extend(waiting);
    }

    /// Nothing goes out by itself there any more.
    pub(super) fn hold(&self, conversation: &ConversationId) {
        self.writing.lock().next.remove(conversation);
    }

    /// This one does not wait any more.
    pub(super) fn leaves_line(&self, conversation: &ConversationId, question: &WaitingId) {
        let mut writing = self.writing.lock();
        if let Some(next) = writing.next.get_mut(conversation) {
            next.remove(question);
            if next.is_empty() {
                writing.next.remove(conversation);
            }
        }
    }

    /// What goes out by itself there.
    pub(super) fn next(&self, conversation: &ConversationId) -> HashSet<WaitingId> {
        self.writing.lock().next.get(conversation).cloned().unwrap_or_default()
    }

    /// Asks the answer being written there to end, because another question is to go before the rest of it. False when
    /// none is.
    pub(super) fn steer(&self, conversation: &ConversationId) -> bool {
        let Some(answer) = self.answer(conversation) else { return false };
        answer.steered.store(true, Ordering::Release);
        answer.stop.cancel();
        true
    }

    /// Asks every answer to end; none begins after this.
    pub(super) fn close(&self) {
        let mut writing = self.writing.lock();
        writing.closed = true;
        self.over.cancel();
        for answer in writing.answers.values() {
            answer.stop.cancel();
        }
    }

    /// Waits so long, or until the program ends: true when it does.
    pub(super) async fn are_over_within(&self, time: Duration) -> bool {
        tokio::time::timeout(time, self.over.cancelled()).await.is_ok()
    }

    /// More text came.
    pub(super) fn push(&self, conversation: &ConversationId, delta: &str) {
        if let Some(answer) = self.answer(conversation) {
            answer.now.lock().text.push_str(delta);
        }
    }

    /// What came so far is void: a new attempt begins. Answers with the turn as it is now, for the windows, unless
    /// nothing had come.
    pub(super) fn restart(&self, conversation: &ConversationId) -> Option<Turn> {
        let answer = self.answer(conversation)?;
        let mut now = answer.now.lock();
        if now.text.is_empty() {
            return None;
        }
        now.attempt += 1;
        now.text.clear();
        now.saved = 0;
        Some(now.turn.clone())
    }

    /// The answer is held up by this, or goes on. Answers with its turn.
    pub(super) fn hold_up(&self, conversation: &ConversationId, by: Option<&Holdup>) -> Option<TurnId> {
        let answer = self.answer(conversation)?;
        let mut now = answer.now.lock();
        if let TurnState::Answering { holdup, .. } = &mut now.turn.state {
            *holdup = by.cloned();
        }
        Some(now.turn.id.clone())
    }

    /// Whether the answer being written there is held up.
    pub(super) fn is_held_up(&self, conversation: &ConversationId) -> bool {
        self.answer(conversation)
            .is_some_and(|answer| matches!(answer.now.lock().turn.state, TurnState::Answering { holdup: Some(_), .. }))
    }

    /// What came since the last save, when anything did.
    pub(super) fn unsaved(&self, conversation: &ConversationId) -> Option<Unsaved> {
        let answer = self.answer(conversation)?;
        let now = answer.now.lock();
        let more = now.text.len() > now.saved;
        more.then(|| Unsaved { text: now.text[now.saved..].to_owned(), length: now.text.len() })
    }

    /// So much of the text is in the database.
    pub(super) fn saved(&self, conversation: &ConversationId, length: usize) {
        if let Some(answer) = self.answer(conversation) {
            answer.now.lock().saved = length;
        }
    }

    /// The text so far.
    pub(super) fn text(&self, conversation: &ConversationId) -> Option<String> {
        self.answer(conversation).map(|answer| answer.now.lock().text.clone())
    }

    /// The answer is over: its text is in the database. Whether it was stopped so that what waits is asked; neither that
    /// nor whole, what waits for it waits for a word.
    pub(super) fn end(&self, conversation: &ConversationId, whole: bool) -> bool {
        let mut writing = self.writing.lock();
        let ended = writing.answers.remove(conversation);
        let steered = ended.is_some_and(|answer| answer.steered.load(Ordering::Acquire));
        if !steered && !whole {
            writing.next.remove(conversation);
        }
        steered
    }

    /// The answer as it is now, with the cursor of a window that shows just that. Renders: not for a thread that
    /// others wait for.
    pub(super) fn snapshot(&self, conversation: &ConversationId) -> Option<(Turn, Cursor)> {
        let answer = self.answer(conversation)?;
        Some(answer.look(|turn, attempt, text| {
            let blocks = shown(text.settled_since(0));
            let tail = text.tail().to_owned();
            let cursor = Cursor { turn: turn.id.clone(), attempt, blocks: blocks.len(), tail: text.tail_of() };
            (Turn { blocks, tail, ..turn }, cursor)
        }))
    }

    /// What a window at this cursor is missing of the answer, if anything, and its cursor after that. Renders: not for a
    /// thread that others wait for.
    pub(super) fn grown(
        &self,
        conversation: &ConversationId,
        cursor: Option<&Cursor>,
    ) -> Option<(Option<PatchStep>, Cursor)> {
        let answer = self.answer(conversation)?;
        Some(answer.look(|turn, attempt, text| {
            let known = cursor.filter(|cursor| cursor.turn == turn.id && cursor.attempt == attempt);
            let keep = known.map_or(0, |cursor| cursor.blocks);
            let blocks = shown(text.settled_since(keep));
            let tail = text.tail().to_owned();
            let at = Cursor { turn: turn.id.clone(), attempt, blocks: keep + blocks.len(), tail: text.tail_of() };
            // An open end of a megabyte is rendered seldom, and is not sent again until it is.
            if known.is_some_and(|cursor| *cursor == at) {
                return (None, at);
            }
            let step = PatchStep::Grown { turn: turn.id, keep: u32::try_from(keep).unwrap_or(u32::MAX), blocks, tail };
            (Some(step), at)
        }))
    }

    fn answer(&self, conversation: &ConversationId) -> Option<Arc<Answer>> {
        self.writing.lock().answers.get(conversation).cloned()
    }
}

/// Rendered blocks as the window gets them.
pub(super) fn shown(blocks: &[render::Block]) -> Vec<Block> {
    blocks
        .iter()
        .map(|block| Block {
            kind: match &block.kind {
                render::BlockKind::Code { language } => BlockKind::Code { language: language.clone() },
                _ => BlockKind::Text,
            },
            html: block.html.clone(),
        })
        .collect()
}

#[cfg(test)]
#[path = "live_tests.rs"]
mod tests;
