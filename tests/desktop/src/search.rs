//! Looking for secrets where they must not be: every file of the session, every process's environment and arguments,
//! and the memory of the processes that are named.

use std::fs;
use std::path::{Path, PathBuf};

use aho_corasick::{AhoCorasick, packed};
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::{Desktop, memory};

/// A place where a process holds what was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The process's id, seen from the test.
    pub process: u32,
    /// The program it runs.
    pub program: PathBuf,
    /// `environment`, `arguments` or `memory`.
    pub place: &'static str,
}

/// Texts to look for, all of them in one reading. A find says which by its number, so that no report repeats a secret.
#[derive(Debug)]
pub struct Needles {
    texts: Vec<String>,
    /// As they may lie in a file: UTF-8, UTF-16LE, base64.
    encoded: Forms,
    /// As programs hold text in memory, an environment and arguments: UTF-8, UTF-16LE.
    plain: Forms,
}

impl Needles {
    /// At least eight bytes each: shorter words occur by chance.
    pub fn new(texts: impl IntoIterator<Item = impl Into<String>>) -> Result<Self> {
        let texts: Vec<String> = texts.into_iter().map(Into::into).collect();
        ensure!(
            texts.iter().all(|text| text.len() >= 8),
            "a text is too short to search for: it would be found by chance"
        );
        let (encoded, plain) = (Forms::new(&texts, encoded)?, Forms::new(&texts, plain)?);
        Ok(Self { texts, encoded, plain })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.texts.len()
    }

    /// Which of them a text holds, as it is or in another encoding.
    pub fn found_in(&self, text: &[u8]) -> Vec<usize> {
        self.encoded.found_in(text)
    }

    pub(crate) fn plainly_in(&self, bytes: &[u8]) -> Vec<usize> {
        self.plain.found_in(bytes)
    }

    /// The longest form that is looked for in memory, in bytes.
    pub(crate) fn reach(&self) -> usize {
        self.plain.longest
    }
}

/// What is looked for, byte by byte, and whose form each is.
#[derive(Debug)]
struct Forms {
    /// Compares many bytes at once, where the processor can and the forms are not too many.
    fast: Option<packed::Searcher>,
    any: AhoCorasick,
    of: Vec<usize>,
    longest: usize,
}

impl Forms {
    fn new(texts: &[String], forms: fn(&str) -> Vec<Vec<u8>>) -> Result<Self> {
        let all = texts.iter().enumerate().flat_map(|(text, it)| forms(it).into_iter().map(move |form| (text, form)));
        let (of, all): (Vec<usize>, Vec<Vec<u8>>) = all.unzip();
        let fast = packed::Searcher::new(&all);
        let any = AhoCorasick::builder().match_kind(aho_corasick::MatchKind::LeftmostFirst).build(&all)?;
        Ok(Self { fast, any, of, longest: all.iter().map(Vec::len).max().unwrap_or_default() })
    }

