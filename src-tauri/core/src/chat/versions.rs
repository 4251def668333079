//! Walking between versions of a conversation, and branching off a new one.

use super::{Chat, ConversationId, Draft, Turn, TurnId, memory, new_id, record};
use crate::error::{Code, Result};
use crate::store::attachments;
use crate::store::conversations::Conversation;
use crate::store::session_files::{self, FileError};
use crate::store::turns::{Progress, TurnRecord};
use crate::store::{StoreError, choices, conversations, drafts, turns};

use super::Role;

impl Chat {
    /// Shows the version of the conversation that this turn is part of, to its newest end. What is asked next goes on
    /// there, and the model remembers what is shown. `Busy` while an answer is being written.
    pub async fn show_version(&self, conversation: &ConversationId, turn: &TurnId) -> Result<()> {
        let (id, turn, answers) = (conversation.clone(), turn.clone(), self.room.answers.clone());
        let shown = self.room.store.write(move |change| {
            let known = turns::find(change, &turn)?.filter(|known| known.conversation == id);
            let known = known.ok_or(StoreError::NotFound)?;
            // Looked at in here: a question that begins later is stored after this.
            if answers.is_answering(&id) {
                return Ok(None);
            }
            let before = turns::path(change, &id)?;
            conversations::show(change, &id, &turns::newest_leaf(change, &known.id)?)?;
            let path = turns::path(change, &id)?;
            let common = before.iter().zip(&path).take_while(|(one, other)| one == other).count();
            // The turns that no window has.
            let leaf = path.last().ok_or(StoreError::NotFound)?;
            let new = turns::up_to(change, leaf)?.split_off(common);
            let row = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
            Ok(Some((row, record::versioned(change, new)?, path)))
        });
        let (row, new, path) = shown.await?.ok_or(Code::Busy)?;
        let new = record::views(new).await;
        let new: Vec<&Turn> = new.iter().collect();
        self.room.tell(self.room.shown(row), &new, Some(&path));
        Ok(())
    }

    /// A new conversation of the same account that begins with what was said up to this turn: with an answer as its
    /// end, or with a question as its draft. The original stays as it is. `Busy` when the turn is being written.
    pub async fn branch(&self, conversation: &ConversationId, turn: &TurnId) -> Result<ConversationId> {
        let now = self.room.now();
        let (id, turn, new) = (conversation.clone(), turn.clone(), ConversationId(new_id()));
        let branched = self.room.store.write(move |change| {
            let from = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
            let mut path = turns::up_to(change, &turn)?;
            if path.first().is_none_or(|first| first.conversation != id) {
                return Err(StoreError::NotFound);
            }
            if path.last().is_some_and(|last| last.progress == Progress::Answering) {
                return Ok(None);
            }
            let draft = if path.last().is_some_and(|last| last.role == Role::You) { path.pop() } else { None };
            let branch = Conversation {
                session: Some(memory::unused_session(change, &from.account, &new)?),
                id: new,
                created_at: now,
                updated_at: now,
                active_leaf: None,
                ..from
            };
            conversations::begin(change, &branch)?;
            choices::set_for_conversation(change, &branch.id, &choices::of_conversation(change, &id)?)?;
            let remembers = copy_memory(change, &branch, &path)?;
            let mut parent = None;
            for turn in path {
                let id = TurnId(new_id());
                let original = turn.id.clone();
                let session = turn.event.as_ref().and(branch.session.clone()).filter(|_| remembers);
                let copy = TurnRecord {
                    parent: parent.replace(id.clone()),
                    id,
                    conversation: branch.id.clone(),
                    event: session.as_ref().and(turn.event),
                    session,
                    ..turn
                };
                turns::add(change, &copy)?;
                attachments::copy(change, &original, &copy.id, new_id)?;
            }
            if let Some(question) = draft {
                let draft = Draft::of(branch.account.clone(), branch.id.clone());
                drafts::save(change, &draft, &question.text, now)?;
                attachments::copy_to_draft(change, &question.id, &draft, new_id)?;
            }
            conversations::find(change, &branch.id)
        });
        let row = branched.await?.ok_or(Code::Busy)?;
        let id = row.id.clone();
        self.room.tell(self.room.shown(row), &[], None);
        Ok(id)
    }
}

/// Has the branch's session remember what the path's does. False when no session of ours does: then the text is told.
fn copy_memory(
    change: &rusqlite::Connection,
    branch: &Conversation,
    path: &[TurnRecord],
) -> std::result::Result<bool, StoreError> {
    let last = path.iter().rev().find_map(|turn| turn.session.as_ref().zip(turn.event.as_ref()));
    let (Some((session, event)), Some(to)) = (last, &branch.session) else { return Ok(false) };
    match session_files::fork(change, session, to, event, branch.created_at) {
        Ok(()) => Ok(true),
        Err(FileError::Store(error)) => Err(error),
        // It lies with a shared runtime, or was lost.
        Err(_) => Ok(false),
    }
}
