//! This checkout itself: its lock files keep the rules, each part of it has a licence with its text, and its bill of
//! materials is one by CycloneDX's own schema.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;
use wingman_supply::lock::{Exceptions, Lock, manifest_faults, settings_faults};
use wingman_supply::{Checkout, Kind, Part, bill, notices, parts};

/// The folders with packages of npm's, and what is excepted there.
const NPM: [(&str, Exceptions<'static>); 2] = [
    // Its text is the MIT licence's, and its manifest forgets to say so.
    ("ui", Exceptions { scripts: &[], licenses: &["khroma"] }),
    // GitHub's own licence, which lets it be passed on unmodified; the licence itself lies beside it.
    ("xtask/runtime", Exceptions { scripts: &[], licenses: &["@github/copilot"] }),
];

fn checkout() -> Checkout {
    Checkout::here().expect("the tests run in a checkout, with a compiler")
}

fn all() -> Vec<Part> {
    parts(&checkout()).expect("each part of this checkout has a licence and a text")
}

fn text_of<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn every_npm_package_is_pinned_by_its_hash_and_runs_nothing_by_itself() {
    let checkout = checkout();
    for (folder, exceptions) in NPM {
        let read = |file: &str| checkout.read(&format!("{folder}/{file}")).unwrap();
        let lock = Lock::parse(&read("package-lock.json")).unwrap();
        assert!(!lock.packages.is_empty(), "a lock file that pins nothing would pass every rule");
        assert_eq!(lock.faults(exceptions), Vec::<String>::new(), "{folder}/package-lock.json");
        assert_eq!(manifest_faults(&read("package.json")).unwrap(), Vec::<String>::new(), "{folder}/package.json");
        assert_eq!(settings_faults(&read(".npmrc")), Vec::<String>::new(), "{folder}/.npmrc");
    }
}

#[test]
fn no_other_lock_file_of_npm_s_is_in_the_checkout() {
    let listed = checkout().path(".");
    let output = Command::new("git").args(["ls-files"]).current_dir(listed).output().unwrap();
    let files = String::from_utf8(output.stdout).unwrap();
    let folders: BTreeSet<&str> = files
        .lines()
        .filter_map(|file| file.strip_suffix("/package.json"))
        .filter(|folder| !folder.contains("node_modules"))
        .collect();
    let known: BTreeSet<&str> = NPM.iter().map(|(folder, _)| *folder).collect();
    assert_eq!(folders, known, "one that is not looked at could bring in anything");
}

#[test]
fn every_part_has_a_licence_with_its_text() {
    let parts = all();
    for (kind, at_least) in [(Kind::Runtime, 1), (Kind::Crate, 300), (Kind::Npm, 50), (Kind::Library, 4)] {
        let found = parts.iter().filter(|part| part.kind == kind).count();
        assert!(found >= at_least, "{found} of {kind:?}: what is not looked at has no licence either");
    }
    for part in parts.iter().filter(|part| part.is_passed_on()) {
        assert!(!part.licence.is_empty(), "{} {} names no licence", part.name, part.version);
        assert!(
            part.texts.iter().any(|text| text.len() > 100),
            "{} {} has no text of its licence, only {:?}",
            part.name,
            part.version,
            part.texts
        );
    }
    let cipher = parts.iter().find(|part| part.name == "sqlcipher").expect("the database is SQLCipher");
    assert!(
        cipher.texts.iter().any(|text| text.to_uppercase().contains("ZETETIC")),
        "the licence of the sources that a crate carries counts, not only the crate's own"
    );
    let list: Value = serde_json::from_slice(&notices::list(&parts).unwrap()).unwrap();
    let passed_on = parts.iter().filter(|part| part.is_passed_on()).count();
    assert_eq!(list["parts"].as_array().unwrap().len(), passed_on, "the list under About has each of them");
}

#[test]
fn the_bill_names_what_is_shipped_with_version_licence_and_hash() {
    let parts = all();
    let bill: Value = serde_json::from_slice(&bill::write(&parts, "1.2.3").unwrap()).unwrap();
    let components = bill["components"].as_array().unwrap();
    assert_eq!(components.len(), parts.len(), "nothing is left out");
    for (name, kind) in [
        ("tauri", "crate"),
        ("rusqlite", "crate"),
        ("svelte", "npm"),
        ("mermaid", "npm"),
        ("sqlcipher", "library"),
        ("sqlite", "library"),
        ("openssl", "library"),
    ] {
        let found = components.iter().find(|component| text_of(component, "name") == name);
        let found = found.unwrap_or_else(|| panic!("{name} is in what is shipped"));
        let properties = found["properties"].as_array().unwrap();
        assert!(
            properties.contains(&serde_json::json!({"name": "wingman:kind", "value": kind})),
            "{name} is a {kind}: {properties:?}"
        );
        assert!(!text_of(found, "version").is_empty(), "a weakness is told by versions: {found}");
    }
    let runtime =
        components.iter().find(|component| text_of(component, "name").starts_with("@github/copilot-")).unwrap();
    assert_eq!(text_of(&runtime["hashes"][0], "alg"), "SHA-256", "the very file that is shipped can be checked");
    for component in components {
        let archive = ["pkg:cargo/", "pkg:npm/"].iter().any(|start| text_of(component, "purl").starts_with(start));
        assert!(
            !archive || component["hashes"].is_array(),
            "what was fetched has the hash of its lock file: {component}"
        );
        assert!(component["licenses"].is_array(), "each has a licence: {component}");
    }
    for tool in ["vite", "proptest", "wingman-e2e", "serde_derive"] {
        let found = components.iter().any(|component| text_of(component, "name") == tool);
        assert!(!found, "{tool} is a tool of ours, and nobody is given it");
    }
}

#[test]
fn the_bill_is_one_by_cyclonedx_s_own_schema() {
    let folder = tempfile::tempdir().unwrap();
    let judge = |bill: &[u8]| {
        let file = folder.path().join("bill.json");
        std::fs::write(&file, bill).unwrap();
        let script = checkout().path("supply/tests/schema.mjs");
        let judged = Command::new("node").arg(script).arg(&file).output().expect("node builds the pages, too");
        (
            judged.status.success(),
            String::from_utf8_lossy(&judged.stdout).into_owned() + &String::from_utf8_lossy(&judged.stderr),
        )
    };
    let bill = bill::write(&all(), "1.2.3").unwrap();
    let (is_one, told) = judge(&bill);
    assert!(is_one, "{told}");

    let mut broken: Value = serde_json::from_slice(&bill).unwrap();
    broken["components"][0]["licenses"] = serde_json::json!([{"expression": 7}]);
    let (is_one, told) = judge(&serde_json::to_vec(&broken).unwrap());
    assert!(!is_one && told.contains("licenses"), "the schema must see a bill that is none: {told}");
}
