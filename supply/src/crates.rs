//! The crates in the program.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::checkout::{Checkout, output};
use crate::part::{Hash, Kind, Part};
use crate::texts;

/// Every crate that is linked into the program, as a release build has it: no macros, no build scripts, no tests. And
/// those that carry C sources for one of them (`sqlcipher-src`), for these are in the program, too.
pub(crate) fn shipped(checkout: &Checkout) -> Result<Vec<Part>> {
    let metadata = metadata(checkout)?;
    let checksums = checksums(&checkout.read("Cargo.lock")?)?;
    let mut names = tree(checkout, "normal,no-proc-macro")?;
    names.extend(tree(checkout, "normal,build,no-proc-macro")?.into_iter().filter(|(name, _)| name.ends_with("-src")));

    let packages: BTreeMap<_, _> = metadata.packages.iter().map(|package| (key(package), package)).collect();
    let mut parts = Vec::new();
    for name in &names {
        let package = packages.get(name).with_context(|| format!("cargo tells nothing of {} {}", name.0, name.1))?;
        // What has no source is this workspace's own.
        if package.source.is_some() {
            let hash = checksums.get(name).cloned().map(Hash::Sha256);
            parts.push(part(package, hash, needs(&metadata, package, &names))?);
        }
    }
    Ok(parts)
}

type Key = (String, String);

fn key(package: &Package) -> Key {
    (package.name.clone(), package.version.to_string())
}

fn purl((name, version): &Key) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

fn part(package: &Package, hash: Option<Hash>, needs: Vec<String>) -> Result<Part> {
    let name = format!("{} {}", package.name, package.version);
    let folder = package.manifest_path.parent().context("a manifest lies in a folder")?;
    // `/` is what crates wrote before SPDX's expressions.
    let licence = package.license.as_deref().unwrap_or_default().replace('/', " OR ");
    let named = package.license_file.as_deref().map(AsRef::as_ref);
    let carries_sources = ["-sys", "-src"].iter().any(|end| package.name.ends_with(end));
    let mut texts = if carries_sources {
        texts::found_with_sources(folder.as_std_path(), named)?
    } else {
        texts::found(folder.as_std_path(), named)?
    };
    if texts.is_empty() {
        let whose = if package.authors.is_empty() { "its authors".to_owned() } else { package.authors.join(", ") };
        let whose =
            format!("{} is by {whose}, and carries no text of its licence. This is the one it names:", package.name);
        texts = texts::standard(&licence, &whose).with_context(|| format!("{name} has no text of its licence"))?;
    }
    Ok(Part {
        name: package.name.clone(),
        version: package.version.to_string(),
        kind: Kind::Crate,
        licence: if licence.is_empty() { "see its text".to_owned() } else { licence },
        source: package.repository.clone().or_else(|| package.homepage.clone()),
        hash,
        texts,
        purl: purl(&key(package)),
        needs,
        linkage: None,
    })
}

fn needs(metadata: &Metadata, package: &Package, shipped: &BTreeSet<Key>) -> Vec<String> {
    let Some(resolve) = &metadata.resolve else { return Vec::new() };
    let node = resolve.nodes.iter().find(|node| node.id == package.id);
    let mut needs: Vec<String> = node
        .into_iter()
        .flat_map(|node| &node.deps)
        .filter(|dep| {
            dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
                || metadata[&dep.pkg].name.ends_with("-src")
        })
        .map(|dep| key(&metadata[&dep.pkg]))
        .filter(|key| shipped.contains(key))
        .map(|key| purl(&key))
        .collect();
    needs.sort();
    needs.dedup();
    needs
}

fn metadata(checkout: &Checkout) -> Result<Metadata> {
    let options = ["--locked", "--filter-platform", checkout.target()].map(str::to_owned);
    let mut command = MetadataCommand::new();
    command.manifest_path(checkout.path("Cargo.toml")).other_options(options);
    command.exec().context("asking cargo about the crates")
}

/// What cargo would compile for the program, by name and version.
fn tree(checkout: &Checkout, edges: &str) -> Result<BTreeSet<Key>> {
    let mut cargo = checkout.cargo();
    cargo.args(["tree", "--locked", "--package", "wingman", "--features", "custom-protocol"]);
    cargo.args(["--target", checkout.target(), "--edges", edges, "--prefix", "none", "--format", "{p}"]);
    Ok(in_tree(&output(&mut cargo)?))
}

/// `name v1.2.3`, and what stands behind it: a path, `(*)`.
fn in_tree(lines: &str) -> BTreeSet<Key> {
    let keys = lines.lines().filter_map(|line| {
        let (name, rest) = line.split_once(' ')?;
        let version = rest.split(' ').next()?.strip_prefix('v')?;
        Some((name.to_owned(), version.to_owned()))
    });
    keys.collect()
}

/// The hash of each crate's archive.
fn checksums(lock: &str) -> Result<BTreeMap<Key, String>> {
    let lock: toml::Table = lock.parse().context("Cargo.lock is no TOML")?;
    let packages = lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock lists no package")?;
    let text = |package: &toml::Value, key: &str| package.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let sums = packages
        .iter()
        .filter_map(|package| Some(((text(package, "name")?, text(package, "version")?), text(package, "checksum")?)));
    Ok(sums.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_prints_of_its_tree_is_read_with_and_without_what_stands_behind() {
        let tree =
            in_tree("wingman v0.1.0 (/somewhere)\nserde v1.0.2\nserde v1.0.2 (*)\nsqlcipher-src v4.1.0+sqlite-3.5\n");
        let names: Vec<_> = tree.iter().map(|(name, version)| format!("{name}@{version}")).collect();
        assert_eq!(names, ["serde@1.0.2", "sqlcipher-src@4.1.0+sqlite-3.5", "wingman@0.1.0"], "each once");
    }
}
