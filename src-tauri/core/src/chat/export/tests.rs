use base64::Engine as _;

use super::super::hand_over::tests::{chat, home, original};
use super::*;
use crate::chat::TurnId;
use crate::store::attachments;

fn words() -> ExportWords {
    ExportWords {
        language: "en".into(),
        you: "You".into(),
        copilot: "Copilot".into(),
        stopped: "The answer was stopped.".into(),
        failed: "The answer failed.".into(),
        footer: "Exported from Wingman".into(),
        alerts: AlertWords { warning: "Warning".into(), ..AlertWords::default() },
    }
}

async fn exported(chat: &Chat, some: Option<Vec<ConversationId>>, format: ExportFormat) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("chats");
    let count = chat.export(&home(), some, format, words(), file.clone()).await.expect("an export");
    assert_eq!(count, 1, "one conversation");
    let names: Vec<_> = std::fs::read_dir(&folder).expect("a folder").collect();
    assert_eq!(names.len(), 1, "nothing half done lies beside it");
    std::fs::read(file).expect("it is there")
}

#[tokio::test]
async fn markdown_is_what_is_shown_with_who_said_it() {
    let chat = chat();
    let text = String::from_utf8(exported(&chat, Some(vec![original()]), ExportFormat::Markdown).await).expect("text");
    assert!(text.starts_with("# About the sky\n"), "its title: {text}");
    assert!(text.contains("## You\n") && text.contains("Why is the sky blue?"), "the question: {text}");
    assert!(text.contains("· dear*\n\nLight scatters."), "the answer and its model: {text}");
    assert!(
        text.contains("*The answer was stopped.*") && text.contains("*The answer failed.*"),
        "how they ended: {text}"
    );
    assert!(!text.contains("not shown"), "versions that are not shown are in the JSON: {text}");
}

#[tokio::test]
async fn a_page_needs_nothing_else_and_runs_nothing() {
    let chat = chat();
    chat.rename(&original(), "<script>alert(1)</script>").await.expect("renamed");
    let page = String::from_utf8(exported(&chat, Some(vec![original()]), ExportFormat::Html).await).expect("text");
    assert!(page.contains("default-src 'none'"), "it may load nothing");
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "a title is text");
    assert!(!page.contains("<link") && !page.contains(" src="), "nothing is beside it");
    assert!(page.contains("prefers-color-scheme: dark"), "light and dark");
    assert!(page.contains("<p dir=\"auto\">Light scatters.</p>"), "the answer as the window has it");
}

/// The conversation with another text in its first answer.
async fn answered(text: &'static str) -> Chat {
    let chat = chat();
    let written = chat.room.store.write(move |c| Ok(c.execute("UPDATE turn SET text = ?1 WHERE id = 'a'", [text])?));
    assert_eq!(written.await.expect("written"), 1, "there is such an answer");
    chat
}

#[tokio::test]
async fn links_on_a_page_lead_to_their_places_in_the_same_answer() {
    let text = "# Set up\n\n[up](#set-up) and[^1]\n\n[^1]: the note\n\n# Set up\n\n> [!WARNING]\n> Careful\n";
    let chat = answered(text).await;
    let page = String::from_utf8(exported(&chat, Some(vec![original()]), ExportFormat::Html).await).expect("text");
    let mut leading = 0;
    for rest in page.split("href=\"#").skip(1) {
        let place = rest.split('"').next().expect("an address");
        let places = page.matches(&format!("id=\"{place}\"")).count();
        assert_eq!(places, 1, "#{place} leads to one place: {page}");
        leading += 1;
    }
    assert_eq!(leading, 3, "to the heading, to the note and back: {page}");
    assert!(page.contains("<h1 dir=\"auto\" id=\"t1-set-up\">"), "of that turn, as others may have the same: {page}");
    assert!(!page.contains("data-anchor"), "nothing that leads nowhere");
    assert!(
        page.contains("data-alert=\"warning\"") && page.contains("<p class=\"alert-kind\">Warning</p><p"),
        "{page}"
    );
}

#[tokio::test]
async fn an_answer_that_was_cut_off_in_its_code_does_not_swallow_the_rest() {
    let chat = answered("So:\n\n```rust\nfn main() {").await;
    let text = String::from_utf8(exported(&chat, Some(vec![original()]), ExportFormat::Markdown).await).expect("text");
    assert!(text.contains("fn main() {\n```\n"), "its fence is closed: {text}");
    let chat = answered("<!-- thinking\n\n<details>").await;
    let text = String::from_utf8(exported(&chat, Some(vec![original()]), ExportFormat::Markdown).await).expect("text");
    assert!(text.contains("\\<!-- thinking\n\n\\<details>\n"), "HTML is words: {text}");
}

