//! Turns: a tree in each conversation. An answer grows in pieces and is folded into one text at its end.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};

use super::{StoreError, attachments};
use crate::attachments::Attachment;
use crate::chat::{ConversationId, Notice, Role, TurnId};
use crate::error::Error;
use crate::time::Millis;

/// An error as it is kept with a turn: the boundary's error, its code as the window reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptError {
    /// The code in its written form (`rate-limited`).
    pub code: String,
    /// What fills the words.
    pub params: BTreeMap<String, String>,
    /// Whether trying the same again can help.
    pub retryable: bool,
}

impl From<&Error> for KeptError {
    fn from(error: &Error) -> Self {
        let code = serde_json::to_value(error.code).ok().and_then(|code| code.as_str().map(str::to_owned));
        Self {
            code: code.unwrap_or_else(|| "internal".to_owned()),
            params: error.params.clone(),
            retryable: error.retryable,
        }
    }
}

/// How far a turn is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// All of it is here. A question is complete once it is stored.
    Complete,
    /// The answer is awaited or being written.
    Answering,
    /// The person stopped it, or Wingman ended in its middle.
    Stopped,
    /// It ended with an error; what had come is kept.
    Failed(KeptError),
}

impl Progress {
    const fn name(&self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Answering => "answering",
            Self::Stopped => "stopped",
            Self::Failed(_) => "failed",
        }
    }

    fn error(&self) -> Result<Option<String>, StoreError> {
        match self {
            Self::Failed(error) => Ok(Some(json(error)?)),
            _ => Ok(None),
        }
    }
}

/// What an answer cost, as far as Copilot said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// Tokens read.
    pub tokens_in: Option<u32>,
    /// Tokens written.
    pub tokens_out: Option<u32>,
    /// AI credits, where the account is billed by them.
    pub credits: Option<f64>,
    /// The login of the account that paid; with its host in brackets when the conversation is another account's.
    pub payer: Option<String>,
}

/// A turn as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct TurnRecord {
    /// Its name.
    pub id: TurnId,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// The turn it answers or follows; none for a first one. Turns with the same parent are versions of each other.
    pub parent: Option<TurnId>,
    /// Who speaks.
    pub role: Role,
    /// The words of a question, or the Markdown of an answer as far as it came.
    pub text: String,
    /// How far it is.
    pub progress: Progress,
    /// What the person must be told beside it.
    pub notices: Vec<Notice>,
    /// The model asked for, then the one that answered.
    pub model: Option<String>,
    /// What it cost.
    pub usage: Usage,
    /// When it was asked, or when the answer began.
    pub created_at: Millis,
    /// When it was complete.
    pub ended_at: Option<Millis>,
    /// False when Copilot does not remember this part.
    pub remembered: bool,
    /// Of an answer: the runtime's `user.message` that it answers, which says where in the session it is.
    pub event: Option<String>,
    /// Of an answer: the session that it was said in.
    pub session: Option<String>,
    /// What goes with a question. Read here; written by [`attachments`].
    pub attachments: Vec<Attachment>,
}

/// How an answer ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// `Complete`, `Stopped` or `Failed`.
    pub progress: Progress,
    /// The final message's text; none keeps what was streamed.
    pub text: Option<String>,
    /// What the person must be told beside it.
    pub notices: Vec<Notice>,
    /// The model that answered; none keeps the one asked for.
    pub model: Option<String>,
    /// What it cost.
    pub usage: Usage,
    /// Whether Copilot remembers it.
    pub remembered: bool,
    /// When.
    pub at: Millis,
}

/// A piece of the path, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The turns.
    pub turns: Vec<TurnRecord>,
    /// Whether older ones come before them.
    pub earlier: bool,
}

fn columns() -> String {
    format!("{COLUMNS}, {}", attachments::OF_TURN)
}

