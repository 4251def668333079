//! The one database: SQLCipher, its schema, and what is kept in it, by subject.
//!
//! One thread writes, any number of connections read. A subject's functions take the connection they work on, so
//! that several of them make one transaction:
//!
//! ```ignore
//! store.write(|change| {
//!     conversations::begin(change, &conversation)?;
//!     turns::add(change, &question)
//! }).await?;
//! let page = store.read(|look| conversations::page(look, &account, Shelf::List, None, 50)).await?;
//! ```
//!
//! It knows the ids and the plain values of the other rooms, and none of their work. No secret is ever in a table,
//! and no text of a table is ever in an error.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;

use rusqlite::{Connection, Transaction};
use tokio::sync::oneshot;

pub mod attachments;
mod backups;
pub mod choices;
mod claim;
mod connection;
pub mod conversations;
pub mod drafts;
mod failure;
mod key;
mod migrations;
pub mod profiles;
pub mod prompts;
mod readers;
mod rekey;
pub mod sealed_key;
pub mod search;
pub mod session_files;
pub mod settings;
#[cfg(test)]
mod tests;
pub mod turns;
pub mod usage;
pub mod waiting;
pub(crate) mod words;
mod writer;

pub use backups::Restored;
pub use failure::StoreError;
pub use key::DatabaseKey;
pub use rekey::{change_key, renew_copies};
pub use session_files::SessionFiles;

use claim::Claim;
use readers::Readers;
use writer::Writer;

use crate::time::Millis;

/// Where the database lives.
#[derive(Debug)]
pub enum Place<'a> {
    /// In a file, encrypted; made when it is not there. A file that is there is never replaced.
    File {
        /// The file. Its folder belongs to Wingman and becomes readable by this user alone.
        path: PathBuf,
        /// Its key, out of the keychain.
        key: &'a DatabaseKey,
    },
    /// In memory, for a run without a keychain: gone when it ends.
    Memory,
}

/// The open database. Clones are the same database.
#[derive(Clone, Debug)]
pub struct Store {
    writer: Writer,
    /// None in memory, where the writer's connection is the only one.
    readers: Option<Arc<Readers>>,
    /// What stood in for a damaged file when it was opened.
    restored: Option<Restored>,
    /// Why nothing is written: what every change is answered with.
    closed_to_changes: Option<StoreError>,
}

impl Store {
    /// Whether there is a database at this place already, without opening it: then a missing key is a loss that the
    /// person must hear of, else a first start. An empty file is what a start leaves that ended too early.
    pub fn is_at(path: &Path) -> Result<bool, StoreError> {
        match std::fs::metadata(path) {
            Ok(file) => Ok(file.len() > 0),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(connection::unusable(&error)),
        }
    }

    /// Whether this key opens the database. Changes nothing.
    pub fn opens_with(path: &Path, key: &DatabaseKey) -> Result<bool, StoreError> {
        match connection::reader(path, key) {
            Ok(_) => Ok(true),
            Err(StoreError::Locked) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Opens the database, brings its schema up to date, and marks what a crash left unfinished. Blocks.
    ///
    /// After a run that did not end well all of it is read, and before its schema changes a copy is made. A damaged
    /// file gives way to the newest copy that is whole: [`Store::restored`] says so.
    ///
    /// Errors: [`StoreError::Locked`] (another key), [`StoreError::Damaged`] (and no copy is whole),
    /// [`StoreError::Newer`], [`StoreError::Busy`], [`StoreError::File`]; in each of these cases the file is as it was.
    pub fn open(place: Place<'_>) -> Result<Self, StoreError> {
        match place {
            Place::File { path, key } => {
                let claim = Claim::on(&path)?;
                let (connection, restored) = open_or_restore(&path, key, claim.ended_badly)?;
                let readers = Arc::new(Readers::new(path, key.clone()));
                let writer = Writer::start(connection, Some(claim))?;
                Ok(Self { writer, readers: Some(readers), restored, closed_to_changes: None })
            }
            Place::Memory => {
                let mut connection = connection::memory()?;
                migrations::migrate(&mut connection)?;
                let writer = Writer::start(connection, None)?;
                Ok(Self { writer, readers: None, restored: None, closed_to_changes: None })
            }
        }
    }

    /// Opens a database that a newer Wingman wrote, to read in it: every change is answered [`StoreError::Newer`]. What
    /// of it this program understands shows when it is read; the file is not touched. Blocks.
    ///
    /// Errors: as [`Store::open`]; [`StoreError::Unexpected`] when it is not newer at all.
    pub fn open_newer(path: PathBuf, key: &DatabaseKey) -> Result<Self, StoreError> {
        let claim = Claim::on(&path)?;
        let connection = connection::reader(&path, key)?;
        let Some(newer) = migrations::newer(&connection)? else {
            return Err(StoreError::Unexpected("a database of this very version"));
        };
        let readers = Arc::new(Readers::new(path, key.clone()));
        let writer = Writer::start(connection, Some(claim))?;
        Ok(Self { writer, readers: Some(readers), restored: None, closed_to_changes: Some(newer) })
    }

    /// Why nothing can be changed in it, where that is so.
    pub const fn closed_to_changes(&self) -> Option<&StoreError> {
        self.closed_to_changes.as_ref()
    }

    /// What stood in for a damaged file when this was opened.
    pub const fn restored(&self) -> Option<&Restored> {
        self.restored.as_ref()
    }

    /// When the newest copy of the database was made; none when there is none, and in memory.
    pub fn backed_up_at(&self) -> Result<Option<Millis>, StoreError> {
        self.readers.as_ref().map_or(Ok(None), |readers| backups::newest(readers.path()))
    }

    /// Copies the database beside itself; nothing in memory. Blocks for as long as reading all of it takes, and nobody
    /// else waits for it.
    pub fn back_up(&self) -> Result<(), StoreError> {
        self.readers.as_ref().map_or(Ok(()), |readers| readers.back_up())
    }

    /// The key of the file; none in memory.
    pub(crate) fn key(&self) -> Option<&DatabaseKey> {
        self.readers.as_ref().map(|readers| readers.key())
    }

    /// Writes a database in memory into a new file under this key; it goes on in memory itself. Blocks.
    ///
    /// Errors: [`StoreError::Unexpected`] when there is a file, or this one has one.
    pub fn keep(&self, path: PathBuf, key: DatabaseKey) -> Result<(), StoreError> {
        if self.readers.is_some() || Self::is_at(&path)? {
            return Err(StoreError::Unexpected("there is a database already"));
        }
        let (done, outcome) = mpsc::sync_channel(1);
        self.writer.read(move |memory| rekey::keep(memory, &path, &key), move |result| drop(done.send(result)));
        outcome.recv().unwrap_or(Err(StoreError::Closed))
    }

    /// Takes what was deleted out of the log, where its pages stand as they were, and puts one fresh copy in the place of
    /// all others, which hold it still. Blocks for as long as reading all of the database takes.
    pub fn leave_nothing_behind(&self) -> Result<(), StoreError> {
        let Some(readers) = &self.readers else { return Ok(()) };
        let (done, outcome) = mpsc::sync_channel(1);
        self.writer.read(connection::empty_log, move |result| drop(done.send(result)));
        outcome.recv().unwrap_or(Err(StoreError::Closed))?;
        // The fresh one first: at no moment is there none.
        readers.back_up()?;
        backups::keep_newest(readers.path())
    }

    /// Runs `change` in a transaction on the writer's thread: all of it is on the disk when this returns, or nothing
    /// after an error. Changes happen in the order of the calls. A caller that stops waiting does not stop the change.
    pub async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.open_to_changes()?;
        let (done, outcome) = oneshot::channel();
        self.writer.write(change, move |result| drop(done.send(result)));
        outcome.await.unwrap_or(Err(StoreError::Closed))
    }

    /// [`Store::write`] for code that may block. From inside a change it would wait for itself for ever.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.open_to_changes()?;
        let (done, outcome) = mpsc::sync_channel(1);
        self.writer.write(change, move |result| drop(done.send(result)));
        outcome.recv().unwrap_or(Err(StoreError::Closed))
    }

