//! One connection to the database: how it is opened, unlocked and set up.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::failure::StoreError;
use super::key::DatabaseKey;
use super::words;

/// How long a connection waits for another process (a backup, a second Wingman about to step back).
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The connection that writes. Makes file and folder when they are missing, readable by this user alone.
///
/// Until the key has proved right nothing is written: neither the file nor its write-ahead log changes when this
/// fails.
pub(super) fn writer(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    private_file(path)?;
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE,
    )?;
    // Closing the last connection moves the log into the file: not before we know that both are ours.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    unlock(&connection, key)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    // FULL: a commit is on the disk before its caller goes on, so that a question survives a power cut too. The price
    // is one flush a commit, at most two a second while an answer streams, and never on the window's thread.
    connection.pragma_update(None, "synchronous", "full")?;
    set_up(&connection)?;
    Ok(connection)
}

/// A connection that reads. The writer's must be open.
pub(super) fn reader(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE,
    )?;
    unlock(&connection, key)?;
    set_up(&connection)?;
    Ok(connection)
}

/// A new, empty database at this path, for a copy of another one.
pub(super) fn blank(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    private_file(path)?;
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE,
    )?;
    unlock(&connection, key)?;
    set_up(&connection)?;
    Ok(connection)
}

/// Moves the log into the file and empties it. [`StoreError::Busy`] while somebody still reads what it holds.
pub(super) fn empty_log(connection: &Connection) -> Result<(), StoreError> {
    let busy: bool = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy { Err(StoreError::Busy) } else { Ok(()) }
}

/// A database in memory, for a run without a keychain.
pub(super) fn memory() -> Result<Connection, StoreError> {
    let connection = Connection::open_in_memory()?;
    set_up(&connection)?;
    Ok(connection)
}

/// Hands the key to SQLCipher and proves it by a read.
fn unlock(connection: &Connection, key: &DatabaseKey) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // SQLCipher would write to the terminal what the caller is told anyway.
    connection.pragma_update_and_check(None, "cipher_log_level", "NONE", |_| Ok(()))?;
    // rusqlite's error can quote the statement, and the statement is the key: it ends here.
    connection.execute_batch(&key.pragma()).map_err(|_| StoreError::Database("the key was not accepted".to_owned()))?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(())
}

fn set_up(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "foreign_keys", true)?;
    // Sorting never spills into a file in clear text, and what is deleted is overwritten.
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    connection.set_prepared_statement_cache_capacity(64);
    words::set_up(connection)
}

/// Makes a file, empty, when it is missing: the database before SQLite makes it readable by others; SQLite gives the
/// log beside it the same rights.
pub(super) fn private_file(path: &Path) -> Result<(), StoreError> {
    if let Some(folder) = path.parent() {
        private_folder(folder).map_err(|error| unusable(&error))?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let file = options.open(path).map_err(|error| unusable(&error))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(fs::Permissions::from_mode(0o600)).map_err(|error| unusable(&error))?;
    }
    drop(file);
    Ok(())
}

pub(super) fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

pub(super) fn unusable(error: &std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full,
        ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        other => StoreError::File(other.to_string()),
    }
}
