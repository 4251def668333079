//! What the tests need of Rust beyond the compiler.

use anyhow::{Result, bail};

use crate::process::{self, announce};
use crate::project::Project;

/// Rust's formatter, linter and test runner, each installed when missing.
pub fn install_test_tools(project: &Project) -> Result<()> {
    for (tool, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if process::succeeds(project.cargo().args([tool, "--version"])) {
            continue;
        }
        if !process::is_installed("rustup") {
            bail!("`cargo {tool}` is missing, and so is rustup, which installs it: see https://rustup.rs");
        }
        announce(&format!("Installing {component}"));
        process::run(project.command("rustup").args(["component", "add", component]))?;
    }
    if !process::succeeds(project.cargo().args(["nextest", "--version"])) {
        announce("Installing cargo-nextest, which runs the tests (compiled once, this takes some minutes)");
        process::run(project.cargo().args(["install", "cargo-nextest", "--locked"]))?;
    }
    Ok(())
}

/// What checks licences, sources and duplicates of the crates. Pinned, because another version may judge otherwise.
const DENY: &str = "0.20.2";

/// Installs cargo-deny, unless this very version is there. It is compiled in two to four minutes; optimised less than
/// its makers do, for it runs for seconds.
pub fn install_deny(project: &Project) -> Result<()> {
    if process::is_installed("cargo-deny") {
        let there = process::output(project.cargo().args(["deny", "--version"]))?;
        if there.trim() == format!("cargo-deny {DENY}") {
            return Ok(());
        }
    }
    announce("Installing cargo-deny, which judges the crates (compiled once, this takes some minutes)");
    let mut cargo = project.cargo();
    cargo.args(["install", "cargo-deny", "--locked", "--version", DENY]);
    cargo.envs([
        ("CARGO_PROFILE_RELEASE_LTO", "off"),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ]);
    process::run(&mut cargo)
}
