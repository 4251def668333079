//! The answers being written now: their text, rendered as it grows.

use std::collections::HashMap;

use parking_lot::Mutex;

use super::watch::Cursor;
use super::{Block, BlockKind, ConversationId, PatchStep, Turn, TurnState};
use crate::render;

/// One answer being written.
pub(super) struct Answer {
    /// The turn as it began, without blocks; its state is kept up to date.
    turn: Turn,
    attempt: u32,
    text: render::Stream,
    /// How much of the text is in the database.
    saved: usize,
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
    writing: Mutex<HashMap<ConversationId, Answer>>,
}

impl Answers {
    /// An answer begins; false when the conversation is answering already.
    pub(super) fn begin(&self, conversation: &ConversationId, turn: Turn) -> bool {
        let mut writing = self.writing.lock();
        if writing.contains_key(conversation) {
            return false;
        }
        writing.insert(conversation.clone(), Answer { turn, attempt: 1, text: render::Stream::new(), saved: 0 });
        true
    }

    /// Whether an answer is being written there.
    pub(super) fn is_answering(&self, conversation: &ConversationId) -> bool {
        self.writing.lock().contains_key(conversation)
    }

    /// More text came.
    pub(super) fn push(&self, conversation: &ConversationId, delta: &str) {
        if let Some(answer) = self.writing.lock().get_mut(conversation) {
            answer.text.push(delta);
        }
    }

    /// What came so far is void: a new attempt begins. Answers with the turn as it is now, for the windows.
    pub(super) fn restart(&self, conversation: &ConversationId, attempt: u32) -> Option<Turn> {
        let mut writing = self.writing.lock();
        let answer = writing.get_mut(conversation)?;
        answer.attempt = attempt;
        answer.text = render::Stream::new();
        answer.saved = 0;
        if let TurnState::Answering { attempt: shown, .. } = &mut answer.turn.state {
            *shown = attempt;
        }
        Some(answer.turn.clone())
    }

    /// What came since the last save, when anything did.
    pub(super) fn unsaved(&self, conversation: &ConversationId) -> Option<Unsaved> {
        let writing = self.writing.lock();
        let answer = writing.get(conversation)?;
        let text = answer.text.text();
        (text.len() > answer.saved).then(|| Unsaved { text: text[answer.saved..].to_owned(), length: text.len() })
    }

    /// So much of the text is in the database.
    pub(super) fn saved(&self, conversation: &ConversationId, length: usize) {
        if let Some(answer) = self.writing.lock().get_mut(conversation) {
            answer.saved = length;
        }
    }

    /// The text so far.
    pub(super) fn text(&self, conversation: &ConversationId) -> Option<String> {
        self.writing.lock().get(conversation).map(|answer| answer.text.text().to_owned())
    }

    /// The answer is over: its text is in the database.
    pub(super) fn end(&self, conversation: &ConversationId) {
        self.writing.lock().remove(conversation);
    }

    /// The answer as it is now, with the cursor of a window that shows just that.
    pub(super) fn snapshot(&self, conversation: &ConversationId) -> Option<(Turn, Cursor)> {
        let mut writing = self.writing.lock();
        let answer = writing.get_mut(conversation)?;
        let blocks = shown(answer.text.settled_since(0));
        let cursor = Cursor { turn: answer.turn.id.clone(), attempt: answer.attempt, blocks: blocks.len() };
        let turn = Turn { blocks, tail: answer.text.tail().to_owned(), ..answer.turn.clone() };
        Some((turn, cursor))
    }

    /// What a window at this cursor is missing of the answer, and its cursor after that.
    pub(super) fn grown(&self, conversation: &ConversationId, cursor: Option<&Cursor>) -> Option<(PatchStep, Cursor)> {
        let mut writing = self.writing.lock();
        let answer = writing.get_mut(conversation)?;
        let keep = cursor
            .filter(|cursor| cursor.turn == answer.turn.id && cursor.attempt == answer.attempt)
            .map_or(0, |cursor| cursor.blocks);
        let blocks = shown(answer.text.settled_since(keep));
        let at = Cursor { turn: answer.turn.id.clone(), attempt: answer.attempt, blocks: keep + blocks.len() };
        let step = PatchStep::Grown {
            turn: answer.turn.id.clone(),
            keep: u32::try_from(keep).unwrap_or(u32::MAX),
            blocks,
            tail: answer.text.tail().to_owned(),
        };
        Some((step, at))
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
