use std::fs;
use std::path::Path;

use super::*;

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = fs::read(&path).expect("a file");
            found.push((path.file_name().expect("a name").to_string_lossy().into_owned(), bytes));
        }
    }
    found.sort();
    found
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

#[test]
fn no_file_holds_a_word_of_a_conversation() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    begin(&store, SENTINEL);
    store.session_files().append("user-7-c", "/state/events.jsonl", SENTINEL.as_bytes()).expect("an append");
    for moment in ["open", "closed"] {
        if moment == "closed" {
            store.close_blocking().expect("a clean end");
        }
        let all = files(folder.path());
        assert!(all.iter().any(|(_, bytes)| bytes.len() > 4096), "{moment}: something was written: {}", all.len());
        for (name, bytes) in all {
            assert!(!holds(&bytes, SENTINEL), "{name} shows the conversation while the store is {moment}");
            assert!(!holds(&bytes, "SQLite format 3"), "{name} is a database in clear while the store is {moment}");
        }
    }
    assert_eq!(store.read_blocking(|_| Ok(())), Err(StoreError::Closed), "closed is closed, for readers");
    assert_eq!(store.write_blocking(|_| Ok(())), Err(StoreError::Closed), "and for writers");
    let names: Vec<_> = files(folder.path()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["wingman.db", "wingman.db-lock"], "a clean end leaves one database file, no log");
    let store = open(&folder);
    assert_eq!(text_of(&store, "q"), SENTINEL, "and with the key all of it is there");
}

#[test]
fn a_first_start_is_told_from_a_later_one_without_a_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data/wingman.db");
    assert_eq!(Store::is_at(&path), Ok(false), "nothing is there yet: a new key may be made");
    let store = open(&folder);
    assert_eq!(Store::is_at(&path), Ok(true), "from now on a missing key is a loss, and nothing is replaced");
    drop(store);
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    begin(&store, SENTINEL);
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    let data = folder.path().join("data");
    assert_eq!(mode(&data), 0o700, "the folder is this user's");
    for entry in fs::read_dir(&data).expect("a folder") {
        let path = entry.expect("an entry").path();
        assert_eq!(mode(&path), 0o600, "{} is this user's", path.display());
    }
}

#[test]
fn another_key_opens_nothing_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    begin(&store, SENTINEL);
    // As a crash leaves it: file and log, the log not yet moved into the file.
    let copy = tempfile::tempdir().expect("a folder");
    copy_of(&folder, &copy);
    let before = files(copy.path());
    let other = DatabaseKey::from_bytes(&[8; 32]);
    let refused = Store::open(Place::File { path: copy.path().join("data/wingman.db"), key: &other });
    assert_eq!(refused.err(), Some(StoreError::Locked), "told apart from a missing and from a busy file");
    let after: Vec<_> =
        files(copy.path()).into_iter().filter(|(name, _)| before.iter().any(|(b, _)| b == name)).collect();
    assert!(before == after, "database and log are as they were, to the byte");
    assert_eq!(text_of(&open(&copy), "q"), SENTINEL, "and the right key still opens them");
}

#[test]
fn what_is_no_database_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("wingman.db");
    let letter = "a letter, not a database. ".repeat(1000);
    fs::write(&path, &letter).expect("a file");
    let refused = Store::open(Place::File { path: path.clone(), key: &key() });
    assert_eq!(refused.err(), Some(StoreError::Locked), "it does not open");
    assert_eq!(fs::read_to_string(&path).expect("still there"), letter, "and is not replaced");
    let nowhere = Store::open(Place::File { path: path.join("below/a/file.db"), key: &key() });
    assert!(matches!(nowhere.err(), Some(StoreError::File(_))), "a folder that cannot be is another error");
}

#[test]
fn a_newer_database_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    store.write_blocking(|c| Ok(c.pragma_update(None, "user_version", 999)?)).expect("a write");
    store.close_blocking().expect("a clean end");
    let path = folder.path().join("data/wingman.db");
    let before = fs::read(&path).expect("a file");
    let refused = Store::open(Place::File { path: path.clone(), key: &key() });
    assert!(matches!(refused.err(), Some(StoreError::Newer { found: 999, .. })), "the person is told to update");
    assert!(fs::read(&path).expect("a file") == before, "a newer Wingman's history is not touched");
}

fn copy_of(from: &tempfile::TempDir, to: &tempfile::TempDir) {
    let target = to.path().join("data");
    fs::create_dir_all(&target).expect("a folder");
    for name in ["wingman.db", "wingman.db-wal"] {
        fs::copy(from.path().join("data").join(name), target.join(name)).expect("a copy");
    }
}

