//! Conversations as rows of the list; their turns are in [`super::turns`].

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{StoreError, session_files};
use crate::accounts::AccountId;
use crate::chat::{ConversationId, Shelf, TurnId};
use crate::time::Millis;

/// Who gave a conversation its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TitledBy {
    /// The beginning of the first question.
    Question,
    /// The person; it is never replaced by itself.
    Person,
}

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Its name.
    pub id: ConversationId,
    /// The account it belongs to, and which pays.
    pub account: AccountId,
    /// Its title.
    pub title: String,
    /// Who gave it.
    pub titled_by: TitledBy,
    /// The model for the next question; none means the account's default.
    pub model: Option<String>,
    /// When it began.
    pub created_at: Millis,
    /// When something was last said in it.
    pub updated_at: Millis,
    /// The end of the path that is shown.
    pub active_leaf: Option<TurnId>,
    /// The session that remembers the active path.
    pub session: Option<String>,
    /// It began as a copy of another account's conversation: what was said there is in no session of its own.
    pub handed_over: bool,
    /// A draft waits in it.
    pub draft: bool,
    /// An answer is being written.
    pub answering: bool,
    /// Where it stands.
    pub shelf: Shelf,
}

/// A piece of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Newest first.
    pub conversations: Vec<Conversation>,
    /// Whether older ones follow.
    pub more: bool,
}

const COLUMNS: &str = "id, account, title, titled_by, model, created_at, updated_at, active_leaf, session, handed_over,
    EXISTS (SELECT 1 FROM draft WHERE draft.conversation = c.id)
        OR EXISTS (SELECT 1 FROM attachment WHERE attachment.conversation = c.id AND attachment.turn IS NULL),
    EXISTS (SELECT 1 FROM turn WHERE turn.conversation = c.id AND turn.state = 'answering'),
    pinned_at IS NOT NULL, archived";

/// The account's conversations of the list, or of the archive, below `before` (the newest when there is none), newest
/// first. The pinned ones all come before the list's first page. [`StoreError::NotFound`] when `before` is gone.
pub fn page(
    c: &Connection,
    account: &AccountId,
    shelf: Shelf,
    before: Option<&ConversationId>,
    limit: u32,
) -> Result<Page, StoreError> {
    let rows = i64::from(limit) + 1;
    let archived = shelf == Shelf::Archive;
    let mut conversations: Vec<Conversation> = match before {
        None => c
            .prepare_cached(&page_query(""))?
            .query_map(params![account.as_str(), archived, rows], conversation)?
            .collect::<rusqlite::Result<_>>()?,
        Some(before) => {
            let at: i64 = c
                .prepare_cached("SELECT updated_at FROM conversation WHERE id = ?1")?
                .query_row([&before.0], |row| row.get(0))?;
            c.prepare_cached(&page_query(BELOW))?
                .query_map(params![account.as_str(), archived, rows, at, before.0], conversation)?
                .collect::<rusqlite::Result<_>>()?
        }
    };
    let limit = limit as usize;
    let more = conversations.len() > limit;
    conversations.truncate(limit);
    if before.is_none() && !archived {
        let mut pinned = c.prepare_cached(&pinned_query())?;
        let pinned: Vec<Conversation> =
            pinned.query_map([account.as_str()], conversation)?.collect::<rusqlite::Result<_>>()?;
        conversations.splice(0..0, pinned);
    }
    Ok(Page { conversations, more })
}

/// The condition of a page that is not the first.
pub(super) const BELOW: &str = "AND (updated_at, id) < (?4, ?5)";

pub(super) fn page_query(below: &str) -> String {
    format!(
        "SELECT {COLUMNS} FROM conversation AS c
         WHERE account = ?1 AND archived = ?2 AND pinned_at IS NULL AND deleted_at IS NULL {below}
         ORDER BY updated_at DESC, id DESC LIMIT ?3"
    )
}

pub(super) fn pinned_query() -> String {
    format!(
        "SELECT {COLUMNS} FROM conversation AS c WHERE account = ?1 AND pinned_at IS NOT NULL AND deleted_at IS NULL
         ORDER BY updated_at DESC, id DESC"
    )
}

/// Every conversation of the account, put away or not, newest first.
pub fn all_of(c: &Connection, account: &AccountId) -> Result<Vec<ConversationId>, StoreError> {
    let mut rows = c.prepare_cached(
        "SELECT id FROM conversation WHERE account = ?1 AND deleted_at IS NULL ORDER BY updated_at DESC, id DESC",
    )?;
    let all = rows.query_map([account.as_str()], |row| row.get(0).map(ConversationId))?;
    Ok(all.collect::<rusqlite::Result<_>>()?)
}

/// One conversation. One that was deleted is not there, though it may come back.
pub fn find(c: &Connection, id: &ConversationId) -> Result<Option<Conversation>, StoreError> {
    Ok(c.prepare_cached(&format!("SELECT {COLUMNS} FROM conversation AS c WHERE id = ?1 AND deleted_at IS NULL"))?
        .query_row([&id.0], conversation)
        .optional()?)
}

