use super::*;
use crate::chat::{Desk, Draft, Notice};
use crate::error::{Code, Error};
use crate::store::{drafts, settings};

fn memory() -> Store {
    let store = Store::open(Place::Memory).expect("memory needs nothing");
    begin(&store, "Why is the sky blue?");
    store
}

fn id(text: &str) -> ConversationId {
    ConversationId(text.to_owned())
}

fn of(conversation: &str) -> Draft {
    Draft::of(account(), id(conversation))
}

fn new_chat(desk: u32) -> Draft {
    Draft::of_new_chat(account(), Desk(desk))
}

fn names(path: &turns::Path) -> Vec<&str> {
    path.turns.iter().map(|turn| turn.id.0.as_str()).collect()
}

#[test]
fn an_answer_grows_and_ends_with_the_final_text() {
    let store = memory();
    let a = || TurnId("a".to_owned());
    let ended = store
        .write_blocking(move |c| {
            turns::grow(c, &a(), "Because")?;
            turns::restart(c, &a())?;
            turns::grow(c, &a(), "Light ")?;
            turns::grow(c, &a(), "scatters")?;
            assert_eq!(turns::find(c, &a())?.expect("there").text, "Light scatters", "a new attempt begins anew");
            let ending = Ending {
                notices: vec![Notice::CutOff],
                model: Some("gpt-5.1".to_owned()),
                usage: Usage {
                    tokens_in: Some(11),
                    tokens_out: Some(7),
                    credits: Some(0.25),
                    payer: Some("ada-lind".to_owned()),
                },
                ..complete(Some("Light scatters."))
            };
            turns::end(c, &a(), &ending)?;
            turns::find(c, &a())
        })
        .expect("an ordinary answer")
        .expect("it is there");
    assert_eq!(ended.text, "Light scatters.", "the final message replaces what was streamed");
    assert_eq!(ended.progress, Progress::Complete, "it is complete");
    assert_eq!((ended.usage.tokens_out, ended.usage.credits), (Some(7), Some(0.25)), "what it cost is kept");
    assert_eq!(ended.notices, [Notice::CutOff], "and what the person must be told");
    let again = store.write_blocking(move |c| turns::end(c, &a(), &complete(Some("other"))));
    assert_eq!(again, Err(StoreError::NotFound), "an answer ends once");
}

#[test]
fn a_failed_answer_keeps_what_came_and_why() {
    let store = memory();
    let a = || TurnId("a".to_owned());
    let error = Error::new(Code::RateLimited).with("until", 1234).retryable();
    let kept = turns::KeptError::from(&error);
    let progress = Progress::Failed(kept.clone());
    let turn = store
        .write_blocking(move |c| {
            turns::grow(c, &a(), "Light ")?;
            turns::end(c, &a(), &Ending { progress, text: None, remembered: false, ..complete(None) })?;
            turns::find(c, &a())
        })
        .expect("an ordinary failure")
        .expect("it is there");
    assert_eq!(turn.text, "Light ", "the partial answer is the person's");
    assert_eq!(turn.progress, Progress::Failed(kept.clone()), "with its error");
    assert_eq!((kept.code.as_str(), kept.retryable), ("rate-limited", true), "as the window reads it");
}

#[test]
fn versions_stand_beside_each_other_and_one_path_is_shown() {
    let store = memory();
    let (path, versions, firsts, back) = store
        .write_blocking(|c| {
            turns::end(c, &TurnId("a".to_owned()), &complete(Some("first")))?;
            turns::add(c, &TurnRecord { created_at: Millis(30), ..turn("a2", "c", Some("q"), Role::Copilot, "") })?;
            turns::add(c, &turn("q2", "c", Some("a2"), Role::You, "And at night?"))?;
            let path = turns::latest(c, &id("c"), 10)?;
            let versions = turns::versions(c, &TurnId("a2".to_owned()))?;
            turns::add(c, &TurnRecord { created_at: Millis(40), ..turn("q1b", "c", None, Role::You, "edited") })?;
            let firsts = turns::versions(c, &TurnId("q1b".to_owned()))?;
            conversations::show(c, &id("c"), &TurnId("a".to_owned()))?;
            Ok((path, versions, firsts, turns::latest(c, &id("c"), 10)?))
        })
        .expect("an ordinary tree");
    assert_eq!(names(&path), ["q", "a2", "q2"], "the path leads through the second answer");
    assert_eq!(versions, [TurnId("a".to_owned()), TurnId("a2".to_owned())], "both answers are kept, oldest first");
    assert_eq!(firsts, [TurnId("q".to_owned()), TurnId("q1b".to_owned())], "first questions have versions too");
    assert_eq!(names(&back), ["q", "a"], "nothing a person has read is overwritten");
    let astray = store.write_blocking(|c| {
        conversations::begin(c, &conversation("d", 6))?;
        turns::add(c, &turn("x", "d", Some("q"), Role::You, "?"))
    });
    assert_eq!(astray, Err(StoreError::NotFound), "a tree belongs to one conversation");
}

