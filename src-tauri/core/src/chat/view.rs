//! A conversation as the window sees it: a snapshot, then patches.
//!
//! `watch` answers with a [`ConversationView`] and then sends [`ConversationPatch`]es, the next one only after the
//! last was acknowledged: a slow window gets fewer and larger ones. Applying every patch in order to the snapshot
//! gives the conversation as it is.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Chosen, Desk};
use crate::accounts::AccountId;
use crate::attachments::{Attachment, AttachmentId};
use crate::copilot::Holdup;
use crate::error::{Code, Error};
use crate::time::Millis;

/// Names a conversation: a UUID, version 7, so that ids sort by age.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct ConversationId(pub String);

/// Names a turn, across all conversations: a UUID, version 7.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct TurnId(pub String);

/// Names a question that waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct WaitingId(pub String);

/// Names one window's watch of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct WatchId(pub u32);

/// A row of the list of conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationSummary {
    /// Its name.
    pub id: ConversationId,
    /// The account it belongs to, and which pays.
    pub account: AccountId,
    /// The first question's beginning, or what the person made of it.
    pub title: String,
    /// When it began.
    pub created_at: Millis,
    /// When something was last said in it; the list is in this order, newest first.
    pub updated_at: Millis,
    /// A draft waits in it.
    pub draft: bool,
    /// An answer is being written.
    pub answering: bool,
    /// Where it stands.
    pub shelf: Shelf,
}

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Shelf {
    /// In the list, under its day.
    #[default]
    List,
    /// Above the others.
    Pinned,
    /// Put away.
    Archive,
}

/// A piece of the list of conversations, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationPage {
    /// The rows.
    pub conversations: Vec<ConversationSummary>,
    /// Whether older ones follow.
    pub more: bool,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// The person.
    You,
    /// Copilot.
    Copilot,
}

/// How far a turn is. A question is `Complete` once it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum TurnState {
    /// All of it is here.
    Complete,
    /// The answer is awaited or being written.
    Answering {
        /// Since when.
        since: Millis,
        /// Why nothing comes for now; none while it goes on.
        holdup: Option<Holdup>,
    },
    /// The person stopped it, or Wingman ended in its middle.
    Stopped,
    /// It ended with an error; what had come is kept.
    Failed {
        /// What happened.
        error: Error,
    },
}

/// Something the person must be told beside an answer that came all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Notice {
    /// Another model answered than was asked for.
    ModelReplaced {
        /// The model asked for.
        asked: String,
        /// The model that answered.
        chosen: String,
    },
    /// The answer was cut off by the model's limit.
    CutOff,
}

/// What kind of block it is, as far as the window adds something to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum BlockKind {
    /// Text, a list, a quote, a table.
    Text,
    /// Code, which gets a *Copy code* button.
    Code {
        /// As the fence named it.
        language: Option<String>,
    },
}

/// A settled piece of an answer: safe HTML, ready to be put in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    /// What the window adds to it.
    pub kind: BlockKind,
    /// Made by `render`: cleaned, with classes and without words of the interface.
    pub html: String,
}

/// One turn.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Turn {
    /// Its name.
    pub id: TurnId,
    /// The turn it answers or follows; none for the first.
    pub parent: Option<TurnId>,
    /// Who speaks.
    pub role: Role,
    /// The question as it was typed; empty for an answer, whose words are in the blocks.
    pub text: String,
    /// What goes with a question.
    pub attachments: Vec<Attachment>,
    /// The settled blocks of an answer.
    pub blocks: Vec<Block>,
    /// The HTML of what is not settled yet; empty when nothing is.
    pub tail: String,
    /// How far it is.
    pub state: TurnState,
    /// False when Copilot does not remember this part.
    pub remembered: bool,
    /// What the person must be told beside it.
    pub notices: Vec<Notice>,
    /// The id of the model that answered.
    pub model: Option<String>,
    /// Tokens read and written for it.
    pub tokens: Option<u32>,
    /// How many of these were read.
    pub tokens_in: Option<u32>,
    /// AI credits it cost, where the account is billed by them.
    pub credits: Option<f64>,
    /// The login of the account that paid; with its host in brackets when the conversation is another account's.
    pub payer: Option<String>,
    /// All versions of this turn, itself among them, oldest first; empty when it is the only one.
    pub versions: Vec<TurnId>,
    /// When it was asked, or when the answer began.
    pub created_at: Millis,
}

