//! The list of third-party licences that people read under *About*: JSON, compressed, each text once. The app reads it
//! in `core/licences.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use crate::part::{Kind, Part};

#[derive(Serialize)]
struct List<'a> {
    parts: Vec<Entry<'a>>,
    texts: Vec<&'a str>,
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    version: &'a str,
    kind: Kind,
    licence: &'a str,
    source: Option<&'a str>,
    texts: Vec<usize>,
}

/// The list of what is passed on; the system's own libraries are not. Fails when a part has no text.
pub fn list(parts: &[Part]) -> Result<Vec<u8>> {
    let mut texts = Vec::new();
    let mut known = BTreeMap::new();
    let mut entries = Vec::new();
    for part in parts.iter().filter(|part| part.is_passed_on()) {
        ensure!(!part.texts.is_empty(), "{} {} has no text of its licence", part.name, part.version);
        let numbers = part.texts.iter().map(|text| {
            *known.entry(text.as_str()).or_insert_with(|| {
                texts.push(text.as_str());
                texts.len() - 1
            })
        });
        entries.push(Entry {
            name: &part.name,
            version: &part.version,
            kind: part.kind,
            licence: &part.licence,
            source: part.source.as_deref(),
            texts: numbers.collect(),
        });
    }
    serde_json::to_vec(&List { parts: entries, texts }).context("writing the list of licences")
}

/// Writes the list, compressed; it appears under its name whole.
pub fn write(parts: &[Part], file: &Path) -> Result<()> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&list(parts)?)?;
    let bytes = gzip.finish()?;
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let partial = file.with_extension("partial");
    fs::write(&partial, bytes).with_context(|| format!("writing {}", partial.display()))?;
    fs::rename(&partial, file).with_context(|| format!("writing {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, texts: &[&str]) -> Part {
        Part {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            kind: Kind::Crate,
            licence: "MIT".to_owned(),
            source: None,
            hash: None,
            texts: texts.iter().map(|text| (*text).to_owned()).collect(),
            purl: format!("pkg:cargo/{name}@1.0.0"),
            needs: Vec::new(),
            linkage: None,
        }
    }

    #[test]
    fn a_text_that_many_have_is_there_once() {
        let list = list(&[part("a", &["MIT"]), part("b", &["MIT", "notice"])]).unwrap();
        let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
        assert_eq!(list["texts"], serde_json::json!(["MIT", "notice"]), "hundreds have the same text");
        assert_eq!(list["parts"][1]["texts"], serde_json::json!([0, 1]), "each names its own");
    }

    #[test]
    fn a_part_without_a_text_is_an_error_that_names_it() {
        let error = list(&[part("a", &["MIT"]), part("bare", &[])]).expect_err("nothing to pass on").to_string();
        assert!(error.contains("bare 1.0.0"), "a person has to look at it: {error}");
    }
}
