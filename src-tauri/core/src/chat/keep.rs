//! What a person does with whole conversations: pin, put away, delete and take that back.

use std::time::Duration;

use super::list::ListChange;
use super::{Chat, ConversationId, Room};
use crate::accounts::AccountId;
use crate::error::{Code, Result};
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
    /// deleted with all their turns, drafts and what the model remembers of them. For one that is in the bin already the
    /// moment begins anew, so that what is offered to be undone together can be.
    pub async fn put_in_bin(&self, all: &[ConversationId]) -> Result<()> {
        // Kept until they are out of sight, where nobody can ask in them.
        let _quiet = self.room.quiet(all.to_vec()).await;
        let (ids, now) = (all.to_vec(), self.room.now());
        let gone = self.room.store.write(move |change| {
            // After every time that they have, whatever the clock did: an older timer must not take what has a new one.
            let mut at = now;
            for id in &ids {
                if let Some(before) = conversations::deleted_at(change, id)? {
                    at = at.max(before.plus(1));
                }
            }
            let mut gone = Vec::new();
            for id in ids {
                let seen = conversations::find(change, &id)?.is_some();
                if conversations::put_in_bin(change, &id, at)? && seen {
                    gone.push(id);
                }
            }
            Ok((gone, at))
        });
        let (gone, at) = gone.await?;
        for id in gone {
            let _ = self.room.changes.send(ListChange::Gone(id));
        }
        let room = self.room.clone();
        // Not among the tasks that the end of the program waits for: the next start does it as well.
        tokio::spawn(async move {
            tokio::time::sleep(UNDO).await;
            room.empty_bin(at).await;
        });
        Ok(())
    }

    /// Brings back what was deleted a moment ago. Answers with those that are there now: what was deleted for good does
    /// not come back.
    pub async fn restore(&self, all: &[ConversationId]) -> Result<Vec<ConversationId>> {
        let ids = all.to_vec();
        let back = self.room.store.write(move |change| {
            let mut back = Vec::new();
            for id in ids {
                conversations::take_out_of_bin(change, &id)?;
                if conversations::find(change, &id)?.is_some() {
                    back.push(id);
                }
            }
            Ok(back)
        });
        let back = back.await?;
        for id in &back {
            self.room.announce(id).await;
        }
        Ok(back)
    }

    /// Deletes all conversations of the account at once, without a way back. Answers with how many they were.
    pub async fn delete_all(&self, account: &AccountId) -> Result<u32> {
        let of = account.clone();
        let all = self.room.store.read(move |look| conversations::all_of(look, &of)).await?;
        let _quiet = self.room.quiet(all.clone()).await;
        for id in &all {
            match self.delete(id).await {
                // Somebody was faster: another window, or the days after which chats are deleted.
                Err(error) if error.code == Code::NotFound => {}
                done => done?,
            }
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
    pub(super) async fn empty_bin(&self, until: Millis) {
        let gone = match self.store.read(move |look| conversations::deleted(look, until)).await {
            Ok(gone) => gone,
            // Closed, or tried again at the next start.
            Err(error) => return tracing::debug!(%error, "what was deleted stays until the next start"),
        };
        for (id, account) in gone {
            // From here on it does not come back, and whoever put it in anew was too late or was in time.
            let of = id.clone();
            match self.store.write(move |change| conversations::empty(change, &of, until)).await {
                Ok(true) => {}
                Ok(false) => continue,
                Err(error) => return tracing::debug!(%error, "what was deleted stays until the next start"),
            }
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
