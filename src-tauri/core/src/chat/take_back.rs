//! What a shared runtime remembers of chats that are gone here: it is told to delete that too, at once or as soon as
//! it can be told.
//!
//! The runtime in this process needs none of it: what it remembers lies in the database and goes with the chat.

use super::{Chat, Room};
use crate::accounts::AccountId;
use crate::store::{session_files, settings};

/// The name of the sessions that are still to be deleted, in the database.
const LEFT: &str = "to-take-back";

impl Chat {
    /// Has a shared runtime delete all that it remembers of this account's chats.
    pub async fn take_back_all_of(&self, account: &AccountId) {
        let _quiet = self.stop_all_of(account).await;
        let id = account.clone();
        let sessions = self.room.store.read(move |look| session_files::of_account(look, &id)).await;
        let mut left = sessions.unwrap_or_default().into_iter();
        for session in left.by_ref() {
            if !self.room.copilot.let_go(account, &session).await {
                // It is not asked for each of them in vain.
                self.room.note_left(std::iter::once(session).chain(left).collect()).await;
                return;
            }
        }
    }

    /// Has a shared runtime delete what could not be deleted before. Anybody who is connected can: such a server does
    /// not keep its users apart.
    pub async fn take_back_what_is_left(&self, by: &AccountId) {
        let left = self.room.store.read(|look| settings::get::<Vec<String>>(look, LEFT)).await;
        for session in left.ok().flatten().unwrap_or_default() {
            if !self.room.copilot.let_go(by, &session).await {
                return;
            }
            let done = self.room.store.write(move |change| {
                let mut left: Vec<String> = settings::get(change, LEFT)?.unwrap_or_default();
                left.retain(|known| *known != session);
                if left.is_empty() { settings::remove(change, LEFT) } else { settings::set(change, LEFT, &left) }
            });
            if let Err(error) = done.await {
                tracing::warn!(%error, "what was taken back from a shared runtime could not be ticked off");
            }
        }
    }
}

impl Room {
    /// Closes a session for good, and has what is remembered of it deleted wherever that lies.
    pub(super) async fn let_go(&self, account: &AccountId, session: &str) {
        if !self.copilot.let_go(account, session).await {
            self.note_left(vec![session.to_owned()]).await;
        }
    }

    async fn note_left(&self, sessions: Vec<String>) {
        let noted = self.store.write(move |change| {
            let mut left: Vec<String> = settings::get(change, LEFT)?.unwrap_or_default();
            left.extend(sessions.into_iter().filter(|session| !left.contains(session)).collect::<Vec<_>>());
            settings::set(change, LEFT, &left)
        });
        if let Err(error) = noted.await {
            tracing::warn!(%error, "what a shared runtime keeps could not be noted");
        }
    }
}
