//! Stored turns as the window sees them.

use rusqlite::Connection;

use super::{Role, Turn, TurnId, TurnState, live};
use crate::error::{Code, Error};
use crate::render;
use crate::store::StoreError;
use crate::store::turns::{self, Progress, TurnRecord};
use crate::time::Millis;

/// A page of turns with the versions of each.
pub(super) type Versioned = Vec<(TurnRecord, Vec<TurnId>)>;

/// Looks for the versions of each turn of a page.
pub(super) fn versioned(look: &Connection, turns: Vec<TurnRecord>) -> Result<Versioned, StoreError> {
    turns.into_iter().map(|turn| turns::versions(look, &turn.id).map(|versions| (turn, several(versions)))).collect()
}

/// The versions of a turn as they are shown: one alone is none.
pub(super) fn several(versions: Vec<TurnId>) -> Vec<TurnId> {
    if versions.len() > 1 { versions } else { Vec::new() }
}

/// Renders a page of turns, off the threads that answer windows.
pub(super) async fn views(turns: Versioned) -> Vec<Turn> {
    let shown = |(turn, versions): (TurnRecord, Vec<TurnId>)| Turn { versions, ..view(turn) };
    tokio::task::spawn_blocking(move || turns.into_iter().map(shown).collect()).await.unwrap_or_default()
}

/// One stored turn. An answer's words are rendered, a question's are shown as they were typed.
pub(super) fn view(turn: TurnRecord) -> Turn {
    let (text, blocks) = match turn.role {
        Role::You => (turn.text, Vec::new()),
        Role::Copilot => (String::new(), live::shown(&render::render(&turn.text))),
    };
    Turn {
        id: turn.id,
        parent: turn.parent,
        role: turn.role,
        text,
        attachments: turn.attachments,
        blocks,
        tail: String::new(),
        state: state(turn.progress, turn.created_at),
        remembered: turn.remembered,
        notices: turn.notices,
        model: turn.model,
        tokens: match (turn.usage.tokens_in, turn.usage.tokens_out) {
            (None, None) => None,
            (read, written) => Some(read.unwrap_or(0).saturating_add(written.unwrap_or(0))),
        },
        tokens_in: turn.usage.tokens_in,
        credits: turn.usage.credits,
        payer: turn.usage.payer,
        versions: Vec::new(),
        created_at: turn.created_at,
    }
}

fn state(progress: Progress, since: Millis) -> TurnState {
    match progress {
        Progress::Complete => TurnState::Complete,
        Progress::Answering => TurnState::Answering { since, holdup: None },
        Progress::Stopped => TurnState::Stopped,
        Progress::Failed(kept) => {
            // A code of a newer version is read as a fault of ours, with its parameters.
            let code = serde_json::from_value(serde_json::Value::String(kept.code)).unwrap_or(Code::Internal);
            TurnState::Failed { error: Error { code, params: kept.params, retryable: kept.retryable } }
        }
    }
}

/// A turn's state as it is stored.
pub(super) fn progress(state: &TurnState) -> Progress {
    match state {
        TurnState::Complete => Progress::Complete,
        TurnState::Answering { .. } => Progress::Answering,
        TurnState::Stopped => Progress::Stopped,
        TurnState::Failed { error } => Progress::Failed(error.into()),
    }
}