#[test]
fn the_path_comes_in_pieces_from_its_end() {
    let store = memory();
    store
        .write_blocking(|c| {
            for number in 0..20 {
                let parent = if number == 0 { "a".to_owned() } else { format!("t{:02}", number - 1) };
                turns::add(c, &turn(&format!("t{number:02}"), "c", Some(&parent), Role::You, "x"))?;
            }
            Ok(())
        })
        .expect("a long conversation");
    let mut seen = Vec::new();
    let mut piece = store.read_blocking(|c| turns::latest(c, &id("c"), 6)).expect("readable");
    loop {
        assert!(piece.turns.len() <= 6, "no more than asked for");
        let first = piece.turns[0].id.clone();
        seen.splice(0..0, piece.turns.iter().map(|turn| turn.id.0.clone()));
        if !piece.earlier {
            break;
        }
        piece = store.read_blocking(move |c| turns::earlier(c, &first, 6)).expect("readable");
    }
    assert_eq!(seen.len(), 22, "the pieces make the whole path");
    assert_eq!((seen[0].as_str(), seen[21].as_str()), ("q", "t19"), "from the first question to the leaf");
    assert!(seen[2..].is_sorted(), "in order, none twice");
}

#[test]
fn the_list_pages_from_newest_to_oldest_and_knows_its_account() {
    let store = memory();
    store
        .write_blocking(|c| {
            let other = AccountId::new("octo.ghe.com", 7);
            profiles::save(c, &profile(&other))?;
            conversations::begin(c, &Conversation { account: other, ..conversation("foreign", 99) })?;
            for number in 0..9 {
                // Three share each time: the order must not lose one at a page's edge.
                conversations::begin(c, &conversation(&format!("n{number}"), 100 + number / 3))?;
            }
            drafts::save(c, &of("c"), "typed", Millis(1))
        })
        .expect("a list");
    let mut seen = Vec::new();
    let mut before: Option<ConversationId> = None;
    loop {
        let from = before.clone();
        let page = store
            .read_blocking(move |c| conversations::page(c, &account(), Shelf::List, from.as_ref(), 4))
            .expect("readable");
        seen.extend(page.conversations);
        if !page.more {
            break;
        }
        before = seen.last().map(|last| last.id.clone());
    }
    let order: Vec<_> = seen.iter().map(|c| c.id.0.as_str()).collect();
    assert_eq!(order, ["n8", "n7", "n6", "n5", "n4", "n3", "n2", "n1", "n0", "c"], "each once, newest first");
    let c = seen.last().expect("the oldest");
    assert!(c.draft && c.answering, "the row shows a waiting draft and an answer being written");
    assert!(!seen[0].draft && !seen[0].answering, "and only where there is one");
    let gone = store.read_blocking(|c| conversations::page(c, &account(), Shelf::List, Some(&id("gone")), 4));
    assert_eq!(gone.err(), Some(StoreError::NotFound), "a page below what was deleted is asked for anew");
}

#[test]
fn a_deleted_conversation_leaves_nothing_behind() {
    let store = memory();
    let files = store.session_files();
    files.append("user-7-c", "/state/events.jsonl", b"line").expect("a session of the conversation");
    store
        .write_blocking(|c| {
            turns::grow(c, &TurnId("a".to_owned()), "half")?;
            drafts::save(c, &of("c"), "typed", Millis(1))?;
            conversations::delete(c, &id("c"))
        })
        .expect("a delete");
    for table in ["conversation", "turn", "turn_piece", "draft", "session_log", "session_file", "session_chunk"] {
        let left: i64 = store
            .read_blocking(move |c| Ok(c.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?))
            .expect("readable");
        assert_eq!(left, 0, "{table} still holds something of it");
    }
}

#[test]
fn forgetting_an_account_takes_all_that_is_its_and_nothing_else() {
    let store = memory();
    let other = AccountId::new("octo.ghe.com", 7);
    let profiles = store
        .write_blocking(move |c| {
            profiles::save(c, &Profile { last_used_at: Millis(9), signed_out: true, ..profile(&other) })?;
            conversations::begin(c, &Conversation { account: other.clone(), ..conversation("foreign", 99) })?;
            drafts::save(c, &new_chat(1), "typed", Millis(1))?;
            profiles::save(c, &Profile { login: "ada".to_owned(), added_at: Millis(77), ..profile(&account()) })?;
            let renamed = profiles::find(c, &account())?.expect("it is there");
            assert_eq!((renamed.login.as_str(), renamed.added_at), ("ada", Millis(1)), "renamed, and as old as before");
            profiles::forget(c, &account())?;
            profiles::all(c)
        })
        .expect("an account forgotten");
    assert_eq!(profiles.len(), 1, "the other stays: {profiles:?}");
    assert!(profiles[0].signed_out, "as it was");
    let kept = store.read_blocking(|c| conversations::find(c, &id("foreign"))).expect("readable");
    assert!(kept.is_some(), "with its conversations");
    let gone = store.read_blocking(|c| conversations::find(c, &id("c"))).expect("readable");
    assert!(gone.is_none(), "the same user id on another host is somebody else");
}

