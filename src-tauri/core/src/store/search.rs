//! Where words stand: the index over titles and turns, which triggers keep (migration 0004).

use rusqlite::{Connection, params};

use super::{StoreError, words};
use crate::accounts::AccountId;
use crate::chat::{ConversationId, TurnId};

/// A title or a turn in which all the words stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The conversation.
    pub conversation: ConversationId,
    /// The turn; none for the title.
    pub turn: Option<TurnId>,
}

/// Calls `found` for each place where the words stand in this account's conversations, newest first, until it answers
/// false.
pub fn places(
    c: &Connection,
    account: &AccountId,
    typed: &str,
    mut found: impl FnMut(Place) -> bool,
) -> Result<(), StoreError> {
    let Some(question) = words::question(typed) else { return Ok(()) };
    let mut rows = c.prepare_cached(PLACES)?;
    let mut rows = rows.query(params![question, account.as_str()])?;
    while let Some(row) = rows.next()? {
        let place =
            Place { conversation: ConversationId(row.get(0)?), turn: row.get::<_, Option<String>>(1)?.map(TurnId) };
        if !found(place) {
            break;
        }
    }
    Ok(())
}

/// The index goes from the newest row to the oldest, and each row is looked up: the order of the joins is laid down.
pub(super) const PLACES: &str = "SELECT place.conversation, place.turn
     FROM words CROSS JOIN words_place AS place ON place.id = words.rowid
     CROSS JOIN conversation AS c ON c.id = place.conversation
     WHERE words MATCH ?1 AND c.account = ?2 AND c.deleted_at IS NULL ORDER BY words.rowid DESC";

/// Reads in some of the turns from before there was a search. Answers whether there are more.
pub fn read_in(c: &Connection, limit: u32) -> Result<bool, StoreError> {
    let mut todo = c.prepare_cached("SELECT turn FROM words_todo ORDER BY turn DESC LIMIT ?1")?;
    let turns: Vec<String> = todo.query_map([limit], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for turn in &turns {
        // One that has changed meanwhile is there already.
        c.prepare_cached(
            "INSERT INTO words_entry (conversation, turn, at, text)
             SELECT conversation, id, created_at, text FROM turn WHERE id = ?1 AND state <> 'answering' AND text <> ''
                 AND NOT EXISTS (SELECT 1 FROM words_place WHERE turn = ?1)",
        )?
        .execute([turn])?;
        c.prepare_cached("DELETE FROM words_todo WHERE turn = ?1")?.execute([turn])?;
    }
    Ok(turns.len() == limit as usize)
}

/// Whether turns are still to be read in.
pub fn incomplete(c: &Connection) -> Result<bool, StoreError> {
    Ok(c.prepare_cached("SELECT EXISTS (SELECT 1 FROM words_todo)")?.query_row([], |row| row.get(0))?)
}

/// Takes the words of some turns of a conversation out, before it is deleted: all at once would hold up whoever writes.
/// Answers whether there are more.
pub fn forget_some(c: &Connection, conversation: &ConversationId, limit: u32) -> Result<bool, StoreError> {
    let mut some =
        c.prepare_cached("SELECT id, turn FROM words_place WHERE conversation = ?1 AND turn NOT NULL LIMIT ?2")?;
    let places: Vec<(i64, String)> = some
        .query_map(params![conversation.0, limit], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (id, turn) in &places {
        c.prepare_cached(
            "INSERT INTO words (words, rowid, text) SELECT 'delete', ?1, segmented(text) FROM turn WHERE id = ?2",
        )?
        .execute(params![id, turn])?;
        c.prepare_cached("DELETE FROM words_place WHERE id = ?1")?.execute([id])?;
    }
    Ok(places.len() == limit as usize)
}
