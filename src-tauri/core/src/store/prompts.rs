//! Texts that are typed by their name.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::StoreError;
use crate::chat::{Prompt, PromptId};
use crate::time::Millis;

/// All of them, by name.
pub fn all(c: &Connection) -> Result<Vec<Prompt>, StoreError> {
    let mut rows = c.prepare_cached("SELECT id, name, text FROM prompt ORDER BY folded")?;
    let prompts =
        rows.query_map([], |row| Ok(Prompt { id: PromptId(row.get(0)?), name: row.get(1)?, text: row.get(2)? }))?;
    Ok(prompts.collect::<rusqlite::Result<_>>()?)
}

/// Keeps the prompt, in the place of the one with its id when there is one. False when another one has the name.
pub fn save(c: &Connection, prompt: &Prompt, at: Millis) -> Result<bool, StoreError> {
    let folded = prompt.name.to_lowercase();
    let taken: Option<String> = c
        .prepare_cached("SELECT id FROM prompt WHERE folded = ?1")?
        .query_row([&folded], |row| row.get(0))
        .optional()?;
    if taken.is_some_and(|taken| taken != prompt.id.0) {
        return Ok(false);
    }
    c.prepare_cached(
        "INSERT INTO prompt (id, name, folded, text, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, folded = excluded.folded, text = excluded.text",
    )?
    .execute(params![prompt.id.0, prompt.name, folded, prompt.text, at.0])?;
    Ok(true)
}

/// Deletes the prompt; one that is not there is deleted already.
pub fn delete(c: &Connection, id: &PromptId) -> Result<(), StoreError> {
    c.prepare_cached("DELETE FROM prompt WHERE id = ?1")?.execute([&id.0])?;
    Ok(())
}
