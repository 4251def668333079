//! The runtime's session filesystem, kept in the database: what the model remembers of a conversation.
//!
//! It knows nothing of the SDK; `copilot` puts the SDK's trait on top. Every call blocks on the database and belongs
//! on a thread that may block. A session must be [registered](SessionFiles::register) before it has files, and once
//! it is deleted a late write of the runtime finds nothing: it cannot come back.

use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Store, StoreError};
use crate::accounts::AccountId;
use crate::chat::ConversationId;
use crate::time::Millis;

mod files;
mod fork;
mod path;
#[cfg(test)]
mod tests;

pub use fork::fork;
use path::Path;

/// Where a session's events are when the runtime is told that its state lives in `/state`
/// ([`SessionFiles::STATE`]).
const EVENTS: &str = "/state/events.jsonl";

/// Why the filesystem did not do it. Holds no content and no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// There is no such file or folder, or a folder above it is missing.
    #[error("no such file or directory")]
    NotFound,
    /// There is no such session: it was never registered, or it was deleted.
    #[error("no such session")]
    NoSession,
    /// The path leads upwards, is too long or is no path.
    #[error("the path is refused")]
    PathRefused,
    /// There is something at that place already.
    #[error("it exists already")]
    Exists,
    /// A folder was expected and a file is there.
    #[error("not a directory")]
    NotADirectory,
    /// A file was expected and a folder is there.
    #[error("is a directory")]
    IsADirectory,
    /// The folder holds something and the call was not recursive.
    #[error("the directory is not empty")]
    NotEmpty,
    /// The file is not UTF-8.
    #[error("the file is not text")]
    NotText,
    /// The event is not in the session's log.
    #[error("no such event")]
    NoEvent,
    /// The session belongs to another account.
    #[error("the session belongs to another account")]
    Foreign,
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for FileError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

type Result<T> = std::result::Result<T, FileError>;

