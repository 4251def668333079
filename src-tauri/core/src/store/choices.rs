//! What a person chose: for all chats, for an account, for one conversation.

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{StoreError, settings};
use crate::accounts::AccountId;
use crate::chat::{Chosen, ConversationId};

/// The name of the instructions for all chats among the settings.
const INSTRUCTIONS: &str = "instructions";

/// What a person chose for an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountChoices {
    /// The models that they want on top, in the order in which they were chosen.
    pub favourites: Vec<String>,
    /// The model of a new chat; none leaves it to the configuration.
    pub default_model: Option<String>,
    /// So many AI credits a month they want to stay below; a warning, never a limit.
    pub credit_limit: Option<f64>,
}

/// What was chosen for the account.
pub fn of_account(c: &Connection, account: &AccountId) -> Result<AccountChoices, StoreError> {
    Ok(settings::get(c, &name(account))?.unwrap_or_default())
}

/// Chooses for the account.
pub fn set_for_account(c: &Connection, account: &AccountId, choices: &AccountChoices) -> Result<(), StoreError> {
    settings::set(c, &name(account), choices)
}

/// Forgets what was chosen for the account.
pub(super) fn forget_account(c: &Connection, account: &AccountId) -> Result<(), StoreError> {
    settings::remove(c, &name(account))
}

fn name(account: &AccountId) -> String {
    format!("choices:{account}")
}

/// What Copilot is told before every conversation; empty for nothing.
pub fn instructions(c: &Connection) -> Result<String, StoreError> {
    Ok(settings::get(c, INSTRUCTIONS)?.unwrap_or_default())
}

/// Sets what Copilot is told before every conversation.
pub fn set_instructions(c: &Connection, text: &str) -> Result<(), StoreError> {
    if text.is_empty() { settings::remove(c, INSTRUCTIONS) } else { settings::set(c, INSTRUCTIONS, &text) }
}

/// What was chosen for the conversation.
pub fn of_conversation(c: &Connection, conversation: &ConversationId) -> Result<Chosen, StoreError> {
    let chosen = c
        .prepare_cached("SELECT effort, instructions FROM conversation_choice WHERE conversation = ?1")?
        .query_row([&conversation.0], |row| Ok(Chosen { effort: row.get(0)?, instructions: row.get(1)? }))
        .optional()?;
    Ok(chosen.unwrap_or_default())
}

/// Chooses for the conversation. [`StoreError::NotFound`] when there is none.
pub fn set_for_conversation(c: &Connection, conversation: &ConversationId, chosen: &Chosen) -> Result<(), StoreError> {
    let changed = c
        .prepare_cached(
            "INSERT INTO conversation_choice (conversation, effort, instructions)
             SELECT id, ?2, ?3 FROM conversation WHERE id = ?1
             ON CONFLICT (conversation) DO UPDATE
                 SET effort = excluded.effort, instructions = excluded.instructions",
        )?
        .execute(params![conversation.0, chosen.effort, chosen.instructions])?;
    super::one(changed)
}
