//! Knowing that a step's input is unchanged since it last succeeded, so that nothing is done twice.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::project::Project;

/// The fingerprint that a step's input has now, and the file with the one it had when the step last succeeded.
pub struct Stamp {
    file: PathBuf,
    now: String,
}

impl Stamp {
    /// The fingerprint of the given files and folders (walked in the order of their names), and of `also`.
    pub fn of(project: &Project, step: &str, inputs: &[PathBuf], also: &str) -> Result<Self> {
        let mut hash = Sha256::new();
        hash.update(also);
        for input in inputs {
            digest(input, &mut hash).with_context(|| format!("reading {}", input.display()))?;
        }
        Ok(Self { file: project.path("target/xtask").join(step), now: hex(&hash.finalize()) })
    }

    /// Whether the input is what it was when the step last succeeded.
    pub fn is_fresh(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|before| before == self.now)
    }

    /// Remembers that the step succeeded on this input.
    pub fn keep(&self) -> Result<()> {
        let folder = self.file.parent().context("a stamp lies in a folder")?;
        fs::create_dir_all(folder)?;
        fs::write(&self.file, &self.now).with_context(|| format!("writing {}", self.file.display()))
    }
}

fn digest(path: &Path, hash: &mut Sha256) -> Result<()> {
    if path.is_dir() {
        let mut entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        entries.sort();
        for entry in entries {
            digest(&entry, hash)?;
        }
    } else if path.is_file() {
        let bytes = fs::read(path)?;
        // Name and length keep two files apart whose bytes only moved from one to the other.
        hash.update(path.as_os_str().as_encoded_bytes());
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    }
    Ok(())
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;

    #[test]
    fn a_fingerprint_follows_the_bytes_and_the_names() {
        let folder = env::temp_dir().join(format!("wingman-xtask-{}-stamp", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let fingerprint = || {
            let mut hash = Sha256::new();
            digest(&folder, &mut hash).unwrap();
            hex(&hash.finalize())
        };
        fs::write(folder.join("a"), "one").unwrap();
        let first = fingerprint();
        assert_eq!(fingerprint(), first, "nothing changed, so nothing must be done again");
        fs::write(folder.join("a"), "two").unwrap();
        let second = fingerprint();
        assert_ne!(second, first, "changed bytes need the step again, even at the same length");
        fs::rename(folder.join("a"), folder.join("b")).unwrap();
        assert_ne!(fingerprint(), second, "a file that moved needs the step again");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn hashes_read_as_sha256sum_prints_them() {
        assert_eq!(hex(&[0, 0x0f, 0xa5, 0xff]), "000fa5ff", "a person compares them with what other tools print");
    }
}
