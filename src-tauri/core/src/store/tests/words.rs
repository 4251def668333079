//! The index over titles and turns: what is found, and that nothing stays in it.

use rusqlite::StatementStatus;

use super::*;
use crate::store::search::{self, Place as Found};
use crate::store::{connection, migrations};

fn memory() -> Store {
    let store = Store::open(Place::Memory).expect("memory needs nothing");
    begin(&store, "Why is the café's Datenbank slow? 我们的数据库很慢。検索が遅い");
    store
        .write_blocking(|c| turns::end(c, &TurnId("a".into()), &complete(Some("Because of the **index**, \"OR\" so."))))
        .expect("an end");
    store
}

fn found(store: &Store, typed: &'static str) -> Vec<String> {
    store
        .read_blocking(move |c| {
            let mut all = Vec::new();
            search::places(c, &account(), typed, |Found { turn, .. }| {
                all.push(turn.map_or("title".to_owned(), |turn| turn.0));
                true
            })?;
            Ok(all)
        })
        .expect("readable")
}

/// How many rows the index has for any word at all: of this test's words each is in one turn only.
fn words_of(store: &Store, word: &'static str) -> usize {
    store
        .read_blocking(move |c| {
            let count: i64 =
                c.query_row("SELECT count(*) FROM words WHERE words MATCH ?1", [format!("\"{word}\"")], |row| {
                    row.get(0)
                })?;
            Ok(usize::try_from(count).unwrap_or(usize::MAX))
        })
        .expect("readable")
}

#[test]
fn words_are_found_in_titles_and_turns_as_they_are_typed() {
    let store = memory();
    assert_eq!(found(&store, "slow"), ["q"], "a word of the question");
    assert_eq!(found(&store, "inde"), ["a"], "the beginning of a word of the answer");
    assert_eq!(found(&store, "about"), ["title"], "a word of the title");
    assert_eq!(found(&store, "CAFE daten"), ["q"], "whatever the case and the accents, in any order");
    assert_eq!(found(&store, "slow index"), Vec::<String>::new(), "all words in one place");
}

#[test]
fn one_and_two_characters_are_found_inside_text_without_spaces() {
    let store = memory();
    for typed in ["慢", "数据", "据库", "検索", "遅", "索が"] {
        assert_eq!(found(&store, typed), ["q"], "{typed} stands in the middle of a line");
    }
    assert_eq!(found(&store, "慢据"), Vec::<String>::new(), "characters that stand apart are no word");
}

#[test]
fn signs_of_the_index_s_own_language_are_words_or_nothing() {
    let store = memory();
    for typed in ["\"", "*", "-", "slow*", "-slow", "(slow", "slow)", "text:slow", "NEAR(slow", "^slow", "slow\0"] {
        let found = found(&store, typed);
        assert!(found.is_empty() || found == ["q"], "{typed:?} is no syntax: {found:?}");
    }
    assert_eq!(found(&store, "OR so"), ["a"], "an operator is a word like any other");
}

#[test]
fn what_changes_or_goes_leaves_no_word_behind() {
    let store = memory();
    store.write_blocking(|c| conversations::rename(c, &ConversationId("c".into()), "Renamed thing")).expect("a rename");
    assert_eq!((found(&store, "about").len(), found(&store, "thing").len()), (0, 1), "a title's words go with it");
    store
        .write_blocking(|c| conversations::put_in_bin(c, &ConversationId("c".into()), Millis(1)))
        .expect("into the bin");
    assert_eq!(found(&store, "slow"), Vec::<String>::new(), "what was deleted is not found, though it may come back");
    store.write_blocking(|c| conversations::take_out_of_bin(c, &ConversationId("c".into()))).expect("and back");
    assert_eq!(found(&store, "slow"), ["q"], "back with all its words");
    store.write_blocking(|c| conversations::delete(c, &ConversationId("c".into()))).expect("a delete");
    for word in ["slow", "index", "thing", "慢"] {
        assert_eq!(words_of(&store, word), 0, "no word of it is in the file");
    }
    let left: i64 = store
        .read_blocking(|c| Ok(c.query_row("SELECT count(*) FROM words_place", [], |row| row.get(0))?))
        .expect("readable");
    assert_eq!(left, 0, "nor where it stood");
}

#[test]
fn an_answer_being_written_is_entered_at_its_end_or_when_a_crash_is_settled() {
    let store = Store::open(Place::Memory).expect("memory needs nothing");
    begin(&store, "Why?");
    store.write_blocking(|c| turns::grow(c, &TurnId("a".into()), "halfway there")).expect("a piece");
    assert_eq!(found(&store, "halfway"), Vec::<String>::new(), "it changes with every word");
    store.write_blocking(|c| turns::settle(c).map(drop)).expect("as at the start");
    assert_eq!(found(&store, "halfway"), ["a"], "what came before the crash is found");
}

