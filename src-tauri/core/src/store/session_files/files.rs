//! Files and folders of one session, on one connection.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::path::Path;
use super::{FileError, FileInfo, FolderEntry, Result, find};
use crate::time::Millis;

/// Appends smaller than this join the last chunk, so that many small ones do not become many rows. What is rewritten
/// for one append stays below it.
const CHUNK: usize = 16 * 1024;

/// A larger text is cut, so that no row grows without bound.
const LARGEST_CHUNK: usize = 1024 * 1024;

/// A file or folder with its row.
struct Found {
    id: i64,
    info: FileInfo,
}

fn found(c: &Connection, session: &str, path: &Path) -> Result<Option<Found>> {
    let row = c
        .prepare_cached(
            "SELECT id, directory, size, modified_at, created_at FROM session_file WHERE session = ?1 AND path = ?2",
        )?
        .query_row(params![session, path.as_str()], |row| {
            Ok(Found {
                id: row.get(0)?,
                info: FileInfo {
                    directory: row.get(1)?,
                    size: row.get::<_, i64>(2)?.unsigned_abs(),
                    modified_at: Millis(row.get(3)?),
                    created_at: Millis(row.get(4)?),
                },
            })
        })
        .optional()?;
    Ok(row)
}

/// What is known of the place; the root of a session is always a folder.
pub(super) fn info(c: &Connection, session: &str, path: &Path) -> Result<Option<FileInfo>> {
    if path.is_root() {
        let made = find(c, session)?.map(|log| log.created_at);
        return Ok(made.map(|at| FileInfo { directory: true, size: 0, modified_at: at, created_at: at }));
    }
    Ok(found(c, session, path)?.map(|found| found.info))
}

/// The file at the place, or the reason why there is none.
fn file(c: &Connection, session: &str, path: &Path) -> Result<Option<Found>> {
    if path.is_root() {
        return Err(FileError::IsADirectory);
    }
    match found(c, session, path)? {
        Some(found) if found.info.directory => Err(FileError::IsADirectory),
        file => Ok(file),
    }
}

/// The file at the place, made with the folders above it when it is missing.
fn file_or_new(c: &Connection, session: &str, path: &Path, at: Millis) -> Result<Found> {
    if let Some(file) = file(c, session, path)? {
        return Ok(file);
    }
    if find(c, session)?.is_none() {
        return Err(FileError::NoSession);
    }
    for folder in path.ancestors() {
        folder_or_new(c, session, &folder, at)?;
    }
    let id = add(c, session, path, false, at)?;
    Ok(Found { id, info: FileInfo { directory: false, size: 0, modified_at: at, created_at: at } })
}

fn folder_or_new(c: &Connection, session: &str, path: &Path, at: Millis) -> Result<()> {
    match found(c, session, path)? {
        Some(found) if found.info.directory => {}
        Some(_) => return Err(FileError::NotADirectory),
        None => {
            add(c, session, path, true, at)?;
        }
    }
    Ok(())
}

fn add(c: &Connection, session: &str, path: &Path, directory: bool, at: Millis) -> Result<i64> {
    c.prepare_cached(
        "INSERT INTO session_file (session, path, parent, directory, size, created_at, modified_at)
         VALUES (?1, ?2, ?3, ?4, 0, ?5, ?5)",
    )?
    .execute(params![session, path.as_str(), path.parent().as_str(), directory, at.0])?;
    Ok(c.last_insert_rowid())
}

pub(super) fn read(c: &Connection, session: &str, path: &Path) -> Result<Vec<u8>> {
    let file = file(c, session, path)?.ok_or(FileError::NotFound)?;
    let mut content = Vec::with_capacity(usize::try_from(file.info.size).unwrap_or_default());
    let mut chunks = c.prepare_cached("SELECT content FROM session_chunk WHERE file = ?1 ORDER BY id")?;
    let mut rows = chunks.query([file.id])?;
    while let Some(row) = rows.next()? {
        content.extend_from_slice(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
    }
    Ok(content)
}

pub(super) fn write(c: &Connection, session: &str, path: &Path, content: &[u8], at: Millis) -> Result<()> {
    let file = file_or_new(c, session, path, at)?;
    c.prepare_cached("DELETE FROM session_chunk WHERE file = ?1")?.execute([file.id])?;
    grow(c, file.id, content)?;
    touch(c, file.id, content.len(), at)
}

pub(super) fn append(c: &Connection, session: &str, path: &Path, content: &[u8], at: Millis) -> Result<()> {
    let file = file_or_new(c, session, path, at)?;
    let last = c
        .prepare_cached("SELECT id, length(content) FROM session_chunk WHERE file = ?1 ORDER BY id DESC LIMIT 1")?
        .query_row([file.id], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))
        .optional()?;
    match last {
        Some((chunk, length)) if usize::try_from(length).is_ok_and(|length| length + content.len() <= CHUNK) => {
            let mut joined: Vec<u8> = c
                .prepare_cached("SELECT content FROM session_chunk WHERE id = ?1")?
                .query_row([chunk], |row| row.get(0))?;
            joined.extend_from_slice(content);
            c.prepare_cached("UPDATE session_chunk SET content = ?2 WHERE id = ?1")?.execute(params![chunk, joined])?;
        }
        _ => grow(c, file.id, content)?,
    }
    let size = usize::try_from(file.info.size).unwrap_or(usize::MAX).saturating_add(content.len());
    touch(c, file.id, size, at)
}

