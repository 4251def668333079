//! The text of a PDF, read in a process of its own.
//!
//! A PDF is a program for a printer, and its readers are known to fall into bottomless recursion, to unfold a small file
//! into gigabytes and to run in circles. So the reading is done by this same program, started once more with
//! [`ARGUMENT`]: it opens no window and knows no account, its memory and its time are limited by the system, and
//! however it ends, a person reads that this PDF cannot be read. Whoever starts the core in a program of theirs hands
//! that argument to [`serve`], first thing.

use std::io::{Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use pdf_extract::{Document as Parsed, PlainTextOutput};
use serde::{Deserialize, Serialize};

use super::{LARGEST_FILE, LONGEST_TEXT};
use crate::error::{Code, Error, Result};

/// Makes the program read one PDF from its standard input, and nothing else.
pub const ARGUMENT: &str = "--read-pdf";

/// How long one may take to be read. A book of a thousand pages takes a few seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// The memory that reading one may take, in bytes of addresses: the program's own libraries are among them.
#[cfg(unix)]
const MOST_MEMORY: u64 = 2 * 1024 * 1024 * 1024;

/// An answer is no longer than this: escaped, a character takes six bytes at most.
const LONGEST_ANSWER: u64 = 8 * LONGEST_TEXT as u64;

/// What was read.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Document {
    pub text: String,
    pub pages: u32,
}

/// Why it was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Fault {
    /// It opens with a password only.
    Locked,
    /// It has pages, and no text on them: pictures of pages, most often.
    NoText,
    /// More text than goes with a question: how much was read until then.
    TooLong(usize),
    Damaged,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Locked => Code::PdfLocked.into(),
            Fault::NoText => Code::PdfWithoutText.into(),
            Fault::TooLong(size) => Self::new(Code::AttachmentTooLarge).with("size", size).with("limit", LONGEST_TEXT),
            Fault::Damaged => Code::AttachmentDamaged.into(),
        }
    }
}

/// What a PDF begins with.
pub(super) const MARK: &[u8] = b"%PDF-";

/// Whether it is a PDF. Some begin with a line of something else.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(1024)].windows(MARK.len()).any(|window| window == MARK)
}

/// Has it read. Blocks.
pub(super) fn read(pdf: &[u8]) -> Result<Document> {
    // On Linux the running program, though it was replaced by a newer one meanwhile.
    let program = if cfg!(target_os = "linux") { Ok(PathBuf::from("/proc/self/exe")) } else { std::env::current_exe() };
    let started = program.and_then(|program| start(Command::new(program).arg(ARGUMENT)));
    let mut reader = started.map_err(|error| {
        tracing::warn!(%error, "no process to read a PDF could be started");
        Error::new(Code::Internal).with("reason", error.kind())
    })?;
    let answer = answer_of(&mut reader, pdf, PATIENCE);
    // It has answered, or it never will.
    let _ = reader.kill();
    let _ = reader.wait();
    Ok(understood(answer)?)
}

fn understood(answer: Option<Vec<u8>>) -> std::result::Result<Document, Fault> {
    answer.and_then(|answer| serde_json::from_slice(&answer).ok()).unwrap_or(Err(Fault::Damaged))
}

fn start(command: &mut Command) -> std::io::Result<Child> {
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt as _;
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(CREATE_NO_WINDOW);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
}

fn answer_of(reader: &mut Child, pdf: &[u8], patience: Duration) -> Option<Vec<u8>> {
    let (mut question, answer) = (reader.stdin.take()?, reader.stdout.take()?);
    let (done, answered) = mpsc::sync_channel(1);
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let whole = answer.take(LONGEST_ANSWER).read_to_end(&mut bytes);
        let _ = done.send(whole.map(|_| bytes));
    });
    // It reads all before it says anything, so neither waits for the other; and one that does not even read is not
    // waited for longer.
    let pdf = pdf.to_vec();
    std::thread::spawn(move || question.write_all(&pdf));
    answered.recv_timeout(patience).ok()?.ok()
}

/// Has the system end this process when it takes more memory, in bytes, or more time than it may. The second ends it
/// too when the one who waits for it is gone.
#[cfg(unix)]
fn limit(memory: u64, time: Duration) -> bool {
    use rlimit::Resource;
    let limits = [(Resource::AS, memory), (Resource::CPU, time.as_secs()), (Resource::CORE, 0)];
    limits.into_iter().all(|(resource, limit)| resource.set(limit, limit).is_ok())
}

/// What the program does when it was started with [`ARGUMENT`].
pub fn serve() -> ExitCode {
    #[cfg(unix)]
    if !limit(MOST_MEMORY, PATIENCE) {
        return ExitCode::FAILURE;
    }
    let mut pdf = Vec::new();
    if std::io::stdin().take(LARGEST_FILE as u64).read_to_end(&mut pdf).is_err() {
        return ExitCode::FAILURE;
    }
    let read = catch_unwind(|| extract(&pdf)).unwrap_or(Err(Fault::Damaged));
    match serde_json::to_vec(&read).map(|answer| std::io::stdout().write_all(&answer)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn extract(pdf: &[u8]) -> std::result::Result<Document, Fault> {
    let mut parsed = Parsed::load_mem(pdf).map_err(|error| of(&error))?;
    // Many are locked against changes only, and open with no password.
    if parsed.is_encrypted() {
        parsed.decrypt("").map_err(|_| Fault::Locked)?;
    }
    let pages = parsed.get_pages();
    let (mut text, mut damaged) = (String::new(), 0);
    for number in pages.keys() {
        let mut page = String::new();
        // A page that cannot be read does not take the others along.
        let read = catch_unwind(AssertUnwindSafe(|| {
            pdf_extract::output_doc_page(&parsed, &mut PlainTextOutput::new(&mut page), *number)
        }));
        damaged += usize::from(!matches!(read, Ok(Ok(()))));
        let page = page.trim();
        if !page.is_empty() {
            text += page;
            text += "\n\n";
        }
        if text.len() > LONGEST_TEXT {
            return Err(Fault::TooLong(text.len()));
        }
    }
    text.truncate(text.trim_end().len());
    match (text.is_empty(), damaged) {
        (false, _) => Ok(Document { text, pages: u32::try_from(pages.len()).unwrap_or(u32::MAX) }),
        (true, 0) => Err(Fault::NoText),
        (true, _) => Err(Fault::Damaged),
    }
}

/// A file that is locked is found out at different places, by how it is locked.
fn of(error: &pdf_extract::Error) -> Fault {
    match error {
        pdf_extract::Error::Decryption(_) | pdf_extract::Error::InvalidPassword => Fault::Locked,
        _ => Fault::Damaged,
    }
}

#[cfg(test)]
#[path = "pdf_tests.rs"]
mod tests;
