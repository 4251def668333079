//! A new session that remembers the beginning of another.
//!
//! The runtime's own fork does not know a session filesystem (measured), so the rows are copied: the lines of the log
//! before the cut, and every other file, with the session's id replaced wherever it stands; the runtime refuses a log
//! that names another session. Events keep their ids.

use rusqlite::{Connection, params};
use serde::Deserialize;

use super::path::Path;
use super::{EVENTS, FileError, Result, files, find, register};
use crate::time::Millis;

/// What a line of the log is, as far as it matters here.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    id: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    kind: Option<std::borrow::Cow<'a, str>>,
}

pub(super) fn fork(c: &Connection, from: &str, to: &str, before: Option<&str>, at: Millis) -> Result<()> {
    let original = find(c, from)?.ok_or(FileError::NoSession)?;
    if find(c, to)?.is_some() {
        return Err(FileError::Exists);
    }
    register(c, to, &original.account, original.conversation.as_ref(), at)?;

    let mut rows = c.prepare("SELECT path, directory FROM session_file WHERE session = ?1 ORDER BY path")?;
    let places: Vec<(String, bool)> =
        rows.query_map(params![from], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let mut cut = before.is_none();
    for (place, directory) in places {
        let path = Path::of(&place)?;
        let target = Path::of(&place.replace(from, to))?;
        if directory {
            files::mkdir(c, to, &target, true, at)?;
            continue;
        }
        let bytes = files::read(c, from, &path)?;
        let copied = match (String::from_utf8(bytes), before) {
            (Ok(text), Some(before)) if place == EVENTS => {
                let kept = lines_before(&text, before).ok_or(FileError::NoEvent)?;
                cut = true;
                kept.replace(from, to).into_bytes()
            }
            (Ok(text), _) => text.replace(from, to).into_bytes(),
            (Err(binary), _) => binary.into_bytes(),
        };
        files::write(c, to, &target, &copied, at)?;
    }
    if cut { Ok(()) } else { Err(FileError::NoEvent) }
}

/// The lines above the question with this id.
fn lines_before<'a>(log: &'a str, question: &str) -> Option<&'a str> {
    let mut end = 0;
    for line in log.split_inclusive('\n') {
        if let Ok(Line { id: Some(id), kind: Some(kind) }) = serde_json::from_str::<Line<'_>>(line)
            && id == question
            && kind == "user.message"
        {
            return Some(&log[..end]);
        }
        end += line.len();
    }
    None
}
