//! Watching a conversation: what changed for each window since its last patch.
//!
//! A watch collects changes while its window is busy and sends them as one patch when the window has acknowledged
//! the last. So a window that is slow gets fewer and larger patches, and nobody else waits for it. Changes are kept
//! as *what* changed, not as a queue of events: the memory they take is bounded by the conversation itself.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc};
use tokio::task::spawn_blocking;

use super::live::Answers;
use super::{ConversationId, ConversationPatch, ConversationSummary, PatchStep, Turn, TurnId, Waiting, WatchId};
use crate::copilot::Holdup;

/// How far a window is with the answer being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Which answer.
    pub turn: TurnId,
    /// Which attempt's text: a new one starts over.
    pub attempt: u32,
    /// How many settled blocks the window has.
    pub blocks: usize,
    /// Which open end it has ([`crate::render::Stream::tail_of`]).
    pub tail: (usize, usize),
}

/// What a window does not know yet.
#[derive(Default)]
struct Changes {
    turns: Vec<Turn>,
    path: Option<Vec<TurnId>>,
    summary: Option<ConversationSummary>,
    waiting: Option<Vec<Waiting>>,
    forgotten: Vec<TurnId>,
    holdup: Option<(TurnId, Option<Holdup>)>,
    grown: bool,
}

impl Changes {
    fn is_empty(&self) -> bool {
        let nothing = self.turns.is_empty() && self.path.is_none() && self.summary.is_none();
        nothing && self.waiting.is_none() && self.forgotten.is_empty() && self.holdup.is_none() && !self.grown
    }
}

/// What happened to a conversation.
#[derive(Clone, Copy, Default)]
pub(super) struct News<'a> {
    /// These turns are new or are now this.
    pub turns: &'a [&'a Turn],
    /// These are the turns on the path now, those above included.
    pub path: Option<&'a [TurnId]>,
    /// The row is now this.
    pub summary: Option<&'a ConversationSummary>,
}

struct State {
    changes: Changes,
    cursor: Option<Cursor>,
    sent: u64,
    acknowledged: u64,
    closed: bool,
}

/// One window's watch of one conversation.
pub(super) struct Watch {
    pub id: WatchId,
    conversation: ConversationId,
    state: Mutex<State>,
    wake: Notify,
}

impl Watch {
    /// From here on patches go out; the snapshot already has the answer up to the cursor.
    pub(super) fn begin(
        self: Arc<Self>,
        cursor: Option<Cursor>,
        answers: Arc<Answers>,
    ) -> mpsc::Receiver<ConversationPatch> {
        self.state.lock().cursor = cursor;
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            while let Some(patch) = self.next(&answers).await {
                if sender.send(patch).await.is_err() {
                    break;
                }
            }
        });
        receiver
    }

    async fn next(&self, answers: &Arc<Answers>) -> Option<ConversationPatch> {
        loop {
            // Taken before the look, so that a change between the look and the wait is not missed.
            let woken = self.wake.notified();
            let (changes, cursor) = {
                let mut state = self.state.lock();
                if state.closed {
                    return None;
                }
                if state.acknowledged < state.sent || state.changes.is_empty() {
                    (None, None)
                } else {
                    (Some(std::mem::take(&mut state.changes)), state.cursor.take())
                }
            };
            let Some(changes) = changes else {
                woken.await;
                continue;
            };
            let (steps, cursor) = self.steps(changes, cursor, answers).await;
            let mut state = self.state.lock();
            state.cursor = cursor;
            if steps.is_empty() {
                continue;
            }
            state.sent += 1;
            return Some(ConversationPatch { sequence: state.sent, steps });
        }
    }

    async fn steps(
        &self,
        changes: Changes,
        mut cursor: Option<Cursor>,
        answers: &Arc<Answers>,
    ) -> (Vec<PatchStep>, Option<Cursor>) {
        let mut steps = Vec::new();
        for turn in changes.turns {
            // A turn sent whole starts its cursor at what it carries.
            if cursor.as_ref().is_some_and(|cursor| cursor.turn == turn.id) {
                cursor = None;
            }
            steps.push(PatchStep::Turn { turn });
        }
        if let Some(turns) = changes.path {
            steps.push(PatchStep::Path { turns });
        }
        if !changes.forgotten.is_empty() {
            steps.push(PatchStep::Forgotten { turns: changes.forgotten });
        }
        if changes.grown {
            let (answers, conversation, at) = (answers.clone(), self.conversation.clone(), cursor.take());
            // Rendering takes a while, and other answers are written on this thread.
            let rendered = spawn_blocking(move || answers.grown(&conversation, at.as_ref())).await;
            if let Ok(Some((step, at))) = rendered {
                steps.extend(step);
                cursor = Some(at);
            }
        }
        // After a turn that is sent whole, and no more than the latest.
        if let Some((turn, holdup)) = changes.holdup {
            steps.push(PatchStep::HeldUp { turn, holdup });
        }
        if let Some(waiting) = changes.waiting {
            steps.push(PatchStep::Waiting { waiting });
        }
        if let Some(summary) = changes.summary {
            steps.push(PatchStep::Summary { summary });
        }
        (steps, cursor)
    }
}

