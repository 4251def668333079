use super::*;
use crate::store::Place;

const SESSION: &str = "user-7-0190";

fn files() -> SessionFiles {
    let files = Store::open(Place::Memory).expect("memory needs nothing").session_files();
    files.register(SESSION, &AccountId::new("github.com", 7)).expect("a first session");
    files
}

#[test]
fn an_appended_file_reads_as_one_however_it_was_cut() {
    let files = files();
    let mut expected = String::new();
    for (turn, size) in [3, 20_000, 5, 0, 16_000, 900, 1_500_000, 1].into_iter().enumerate() {
        let piece = "é".repeat(size) + &turn.to_string();
        files.append(SESSION, "/state/events.jsonl", piece.as_bytes()).expect("appending makes what is missing");
        expected += &piece;
    }
    let read = files.read(SESSION, "state/events.jsonl").expect("it was written");
    assert!(read == expected, "the runtime must find exactly what it wrote ({} bytes)", expected.len());
    let info = files.stat(SESSION, "/state/events.jsonl").expect("it was written");
    assert_eq!(info.size, expected.len() as u64, "the size is in bytes, not in characters");
    assert!(files.stat(SESSION, "/state").expect("made on the way").directory, "the folder above was made");
}

#[test]
fn an_append_does_not_rewrite_the_file() {
    let files = files();
    files.write(SESSION, "/log", &vec![b'x'; 5_000_000]).expect("a large file");
    let changed = |files: &SessionFiles| -> i64 {
        files.look(|c| Ok(c.query_row("SELECT max(id) FROM session_chunk", [], |row| row.get(0))?)).expect("a number")
    };
    let before = changed(&files);
    for _ in 0..10 {
        files.append(SESSION, "/log", b"one line\n").expect("an append");
    }
    assert_eq!(changed(&files), before + 1, "ten small appends make one new chunk and touch no large one");
    assert_eq!(files.stat(SESSION, "/log").expect("it is there").size, 5_000_090, "and the size grows along");
}

#[test]
fn writing_replaces_all_that_was_there() {
    let files = files();
    files.write(SESSION, "/state/workspace.yaml", b"a long first version").expect("a write");
    files.write(SESSION, "/state/workspace.yaml", b"short").expect("a second write");
    assert_eq!(files.read(SESSION, "/state/workspace.yaml").as_deref(), Ok("short"), "nothing of the first is left");
    files.write(SESSION, "/state/bin", &[0xff, 0]).expect("bytes are bytes");
    assert_eq!(files.read(SESSION, "/state/bin"), Err(FileError::NotText), "half a text would be worse than none");
    assert_eq!(files.read_bytes(SESSION, "/state/bin"), Ok(vec![0xff, 0]), "the bytes themselves are kept");
}

#[test]
fn an_empty_folder_is_remembered() {
    let files = files();
    files.mkdir(SESSION, "/state/temp", true).expect("recursive makes the folders above");
    assert!(files.stat(SESSION, "/state/temp").expect("remembered").directory, "creating a session depends on it");
    assert_eq!(files.mkdir(SESSION, "/state/temp", true), Ok(()), "made again is made");
    assert_eq!(files.mkdir(SESSION, "/state/temp", false), Err(FileError::Exists), "unless it must be new");
    assert_eq!(files.mkdir(SESSION, "/no/where", false), Err(FileError::NotFound), "the folder above is missing");
    files.write(SESSION, "/state/file", b"").expect("an empty file");
    assert_eq!(files.mkdir(SESSION, "/state/file/x", true), Err(FileError::NotADirectory), "a file holds nothing");
    assert_eq!(files.write(SESSION, "/state", b"x"), Err(FileError::IsADirectory), "a folder has no content");
    assert_eq!(files.stat(SESSION, "/none"), Err(FileError::NotFound), "what was never made is not there");
    assert_eq!(files.exists(SESSION, "/none"), Ok(false), "asking whether is no error");
    assert!(files.stat(SESSION, "/").expect("always there").directory, "a session has a root");
}

