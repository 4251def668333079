//! What goes with questions and drafts. Bytes that are the same lie here once, and go with the last who uses them.

use std::fmt::Write as _;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};

use super::StoreError;
use crate::accounts::AccountId;
use crate::attachments::{Attachment, AttachmentId, Form, Read};
use crate::chat::{ConversationId, Desk, Draft, TurnId, WaitingId};

/// What is kept of an attachment beside its row.
#[derive(Clone, PartialEq, Eq)]
pub struct Content {
    /// Its kind.
    pub media_type: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// What attachments come to, for a model's limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// How many pictures.
    pub images: u32,
    /// Bytes of text.
    pub text: u64,
}

const COLUMNS: &str = "a.id, a.name, a.size, a.form";

/// The attachments of a turn `t` as JSON: a list of [`Attachment`]s.
pub(super) const OF_TURN: &str = "(SELECT json_group_array(
        json_object('id', a.id, 'name', a.name, 'size', a.size, 'form', json(a.form)) ORDER BY a.place)
    FROM attachment AS a WHERE a.turn = t.id)";

/// Adds a file to a draft, behind the others.
pub fn add(c: &Connection, draft: &Draft, id: &AttachmentId, file: &Read) -> Result<(), StoreError> {
    let hash = hashed(&file.content);
    c.prepare_cached(
        "INSERT INTO attachment_content (hash, media_type, content, thumbnail) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (hash) DO NOTHING",
    )?
    .execute(params![hash, file.media_type, file.content, file.thumbnail])?;
    let form = serde_json::to_string(&file.form).map_err(|_| StoreError::Unexpected("a form that is no JSON"))?;
    c.prepare_cached(
        "INSERT INTO attachment (id, hash, name, size, form, account, conversation, desk, place)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT coalesce(max(place), 0) + 1 FROM attachment
             WHERE turn IS NULL AND account = ?6 AND conversation IS ?7 AND desk = ?8))",
    )?
    .execute(params![
        id.0,
        hash,
        file.name,
        file.size,
        form,
        draft.account().as_str(),
        draft.id(),
        draft.desk()
    ])?;
    Ok(())
}