const COLUMNS: &str = "t.id, t.conversation, t.parent, t.role,
    CASE t.state WHEN 'answering'
        THEN t.text || coalesce((SELECT group_concat(text, '' ORDER BY id) FROM turn_piece WHERE turn = t.id), '')
        ELSE t.text END,
    t.state, t.error, t.notices, t.model, t.tokens_in, t.tokens_out, t.credits, t.payer, t.created_at, t.ended_at,
    t.remembered, t.event, t.session";

/// Adds a turn below its parent, makes it the end of the path that is shown, and moves its conversation up the list.
/// The parent must belong to the same conversation ([`StoreError::NotFound`]).
pub fn add(c: &Connection, turn: &TurnRecord) -> Result<(), StoreError> {
    if let Some(parent) = &turn.parent {
        let home: String = c
            .prepare_cached("SELECT conversation FROM turn WHERE id = ?1")?
            .query_row([&parent.0], |row| row.get(0))?;
        if home != turn.conversation.0 {
            return Err(StoreError::NotFound);
        }
    }
    c.prepare_cached(
        "INSERT INTO turn (id, conversation, parent, role, text, state, error, notices, model, tokens_in, tokens_out,
             credits, payer, created_at, ended_at, remembered, event, session)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
    )?
    .execute(params![
        turn.id.0,
        turn.conversation.0,
        turn.parent.as_ref().map(|parent| &parent.0),
        match turn.role {
            Role::You => "you",
            Role::Copilot => "copilot",
        },
        turn.text,
        turn.progress.name(),
        turn.progress.error()?,
        json(&turn.notices)?,
        turn.model,
        turn.usage.tokens_in,
        turn.usage.tokens_out,
        turn.usage.credits,
        turn.usage.payer,
        turn.created_at.0,
        turn.ended_at.map(|at| at.0),
        turn.remembered,
        turn.event,
        turn.session,
    ])?;
    // What is talked in is no longer put away.
    c.prepare_cached(
        "UPDATE conversation SET active_leaf = ?2, updated_at = max(updated_at, ?3), archived = 0 WHERE id = ?1",
    )?
    .execute(params![turn.conversation.0, turn.id.0, turn.created_at.0])?;
    Ok(())
}

/// One turn.
pub fn find(c: &Connection, id: &TurnId) -> Result<Option<TurnRecord>, StoreError> {
    Ok(c.prepare_cached(&format!("SELECT {} FROM turn AS t WHERE t.id = ?1", columns()))?
        .query_row([&id.0], record)
        .optional()?)
}

/// The latest turns of the path that is shown, oldest first.
pub fn latest(c: &Connection, conversation: &ConversationId, limit: u32) -> Result<Path, StoreError> {
    let leaf: Option<String> = c
        .prepare_cached("SELECT active_leaf FROM conversation WHERE id = ?1")?
        .query_row([&conversation.0], |row| row.get(0))?;
    up_from(c, leaf, limit)
}

/// The names of all turns of the path that is shown, oldest first. Reads no text.
pub fn path(c: &Connection, conversation: &ConversationId) -> Result<Vec<TurnId>, StoreError> {
    let mut rows = c.prepare_cached(
        "WITH RECURSIVE path (id, depth) AS (
             SELECT active_leaf, 0 FROM conversation WHERE id = ?1 AND active_leaf IS NOT NULL
             UNION ALL
             SELECT turn.parent, depth + 1 FROM path JOIN turn ON turn.id = path.id WHERE turn.parent IS NOT NULL)
         SELECT id FROM path ORDER BY depth DESC",
    )?;
    let path = rows.query_map([&conversation.0], |row| row.get(0).map(TurnId))?.collect::<rusqlite::Result<_>>()?;
    Ok(path)
}

/// The turns that lead to `before`, oldest first, without itself. [`StoreError::NotFound`] when it is gone.
pub fn earlier(c: &Connection, before: &TurnId, limit: u32) -> Result<Path, StoreError> {
    let parent: Option<String> =
        c.prepare_cached("SELECT parent FROM turn WHERE id = ?1")?.query_row([&before.0], |row| row.get(0))?;
    up_from(c, parent, limit)
}

