//! A package that people install: the program, the Copilot runtime beside it, the licences, and next to the package
//! its bill of materials and the hashes of both.
//!
//! The bundling is tauri's own. It is told here, and not in `tauri.conf.json`, what lies beside the program: a build
//! of every day would copy 140 MB otherwise.

use std::env::consts::OS;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::packages::Purpose;
use crate::process::{self, announce};
use crate::project::Project;
use crate::run;
use crate::runtime;
use crate::supply;

/// Builds the package for this system into `target/package/`. A debug build is for trying the packaging itself.
pub fn package(project: &Project, debug: bool) -> Result<()> {
    let kind = match OS {
        "linux" => "deb",
        "macos" => "app",
        "windows" => "nsis",
        other => bail!("Wingman runs on Linux, macOS and Windows, this is {other}"),
    };
    run::set_up(project, Purpose::Run)?;
    run::build_app(project, !debug)?;
    supply::write_licences(project)?;

    announce(&format!("Bundling ({kind})"));
    let home = project.path("target/package");
    fs::create_dir_all(&home)?;
    let overlay = home.join("bundle.json");
    fs::write(&overlay, beside_the_program())?;
    // Started in the root, for it looks for `src-tauri` below the folder that it is started in.
    let mut tauri = project.command("node");
    tauri.arg("ui/node_modules/@tauri-apps/cli/tauri.js").args(["bundle", "--ci", "--bundles", kind, "--config"]);
    tauri.arg(&overlay);
    if debug {
        tauri.arg("--debug");
    }
    process::run(&mut tauri)?;

    let folder = project.built(!debug).join("bundle").join(kind);
    let made = newest(&folder).with_context(|| format!("tauri left nothing in {}", folder.display()))?;
    let name = made.file_name().context("a package has a name")?.to_owned();
    let package = home.join(&name);
    if made.is_dir() {
        println!("{} is a folder: sign it, and put it into an image", made.display());
    } else {
        fs::copy(&made, &package).with_context(|| format!("writing {}", package.display()))?;
    }
    let bill = home.join("wingman.cdx.json");
    supply::write_bill(project, &bill)?;
    let listed: Vec<PathBuf> = [package, bill].into_iter().filter(|file| file.is_file()).collect();
    let mut sums = String::new();
    for file in &listed {
        let name = file.file_name().context("a file has a name")?.to_string_lossy();
        let _ = writeln!(sums, "{}  {name}", runtime::hash_of(file)?); // writing to a String cannot fail
    }
    fs::write(home.join("SHA256SUMS"), sums)?;
    fs::remove_file(overlay)?;
    for file in listed {
        println!("{}", file.display());
    }
    Ok(())
}

/// What lies beside the program, unmodified, by the place that the app looks in.
fn beside_the_program() -> String {
    let runtime = format!("../target/runtime/{}", runtime::VERSION);
    let resources = [
        (format!("{runtime}/runtime.node"), "runtime.node"),
        (format!("{runtime}/LICENSE.md"), "LICENSE-copilot-runtime.md"),
        (format!("../{}", supply::LICENCES), "licences.json.gz"),
        ("../LICENSE".to_owned(), "LICENSE"),
    ];
    let lines: Vec<String> = resources.iter().map(|(from, to)| format!("{from:?}: {to:?}")).collect();
    format!("{{\"bundle\": {{\"resources\": {{{}}}}}}}\n", lines.join(", "))
}

/// What was made last: an older version's package may lie there, too.
fn newest(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let packages = entries.filter(|entry| {
        entry.path().extension().is_some_and(|ending| ["deb", "app", "exe"].iter().any(|it| ending == *it))
    });
    packages.max_by_key(|entry| entry.metadata().and_then(|about| about.modified()).ok()).map(|entry| entry.path())
}
