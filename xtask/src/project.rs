//! Where things are in this checkout.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

/// The checkout that this program was started from.
pub struct Project {
    root: PathBuf,
    build: PathBuf,
}

impl Project {
    /// Finds the checkout through the variable that `cargo run` sets, so that a checkout that was moved is found
    /// again without a build.
    pub fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest).parent().context("xtask lies in the root of the checkout")?.to_owned();
        // <build>/debug/xtask: right whatever cargo's configuration says about the target folder.
        let program = env::current_exe().context("where is this program?")?;
        let build = program.ancestors().nth(2).context("this program lies in cargo's target folder")?.to_owned();
        Ok(Self { root, build })
    }

    /// A path below the root of the checkout.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Cargo's folder of what is built for a profile, `debug` or `release`.
    pub fn built(&self, release: bool) -> PathBuf {
        self.build.join(if release { "release" } else { "debug" })
    }

    /// A built program.
    pub fn program(&self, release: bool, name: &str) -> PathBuf {
        self.built(release).join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// A program to be started in the root of the checkout.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// The cargo that runs us, as if a person had typed it: what `cargo run` says about this crate is taken out of
    /// the environment, because build scripts watch such variables and would run again each time.
    pub fn cargo(&self) -> Command {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.current_dir(&self.root);
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(describes_this_crate) {
                command.env_remove(name);
            }
        }
        command
    }
}

fn describes_this_crate(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_")
        || ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_BIN_NAME", "CARGO_CRATE_NAME"].contains(&variable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nested_cargo_keeps_what_a_person_configured() {
        assert!(describes_this_crate("CARGO_PKG_VERSION"), "this crate's version would make build scripts run again");
        assert!(!describes_this_crate("CARGO_TARGET_DIR"), "a person's own target folder must hold for every build");
        assert!(!describes_this_crate("CARGO_HOME"), "the registry's cache must be found");
    }
}
