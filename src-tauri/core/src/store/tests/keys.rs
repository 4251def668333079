//! Another key, a passphrase, and the way out of memory.

use std::fs;
use std::path::PathBuf;

use secrecy::SecretString;

use super::*;
use crate::store::{change_key, sealed_key};

fn database(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("data/wingman.db")
}

fn new_key() -> DatabaseKey {
    DatabaseKey::from_bytes(&[9; 32])
}

fn fill(bytes: &mut [u8]) -> std::io::Result<()> {
    getrandom::fill(bytes).map_err(|error| std::io::Error::other(error.to_string()))
}

#[test]
fn another_key_opens_everything_and_the_old_one_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    begin(&store, SENTINEL);
    store.back_up().expect("a copy under the old key");
    let refused = change_key(&database(&folder), &key(), &new_key());
    assert_eq!(refused, Err(StoreError::Busy), "not while somebody writes");
    store.close_blocking().expect("a clean end");
    change_key(&database(&folder), &key(), &new_key()).expect("nobody has it open");

    let opened = Store::opens_with(&database(&folder), &key());
    assert_eq!(opened, Ok(false), "whoever has the old key has nothing");
    for file in fs::read_dir(folder.path().join("data/backups")).expect("copies") {
        let copy = file.expect("a copy").path();
        assert_eq!(Store::opens_with(&copy, &key()), Ok(false), "in the copies, too");
        assert_eq!(Store::opens_with(&copy, &new_key()), Ok(true), "which are there under the new one");
    }
    let store = Store::open(Place::File { path: database(&folder), key: &new_key() }).expect("the new key is right");
    assert_eq!(text_of(&store, "q"), SENTINEL, "nothing was lost");
    assert_eq!(store.restored(), None, "and nothing had to be brought back");
    let left: Vec<_> = fs::read_dir(folder.path().join("data"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("rekeyed"))
        .collect();
    assert!(left.is_empty(), "nothing half done is left: {left:?}");
}

#[test]
fn a_change_that_was_cut_off_leaves_the_database_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    begin(&store, SENTINEL);
    store.close_blocking().expect("a clean end");
    // As a change leaves it that was cut off before its last step: the other file is there, whole or not.
    fs::write(folder.path().join("data/wingman.db-rekeyed"), b"half of it").expect("a file");
    assert_eq!(text_of(&open(&folder), "q"), SENTINEL, "the old key opens it");
    change_key(&database(&folder), &key(), &new_key()).expect("and it can be begun again");
    assert_eq!(Store::opens_with(&database(&folder), &new_key()), Ok(true), "this time to its end");
}

#[test]
fn a_passphrase_opens_the_key_and_another_one_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(open(&folder));
    let path = database(&folder);
    assert_eq!(sealed_key::is_at(&path), Ok(false), "none was set");
    let right = SecretString::from("correct horse");
    sealed_key::seal(&path, &right, &[&key(), &new_key()], fill).expect("sealed");
    assert_eq!(sealed_key::is_at(&path), Ok(true), "the next start asks for it");
    let keys = sealed_key::open(&path, &right).expect("the right one");
    let opens: Vec<_> = keys.iter().map(|key| Store::opens_with(&path, key)).collect();
    assert_eq!(opens, [Ok(true), Ok(false)], "in the order in which they were sealed");
    let wrong = sealed_key::open(&path, &SecretString::from("correct mouse"));
    assert_eq!(wrong.err(), Some(StoreError::Passphrase), "told as that, so that the person types it again");
    let bytes = fs::read(folder.path().join("data/wingman.db-passphrase")).expect("a file");
    let text = key().to_text();
    let text = secrecy::ExposeSecret::expose_secret(&text).as_bytes();
    assert!(!bytes.windows(16).any(|window| window == &text[..16]), "the key is not in it in clear");
    sealed_key::forget(&path).expect("forgotten");
    assert_eq!(sealed_key::is_at(&path), Ok(false), "and only the keychain opens it");
}

#[test]
fn what_is_in_memory_can_be_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let memory = Store::open(Place::Memory).expect("memory needs nothing");
    begin(&memory, SENTINEL);
    memory.keep(database(&folder), key()).expect("a new file");
    let store = open(&folder);
    assert_eq!(text_of(&store, "q"), SENTINEL, "what was said before is there");
    let found: i64 = store
        .read_blocking(|look| {
            Ok(look.query_row("SELECT count(*) FROM words WHERE words MATCH 'zyzzogeton'", [], |row| row.get(0))?)
        })
        .expect("the search is there");
    assert!(found > 0, "with its words");
    let bytes = fs::read(database(&folder)).expect("a file");
    assert!(!bytes.windows(SENTINEL.len()).any(|window| window == SENTINEL.as_bytes()), "and encrypted");
    let again = memory.keep(database(&folder), key());
    assert!(matches!(again, Err(StoreError::Unexpected(_))), "chats that are there are not written over: {again:?}");
}
