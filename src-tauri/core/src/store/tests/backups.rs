use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::*;
use crate::store::{backups, connection, migrations};

fn database(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("data/wingman.db")
}

fn try_open(folder: &tempfile::TempDir) -> Result<Store, StoreError> {
    Store::open(Place::File { path: database(folder), key: &key() })
}

/// The copies, by name.
fn copies(folder: &tempfile::TempDir) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder.path().join("data/backups")) else { return Vec::new() };
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn say(store: &Store, id: &str, text: &str) {
    let (id, text) = (id.to_owned(), text.to_owned());
    store
        .write_blocking(move |c| {
            turns::add(c, &TurnRecord { progress: Progress::Complete, ..turn(&id, "c", None, Role::You, &text) })
        })
        .expect("a write");
}

/// Turns some bytes of a file around, at this part of its length.
fn damage(path: &Path, numerator: usize, denominator: usize) {
    let mut bytes = fs::read(path).expect("a file");
    let at = bytes.len() * numerator / denominator;
    bytes[at..at + 64].iter_mut().for_each(|byte| *byte = !*byte);
    fs::write(path, bytes).expect("a damaged file");
}

/// As a Wingman leaves it that was killed: the mark of an open database stays.
fn killed(folder: &tempfile::TempDir) {
    fs::write(folder.path().join("data/wingman.db-lock"), "open").expect("a mark");
}

/// A database with enough in it for several pages, closed, and a copy of it.
fn with_a_copy(folder: &tempfile::TempDir) {
    let store = open(folder);
    begin(&store, SENTINEL);
    for number in 0..40 {
        say(&store, &format!("long-{number}"), &"many words ".repeat(200));
    }
    store.back_up().expect("a copy");
    say(&store, "later", "said after the copy was made");
    store.close_blocking().expect("a clean end");
}

#[test]
fn a_copy_holds_all_that_is_committed_and_only_the_key_opens_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    begin(&store, SENTINEL);
    assert_eq!(store.backed_up_at(), Ok(None), "none was made yet");
    store.back_up().expect("a copy while the database is in use");
    say(&store, "later", "after it");
    assert_eq!(copies(&folder), ["wingman-000001.db"], "whole, and nothing unfinished beside it");
    assert!(store.backed_up_at().expect("readable").is_some(), "so that a day can be counted from it");
    let path = folder.path().join("data/backups/wingman-000001.db");
    let bytes = fs::read(&path).expect("a file");
    assert!(!bytes.windows(SENTINEL.len()).any(|window| window == SENTINEL.as_bytes()), "no word of it is in clear");
    let copy = connection::reader(&path, &key()).expect("the same key");
    let text: String = copy.query_row("SELECT text FROM turn WHERE id = 'q'", [], |row| row.get(0)).expect("a row");
    assert_eq!(text, SENTINEL, "what was in the log only, too");
    let other = connection::reader(&path, &DatabaseKey::from_bytes(&[8; 32]));
    assert_eq!(other.err(), Some(StoreError::Locked), "and no other one");
}

#[test]
fn the_newest_seven_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    for _ in 0..9 {
        store.back_up().expect("a copy");
    }
    let expected: Vec<_> = (3..=9).map(|number| format!("wingman-{number:06}.db")).collect();
    assert_eq!(copies(&folder), expected, "by their numbers, whatever the clock says");
    store.leave_nothing_behind().expect("a fresh one");
    assert_eq!(copies(&folder), ["wingman-000010.db"], "and none with what was deleted since");
}

#[test]
fn a_damaged_database_gives_way_to_the_newest_copy_that_is_whole() {
    for (part, what) in [((1, 2), "a page in the middle"), ((0, 1), "the first page")] {
        let folder = tempfile::tempdir().expect("a folder");
        with_a_copy(&folder);
        // A copy can be damaged as well.
        fs::copy(
            folder.path().join("data/backups/wingman-000001.db"),
            folder.path().join("data/backups/wingman-000002.db"),
        )
        .expect("a copy");
        damage(&folder.path().join("data/backups/wingman-000002.db"), 1, 2);
        damage(&database(&folder), part.0, part.1);
        killed(&folder);
        let damaged = fs::read(database(&folder)).expect("a file");

        let store = open(&folder);
        let restored = store.restored().expect("it is said").clone();
        assert_eq!(text_of(&store, "q"), SENTINEL, "{what}: what was said before the copy is there");
        let later = store.read_blocking(|c| turns::find(c, &TurnId("later".to_owned()))).expect("readable");
        assert!(later.is_none(), "{what}: what was said since is not, and the person is told");
        assert!(restored.from.is_some(), "from which day it is");
        assert!(fs::read(&restored.aside).expect("kept") == damaged, "{what}: the damaged file is kept to the byte");
        say(&store, "new", "it goes on");
        store.close_blocking().expect("a clean end");
        assert_eq!(open(&folder).restored(), None, "and is whole from now on");
    }
}

