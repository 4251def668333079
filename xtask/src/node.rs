//! Node and npm: the pages' packages and their build.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process::{self, announce};
use crate::project::Project;
use crate::stamp::Stamp;

/// The oldest Node that Vite and npm's lock file work with.
const OLDEST_MAJOR: u32 = 20;

/// npm, to be run in a folder of the checkout.
pub fn npm(project: &Project, folder: &str) -> Command {
    let mut command = project.command(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(project.path(folder));
    command
}

/// Checks for Node and installs the pages' packages exactly as the lock file names them.
pub fn install(project: &Project) -> Result<()> {
    let version = check(project)?;
    let inputs = ["ui/package-lock.json", "ui/.npmrc"].map(|file| project.path(file));
    let stamp = Stamp::of(project, "npm-ci", &inputs, &version)?;
    if stamp.is_fresh() && project.path("ui/node_modules").is_dir() {
        return Ok(());
    }
    announce("Installing the npm packages of ui/");
    process::run(npm(project, "ui").args(["ci", "--no-audit", "--no-fund"]))?;
    stamp.keep()
}

/// Builds the pages that the program embeds, unless they are as they were.
pub fn build_pages(project: &Project) -> Result<()> {
    let stamp = Stamp::of(project, "ui-build", &sources(project)?, "")?;
    if stamp.is_fresh() && project.path("ui/dist/index.html").is_file() {
        return Ok(());
    }
    announce("Building the pages");
    process::run(npm(project, "ui").args(["run", "build"]))?;
    stamp.keep()
}

/// All of `ui/` but what is made from it: a build that looks at one file more needs no change here.
fn sources(project: &Project) -> Result<Vec<PathBuf>> {
    let mut sources = vec![project.path("icons/icon.svg")];
    for entry in fs::read_dir(project.path("ui")).context("reading ui/")? {
        let entry = entry?;
        if !["node_modules", "dist"].iter().any(|made| entry.file_name() == *made) {
            sources.push(entry.path());
        }
    }
    sources.sort();
    Ok(sources)
}

/// Node's version as it prints it, when it is recent enough.
fn check(project: &Project) -> Result<String> {
    if !process::is_installed("node") {
        bail!("Node {OLDEST_MAJOR} or newer is needed and was not found: https://nodejs.org, or your package manager");
    }
    let version = process::output(project.command("node").arg("--version"))?;
    let version = version.trim();
    if major(version).is_none_or(|major| major < OLDEST_MAJOR) {
        bail!("Node {OLDEST_MAJOR} or newer is needed, this is {version}: https://nodejs.org, or your package manager");
    }
    Ok(version.to_owned())
}

fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_says_its_version_with_a_v() {
        assert_eq!(major("v20.20.2"), Some(20), "`node --version` prints a v first");
        assert_eq!(major("v8.0.0"), Some(8), "a one-digit major is older, not unknown");
        assert_eq!(major("unknown"), None, "what is no version must not pass for a new one");
    }
}
