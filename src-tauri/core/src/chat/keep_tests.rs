//! Pinning, putting away, deleting with a way back, and finding, on a conversation with versions.

use super::hand_over::tests::{chat, home, original, turn};
use super::*;
use crate::store::search;

fn shelves(page: &ConversationPage) -> Vec<Shelf> {
    page.conversations.iter().map(|row| row.shelf).collect()
}

#[tokio::test]
async fn what_is_pinned_stands_first_and_what_is_put_away_stands_apart() {
    let chat = chat();
    let all = [original()];
    chat.pin(&all, true).await.expect("pinned");
    assert_eq!(shelves(&chat.conversations(&home(), None).await.expect("a list")), [Shelf::Pinned], "above the others");
    chat.archive(&all, true).await.expect("put away");
    assert!(chat.conversations(&home(), None).await.expect("a list").conversations.is_empty(), "out of the list");
    assert_eq!(shelves(&chat.archived(&home(), None).await.expect("the archive")), [Shelf::Archive], "and kept");
    let page = chat.search(&home(), "scatters", vec![]).await.expect("a search");
    assert_eq!(page.found[0].summary.shelf, Shelf::Archive, "the search finds it there");
    chat.room
        .store
        .write(|c| turns::add(c, &turn("q9", Some("a3"), Role::You, "and now?")))
        .await
        .expect("another question");
    assert_eq!(
        shelves(&chat.conversations(&home(), None).await.expect("a list")),
        [Shelf::List],
        "talked in, it is back"
    );
}

#[tokio::test]
async fn what_was_deleted_is_gone_at_once_and_can_come_back_with_everything() {
    let chat = chat();
    let before = chat.find_in(&original(), "sky").await.expect("readable");
    chat.put_in_bin(&[original()]).await.expect("deleted");
    assert!(chat.conversations(&home(), None).await.expect("a list").conversations.is_empty(), "not in the list");
    assert!(chat.search(&home(), "sky", vec![]).await.expect("a search").found.is_empty(), "not in the search");
    assert_eq!(chat.watch(&original()).await.map(|_| ()).expect_err("gone").code, Code::NotFound, "not to be opened");
    assert_eq!(
        chat.rename(&original(), "x").await.map_err(|error| error.code),
        Ok(()),
        "renaming what is gone is no fault"
    );
    chat.restore(&[original()]).await.expect("undone");
    assert_eq!(chat.find_in(&original(), "sky").await.expect("readable"), before, "every turn is back");
    let (view, _) = chat.watch(&original()).await.expect("it opens");
    assert_eq!(view.draft, "half a thought", "the draft too");
}

