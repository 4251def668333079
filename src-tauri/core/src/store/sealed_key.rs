//! The database's key behind a passphrase, in a file beside the database: the way to the chats where there is no
//! keychain, and a second one where there is.
//!
//! While the key is being changed the file holds both, the one in use first.

use std::fs::{self, File};
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use super::backups::beside;
use super::connection;
use super::failure::StoreError;
use super::key::DatabaseKey;
use crate::passphrase::{self, Failure, Sealing};

/// Two keys with what is around them.
const LONGEST: u64 = 1024;

/// Whether a passphrase opens this database.
pub fn is_at(database: &Path) -> Result<bool, StoreError> {
    file(database).try_exists().map_err(|error| connection::unusable(&error))
}

/// The keys that this passphrase opens; [`StoreError::Passphrase`] when it is another one. Blocks for as long as a guess
/// costs.
pub fn open(database: &Path, passphrase: &SecretString) -> Result<Vec<DatabaseKey>, StoreError> {
    let from = File::open(file(database)).map_err(|error| connection::unusable(&error))?;
    let text = passphrase::open(BufReader::new(from), passphrase, LONGEST)?;
    let text = std::str::from_utf8(&text).map_err(|_| StoreError::Unexpected("the sealed key is no text"))?;
    text.lines()
        .map(|line| {
            DatabaseKey::from_text(&SecretString::from(line)).ok_or(StoreError::Unexpected("what is sealed is no key"))
        })
        .collect()
}

/// Seals these keys, in the place of what was there. `fill` fills the slice with unpredictable bytes. Blocks.
pub fn seal(
    database: &Path,
    passphrase: &SecretString,
    keys: &[&DatabaseKey],
    fill: impl Fn(&mut [u8]) -> std::io::Result<()>,
) -> Result<(), StoreError> {
    let (to, part) = (file(database), beside(database, "-passphrase-part"));
    connection::private_file(&part)?;
    let begun = File::options().write(true).truncate(true).open(&part).map_err(|error| connection::unusable(&error))?;
    let mut sealing = Sealing::begin(begun, passphrase, fill)?;
    for key in keys {
        let line = Zeroizing::new(format!("{}\n", key.to_text().expose_secret()));
        sealing.write_all(line.as_bytes()).map_err(|error| connection::unusable(&error))?;
    }
    let written = sealing.finish().and_then(|file| file.sync_all()).and_then(|()| fs::rename(&part, &to));
    written.map_err(|error| connection::unusable(&error))
}

/// No passphrase opens it any more.
pub fn forget(database: &Path) -> Result<(), StoreError> {
    super::backups::remove(&file(database))
}

fn file(database: &Path) -> PathBuf {
    beside(database, "-passphrase")
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Wrong => Self::Passphrase,
            Failure::Damaged => Self::Unexpected("the sealed key is damaged"),
            Failure::Newer => Self::Unexpected("a newer version sealed the key"),
            Failure::File(error) => connection::unusable(&error),
        }
    }
}
