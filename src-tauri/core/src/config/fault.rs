//! Why a configuration cannot be used, and where in the file to look.

use std::path::{Path, PathBuf};

use crate::error::{Code, Error};

/// Why a configuration cannot be used. It quotes keys and rules, never the value of a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}:{column}: expected {expected}", file.display())]
pub struct ConfigFault {
    /// The file.
    pub file: PathBuf,
    /// From 1; 0 when the file could not be read at all.
    pub line: usize,
    /// In characters, from 1; 0 when the file could not be read at all.
    pub column: usize,
    /// What should stand there, in English: it names keys and formats.
    pub expected: String,
    /// The file is the computer's policy, which the person cannot mend.
    pub policy: bool,
}

impl ConfigFault {
    /// A fault at this byte of the text.
    pub(super) fn at(file: &Path, text: &str, offset: usize, expected: impl Into<String>) -> Self {
        let before = text.get(..offset.min(text.len())).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            expected: expected.into(),
            policy: false,
        }
    }

    /// The file itself cannot be read.
    pub(super) fn unreadable(file: &Path, expected: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0, expected: expected.into(), policy: false }
    }
}

impl From<ConfigFault> for Error {
    fn from(fault: ConfigFault) -> Self {
        let code = if fault.policy { Code::PolicyInvalid } else { Code::ConfigInvalid };
        Self::new(code)
            .with("file", fault.file.display())
            .with("line", fault.line)
            .with("column", fault.column)
            .with("expected", fault.expected)
            .retryable() // the person mends the file and tries again
    }
}
