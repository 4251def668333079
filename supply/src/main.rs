//! `wingman-supply`, started by `cargo xtask`: writes the list of licences and the bill of materials.
#![allow(clippy::print_stdout, reason = "a tool for the terminal: telling what it did is its job")]

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Parser;

use wingman_supply::{Checkout, bill, notices, parts};

/// Writes down what Wingman is made of.
#[derive(Parser)]
struct Arguments {
    /// The checkout's folder
    #[arg(long, default_value = ".")]
    checkout: PathBuf,
    /// Where the list of third-party licences goes (JSON, gzip)
    #[arg(long)]
    notices: Option<PathBuf>,
    /// Where the bill of materials goes (CycloneDX JSON)
    #[arg(long)]
    bill: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let parts = parts(&Checkout::at(arguments.checkout)?)?;
    if let Some(file) = &arguments.notices {
        notices::write(&parts, file)?;
    }
    if let Some(file) = &arguments.bill {
        let bytes = bill::write(&parts, env!("CARGO_PKG_VERSION"))?;
        fs::write(file, bytes).with_context(|| format!("writing {}", file.display()))?;
    }
    println!("{} third-party parts", parts.len());
    Ok(())
}