    /// Runs `look` on a snapshot of the database, on a thread that may block. It sees every change that was waited
    /// for before.
    pub async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if let Some(readers) = self.readers.clone() {
            return tokio::task::spawn_blocking(move || readers.read(look)).await.unwrap_or(Err(StoreError::Fault));
        }
        let (done, outcome) = oneshot::channel();
        self.writer.read(look, move |result| drop(done.send(result)));
        outcome.await.unwrap_or(Err(StoreError::Closed))
    }

    /// [`Store::read`] for code that may block.
    pub fn read_blocking<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if let Some(readers) = &self.readers {
            return readers.read(look);
        }
        let (done, outcome) = mpsc::sync_channel(1);
        self.writer.read(look, move |result| drop(done.send(result)));
        outcome.recv().unwrap_or(Err(StoreError::Closed))
    }

    fn open_to_changes(&self) -> Result<(), StoreError> {
        self.closed_to_changes.clone().map_or(Ok(()), Err)
    }

    /// The runtime's view of the database: its sessions' files.
    pub fn session_files(&self) -> SessionFiles {
        SessionFiles::new(self.clone())
    }

    /// Waits for the changes handed in so far, empties the log into the file and closes it; every later call answers
    /// [`StoreError::Closed`]. Without it nothing committed is lost either: the next start replays the log.
    pub async fn close(&self) -> Result<(), StoreError> {
        if let Some(readers) = &self.readers {
            readers.close();
        }
        let (done, closed) = oneshot::channel();
        self.writer.close(move |result| drop(done.send(result)));
        closed.await.unwrap_or(Ok(()))
    }

    /// [`Store::close`] for code that may block.
    pub fn close_blocking(&self) -> Result<(), StoreError> {
        if let Some(readers) = &self.readers {
            readers.close();
        }
        let (done, closed) = mpsc::sync_channel(1);
        self.writer.close(move |result| drop(done.send(result)));
        closed.recv().unwrap_or(Ok(()))
    }
}

/// Opens the file; a damaged one gives way to a copy of it.
fn open_or_restore(
    path: &Path,
    key: &DatabaseKey,
    suspicious: bool,
) -> Result<(Connection, Option<Restored>), StoreError> {
    match open_whole(path, key, suspicious) {
        Ok(connection) => Ok((connection, None)),
        // Its first page tells nobody whether the key or the page is wrong; that a copy opens with this key does.
        Err(damage @ (StoreError::Damaged | StoreError::Locked)) => match backups::restore(path, key)? {
            Some(restored) => Ok((open_whole(path, key, false)?, Some(restored))),
            None => Err(damage),
        },
        Err(error) => Err(error),
    }
}

fn open_whole(path: &Path, key: &DatabaseKey, suspicious: bool) -> Result<Connection, StoreError> {
    let mut connection = connection::writer(path, key)?;
    if suspicious {
        backups::check(&connection)?;
    }
    if migrations::would_change(&connection)? {
        backups::make(&connection, path, key)?;
    }
    migrations::migrate(&mut connection)?;
    turns::settle(&connection)?;
    Ok(connection)
}

/// A change of one row: none changed means that it is not there.
const fn one(changed: usize) -> Result<(), StoreError> {
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}
