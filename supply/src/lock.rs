//! npm's lock file, and the rules that ours keep: what `npm audit signatures` and a reviewer would look for, without
//! the network. A weakness that became known after the lock file was written is not among them.

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};
use spdx::{Expression, ParseMode};

/// The licences that a package may have, tools included.
const LICENSES: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "BlueOak-1.0.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Python-2.0",
    "Unlicense",
    "Zlib",
];

/// Lifecycle scripts: what npm would run by itself.
const BY_ITSELF: [&str; 7] =
    ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare", "prepublish"];

/// What is allowed besides, each for a reason that stands where it is listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exceptions<'a> {
    /// Packages that may carry a script for their installation. It is never run: `ignore-scripts`.
    pub scripts: &'a [&'a str],
    /// Packages, by the beginning of their names, whose licence is none of SPDX's.
    pub licenses: &'a [&'a str],
}

/// A lock file as npm 7 and newer write it.
#[derive(Debug)]
pub struct Lock {
    /// Every package but the root.
    pub packages: Vec<Package>,
}

/// One package of a lock file.
#[derive(Debug, Default)]
pub struct Package {
    /// Where it is installed, below the folder of the lock file.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// A tool: nothing of it is shipped.
    pub dev: bool,
    /// The hash of its archive.
    pub integrity: Option<String>,
    /// An SPDX expression.
    pub license: Option<String>,
    /// Where it was fetched; left out for what the registry has.
    pub resolved: Option<String>,
    /// A folder of this computer, or part of another package's archive: under no hash of its own.
    pub within: bool,
    /// Whether it wants to run a script when it is installed.
    pub script: bool,
}

impl Lock {
    /// Reads a lock file; an older format is an error, for it has other rules.
    pub fn parse(text: &str) -> Result<Self> {
        let lock: Value = serde_json::from_str(text).context("the lock file is no JSON")?;
        anyhow::ensure!(lock["lockfileVersion"] == 3, "the lock file is not of version 3");
        let packages = lock["packages"].as_object().context("the lock file has no packages")?;
        let packages = packages.iter().filter(|(path, _)| !path.is_empty());
        Ok(Self { packages: packages.map(|(path, package)| Package::parse(path, package)).collect() })
    }

    /// What breaks a rule, each as a sentence that names the package.
    pub fn faults(&self, exceptions: Exceptions<'_>) -> Vec<String> {
        self.packages
            .iter()
            .flat_map(|package| package.faults(exceptions).into_iter().map(|fault| format!("{} {fault}", package.path)))
            .collect()
    }
}

impl Package {
    fn parse(path: &str, package: &Value) -> Self {
        let text = |key: &str| package[key].as_str().map(str::to_owned);
        let is = |key: &str| package[key] == true;
        let place = path.rsplit_once("node_modules/").map_or(path, |(_, name)| name);
        Self {
            path: path.to_owned(),
            // Another name than its folder's stands there for an alias.
            name: text("name").unwrap_or_else(|| place.to_owned()),
            version: text("version").unwrap_or_default(),
            dev: is("dev"),
            integrity: text("integrity"),
            license: text("license"),
            resolved: text("resolved"),
            within: is("link") || is("inBundle"),
            script: is("hasInstallScript"),
        }
    }

    fn faults(&self, exceptions: Exceptions<'_>) -> Vec<String> {
        let mut faults = Vec::new();
        let integrity = self.integrity.as_deref().unwrap_or_default();
        if !integrity.starts_with("sha512-") || integrity.contains(' ') || crate::npm::hash(integrity).is_none() {
            faults.push("has no SHA-512 of its archive".to_owned());
        }
        if let Some(resolved) = &self.resolved {
            // Of what the registry has, `omit-lockfile-registry-resolved` leaves the address out.
            faults.push(format!("comes from {resolved}, and not from the registry"));
        }
        if self.within {
            faults.push("is no archive of its own".to_owned());
        }
        let place = self.path.rsplit_once("node_modules/").map_or(self.path.as_str(), |(_, name)| name);
        if place != self.name {
            faults.push(format!("is {} under another name", self.name));
        }
        if !is_exact(&self.version) {
            faults.push(format!("has no version but {:?}", self.version));
        }
        if self.script && !exceptions.scripts.contains(&self.name.as_str()) {
            faults.push("wants to run a script when it is installed".to_owned());
        }
        let excepted = exceptions.licenses.iter().any(|start| self.name.starts_with(start));
        if !excepted && !self.license.as_deref().is_some_and(may_be_used) {
            faults.push(format!("has the licence {:?}", self.license.as_deref().unwrap_or("none")));
        }
        faults
    }
}

/// What in a `package.json` breaks a rule: a version that is not exact, another source than the registry, a script
/// that npm would run by itself.
pub fn manifest_faults(text: &str) -> Result<Vec<String>> {
    let manifest: Value = serde_json::from_str(text).context("package.json is no JSON")?;
    let none = Map::new();
    let table = |key: &str| manifest[key].as_object().unwrap_or(&none).clone();
    let mut faults = Vec::new();
    for kind in ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] {
        for (name, version) in table(kind) {
            if !version.as_str().is_some_and(is_exact) {
                faults.push(format!("{name} is not pinned to one version: {version}"));
            }
        }
    }
    for (name, _) in table("scripts").iter().filter(|(name, _)| BY_ITSELF.contains(&name.as_str())) {
        faults.push(format!("npm runs {name} by itself"));
    }
    for key in ["overrides", "bundleDependencies", "bundledDependencies", "workspaces"] {
        if !manifest[key].is_null() {
            faults.push(format!("{key} can bring in what no rule looks at"));
        }
    }
    Ok(faults)
}

