//! The app's database, opened with the key that the session's keychain holds: to look into it, on a copy.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, MAIN_DB};
use wingman_headless::{Desktop, Needles};

use crate::SERVICE;

/// Which needle lies where in the database: a table, by its values; or a page, also one that is free by now. Nothing when
/// there is no database.
pub(crate) fn search(desktop: &Desktop, file: &Path, needles: &Needles) -> Result<Vec<(usize, String)>> {
    if !file.exists() {
        return Ok(Vec::new());
    }
    let key =
        on_a_runtime_of_its_own(desktop.secret(SERVICE, "database"))?.context("the keychain has no key for it")?;
    ensure!(key.len() == 64 && key.bytes().all(|digit| digit.is_ascii_hexdigit()), "what the keychain has is no key");
    // A copy: opening the database moves its log into it, and a story may compare the file.
    let copy = tempfile::tempdir()?;
    for ending in ["", "-wal"] {
        let name = |path: &Path| Path::new(&format!("{}{ending}", path.display())).to_owned();
        if name(file).exists() {
            std::fs::copy(name(file), name(&copy.path().join("copy.db")))?;
        }
    }
    let mut database = Connection::open(copy.path().join("copy.db"))?;
    // rusqlite's error can quote the statement, and the statement is the key.
    database.execute_batch(&format!("PRAGMA key = \"x'{key}'\"")).map_err(|_| anyhow::anyhow!("it took no key"))?;
    let mut found = in_values(&database, needles)?;
    let pages = database.serialize(MAIN_DB)?;
    ensure!(pages.starts_with(b"SQLite format 3"), "the pages are not decrypted");
    found.extend(needles.found_in(&pages).into_iter().map(|which| (which, "a page".to_owned())));
    found.sort();
    found.dedup();
    Ok(found)
}

/// A long value lies on several pages, and only here in one piece.
fn in_values(database: &Connection, needles: &Needles) -> Result<Vec<(usize, String)>> {
    let mut found = Vec::new();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'";
    let mut tables = database.prepare(tables)?;
    let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    ensure!(!tables.is_empty(), "a database without a table is none of ours");
    for table in tables {
        let mut all = database.prepare(&format!("SELECT * FROM \"{table}\""))?;
        let columns = all.column_count();
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = row.get_ref(column)? {
                    found.extend(needles.found_in(bytes).into_iter().map(|which| (which, format!("table {table}"))));
                }
            }
        }
    }
    Ok(found)
}

/// Waits for something from where nothing can be waited for: the end of a story.
fn on_a_runtime_of_its_own<T: Send>(work: impl Future<Output = Result<T>> + Send) -> Result<T> {
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(anyhow::Error::from)?
                .block_on(work)
        });
        waiting.join().unwrap_or_else(|_| Err(anyhow::anyhow!("it panicked")))
    })
}
