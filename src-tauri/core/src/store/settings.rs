//! What a person has set: a name and a JSON value.

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;

/// The value, when it was set. One that no longer reads as `T` is [`StoreError::Unexpected`].
pub fn get<T: DeserializeOwned>(c: &Connection, key: &str) -> Result<Option<T>, StoreError> {
    let value: Option<String> =
        c.prepare_cached("SELECT value FROM setting WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()?;
    value
        .map(|value| serde_json::from_str(&value))
        .transpose()
        .map_err(|_| StoreError::Unexpected("a setting of another shape"))
}

/// Sets the value.
pub fn set<T: Serialize>(c: &Connection, key: &str, value: &T) -> Result<(), StoreError> {
    let value = serde_json::to_string(value).map_err(|_| StoreError::Unexpected("a setting that is no JSON"))?;
    c.prepare_cached(
        "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?
    .execute(params![key, value])?;
    Ok(())
}

/// Removes the value; one that is not there is removed already.
pub fn remove(c: &Connection, key: &str) -> Result<(), StoreError> {
    c.prepare_cached("DELETE FROM setting WHERE key = ?1")?.execute([key])?;
    Ok(())
}