#[test]
fn a_crash_loses_nothing_that_was_committed_and_settles_the_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    begin(&store, SENTINEL);
    for piece in ["half ", "an ", "answer"] {
        let piece = piece.to_owned();
        store.write_blocking(move |c| turns::grow(c, &TurnId("a".to_owned()), &piece)).expect("a piece");
    }
    let crashed = tempfile::tempdir().expect("a folder");
    copy_of(&folder, &crashed);
    // A crash in the middle of a write: the log ends in half a commit.
    let log = crashed.path().join("data/wingman.db-wal");
    let mut bytes = fs::read(&log).expect("a log");
    bytes.extend_from_slice(&bytes.clone()[32..2000]);
    fs::write(&log, bytes).expect("a torn log");

    let store = open(&crashed);
    assert_eq!(text_of(&store, "q"), SENTINEL, "the question was committed before it was sent");
    let answer =
        store.read_blocking(|c| turns::find(c, &TurnId("a".to_owned()))).expect("readable").expect("it is there");
    assert_eq!(answer.text, "half an answer", "what was committed of the answer is kept, in order");
    assert_eq!(answer.progress, Progress::Stopped, "nobody is writing it any more");
    assert!(!answer.remembered, "the runtime forgets a partial answer, and the person is told so");
    let late = store.write_blocking(|c| turns::grow(c, &TurnId("a".to_owned()), "late"));
    assert_eq!(late, Err(StoreError::NotFound), "an ended answer does not grow");
}

#[test]
fn a_second_wingman_is_told_that_the_database_is_in_use() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    begin(&store, SENTINEL);
    let path = folder.path().join("data/wingman.db");
    let second = Store::open(Place::File { path: path.clone(), key: &key() });
    assert_eq!(second.err(), Some(StoreError::Busy), "busy is never taken for broken");
    let running =
        store.read_blocking(|c| turns::find(c, &TurnId("a".to_owned()))).expect("readable").expect("it is there");
    assert_eq!(running.progress, Progress::Answering, "and the answer of the first goes on");
    store.close_blocking().expect("a clean end");
    assert!(Store::open(Place::File { path, key: &key() }).is_ok(), "free again when the first has ended");
}

#[test]
fn a_change_is_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    begin(&store, SENTINEL);
    let failed = store.write_blocking(|c| {
        conversations::rename(c, &ConversationId("c".to_owned()), "half done")?;
        turns::add(c, &turn("q2", "c", Some("nobody"), Role::You, "?"))
    });
    assert_eq!(failed, Err(StoreError::NotFound), "the parent is not there");
    let panicked: Result<(), _> = store.write_blocking(|c| {
        conversations::rename(c, &ConversationId("c".to_owned()), "half done")?;
        panic!("a fault of ours, on purpose");
    });
    assert_eq!(panicked, Err(StoreError::Fault), "a fault is told, not swallowed");
    let title = store
        .read_blocking(|c| Ok(conversations::find(c, &ConversationId("c".to_owned()))?.map(|c| c.title)))
        .expect("the store goes on after a fault");
    assert_eq!(title.as_deref(), Some("About c"), "neither left half a change behind");
}

#[test]
fn readers_cannot_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    begin(&store, SENTINEL);
    let refused = store.read_blocking(|c| conversations::delete(c, &ConversationId("c".to_owned())));
    assert_eq!(refused, Err(StoreError::ReadOnly), "one writer means one");
    assert_eq!(text_of(&store, "q"), SENTINEL, "nothing was deleted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_never_find_it_busy_or_broken() {
    for memory in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let store = if memory { Store::open(Place::Memory).expect("memory needs nothing") } else { open(&folder) };
        begin(&store, "q");
        let mut tasks = Vec::new();
        for number in 0..8 {
            let store = store.clone();
            tasks.push(tokio::spawn(async move {
                for _ in 0..20 {
                    store.write(move |c| turns::grow(c, &TurnId("a".to_owned()), &number.to_string())).await?;
                    store.read(|c| turns::latest(c, &ConversationId("c".to_owned()), 10)).await?;
                }
                Ok::<_, StoreError>(())
            }));
        }
        for task in tasks {
            assert_eq!(task.await.expect("no panic"), Ok(()), "eight at once is an ordinary day (memory: {memory})");
        }
        let text =
            store.read(|c| turns::find(c, &TurnId("a".to_owned()))).await.expect("readable").expect("there").text;
        assert_eq!(text.len(), 160, "every piece of everyone is there (memory: {memory})");
        store.close().await.expect("a clean end");
        assert_eq!(store.write(|_| Ok(())).await, Err(StoreError::Closed), "closed is closed (memory: {memory})");
    }
}
