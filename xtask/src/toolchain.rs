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