/// The turns that lead to `before`, from `from` on, oldest first; the nearest ones where they are more than `limit`.
pub fn between(c: &Connection, from: &TurnId, before: &TurnId, limit: u32) -> Result<Path, StoreError> {
    let mut names = c.prepare_cached(BETWEEN)?;
    let count: Option<i64> = names.query_row(params![before.0, from.0], |row| row.get(0)).optional()?;
    let count = count.ok_or(StoreError::NotFound)?;
    earlier(c, before, u32::try_from(count).unwrap_or(limit).min(limit))
}

/// How many steps it is up from ?1 to ?2, no row when it does not lie there. Reads no text.
pub(super) const BETWEEN: &str = "WITH RECURSIVE path (id, depth) AS (
         SELECT ?1, 0
         UNION ALL
         SELECT turn.parent, depth + 1 FROM path JOIN turn ON turn.id = path.id
         WHERE turn.parent IS NOT NULL AND path.id <> ?2)
     SELECT depth FROM path WHERE id = ?2";

/// All turns of the conversation, in the order in which they were said: a parent before its children.
pub fn tree(c: &Connection, conversation: &ConversationId) -> Result<Vec<TurnRecord>, StoreError> {
    let mut rows = c.prepare_cached(&format!(
        "SELECT {} FROM turn AS t WHERE t.conversation = ?1 ORDER BY t.created_at, t.id",
        columns()
    ))?;
    let turns = rows.query_map([&conversation.0], record)?.collect::<rusqlite::Result<_>>()?;
    Ok(turns)
}

/// The path from the beginning to this turn, itself included.
pub fn up_to(c: &Connection, leaf: &TurnId) -> Result<Vec<TurnRecord>, StoreError> {
    Ok(up_from(c, Some(leaf.0.clone()), u32::MAX)?.turns)
}

/// The versions of a turn, itself among them, oldest first.
pub fn versions(c: &Connection, turn: &TurnId) -> Result<Vec<TurnId>, StoreError> {
    let mut rows = c.prepare_cached(VERSIONS)?;
    let versions = rows.query_map([&turn.0], |row| row.get(0).map(TurnId))?.collect::<rusqlite::Result<_>>()?;
    Ok(versions)
}

/// `IS` finds the versions of a first turn too, whose parent is NULL.
pub(super) const VERSIONS: &str = "SELECT version.id FROM turn AS self JOIN turn AS version
     ON version.parent IS self.parent AND version.conversation = self.conversation
     WHERE self.id = ?1 ORDER BY version.rowid";

pub(super) fn path_query() -> String {
    format!(
        "WITH RECURSIVE path (id, depth) AS (
             SELECT ?1, 0
             UNION ALL
             SELECT turn.parent, depth + 1 FROM path JOIN turn ON turn.id = path.id
             WHERE turn.parent IS NOT NULL AND depth + 1 < ?2)
         SELECT {} FROM path CROSS JOIN turn AS t ON t.id = path.id ORDER BY path.depth DESC",
        columns()
    )
}

fn up_from(c: &Connection, leaf: Option<String>, limit: u32) -> Result<Path, StoreError> {
    let Some(leaf) = leaf else {
        return Ok(Path { turns: Vec::new(), earlier: false });
    };
    let mut rows = c.prepare_cached(&path_query())?;
    let mut turns: Vec<TurnRecord> = rows.query_map(params![leaf, limit], record)?.collect::<rusqlite::Result<_>>()?;
    if limit == 0 {
        turns.clear();
    }
    let earlier = turns.first().is_some_and(|first| first.parent.is_some());
    Ok(Path { turns, earlier })
}

/// Adds to an answer that is being written. Costs what is added, however long the answer is.
/// [`StoreError::NotFound`] when it is not being written (any more): a late piece never changes an ended answer.
pub fn grow(c: &Connection, turn: &TurnId, piece: &str) -> Result<(), StoreError> {
    let added = c
        .prepare_cached(
            "INSERT INTO turn_piece (turn, text) SELECT id, ?2 FROM turn WHERE id = ?1 AND state = 'answering'",
        )?
        .execute(params![turn.0, piece])?;
    super::one(added)
}

