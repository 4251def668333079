//! No query on the window's path reads a table from end to end.

use rusqlite::Connection;

use super::*;
use crate::store::{attachments, drafts, migrations, search, usage};

fn plan(c: &Connection, sql: &str) -> String {
    let mut rows = c.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a query of ours");
    let count = rows.parameter_count();
    let lines: Vec<String> = rows
        .query_map(rusqlite::params_from_iter(std::iter::repeat_n(1, count)), |row| row.get(3))
        .expect("a plan")
        .collect::<Result<_, _>>()
        .expect("a plan");
    lines.join("\n")
}

#[test]
fn no_query_of_the_window_scans_a_table() {
    let mut c = crate::store::connection::memory().expect("memory needs nothing");
    migrations::migrate(&mut c).expect("our own schema");
    let queries = [
        ("first page of the list", conversations::page_query("")),
        ("next page of the list", conversations::page_query(conversations::BELOW)),
        ("what is pinned", conversations::pinned_query()),
        ("what was deleted", conversations::DELETED.to_owned()),
        ("where words stand", search::PLACES.to_owned()),
        ("how far up a turn is", turns::BETWEEN.to_owned()),
        ("what a policy lets go", conversations::UNTOUCHED.to_owned()),
        ("path to a turn", turns::path_query()),
        ("versions of a turn", turns::VERSIONS.to_owned()),
        ("the last answer of a session", turns::last_asked_query()),
        ("whether it is the last", turns::LAST_IN_SESSION.to_owned()),
        ("whose question an event is", "SELECT EXISTS (SELECT 1 FROM turn WHERE event = ?1)".to_owned()),
        ("what waits", "SELECT id FROM waiting WHERE conversation = ?1 ORDER BY place, id".to_owned()),
        ("a draft", drafts::TEXT.to_owned()),
        ("what lies in a draft", attachments::of_draft_query()),
        ("who else uses a content", "SELECT 1 FROM attachment WHERE hash = ?1".to_owned()),
        ("deleting a turn's attachments", "DELETE FROM attachment WHERE turn = ?1".to_owned()),
        ("deleting an account's attachments", "DELETE FROM attachment WHERE account = ?1".to_owned()),
        ("deleting a turn's children", "SELECT 1 FROM turn WHERE parent = ?1".to_owned()),
        ("deleting a conversation", "DELETE FROM conversation WHERE id = ?1".to_owned()),
        ("a month's sums", usage::BETWEEN.to_owned()),
        ("an account's month", usage::CREDITS.to_owned()),
        ("what a crash left", "SELECT id FROM turn WHERE state = 'answering'".to_owned()),
    ];
    for (what, sql) in queries {
        let plan = plan(&c, &sql);
        for line in plan.lines() {
            let scans_a_table = line.starts_with("SCAN")
                && line != "SCAN path"
                && !line.contains("CONSTANT ROW")
                && !line.contains("turn_answering")
                // Words are looked up in the index that the virtual table is.
                && !line.starts_with("SCAN words VIRTUAL TABLE INDEX");
            assert!(!scans_a_table, "{what} would get slower with every chat:\n{plan}");
        }
        if what.contains("page") {
            assert!(!plan.contains("TEMP B-TREE"), "{what} must come sorted out of its index:\n{plan}");
        }
    }
}
