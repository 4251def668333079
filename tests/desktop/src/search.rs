//! Looking for a secret where it must not be: every file of the session, every process's environment
//! and arguments.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use memchr::memmem;

use crate::Desktop;

/// A place where a process holds what was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The process's id, seen from the test.
    pub process: u32,
    /// The program it runs.
    pub program: PathBuf,
    /// `environment` or `arguments`.
    pub place: &'static str,
}

impl Desktop {
    /// Every file of the session's tree (home, configuration, data, caches, temporary files, the logs of all
    /// programs, the browser's profile) that holds `needle`, as UTF-8, UTF-16LE or base64 (both alphabets, at
    /// any alignment). What is compressed or encrypted is not seen through. At least eight bytes are needed:
    /// shorter words occur by chance.
    pub async fn search_files(&self, needle: &str) -> Result<Vec<PathBuf>> {
        ensure!(needle.len() >= 8, "{needle:?} is too short to search for: it would be found by chance");
        let (root, forms) = (self.folder().to_path_buf(), forms(needle));
        tokio::task::spawn_blocking(move || {
            let mut found = Vec::new();
            walk(&root, &forms, &mut found)?;
            found.sort();
            Ok(found)
        })
        .await?
    }

    /// Every process of the session whose starting environment or arguments hold `needle`.
    pub fn search_environments(&self, needle: &str) -> Result<Vec<Trace>> {
        ensure!(!needle.is_empty(), "an empty needle is everywhere");
        let needle = memmem::Finder::new(needle);
        let mut traces = Vec::new();
        for process in self.session().processes() {
            for (place, bytes) in [("environment", process.environment()), ("arguments", process.arguments())] {
                if needle.find(&bytes).is_some() {
                    traces.push(Trace { process: process.pid, program: process.program.clone(), place });
                }
            }
        }
        Ok(traces)
    }
}

fn walk(folder: &Path, forms: &[Vec<u8>], found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // Programs are running: what was listed may be gone.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("cannot search {}", folder.display())),
    };
    for entry in entries {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() {
            walk(&path, forms, found)?;
        } else if kind.is_file() {
            match fs::read(&path) {
                Ok(bytes) if holds(&bytes, forms) => found.push(path),
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error).with_context(|| format!("cannot search {}", path.display())),
            }
        }
    }
    Ok(())
}

fn holds(bytes: &[u8], forms: &[Vec<u8>]) -> bool {
    forms.iter().any(|form| memmem::find(bytes, form).is_some())
}

/// The ways in which a text may lie in a file.
fn forms(needle: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![needle.as_bytes().to_vec(), needle.encode_utf16().flat_map(u16::to_le_bytes).collect()];
    for skipped in 0..3 {
        // A character of base64 holds six bits: of a text that starts anywhere in a longer one, only the
        // groups of three bytes that lie wholly inside it have a fixed form.
        let whole = needle.as_bytes().get(skipped..).unwrap_or_default();
        let whole = whole.get(..whole.len() / 3 * 3).unwrap_or_default();
        let standard = STANDARD_NO_PAD.encode(whole);
        let url = standard.replace('+', "-").replace('/', "_");
        forms.push(standard.into_bytes());
        forms.push(url.into_bytes());
    }
    forms.retain(|form| form.len() >= 8);
    forms.sort();
    forms.dedup();
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    const NEEDLE: &str = "gho_16C7e42F292c6912E7710c8";

    #[test]
    fn base64_is_found_at_every_alignment() {
        for before in ["", "a", "ab", "abc"] {
            let text = format!("{before}{NEEDLE}?>~ and more");
            for encoded in [STANDARD.encode(&text), URL_SAFE.encode(&text)] {
                assert!(holds(encoded.as_bytes(), &forms(NEEDLE)), "{before:?} before it must not hide it: {encoded}");
            }
        }
    }

    #[test]
    fn both_encodings_of_text_are_found() {
        let utf16: Vec<u8> = format!("x{NEEDLE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(holds(&utf16, &forms(NEEDLE)), "web storage keeps its text as UTF-16");
        assert!(holds(format!("token={NEEDLE}\n").as_bytes(), &forms(NEEDLE)), "plain text is plain");
    }

    #[test]
    fn another_secret_is_not_found() {
        assert!(
            !holds(b"gho_16C7e42F292c6912E7710c9", &forms(NEEDLE)),
            "a different last character is a different secret"
        );
    }
}