/// What in an `.npmrc` breaks a rule: scripts that may run, a registry or a secret that is written down.
pub fn settings_faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let lines: Vec<(&str, &str)> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with(['#', ';']))
        .map(|line| line.split_once('=').map_or((line, ""), |(key, value)| (key.trim(), value.trim())))
        .collect();
    for wanted in ["ignore-scripts", "omit-lockfile-registry-resolved"] {
        let values: Vec<&str> = lines.iter().filter(|(key, _)| *key == wanted).map(|(_, value)| *value).collect();
        if values != ["true"] {
            faults.push(format!("{wanted} is not true"));
        }
    }
    for (key, _) in lines {
        if key.contains("registry") && key != "omit-lockfile-registry-resolved" || key.contains("auth") {
            faults.push(format!("{key} is each computer's own to say"));
        }
    }
    faults
}

/// A version, and no range, tag, address or alias.
fn is_exact(version: &str) -> bool {
    cargo_metadata::semver::Version::parse(version).is_ok()
}

fn may_be_used(license: &str) -> bool {
    Expression::parse_mode(license, ParseMode::LAX).is_ok_and(|expression| {
        expression.evaluate(|wanted| wanted.license.id().is_some_and(|id| LICENSES.contains(&id.name)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str =
        "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";

    fn faults(package: &str) -> Vec<String> {
        let text =
            format!("{{\"lockfileVersion\": 3, \"packages\": {{\"\": {{}}, \"node_modules/demo\": {package}}}}}");
        Lock::parse(&text).unwrap().faults(Exceptions::default())
    }

    fn sound(more: &str) -> String {
        format!("{{\"version\": \"1.2.3\", \"integrity\": \"{HASH}\", \"license\": \"MIT\"{more}}}")
    }

    #[test]
    fn a_sound_package_has_no_fault() {
        assert_eq!(faults(&sound("")), Vec::<String>::new(), "the rules must let through what keeps them");
        assert_eq!(faults(&sound("").replace("MIT", "(MIT OR GPL-3.0-only)")), Vec::<String>::new(), "one may choose");
    }

    #[test]
    fn each_rule_finds_what_breaks_it() {
        let broken = [
            (sound("").replace("sha512-", "sha1-"), "SHA-512"),
            (sound("").replace(HASH, "sha512-AAAA"), "SHA-512"),
            (format!("{{\"version\": \"1.2.3\", \"license\": \"MIT\", \"x\": \"{HASH}\"}}"), "SHA-512"),
            (sound(", \"resolved\": \"git+ssh://example.test/a.git#1\""), "not from the registry"),
            (sound(", \"resolved\": \"file:../demo\""), "not from the registry"),
            (sound(", \"resolved\": \"http://example.test/demo.tgz\""), "not from the registry"),
            (sound(", \"link\": true"), "no archive"),
            (sound(", \"inBundle\": true"), "no archive"),
            (sound(", \"name\": \"something-else\""), "under another name"),
            (sound(", \"hasInstallScript\": true"), "run a script"),
            (sound("").replace("MIT", "GPL-3.0-only"), "the licence \"GPL-3.0-only\""),
            (sound("").replace("MIT", "MIT AND GPL-3.0-only"), "the licence"),
            (sound("").replace("\"license\": \"MIT\"", "\"x\": 1"), "the licence \"none\""),
            (sound("").replace("1.2.3", "git+https://example.test"), "no version"),
        ];
        for (package, sign) in broken {
            let found = faults(&package);
            assert!(
                found.len() == 1 && found[0].starts_with("node_modules/demo ") && found[0].contains(sign),
                "{package} must be told for {sign:?}, and for that alone: {found:?}"
            );
        }
    }

    #[test]
    fn an_exception_holds_for_the_package_that_it_names() {
        let text = format!(
            "{{\"lockfileVersion\": 3, \"packages\": {{\"node_modules/demo\": {}}}}}",
            sound(", \"hasInstallScript\": true")
        );
        let lock = Lock::parse(&text).unwrap();
        let none = lock.faults(Exceptions { scripts: &["demo"], licenses: &[] });
        assert_eq!(none, Vec::<String>::new(), "it was looked at");
        let one = lock.faults(Exceptions { scripts: &["dem"], licenses: &["another"] });
        assert_eq!(one.len(), 1, "a name that begins alike is another package: {one:?}");
    }

    #[test]
    fn what_a_manifest_or_settings_leave_open_is_found() {
        let open = r#"{"dependencies": {"a": "^1.0.0", "b": "github:x/y", "c": "1.0.0", "d": "npm:e@1.0.0", "f": "latest"},
            "scripts": {"postinstall": "x", "build": "y"}, "overrides": {"a": "2.0.0"}}"#;
        let found = manifest_faults(open).unwrap();
        assert_eq!(found.len(), 6, "four versions, a script and the overrides: {found:?}");
        assert_eq!(
            settings_faults("registry=https://example.test\n//example.test/:_authToken=x\nignore-scripts=false\n")
                .len(),
            4,
            "a registry, a secret, scripts that run, and addresses in the lock file"
        );
        assert_eq!(
            settings_faults("# why\nignore-scripts=true\nomit-lockfile-registry-resolved = true\n"),
            Vec::<String>::new(),
            "this is how it should be"
        );
    }

    #[test]
    fn an_older_lock_file_is_refused() {
        Lock::parse(r#"{"lockfileVersion": 1, "dependencies": {}}"#).expect_err("its rules would be others");
    }
}