#[test]
fn damage_without_a_copy_is_said_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    with_a_copy(&folder);
    fs::remove_dir_all(folder.path().join("data/backups")).expect("no copies");
    damage(&database(&folder), 1, 2);
    killed(&folder);
    let before = fs::read(database(&folder)).expect("a file");
    assert_eq!(try_open(&folder).err(), Some(StoreError::Damaged), "not taken for another key");
    assert!(fs::read(database(&folder)).expect("a file") == before, "nothing is replaced by nothing");
}

#[test]
fn another_key_is_no_damage() {
    let folder = tempfile::tempdir().expect("a folder");
    with_a_copy(&folder);
    let before = fs::read(database(&folder)).expect("a file");
    let other = DatabaseKey::from_bytes(&[8; 32]);
    let refused = Store::open(Place::File { path: database(&folder), key: &other });
    assert_eq!(refused.err(), Some(StoreError::Locked), "the copies do not open with it either");
    assert!(fs::read(database(&folder)).expect("a file") == before, "so nothing is replaced");
}

#[test]
fn a_busy_database_is_no_damage() {
    let folder = tempfile::tempdir().expect("a folder");
    with_a_copy(&folder);
    killed(&folder);
    // Another program that holds it: a copy being made by the system, say.
    let holder = connection::writer(&database(&folder), &key()).expect("the key is right");
    holder.pragma_update(None, "locking_mode", "exclusive").expect("a mode");
    holder.execute_batch("BEGIN EXCLUSIVE; DELETE FROM turn WHERE id = 'later'").expect("it holds it");
    assert_eq!(try_open(&folder).err(), Some(StoreError::Busy), "trying again helps");
    assert_eq!(
        fs::read_dir(folder.path().join("data"))
            .expect("a folder")
            .filter(|entry| { entry.as_ref().expect("an entry").file_name().to_string_lossy().contains("damaged") })
            .count(),
        0,
        "and nothing was put aside"
    );
    holder.execute_batch("ROLLBACK").expect("it lets go");
    drop(holder);
    assert_eq!(open(&folder).restored(), None, "it was whole all the time");
}

#[test]
fn all_of_it_is_read_after_a_run_that_did_not_end_well_and_only_then() {
    let folder = tempfile::tempdir().expect("a folder");
    with_a_copy(&folder);
    damage(&database(&folder), 1, 2);
    let store = try_open(&folder).expect("a start costs no reading of everything");
    assert_eq!(store.restored(), None, "nothing was looked at that nobody asked for");
    drop(store);
    killed(&folder);
    assert!(open(&folder).restored().is_some(), "after a crash it is");
}

fn version(c: &Connection) -> usize {
    let found: i64 = c.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a number");
    usize::try_from(found).expect("a small one")
}

#[test]
fn a_copy_is_made_before_the_schema_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = database(&folder);
    let old = migrations::MIGRATIONS.len() - 1;
    let mut before = connection::writer(&path, &key()).expect("a new file");
    migrations::apply(&mut before, &migrations::MIGRATIONS[..old]).expect("the release's own schema");
    before.close().expect("closed");

    let store = open(&folder);
    assert_eq!(store.read_blocking(|c| Ok(version(c))), Ok(migrations::MIGRATIONS.len()), "it was brought up to date");
    assert_eq!(copies(&folder), ["wingman-000001.db"], "and before that it was copied");
    let copy = connection::reader(&folder.path().join("data/backups/wingman-000001.db"), &key()).expect("the same key");
    assert_eq!(version(&copy), old, "as the older release knows it");
    drop(store);
    drop(open(&folder));
    assert_eq!(copies(&folder).len(), 1, "a start that changes nothing copies nothing");
    assert_eq!(backups::KEPT, 7, "what SECURITY.md and the settings say");
}