#[tokio::test]
async fn of_several_one_that_is_gone_is_left_out_and_not_counted() {
    let chat = chat();
    let gone = ConversationId("gone".into());
    for format in [ExportFormat::Json, ExportFormat::Markdown, ExportFormat::Html] {
        let bytes = exported(&chat, Some(vec![gone.clone(), original(), gone.clone()]), format).await;
        if format == ExportFormat::Json {
            let file: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON, with its commas right");
            assert_eq!(file["conversations"].as_array().map(Vec::len), Some(1), "the one that is there");
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let all_gone = Some(vec![gone.clone(), gone]);
    let error = chat.export(&home(), all_gone, ExportFormat::Json, words(), folder.path().join("none")).await;
    assert_eq!(error.expect_err("nothing is left").code, Code::NotFound, "no file of nothing");
}

#[tokio::test]
async fn several_pages_go_into_one_archive() {
    let chat = chat();
    let bytes = exported(&chat, None, ExportFormat::Markdown).await;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut text = String::new();
    let mut file = archive.by_name("About the sky.md").expect("named by its title");
    std::io::Read::read_to_string(&mut file, &mut text).expect("text");
    assert!(text.starts_with("# About the sky\n"), "a page each");
}

#[tokio::test]
async fn json_has_every_version_of_every_turn_with_what_it_cost() {
    let chat = chat();
    let bytes = exported(&chat, None, ExportFormat::Json).await;
    let file: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!((&file["format"], &file["version"]), (&"wingman-conversations".into(), &1.into()), "it says what it is");
    let kept = &file["conversations"][0];
    assert_eq!(kept["account"]["id"], "github.com/7", "whose it is");
    assert_eq!((&kept["titled"], &kept["draft"]), (&true.into(), &"half a thought".into()), "title and draft");
    let turns = kept["turns"].as_array().expect("a list");
    assert_eq!(turns.len(), 7, "all of them");
    let answer = turns.iter().find(|turn| turn["id"] == "a").expect("the answer");
    assert_eq!(
        (&answer["credits"], &answer["tokensIn"], &answer["payer"]),
        (&0.25.into(), &11.into(), &"ada-lind".into())
    );
    assert_eq!(answer["notices"][0]["kind"], "cutOff", "what was told beside it");
    let failed = turns.iter().find(|turn| turn["state"] == "failed").expect("the one that failed");
    assert_eq!(failed["error"]["code"], "quota-used", "and why");
    assert!(!String::from_utf8_lossy(&bytes).contains("user-7-c"), "nothing of the runtime's sessions");
}

#[tokio::test]
async fn what_went_with_a_question_is_named() {
    let chat = chat();
    let data = base64::engine::general_purpose::STANDARD.encode("a plan");
    let plan = chat.attach(&Draft::of(home(), original()), "plan.txt", data).await.expect("it is text");
    let turn = TurnId("q".into());
    chat.room.store.write(move |c| attachments::give(c, &[plan.id], &home(), &turn)).await.expect("given");
    for (format, named) in [
        (ExportFormat::Markdown, "`plan.txt`"),
        (ExportFormat::Html, ">plan.txt</p>"),
        (ExportFormat::Json, "\"attached\":[\"plan.txt\"]"),
    ] {
        let text = String::from_utf8(exported(&chat, Some(vec![original()]), format).await).expect("text");
        assert!(text.contains(named), "{format:?} names it: {text}");
    }
}

#[tokio::test]
async fn an_export_that_fails_leaves_what_was_there() {
    let chat = chat();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("kept.json");
    std::fs::write(&file, "of before").expect("written");
    let gone = Some(vec![ConversationId("gone".into())]);
    let error = chat.export(&home(), gone, ExportFormat::Json, words(), file.clone()).await.expect_err("no such chat");
    assert_eq!(error.code, Code::NotFound, "why");
    assert_eq!(std::fs::read_to_string(&file).expect("readable"), "of before", "untouched");
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 1, "and nothing beside it");
    let nowhere = folder.path().join("no/such/folder.json");
    let error = chat.export(&home(), None, ExportFormat::Json, words(), nowhere).await.expect_err("no such folder");
    assert_eq!(error.code, Code::FileFailed, "told as what it is");
}
