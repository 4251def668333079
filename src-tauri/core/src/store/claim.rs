//! One Wingman for one database: at its start a Wingman settles what a crash left, which must not touch the answers
//! of another that is running.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::connection;
use super::failure::StoreError;

/// How long a start waits for one that is just ending.
const PATIENCE: Duration = Duration::from_secs(2);

/// The claim; it ends when this is dropped, and with the process, however that ends.
#[derive(Debug)]
pub(super) struct Claim(#[expect(dead_code, reason = "held, never used")] File);

impl Claim {
    /// Claims the database of this path through an empty file beside it. [`StoreError::Busy`] when another holds it.
    pub(super) fn on(database: &Path) -> Result<Self, StoreError> {
        let mut name = OsString::from(database);
        name.push("-lock");
        connection::private_file(Path::new(&name))?;
        let file = OpenOptions::new().write(true).open(&name).map_err(|error| connection::unusable(&error))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Err(TryLockError::WouldBlock) if start.elapsed() >= PATIENCE => return Err(StoreError::Busy),
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(20)),
                // A filesystem without locks: SQLite's own are then what there is.
                Ok(()) | Err(TryLockError::Error(_)) => return Ok(Self(file)),
            }
        }
    }
}
