//! The npm packages in the pages.

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::checkout::Checkout;
use crate::lock::{Lock, Package};
use crate::part::{Hash, Kind, Part, hex};
use crate::texts;

/// Every package that is no tool: what the lock file does not mark `dev`. Some of it may be left out of the pages, but
/// nothing else gets into them (`ui/build/shipped.ts` fails the build).
pub(crate) fn shipped(checkout: &Checkout) -> Result<Vec<Part>> {
    let lock = Lock::parse(&checkout.read("ui/package-lock.json")?)?;
    let mut parts = Vec::new();
    for package in lock.packages.iter().filter(|package| !package.dev) {
        parts.push(part(checkout, package).with_context(|| format!("{} {}", package.name, package.version))?);
    }
    Ok(parts)
}

/// The package URL of an npm package; a scope's sign is written by its number there.
pub(crate) fn purl(name: &str, version: &str) -> String {
    format!("pkg:npm/{}@{version}", name.replace('@', "%40"))
}

/// A hash of npm's lock file in hexadecimal digits.
pub(crate) fn hash(integrity: &str) -> Option<Hash> {
    let bytes = BASE64_STANDARD.decode(integrity.strip_prefix("sha512-")?).ok()?;
    (bytes.len() == 64).then(|| Hash::Sha512(hex(&bytes)))
}

fn part(checkout: &Checkout, package: &Package) -> Result<Part> {
    let folder = checkout.path("ui").join(&package.path);
    let manifest = std::fs::read_to_string(folder.join("package.json")).context("it is not installed")?;
    let manifest: serde_json::Value = serde_json::from_str(&manifest).context("its package.json")?;
    let mut texts = texts::found(&folder, None)?;
    let licence = package.license.clone().or_else(|| (!texts.is_empty()).then(|| "see its text".to_owned()));
    let licence = licence.context("it names no licence, and carries none")?;
    if texts.is_empty() {
        let author = &manifest["author"];
        let author = author.as_str().or_else(|| author["name"].as_str()).unwrap_or("its authors");
        let whose =
            format!("{} is by {author}, and carries no text of its licence. This is the one it names:", package.name);
        texts = texts::standard(&licence, &whose)?;
    }
    let source = manifest["repository"]["url"].as_str().or_else(|| manifest["repository"].as_str());
    Ok(Part {
        name: package.name.clone(),
        version: package.version.clone(),
        kind: Kind::Npm,
        licence,
        source: source.or_else(|| manifest["homepage"].as_str()).map(address),
        hash: package.integrity.as_deref().and_then(hash),
        texts,
        purl: purl(&package.name, &package.version),
        needs: Vec::new(),
        linkage: None,
    })
}

/// A repository as a browser opens it: npm's manifests write `git+https://…`, `github:owner/name` and `owner/name`.
fn address(written: &str) -> String {
    let plain = written.trim_start_matches("git+").trim_end_matches(".git");
    let plain = plain
        .replace("git://", "https://")
        .replace("ssh://git@", "https://")
        .replace("git@github.com:", "https://github.com/");
    if plain.contains("://") { plain } else { format!("https://github.com/{}", plain.trim_start_matches("github:")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_a_browser_opens() {
        for written in [
            "git+https://github.com/a/b.git",
            "git://github.com/a/b.git",
            "github:a/b",
            "a/b",
            "git+ssh://git@github.com/a/b.git",
        ] {
            assert_eq!(address(written), "https://github.com/a/b", "{written}");
        }
    }

    #[test]
    fn a_scope_is_written_as_package_urls_have_it() {
        assert_eq!(
            purl("@primer/octicons", "1.2.3"),
            "pkg:npm/%40primer/octicons@1.2.3",
            "an @ would begin the version"
        );
    }
}