#[test]
fn a_folder_lists_what_lies_in_it_and_nothing_deeper() {
    let files = files();
    files.write(SESSION, "/state/checkpoints/index.md", b"#").expect("a write");
    files.write(SESSION, "/state/events.jsonl", b"{}").expect("a write");
    files.write(SESSION, "/state2/other", b"").expect("a write");
    let names: Vec<_> = files.readdir(SESSION, "/state").expect("a folder").into_iter().collect();
    let expected = [("checkpoints", true), ("events.jsonl", false)]
        .map(|(name, directory)| FolderEntry { name: name.to_owned(), directory });
    assert_eq!(names, expected, "names without the folder, each with its type");
    assert_eq!(files.readdir(SESSION, "/state/events.jsonl"), Err(FileError::NotADirectory), "a file is no folder");
    assert_eq!(files.readdir(SESSION, "/none"), Err(FileError::NotFound), "no folder, no list");
}

#[test]
fn removing_takes_what_was_meant_and_no_more() {
    let files = files();
    files.write(SESSION, "/a/b/c", b"1").expect("a write");
    files.write(SESSION, "/ab", b"2").expect("a write");
    assert_eq!(files.remove(SESSION, "/a", false, true), Err(FileError::NotEmpty), "not without being told");
    files.remove(SESSION, "/a", true, false).expect("told");
    assert_eq!(files.exists(SESSION, "/a/b/c"), Ok(false), "all below is gone");
    assert_eq!(files.read(SESSION, "/ab").as_deref(), Ok("2"), "a neighbour with the same beginning stays");
    assert_eq!(files.remove(SESSION, "/a", true, false), Err(FileError::NotFound), "it is gone");
    assert_eq!(files.remove(SESSION, "/a", true, true), Ok(()), "which force does not mind");
}

#[test]
fn a_renamed_folder_takes_its_files_along() {
    let files = files();
    files.write(SESSION, "/é/b/c", b"1").expect("a write");
    files.write(SESSION, "/new", b"old").expect("a write");
    files.rename(SESSION, "/é", "/d").expect("a folder to a free place");
    assert_eq!(files.read(SESSION, "/d/b/c").as_deref(), Ok("1"), "its files went along");
    assert_eq!(files.readdir(SESSION, "/d").map(|entries| entries.len()), Ok(1), "and are listed there");
    assert_eq!(files.exists(SESSION, "/é/b"), Ok(false), "and nowhere else");
    files.rename(SESSION, "/d/b/c", "/new").expect("a file over a file");
    assert_eq!(files.read(SESSION, "/new").as_deref(), Ok("1"), "a rename replaces, as every filesystem does");
    assert_eq!(files.rename(SESSION, "/d", "/d/x"), Err(FileError::PathRefused), "nothing moves into itself");
    assert_eq!(files.rename(SESSION, "/d", "/new"), Err(FileError::NotADirectory), "no folder over a file");
    assert_eq!(files.rename(SESSION, "/none", "/x"), Err(FileError::NotFound), "nothing to move");
}

#[test]
fn sessions_do_not_see_each_other() {
    let files = files();
    let other = AccountId::new("github.com", 8);
    files.register("user-8-1", &other).expect("another session");
    files.write(SESSION, "/state/events.jsonl", b"mine").expect("a write");
    assert_eq!(files.exists("user-8-1", "/state/events.jsonl"), Ok(false), "another account's memory is not mine");
    assert_eq!(files.register(SESSION, &other), Err(FileError::Foreign), "nor can it be taken over");
    assert_eq!(files.session(SESSION).map(|log| log.map(|log| log.account)), Ok(Some(AccountId::new("github.com", 7))));
    assert_eq!(files.sessions(&other).map(|logs| logs.len()), Ok(1), "each account lists its own");
    assert_eq!(files.holds(SESSION), Ok(true), "a written log is resumed");
    assert_eq!(files.holds("user-8-1"), Ok(false), "an empty session is created, never resumed");
}

#[test]
fn a_deleted_session_does_not_come_back_by_a_late_write() {
    let files = files();
    files.append(SESSION, "/state/events.jsonl", b"line").expect("a write");
    files.delete(SESSION).expect("a delete");
    assert_eq!(files.append(SESSION, "/state/events.jsonl", b"late"), Err(FileError::NoSession), "it was deleted");
    assert_eq!(files.mkdir(SESSION, "/state", true), Err(FileError::NoSession), "for folders too");
    let left: i64 =
        files.look(|c| Ok(c.query_row("SELECT count(*) FROM session_chunk", [], |row| row.get(0))?)).expect("a number");
    assert_eq!(left, 0, "no word of it is left in the database");
}

