//! What was typed and not sent: one for each conversation, and one for each account's new chat.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::StoreError;
use crate::accounts::AccountId;
use crate::chat::ConversationId;
use crate::time::Millis;

/// The draft of the conversation, or of the account's new chat; empty when there is none.
pub fn get(c: &Connection, account: &AccountId, conversation: Option<&ConversationId>) -> Result<String, StoreError> {
    let text = match conversation {
        Some(conversation) => c
            .prepare_cached("SELECT text FROM draft WHERE conversation = ?1 AND account = ?2")?
            .query_row(params![conversation.0, account.as_str()], |row| row.get(0))
            .optional()?,
        None => c
            .prepare_cached("SELECT text FROM draft WHERE account = ?1 AND conversation IS NULL")?
            .query_row([account.as_str()], |row| row.get(0))
            .optional()?,
    };
    Ok(text.unwrap_or_default())
}

/// Keeps the draft; an empty one is deleted.
pub fn save(
    c: &Connection,
    account: &AccountId,
    conversation: Option<&ConversationId>,
    text: &str,
    at: Millis,
) -> Result<(), StoreError> {
    let id = conversation.map(|conversation| &conversation.0);
    match conversation {
        Some(conversation) => {
            c.prepare_cached("DELETE FROM draft WHERE conversation = ?1")?.execute([&conversation.0])?;
        }
        None => {
            c.prepare_cached("DELETE FROM draft WHERE account = ?1 AND conversation IS NULL")?
                .execute([account.as_str()])?;
        }
    }
    if !text.is_empty() {
        c.prepare_cached("INSERT INTO draft (account, conversation, text, updated_at) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![account.as_str(), id, text, at.0])?;
    }
    Ok(())
}
