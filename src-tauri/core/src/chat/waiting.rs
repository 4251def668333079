//! Questions that wait for the answer before them: shown, moved, taken back, asked sooner.

use std::collections::HashSet;

use rusqlite::Connection;

use super::{Chat, ConversationId, Draft, Room, Waiting, WaitingId};
use crate::error::{Code, Result};
use crate::store::attachments;
use crate::store::{StoreError, conversations, drafts, waiting};

impl Chat {
    /// Moves one that waits to this place, counted from 0.
    pub async fn move_waiting(&self, conversation: &ConversationId, which: &WaitingId, place: u32) -> Result<()> {
        let (id, which) = (conversation.clone(), which.clone());
        self.room.store.write(move |change| waiting::put_at(change, &id, &which, place as usize)).await?;
        self.room.tell_waiting(conversation).await;
        Ok(())
    }

    /// Takes back one that waits, and answers with its words. They stand in the draft at once, in front of what is there,
    /// and what went with it lies there too: nothing is lost. `NotFound` when it was asked meanwhile.
    pub async fn take_waiting(&self, conversation: &ConversationId, which: &WaitingId) -> Result<String> {
        let (id, which, now) = (conversation.clone(), which.clone(), self.room.now());
        let taken = self.room.store.write({
            let which = which.clone();
            move |change| {
                let row = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
                let draft = Draft::of(row.account, row.id);
                attachments::back(change, &which, &draft)?;
                let Some(taken) = waiting::take(change, &id, &which)? else { return Ok(None) };
                let written = drafts::get(change, &draft)?;
                let parts = [taken.text.as_str(), written.as_str()];
                let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                drafts::save(change, &draft, &parts.join("\n\n"), now)?;
                Ok(Some(taken))
            }
        });
        let taken = taken.await?;
        self.room.answers.leaves_line(conversation, &which);
        self.room.tell_waiting(conversation).await;
        self.room.announce(conversation).await;
        Ok(taken.ok_or(Code::NotFound)?.text)
    }

    /// Forgets one that waits, with all that was to go with it. One that is gone is no error.
    pub async fn drop_waiting(&self, conversation: &ConversationId, which: &WaitingId) -> Result<()> {
        let (id, dropped) = (conversation.clone(), which.clone());
        self.room.store.write(move |change| waiting::take(change, &id, &dropped)).await?;
        self.room.answers.leaves_line(conversation, which);
        self.room.tell_waiting(conversation).await;
        Ok(())
    }

    /// Asks one that waits now: an answer that is being written is stopped for it, and what came of that stays. The
    /// others follow it.
    pub async fn send_waiting(&self, conversation: &ConversationId, which: &WaitingId) -> Result<()> {
        let (id, first) = (conversation.clone(), which.clone());
        let all = self.room.store.write(move |change| {
            waiting::put_at(change, &id, &first, 0)?;
            waiting::all(change, &id)
        });
        let all = all.await?;
        if !all.iter().any(|one| one.id == *which) {
            return Err(Code::NotFound.into()); // asked meanwhile, perhaps: its own answer is not stopped for it
        }
        self.room.answers.line_up(conversation, all.into_iter().map(|one| one.id));
        self.room.tell_waiting(conversation).await;
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
        if let Some(waiting) = self.waiting(conversation).await {
            self.watches.waiting(conversation, &waiting);
        }
    }

    /// The same where nothing of it is asked now: where nothing waits there is nothing to tell.
    pub(super) async fn tell_held(&self, conversation: &ConversationId) {
        if let Some(waiting) = self.waiting(conversation).await.filter(|waiting| !waiting.is_empty()) {
            self.watches.waiting(conversation, &waiting);
        }
    }

    async fn waiting(&self, conversation: &ConversationId) -> Option<Vec<Waiting>> {
        let (id, next) = (conversation.clone(), self.answers.next(conversation));
        let waiting = self.store.read(move |look| shown(look, &id, &next)).await;
        waiting.inspect_err(|error| tracing::warn!(%error, "what waits could not be read")).ok()
    }
}

/// What waits there, as the windows see it.
pub(super) fn shown(
    look: &Connection,
    conversation: &ConversationId,
    next: &HashSet<WaitingId>,
) -> std::result::Result<Vec<Waiting>, StoreError> {
    let waiting = waiting::all(look, conversation)?.into_iter();
    waiting
        .map(|one| {
            let attachments = attachments::of_waiting(look, &one.id)?;
            let held = !next.contains(&one.id);
            Ok(Waiting { id: one.id, text: one.text, model: one.model, held, attachments })
        })
        .collect()
}