#[test]
fn a_fork_remembers_up_to_the_answer_and_not_the_next_question() {
    let files = files();
    let line = |id: &str, kind: &str, text: &str| {
        format!(r#"{{"type":"{kind}","data":{{"sessionId":"{SESSION}","content":"{text}"}},"id":"{id}"}}"#) + "\n"
    };
    let log = line("e1", "session.start", "")
        + &line("e2", "user.message", "first")
        + &line("e3", "assistant.message", "about e5")
        + &line("e3b", "user.message", "Please continue")
        + &line("e4", "assistant.message", "the rest")
        + &line("e5", "user.message", "second");
    files.append(SESSION, "/state/events.jsonl", log.as_bytes()).expect("a write");
    files.write(SESSION, "/state/workspace.yaml", format!("id: {SESSION}\n").as_bytes()).expect("a write");
    files.mkdir(SESSION, "/state/temp", true).expect("a folder");
    // The questions that a person asked; what the runtime asks by itself is in no turn.
    let asked = |c: &Connection| -> Result<()> {
        for (number, event) in ["e2", "e5"].into_iter().enumerate() {
            c.execute("INSERT OR IGNORE INTO profile VALUES ('p', 'h', 7, 'ada', NULL, NULL, NULL, 1, 1, 0)", [])?;
            c.execute(
                "INSERT OR IGNORE INTO conversation (id, account, title, titled_by, created_at, updated_at)
                 VALUES ('c', 'p', 't', 'question', 1, 1)",
                [],
            )?;
            c.execute(
                "INSERT INTO turn (id, conversation, role, text, state, created_at, remembered, event, session)
                 VALUES (?1, 'c', 'copilot', '', 'complete', 1, 1, ?2, ?3)",
                params![format!("t{number}"), event, SESSION],
            )?;
        }
        Ok(())
    };
    files.change(asked).expect("two answers");

    let copy = "user-7-0190-2";
    assert_eq!(files.fork(SESSION, copy, "e2"), Err(FileError::NoSession), "whose it is must be known first");
    files.register(copy, &AccountId::new("github.com", 7)).expect("registered");
    files.fork(SESSION, copy, "e2").expect("the question is there");
    let forked = files.read(copy, "/state/events.jsonl").expect("copied");
    assert_eq!(forked.lines().count(), 5, "the lines before the second question");
    assert!(forked.contains("about e5") && forked.contains("the rest"), "the runtime's own question is in the answer");
    assert!(!forked.contains("second"), "the next question of the person is not");
    assert_eq!(forked.matches(r#""user-7-0190-2""#).count(), 5, "every line names the new session");
    assert_eq!(files.read(copy, "/state/workspace.yaml").as_deref(), Ok("id: user-7-0190-2\n"));
    assert_eq!(files.exists(copy, "/state/temp"), Ok(true), "empty folders too");
    assert_eq!(files.read(SESSION, "/state/events.jsonl").as_deref(), Ok(log.as_str()), "the original is untouched");

    assert_eq!(files.fork(SESSION, copy, "e2"), Err(FileError::Exists), "never over another memory");
    let third = "user-7-0190-3";
    files.register(third, &AccountId::new("github.com", 7)).expect("registered");
    assert_eq!(files.fork(SESSION, third, "e3"), Err(FileError::NoEvent), "cut at a question only");
    assert_eq!(files.holds(third), Ok(false), "a refused fork leaves nothing behind");
    files.fork(SESSION, third, "e5").expect("the last question");
    assert_eq!(files.read(third, "/state/events.jsonl").expect("copied").lines().count(), 6, "with all that follows");
    let lost = line("e6", "user.message", "third").replace("\"data\":{", "\"data\":{\"delivery\":\"idle\",");
    assert!(lost.contains("idle"), "as the runtime writes it: {lost}");
    files.append(SESSION, "/state/events.jsonl", lost.as_bytes()).expect("a write");
    let fourth = "user-7-0190-4";
    files.register(fourth, &AccountId::new("github.com", 7)).expect("registered");
    files.fork(SESSION, fourth, "e5").expect("the last question that is known");
    let forked = files.read(fourth, "/state/events.jsonl").expect("copied");
    assert!(!forked.contains("third"), "what was given up on its way is no part of the answer before it: {forked}");
    files.register("user-8-x", &AccountId::new("github.com", 8)).expect("registered");
    assert_eq!(files.fork(SESSION, "user-8-x", "e2"), Err(FileError::Foreign), "nobody remembers for somebody else");
}
