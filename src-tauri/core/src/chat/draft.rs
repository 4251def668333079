//! Where something lies that was typed or attached and not sent.

use super::ConversationId;
use crate::accounts::AccountId;

/// Which of the app's windows a new chat is written in, counted from 1. Each has a draft of its own, so that no window
/// writes over what was typed in another; it is there again when a window of that number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Desk(pub u32);

/// Where something lies that was typed or attached and not sent: in a conversation, or in an account's new chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    account: AccountId,
    conversation: Option<ConversationId>,
    desk: Desk,
}

impl Default for Desk {
    /// The first window.
    fn default() -> Self {
        Self(1)
    }
}

impl Draft {
    /// A conversation's, in whichever window it is shown.
    #[must_use]
    pub fn of(account: AccountId, conversation: ConversationId) -> Self {
        Self { account, conversation: Some(conversation), desk: Desk::default() }
    }

    /// The one of the new chat in a window.
    #[must_use]
    pub fn of_new_chat(account: AccountId, desk: Desk) -> Self {
        Self { account, conversation: None, desk }
    }

    /// A conversation's, or without one that of the new chat.
    #[must_use]
    pub fn at(account: AccountId, conversation: Option<ConversationId>, desk: Desk) -> Self {
        match conversation {
            Some(conversation) => Self::of(account, conversation),
            None => Self::of_new_chat(account, desk),
        }
    }

    /// Whose it is.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The conversation that it lies in.
    #[must_use]
    pub fn conversation(&self) -> Option<&ConversationId> {
        self.conversation.as_ref()
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.conversation.as_ref().map(|id| id.0.as_str())
    }

    pub(crate) fn desk(&self) -> u32 {
        self.desk.0
    }
}