#[test]
fn old_turns_are_read_in_one_by_one() {
    let mut c = connection::memory().expect("memory needs nothing");
    let before = migrations::MIGRATIONS.iter().position(|sql| sql.contains("words_todo")).expect("a migration");
    migrations::apply(&mut c, &migrations::MIGRATIONS[..before]).expect("a release before the search");
    profiles::save(&c, &profile(&account())).expect("a profile");
    c.execute_batch(
        "INSERT INTO conversation (id, account, title, titled_by, created_at, updated_at)
             VALUES ('c', 'github.com/7', 'Titled', 'question', 1, 1);
         INSERT INTO turn (id, conversation, role, text, state, created_at, remembered)
             VALUES ('q', 'c', 'you', 'an ancient word', 'complete', 1, 1), ('r', 'c', 'you', 'another', 'complete', 1, 1);",
    )
    .expect("a conversation of then");
    migrations::migrate(&mut c).expect("an upgrade");
    let count = |typed: &str| {
        let mut count = 0;
        search::places(&c, &account(), typed, |_| {
            count += 1;
            true
        })
        .expect("readable");
        count
    };
    assert_eq!((count("titled"), count("ancient")), (1, 0), "titles at once, turns later");
    assert!(search::incomplete(&c).expect("readable"), "and the window can say so");
    assert!(search::read_in(&c, 1).expect("readable"), "one at a time");
    assert!(search::read_in(&c, 1).expect("readable"), "as long as there are some");
    assert!(!search::read_in(&c, 1).expect("readable"), "then it is done");
    assert_eq!(count("ancient"), 1, "what is old is found as well");
    assert!(!search::incomplete(&c).expect("readable"), "and nothing is missing");
}

#[test]
fn the_newest_come_first_even_of_one_second() {
    let store = memory();
    store
        .write_blocking(|c| {
            (0..600).try_for_each(|number| {
                let said = turn(&format!("t{number:03}"), "c", Some("q"), Role::You, "many voices");
                turns::add(c, &TurnRecord { created_at: Millis(5_000), ..said })
            })?;
            let late = turn("late", "c", Some("q"), Role::You, "late voices");
            turns::add(c, &TurnRecord { created_at: Millis(9_000), ..late })
        })
        .expect("more than fit into a second");
    let found = found(&store, "voices");
    assert_eq!((found.len(), found[0].as_str(), found[600].as_str()), (601, "late", "t000"), "none is lost");
}

#[test]
fn turns_that_all_say_the_same_second_are_entered_as_fast_as_others() {
    let store = memory();
    store
        .write_blocking(|c| {
            let mut enter =
                c.prepare("INSERT INTO words_entry (conversation, turn, at, text) VALUES ('c', ?1, 5000, 'one')")?;
            let mut steps = Vec::new();
            for number in 0..3000 {
                enter.execute([format!("t{number}")])?;
                steps.push(enter.reset_status(StatementStatus::VmStep));
            }
            let (early, late) = (steps[400], steps[2999]);
            assert!(late < early * 2, "the three thousandth takes {late} steps, the four hundredth {early}");
            Ok(())
        })
        .expect("all are entered");
    let ordered =
        "SELECT count(*) FROM words_place AS a JOIN words_place AS b ON b.turn = 't' || (substr(a.turn, 2) + 1)
        WHERE a.turn GLOB 't[0-9]*' AND b.id > a.id";
    let count: i64 = store.read_blocking(|c| Ok(c.query_row(ordered, [], |row| row.get(0))?)).expect("readable");
    assert_eq!(count, 2999, "each stands behind the one before");
}

#[test]
fn the_words_of_a_long_chat_can_be_forgotten_in_slices() {
    let store = memory();
    let more = store.write_blocking(|c| search::forget_some(c, &ConversationId("c".into()), 1)).expect("a slice");
    assert!(more, "one of two");
    store.write_blocking(|c| search::forget_some(c, &ConversationId("c".into()), 5).map(drop)).expect("the rest");
    assert_eq!(words_of(&store, "slow") + words_of(&store, "index"), 0, "all turns, before the rows are gone");
    store.write_blocking(|c| conversations::delete(c, &ConversationId("c".into()))).expect("then the rows");
    assert_eq!(words_of(&store, "about"), 0, "and the title");
}

/// The goal of the benchmark, as far as the index can see to it. By hand: `--run-ignored all`, in a release build.
#[test]
#[ignore = "takes a minute; the figures are for a person"]
#[allow(clippy::print_stderr, reason = "figures for a person")]
fn a_hundred_thousand_turns_are_searched_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    begin(&store, "the first");
    let words = ["rate", "limit", "token", "bucket", "的", "数据库", "slow", "query", "index", "because"];
    for block in 0..100 {
        store
            .write_blocking(move |c| {
                (0..1000).try_for_each(|number| {
                    let n = block * 1000 + number;
                    let text: Vec<String> =
                        (0..60).map(|w| format!("{}{}", words[(n + w) % 10], (n * 7 + w * 13) % 5000)).collect();
                    let text = format!("{} the rate", text.join(" "));
                    let said = turn(&format!("n{n}"), "c", Some("q"), Role::You, &text);
                    let at = Millis(1_700_000_000_000 + i64::try_from(n).unwrap_or(0) * 60_000);
                    turns::add(c, &TurnRecord { created_at: at, ..said })
                })
            })
            .expect("a thousand turns");
    }
    for typed in ["the", "th", "rate", "rat", "r", "bucket49", "数据", "的", "the rate lim"] {
        for round in ["cold", "warm"] {
            let typed = typed.to_owned();
            let begun = std::time::Instant::now();
            let hits = store
                .read_blocking(move |c| {
                    let mut hits = 0;
                    search::places(c, &account(), &typed, |_| {
                        hits += 1;
                        hits < 20
                    })?;
                    Ok((typed, hits))
                })
                .expect("readable");
            eprintln!("{round} {hits:?}: {:?}", begun.elapsed());
        }
    }
    let begun = std::time::Instant::now();
    store.write_blocking(|c| search::forget_some(c, &ConversationId("c".into()), 50).map(drop)).expect("a slice");
    eprintln!("forgetting 50 turns: {:?}", begun.elapsed());
}