/// So many stay open: a page that is loaded anew tells nobody that its watches are over.
const MOST: usize = 32;

/// All watches of all windows.
#[derive(Default)]
pub(super) struct Watches {
    all: Mutex<(u32, HashMap<WatchId, Arc<Watch>>)>,
}

impl Watches {
    /// Begins to collect changes; they are sent once [`Watch::begin`] was called.
    pub(super) fn open(&self, conversation: &ConversationId) -> Arc<Watch> {
        let mut all = self.all.lock();
        all.0 = all.0.wrapping_add(1);
        let id = WatchId(all.0);
        let state = State { changes: Changes::default(), cursor: None, sent: 0, acknowledged: 0, closed: false };
        let watch =
            Arc::new(Watch { id, conversation: conversation.clone(), state: Mutex::new(state), wake: Notify::new() });
        all.1.insert(id, watch.clone());
        let oldest = all.1.keys().min_by_key(|id| id.0).copied().filter(|_| all.1.len() > MOST);
        drop(all);
        if let Some(oldest) = oldest {
            self.close(oldest);
        }
        watch
    }

    /// The window is done with it.
    pub(super) fn close(&self, id: WatchId) {
        if let Some(watch) = self.all.lock().1.remove(&id) {
            watch.state.lock().closed = true;
            watch.wake.notify_one();
        }
    }

    /// The window has painted everything up to this patch.
    pub(super) fn acknowledge(&self, id: WatchId, sequence: u64) {
        let watch = self.all.lock().1.get(&id).cloned();
        if let Some(watch) = watch {
            let mut state = watch.state.lock();
            state.acknowledged = state.acknowledged.max(sequence.min(state.sent));
            drop(state);
            watch.wake.notify_one();
        }
    }

    /// A turn is new or is now this.
    pub(super) fn turn(&self, conversation: &ConversationId, turn: &Turn) {
        self.news(conversation, &News { turns: &[turn], ..News::default() });
    }

    /// Several things that happened together: one patch tells them.
    pub(super) fn news(&self, conversation: &ConversationId, news: &News<'_>) {
        self.change(conversation, |changes| {
            for &turn in news.turns {
                // Whole, it says itself whether it is held up.
                changes.holdup.take_if(|(held, _)| *held == turn.id);
                // It keeps its place: a window appends what it does not know in the order of the steps.
                match changes.turns.iter_mut().find(|known| known.id == turn.id) {
                    Some(known) => known.clone_from(turn),
                    None => changes.turns.push(turn.clone()),
                }
                // A path that waits to be sent is applied after the turns, and would take a newer one out again.
                if let Some(path) = &mut changes.path
                    && !path.contains(&turn.id)
                {
                    path.push(turn.id.clone());
                }
            }
            if let Some(path) = news.path {
                changes.path = Some(path.to_vec());
            }
            if let Some(summary) = news.summary {
                changes.summary = Some(summary.clone());
            }
        });
    }

    /// Copilot does not remember these any more.
    pub(super) fn forgotten(&self, conversation: &ConversationId, turns: &[TurnId]) {
        self.change(conversation, |changes| changes.forgotten.extend_from_slice(turns));
    }

    /// The answer being written is held up by this, or goes on.
    pub(super) fn held_up(&self, conversation: &ConversationId, turn: &TurnId, holdup: Option<&Holdup>) {
        self.change(conversation, |changes| changes.holdup = Some((turn.clone(), holdup.cloned())));
    }

    /// These questions wait now.
    pub(super) fn waiting(&self, conversation: &ConversationId, waiting: &[Waiting]) {
        self.change(conversation, |changes| changes.waiting = Some(waiting.to_vec()));
    }

    /// The answer being written has more text.
    pub(super) fn grown(&self, conversation: &ConversationId) {
        self.change(conversation, |changes| changes.grown = true);
    }

    fn change(&self, conversation: &ConversationId, change: impl Fn(&mut Changes)) {
        let watching: Vec<_> =
            self.all.lock().1.values().filter(|watch| watch.conversation == *conversation).cloned().collect();
        for watch in watching {
            change(&mut watch.state.lock().changes);
            watch.wake.notify_one();
        }
    }
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
