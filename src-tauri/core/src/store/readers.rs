//! Connections that only read: as many at once as are asked for, a few kept open.

use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use rusqlite::Connection;

use super::backups;
use super::connection;
use super::failure::StoreError;
use super::key::DatabaseKey;

/// How many connections are kept open while nobody reads.
const KEPT: usize = 3;

/// The readers of one database. In WAL they neither wait for the writer nor hold it up.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    key: DatabaseKey,
    /// None once the store is closed.
    idle: Mutex<Option<Vec<Connection>>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, key: DatabaseKey) -> Self {
        Self { path, key, idle: Mutex::new(Some(Vec::new())) }
    }

    /// Runs `look` on a snapshot of its own: what is committed meanwhile does not show.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().as_mut().ok_or(StoreError::Closed)?.pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => connection::reader(&self.path, &self.key)?,
        };
        // A panic in `look` drops the connection with its open transaction, which is as good as rolling back.
        let snapshot = connection.transaction()?;
        let outcome = look(&snapshot);
        drop(snapshot);
        if let Some(idle) = self.idle.lock().as_mut()
            && idle.len() < KEPT
        {
            idle.push(connection);
        }
        outcome
    }

    /// The database's file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Its key.
    pub(super) fn key(&self) -> &DatabaseKey {
        &self.key
    }

    /// Copies what is committed by now.
    pub(super) fn back_up(&self) -> Result<(), StoreError> {
        backups::make(&connection::reader(&self.path, &self.key)?, &self.path, &self.key)
    }

    /// Closes the idle connections; those in use close when they are done.
    pub(super) fn close(&self) {
        self.idle.lock().take();
    }
}