/// Starts an answer that is being written over: an attempt failed and the next one begins from nothing.
pub fn restart(c: &Connection, turn: &TurnId) -> Result<(), StoreError> {
    let changed =
        c.prepare_cached("UPDATE turn SET text = '' WHERE id = ?1 AND state = 'answering'")?.execute([&turn.0])?;
    super::one(changed)?;
    drop_pieces(c, turn)
}

/// Ends an answer that is being written, and moves its conversation up the list.
pub fn end(c: &Connection, turn: &TurnId, ending: &Ending) -> Result<(), StoreError> {
    if ending.progress == Progress::Answering {
        return Err(StoreError::Unexpected("an end that is none"));
    }
    let changed = c
        .prepare_cached(
            "UPDATE turn SET
                 text = coalesce(?2, text || coalesce(
                     (SELECT group_concat(text, '' ORDER BY id) FROM turn_piece WHERE turn = ?1), '')),
                 state = ?3, error = ?4, notices = ?5, model = coalesce(?6, model), tokens_in = ?7, tokens_out = ?8,
                 credits = ?9, payer = ?10, remembered = ?11, ended_at = ?12
             WHERE id = ?1 AND state = 'answering'",
        )?
        .execute(params![
            turn.0,
            ending.text,
            ending.progress.name(),
            ending.progress.error()?,
            json(&ending.notices)?,
            ending.model,
            ending.usage.tokens_in,
            ending.usage.tokens_out,
            ending.usage.credits,
            ending.usage.payer,
            ending.remembered,
            ending.at.0,
        ])?;
    super::one(changed)?;
    drop_pieces(c, turn)?;
    super::usage::note(c, turn)?;
    c.prepare_cached(
        "UPDATE conversation SET updated_at = max(updated_at, ?2)
         WHERE id = (SELECT conversation FROM turn WHERE id = ?1)",
    )?
    .execute(params![turn.0, ending.at.0])?;
    Ok(())
}

/// The runtime has taken the question of this answer: where it is in which session.
pub fn asked(c: &Connection, answer: &TurnId, session: &str, event: &str) -> Result<(), StoreError> {
    let changed = c
        .prepare_cached("UPDATE turn SET event = ?3, session = ?2 WHERE id = ?1")?
        .execute(params![answer.0, session, event])?;
    super::one(changed)
}

/// The question of this answer was on its way into the session, and nobody heard whether it arrived: nothing is known to
/// be the session's end any more. The place is kept where it is known after all.
pub fn lost_sight(c: &Connection, answer: &TurnId, session: &str) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE turn SET session = ?2 WHERE id = ?1 AND event IS NULL")?
        .execute(params![answer.0, session])?;
    Ok(())
}

/// The last answer on the way to `leaf`, itself included, that was said in a session which is still known.
pub fn last_asked(c: &Connection, leaf: &TurnId) -> Result<Option<TurnRecord>, StoreError> {
    Ok(c.prepare_cached(&last_asked_query())?.query_row([&leaf.0], record).optional()?)
}

pub(super) fn last_asked_query() -> String {
    format!(
        "WITH RECURSIVE path (id, depth) AS (
             SELECT ?1, 0
             UNION ALL
             -- It ends where an answer was found.
             SELECT turn.parent, depth + 1 FROM path JOIN turn ON turn.id = path.id
             WHERE turn.parent IS NOT NULL AND (turn.session IS NULL OR turn.event IS NULL))
         SELECT {} FROM path CROSS JOIN turn AS t ON t.id = path.id
         WHERE t.session IS NOT NULL AND t.event IS NOT NULL LIMIT 1",
        columns()
    )
}

