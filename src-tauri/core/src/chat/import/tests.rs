use super::super::export::{AlertWords, ExportFormat, ExportWords};
use super::super::hand_over::tests::{chat, home, original, work};
use super::*;
use crate::chat::Role;
use crate::store::turns::Progress;

fn words() -> ExportWords {
    let none = String::new;
    ExportWords {
        language: none(),
        you: none(),
        copilot: none(),
        stopped: none(),
        failed: none(),
        footer: none(),
        alerts: AlertWords::default(),
    }
}

/// A file with this in it.
pub(super) fn file(contents: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    std::fs::write(&path, contents).expect("written");
    (folder, path)
}

pub(super) async fn export(chat: &Chat, folder: &tempfile::TempDir) -> PathBuf {
    let path = folder.path().join("chats.json");
    chat.export(&home(), None, ExportFormat::Json, words(), path.clone()).await.expect("an export");
    path
}

pub(super) async fn rows(chat: &Chat, account: &AccountId) -> Vec<ConversationId> {
    let page = chat.conversations(account, None).await.expect("a list");
    page.conversations.into_iter().map(|row| row.id).collect()
}

pub(super) async fn tree(chat: &Chat, id: &ConversationId) -> Vec<TurnRecord> {
    let id = id.clone();
    chat.room.store.read(move |look| turns::tree(look, &id)).await.expect("readable")
}

#[tokio::test]
async fn what_was_exported_comes_in_whole_at_another_account() {
    let chat = chat();
    let folder = tempfile::tempdir().expect("a folder");
    let path = export(&chat, &folder).await;
    let done = chat.import(&work(), path.clone()).await.expect("an import");
    assert_eq!(done, Imported { conversations: 1, ..Imported::default() }, "one, all of it");
    let [new] = &rows(&chat, &work()).await[..] else { panic!("one conversation") };
    let row = chat.room.row(new).await.expect("it is there");
    assert_eq!((row.title.as_str(), row.titled_by), ("About the sky", TitledBy::Person), "with its title");
    assert!(row.handed_over && row.draft, "the model is to be told, and the draft is there");
    assert_eq!(row.model, None, "what the other account may use is another matter");
    let (before, after) = (tree(&chat, &original()).await, tree(&chat, new).await);
    let said = |turns: &[TurnRecord]| {
        let mut said: Vec<_> = turns
            .iter()
            .map(|turn| (turn.text.clone(), turn.role, turn.progress.clone(), turn.created_at, turn.usage.credits))
            .collect();
        said.sort_by(|a, b| a.0.cmp(&b.0));
        said
    };
    assert_eq!(said(&before), said(&after), "every version, how it ended and what it cost");
    assert!(after.iter().all(|turn| turn.session.is_none() && turn.event.is_none()), "in no session of the model");
    let paid = after.iter().find_map(|turn| turn.usage.payer.clone());
    assert_eq!(paid.as_deref(), Some("ada-lind (github.com)"), "paid by who paid");
    let path_of = |id: ConversationId| chat.room.store.read(move |look| turns::latest(look, &id, u32::MAX));
    let shown = path_of(new.clone()).await.expect("readable").turns;
    assert_eq!(shown.len(), 6, "the same path is shown: {shown:?}");

    let again = chat.import(&work(), path).await.expect("again");
    assert_eq!(again, Imported { already: 1, ..Imported::default() }, "never twice");
    assert_eq!(rows(&chat, &work()).await.len(), 1, "one it stays");
}

#[tokio::test]
async fn what_is_here_already_is_left_alone_on_its_way_back_too() {
    let chat = chat();
    let folder = tempfile::tempdir().expect("a folder");
    let path = export(&chat, &folder).await;
    let done = chat.import(&home(), path.clone()).await.expect("an import");
    assert_eq!((done.conversations, done.already), (0, 1), "the original is here");
    chat.import(&work(), path).await.expect("to another account");
    let second = folder.path().join("second.json");
    chat.export(&work(), None, ExportFormat::Json, words(), second.clone()).await.expect("an export of the copy");
    let back = chat.import(&home(), second).await.expect("back");
    assert_eq!((back.conversations, back.already), (0, 1), "it is known by the name it began with");
}

#[tokio::test]
async fn a_damaged_file_is_told_and_changes_nothing() {
    let chat = chat();
    let folder = tempfile::tempdir().expect("a folder");
    let whole = std::fs::read(export(&chat, &folder).await).expect("readable");
    let cut = &whole[..whole.len() - 20];
    let newer = String::from_utf8_lossy(&whole).replace("\"version\":1", "\"version\":99");
    let cases: [(&[u8], Code); 7] = [
        (cut, Code::ImportUnreadable),
        (b"", Code::ImportUnreadable),
        (b"# Markdown", Code::ImportUnreadable),
        (b"{\"format\":\"other\"}", Code::ImportUnreadable),
        (b"[{\"no\":\"tree\"}]", Code::ImportUnreadable),
        (b"PK\x03\x04 and nothing", Code::ImportUnreadable),
        (newer.as_bytes(), Code::ImportNewer),
    ];
    for (contents, code) in cases {
        let (_folder, path) = file(contents);
        let error = chat.import(&work(), path).await.expect_err("no export");
        assert_eq!(error.code, code, "of {:?}", String::from_utf8_lossy(&contents[..contents.len().min(40)]));
    }
    let missing = chat.import(&work(), folder.path().join("none")).await.expect_err("no file");
    assert_eq!(missing.code, Code::FileFailed, "a file that is not there");
    assert!(rows(&chat, &work()).await.is_empty(), "nothing came in");
}

