//! The Copilot runtime, as it lies beside the program.

use std::fs;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::checkout::Checkout;
use crate::lock::Lock;
use crate::npm;
use crate::part::{Hash, Kind, Part, hex};
use crate::texts;

/// npm's name of the package for each target.
const PLATFORMS: [(&str, &str); 6] = [
    ("x86_64-unknown-linux-gnu", "linux-x64"),
    ("aarch64-unknown-linux-gnu", "linux-arm64"),
    ("x86_64-apple-darwin", "darwin-x64"),
    ("aarch64-apple-darwin", "darwin-arm64"),
    ("x86_64-pc-windows-msvc", "win32-x64"),
    ("aarch64-pc-windows-msvc", "win32-arm64"),
];

/// The runtime, by the hash of the very file that is shipped.
pub(crate) fn shipped(checkout: &Checkout) -> Result<Part> {
    let target = checkout.target();
    let (_, platform) =
        PLATFORMS.iter().find(|(triple, _)| *triple == target).with_context(|| format!("no runtime for {target}"))?;
    let name = format!("@github/copilot-{platform}");
    let lock = Lock::parse(&checkout.read("xtask/runtime/package-lock.json")?)?;
    let package =
        lock.packages.iter().find(|package| package.name == name).context("the runtime is not in its lock file")?;
    let folder = checkout.path("target/runtime").join(&package.version);
    let bytes =
        fs::read(folder.join("runtime.node")).context("the runtime is not there: `cargo xtask setup` fetches it")?;
    let texts = texts::found(&folder, None)?;
    anyhow::ensure!(!texts.is_empty(), "the runtime's licence does not lie beside it");
    Ok(Part {
        name: name.clone(),
        version: package.version.clone(),
        kind: Kind::Runtime,
        licence: "GitHub Copilot CLI License".to_owned(),
        source: Some("https://github.com/github/copilot-cli".to_owned()),
        hash: Some(Hash::Sha256(hex(&Sha256::digest(&bytes)))),
        texts,
        purl: npm::purl(&name, &package.version),
        needs: Vec::new(),
        linkage: Some("loaded at run time, unmodified"),
    })
}