/// A conversation at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationView {
    /// This watch: it goes back with each acknowledgement.
    pub watch: WatchId,
    /// The number of the last patch that is part of this snapshot; the next patch has the next number.
    #[ts(type = "number")]
    pub sequence: u64,
    /// Its row in the list.
    pub summary: ConversationSummary,
    /// The model chosen for its next question; none means the account's default.
    pub model: Option<String>,
    /// What else was chosen for it.
    pub chosen: Chosen,
    /// The latest turns on the path to the active leaf, oldest first.
    pub turns: Vec<Turn>,
    /// Whether older turns can be had with `earlier_turns`.
    pub earlier: bool,
    /// What was typed and not sent.
    pub draft: String,
    /// The questions that wait for the answer before them, the next one first.
    pub waiting: Vec<Waiting>,
}

/// A question that waits: for the end of the answer being written, or for the person's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// Its name.
    pub id: WaitingId,
    /// The words.
    pub text: String,
    /// The model chosen for it; none means the conversation's.
    pub model: Option<String>,
    /// It waits for the person's word: an answer was stopped or failed, another question was asked, Wingman ended.
    pub held: bool,
    /// What goes with it.
    pub attachments: Vec<Attachment>,
}

/// What changed since the last patch.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationPatch {
    /// To be acknowledged. One more than the last.
    #[ts(type = "number")]
    pub sequence: u64,
    /// To be applied in order.
    pub steps: Vec<PatchStep>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
#[allow(clippy::large_enum_variant, reason = "most steps are a turn, and there are few at a time")]
pub enum PatchStep {
    /// A turn was added at the end, or one that is there was replaced whole (same id).
    Turn {
        /// The turn.
        turn: Turn,
    },
    /// An answer grew: keep the first `keep` blocks, append `blocks`, replace the tail.
    Grown {
        /// Which turn.
        turn: TurnId,
        /// How many of the blocks that the window has stay as they are.
        keep: u32,
        /// The blocks that follow them.
        blocks: Vec<Block>,
        /// The new tail.
        tail: String,
    },
    /// An answer is held up, or goes on.
    HeldUp {
        /// Which turn; nothing once it is not being written any more.
        turn: TurnId,
        /// By what; none when it goes on.
        holdup: Option<Holdup>,
    },
    /// The path changed (retry, regenerate, branch): these are the turns now, by id; new ones come as `Turn` first.
    Path {
        /// Oldest first.
        turns: Vec<TurnId>,
    },
    /// Copilot does not remember these any more: they were too long to be told to it again.
    Forgotten {
        /// Those that a window does not have are passed over.
        turns: Vec<TurnId>,
    },
    /// These questions wait now.
    Waiting {
        /// The next one first.
        waiting: Vec<Waiting>,
    },
    /// The title, the time or the state of the row changed.
    Summary {
        /// The row.
        summary: ConversationSummary,
    },
}

/// A question to send.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// The conversation, or none to begin one.
    pub conversation: Option<ConversationId>,
    /// The account that pays; for an existing conversation the one it belongs to.
    pub account: AccountId,
    /// The words.
    pub text: String,
    /// The model chosen by the person; none means the conversation's, then the account's default.
    pub model: Option<String>,
    /// What goes with it, out of the account's drafts, in this order.
    #[serde(default)]
    pub attachments: Vec<AttachmentId>,
    /// What else is chosen for a conversation that begins; one that is there has its own.
    #[serde(default)]
    pub chosen: Chosen,
    /// The window that it comes from, whose new chat's draft it was. The page does not say so: the window is known.
    #[serde(skip)]
    pub desk: Desk,
}

/// The question is stored; the answer comes to whoever watches. Where an answer is being written it waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Sent {
    /// Where.
    pub conversation: ConversationId,
    /// The question's turn; none while it waits.
    pub turn: Option<TurnId>,
}

/// For a turn that failed before anything was said of it.
impl From<Code> for TurnState {
    fn from(code: Code) -> Self {
        Self::Failed { error: Error::new(code) }
    }
}