/// Adds chunks at the end. A new row's id is above every other's, so their order is the order of writing.
fn grow(c: &Connection, file: i64, content: &[u8]) -> Result<()> {
    let mut insert = c.prepare_cached("INSERT INTO session_chunk (file, content) VALUES (?1, ?2)")?;
    for chunk in content.chunks(LARGEST_CHUNK) {
        insert.execute(params![file, chunk])?;
    }
    Ok(())
}

fn touch(c: &Connection, file: i64, size: usize, at: Millis) -> Result<()> {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    c.prepare_cached("UPDATE session_file SET size = ?2, modified_at = ?3 WHERE id = ?1")?
        .execute(params![file, size, at.0])?;
    Ok(())
}

pub(super) fn mkdir(c: &Connection, session: &str, path: &Path, recursive: bool, at: Millis) -> Result<()> {
    if find(c, session)?.is_none() {
        return Err(FileError::NoSession);
    }
    if recursive {
        for folder in path.ancestors() {
            folder_or_new(c, session, &folder, at)?;
        }
        return if path.is_root() { Ok(()) } else { folder_or_new(c, session, path, at) };
    }
    if info(c, session, path)?.is_some() {
        return Err(FileError::Exists);
    }
    in_a_folder(c, session, path)?;
    add(c, session, path, true, at)?;
    Ok(())
}

/// Checks that the folder it is to lie in is there.
fn in_a_folder(c: &Connection, session: &str, path: &Path) -> Result<()> {
    match info(c, session, &path.parent())? {
        None => Err(FileError::NotFound),
        Some(parent) if !parent.directory => Err(FileError::NotADirectory),
        Some(_) => Ok(()),
    }
}

pub(super) fn readdir(c: &Connection, session: &str, path: &Path) -> Result<Vec<FolderEntry>> {
    match info(c, session, path)? {
        None => return Err(FileError::NotFound),
        Some(folder) if !folder.directory => return Err(FileError::NotADirectory),
        Some(_) => {}
    }
    let mut rows =
        c.prepare_cached("SELECT path, directory FROM session_file WHERE session = ?1 AND parent = ?2 ORDER BY path")?;
    let entries = rows.query_map(params![session, path.as_str()], |row| {
        let path: String = row.get(0)?;
        let name = path.rsplit_once('/').map_or(path.as_str(), |(_, name)| name).to_owned();
        Ok(FolderEntry { name, directory: row.get(1)? })
    })?;
    Ok(entries.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn remove(c: &Connection, session: &str, path: &Path, recursive: bool, force: bool) -> Result<()> {
    let Some(found) = info(c, session, path)? else {
        return if force { Ok(()) } else { Err(FileError::NotFound) };
    };
    if found.directory {
        if !recursive && holds_something(c, session, path)? {
            return Err(FileError::NotEmpty);
        }
        let (first, last) = path.below();
        c.prepare_cached("DELETE FROM session_file WHERE session = ?1 AND path > ?2 AND path < ?3")?
            .execute(params![session, first, last])?;
    }
    c.prepare_cached("DELETE FROM session_file WHERE session = ?1 AND path = ?2")?
        .execute(params![session, path.as_str()])?;
    Ok(())
}

fn holds_something(c: &Connection, session: &str, folder: &Path) -> Result<bool> {
    Ok(c.prepare_cached("SELECT EXISTS (SELECT 1 FROM session_file WHERE session = ?1 AND parent = ?2)")?
        .query_row(params![session, folder.as_str()], |row| row.get(0))?)
}

pub(super) fn rename(c: &Connection, session: &str, from: &Path, to: &Path) -> Result<()> {
    if from.is_root() || to.is_root() || to.is_below(from) {
        return Err(FileError::PathRefused);
    }
    let moved = info(c, session, from)?.ok_or(FileError::NotFound)?;
    if from == to {
        return Ok(());
    }
    in_a_folder(c, session, to)?;
    if let Some(target) = info(c, session, to)? {
        match (moved.directory, target.directory) {
            (false, true) => return Err(FileError::IsADirectory),
            (true, false) => return Err(FileError::NotADirectory),
            _ => remove(c, session, to, false, false)?,
        }
    }
    c.prepare_cached("UPDATE session_file SET path = ?3, parent = ?4 WHERE session = ?1 AND path = ?2")?
        .execute(params![session, from.as_str(), to.as_str(), to.parent().as_str()])?;
    if moved.directory {
        let (first, last) = from.below();
        c.prepare_cached(
            "UPDATE session_file
             SET path = ?4 || substr(path, length(?5) + 1), parent = ?4 || substr(parent, length(?5) + 1)
             WHERE session = ?1 AND path > ?2 AND path < ?3",
        )?
        .execute(params![session, first, last, to.as_str(), from.as_str()])?;
    }
    Ok(())
}