/// Whether nothing was asked in the session after this answer. Rows are counted as they were added: clocks jump.
pub fn is_last_in_session(c: &Connection, answer: &TurnId) -> Result<bool, StoreError> {
    Ok(c.prepare_cached(LAST_IN_SESSION)?.query_row([&answer.0], |row| row.get(0))?)
}

pub(super) const LAST_IN_SESSION: &str = "SELECT NOT EXISTS (SELECT 1 FROM turn AS self
     JOIN turn AS later ON later.session = self.session AND later.rowid > self.rowid WHERE self.id = ?1)";

/// Whether anything was ever asked in the session.
pub fn is_session_used(c: &Connection, session: &str) -> Result<bool, StoreError> {
    Ok(c.prepare_cached("SELECT EXISTS (SELECT 1 FROM turn WHERE session = ?1)")?
        .query_row([session], |row| row.get(0))?)
}

/// The newest end of the conversation below a turn: what to show when that turn is walked to.
pub fn newest_leaf(c: &Connection, turn: &TurnId) -> Result<TurnId, StoreError> {
    let mut leaf = turn.clone();
    let mut newest = c.prepare_cached("SELECT id FROM turn WHERE parent = ?1 ORDER BY rowid DESC LIMIT 1")?;
    while let Some(child) = newest.query_row([&leaf.0], |row| row.get(0)).optional()? {
        leaf = TurnId(child);
    }
    Ok(leaf)
}

/// Whether Copilot remembers a turn, when that changes after its end.
pub fn set_remembered(c: &Connection, turn: &TurnId, remembered: bool) -> Result<(), StoreError> {
    let changed =
        c.prepare_cached("UPDATE turn SET remembered = ?2 WHERE id = ?1")?.execute(params![turn.0, remembered])?;
    super::one(changed)
}

/// Marks the answers that a crash left unfinished: stopped, not remembered, with what had come. Called at the start,
/// when nothing can be answering.
pub(super) fn settle(c: &Connection) -> Result<usize, StoreError> {
    let settled = c.execute(
        "UPDATE turn SET
             text = text || coalesce(
                 (SELECT group_concat(text, '' ORDER BY id) FROM turn_piece WHERE turn = turn.id), ''),
             state = 'stopped', remembered = 0
         WHERE state = 'answering'",
        [],
    )?;
    c.execute("DELETE FROM turn_piece", [])?;
    Ok(settled)
}

fn drop_pieces(c: &Connection, turn: &TurnId) -> Result<(), StoreError> {
    c.prepare_cached("DELETE FROM turn_piece WHERE turn = ?1")?.execute([&turn.0])?;
    Ok(())
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Unexpected("a value that is no JSON"))
}

fn record(row: &Row<'_>) -> rusqlite::Result<TurnRecord> {
    let parsed =
        |column: usize, error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error);
    let progress = match row.get_ref(5)?.as_str()? {
        "complete" => Progress::Complete,
        "answering" => Progress::Answering,
        "stopped" => Progress::Stopped,
        _ => Progress::Failed(
            serde_json::from_str(row.get_ref(6)?.as_str()?).map_err(|error| parsed(6, Box::new(error)))?,
        ),
    };
    Ok(TurnRecord {
        id: TurnId(row.get(0)?),
        conversation: ConversationId(row.get(1)?),
        parent: row.get::<_, Option<String>>(2)?.map(TurnId),
        role: if row.get_ref(3)?.as_str()? == "you" { Role::You } else { Role::Copilot },
        text: row.get(4)?,
        progress,
        notices: serde_json::from_str(row.get_ref(7)?.as_str()?).map_err(|error| parsed(7, Box::new(error)))?,
        model: row.get(8)?,
        usage: Usage { tokens_in: row.get(9)?, tokens_out: row.get(10)?, credits: row.get(11)?, payer: row.get(12)? },
        created_at: Millis(row.get(13)?),
        ended_at: row.get::<_, Option<i64>>(14)?.map(Millis),
        remembered: row.get(15)?,
        event: row.get(16)?,
        session: row.get(17)?,
        attachments: attachments::listed(row, 18)?,
    })
}
