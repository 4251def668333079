//! What answers cost, by account, model and time: a ledger of its own, which a deleted chat does not change.

use rusqlite::{Connection, params};

use super::StoreError;
use crate::accounts::AccountId;
use crate::chat::TurnId;
use crate::time::Millis;

/// What one account's answers by one model cost together.
#[derive(Clone, Debug, PartialEq)]
pub struct Sum {
    /// Who paid.
    pub account: AccountId,
    /// Which model answered; empty where nobody said.
    pub model: String,
    /// How many answers.
    pub answers: u32,
    /// Tokens read.
    pub tokens_in: u64,
    /// Tokens written.
    pub tokens_out: u64,
    /// AI credits; none where no answer said any.
    pub credits: Option<f64>,
}

/// Notes what an ended answer cost, when Copilot said so.
pub(super) fn note(c: &Connection, turn: &TurnId) -> Result<(), StoreError> {
    c.prepare_cached(
        "INSERT INTO usage (turn, account, model, tokens_in, tokens_out, credits, at)
         SELECT turn.id, conversation.account, coalesce(turn.model, ''), coalesce(turn.tokens_in, 0),
             coalesce(turn.tokens_out, 0), turn.credits, coalesce(turn.ended_at, turn.created_at)
         FROM turn JOIN conversation ON conversation.id = turn.conversation
         WHERE turn.id = ?1 AND (turn.tokens_in IS NOT NULL OR turn.credits IS NOT NULL)
         ON CONFLICT (turn) DO NOTHING",
    )?
    .execute([&turn.0])?;
    Ok(())
}

/// What was used from one time to before another, the dearest first.
pub fn between(c: &Connection, from: Millis, to: Millis) -> Result<Vec<Sum>, StoreError> {
    let mut rows = c.prepare_cached(BETWEEN)?;
    let sums = rows.query_map(params![from.0, to.0], |row| {
        Ok(Sum {
            account: AccountId::stored(row.get::<_, String>(0)?),
            model: row.get(1)?,
            answers: row.get(2)?,
            tokens_in: row.get::<_, i64>(3)?.unsigned_abs(),
            tokens_out: row.get::<_, i64>(4)?.unsigned_abs(),
            credits: row.get(5)?,
        })
    })?;
    Ok(sums.collect::<rusqlite::Result<_>>()?)
}

pub(super) const BETWEEN: &str = "SELECT account, model, count(*), sum(tokens_in), sum(tokens_out), sum(credits)
     FROM usage WHERE at >= ?1 AND at < ?2
     GROUP BY account, model ORDER BY account, sum(credits) DESC NULLS LAST, count(*) DESC, model";

/// The AI credits that an account used from one time to before another.
pub fn credits(c: &Connection, account: &AccountId, from: Millis, to: Millis) -> Result<f64, StoreError> {
    Ok(c.prepare_cached(CREDITS)?.query_row(params![account.as_str(), from.0, to.0], |row| row.get(0))?)
}

pub(super) const CREDITS: &str =
    "SELECT coalesce(sum(credits), 0.0) FROM usage WHERE account = ?1 AND at >= ?2 AND at < ?3";

/// When the first answer was noted; none when there is none.
pub fn first(c: &Connection) -> Result<Option<Millis>, StoreError> {
    let at: Option<i64> = c.prepare_cached("SELECT min(at) FROM usage")?.query_row([], |row| row.get(0))?;
    Ok(at.map(Millis))
}

/// Forgets what an account used.
pub(super) fn forget(c: &Connection, account: &AccountId) -> Result<(), StoreError> {
    c.execute("DELETE FROM usage WHERE account = ?1", [account.as_str()])?;
    Ok(())
}
