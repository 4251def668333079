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

pub use failure::StoreError;
pub use key::DatabaseKey;
pub use session_files::SessionFiles;

use claim::Claim;
use readers::Readers;
use writer::Writer;

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

    /// Opens the database, brings its schema up to date, and marks what a crash left unfinished. Blocks.
    ///
    /// Errors: [`StoreError::Locked`] (another key or a damaged file), [`StoreError::Newer`], [`StoreError::Busy`],
    /// [`StoreError::File`]; in each of these cases the file is as it was.
    pub fn open(place: Place<'_>) -> Result<Self, StoreError> {
        let (mut connection, claim, readers) = match place {
            Place::File { path, key } => {
                let claim = Claim::on(&path)?;
                let connection = connection::writer(&path, key)?;
                (connection, Some(claim), Some(Arc::new(Readers::new(path, key.clone()))))
            }
            Place::Memory => (connection::memory()?, None, None),
        };
        migrations::migrate(&mut connection)?;
        turns::settle(&connection)?;
        Ok(Self { writer: Writer::start(connection, claim)?, readers })
    }

    /// Runs `change` in a transaction on the writer's thread: all of it is on the disk when this returns, or nothing
    /// after an error. Changes happen in the order of the calls. A caller that stops waiting does not stop the change.
    pub async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (done, outcome) = oneshot::channel();
        self.writer.write(change, move |result| drop(done.send(result)));
        outcome.await.unwrap_or(Err(StoreError::Closed))
    }

    /// [`Store::write`] for code that may block. From inside a change it would wait for itself for ever.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
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

/// A change of one row: none changed means that it is not there.
const fn one(changed: usize) -> Result<(), StoreError> {
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}
