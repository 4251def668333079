//! Files that were made to take all there is: memory, time, a column of the database.

use std::io::Write as _;

use serde_json::{Value, json};

use super::super::hand_over::tests::{chat, home, original, work};
use super::tests::{export, file, rows, tree};
use super::*;

/// What becomes of a file where so much is allowed.
fn read_within(contents: impl AsRef<[u8]>, limit: u64) -> Result<Contents> {
    let (_folder, path) = file(contents);
    read(&path, &work(), Allowance::new(limit))
}

fn code(read: Result<Contents>) -> Code {
    match read {
        Ok(contents) => panic!("taken in, with {} damaged", contents.damaged),
        Err(error) => error.code,
    }
}

/// A message of a tree of ChatGPT's.
fn node(role: &str, text: &str, parent: Option<&str>, children: &[&str]) -> Value {
    json!({
        "message": {"author": {"role": role}, "create_time": 5.0, "content": {"content_type": "text", "parts": [text]}},
        "parent": parent,
        "children": children,
    })
}

fn chatgpt_file(mapping: &serde_json::Map<String, Value>) -> String {
    json!([{"title": "A tree", "conversation_id": "tree", "mapping": mapping}]).to_string()
}

/// So many messages in a row, all of one answer, and where `asked`, a question after each.
fn chain(length: usize, text: &str, asked: bool) -> String {
    let mut mapping = serde_json::Map::new();
    for at in 0..length {
        let (name, next, question) = (format!("m{at}"), format!("m{}", at + 1), format!("q{at}"));
        let above = at.checked_sub(1).map(|before| format!("m{before}"));
        let mut children = Vec::new();
        if at + 1 < length {
            children.push(next.as_str());
        }
        if asked {
            children.push(&question);
            mapping.insert(question.clone(), node("user", "And?", Some(&name), &[]));
        }
        mapping.insert(name, node("assistant", text, above.as_deref(), &children));
    }
    chatgpt_file(&mapping)
}

