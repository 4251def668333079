//! What was typed and not sent: one for each conversation, and one for the new chat of each of the app's windows.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::StoreError;
use crate::chat::Draft;
use crate::time::Millis;

pub(super) const TEXT: &str = "SELECT text FROM draft WHERE conversation IS ?1 AND account = ?2 AND desk = ?3";

/// What was typed there; empty when there is nothing.
pub fn get(c: &Connection, draft: &Draft) -> Result<String, StoreError> {
    let text = c
        .prepare_cached(TEXT)?
        .query_row(params![draft.id(), draft.account().as_str(), draft.desk()], |row| row.get(0))
        .optional()?;
    Ok(text.unwrap_or_default())
}

/// Keeps what was typed there; an empty text is deleted.
pub fn save(c: &Connection, draft: &Draft, text: &str, at: Millis) -> Result<(), StoreError> {
    match draft.id() {
        // Whoever's it was: a conversation has one draft.
        Some(conversation) => c.prepare_cached("DELETE FROM draft WHERE conversation = ?1")?.execute([conversation])?,
        None => c
            .prepare_cached("DELETE FROM draft WHERE conversation IS NULL AND account = ?1 AND desk = ?2")?
            .execute(params![draft.account().as_str(), draft.desk()])?,
    };
    if !text.is_empty() {
        c.prepare_cached(
            "INSERT INTO draft (conversation, account, desk, text, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![draft.id(), draft.account().as_str(), draft.desk(), text, at.0])?;
    }
    Ok(())
}