    fn found_in(&self, bytes: &[u8]) -> Vec<usize> {
        let mut found: Vec<usize> = match &self.fast {
            Some(fast) => fast.find_iter(bytes).map(|it| self.of[it.pattern().as_usize()]).collect(),
            None => self.any.find_iter(bytes).map(|it| self.of[it.pattern().as_usize()]).collect(),
        };
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Desktop {
    /// The programs of the session that run now, by their process as it is numbered inside the session.
    pub fn running(&self) -> Vec<(u32, PathBuf)> {
        self.session().processes().into_iter().map(|process| (process.inner_pid, process.program)).collect()
    }

    /// Every file of the session's tree (home, configuration, data, caches, temporary files, the logs of all
    /// programs, the browser's profile) that holds `needle`, as UTF-8, UTF-16LE or base64 (both alphabets, at
    /// any alignment). What is compressed or encrypted is not seen through. At least eight bytes are needed:
    /// shorter words occur by chance.
    pub async fn search_files(&self, needle: &str) -> Result<Vec<PathBuf>> {
        let (root, needles) = (self.folder().to_path_buf(), Needles::new([needle])?);
        let found = tokio::task::spawn_blocking(move || files_with(&root, &needles)).await??;
        Ok(found.into_iter().map(|(_, path)| path).collect())
    }

    /// The same for many texts at once: which of them lies in which file.
    pub fn search_all_files(&self, needles: &Needles) -> Result<Vec<(usize, PathBuf)>> {
        files_with(self.folder(), needles)
    }

    /// Every process of the session whose starting environment or arguments hold `needle`.
    pub fn search_environments(&self, needle: &str) -> Result<Vec<Trace>> {
        Ok(self.search_all_environments(&Needles::new([needle])?).into_iter().map(|(_, trace)| trace).collect())
    }

    /// The same for many texts at once.
    pub fn search_all_environments(&self, needles: &Needles) -> Vec<(usize, Trace)> {
        let mut traces = Vec::new();
        for process in self.session().processes() {
            for (place, bytes) in [("environment", process.environment()), ("arguments", process.arguments())] {
                for needle in needles.plainly_in(&bytes) {
                    traces.push((needle, Trace { process: process.pid, program: process.program.clone(), place }));
                }
            }
        }
        traces
    }

    /// Reads the memory of every process of the session that runs one of these programs (by file name): all that it
    /// has written, or shares with others without a file. Answers with the finds and how many processes were read.
    /// Where this user may not read another process's memory that is an error, never an empty answer.
    pub fn search_memory(&self, needles: &Needles, programs: &[&str]) -> Result<(Vec<(usize, Trace)>, usize)> {
        let (mut traces, mut read) = (Vec::new(), 0);
        for process in self.session().processes() {
            let named = process.program.file_name().and_then(|name| name.to_str());
            if !named.is_some_and(|name| programs.contains(&name)) {
                continue;
            }
            if let Some(found) = memory::search(process.pid, needles)? {
                read += 1;
                let trace = Trace { process: process.pid, program: process.program.clone(), place: "memory" };
                traces.extend(found.into_iter().map(|needle| (needle, trace.clone())));
            }
        }
        Ok((traces, read))
    }
}

fn files_with(root: &Path, needles: &Needles) -> Result<Vec<(usize, PathBuf)>> {
    let mut found = Vec::new();
    walk(root, needles, &mut found)?;
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, needles: &Needles, found: &mut Vec<(usize, PathBuf)>) -> Result<()> {
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
            walk(&path, needles, found)?;
        } else if kind.is_file() {
            match fs::read(&path) {
                Ok(bytes) => found.extend(needles.found_in(&bytes).into_iter().map(|needle| (needle, path.clone()))),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error).with_context(|| format!("cannot search {}", path.display())),
            }
        }
    }
    Ok(())
}

/// As programs hold a text.
fn plain(needle: &str) -> Vec<Vec<u8>> {
    vec![needle.as_bytes().to_vec(), needle.encode_utf16().flat_map(u16::to_le_bytes).collect()]
}

/// The ways in which a text may lie in a file.
fn encoded(needle: &str) -> Vec<Vec<u8>> {
    let mut forms = plain(needle);
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

    fn holds(bytes: &[u8]) -> bool {
        !Needles::new([NEEDLE]).unwrap().found_in(bytes).is_empty()
    }

    #[test]
    fn base64_is_found_at_every_alignment() {
        for before in ["", "a", "ab", "abc"] {
            let text = format!("{before}{NEEDLE}?>~ and more");
            for encoded in [STANDARD.encode(&text), URL_SAFE.encode(&text)] {
                assert!(holds(encoded.as_bytes()), "{before:?} before it must not hide it: {encoded}");
            }
        }
    }

    #[test]
    fn both_encodings_of_text_are_found() {
        let utf16: Vec<u8> = format!("x{NEEDLE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(holds(&utf16), "web storage keeps its text as UTF-16");
        assert!(holds(format!("token={NEEDLE}\n").as_bytes()), "plain text is plain");
    }

    #[test]
    fn another_secret_is_not_found() {
        assert!(!holds(b"gho_16C7e42F292c6912E7710c9"), "a different last character is a different secret");
    }

    #[test]
    fn many_are_told_apart_in_one_reading() {
        let texts: Vec<String> = (0..40).map(|number| format!("ghr_number{number:02}of_many")).collect();
        let needles = Needles::new(texts).unwrap();
        let text = "a ghr_number07of_many, b ghr_number39of_many";
        assert_eq!(needles.found_in(text.as_bytes()), [7, 39], "which of them, however many there are");
        assert!(Needles::new(["short"]).is_err(), "a short word would be found by chance");
        assert!(Needles::new(Vec::<String>::new()).unwrap().found_in(b"anything").is_empty(), "nothing finds nothing");
    }
}
