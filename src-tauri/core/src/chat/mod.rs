//! What the person sees: conversations, turns, drafts.

mod view;

pub use view::{
    Block, BlockKind, ConversationId, ConversationPage, ConversationPatch, ConversationSummary, ConversationView, Notice,
    PatchStep, Question, Role, Sent, Turn, TurnId, TurnState, WatchId,
};
