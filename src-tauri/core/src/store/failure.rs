//! Why the store did not do it.

use rusqlite::ErrorCode;

use crate::error::{Code, Error};

/// Why the store did not do it. No variant holds a value of a row, a key or a path of the person's files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The file is there and does not open with this key: another key, or a damaged file. Nothing was changed.
    #[error("the database does not open with this key")]
    Locked,
    /// It opens, and part of it is not what was written.
    #[error("the database is damaged")]
    Damaged,
    /// Another passphrase opens its key.
    #[error("the passphrase is another one")]
    Passphrase,
    /// A newer Wingman wrote it. Nothing was changed.
    #[error("the database has schema {found}, this program knows {known}")]
    Newer {
        /// The schema of the file.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// Somebody else holds it and did not let go in time; trying again can help.
    #[error("the database is in use")]
    Busy,
    /// The disk is full; nothing of the change was stored. Trying again can help.
    #[error("the disk is full")]
    Full,
    /// The file, its folder or the disk can only be read; trying again can help.
    #[error("the database can only be read")]
    ReadOnly,
    /// There is no such row (any more).
    #[error("there is no such record")]
    NotFound,
    /// The store was closed, or its thread could not be started.
    #[error("the store is closed")]
    Closed,
    /// The file or its folder cannot be made, opened or read, in the operating system's words.
    #[error("the database's file: {0}")]
    File(String),
    /// SQLite said no, in its own words, without values.
    #[error("the database: {0}")]
    Database(String),
    /// A row does not hold what Wingman writes.
    #[error("the database holds something unexpected: {0}")]
    Unexpected(&'static str),
    /// A fault in a piece of our own code that used the store; its transaction was rolled back.
    #[error("a fault of our own while the database was in use")]
    Fault,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::QueryReturnedNoRows => Self::NotFound,
            rusqlite::Error::SqliteFailure(cause, _) => match cause.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                ErrorCode::NotADatabase => Self::Locked,
                ErrorCode::DatabaseCorrupt => Self::Damaged,
                ErrorCode::DiskFull => Self::Full,
                ErrorCode::ReadOnly => Self::ReadOnly,
                // Of SQLite's message only what its code says: the message of a constraint can quote a value.
                _ => Self::Database(rusqlite::ffi::code_to_str(cause.extended_code).to_owned()),
            },
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => Self::Unexpected("a value of another type"),
            // The statement's text is ours and holds no value, except the key's, which never comes here.
            other => Self::Database(other.to_string()),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Newer { found, known } => Self::new(Code::StoreNewer).with("found", found).with("known", known),
            StoreError::Damaged => Self::new(Code::StoreDamaged),
            StoreError::Passphrase => Self::new(Code::PassphraseWrong),
            StoreError::Full => Self::new(Code::DiskFull).retryable(),
            StoreError::ReadOnly => Self::new(Code::DiskReadOnly).retryable(),
            StoreError::NotFound => Self::new(Code::NotFound),
            StoreError::Fault => Self::new(Code::Internal).with("reason", &error),
            StoreError::Busy => Self::new(Code::StoreFailed).with("reason", &error).retryable(),
            _ => Self::new(Code::StoreFailed).with("reason", &error),
        }
    }
}
