//! One Wingman for one database: at its start a Wingman settles what a crash left, which must not touch the answers
//! of another that is running.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::connection;
use super::failure::StoreError;

/// How long a start waits for one that is just ending.
const PATIENCE: Duration = Duration::from_secs(2);

/// The claim; it ends when this is dropped, and with the process, however that ends.
#[derive(Debug)]
pub(super) struct Claim {
    file: File,
    /// Whether the Wingman that had it before did not come to [`Claim::end_well`]: a crash, or the power went.
    pub(super) ended_badly: bool,
}

impl Claim {
    /// Claims the database of this path through a file beside it, which holds something while the database is open. [`StoreError::Busy`] when another holds it.
    pub(super) fn on(database: &Path) -> Result<Self, StoreError> {
        let mut name = OsString::from(database);
        name.push("-lock");
        connection::private_file(Path::new(&name))?;
        let file =
            OpenOptions::new().read(true).write(true).open(&name).map_err(|error| connection::unusable(&error))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Err(TryLockError::WouldBlock) if start.elapsed() >= PATIENCE => return Err(StoreError::Busy),
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(20)),
                // A filesystem without locks: SQLite's own are then what there is.
                Ok(()) | Err(TryLockError::Error(_)) => break,
            }
        }
        let ended_badly = file.metadata().map_err(|error| connection::unusable(&error))?.len() > 0;
        if !ended_badly {
            (&file).write_all(b"open").and_then(|()| file.sync_all()).map_err(|error| connection::unusable(&error))?;
        }
        Ok(Self { file, ended_badly })
    }

    /// The database is closed, and all that was written to it is in it.
    pub(super) fn end_well(self) {
        let _ = self.file.set_len(0); // then the next start looks once more than it must
    }
}
