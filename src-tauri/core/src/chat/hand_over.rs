//! Handing a conversation over: what was said goes on as a new conversation of another account.
//!
//! A conversation is never resumed by another account's client, so what goes over is the text alone: the new
//! conversation has a session of its own, which is told the text with its first question ([`super::transcript`]).

use super::{Chat, Chosen, ConversationId, Draft, TurnId, first_session, new_id, transcript};
use crate::accounts::AccountId;
use crate::error::{Code, Result};
use crate::store::conversations::Conversation;
use crate::store::turns::{Progress, TurnRecord, Usage};
use crate::store::{StoreError, attachments, choices, conversations, drafts, profiles, turns};

impl Chat {
    /// Copies the path that is shown, and the draft, into a new conversation of another account, which pays from then
    /// on. The original stays as it is. Errors: `Busy` while an answer is written there; `NotFound` when it belongs to
    /// that account already, or the account is not signed in; `StoreFailed`.
    pub async fn hand_over(&self, conversation: &ConversationId, to: &AccountId) -> Result<ConversationId> {
        let now = self.room.now();
        let (id, to, answers) = (conversation.clone(), to.clone(), self.room.answers.clone());
        let new = ConversationId(new_id());
        let copied = self.room.store.write(move |change| {
            let from = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
            let payer = profiles::find(change, &to)?.filter(|profile| !profile.signed_out);
            if payer.is_none() || from.account == to {
                return Err(StoreError::NotFound);
            }
            // Looked at in here: a question that begins later is stored after this, and no part of what is copied.
            if answers.is_answering(&id) {
                return Ok(None);
            }
            let copy = Conversation {
                session: Some(first_session(&to, &new)),
                id: new,
                account: to,
                // What the other account may use, and at what price, is another matter.
                model: None,
                created_at: now,
                updated_at: now,
                active_leaf: None,
                handed_over: true,
                ..from.clone()
            };
            conversations::begin(change, &copy)?;
            let path = turns::latest(change, &id, u32::MAX)?.turns;
            let originals: Vec<TurnId> = path.iter().map(|turn| turn.id.clone()).collect();
            for (turn, original) in copies(path, &from, &copy.id).iter().zip(&originals) {
                turns::add(change, turn)?;
                attachments::copy(change, original, &turn.id, new_id)?;
            }
            let of = |row: &Conversation| Draft::of(row.account.clone(), row.id.clone());
            attachments::copy_draft(change, &of(&from), &of(&copy), new_id)?;
            // What the other account's model is told beforehand stays the person's wish; how hard it thinks is its own.
            let chosen = Chosen { effort: None, ..choices::of_conversation(change, &id)? };
            choices::set_for_conversation(change, &copy.id, &chosen)?;
            let draft = drafts::get(change, &of(&from))?;
            drafts::save(change, &of(&copy), &draft, now)?;
            conversations::find(change, &copy.id)
        });
        let row = copied.await?.ok_or(Code::Busy)?;
        let id = row.id.clone();
        self.room.tell(self.room.shown(row), &[], None);
        Ok(id)
    }
}

/// The same turns in another conversation, in no session. What the model there will not be told is not remembered.
fn copies(path: Vec<TurnRecord>, from: &Conversation, conversation: &ConversationId) -> Vec<TurnRecord> {
    let untold = transcript::left_out(&path);
    let mut parent = None;
    let copy = |(place, turn): (usize, TurnRecord)| {
        let id = TurnId(new_id());
        TurnRecord {
            parent: parent.replace(id.clone()),
            id,
            conversation: conversation.clone(),
            progress: match turn.progress {
                // Nobody writes it any more: its end could not be stored.
                Progress::Answering => Progress::Stopped,
                progress => progress,
            },
            remembered: place >= untold,
            usage: Usage { payer: turn.usage.payer.map(|payer| paid_by(&payer, from)), ..turn.usage },
            event: None,
            session: None,
            ..turn
        }
    };
    path.into_iter().enumerate().map(copy).collect()
}

/// Who paid, as somebody else's chat says it: one login can be on two hosts.
fn paid_by(payer: &str, from: &Conversation) -> String {
    if payer.ends_with(')') { payer.to_owned() } else { format!("{payer} ({})", from.account.host()) }
}

#[cfg(test)]
#[path = "hand_over_tests.rs"]
pub(super) mod tests;
