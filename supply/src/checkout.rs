//! The checkout that is looked at, and for which machine.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// A checkout, and the target that it is built for.
pub struct Checkout {
    root: PathBuf,
    target: String,
}

impl Checkout {
    /// A checkout in a folder, built for the machine that this runs on.
    pub fn at(root: impl Into<PathBuf>) -> Result<Self> {
        let root = root.into();
        let told = output(Command::new("rustc").arg("-vV").current_dir(&root))?;
        let host = told.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
        Ok(Self { root, target: host.to_owned() })
    }

    /// The checkout in which this crate lies.
    pub fn here() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        Self::at(Path::new(&manifest).parent().context("this crate lies in the root of the checkout")?)
    }

    /// The target's triple.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// A path below the root.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The text of a file below the root.
    pub fn read(&self, relative: &str) -> Result<String> {
        fs::read_to_string(self.path(relative)).with_context(|| format!("reading {relative}"))
    }

    /// cargo, to be run in the root.
    pub fn cargo(&self) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root);
        cargo
    }
}

/// What a program prints on its standard output, when it succeeds.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("starting {name}"))?;
    ensure!(output.status.success(), "{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    String::from_utf8(output.stdout).with_context(|| format!("{name} printed something else than text"))
}
