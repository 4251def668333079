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