fn archive_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, contents) in files {
        archive.start_file(name.as_str(), options).expect("a file");
        archive.write_all(contents).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

#[test]
fn a_file_that_is_too_large_is_refused_with_what_would_go() {
    let Err(refused) = read_within(vec![b'['; 3 * 1024 * 1024], 2 * 1024 * 1024) else { panic!("too large") };
    assert_eq!((refused.code, refused.params["limit"].as_str()), (Code::ImportTooLarge, "2"), "in megabytes");
}

#[test]
fn an_archive_is_bounded_as_a_whole() {
    let bomb = archive_of(&[("conversations.json".into(), vec![b' '; 8 * 1024 * 1024])]);
    assert!(bomb.len() < 100 * 1024, "a small file");
    assert_eq!(code(read_within(bomb, 1024 * 1024)), Code::ImportTooLarge, "that unfolds");

    let part = [b"[]".to_vec(), vec![b' '; 100 * 1024]].concat();
    let parts: Vec<_> = (0..20).map(|number| (format!("conversations-{number}.json"), part.clone())).collect();
    assert!(read_within(archive_of(&parts[..5]), 1024 * 1024).is_ok(), "some fit");
    let all = read_within(archive_of(&parts), 1024 * 1024);
    assert_eq!(code(all), Code::ImportTooLarge, "each of them would, all of them do not");
}

#[test]
fn a_list_of_nothing_costs_no_more_than_itself() {
    let nothing = format!("[{}0]", "0,".repeat(1_000_000));
    assert_eq!(code(read_within(&nothing, LARGEST)), Code::ImportUnreadable, "a list of something else");
    let ours = format!(
        "{{\"format\":\"wingman-conversations\",\"version\":1,\"app\":\"1\",\"exportedAt\":1,\"conversations\":{nothing}}}"
    );
    let contents = read_within(ours, LARGEST).expect("an export, of nothing");
    assert_eq!((contents.conversations.len(), contents.damaged), (0, 1_000_001), "each of them is told");
}

#[test]
fn a_long_answer_is_one_turn_and_takes_no_longer_for_being_in_pieces() {
    let contents = read_within(chain(20_000, &"word ".repeat(20), false), LARGEST).expect("a long answer");
    let [one] = &contents.conversations[..] else { panic!("one conversation") };
    assert_eq!(one.turns.len(), 1, "one answer");
    assert_eq!(one.turns[0].text.len(), 20_000 * 100 + 19_999 * 2, "every word of it");
    assert_eq!(one.turns[0].id.0, "m19999", "named by its last message");
}

#[test]
fn an_answer_that_branches_in_each_of_its_pieces_is_bounded() {
    let contents = read_within(chain(10, "piece", true), LARGEST).expect("a few are a tree like any other");
    let turns = &contents.conversations[0].turns;
    assert_eq!(turns.len(), 20, "each question has the answer as far as it had come");
    assert!(turns.iter().any(|turn| turn.text == "piece\n\npiece\n\npiece"), "all of it so far");
    let many = chain(2_000, &"x".repeat(500), true);
    assert!(many.len() < 4 * 1024 * 1024, "a file that is not large");
    assert_eq!(code(read_within(many, 8 * 1024 * 1024)), Code::ImportTooLarge, "would be a gigabyte");
    let too_long = chain(50, &"x".repeat(100 * 1024), false);
    assert_eq!(code(read_within(too_long, LARGEST)), Code::ImportUnreadable, "no answer is that long: damaged");
}

#[test]
fn a_message_is_read_once_however_often_it_is_named() {
    let mut mapping = serde_json::Map::new();
    mapping.insert("q".into(), node("user", "Why?", None, &vec!["a"; 50_000]));
    mapping.insert("a".into(), node("assistant", "So.", Some("q"), &["a", "q", "b", "nobody"]));
    mapping.insert("b".into(), node("user", "I see.", Some("a"), &["q", "a"]));
    let contents = read_within(chatgpt_file(&mapping), LARGEST).expect("what was said");
    let said: Vec<_> = contents.conversations[0].turns.iter().map(|turn| turn.text.as_str()).collect();
    assert_eq!(said, ["Why?", "So.", "I see."], "once");
    let mut circle = serde_json::Map::new();
    circle.insert("a".into(), node("assistant", "So.", Some("b"), &["b"]));
    circle.insert("b".into(), node("user", "I see.", Some("a"), &["a"]));
    assert_eq!(code(read_within(chatgpt_file(&circle), LARGEST)), Code::ImportUnreadable, "without a beginning");
}

#[test]
fn a_file_has_no_more_turns_than_fit() {
    let mut allowance = Allowance { turns: 12, ..Allowance::new(LARGEST) };
    let tree = chain(5, "piece", true);
    let mut contents = Contents::default();
    chatgpt::read(tree.as_bytes(), &mut contents, &mut allowance).expect("ten fit");
    let more = chatgpt::read(tree.as_bytes(), &mut contents, &mut allowance).expect_err("twenty do not");
    assert_eq!(more.code, Code::ImportTooLarge, "in all of its trees together");
}

#[tokio::test]
async fn versions_of_one_moment_keep_their_order() {
    let chat = chat();
    let mut mapping = serde_json::Map::new();
    let names: Vec<String> = (0..12).map(|number| format!("v{}", (number * 7) % 12)).collect();
    let children: Vec<&str> = names.iter().map(String::as_str).collect();
    mapping.insert("q".into(), node("user", "Why?", None, &children));
    for name in &names {
        mapping.insert(name.clone(), node("assistant", name, Some("q"), &[]));
    }
    let (_folder, path) = file(chatgpt_file(&mapping));
    chat.import(&work(), path).await.expect("an import");
    let [new] = &rows(&chat, &work()).await[..] else { panic!("one conversation") };
    let turns = tree(&chat, new).await;
    let said = |id: &TurnId| turns.iter().find(|turn| turn.id == *id).map(|turn| turn.text.clone());
    let one = turns.iter().find(|turn| turn.parent.is_some()).expect("a version").id.clone();
    let versions = chat.room.store.read(move |look| turns::versions(look, &one)).await.expect("readable");
    assert_eq!(versions.iter().filter_map(said).collect::<Vec<_>>(), names, "as the file has them");
}

#[tokio::test]
async fn nothing_comes_in_that_could_not_have_been_written_here() {
    let chat = chat();
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(export(&chat, &folder).await).expect("readable");
    let mut kept: Value = serde_json::from_str(&text).expect("JSON");
    let good = kept["conversations"][0].clone();
    let place = |one: &Value| one["turns"].as_array().and_then(|turns| turns.iter().position(|turn| turn["id"] == "a"));
    let answer = place(&good).expect("the answer");
    let with = |id: &str, change: &dyn Fn(&mut Value)| {
        let mut one = good.clone();
        one["id"] = id.into();
        change(&mut one);
        one
    };
    let long = "x".repeat(LONGEST_TEXT + 1);
    let word = "x".repeat(LONGEST_MODEL + 1);
    let replaced = |number: usize| json!({"kind": "modelReplaced", "asked": "a", "chosen": number.to_string()});
    kept["conversations"] = vec![
        with("text", &|one| one["turns"][answer]["text"] = long.clone().into()),
        with("draft", &|one| one["draft"] = long.clone().into()),
        with("model", &|one| one["turns"][answer]["model"] = word.clone().into()),
        with("payer", &|one| one["turns"][answer]["payer"] = word.clone().into()),
        with(&word, &|_| {}),
        with("notices", &|one| one["turns"][answer]["notices"] = (0..50).map(replaced).collect()),
        with("good", &|one| {
            one["turns"][answer]["notices"] = vec![json!({"kind": "cutOff"}); 50_000].into();
        }),
    ]
    .into();
    let (_folder, path) = file(kept.to_string());
    let done = chat.import(&work(), path).await.expect("the good one");
    assert_eq!((done.conversations, done.damaged), (1, 6), "what is too long is told as damaged");
    let [new] = &rows(&chat, &work()).await[..] else { panic!("one conversation") };
    let told: Vec<_> = tree(&chat, new).await.into_iter().flat_map(|turn| turn.notices).collect();
    assert_eq!(told, [Notice::CutOff], "what is told often is told once");
}

#[tokio::test]
async fn a_chat_that_was_branched_off_its_first_question_comes_in_with_its_draft() {
    let chat = chat();
    let branch = chat.branch(&original(), &TurnId("q".into())).await.expect("a branch of nothing but a draft");
    assert!(tree(&chat, &branch).await.is_empty(), "no turn is above its first question");
    let folder = tempfile::tempdir().expect("a folder");
    let path = export(&chat, &folder).await;
    let done = chat.import(&work(), path.clone()).await.expect("an import");
    assert_eq!(done, Imported { conversations: 2, ..Imported::default() }, "both are whole");
    let mut drafts = Vec::new();
    for id in rows(&chat, &work()).await {
        let of = Draft::of(work(), id.clone());
        let draft = chat.room.store.read(move |look| drafts::get(look, &of)).await.expect("readable");
        drafts.push((tree(&chat, &id).await.len(), draft));
    }
    drafts.sort();
    assert_eq!(drafts[0], (0, "Why is the sky blue?".to_owned()), "ready to be sent");
    assert_eq!(chat.import(&home(), path).await.expect("here").already, 2, "and known where they come from");
}
