//! A new session that remembers the beginning of another.
//!
//! The runtime's own fork does not know a session filesystem (measured), so the rows are copied: the lines of the log
//! before the cut, and every other file, with the session's id replaced wherever it stands; the runtime refuses a log
//! that names another session. Events keep their ids.
//!
//! The cut is in front of the next question of a person's: the runtime asks some of its own ("Please continue"), and
//! those belong to the answer. A question that no turn knows is a person's when it began a turn of the runtime: it was
//! given up on its way.

use rusqlite::{Connection, params};
use serde::Deserialize;

use super::path::Path;
use super::{EVENTS, FileError, Result, files, find};
use crate::time::Millis;

/// What a line of the log is, as far as it matters here.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    id: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    kind: Option<std::borrow::Cow<'a, str>>,
    #[serde(default)]
    data: Data,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Data {
    /// Whether the runtime was at work when the message came: `idle` says that it began with it.
    delivery: Option<String>,
}

/// Copies what `from` remembers up to the answer to the question `last` into `to`, which is known and holds nothing.
pub fn fork(c: &Connection, from: &str, to: &str, last: &str, at: Millis) -> Result<()> {
    let original = find(c, from)?.ok_or(FileError::NoSession)?;
    let copy = find(c, to)?.ok_or(FileError::NoSession)?;
    if copy.account != original.account {
        return Err(FileError::Foreign);
    }
    if files::info(c, to, &Path::of(EVENTS)?)?.is_some() {
        return Err(FileError::Exists);
    }

    let mut rows = c.prepare("SELECT path, directory FROM session_file WHERE session = ?1 ORDER BY path")?;
    let places: Vec<(String, bool)> =
        rows.query_map(params![from], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let mut found = false;
    for (place, directory) in places {
        let path = Path::of(&place)?;
        let target = Path::of(&place.replace(from, to))?;
        if directory {
            files::mkdir(c, to, &target, true, at)?;
            continue;
        }
        let bytes = files::read(c, from, &path)?;
        let copied = match String::from_utf8(bytes) {
            Ok(text) if place == EVENTS => {
                let kept = up_to_the_answer(c, &text, last)?.ok_or(FileError::NoEvent)?;
                found = true;
                kept.replace(from, to).into_bytes()
            }
            Ok(text) => text.replace(from, to).into_bytes(),
            Err(binary) => binary.into_bytes(),
        };
        files::write(c, to, &target, &copied, at)?;
    }
    if found { Ok(()) } else { Err(FileError::NoEvent) }
}

/// The lines above the question that follows this one; none when this one is not there.
fn up_to_the_answer<'a>(c: &Connection, log: &'a str, question: &str) -> Result<Option<&'a str>> {
    let mut of_a_person = c.prepare_cached("SELECT EXISTS (SELECT 1 FROM turn WHERE event = ?1)")?;
    let (mut end, mut found) = (0, false);
    for line in log.split_inclusive('\n') {
        if let Ok(Line { id: Some(id), kind: Some(kind), data }) = serde_json::from_str::<Line<'_>>(line)
            && kind == "user.message"
        {
            let begins = || data.delivery.as_deref() == Some("idle");
            if found && (begins() || of_a_person.query_row([&*id], |row| row.get(0))?) {
                return Ok(Some(&log[..end]));
            }
            found |= id == question;
        }
        end += line.len();
    }
    Ok(found.then_some(log))
}
