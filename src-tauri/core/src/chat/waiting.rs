//! Questions that wait for the answer before them: shown, moved, taken back, asked sooner.

use rusqlite::Connection;

use super::{Chat, ConversationId, Draft, Room, Waiting, WaitingId};
use crate::error::{Code, Result};
use crate::store::attachments;
use crate::store::{StoreError, conversations, waiting};

impl Chat {
    /// Moves one that waits to this place, counted from 0.
    pub async fn move_waiting(&self, conversation: &ConversationId, which: &WaitingId, place: u32) -> Result<()> {
        let (id, which) = (conversation.clone(), which.clone());
        self.room.store.write(move |change| waiting::put_at(change, &id, &which, place as usize)).await?;
        self.room.tell_waiting(conversation).await;
        Ok(())
    }

    /// Takes back one that waits, and answers with its words; what went with it lies in the draft again: nothing is
    /// lost. `NotFound` when it was asked meanwhile.
    pub async fn take_waiting(&self, conversation: &ConversationId, which: &WaitingId) -> Result<String> {
        let (id, which) = (conversation.clone(), which.clone());
        let taken = self.room.store.write(move |change| {
            let row = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
            attachments::back(change, &which, &Draft::of(row.account, row.id))?;
            waiting::take(change, &id, &which)
        });
        let taken = taken.await?;
        self.room.tell_waiting(conversation).await;
        Ok(taken.ok_or(Code::NotFound)?.text)
    }

    /// Asks one that waits now: an answer that is being written is stopped for it, and what came of that stays.
    pub async fn send_waiting(&self, conversation: &ConversationId, which: &WaitingId) -> Result<()> {
        self.move_waiting(conversation, which, 0).await?;
        if self.room.answers.steer(conversation) {
            return Ok(());
        }
        let job = self.room.begin_waiting(conversation, Some(which.clone())).await?;
        self.room.clone().spawn(job);
        Ok(())
    }
}

impl Room {
    /// Tells the windows what waits now.
    pub(super) async fn tell_waiting(&self, conversation: &ConversationId) {
        let id = conversation.clone();
        match self.store.read(move |look| shown(look, &id)).await {
            Ok(waiting) => self.watches.waiting(conversation, &waiting),
            Err(error) => tracing::warn!(%error, "what waits could not be read"),
        }
    }
}

/// What waits there, as the windows see it.
pub(super) fn shown(look: &Connection, conversation: &ConversationId) -> std::result::Result<Vec<Waiting>, StoreError> {
    let waiting = waiting::all(look, conversation)?.into_iter();
    waiting
        .map(|one| {
            let attachments = attachments::of_waiting(look, &one.id)?;
            Ok(Waiting { id: one.id, text: one.text, model: one.model, attachments })
        })
        .collect()
}
