//! What a person does with whole conversations: pin, put away, delete and take that back.

use std::time::Duration;

use super::list::ListChange;
use super::{Chat, ConversationId, Room};
use crate::accounts::AccountId;
use crate::error::Result;
use crate::store::{StoreError, conversations, search, session_files};
use crate::time::Millis;

/// For how long what was deleted can come back. The window offers it for less.
const UNDO: Duration = Duration::from_secs(15);

/// Turns whose words are forgotten at once.
const SLICE: u32 = 50;

impl Chat {
    /// Puts these above the others, or back among them.
    pub async fn pin(&self, conversations: &[ConversationId], pinned: bool) -> Result<()> {
        let now = self.room.now();
        self.each(conversations, move |change, id| conversations::pin(change, id, pinned.then_some(now))).await
    }

    /// Puts these away, or back into the list.
    pub async fn archive(&self, conversations: &[ConversationId], archived: bool) -> Result<()> {
        self.each(conversations, move |change, id| conversations::archive(change, id, archived)).await
    }

    /// Changes all of them or none, and tells every window of their rows. One that is gone is passed over.
    async fn each(
        &self,
        all: &[ConversationId],
        change_one: impl Fn(&rusqlite::Connection, &ConversationId) -> std::result::Result<(), StoreError> + Send + 'static,
    ) -> Result<()> {
        let ids = all.to_vec();
        let changed = self.room.store.write(move |change| {
            ids.iter().try_for_each(|id| match change_one(change, id) {
                Err(StoreError::NotFound) => Ok(()),
                done => done,
            })
        });
        changed.await?;
        for id in all {
            self.room.announce(id).await;
        }
        Ok(())
    }

    /// Takes these from the person's sight. They can be brought back for a moment ([`Chat::restore`]), then they are
    /// deleted with all their turns, drafts and what the model remembers of them.
    pub async fn put_in_bin(&self, all: &[ConversationId]) -> Result<()> {
        for id in all {
            self.stop(id);
        }
        for id in all {
            while self.room.answers.is_answering(id) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        let (ids, now) = (all.to_vec(), self.room.now());
        let gone = self.room.store.write(move |change| {
            let mut gone = Vec::new();
            for id in ids {
                if conversations::find(change, &id)?.is_some() {
                    conversations::set_deleted(change, &id, Some(now))?;
                    gone.push(id);
                }
            }
            Ok(gone)
        });
        for id in gone.await? {
            let _ = self.room.changes.send(ListChange::Gone(id));
        }
        let room = self.room.clone();
        // Not among the tasks that the end of the program waits for: the next start does it as well.
        tokio::spawn(async move {
            tokio::time::sleep(UNDO).await;
            room.empty_bin(now).await;
        });
        Ok(())
    }

    /// Brings back what was deleted a moment ago.
    pub async fn restore(&self, all: &[ConversationId]) -> Result<()> {
        self.each(all, |change, id| conversations::set_deleted(change, id, None)).await
    }

    /// Deletes all conversations of the account at once, without a way back. Answers with how many they were.
    pub async fn delete_all(&self, account: &AccountId) -> Result<u32> {
        let of = account.clone();
        let all = self.room.store.read(move |look| conversations::all_of(look, &of)).await?;
        for id in &all {
            self.delete(id).await?;
        }
        Ok(u32::try_from(all.len()).unwrap_or(u32::MAX))
    }

    /// What the search and the bin have to catch up on after a start.
    pub fn catch_up(&self) {
        let (room, store) = (self.room.clone(), self.room.store.clone());
        tokio::spawn(async move {
            room.empty_bin(Millis(i64::MAX)).await;
            super::search::read_in_old_turns(store).await;
        });
    }
}

impl Room {
    /// Deletes what was put into the bin up to then and not taken out again.
    async fn empty_bin(&self, until: Millis) {
        let gone = match self.store.read(move |look| conversations::deleted(look, until)).await {
            Ok(gone) => gone,
            // Closed, or tried again at the next start.
            Err(error) => return tracing::debug!(%error, "what was deleted stays until the next start"),
        };
        for (id, account) in gone {
            let of = id.clone();
            let sessions = self.store.read(move |look| session_files::of_conversation(look, &of)).await;
            for session in sessions.unwrap_or_default() {
                self.let_go(&account, &session).await;
            }
            if let Err(error) = self.forget(&id).await {
                tracing::warn!(%error, "a deleted conversation could not be removed yet");
            }
        }
    }

    /// Deletes a conversation for good, its words in the search first and in slices: nobody waits long meanwhile.
    pub(super) async fn forget(&self, conversation: &ConversationId) -> std::result::Result<(), StoreError> {
        loop {
            let id = conversation.clone();
            if !self.store.write(move |change| search::forget_some(change, &id, SLICE)).await? {
                break;
            }
        }
        let id = conversation.clone();
        self.store.write(move |change| conversations::delete(change, &id)).await
    }
}