#[tokio::test]
async fn a_conversation_that_cannot_be_is_left_out_whole() {
    let chat = chat();
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(export(&chat, &folder).await).expect("readable");
    let mut kept: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let good = kept["conversations"][0].clone();
    let broken = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut one = good.clone();
        one["id"] = "another".into();
        change(&mut one);
        one
    };
    kept["conversations"] = vec![
        broken(&|one| one["turns"][1]["parent"] = "nobody".into()),
        broken(&|one| one["turns"][0]["parent"] = "a3".into()),
        broken(&|one| one["turns"][1]["id"] = one["turns"][0]["id"].clone()),
        broken(&|one| one["turns"] = "none".into()),
        good.clone(),
    ]
    .into();
    let (_folder, path) = file(kept.to_string());
    let done = chat.import(&work(), path).await.expect("the rest");
    assert_eq!((done.conversations, done.damaged), (1, 4), "no parent, a circle, one name twice, no turns at all");
    assert_eq!(rows(&chat, &work()).await.len(), 1, "nothing half of the others");
}

const CHATGPT: &str = r#"[
  {"title": "Rust lifetimes", "create_time": 1.5, "update_time": 4.5, "conversation_id": "gpt-1", "is_starred": true,
   "current_node": "a2", "mapping": {
    "root": {"id": "root", "message": null, "parent": null, "children": ["sys"]},
    "sys": {"message": {"author": {"role": "system"}, "content": {"content_type": "text", "parts": [""]}}, "parent": "root", "children": ["q1"]},
    "q1": {"message": {"author": {"role": "user"}, "create_time": 2.0, "content": {"content_type": "multimodal_text",
      "parts": ["What is this?", {"content_type": "image_asset_pointer", "asset_pointer": "x"}]}}, "parent": "sys", "children": ["t1", "a9"]},
    "t1": {"message": {"author": {"role": "assistant"}, "recipient": "python", "content": {"content_type": "code", "text": "1+1"}}, "parent": "q1", "children": ["t2"]},
    "t2": {"message": {"author": {"role": "tool"}, "content": {"content_type": "execution_output", "text": "2"}}, "parent": "t1", "children": ["a1"]},
    "a1": {"message": {"author": {"role": "assistant"}, "create_time": 3.0, "recipient": "all", "content": {"content_type": "text", "parts": ["A lifetime."]},
      "metadata": {"model_slug": "gpt-4o"}}, "parent": "t2", "children": ["a2"]},
    "a2": {"message": {"author": {"role": "assistant"}, "create_time": 4.0, "content": {"content_type": "text", "parts": ["And more."]},
      "metadata": {"model_slug": "gpt-4o"}}, "parent": "a1", "children": []},
    "a9": {"message": {"author": {"role": "assistant"}, "create_time": 3.5, "content": {"content_type": "text", "parts": ["Another version."]}}, "parent": "q1", "children": []}
  }},
  {"title": null, "mapping": {"root": {"message": null, "children": []}}, "id": "empty"}
]"#;

#[tokio::test]
async fn chatgpt_s_trees_become_ours_and_what_has_no_place_is_said() {
    let chat = chat();
    let (_folder, path) = file(CHATGPT);
    let done = chat.import(&work(), path.clone()).await.expect("an import");
    assert_eq!(
        (done.conversations, done.damaged, done.left_out),
        (1, 0, 1),
        "an empty one is none, an image is missed"
    );
    let page = chat.conversations(&work(), None).await.expect("a list");
    let row = &page.conversations[0];
    assert_eq!(
        (row.title.as_str(), row.shelf, row.updated_at),
        ("Rust lifetimes", Shelf::Pinned, Millis(4_500)),
        "as it was"
    );
    let turns = tree(&chat, &row.id).await;
    let said: Vec<_> = turns.iter().map(|turn| (turn.role, turn.text.as_str())).collect();
    assert_eq!(
        said,
        [
            (Role::You, "What is this?\n\n[Image: not imported]"),
            (Role::Copilot, "A lifetime.\n\nAnd more."),
            (Role::Copilot, "Another version."),
        ],
        "what was said, without what only tools heard"
    );
    assert_eq!(turns[1].model.as_deref(), Some("gpt-4o"), "by which model");
    assert!(turns.iter().all(|turn| turn.progress == Progress::Complete), "all of it whole");
    let id = row.id.clone();
    let path_shown = chat.room.store.read(move |look| turns::path(look, &id)).await.expect("readable");
    assert_eq!(path_shown, [turns[0].id.clone(), turns[1].id.clone()], "the version that was shown there");
    assert_eq!(chat.import(&work(), path).await.expect("again").already, 1, "never twice");
}

#[tokio::test]
async fn chatgpt_s_archive_is_read_as_it_comes() {
    let chat = chat();
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [("chat.html", "<html>"), ("conversations.json", CHATGPT), ("user.json", "{}")] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a file");
        std::io::Write::write_all(&mut archive, text.as_bytes()).expect("written");
    }
    let (_folder, path) = file(archive.finish().expect("an archive").into_inner());
    assert_eq!(chat.import(&work(), path).await.expect("an import").conversations, 1, "the chats are found in it");
}

#[tokio::test]
async fn nothing_comes_in_for_somebody_who_is_not_signed_in() {
    let chat = chat();
    let (_folder, path) = file(CHATGPT);
    let error = chat.import(&AccountId::new("github.com", 8), path).await.expect_err("signed out");
    assert_eq!(error.code, Code::NotFound, "chats belong to somebody");
}
