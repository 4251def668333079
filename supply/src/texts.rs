//! The texts of licences: as a package carries them, or as SPDX has them where it carries none.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use spdx::{Expression, Licensee, ParseMode};

/// How the files are named that are to be passed on.
const NAMES: [&str; 7] = ["license", "licence", "copying", "notice", "unlicense", "copyright", "third-party"];

/// Which of several licences is taken when a package leaves the choice: the shortest that asks for least first.
const PREFERRED: [&str; 14] = [
    "MIT",
    "MIT-0",
    "ISC",
    "Zlib",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Apache-2.0",
    "BSL-1.0",
    "Unicode-3.0",
    "CC0-1.0",
    "Unlicense",
    "MPL-2.0",
    "CDLA-Permissive-2.0",
    "blessing",
];

/// The texts in a crate's folder that carries C sources: those of the sources lie one folder down.
pub(crate) fn found_with_sources(folder: &Path, named: Option<&Path>) -> Result<Vec<String>> {
    let mut texts = found(folder, named)?;
    let mut folders: Vec<_> = fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    for folder in folders {
        for text in found(&folder, None)? {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    Ok(texts)
}

/// The texts in a package's folder, and in the folder of licences that some have, each tidied, none twice.
pub(crate) fn found(folder: &Path, named: Option<&Path>) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for place in [folder.to_owned(), folder.join("LICENSES"), folder.join("licenses")] {
        let Ok(entries) = fs::read_dir(&place) else { continue };
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            if path.is_file()
                && (place != folder || NAMES.iter().any(|start| name.starts_with(start)))
                && is_text(&name)
            {
                files.push(path);
            }
        }
    }
    files.extend(named.map(|named| folder.join(named)).filter(|named| named.is_file()));
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        let bytes = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        let text = tidy(&String::from_utf8_lossy(&bytes));
        if !text.is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    Ok(texts)
}

/// SPDX's own text of each licence that an expression asks for, below a line that says whose it is.
pub(crate) fn standard(expression: &str, whose: &str) -> Result<Vec<String>> {
    let parsed = Expression::parse_mode(expression, ParseMode::LAX)
        .with_context(|| format!("{expression:?} is no expression of SPDX"))?;
    let accepted: Vec<Licensee> = PREFERRED.iter().filter_map(|id| Licensee::parse(id).ok()).collect();
    let chosen = parsed
        .minimized_requirements(&accepted)
        .with_context(|| format!("{expression:?} asks for a licence that is not known here"))?;
    let mut texts = Vec::new();
    for requirement in chosen {
        let id = requirement.license.id().context("a licence that SPDX does not have")?;
        let text = tidy(id.text());
        ensure!(!text.is_empty(), "SPDX has no text of {}", id.name);
        texts.push(format!("{whose}\n\n{text}"));
    }
    Ok(texts)
}

/// Code that is called as a licence is none (`license.rs`, `notice.html`).
fn is_text(name: &str) -> bool {
    let ending = Path::new(name).extension().map(|ending| ending.to_string_lossy().into_owned());
    !matches!(
        ending.as_deref(),
        Some("rs" | "js" | "ts" | "json" | "toml" | "html" | "hbs" | "py" | "sh" | "png" | "svg")
    )
}

/// The same text is the same whatever ends its lines.
pub(crate) fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_without_a_text_gets_that_of_spdx_with_its_makers_names() {
        let texts = standard("MIT OR Apache-2.0", "demo: Ada").unwrap();
        assert_eq!(texts.len(), 1, "one licence of several is enough: {texts:?}");
        assert!(
            texts[0].starts_with("demo: Ada\n\n") && texts[0].contains("Permission is hereby granted"),
            "{texts:?}"
        );
        let both = standard("MIT AND BSD-3-Clause", "demo").unwrap();
        assert_eq!(both.len(), 2, "where both hold, both are passed on");
    }

    #[test]
    fn a_licence_that_nobody_knows_is_an_error_and_never_an_empty_text() {
        standard("LicenseRef-of-my-own", "demo").expect_err("there is no text to pass on");
        standard("GPL-3.0-only", "demo").expect_err("not one that is accepted here");
        standard("", "demo").expect_err("no licence is no permission");
    }

    #[test]
    fn the_same_text_is_told_once_whatever_ends_its_lines() {
        assert_eq!(tidy("\u{feff}a \r\nb\r\n\r\n"), tidy("\na\nb"), "a list of hundreds repeats nothing");
    }
}
