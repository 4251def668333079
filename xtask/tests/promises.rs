//! Every test that `SECURITY.md` and `tests/README.md` name is there under that name: a claim whose test was renamed or
//! deleted is found here, and not by whoever relied on it.
//!
//! Read are the last cells of the tables, where each name stands in backticks:
//! `module: function`, a `function` more of the same, a whole `module`, `ui/tests/file: title`, a whole file. A name
//! that ends in `…` is the beginning of one.

#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "the checkout's own files, as git has them")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const DOCUMENTS: [&str; 2] = ["SECURITY.md", "tests/README.md"];

/// Where tests are, and where what they are called is looked for.
const PLACES: [&str; 5] = ["src-tauri", "supply", "tests", "ui", "xtask"];

/// Every file with tests: its path with `/` between the folders, and its text.
type Files = BTreeMap<String, String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root of the checkout").to_owned()
}

fn gather(folder: &Path, root: &Path, files: &mut Files) {
    for entry in fs::read_dir(folder).expect("a folder of the checkout").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && !["node_modules", "dist", "target"].contains(&name.as_str()) {
            gather(&path, root, files);
        } else if name.ends_with(".rs") || name.ends_with(".ts") {
            let relative = path.strip_prefix(root).expect("it lies below").to_string_lossy().replace('\\', "/");
            files.insert(relative, fs::read_to_string(&path).expect("source is text"));
        }
    }
}

/// What stands in backticks in the last cell of each row, heads and rules of tables left out.
fn names(document: &str) -> Vec<&str> {
    let cells = document.lines().filter(|line| line.starts_with('|')).filter_map(|line| {
        let cells: Vec<&str> = line.trim_end().trim_end_matches('|').split(" | ").collect();
        (cells.len() > 1).then(|| *cells.last().expect("more than one"))
    });
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
}

/// Why a name leads to no test; nothing when it does, or when it is no test's name.
fn fault(name: &str, files: &Files) -> Option<String> {
    if let Some((place, title)) = name.split_once(": ") {
        return if is_page(place) { in_page(place, title, files) } else { in_module(place, title, files) };
    }
    if is_page(name) {
        return in_page(name, "", files);
    }
    let words =
        |text: &str| text.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || "_…".contains(sign));
    if words(name) && (name.matches('_').count() > 1 || name.ends_with('…')) {
        return (!files.values().any(|text| defines(text, name))).then(|| format!("no function is called {name}"));
    }
    if let Some((module, function)) =
        name.rsplit_once("::").filter(|(_, last)| words(last) && last.matches('_').count() > 2)
    {
        return in_module(module, function, files);
    }
    let is_module = name.contains("::") && !name.contains(|sign: char| "(<*\"".contains(sign));
    (is_module && !files.keys().any(|path| is_in(path, &files[path], name)))
        .then(|| format!("there is no module {name}"))
}

fn is_page(place: &str) -> bool {
    ["ui/tests", "tests/", "tests-browser/"].iter().any(|start| place.starts_with(start)) && !place.ends_with(".rs")
}

fn in_page(place: &str, title: &str, files: &Files) -> Option<String> {
    let stem = place.trim_start_matches("ui/").trim_end_matches(".ts").trim_end_matches(".test");
    let page =
        [format!("ui/{stem}.test.ts"), format!("ui/{stem}.ts")].into_iter().find(|path| files.contains_key(path));
    let Some(page) = page else { return Some(format!("there is no file {place}")) };
    // What is put in when a title is made (`${engine}: …`) stands in none, and what is left out of one may stand anywhere.
    let there = title.split('…').all(|piece| files[&page].contains(piece.trim()));
    (!there).then(|| format!("{page} has no test {title:?}"))
}

fn in_module(module: &str, name: &str, files: &Files) -> Option<String> {
    let there = files.iter().any(|(path, text)| is_in(path, text, module) && defines(text, name));
    (!there).then(|| format!("no function {name} is in {module}"))
}

/// Whether a file is the module's, or below it: each word of it is a folder, a file or a module in the file.
fn is_in(path: &str, text: &str, module: &str) -> bool {
    let crates = ["wingman", "core", "wingman-core", "wingman-headless", "wingman-supply"];
    let words = module.split([' ', ':']).filter(|word| !word.is_empty() && !crates.contains(word));
    // `attempt_tests.rs` is `attempt`'s, split off for its length.
    let steps: Vec<&str> =
        path.trim_end_matches(".rs").split('/').flat_map(|step| [step, step.trim_end_matches("_tests")]).collect();
    let words: Vec<&str> = words.collect();
    path.ends_with(".rs") && words.iter().all(|word| steps.contains(word) || text.contains(&format!("mod {word} ")))
}

/// Whether a text has a function of this name, or one that begins so.
fn defines(text: &str, name: &str) -> bool {
    match name.strip_suffix('…') {
        Some(beginning) => text.contains(&format!("fn {beginning}")),
        None => text.contains(&format!("fn {name}(")),
    }
}

#[test]
fn every_test_that_is_named_is_there() {
    let root = root();
    let mut files = Files::new();
    for place in PLACES {
        gather(&root.join(place), &root, &mut files);
    }
    for document in DOCUMENTS {
        let text = fs::read_to_string(root.join(document)).expect("it is in the checkout");
        let names = names(&text);
        assert!(names.len() > 10, "{document} names tests, and this must read them: {names:?}");
        let faults: Vec<String> = names.iter().filter_map(|name| fault(name, &files)).collect();
        assert!(faults.is_empty(), "{document} promises what no test shows: {faults:#?}");
    }
}

#[test]
fn a_test_that_was_renamed_or_is_nowhere_is_found() {
    let files = Files::from([
        ("src-tauri/core/src/auth/attempt.rs".to_owned(), "mod tests {\n fn ten_minutes_end_it() {}".to_owned()),
        ("ui/tests/drafts.test.ts".to_owned(), "it('keeps each chat’s words', …)".to_owned()),
    ]);
    for sound in [
        "auth::attempt: ten_minutes_end_it",
        "auth::attempt: ten_minutes_…",
        "ten_minutes_end_it",
        "auth::attempt",
        "tests/drafts",
        "ui/tests/drafts.test.ts",
        "tests/drafts: keeps each chat’s…",
        "$HOME",
        "secure_delete",
    ] {
        assert_eq!(fault(sound, &files), None, "{sound} is there, or no test's name");
    }
    for gone in [
        "auth::attempt: ten_minutes_end_all",
        "auth::attempt: ten_minutes",
        "auth::callback: ten_minutes_end_it",
        "nine_minutes_end_it",
        "nine_minutes_…",
        "auth::callback",
        "tests/words",
        "tests/drafts: keeps no words",
    ] {
        assert!(fault(gone, &files).is_some(), "{gone} is nowhere, and somebody relies on it");
    }
}

#[test]
fn names_are_read_from_the_last_cell_alone() {
    let table = "| `code` | test |\n|---|---|\n| of `this` | `a: b_c_d`; `e_f_g` (why) |\nand `no_table_here`\n";
    assert_eq!(names(table), ["a: b_c_d", "e_f_g"], "a promise quotes what it likes");
}
