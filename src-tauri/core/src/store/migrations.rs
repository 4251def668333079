//! The schema's versions, in order. A released file is never edited: a change is a new file at the end.

use rusqlite::{Connection, TransactionBehavior};

use super::failure::StoreError;

/// `PRAGMA user_version` n means: the first n were applied.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_conversations_and_sessions.sql"),
    include_str!("migrations/0002_handed_over_conversations.sql"),
    include_str!("migrations/0003_versions_and_what_waits.sql"),
    include_str!("migrations/0004_finding_conversations.sql"),
    include_str!("migrations/0005_attachments.sql"),
    include_str!("migrations/0006_choices_and_usage.sql"),
    include_str!("migrations/0007_drafts_of_windows.sql"),
];

/// Brings the database to the newest schema, each step whole or not at all. A newer one is left as it is.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    apply(connection, MIGRATIONS)
}

/// Whether there is something in it that a step would change.
pub(super) fn would_change(connection: &Connection) -> Result<bool, StoreError> {
    let found = version(connection)?;
    Ok(found > 0 && usize::try_from(found).is_ok_and(|found| found < MIGRATIONS.len()))
}

/// What is to be said of it when a newer Wingman wrote it.
pub(super) fn newer(connection: &Connection) -> Result<Option<StoreError>, StoreError> {
    newer_than(connection, MIGRATIONS)
}

fn newer_than(connection: &Connection, migrations: &[&str]) -> Result<Option<StoreError>, StoreError> {
    let known = i64::try_from(migrations.len()).map_err(|_| StoreError::Unexpected("more migrations than numbers"))?;
    let found = version(connection)?;
    Ok((found > known).then_some(StoreError::Newer { found, known }))
}

pub(super) fn apply(connection: &mut Connection, migrations: &[&str]) -> Result<(), StoreError> {
    if let Some(newer) = newer_than(connection, migrations)? {
        return Err(newer);
    }
    for (number, sql) in (1..).zip(migrations) {
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Asked again inside: another Wingman may have been faster.
        if version(&step)? < number {
            step.execute_batch(sql)?;
            step.pragma_update(None, "user_version", number)?;
            step.commit()?;
        }
    }
    Ok(())
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}