/// Adds a conversation without turns, and makes its session known. The question is added in the same transaction
/// ([`super::turns::add`]), so that no empty conversation is ever seen. `active_leaf`, `draft` and `answering` follow
/// from what is added later.
pub fn begin(c: &Connection, new: &Conversation) -> Result<(), StoreError> {
    let titled_by = match new.titled_by {
        TitledBy::Question => "question",
        TitledBy::Person => "person",
    };
    c.prepare_cached(
        "INSERT INTO conversation (id, account, title, titled_by, model, created_at, updated_at, handed_over)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        new.id.0,
        new.account.as_str(),
        new.title,
        titled_by,
        new.model,
        new.created_at.0,
        new.updated_at.0,
        new.handed_over,
    ])?;
    if let Some(session) = &new.session {
        set_session(c, &new.id, session, new.created_at)?;
    }
    Ok(())
}

/// From now on this session remembers the active path. It is made known when it is not.
/// [`StoreError::Unexpected`] when it is another account's.
pub fn set_session(c: &Connection, id: &ConversationId, session: &str, at: Millis) -> Result<(), StoreError> {
    let account: String =
        c.prepare_cached("SELECT account FROM conversation WHERE id = ?1")?.query_row([&id.0], |row| row.get(0))?;
    session_files::register(c, session, &AccountId::stored(account), Some(id), at).map_err(|error| match error {
        session_files::FileError::Store(error) => error,
        _ => StoreError::Unexpected("a session of another account"),
    })?;
    c.prepare_cached("UPDATE conversation SET session = ?2 WHERE id = ?1")?.execute(params![id.0, session])?;
    Ok(())
}

/// The person's own title.
pub fn rename(c: &Connection, id: &ConversationId, title: &str) -> Result<(), StoreError> {
    let changed = c
        .prepare_cached("UPDATE conversation SET title = ?2, titled_by = 'person' WHERE id = ?1")?
        .execute(params![id.0, title])?;
    super::one(changed)
}

/// A title made of a question, which replaces another such and never the person's own.
pub fn title_by_question(c: &Connection, id: &ConversationId, title: &str) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE conversation SET title = ?2 WHERE id = ?1 AND titled_by = 'question'")?
        .execute(params![id.0, title])?;
    Ok(())
}

/// The model for the next question; none means the account's default.
pub fn choose_model(c: &Connection, id: &ConversationId, model: Option<&str>) -> Result<(), StoreError> {
    let changed =
        c.prepare_cached("UPDATE conversation SET model = ?2 WHERE id = ?1")?.execute(params![id.0, model])?;
    super::one(changed)
}

/// Shows another path: `leaf` is its end, a turn of this conversation. The conversation keeps its place in the list.
pub fn show(c: &Connection, id: &ConversationId, leaf: &TurnId) -> Result<(), StoreError> {
    let changed = c
        .prepare_cached(
            "UPDATE conversation SET active_leaf = ?2
             WHERE id = ?1 AND EXISTS (SELECT 1 FROM turn WHERE turn.id = ?2 AND turn.conversation = ?1)",
        )?
        .execute(params![id.0, leaf.0])?;
    super::one(changed)
}

/// Puts it above the others, or back among them. What is put away comes back for that.
pub fn pin(c: &Connection, id: &ConversationId, at: Option<Millis>) -> Result<(), StoreError> {
    let changed = c
        .prepare_cached("UPDATE conversation SET pinned_at = ?2, archived = CASE WHEN ?2 IS NULL THEN archived ELSE 0 END WHERE id = ?1")?
        .execute(params![id.0, at.map(|at| at.0)])?;
    super::one(changed)
}

/// Puts it away, or back into the list.
pub fn archive(c: &Connection, id: &ConversationId, archived: bool) -> Result<(), StoreError> {
    let changed = c
        .prepare_cached("UPDATE conversation SET archived = ?2, pinned_at = CASE WHEN ?2 THEN NULL ELSE pinned_at END WHERE id = ?1")?
        .execute(params![id.0, archived])?;
    super::one(changed)
}

/// Takes it from the person's sight, at this time; again, when it was taken before. False when it is gone, or going.
pub fn put_in_bin(c: &Connection, id: &ConversationId, at: Millis) -> Result<bool, StoreError> {
    let changed = c
        .prepare_cached("UPDATE conversation SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NOT ?3")?
        .execute(params![id.0, at.0, GOING.0])?;
    Ok(changed > 0)
}

/// When it was taken from the person's sight; none for one that is in sight, or gone.
pub fn deleted_at(c: &Connection, id: &ConversationId) -> Result<Option<Millis>, StoreError> {
    let at = c
        .prepare_cached("SELECT deleted_at FROM conversation WHERE id = ?1")?
        .query_row([&id.0], |row| row.get::<_, Option<i64>>(0))
        .optional()?;
    Ok(at.flatten().map(Millis))
}

/// Brings it back into the person's sight, unless it is going.
pub fn take_out_of_bin(c: &Connection, id: &ConversationId) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE conversation SET deleted_at = NULL WHERE id = ?1 AND deleted_at <> ?2")?
        .execute(params![id.0, GOING.0])?;
    Ok(())
}