/// The sessions of this account.
pub fn of_account(c: &Connection, account: &AccountId) -> std::result::Result<Vec<String>, StoreError> {
    let mut rows = c.prepare_cached("SELECT id FROM session_log WHERE account = ?1")?;
    let ids = rows.query_map([account.as_str()], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// The sessions of this conversation: one for each version of it that the model has a memory of.
pub fn of_conversation(c: &Connection, id: &ConversationId) -> std::result::Result<Vec<String>, StoreError> {
    let mut rows = c.prepare_cached("SELECT id FROM session_log WHERE conversation = ?1")?;
    let ids = rows.query_map([&id.0], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// Whether the runtime has written events for this session.
pub fn holds(c: &Connection, session: &str) -> Result<bool> {
    Ok(files::info(c, session, &Path::of(EVENTS)?)?.is_some_and(|file| file.size > 0))
}

/// What is known of a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// Whether it is a folder.
    pub directory: bool,
    /// Bytes; 0 for a folder.
    pub size: u64,
    /// When its content changed last.
    pub modified_at: Millis,
    /// When it was made.
    pub created_at: Millis,
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderEntry {
    /// Its name, without the folder.
    pub name: String,
    /// Whether it is a folder itself.
    pub directory: bool,
}

/// A session as the database knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLog {
    /// The SDK's session id.
    pub id: String,
    /// The account it belongs to; nobody else may resume it.
    pub account: AccountId,
    /// The conversation it remembers, when `chat` said so.
    pub conversation: Option<ConversationId>,
    /// When it was registered.
    pub created_at: Millis,
}

/// All sessions' files. Clones are the same files.
#[derive(Clone, Debug)]
pub struct SessionFiles {
    store: Store,
}

impl SessionFiles {
    /// The folder that the runtime is told to keep its state in. [`SessionFiles::holds`] and [`SessionFiles::fork`]
    /// look for the events there.
    pub const STATE: &'static str = "/state";

    pub(super) const fn new(store: Store) -> Self {
        Self { store }
    }

    // Sessions.

    /// Makes the session known, with no files. A session that is known already stays as it is;
    /// [`FileError::Foreign`] when it is another account's.
    pub fn register(&self, session: &str, account: &AccountId) -> Result<()> {
        let (session, account) = (session.to_owned(), account.clone());
        self.change(move |c| register(c, &session, &account, None, now()))
    }

    /// What is known of the session: whose it is before all.
    pub fn session(&self, session: &str) -> Result<Option<SessionLog>> {
        let session = session.to_owned();
        self.look(move |c| find(c, &session))
    }

    /// Whether the runtime has written events for this session: then it is resumed, else created.
    pub fn holds(&self, session: &str) -> Result<bool> {
        let session = session.to_owned();
        self.look(move |c| holds(c, &session))
    }

    /// The account's sessions, oldest first.
    pub fn sessions(&self, account: &AccountId) -> Result<Vec<SessionLog>> {
        let account = account.clone();
        self.look(move |c| {
            let mut rows = c.prepare_cached(
                "SELECT id, account, conversation, created_at FROM session_log WHERE account = ?1
                 ORDER BY created_at, id",
            )?;
            let logs = rows.query_map([account.as_str()], session_log)?.collect::<rusqlite::Result<_>>()?;
            Ok(logs)
        })
    }

    /// Deletes the session with its files. One that is not there counts as deleted.
    pub fn delete(&self, session: &str) -> Result<()> {
        let session = session.to_owned();
        self.change(move |c| {
            c.execute("DELETE FROM session_log WHERE id = ?1", [&session])?;
            Ok(())
        })
    }

    /// Makes the session `to` remember what `from` remembers up to the answer to the question `last` (the id of its
    /// `user.message`). `from` stays as it is; it must be idle. `to` is registered for the same account and remembers
    /// nothing yet ([`FileError::Exists`]).
    pub fn fork(&self, from: &str, to: &str, last: &str) -> Result<()> {
        let (from, to, last) = (from.to_owned(), to.to_owned(), last.to_owned());
        self.change(move |c| fork(c, &from, &to, &last, now()))
    }

    // The files of one session.

    /// The file's text.
    pub fn read(&self, session: &str, path: &str) -> Result<String> {
        String::from_utf8(self.read_bytes(session, path)?).map_err(|_| FileError::NotText)
    }

    /// The file's bytes.
    pub fn read_bytes(&self, session: &str, path: &str) -> Result<Vec<u8>> {
        let (session, path) = (session.to_owned(), Path::of(path)?);
        self.look(move |c| files::read(c, &session, &path))
    }

    /// Replaces the file's content, or makes the file and the folders above it.
    pub fn write(&self, session: &str, path: &str, content: &[u8]) -> Result<()> {
        let (session, path, content) = (session.to_owned(), Path::of(path)?, content.to_owned());
        self.change(move |c| files::write(c, &session, &path, &content, now()))
    }

    /// Adds to the file's end, or makes the file and the folders above it. Costs what is added, however long the file
    /// is.
    pub fn append(&self, session: &str, path: &str, content: &[u8]) -> Result<()> {
        let (session, path, content) = (session.to_owned(), Path::of(path)?, content.to_owned());
        self.change(move |c| files::append(c, &session, &path, &content, now()))
    }

    /// Whether there is a file or folder.
    pub fn exists(&self, session: &str, path: &str) -> Result<bool> {
        let (session, path) = (session.to_owned(), Path::of(path)?);
        self.look(move |c| Ok(files::info(c, &session, &path)?.is_some()))
    }

    /// What is known of the file or folder.
    pub fn stat(&self, session: &str, path: &str) -> Result<FileInfo> {
        let (session, path) = (session.to_owned(), Path::of(path)?);
        self.look(move |c| files::info(c, &session, &path)?.ok_or(FileError::NotFound))
    }

    /// Makes a folder, which lasts although it is empty. When `recursive`, those above it too, and one that is there
    /// already is no error.
    pub fn mkdir(&self, session: &str, path: &str, recursive: bool) -> Result<()> {
        let (session, path) = (session.to_owned(), Path::of(path)?);
        self.change(move |c| files::mkdir(c, &session, &path, recursive, now()))
    }

    /// What the folder holds, by name.
    pub fn readdir(&self, session: &str, path: &str) -> Result<Vec<FolderEntry>> {
        let (session, path) = (session.to_owned(), Path::of(path)?);
        self.look(move |c| files::readdir(c, &session, &path))
    }

    /// Removes a file or folder: with all it holds when `recursive`; one that is not there is no error when `force`.
    pub fn remove(&self, session: &str, path: &str, recursive: bool, force: bool) -> Result<()> {
        let (session, path) = (session.to_owned(), Path::of(path)?);
        self.change(move |c| files::remove(c, &session, &path, recursive, force))
    }

    /// Moves a file over whatever file is there, or a folder with all it holds to a free or empty place.
    pub fn rename(&self, session: &str, from: &str, to: &str) -> Result<()> {
        let (session, from, to) = (session.to_owned(), Path::of(from)?, Path::of(to)?);
        self.change(move |c| files::rename(c, &session, &from, &to))
    }

    /// A change in a transaction of its own, taken back when the filesystem says no.
    fn change<T: Send + 'static>(&self, change: impl FnOnce(&Connection) -> Result<T> + Send + 'static) -> Result<T> {
        let (refused, refusal) = std::sync::mpsc::sync_channel(1);
        let outcome = self.store.write_blocking(move |c| {
            change(c).map_err(|error| match error {
                FileError::Store(error) => error,
                error => {
                    let _ = refused.send(error);
                    StoreError::NotFound // any error takes the change back; the caller gets the one sent beside it
                }
            })
        });
        outcome.map_err(|error| refusal.try_recv().unwrap_or(FileError::Store(error)))
    }

    fn look<T: Send + 'static>(&self, look: impl FnOnce(&Connection) -> Result<T> + Send + 'static) -> Result<T> {
        self.store.read_blocking(move |c| match look(c) {
            Err(FileError::Store(error)) => Err(error),
            outcome => Ok(outcome),
        })?
    }
}

/// Makes a session known, for `conversation` when given; in the caller's transaction.
pub fn register(
    c: &Connection,
    session: &str,
    account: &AccountId,
    conversation: Option<&ConversationId>,
    at: Millis,
) -> Result<()> {
    c.prepare_cached(
        "INSERT INTO session_log (id, account, conversation, created_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET conversation = coalesce(conversation, excluded.conversation)",
    )?
    .execute(params![session, account.as_str(), conversation.map(|c| &c.0), at.0])?;
    match find(c, session)? {
        Some(log) if log.account == *account => Ok(()),
        _ => Err(FileError::Foreign),
    }
}

/// What is known of the session.
pub fn find(c: &Connection, session: &str) -> Result<Option<SessionLog>> {
    Ok(c.prepare_cached("SELECT id, account, conversation, created_at FROM session_log WHERE id = ?1")?
        .query_row([session], session_log)
        .optional()?)
}

fn session_log(row: &rusqlite::Row<'_>) -> rusqlite::Result<SessionLog> {
    Ok(SessionLog {
        id: row.get(0)?,
        account: AccountId::stored(row.get::<_, String>(1)?),
        conversation: row.get::<_, Option<String>>(2)?.map(ConversationId),
        created_at: Millis(row.get(3)?),
    })
}

/// The wall clock, read here because the runtime gives no times: they are shown to the runtime alone and decide
/// nothing.
fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