#[test]
fn a_session_serves_one_account() {
    let store = memory();
    store.session_files().register("user-8-x", &AccountId::new("github.com", 8)).expect("a session");
    let refused = store.write_blocking(|c| conversations::set_session(c, &id("c"), "user-8-x", Millis(1)));
    assert!(matches!(refused, Err(StoreError::Unexpected(_))), "another account's memory is never resumed");
    store
        .write_blocking(|c| turns::asked(c, &TurnId("a".to_owned()), "user-7-c", "event-1"))
        .expect("the conversation's own session");
    let answer = store.read_blocking(|c| turns::find(c, &TurnId("a".to_owned()))).expect("readable").expect("there");
    assert_eq!(answer.session.as_deref(), Some("user-7-c"), "the answer knows what remembers it");
    assert_eq!(answer.event.as_deref(), Some("event-1"), "and where, so that a copy can end there");
}

#[test]
fn drafts_and_settings_are_kept_one_for_each_place() {
    let store = memory();
    store
        .write_blocking(|c| {
            drafts::save(c, &new_chat(1), "new chat", Millis(1))?;
            drafts::save(c, &new_chat(1), "new chat, longer", Millis(2))?;
            drafts::save(c, &of("c"), "in c", Millis(3))?;
            assert_eq!(drafts::get(c, &new_chat(1))?, "new chat, longer", "the latest of the new chat");
            assert_eq!(drafts::get(c, &of("c"))?, "in c", "each conversation has its own");
            assert_eq!(drafts::get(c, &new_chat(2))?, "", "a second window's new chat begins empty");
            drafts::save(c, &new_chat(2), "in the second window", Millis(3))?;
            assert_eq!(drafts::get(c, &new_chat(1))?, "new chat, longer", "and writes over nothing in the first");
            drafts::save(c, &of("c"), "", Millis(4))?;
            assert_eq!(drafts::get(c, &of("c"))?, "", "a sent draft is gone");

            assert_eq!(settings::get::<Vec<u8>>(c, "theme")?, None, "nothing was set");
            settings::set(c, "theme", &"dark")?;
            settings::set(c, "theme", &"light")?;
            assert_eq!(settings::get::<String>(c, "theme")?.as_deref(), Some("light"), "the last one counts");
            assert!(
                matches!(settings::get::<u32>(c, "theme"), Err(StoreError::Unexpected(_))),
                "another shape is told, not guessed"
            );
            Ok(())
        })
        .expect("ordinary writes");
}

#[test]
fn what_a_policy_lets_go_is_as_old_as_what_was_said_in_it() {
    const END: i64 = 1_800_000_000_000;
    let store = memory(); // a conversation of 1970: a wrong clock wrote it
    let gone = store
        .write_blocking(|c| {
            let copy = |id, at| Conversation { handed_over: true, ..conversation(id, at) };
            for row in [
                conversation("old", END - 1),
                conversation("new", END + 1),
                copy("copy of the old", END + 1),
                copy("copy that went on", END + 1),
            ] {
                let (id, at) = (row.id.0.clone(), if row.id.0 == "copy that went on" { END + 1 } else { END - 1 });
                conversations::begin(c, &row)?;
                let asked = turn(&format!("q of {id}"), &id, None, Role::You, "Why?");
                turns::add(c, &TurnRecord { created_at: Millis(at), ..asked })?;
            }
            let page = conversations::delete_untouched(c, &account(), Millis(END), 1)?;
            assert_eq!(page.len(), 1, "a few at a time");
            let mut gone = page;
            gone.extend(conversations::delete_untouched(c, &account(), Millis(END), 60)?);
            Ok(gone)
        })
        .expect("an ordinary rule");
    let gone: Vec<&str> = gone.iter().map(|(id, _)| id.0.as_str()).collect();
    assert_eq!(gone, ["old", "copy of the old"], "a copy makes nothing younger, and a word said in it does");
    let left = store
        .read_blocking(|c| conversations::page(c, &account(), Shelf::List, None, 60))
        .expect("readable")
        .conversations;
    let left: Vec<&str> = left.iter().map(|row| row.id.0.as_str()).collect();
    assert_eq!(left, ["new", "copy that went on", "c"], "nothing else is gone");
}