/// What lies in a draft, in the order in which it came.
pub fn of_draft(c: &Connection, draft: &Draft) -> Result<Vec<Attachment>, StoreError> {
    let mut rows = c.prepare_cached(&of_draft_query())?;
    let found = rows.query_map(params![draft.id(), draft.account().as_str(), draft.desk()], attachment)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn of_draft_query() -> String {
    format!(
        "SELECT {COLUMNS} FROM attachment AS a
         WHERE a.turn IS NULL AND a.conversation IS ?1 AND a.account = ?2 AND a.desk = ?3 ORDER BY a.place"
    )
}

/// What goes with a turn, in order.
pub fn of_turn(c: &Connection, turn: &TurnId) -> Result<Vec<Attachment>, StoreError> {
    let mut rows =
        c.prepare_cached(&format!("SELECT {COLUMNS} FROM attachment AS a WHERE a.turn = ?1 ORDER BY a.place"))?;
    let found = rows.query_map([&turn.0], attachment)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Gives attachments out of this account's drafts to a question, in the order named. [`StoreError::NotFound`] when one
/// of them is in no draft of this account.
pub fn give(
    c: &Connection,
    ids: &[AttachmentId],
    account: &AccountId,
    turn: &TurnId,
) -> Result<Vec<Attachment>, StoreError> {
    for (place, id) in (1_i64..).zip(ids) {
        let given = c
            .prepare_cached(
                "UPDATE attachment SET turn = ?2, account = NULL, conversation = NULL, place = ?3
                 WHERE id = ?1 AND turn IS NULL AND account = ?4",
            )?
            .execute(params![id.0, turn.0, place, account.as_str()])?;
        super::one(given)?;
    }
    of_turn(c, turn)
}

/// Has attachments out of this account's drafts wait with a question that waits. Errors as [`give`].
pub fn wait(c: &Connection, ids: &[AttachmentId], account: &AccountId, waiting: &WaitingId) -> Result<(), StoreError> {
    for (place, id) in (1_i64..).zip(ids) {
        let waits = c
            .prepare_cached(
                "UPDATE attachment SET waiting = ?2, account = NULL, conversation = NULL, place = ?3
                 WHERE id = ?1 AND turn IS NULL AND account = ?4",
            )?
            .execute(params![id.0, waiting.0, place, account.as_str()])?;
        super::one(waits)?;
    }
    Ok(())
}

/// What waits with a question, in order.
pub fn of_waiting(c: &Connection, waiting: &WaitingId) -> Result<Vec<Attachment>, StoreError> {
    let mut rows =
        c.prepare_cached(&format!("SELECT {COLUMNS} FROM attachment AS a WHERE a.waiting = ?1 ORDER BY a.place"))?;
    let found = rows.query_map([&waiting.0], attachment)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Puts what waits with a question back into the draft: the question is asked now, or taken back. Answers with what it
/// was, in order.
pub fn back(c: &Connection, waiting: &WaitingId, draft: &Draft) -> Result<Vec<AttachmentId>, StoreError> {
    let ids: Vec<AttachmentId> = of_waiting(c, waiting)?.into_iter().map(|it| it.id).collect();
    c.prepare_cached(
        "UPDATE attachment SET waiting = NULL, account = ?2, conversation = ?3, desk = ?4 WHERE waiting = ?1",
    )?
    .execute(params![waiting.0, draft.account().as_str(), draft.id(), draft.desk()])?;
    Ok(ids)
}

/// The same attachments for another question: of an edited one, or of a copy in another conversation. `new` makes the
/// names.
pub fn copy(c: &Connection, from: &TurnId, to: &TurnId, new: impl Fn() -> String) -> Result<(), StoreError> {
    for attachment in of_turn(c, from)? {
        c.prepare_cached(
            "INSERT INTO attachment (id, hash, name, size, form, place, turn)
             SELECT ?2, hash, name, size, form, place, ?3 FROM attachment WHERE id = ?1",
        )?
        .execute(params![attachment.id.0, new(), to.0])?;
    }
    Ok(())
}

/// The same attachments in another draft.
pub fn copy_draft(c: &Connection, from: &Draft, to: &Draft, new: impl Fn() -> String) -> Result<(), StoreError> {
    copied(c, of_draft(c, from)?, to, new)
}

/// A question's attachments in a draft: it is to be asked anew somewhere else.
pub fn copy_to_draft(c: &Connection, from: &TurnId, to: &Draft, new: impl Fn() -> String) -> Result<(), StoreError> {
    copied(c, of_turn(c, from)?, to, new)
}

fn copied(c: &Connection, all: Vec<Attachment>, to: &Draft, new: impl Fn() -> String) -> Result<(), StoreError> {
    for attachment in all {
        c.prepare_cached(
            "INSERT INTO attachment (id, hash, name, size, form, place, account, conversation, desk)
             SELECT ?2, hash, name, size, form, place, ?3, ?4, ?5 FROM attachment WHERE id = ?1",
        )?
        .execute(params![attachment.id.0, new(), to.account().as_str(), to.id(), to.desk()])?;
    }
    Ok(())
}

/// Takes something out of the draft that it lies in, and answers with that draft; none when it is in no draft.
pub fn remove(c: &Connection, id: &AttachmentId) -> Result<Option<Draft>, StoreError> {
    Ok(c.prepare_cached(
        "DELETE FROM attachment WHERE id = ?1 AND account IS NOT NULL RETURNING account, conversation, desk",
    )?
    .query_row([&id.0], |row| {
        let account = AccountId::stored(row.get::<_, String>(0)?);
        let conversation = row.get::<_, Option<String>>(1)?.map(ConversationId);
        Ok(Draft::at(account, conversation, Desk(row.get(2)?)))
    })
    .optional()?)
}

/// An attachment's content.
pub fn content(c: &Connection, id: &AttachmentId) -> Result<Option<Content>, StoreError> {
    Ok(c.prepare_cached(
        "SELECT k.media_type, k.content FROM attachment AS a JOIN attachment_content AS k USING (hash) WHERE a.id = ?1",
    )?
    .query_row([&id.0], |row| Ok(Content { media_type: row.get(0)?, content: row.get(1)? }))
    .optional()?)
}

/// What an attachment is called. [`StoreError::NotFound`] when it is gone.
pub fn name(c: &Connection, id: &AttachmentId) -> Result<String, StoreError> {
    Ok(c.prepare_cached("SELECT name FROM attachment WHERE id = ?1")?.query_row([&id.0], |row| row.get(0))?)
}

/// The small picture of an attachment that has one.
pub fn thumbnail(c: &Connection, id: &AttachmentId) -> Result<Option<Vec<u8>>, StoreError> {
    let found: Option<Option<Vec<u8>>> = c
        .prepare_cached(
            "SELECT k.thumbnail FROM attachment AS a JOIN attachment_content AS k USING (hash) WHERE a.id = ?1",
        )?
        .query_row([&id.0], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

/// What these attachments come to.
pub fn weigh(c: &Connection, ids: &[AttachmentId]) -> Result<Weight, StoreError> {
    let mut weight = Weight::default();
    for id in ids {
        let found: Option<(bool, u32)> = c
            .prepare_cached(
                "SELECT a.form ->> 'kind' = 'image', length(k.content)
                 FROM attachment AS a JOIN attachment_content AS k USING (hash) WHERE a.id = ?1",
            )?
            .query_row([&id.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match found {
            Some((true, _)) => weight.images += 1,
            Some((false, text)) => weight.text += u64::from(text),
            None => return Err(StoreError::NotFound),
        }
    }
    Ok(weight)
}

/// Reads what [`OF_TURN`] gives.
pub(super) fn listed(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<Attachment>> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn attachment(row: &Row<'_>) -> rusqlite::Result<Attachment> {
    let form: Form = serde_json::from_str(row.get_ref(3)?.as_str()?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, Box::new(error)))?;
    Ok(Attachment { id: AttachmentId(row.get(0)?), name: row.get(1)?, size: row.get(2)?, form })
}

fn hashed(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::with_capacity(64), |mut hash, byte| {
        let _ = write!(hash, "{byte:02x}");
        hash
    })
}
