//! What Wingman is made of, written down: the list of third-party licences that *About* shows, and for a package the
//! bill of materials. Reading crates and packages is `wingman-supply`'s; this knows when it is to be done.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::process::{self, announce};
use crate::project::Project;
use crate::stamp::Stamp;

/// Where the app looks for the list in a checkout, and where a package takes it from.
pub const LICENCES: &str = "target/licences/licences.json.gz";

/// Writes the list of licences, unless it is of these very lock files.
pub fn write_licences(project: &Project) -> Result<()> {
    let mut inputs: Vec<PathBuf> =
        ["Cargo.lock", "ui/package-lock.json", "xtask/runtime/package-lock.json"].map(|file| project.path(file)).into();
    inputs.push(project.path("supply/src"));
    let stamp = Stamp::of(project, "licences", &inputs, "")?;
    let file = project.path(LICENCES);
    if stamp.is_fresh() && file.is_file() {
        return Ok(());
    }
    announce("Writing the list of third-party licences");
    start(project, &["--notices".as_ref(), file.as_os_str()])?;
    stamp.keep()
}

/// Writes the bill of materials into a file.
pub fn write_bill(project: &Project, file: &Path) -> Result<()> {
    announce("Writing the bill of materials");
    start(project, &["--bill".as_ref(), file.as_os_str()])
}

fn start(project: &Project, arguments: &[&std::ffi::OsStr]) -> Result<()> {
    // For the whole workspace, as the tests are built: no dependency is compiled twice.
    process::run(project.cargo().args(["build", "--workspace", "--bin", "wingman-supply"]))?;
    process::run(project.command(project.program(false, "wingman-supply")).args(arguments))
}
