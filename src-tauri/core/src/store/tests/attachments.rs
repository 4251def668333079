//! What goes with questions and drafts: kept once, and for as long as somebody uses it.

use super::*;
use crate::attachments::{Attachment, AttachmentId, Form, Read};
use crate::chat::WaitingId;
use crate::chat::{Desk, Draft};
use crate::store::attachments;
use crate::store::waiting::{self, WaitingRecord};

fn file(name: &str, content: &str) -> Read {
    let size = u32::try_from(content.len()).expect("it is short");
    let content = content.as_bytes().to_vec();
    Read { name: name.to_owned(), size, form: Form::Text, media_type: "text/plain", content, thumbnail: None }
}

fn of(conversation: Option<&str>) -> Draft {
    Draft::at(account(), conversation.map(|id| ConversationId(id.to_owned())), Desk::default())
}

fn id_of(id: &str) -> AttachmentId {
    AttachmentId(id.to_owned())
}

fn names(attached: &[Attachment]) -> Vec<&str> {
    attached.iter().map(|it| it.name.as_str()).collect()
}

fn add(store: &Store, draft: Draft, name: &'static str, content: &'static str) {
    let added = store.write_blocking(move |c| attachments::add(c, &draft, &id_of(name), &file(name, content)));
    added.expect("it is kept");
}

fn contents(store: &Store) -> i64 {
    let count =
        store.read_blocking(|c| Ok(c.query_row("SELECT count(*) FROM attachment_content", [], |row| row.get(0))?));
    count.expect("readable")
}

fn in_draft(store: &Store, draft: Draft) -> Vec<String> {
    let found = store.read_blocking(move |c| attachments::of_draft(c, &draft)).expect("readable");
    names(&found).into_iter().map(str::to_owned).collect()
}

#[test]
fn what_lies_in_a_draft_survives_a_restart_in_its_order_and_in_its_own_chat() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    begin(&store, "why?");
    for (name, content) in [("b.txt", "two"), ("a.txt", "one"), ("c.txt", SENTINEL)] {
        add(&store, of(Some("c")), name, content);
    }
    add(&store, of(None), "new.txt", "for a new chat");
    store.close_blocking().expect("closed");
    let store = open(&folder);
    assert_eq!(in_draft(&store, of(Some("c"))), ["b.txt", "a.txt", "c.txt"], "as they were attached");
    assert_eq!(in_draft(&store, of(None)), ["new.txt"], "a new chat has its own");
    let row = store.read_blocking(|c| conversations::find(c, &ConversationId("c".into()))).expect("readable");
    assert!(row.expect("it is there").draft, "the list says that something waits there");
    let found = store.read_blocking(|c| attachments::content(c, &id_of("c.txt"))).expect("readable").expect("kept");
    assert_eq!(found.content, SENTINEL.as_bytes(), "every byte of it");
    let bytes = std::fs::read(folder.path().join("data/wingman.db")).expect("a file");
    assert!(!bytes.windows(SENTINEL.len()).any(|it| it == SENTINEL.as_bytes()), "and none of them in clear text");
}

#[test]
fn a_question_takes_what_goes_with_it_out_of_the_draft() {
    let store = Store::open(Place::Memory).expect("memory needs nothing");
    begin(&store, "why?");
    add(&store, of(Some("c")), "one", "1");
    add(&store, of(Some("c")), "two", "2");
    let given = store.write_blocking(|c| {
        let turn = TurnId("q".into());
        attachments::give(c, &[id_of("two"), id_of("one")], &account(), &turn)?;
        turns::find(c, &turn)
    });
    let question = given.expect("given").expect("it is there");
    assert_eq!(names(&question.attachments), ["two", "one"], "the question has them, in the order it was sent with");
    assert_eq!(in_draft(&store, of(Some("c"))), [""; 0], "and the draft no longer");

    let again = store.write_blocking(|c| attachments::give(c, &[id_of("one")], &account(), &TurnId("a".into())));
    assert_eq!(again, Err(StoreError::NotFound), "what went with a question goes with no other");
    let foreign = AccountId::new("github.com", 8);
    add(&store, of(Some("c")), "three", "3");
    let stolen = store.write_blocking(move |c| attachments::give(c, &[id_of("three")], &foreign, &TurnId("a".into())));
    assert_eq!(stolen, Err(StoreError::NotFound), "nor is it another account's to send");
    let kept = store.write_blocking(|c| attachments::remove(c, &id_of("one")));
    assert_eq!(kept, Ok(None), "nor is it taken from the question");
}