/// Regression of others: deleted chats came back.
#[tokio::test]
async fn what_was_deleted_before_the_end_is_removed_by_the_next_start() {
    let chat = chat();
    chat.put_in_bin(&[original()]).await.expect("deleted");
    chat.catch_up();
    let left = async || {
        chat.room
            .store
            .read(|c| {
                let rows: i64 = c.query_row("SELECT count(*) FROM conversation", [], |row| row.get(0))?;
                let words: i64 = c.query_row("SELECT count(*) FROM words_place", [], |row| row.get(0))?;
                let drafts: i64 = c.query_row("SELECT count(*) FROM draft", [], |row| row.get(0))?;
                Ok(rows + words + drafts)
            })
            .await
            .expect("readable")
    };
    for _ in 0..200 {
        if left().await == 0 {
            break;
        }
        sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(left().await, 0, "row, words and draft are gone for good");
    chat.restore(&[original()]).await.expect("nothing to bring back is no fault");
    assert!(
        chat.conversations(&home(), None).await.expect("a list").conversations.is_empty(),
        "and nothing comes back"
    );
}

#[tokio::test]
async fn what_is_undone_together_is_kept_as_long_as_the_last_of_it() {
    let chat = chat();
    let all = [original()];
    chat.put_in_bin(&all).await.expect("deleted");
    let first = chat.room.now();
    // Nine seconds later another one is deleted, and the window offers to undo both.
    chat.put_in_bin(&[original(), ConversationId("another".into())]).await.expect("one of them once more");
    chat.room.empty_bin(first).await;
    assert_eq!(chat.restore(&all).await.expect("readable"), all, "the first one's time is over, and it comes back");
    assert_eq!(chat.conversations(&home(), None).await.expect("a list").conversations.len(), 1, "into the list");

    chat.put_in_bin(&all).await.expect("deleted");
    chat.room.empty_bin(first.plus(1)).await;
    let back = chat.restore(&all).await.expect("too late is no fault");
    assert_eq!(back, [], "but nobody says that it is back");
}

#[tokio::test]
async fn what_is_being_deleted_for_good_comes_back_neither_by_undo_nor_half() {
    let chat = chat();
    chat.put_in_bin(&[original()]).await.expect("deleted");
    let begun = chat.room.store.write(|c| conversations::empty(c, &original(), Millis(9_000))).await.expect("begun");
    assert!(begun, "its time is over");
    assert_eq!(chat.restore(&[original()]).await.expect("readable"), [], "its words are going already");
    chat.put_in_bin(&[original()]).await.expect("deleted once more");
    assert!(
        chat.room.store.read(|c| conversations::deleted(c, Millis(1))).await.expect("readable").len() == 1,
        "still"
    );
}

/// Regression of others: an automatic title overwrote a manual one.
#[tokio::test]
async fn a_title_that_the_person_gave_stays_whatever_is_said() {
    let chat = chat();
    chat.rename(&original(), "Mine").await.expect("renamed");
    chat.room
        .store
        .write(|c| turns::add(c, &turn("q9", Some("a3"), Role::You, "Something quite different")))
        .await
        .expect("another question");
    let row = chat.room.row(&original()).await.expect("it is there");
    assert_eq!(
        (row.title.as_str(), row.titled_by),
        ("Mine", conversations::TitledBy::Person),
        "and is known as theirs"
    );
}

#[tokio::test]
async fn everything_of_an_account_can_be_deleted() {
    let chat = chat();
    assert_eq!(chat.delete_all(&home()).await.expect("deleted"), 1, "as many as there were");
    assert_eq!(chat.delete_all(&home()).await.expect("nothing left"), 0, "none is left");
}

#[tokio::test]
async fn deleting_everything_goes_on_where_one_is_gone_meanwhile() {
    let chat = chat();
    let other = chat.branch(&original(), &TurnId("a".into())).await.expect("a second chat");
    // An answer is being written in one, so that deleting waits.
    let answering = record::view(turn("new", Some("a3"), Role::Copilot, ""));
    let stop = chat.room.answers.begin(&original(), answering).expect("it is free");
    let all = tokio::spawn({
        let chat = chat.clone();
        async move { chat.delete_all(&home()).await }
    });
    stop.cancelled().await;
    chat.room.store.write(move |c| conversations::delete(c, &other)).await.expect("somebody was faster");
    chat.room.answers.end(&original(), false);
    assert_eq!(all.await.expect("no panic").expect("what is gone is deleted"), 2, "both are gone");
    assert!(chat.conversations(&home(), None).await.expect("a list").conversations.is_empty(), "none was left over");
}

#[tokio::test]
async fn a_version_that_is_not_shown_is_found_and_comes_into_sight() {
    let chat = chat();
    let page = chat.search(&home(), "version shown", vec![]).await.expect("a search");
    let old = TurnId("old".into());
    assert_eq!(page.found[0].turns[0].turn, old, "versions that nobody sees are searched too");
    assert!(chat.find_in(&original(), "version").await.expect("readable").is_empty(), "in the chat only what is shown");
    assert!(chat.show_turn(&original(), &old).await.expect("shown"), "another version is shown now");
    let (view, _) = chat.watch(&original()).await.expect("it opens");
    assert_eq!(view.turns.last().map(|turn| turn.id.clone()), Some(old.clone()), "that one");
    assert!(!chat.show_turn(&original(), &old).await.expect("shown already"), "which is no change");
    assert_eq!(chat.find_in(&original(), "VERSION").await.expect("readable")[0].count, 1, "and it is found there");
}

/// Regression of others: find-in-page misses text that is not on the page.
#[tokio::test]
async fn a_chat_is_searched_from_its_first_turn_and_comes_up_to_there() {
    let chat = chat();
    chat.room
        .store
        .write(|c| {
            (0..500).try_for_each(|n| {
                let parent = if n == 0 { "a3".to_owned() } else { format!("m{}", n - 1) };
                turns::add(c, &turn(&format!("m{n}"), Some(&parent), Role::You, "one of many"))
            })
        })
        .await
        .expect("a long chat");
    let found = chat.find_in(&original(), "the SKY").await.expect("readable");
    assert_eq!((found.len(), &found[0].turn, found[0].count), (1, &TurnId("q".into()), 1), "far above what is loaded");
    assert_eq!(chat.find_in(&original(), "many").await.expect("readable").len(), 500, "and everything in between");

    let (mut before, mut pages) = (TurnId("m499".into()), 0);
    while before.0 != "q" {
        let page = chat.turns_back_to(&original(), &before, &TurnId("q".into())).await.expect("a page");
        before = page[0].id.clone();
        pages += 1;
        assert!(pages < 5, "it comes nearer each time");
    }
    let near = chat.turns_back_to(&original(), &TurnId("m20".into()), &TurnId("m18".into())).await.expect("a page");
    assert_eq!((near.len(), near[0].id.0.as_str()), (6, "m14"), "with something above it");
}

#[tokio::test]
async fn old_turns_are_read_in_after_the_start() {
    let chat = chat();
    chat.room
        .store
        .write(|c| {
            c.execute_batch("INSERT INTO words_todo (turn) SELECT id FROM turn WHERE text <> ''")?;
            Ok(())
        })
        .await
        .expect("as a database from before the search");
    super::search::read_in_old_turns(chat.room.store.clone()).await;
    assert!(!chat.room.store.read(search::incomplete).await.expect("readable"), "all of them");
    assert_eq!(chat.search(&home(), "sky", vec![]).await.expect("a search").found[0].turns.len(), 1, "none twice");
}
