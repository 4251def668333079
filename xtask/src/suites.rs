//! Every check and every test, in the order in which a failure is cheapest to find.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::node;
use crate::packages::Purpose;
use crate::process::{self, announce};
use crate::project::Project;
use crate::run;
use crate::supply;
use crate::toolchain;

const STORIES: &str = "package(wingman-e2e)";
const ALL_BUT_STORIES: &str = "not package(wingman-e2e)";
/// What needs no display, no Copilot server and no proxy.
const UNIT: &str = "not package(/^wingman-(e2e|headless|bench|shared-runtime|company)$/)";

/// What deny.toml says, without the advisories, whose database is on the network. What it excuses must be there.
const DENY: [&str; 11] = [
    "deny",
    "--locked",
    "check",
    "--hide-inclusion-graph",
    "--deny",
    "unmatched-skip",
    "--deny",
    "license-not-encountered",
    "licenses",
    "sources",
    "bans",
];

/// Runs all suites, or with `fast` those that need no desktop. Stops at the first that fails, and names it.
pub fn test(project: &Project, fast: bool) -> Result<()> {
    if fast {
        run::set_up(project, Purpose::Run)?;
        toolchain::install_test_tools(project)?;
    } else {
        run::set_up(project, Purpose::Test)?;
        toolchain::install_deny(project)?;
    }

    let mut report = Report::default();
    report.suite("Rust format", project.cargo().args(["fmt", "--all", "--check"]))?;
    if !fast {
        report.suite("Crates", project.cargo().args(DENY))?;
    }
    report.suite("UI types", node::npm(project, "ui").args(["run", "check"]))?;
    report.suite("UI lints", node::npm(project, "ui").args(["run", "lint"]))?;
    // The shell's crate embeds the pages, and does not compile without them.
    node::build_pages(project)?;
    supply::write_licences(project)?;
    report.suite(
        "Rust lints",
        project.cargo().args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]),
    )?;
    if !fast {
        // One build for everything below, the programs that tests start included: all of it has the same features.
        report.suite("Build", project.cargo().args(["build", "--workspace", "--bins", "--tests"]))?;
    }
    report.suite("Rust tests", nextest(project).args(["--filterset", if fast { UNIT } else { ALL_BUT_STORIES }]))?;
    report.suite("UI tests", node::npm(project, "ui").arg("test"))?;
    if !fast {
        report.suite("UI in real browsers", node::npm(project, "ui").args(["run", "test:browser"]))?;
        report.suite("Stories on the headless desktop", nextest(project).args(["--filterset", STORIES]))?;
    }
    report.print();
    Ok(())
}

/// nextest on the whole workspace: narrowed by a filter, never by `--package`, which would build with other features.
fn nextest(project: &Project) -> Command {
    let mut command = project.cargo();
    command.args(["nextest", "run", "--workspace"]);
    command
}

/// What has passed, and how long it took.
#[derive(Default)]
struct Report {
    passed: Vec<(&'static str, Duration)>,
}

impl Report {
    fn suite(&mut self, name: &'static str, command: &mut Command) -> Result<()> {
        announce(&format!("{name}: {}", process::line(command)));
        let start = Instant::now();
        if let Err(error) = process::run(command) {
            self.print();
            bail!("{name}: FAILED. {error}");
        }
        self.passed.push((name, start.elapsed()));
        Ok(())
    }

    fn print(&self) {
        println!();
        for (name, duration) in &self.passed {
            println!("passed  {name} ({:.1} s)", duration.as_secs_f32());
        }
    }
}