#[test]
fn the_same_bytes_are_kept_once_and_go_with_the_last_who_uses_them() {
    let store = Store::open(Place::Memory).expect("memory needs nothing");
    begin(&store, "why?");
    add(&store, of(Some("c")), "one.txt", "the same");
    add(&store, of(None), "copy.txt", "the same");
    assert_eq!(contents(&store), 1, "whatever they are called");
    store
        .write_blocking(|c| {
            attachments::give(c, &[id_of("one.txt")], &account(), &TurnId("q".into()))?;
            turns::add(c, &turn("q2", "c", None, Role::You, "edited"))?;
            attachments::copy(c, &TurnId("q".into()), &TurnId("q2".into()), || "another name".to_owned())
        })
        .expect("copied");
    let edited = store.read_blocking(|c| turns::find(c, &TurnId("q2".into()))).expect("readable").expect("there");
    assert_eq!(names(&edited.attachments), ["one.txt"], "an edited question has what the first one had");
    assert_eq!(contents(&store), 1, "without another copy of the bytes");

    store.write_blocking(|c| attachments::remove(c, &id_of("copy.txt"))).expect("removed");
    assert_eq!(contents(&store), 1, "somebody uses them still");
    store.write_blocking(|c| conversations::delete(c, &ConversationId("c".into()))).expect("deleted");
    assert_eq!(contents(&store), 0, "a deleted chat leaves nothing of what went with it");
}

#[test]
fn what_waits_with_a_question_goes_with_it_or_comes_back() {
    let store = Store::open(Place::Memory).expect("memory needs nothing");
    begin(&store, "why?");
    let waits = |name: &str| WaitingId(name.to_owned());
    for (name, content) in [("asked.txt", "one"), ("back.txt", "two"), ("gone.txt", "three")] {
        add(&store, of(Some("c")), name, content);
        store
            .write_blocking(move |c| {
                let conversation = ConversationId("c".into());
                let (id, text) = (WaitingId(name.to_owned()), "next".to_owned());
                waiting::add(c, &WaitingRecord { id, conversation, text, model: None, created_at: Millis(30) })?;
                attachments::wait(c, &[id_of(name)], &account(), &WaitingId(name.to_owned()))
            })
            .expect("it waits");
    }
    assert_eq!(in_draft(&store, of(Some("c"))), [""; 0], "the draft has none of them any more");
    let (asked, back, gone) = (waits("asked.txt"), waits("back.txt"), waits("gone.txt"));
    store
        .write_blocking(move |c| {
            let draft = of(Some("c"));
            let ids = attachments::back(c, &asked, &draft)?;
            waiting::take(c, &ConversationId("c".into()), &asked)?;
            attachments::give(c, &ids, &account(), &TurnId("q".into()))?;
            attachments::back(c, &back, &draft)?;
            waiting::take(c, &ConversationId("c".into()), &back)?;
            waiting::take(c, &ConversationId("c".into()), &gone)
        })
        .expect("asked, taken back, gone");
    let question = store.read_blocking(|c| turns::find(c, &TurnId("q".into()))).expect("readable").expect("there");
    assert_eq!(names(&question.attachments), ["asked.txt"], "asked, it has what waited with it");
    assert_eq!(in_draft(&store, of(Some("c"))), ["back.txt"], "taken back, it lies in the draft");
    assert_eq!(contents(&store), 2, "and what went with nothing is gone");
}

#[test]
fn forgetting_an_account_takes_the_attachments_of_its_drafts() {
    let store = Store::open(Place::Memory).expect("memory needs nothing");
    begin(&store, "why?");
    add(&store, of(None), "new.txt", "for a new chat");
    store
        .write_blocking(|c| {
            conversations::delete(c, &ConversationId("c".into()))?;
            c.execute("DELETE FROM profile", [])?;
            Ok(())
        })
        .expect("forgotten");
    assert_eq!(contents(&store), 0, "nobody can see it any more");
}
