//! Finding in one conversation: which turns of the path that is shown hold a text, and how a turn far up, or in another
//! version, comes into sight.

use serde::Serialize;
use ts_rs::TS;

use super::marks::{self, Folded};
use super::{Chat, ConversationId, Role, Turn, TurnId, fits, record};
use crate::error::Result;
use crate::render;
use crate::store::turns::TurnRecord;
use crate::store::{StoreError, turns};

/// What may be typed, in bytes.
const LONGEST_TYPED: usize = 1024;

/// Turns that are read at once while they are looked through, and those that are sent at once on the way up.
const AT_ONCE: u32 = 200;

/// Turns above the one that is looked for, so that it does not stand at the very edge.
const ABOVE: u32 = 4;

/// A turn that holds what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The turn.
    pub turn: TurnId,
    /// How often.
    pub count: u32,
}

impl Chat {
    /// The turns of the path that is shown in which this text stands, oldest first, whether a window has them or not.
    pub async fn find_in(&self, conversation: &ConversationId, typed: &str) -> Result<Vec<Finding>> {
        fits(typed, LONGEST_TYPED)?;
        let (id, typed) = (conversation.clone(), typed.to_owned());
        let found = self.room.store.read(move |look| {
            let typed = Folded::new(&typed);
            let mut found = Vec::new();
            let mut page = turns::latest(look, &id, AT_ONCE)?;
            loop {
                let hits = page.turns.iter().rev().map(|turn| (turn, marks::count(&read(turn), &typed)));
                let hits = hits.filter(|(_, count)| *count > 0);
                found.extend(hits.map(|(turn, count)| Finding { turn: turn.id.clone(), count }));
                let Some(first) = page.turns.first().filter(|_| page.earlier) else { break };
                page = turns::earlier(look, &first.id, AT_ONCE)?;
            }
            found.reverse();
            Ok(found)
        });
        Ok(found.await?)
    }

    /// The turns before this one, up to that one and a few more, oldest first; the nearest ones where they are many.
    pub async fn turns_back_to(
        &self,
        conversation: &ConversationId,
        before: &TurnId,
        to: &TurnId,
    ) -> Result<Vec<Turn>> {
        let (id, before, to) = (conversation.clone(), before.clone(), to.clone());
        let page = self.room.store.read(move |look| {
            for turn in [&before, &to] {
                turns::find(look, turn)?.filter(|turn| turn.conversation == id).ok_or(StoreError::NotFound)?;
            }
            let mut page = turns::between(look, &to, &before, AT_ONCE)?;
            if page.turns.first().is_some_and(|first| first.id == to) {
                let above = turns::earlier(look, &to, ABOVE)?;
                page.turns.splice(0..0, above.turns);
            }
            record::versioned(look, page.turns)
        });
        Ok(record::views(page.await?).await)
    }

    /// Makes a turn part of the path that is shown. Answers whether another version is shown now.
    /// Errors: `Busy` while an answer is written there; `NotFound`.
    pub async fn show_turn(&self, conversation: &ConversationId, turn: &TurnId) -> Result<bool> {
        let id = conversation.clone();
        let path = self.room.store.read(move |look| turns::path(look, &id)).await?;
        if path.contains(turn) {
            return Ok(false);
        }
        self.show_version(conversation, turn).await?;
        Ok(true)
    }
}

/// A turn's words as they are read.
fn read(turn: &TurnRecord) -> String {
    match turn.role {
        Role::You => turn.text.clone(),
        Role::Copilot => render::plain(&turn.text),
    }
}
