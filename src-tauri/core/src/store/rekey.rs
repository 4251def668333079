//! Another key for the database, and the way of one in memory into a file.

use std::fs::{self, File};
use std::path::Path;

use rusqlite::Connection;

use super::backups;
use super::claim::Claim;
use super::connection;
use super::failure::StoreError;
use super::key::DatabaseKey;

/// Gives the database another key, whole or not at all: a copy under the new key takes its place in one step. The older
/// copies beside it, which the old key opens, give way to a fresh one. Nobody may have it open. Blocks for as long as
/// reading and writing all of it takes.
pub fn change_key(database: &Path, old: &DatabaseKey, new: &DatabaseKey) -> Result<(), StoreError> {
    let claim = Claim::on(database)?;
    let fresh = backups::beside(database, "-rekeyed");
    backups::remove(&fresh)?;
    let connection = connection::writer(database, old)?;
    connection::empty_log(&connection)?;
    backups::copy(&connection, &fresh, new)?;
    connection.close().map_err(|(_, error)| error)?;
    // The log is empty and belongs to the old file; left behind, it would be read as the new one's.
    for part in ["-wal", "-shm"] {
        backups::remove(&backups::beside(database, part))?;
    }
    fs::rename(&fresh, database).map_err(|error| connection::unusable(&error))?;
    renew_copies(database, new)?;
    claim.end_well();
    Ok(())
}

/// Puts one copy under the key in use in the place of all others.
pub fn renew_copies(database: &Path, key: &DatabaseKey) -> Result<(), StoreError> {
    backups::make(&connection::reader(database, key)?, database, key)?;
    backups::keep_newest(database)
}

/// Writes the database of this connection, which is in memory and in clear, into a new file under this key.
pub(super) fn keep(memory: &Connection, database: &Path, key: &DatabaseKey) -> Result<(), StoreError> {
    connection::private_file(database)?;
    let path = database.to_str().ok_or(StoreError::Unexpected("a path that is no text"))?;
    memory.execute("ATTACH DATABASE ?1 AS kept KEY ?2", rusqlite::params![path, &*key.raw()]).map_err(|_| {
        // rusqlite's error could quote the key.
        StoreError::Database("the new database was not accepted".to_owned())
    })?;
    let kept = export(memory);
    let detached = memory.execute_batch("DETACH DATABASE kept");
    kept?;
    detached?;
    File::open(database).and_then(|file| file.sync_all()).map_err(|error| connection::unusable(&error))
}

fn export(memory: &Connection) -> Result<(), StoreError> {
    memory.query_row("SELECT sqlcipher_export('kept')", [], |_| Ok(()))?;
    // Which is not part of what is exported.
    let version: i64 = memory.pragma_query_value(None, "user_version", |row| row.get(0))?;
    memory.execute_batch(&format!("PRAGMA kept.user_version = {version}"))?;
    Ok(())
}
