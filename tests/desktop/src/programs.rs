//! The programs a desktop is made of. Asked first, so that a machine that lacks some hears of all at once.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// Needed by every desktop; all of them come with the packages that the set-up installs.
const NEEDED: [&str; 25] = [
    "Xvfb",
    "WebKitWebDriver",
    "bash",
    "chromedriver",
    "chromium",
    "dbus-daemon",
    "env",
    "gdbus",
    "gio",
    "gnome-keyring-daemon",
    "grep",
    "import",
    "mkfifo",
    "nsenter",
    "openbox",
    "secret-tool",
    "setpriv",
    "strace",
    "unshare",
    "update-desktop-database",
    "wmctrl",
    "xdg-mime",
    "xdg-open",
    "xdotool",
    "xprop",
];

/// Fails with the list of missing programs and the command that installs them.
pub(crate) fn check() -> Result<()> {
    let missing = missing(&NEEDED, &folders());
    if missing.is_empty() {
        return Ok(());
    }
    bail!(
        "the headless desktop needs programs that are not installed: {}\nInstall them with: cargo xtask setup",
        missing.join(", ")
    )
}

/// The search path of the session: the person's own, plus the system's folders.
pub(crate) fn search_path() -> String {
    let path = env::var("PATH").unwrap_or_default();
    format!("{path}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
}

fn folders() -> Vec<PathBuf> {
    env::split_paths(&search_path()).collect()
}

fn missing<'a>(names: &[&'a str], folders: &[PathBuf]) -> Vec<&'a str> {
    names.iter().copied().filter(|name| !folders.iter().any(|folder| is_program(&folder.join(name)))).collect()
}

fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_missing_program_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("Xvfb"), "").unwrap();
        let missing = missing(&["Xvfb", "openbox", "wmctrl"], &[folder.path().to_path_buf()]);
        assert_eq!(missing, ["openbox", "wmctrl"], "what is there is not asked for, what is not there is all listed");
    }
}
