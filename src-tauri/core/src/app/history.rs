//! How long the history is kept, and that what goes is gone: from the database, its log, and the copies beside it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::starting::blocking;
use super::{House, Open};
use crate::accounts::AccountId;
use crate::error::Result;

/// The longest time that can be set, in days: ten years, as for a policy.
const LONGEST: u16 = 3650;

/// What a person sets about their history. Where a policy says more, it wins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct HistorySettings {
    /// Chats in which nothing was said for so many days are deleted; none keeps them.
    pub days: Option<u16>,
    /// Whether the chats of an account are deleted when it signs out.
    pub delete_on_sign_out: bool,
}

impl HistorySettings {
    /// The same within what can be: a day at least, ten years at most.
    #[must_use]
    pub fn within_limits(self) -> Self {
        Self { days: self.days.map(|days| days.clamp(1, LONGEST)), ..self }
    }
}

impl House {
    /// After how many days without a word chats are deleted: the shorter of what the policy and the person say.
    pub(super) fn days_to_keep(&self) -> Option<u16> {
        let decided = self.config().ok().and_then(|config| config.retention);
        let chosen = self.windows.state().settings.history.days;
        decided.into_iter().chain(chosen).min()
    }

    /// Whether an account's chats go with its sign-in.
    pub(super) fn deletes_on_sign_out(&self) -> bool {
        let decided = self.config().is_ok_and(|config| config.delete_on_sign_out);
        decided || self.windows.state().settings.history.delete_on_sign_out
    }

    /// Deletes every chat of the account. Answers with how many they were.
    pub(super) async fn delete_all_conversations(self: &Arc<Self>, account: &AccountId) -> Result<u32> {
        let open = self.open()?;
        let deleted = open.chat.delete_all(account).await?;
        self.leave_nothing_behind(&open);
        Ok(deleted)
    }

    /// What was deleted goes from the log and from the copies too, which are made anew. Nobody waits for it; the end of
    /// the program does.
    pub(super) fn leave_nothing_behind(self: &Arc<Self>, open: &Open) {
        let store = open.store.clone();
        let done = self.leaving.token();
        self.tasks.spawn(async move {
            let left = blocking(move || store.leave_nothing_behind()).await;
            if let Err(error) = left {
                tracing::warn!(code = ?error.code, "what was deleted is still in a copy of the database");
            }
            drop(done);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_of_days_deletes_what_was_said_today() {
        for (set, days) in [(Some(0), Some(1)), (Some(30), Some(30)), (Some(u16::MAX), Some(LONGEST)), (None, None)] {
            let settings = HistorySettings { days: set, ..HistorySettings::default() };
            assert_eq!(settings.within_limits().days, days, "{set:?} comes from a window and is taken with care");
        }
    }
}
