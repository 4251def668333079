//! What the model is to remember when a question is asked: exactly the path above it.
//!
//! Each answer knows the session that it was said in, and which question of that session it answers. So for any place
//! in the tree there is a session which remembers the way there; where it remembers more (another version goes on in
//! it) its beginning is copied into a new one. Nothing is taken out of a session that a version still stands in, so
//! walking back to that version finds its memory as it was.
//!
//! Where no session remembers it (a copy from another account, an imported chat, a session that was lost), the text is
//! told with the question ([`super::transcript`]).

use rusqlite::Connection;

use super::ConversationId;
use super::transcript::{self, Retold, Told};
use crate::accounts::AccountId;
use crate::attachments::{Attachment, Form};
use crate::copilot::{Origin, session_id};
use crate::store::conversations::Conversation;
use crate::store::turns::{self, TurnRecord};
use crate::store::{StoreError, attachments, session_files};

/// Where a question is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Memory {
    /// In this session.
    pub session: String,
    /// Which begins as a copy of the beginning of another.
    pub from: Option<Origin>,
    /// The session's event of this question, when it was asked there before and is taken back first.
    pub rewind_to: Option<String>,
    /// What it is told in front of the question when it remembers nothing.
    pub said_before: Option<Told>,
}

/// The memory for a question of this conversation. `instead` is the answer, not a whole one, whose place the new answer
/// takes in its session: nothing is remembered of such an answer, so no version of it is lost.
pub(super) fn of(
    c: &Connection,
    row: &Conversation,
    question: &TurnRecord,
    instead: Option<&TurnRecord>,
) -> Result<Memory, StoreError> {
    let told = || transcript_above(c, row, question);
    if let Some(TurnRecord { id, session: Some(session), event: Some(event), .. }) = instead
        && is_of(c, session, &row.id)?
        && turns::is_last_in_session(c, id)?
    {
        let (session, rewind_to) = (session.clone(), Some(event.clone()));
        return Ok(Memory { session, from: None, rewind_to, said_before: told()? });
    }
    let last = match &question.parent {
        Some(above) => turns::last_asked(c, above)?,
        None => None,
    };
    let Some(TurnRecord { id, session: Some(known), event: Some(event), .. }) = last else {
        let session = match &row.session {
            Some(unused) if !turns::is_session_used(c, unused)? => unused.to_owned(),
            _ => unused_session(c, &row.account, &row.id)?,
        };
        return Ok(Memory { session, from: None, rewind_to: None, said_before: told()? });
    };
    if is_of(c, &known, &row.id)? && turns::is_last_in_session(c, &id)? {
        // A session that was lost, or lies with a shared runtime that may have lost it, is told.
        let said_before = if session_files::holds(c, &known).map_err(unreadable)? { None } else { told()? };
        return Ok(Memory { session: known, from: None, rewind_to: None, said_before });
    }
    let session = unused_session(c, &row.account, &row.id)?;
    let from = Some(Origin { session: known, last: event });
    Ok(Memory { session, from, rewind_to: None, said_before: told()? })
}

/// What was said above the question. What was attached is told where it can be: not what came from another account, which
/// went to another account's model; nor a picture, which cannot be put into words.
pub(super) fn transcript_above(
    c: &Connection,
    row: &Conversation,
    question: &TurnRecord,
) -> Result<Option<Told>, StoreError> {
    let Some(above) = &question.parent else { return Ok(None) };
    let retold = |turn: &TurnRecord, attachment: &Attachment| {
        if row.handed_over && turn.created_at < row.created_at {
            return Retold::Name;
        }
        // A picture is not told again: its bytes are not even read.
        if matches!(attachment.form, Form::Image { .. }) {
            return Retold::Picture;
        }
        match attachments::content(c, &attachment.id) {
            Ok(Some(kept)) => Retold::Text(String::from_utf8_lossy(&kept.content).into_owned()),
            _ => Retold::Name,
        }
    };
    Ok(transcript::told_of(&turns::up_to(c, above)?, &retold))
}

/// A name for a session of this conversation that no session has.
pub(super) fn unused_session(
    c: &Connection,
    account: &AccountId,
    conversation: &ConversationId,
) -> Result<String, StoreError> {
    for version in 0.. {
        let name = session_id(account, conversation, version);
        if session_files::find(c, &name).map_err(unreadable)?.is_none() {
            return Ok(name);
        }
    }
    Err(StoreError::Unexpected("no name is left for a session"))
}

fn is_of(c: &Connection, session: &str, conversation: &ConversationId) -> Result<bool, StoreError> {
    let log = session_files::find(c, session).map_err(unreadable)?;
    Ok(log.is_some_and(|log| log.conversation.as_ref() == Some(conversation)))
}

pub(super) fn unreadable(error: session_files::FileError) -> StoreError {
    match error {
        session_files::FileError::Store(error) => error,
        _ => StoreError::Unexpected("a session's log that cannot be read"),
    }
}
