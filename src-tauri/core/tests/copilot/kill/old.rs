//! A database as an older Wingman left it, with a history that takes a moment to migrate.

use std::path::Path;

use anyhow::{Result, ensure};
use rusqlite::{Connection, Transaction, params};

use super::victim::open;
use crate::story::Table;

/// The first released versions. The later ones need what only the store knows, and are its own tests'.
pub const RELEASED: [&str; 3] = [
    include_str!("../../../src/store/migrations/0001_conversations_and_sessions.sql"),
    include_str!("../../../src/store/migrations/0002_handed_over_conversations.sql"),
    include_str!("../../../src/store/migrations/0003_versions_and_what_waits.sql"),
];

/// The conversation in it.
pub const CONVERSATION: &str = "c";

const TURNS: u32 = 4000;
const KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";
/// The keychain's service of a run against a stand-in.
const SERVICE: &str = "dev.wingman.desktop.sandbox";

/// Makes it, with its key in the keychain beside it.
pub fn make(folder: &Path, version: usize) -> Result<()> {
    with(folder, version, |change| {
        change.execute_batch(
            "INSERT INTO conversation (id, account, title, titled_by, created_at, updated_at)
                 VALUES ('c', 'github.com/7', 'an old chat', 'question', 1, 1);",
        )?;
        let mut add = change.prepare(
            "INSERT INTO turn (id, conversation, parent, role, text, state, created_at, remembered)
             VALUES (?1, 'c', ?2, ?3, ?4, 'complete', ?5, 1)",
        )?;
        for number in 0..TURNS {
            let parent = number.checked_sub(1).map(|before| format!("t{before:05}"));
            let role = if number % 2 == 0 { "you" } else { "copilot" };
            add.execute(params![format!("t{number:05}"), parent, role, text(number), number])?;
        }
        change.execute("UPDATE conversation SET active_leaf = ?1", [format!("t{:05}", TURNS - 1)])?;
        Ok(())
    })
}

/// Makes one of many conversations.
pub fn make_many(folder: &Path, count: u32) -> Result<()> {
    with(folder, 3, |change| {
        let mut add = change.prepare(
            "INSERT INTO conversation (id, account, title, titled_by, created_at, updated_at)
                 VALUES (?1, 'github.com/7', ?2, 'question', ?3, ?3)",
        )?;
        for number in 0..count {
            add.execute(params![format!("c{number}"), format!("chat {number}"), 1 + number])?;
        }
        Ok(())
    })
}

fn with(folder: &Path, version: usize, fill: impl FnOnce(&Transaction<'_>) -> Result<()>) -> Result<()> {
    let data = folder.join("wingman/data");
    std::fs::create_dir_all(&data)?;
    Table::kept_in(&folder.join("keychain"))?.put(SERVICE, "database", KEY)?;
    let mut database = Connection::open(data.join("wingman.db"))?;
    database.execute_batch(&format!("PRAGMA key = \"x'{KEY}'\"")).map_err(|_| anyhow::anyhow!("it took no key"))?;
    database.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    let change = database.transaction()?;
    for (number, sql) in (1..).zip(&RELEASED[..version]) {
        change.execute_batch(sql)?;
        change.pragma_update(None, "user_version", number)?;
    }
    change.execute_batch(
        "INSERT INTO profile VALUES ('github.com/7', 'github.com', 7, 'alice', NULL, NULL, NULL, 1, 1, 0);",
    )?;
    fill(&change)?;
    change.commit()?;
    Ok(())
}

fn text(number: u32) -> String {
    format!("turn {number}: {}", "the wind turned in the night. ".repeat(8))
}

/// Whether some of the steps are done, and not all.
pub fn is_amid(folder: &Path, from: usize) -> Result<bool> {
    let database = open(folder, &Table::kept_in(&folder.join("keychain"))?)?;
    let version: u32 = database.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let all = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/migrations"))?.count();
    let version = version as usize;
    Ok(version > from && version < all)
}

/// Every turn is there, with its words.
pub fn is_whole(folder: &Path) -> Result<()> {
    let database = open(folder, &Table::kept_in(&folder.join("keychain"))?)?;
    let sound: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    ensure!(sound == "ok", "the database is whole: {sound}");
    let mut rows = database.prepare("SELECT text FROM turn ORDER BY id")?;
    let texts: Vec<String> = rows.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    ensure!(texts.len() == TURNS as usize, "{} turns of {TURNS} are there", texts.len());
    ensure!(texts.iter().zip(0..).all(|(found, number)| *found == text(number)), "with all their words");
    Ok(())
}
