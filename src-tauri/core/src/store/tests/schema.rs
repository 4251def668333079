use rusqlite::Connection;

use crate::store::{connection, migrations};

/// The schema in a form that can be compared: every table, column and index.
fn schema(c: &Connection) -> String {
    let mut rows = c
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name")
        .expect("the schema is a table");
    let statements: Vec<String> =
        rows.query_map([], |row| row.get(0)).expect("readable").collect::<Result<_, _>>().expect("text");
    statements.join(";\n\n") + ";\n"
}

#[test]
fn every_released_database_becomes_the_same_newest_one() {
    let expected = include_str!("schema.sql");
    for released in 0..=migrations::MIGRATIONS.len() {
        let mut c = connection::memory().expect("memory needs nothing");
        migrations::apply(&mut c, &migrations::MIGRATIONS[..released]).expect("the release's own schema");
        migrations::migrate(&mut c).expect("an upgrade");
        migrations::migrate(&mut c).expect("doing it again does nothing");
        let found = schema(&c);
        assert_eq!(found, expected, "from version {released} (after a wanted change: store/tests/schema.sql)");
        let broken: i64 =
            c.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).expect("a check");
        assert_eq!(broken, 0, "from version {released} with every reference whole");
    }
}

#[test]
fn a_migration_that_fails_leaves_the_database_as_it_was() {
    let mut c = connection::memory().expect("memory needs nothing");
    migrations::migrate(&mut c).expect("our own schema");
    let before = schema(&c);
    let mut steps = migrations::MIGRATIONS.to_vec();
    steps.push("CREATE TABLE half (done TEXT); THIS IS NO SQL;");
    assert!(migrations::apply(&mut c, &steps).is_err(), "the last step is no SQL");
    assert_eq!(schema(&c), before, "half a step would make a schema that nobody knows");
}

/// What an answer was said in stood with its question once; an answer that was given before another one is in no session.
#[test]
fn where_an_answer_was_said_moves_from_its_question_to_itself() {
    let mut c = connection::memory().expect("memory needs nothing");
    migrations::apply(&mut c, &migrations::MIGRATIONS[..2]).expect("the release's own schema");
    c.execute_batch(
        "INSERT INTO profile VALUES ('p', 'h', 7, 'ada', NULL, NULL, NULL, 1, 1, 0);
         INSERT INTO conversation (id, account, title, titled_by, created_at, updated_at)
             VALUES ('c', 'p', 't', 'question', 1, 1);
         INSERT INTO session_log (id, account, conversation, created_at) VALUES ('s', 'p', 'c', 1);
         INSERT INTO turn (id, conversation, parent, role, text, state, created_at, remembered, event, session) VALUES
             ('01', 'c', NULL, 'you', 'why?', 'complete', 1, 1, 'e1', 's'),
             ('02', 'c', '01', 'copilot', 'because', 'complete', 1, 1, NULL, NULL),
             ('03', 'c', '02', 'you', 'and?', 'complete', 1, 1, 'e2', 's'),
             ('04', 'c', '03', 'copilot', 'half', 'stopped', 1, 0, NULL, NULL),
             ('05', 'c', '03', 'copilot', 'whole', 'complete', 1, 1, NULL, NULL),
             ('06', 'c', '05', 'you', 'unsent', 'complete', 1, 1, NULL, NULL);",
    )
    .expect("a conversation of that release");
    migrations::migrate(&mut c).expect("an upgrade");
    let mut rows = c.prepare("SELECT id, text, event, session FROM turn ORDER BY id").expect("readable");
    let turns: Vec<(String, String, Option<String>, Option<String>)> = rows
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .expect("readable")
        .collect::<Result<_, _>>()
        .expect("turns");
    let turn = |id: &str, text: &str, event: Option<&str>| {
        (id.to_owned(), text.to_owned(), event.map(str::to_owned), event.map(|_| "s".to_owned()))
    };
    let expected = [
        turn("01", "why?", None),
        turn("02", "because", Some("e1")),
        turn("03", "and?", None),
        turn("04", "half", None),
        turn("05", "whole", Some("e2")),
        turn("06", "unsent", None),
    ];
    assert_eq!(turns, expected, "every answer where the session has it, and no word lost");
}
