//! The licences of what others made and Wingman passes on: crates, npm packages, SQLCipher, the Copilot runtime.
//!
//! The list is made when Wingman is built (`supply/src/notices.rs`) and lies beside the runtime, compressed. It is read
//! when somebody asks for it, so nobody else pays for it; the texts, most of it, leave here one part's at a time.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::copilot::RuntimePlaces;
use crate::error::{Code, Error, Result};

/// The list's file.
pub const LICENCES_FILE: &str = "licences.json.gz";

/// More than this is no list of ours: a few megabytes of texts.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Where a part comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum PartKind {
    /// GitHub's Copilot runtime.
    Runtime,
    /// A crate in the program.
    Crate,
    /// An npm package in the pages.
    Npm,
    /// A library or data under a crate.
    Library,
}

/// A part that others made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ThirdParty {
    /// Its name where it comes from.
    pub name: String,
    /// Its version there.
    pub version: String,
    /// Where it comes from.
    pub kind: PartKind,
    /// Its licence's name, an SPDX expression for most.
    pub licence: String,
    /// Its repository or home page.
    pub source: Option<String>,
}

/// The list, wherever it lies.
#[derive(Clone, Debug)]
pub struct Licences {
    candidates: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct List {
    parts: Vec<Listed>,
    texts: Vec<String>,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(flatten)]
    part: ThirdParty,
    texts: Vec<usize>,
}

impl Licences {
    /// Remembers where to look: with the runtime, or where a checkout makes it.
    pub fn at(places: &RuntimePlaces) -> Self {
        let checkout = places.checkout.as_ref().map(|root| root.join("target").join("licences"));
        let folders = places.executable.iter().chain(&places.resources).chain(&checkout);
        Self { candidates: folders.map(|folder| folder.join(LICENCES_FILE)).collect() }
    }

    /// Every part, as the list has it: sorted by kind and name.
    pub fn parts(&self) -> Result<Vec<ThirdParty>> {
        Ok(self.read()?.parts.into_iter().map(|listed| listed.part).collect())
    }

    /// The texts of the part at this place of [`Self::parts`].
    pub fn text(&self, part: usize) -> Result<String> {
        let list = self.read()?;
        let listed = list.parts.get(part).ok_or(Code::NotFound)?;
        let texts: Vec<&str> =
            listed.texts.iter().filter_map(|text| list.texts.get(*text)).map(String::as_str).collect();
        Ok(texts.join("\n\n————————\n\n"))
    }

    fn read(&self) -> Result<List> {
        let found = self.candidates.iter().find(|file| file.is_file());
        let file = found.ok_or_else(|| failed("the list of licences is missing"))?;
        decode(file).map_err(|error| failed(&error.to_string()))
    }
}

fn decode(file: &Path) -> std::io::Result<List> {
    let list = GzDecoder::new(BufReader::new(File::open(file)?)).take(LARGEST);
    Ok(serde_json::from_reader(BufReader::new(list))?)
}

fn failed(reason: &str) -> Error {
    Error::new(Code::FileFailed).with("reason", reason)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn written(json: &str) -> (tempfile::TempDir, Licences) {
        let folder = tempfile::tempdir().unwrap();
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(json.as_bytes()).unwrap();
        let home = folder.path().join("target/licences");
        fs::create_dir_all(&home).unwrap();
        fs::write(home.join(LICENCES_FILE), gzip.finish().unwrap()).unwrap();
        let places = RuntimePlaces { checkout: Some(folder.path().to_owned()), ..RuntimePlaces::default() };
        (folder, Licences::at(&places))
    }

    #[test]
    fn each_part_is_listed_and_gives_its_own_texts() {
        let (_folder, licences) = written(
            r#"{"parts": [
                {"name": "a", "version": "1", "kind": "crate", "licence": "MIT", "source": null, "texts": [1]},
                {"name": "b", "version": "2", "kind": "npm", "licence": "ISC", "source": "https://b", "texts": [1, 0]}],
                "texts": ["zero", "one"]}"#,
        );
        let names: Vec<String> = licences.parts().unwrap().into_iter().map(|part| part.name).collect();
        assert_eq!(names, ["a", "b"], "in the order of the list, by which a text is asked for");
        assert_eq!(licences.text(0).unwrap(), "one", "its own text");
        let both = licences.text(1).unwrap();
        assert!(both.starts_with("one\n") && both.ends_with("\nzero"), "all of its texts, in their order: {both}");
        assert_eq!(licences.text(2).expect_err("there are two").code, Code::NotFound, "no other part's text");
    }

    #[test]
    fn a_list_that_is_missing_or_damaged_is_told_and_stops_nothing() {
        let nowhere = Licences::at(&RuntimePlaces::default());
        assert_eq!(nowhere.parts().expect_err("there is none").code, Code::FileFailed, "the page says so");
        let (_folder, damaged) = written("{\"parts\": [");
        assert_eq!(damaged.parts().expect_err("it ends too early").code, Code::FileFailed, "the page says so");
    }
}
