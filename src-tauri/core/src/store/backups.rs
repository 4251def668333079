//! Copies of the database beside it: one before each change of its schema and one a day, encrypted with the same key.
//! What is damaged is put aside, never deleted, and the newest copy that is whole takes its place.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::connection;
use super::failure::StoreError;
use super::key::DatabaseKey;
use crate::time::Millis;

/// So many copies are kept, the newest ones.
pub(super) const KEPT: usize = 7;

/// The folder of the copies, beside the database.
const FOLDER: &str = "backups";

/// What a damaged database was replaced by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// When the copy was made: what was said since then is in the damaged file only. None when the system does not
    /// know.
    pub from: Option<Millis>,
    /// Where the damaged file is now.
    pub aside: PathBuf,
}

/// Copies the database of this connection, whole or not at all, and forgets the oldest copies. Changes made meanwhile
/// are not in it and do not wait for it.
pub(super) fn make(source: &Connection, database: &Path, key: &DatabaseKey) -> Result<(), StoreError> {
    let folder = folder(database)?;
    let existing = list(&folder)?;
    // Numbers, not dates: a clock that goes back must not make an old copy the newest one.
    let number = existing.last().map_or(1, |(number, _)| number + 1);
    let unfinished = folder.join("unfinished");
    remove(&unfinished)?;
    copy(source, &unfinished, key)?;
    fs::rename(&unfinished, folder.join(name(number))).map_err(|error| connection::unusable(&error))?;
    let surplus = (existing.len() + 1).saturating_sub(KEPT);
    for (_, old) in existing.iter().take(surplus) {
        remove(old)?;
    }
    Ok(())
}

/// Copies the database of this connection into a new file under this key, to the disk, and looks whether it is whole.
pub(super) fn copy(source: &Connection, to: &Path, key: &DatabaseKey) -> Result<(), StoreError> {
    let mut copy = connection::blank(to, key)?;
    // In one step: a copy in several begins anew with each change that is made between them.
    match Backup::new(source, &mut copy)?.step(-1)? {
        StepResult::Done => {}
        _ => return Err(StoreError::Busy),
    }
    // Without a log: whoever only reads it could not take that away again.
    copy.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
    check(&copy)?;
    copy.close().map_err(|(_, error)| error)?;
    fs::File::open(to).and_then(|file| file.sync_all()).map_err(|error| connection::unusable(&error))
}

/// When the newest copy was made; none when there is none.
pub(super) fn newest(database: &Path) -> Result<Option<Millis>, StoreError> {
    Ok(list(&folder(database)?)?.last().and_then(|(_, path)| made_at(path)))
}

/// Deletes all copies but the newest: what was deleted from the database is in them still.
pub(super) fn keep_newest(database: &Path) -> Result<(), StoreError> {
    let copies = list(&folder(database)?)?;
    copies.iter().rev().skip(1).try_for_each(|(_, path)| remove(path))
}

/// Puts the newest copy that this key opens and that is whole in the place of the database, which is put aside with
/// its log. None, and nothing has changed, when there is no such copy.
pub(super) fn restore(database: &Path, key: &DatabaseKey) -> Result<Option<Restored>, StoreError> {
    let folder = folder(database)?;
    for (_, copy) in list(&folder)?.into_iter().rev() {
        match connection::reader(&copy, key).and_then(|copy| check(&copy)) {
            Ok(()) => {}
            Err(StoreError::Busy) => return Err(StoreError::Busy),
            Err(_) => continue,
        }
        // First the copy, then the move: at no moment is there less on the disk than before.
        let fresh = beside(database, "-restored");
        fs::copy(&copy, &fresh)
            .and_then(|_| fs::File::open(&fresh)?.sync_all())
            .map_err(|error| connection::unusable(&error))?;
        let aside = free_name(database);
        for part in ["-wal", "-shm", ""] {
            let from = beside(database, part);
            if from.exists() {
                fs::rename(&from, beside(&aside, part)).map_err(|error| connection::unusable(&error))?;
            }
        }
        fs::rename(&fresh, database).map_err(|error| connection::unusable(&error))?;
        return Ok(Some(Restored { from: made_at(&copy), aside }));
    }
    Ok(None)
}

/// Reads all of it: each page has proved whole by SQLCipher's own sum when it was read.
pub(super) fn check(connection: &Connection) -> Result<(), StoreError> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(StoreError::Damaged) }
}

fn folder(database: &Path) -> Result<PathBuf, StoreError> {
    let folder = database.with_file_name(FOLDER);
    connection::private_folder(&folder).map_err(|error| connection::unusable(&error))?;
    Ok(folder)
}

fn name(number: u64) -> String {
    format!("wingman-{number:06}.db")
}

/// The copies, the oldest one first. Files with other names are not ours.
fn list(folder: &Path) -> Result<Vec<(u64, PathBuf)>, StoreError> {
    let entries = fs::read_dir(folder).map_err(|error| connection::unusable(&error))?;
    let mut found: Vec<_> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let number = path.file_name()?.to_str()?.strip_prefix("wingman-")?.strip_suffix(".db")?.parse().ok()?;
            Some((number, path))
        })
        .collect();
    found.sort();
    Ok(found)
}

fn made_at(path: &Path) -> Option<Millis> {
    let since = fs::metadata(path).ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Millis)
}

/// Deletes a file that may be there.
pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(connection::unusable(&error)),
        _ => Ok(()),
    }
}

/// A path with something at the end of its name, as SQLite names its own files.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

/// A name for the damaged file that no earlier one has.
fn free_name(database: &Path) -> PathBuf {
    let name = |number: u32| beside(database, &format!("-damaged-{number}"));
    (1..u32::MAX).map(name).find(|path| !path.exists()).unwrap_or_else(|| name(u32::MAX))
}
