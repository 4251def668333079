//! Questions that wait for the answer before them to end, in the order in which they will be asked.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::StoreError;
use crate::chat::{ConversationId, WaitingId};
use crate::time::Millis;

/// A question that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingRecord {
    /// Its name.
    pub id: WaitingId,
    /// Where it will be asked.
    pub conversation: ConversationId,
    /// The words.
    pub text: String,
    /// The model chosen for it; none means the conversation's.
    pub model: Option<String>,
    /// When it was written.
    pub created_at: Millis,
}

const COLUMNS: &str = "id, conversation, text, model, created_at";

/// Those of the conversation, the next one first.
pub fn all(c: &Connection, conversation: &ConversationId) -> Result<Vec<WaitingRecord>, StoreError> {
    let mut rows =
        c.prepare_cached(&format!("SELECT {COLUMNS} FROM waiting WHERE conversation = ?1 ORDER BY place, id"))?;
    let waiting = rows.query_map([&conversation.0], record)?.collect::<rusqlite::Result<_>>()?;
    Ok(waiting)
}

/// Puts one behind the others.
pub fn add(c: &Connection, waiting: &WaitingRecord) -> Result<(), StoreError> {
    c.prepare_cached(
        "INSERT INTO waiting (id, conversation, place, text, model, created_at)
         VALUES (?1, ?2, (SELECT coalesce(max(place), 0) + 1 FROM waiting WHERE conversation = ?2), ?3, ?4, ?5)",
    )?
    .execute(params![waiting.id.0, waiting.conversation.0, waiting.text, waiting.model, waiting.created_at.0])?;
    Ok(())
}

/// Takes one out, to be asked or to be forgotten; none when it is gone already.
pub fn take(
    c: &Connection,
    conversation: &ConversationId,
    id: &WaitingId,
) -> Result<Option<WaitingRecord>, StoreError> {
    Ok(c.prepare_cached(&format!("DELETE FROM waiting WHERE id = ?1 AND conversation = ?2 RETURNING {COLUMNS}"))?
        .query_row(params![id.0, conversation.0], record)
        .optional()?)
}

/// Moves one to this place, counted from 0; beyond the end is the end. One that is gone changes nothing.
pub fn put_at(c: &Connection, conversation: &ConversationId, id: &WaitingId, place: usize) -> Result<(), StoreError> {
    let mut order: Vec<WaitingId> = all(c, conversation)?.into_iter().map(|waiting| waiting.id).collect();
    let Some(at) = order.iter().position(|known| known == id) else { return Ok(()) };
    let moved = order.remove(at);
    order.insert(place.min(order.len()), moved);
    let mut set = c.prepare_cached("UPDATE waiting SET place = ?2 WHERE id = ?1")?;
    for (place, id) in (1_i64..).zip(order) {
        set.execute(params![id.0, place])?;
    }
    Ok(())
}

fn record(row: &Row<'_>) -> rusqlite::Result<WaitingRecord> {
    Ok(WaitingRecord {
        id: WaitingId(row.get(0)?),
        conversation: ConversationId(row.get(1)?),
        text: row.get(2)?,
        model: row.get(3)?,
        created_at: Millis(row.get(4)?),
    })
}
