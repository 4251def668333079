//! One part of what is shipped.

use serde::Serialize;

/// Where a part comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// GitHub's Copilot runtime, beside the program.
    Runtime,
    /// A crate in the program.
    Crate,
    /// An npm package in the pages, which are in the program.
    Npm,
    /// Compiled or linked in under a crate: SQLCipher, SQLite, OpenSSL, the highlighter's grammars.
    Library,
}

/// A part, as it stands in the list of licences and in the bill of materials.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name where it comes from.
    pub name: String,
    /// Its version there.
    pub version: String,
    /// Where it comes from.
    pub kind: Kind,
    /// An SPDX expression, or the licence's own name.
    pub licence: String,
    /// Its repository or home page.
    pub source: Option<String>,
    /// Of the archive it was taken from, or of the file that is shipped.
    pub hash: Option<Hash>,
    /// The licence's text, and what else is to be passed on with it. Empty only for what is not passed on.
    pub texts: Vec<String>,
    /// The package URL, which also names the part in the bill.
    pub purl: String,
    /// The package URLs of the parts that it is built on.
    pub needs: Vec<String>,
    /// How it gets into the program, where that is not the usual way.
    pub linkage: Option<&'static str>,
}

impl Part {
    /// Whether it is in what people are given; the system's own libraries are on their computers already.
    pub fn is_passed_on(&self) -> bool {
        self.linkage != Some(SYSTEM)
    }
}

/// How a library gets in that is not passed on.
pub(crate) const SYSTEM: &str = "the system's, linked when the program starts";

/// A hash, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hash {
    /// As Cargo.lock has it.
    Sha256(String),
    /// As npm's lock file has it.
    Sha512(String),
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}
