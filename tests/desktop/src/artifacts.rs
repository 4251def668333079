//! Where screenshots and the logs of a failed story go. Knows nobody.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result};

/// The folder for what stories leave behind: `WINGMAN_ARTIFACTS`, else `artifacts/` of the checkout, which git ignores.
pub fn artifacts_folder() -> PathBuf {
    env::var_os("WINGMAN_ARTIFACTS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../artifacts"), PathBuf::from)
}

/// The path of an artifact, its folder made. Every character that is awkward in a file name becomes a dash.
pub(crate) fn artifact(name: &str, extension: &str) -> Result<PathBuf> {
    let folder = artifacts_folder();
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let folder = folder.canonicalize()?;
    let name: String =
        name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' }).collect();
    Ok(folder.join(format!("{name}{extension}")))
}

/// Copies the regular files of `logs` into the artifacts under `name` and returns the copy's folder.
pub(crate) fn keep_logs(name: &str, logs: &Path) -> Result<PathBuf> {
    let target = artifact(&format!("{name}-logs"), "")?;
    fs::create_dir_all(&target)?;
    for entry in fs::read_dir(logs)?.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            fs::copy(entry.path(), target.join(entry.file_name()))?;
        }
    }
    Ok(target)
}