/// Begins to delete it for good: from here on it cannot be brought back. False when it was brought back, or taken from
/// the person's sight once more after this time.
pub fn empty(c: &Connection, id: &ConversationId, until: Millis) -> Result<bool, StoreError> {
    let changed = c
        .prepare_cached("UPDATE conversation SET deleted_at = ?3 WHERE id = ?1 AND deleted_at <= ?2")?
        .execute(params![id.0, until.0, GOING.0])?;
    Ok(changed > 0)
}

/// When something was taken from the person's sight that is being deleted for good: its words go in slices.
const GOING: Millis = Millis(0);

/// What was deleted up to this time and not brought back, with its account.
pub fn deleted(c: &Connection, until: Millis) -> Result<Vec<(ConversationId, AccountId)>, StoreError> {
    let mut rows = c.prepare_cached(DELETED)?;
    let deleted = rows
        .query_map([until.0], |row| Ok((ConversationId(row.get(0)?), AccountId::stored(row.get::<_, String>(1)?))))?;
    Ok(deleted.collect::<rusqlite::Result<_>>()?)
}

pub(super) const DELETED: &str =
    "SELECT id, account FROM conversation WHERE deleted_at IS NOT NULL AND deleted_at <= ?1";

/// Whether this account has the conversation that is called so where it comes from, or which is that one itself.
pub fn is_here(c: &Connection, account: &AccountId, names: &[String]) -> Result<bool, StoreError> {
    let mut known = c.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM conversation WHERE account = ?1 AND deleted_at IS NULL AND origin = ?2)
             OR EXISTS (SELECT 1 FROM conversation
                 WHERE account = ?1 AND deleted_at IS NULL AND 'wingman:' || id = ?2 AND id = substr(?2, 9))",
    )?;
    for name in names {
        if known.query_row(params![account.as_str(), name], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What it is called where it comes from; none for one that began here.
pub fn origin(c: &Connection, id: &ConversationId) -> Result<Option<String>, StoreError> {
    Ok(c.prepare_cached("SELECT origin FROM conversation WHERE id = ?1")?.query_row([&id.0], |row| row.get(0))?)
}

/// It comes from elsewhere, where it is called so.
pub fn set_origin(c: &Connection, id: &ConversationId, origin: &str) -> Result<(), StoreError> {
    let changed =
        c.prepare_cached("UPDATE conversation SET origin = ?2 WHERE id = ?1")?.execute(params![id.0, origin])?;
    super::one(changed)
}

/// Deletes the conversation with its turns, its draft and what the model remembers of it. One that is not there
/// counts as deleted.
pub fn delete(c: &Connection, id: &ConversationId) -> Result<(), StoreError> {
    c.prepare_cached("DELETE FROM conversation WHERE id = ?1")?.execute([&id.0])?;
    Ok(())
}

/// Deletes some of the account's conversations in which nothing was said since `end`, the oldest first, and answers
/// with them and the sessions that remember them. A copy of another account's text is as old as the text. One that is
/// older than Wingman was written by a wrong clock, and is not meant, unless it comes from elsewhere.
pub fn delete_untouched(
    c: &Connection,
    account: &AccountId,
    end: Millis,
    limit: u32,
) -> Result<Vec<(ConversationId, Vec<String>)>, StoreError> {
    let mut rows = c.prepare_cached(UNTOUCHED)?;
    let ids = rows
        .query_map(params![account.as_str(), end.0, limit, BEFORE_WINGMAN.0], |row| row.get(0).map(ConversationId))?;
    let mut gone = Vec::new();
    for id in ids {
        let id = id?;
        gone.push((id.clone(), session_files::of_conversation(c, &id)?));
    }
    for (id, _) in &gone {
        delete(c, id)?;
    }
    Ok(gone)
}

pub(super) const UNTOUCHED: &str = "SELECT id FROM conversation AS c WHERE account = ?1
    AND (updated_at > ?4 OR origin IS NOT NULL)
    AND (updated_at < ?2 OR handed_over = 1
        AND NOT EXISTS (SELECT 1 FROM turn WHERE turn.conversation = c.id AND turn.created_at >= ?2))
    ORDER BY updated_at, id LIMIT ?3";

/// 2025-01-01T00:00:00Z.
const BEFORE_WINGMAN: Millis = Millis(1_735_689_600_000);

fn conversation(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    Ok(Conversation {
        id: ConversationId(row.get(0)?),
        account: AccountId::stored(row.get::<_, String>(1)?),
        title: row.get(2)?,
        titled_by: if row.get_ref(3)?.as_str()? == "person" { TitledBy::Person } else { TitledBy::Question },
        model: row.get(4)?,
        created_at: Millis(row.get(5)?),
        updated_at: Millis(row.get(6)?),
        active_leaf: row.get::<_, Option<String>>(7)?.map(TurnId),
        session: row.get(8)?,
        handed_over: row.get(9)?,
        draft: row.get(10)?,
        answering: row.get(11)?,
        shelf: match (row.get(12)?, row.get(13)?) {
            (true, _) => Shelf::Pinned,
            (false, true) => Shelf::Archive,
            (false, false) => Shelf::List,
        },
    })
}
