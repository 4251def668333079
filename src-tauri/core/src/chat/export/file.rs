//! Wingman's own export, version 1: everything that a person sees of their conversations, all versions of every turn.
//! Written down for others in `docs/export.md`.

use serde::{Deserialize, Serialize};

use crate::accounts::AccountId;
use crate::chat::{Notice, Role, Shelf};
use crate::store::conversations::{Conversation, TitledBy};
use crate::store::turns::{KeptError, Progress, TurnRecord};
use crate::time::Millis;

/// What the file says of itself.
pub(crate) const FORMAT: &str = "wingman-conversations";

/// The newest version that this program reads, and the one that it writes.
pub(crate) const VERSION: u32 = 1;

/// The beginning of the file; its `conversations` are read one by one.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Head {
    pub format: String,
    pub version: u32,
    pub app: String,
    pub exported_at: Millis,
}

/// Whose conversation it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Owner {
    pub id: AccountId,
    pub host: String,
    pub login: String,
}

/// A conversation.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kept {
    pub id: String,
    /// Of an imported one: its name where it comes from.
    #[serde(default)]
    pub origin: Option<String>,
    pub account: Owner,
    pub title: String,
    /// Whether the person gave the title.
    #[serde(default)]
    pub titled: bool,
    #[serde(default)]
    pub model: Option<String>,
    pub created_at: Millis,
    pub updated_at: Millis,
    #[serde(default)]
    pub shelf: Shelf,
    #[serde(default)]
    pub draft: String,
    /// The end of the path that is shown.
    pub active_leaf: Option<String>,
    pub turns: Vec<KeptTurn>,
}

/// A turn. Turns with the same parent are versions of each other.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeptTurn {
    pub id: String,
    pub parent: Option<String>,
    pub role: Role,
    pub text: String,
    pub state: KeptState,
    #[serde(default)]
    pub error: Option<KeptError>,
    #[serde(default)]
    pub notices: Vec<Notice>,
    #[serde(default)]
    pub model: Option<String>,
    #[serde(default)]
    pub tokens_in: Option<u32>,
    #[serde(default)]
    pub tokens_out: Option<u32>,
    #[serde(default)]
    pub credits: Option<f64>,
    #[serde(default)]
    pub payer: Option<String>,
    pub created_at: Millis,
    #[serde(default)]
    pub ended_at: Option<Millis>,
    #[serde(default)]
    pub remembered: bool,
    /// What the files were called that went with it. They themselves are not kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<String>,
}

/// How far a turn came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum KeptState {
    Complete,
    Stopped,
    Failed,
}

impl Kept {
    pub(super) fn new(
        row: Conversation,
        origin: Option<String>,
        login: String,
        draft: String,
        turns: Vec<TurnRecord>,
    ) -> Self {
        Self {
            id: row.id.0,
            origin,
            account: Owner { host: row.account.host().to_owned(), id: row.account, login },
            title: row.title,
            titled: row.titled_by == TitledBy::Person,
            model: row.model,
            created_at: row.created_at,
            updated_at: row.updated_at,
            shelf: row.shelf,
            draft,
            active_leaf: row.active_leaf.map(|leaf| leaf.0),
            turns: turns.into_iter().map(KeptTurn::from).collect(),
        }
    }
}

impl From<TurnRecord> for KeptTurn {
    fn from(turn: TurnRecord) -> Self {
        let (state, error) = match turn.progress {
            Progress::Complete => (KeptState::Complete, None),
            // What is being written is kept as far as it came.
            Progress::Answering | Progress::Stopped => (KeptState::Stopped, None),
            Progress::Failed(error) => (KeptState::Failed, Some(error)),
        };
        Self {
            id: turn.id.0,
            parent: turn.parent.map(|parent| parent.0),
            role: turn.role,
            text: turn.text,
            state,
            error,
            notices: turn.notices,
            model: turn.model,
            tokens_in: turn.usage.tokens_in,
            tokens_out: turn.usage.tokens_out,
            credits: turn.usage.credits,
            payer: turn.usage.payer,
            created_at: turn.created_at,
            ended_at: turn.ended_at,
            remembered: turn.remembered,
            attached: turn.attachments.into_iter().map(|attachment| attachment.name).collect(),
        }
    }
}
