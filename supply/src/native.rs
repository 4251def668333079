//! What is in the program or linked to it and is no crate of its own: SQLCipher and the SQLite in it, OpenSSL, and the
//! highlighter's grammars.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::checkout::{Checkout, output};
use crate::part::{Kind, Part, SYSTEM};
use crate::texts;

/// Read off the crates that carry them, so that no version is written down twice.
pub(crate) fn shipped(checkout: &Checkout, crates: &[Part]) -> Result<Vec<Part>> {
    let carrier = |name: &str| crates.iter().find(|part| part.kind == Kind::Crate && part.name == name);
    let cipher = carrier("sqlcipher-src").context("the database is compiled from sqlcipher-src")?;
    let version =
        |of| carried(&cipher.version, of).with_context(|| format!("sqlcipher-src {} has no {of}", cipher.version));
    let (sqlcipher, sqlite) = (version("sqlcipher")?, version("sqlite")?);
    let mut parts = vec![
        Part {
            licence: "BSD-3-Clause".to_owned(),
            source: Some("https://github.com/sqlcipher/sqlcipher".to_owned()),
            needs: vec![format!("pkg:generic/sqlite@{sqlite}")],
            ..library("sqlcipher", &sqlcipher, "compiled in from sqlcipher-src", cipher.texts.clone())
        },
        Part {
            licence: "blessing".to_owned(),
            source: Some("https://sqlite.org".to_owned()),
            ..library(
                "sqlite",
                &sqlite,
                "part of SQLCipher",
                texts::standard("blessing", "SQLite is in the public domain:")?,
            )
        },
        grammars(carrier("two-face").context("the highlighter's grammars come with two-face")?),
    ];
    parts.extend(openssl(checkout, carrier("openssl-src"))?);
    Ok(parts)
}

/// SQLCipher's cryptography: on Linux the system's OpenSSL, which is not passed on, on Windows one of its own, on
/// macOS none.
fn openssl(checkout: &Checkout, source: Option<&Part>) -> Result<Option<Part>> {
    let facts = |part: Part| Part {
        licence: "Apache-2.0".to_owned(),
        source: Some("https://openssl-library.org".to_owned()),
        ..part
    };
    if let Some(source) = source {
        let version = source.version.split_once('+').map_or(source.version.as_str(), |(_, version)| version);
        return Ok(Some(facts(library("openssl", version, "compiled in from openssl-src", source.texts.clone()))));
    }
    if !checkout.target().contains("linux") {
        return Ok(None);
    }
    let version = output(Command::new("pkg-config").args(["--modversion", "libcrypto"]))?;
    Ok(Some(facts(library("openssl", version.trim(), SYSTEM, Vec::new()))))
}

fn grammars(carrier: &Part) -> Part {
    let version = carried_bat(&carrier.version).unwrap_or(&carrier.version).to_owned();
    let listed = texts::tidy(&two_face::acknowledgement::listing().to_md());
    Part {
        licence: "see its text".to_owned(),
        source: Some("https://github.com/sharkdp/bat".to_owned()),
        ..library("bat-syntaxes", &version, "data in two-face", vec![listed])
    }
}

fn library(name: &str, version: &str, linkage: &'static str, texts: Vec<String>) -> Part {
    Part {
        name: name.to_owned(),
        version: version.to_owned(),
        kind: Kind::Library,
        licence: String::new(),
        source: None,
        hash: None,
        texts,
        purl: format!("pkg:generic/{name}@{version}"),
        needs: Vec::new(),
        linkage: Some(linkage),
    }
}

/// `419.0.6+sqlcipher-4.19.0-sqlite-3.53.4-…`: what follows the name.
fn carried(version: &str, name: &str) -> Option<String> {
    let mut words = version.split_once('+')?.1.split('-');
    words.find(|word| *word == name)?;
    words.next().map(str::to_owned)
}

/// `0.5.2+bat-0.26.1`
fn carried_bat(version: &str) -> Option<&str> {
    version.split_once("+bat-").map(|(_, bat)| bat)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_within_are_read_off_the_crate_s_own() {
        let version = "419.0.6+sqlcipher-4.19.0-sqlite-3.53.4-libtomcrypt-1.18.2";
        assert_eq!(carried(version, "sqlcipher").as_deref(), Some("4.19.0"), "SQLCipher's");
        assert_eq!(carried(version, "sqlite").as_deref(), Some("3.53.4"), "that of the SQLite in it");
        assert_eq!(carried("4.19.0", "sqlite"), None, "what does not tell is not guessed");
    }
}
