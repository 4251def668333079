//! The long runs: the same tests as in a suite, with so many more cases that no suite could wait for them.
//!
//! A test looks at [`LONG`] for how much it does, and prints what it has done. To add one, write it so, and name it in
//! [`RUNS`].

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::node;
use crate::packages::Purpose;
use crate::process::{self, announce};
use crate::project::Project;
use crate::run;
use crate::toolchain;

/// Set while a long run is under way.
const LONG: &str = "WINGMAN_SOAK";

/// A long run: what it is called, and the tests in it.
struct Run {
    name: &'static str,
    tests: Tests,
}

enum Tests {
    /// As nextest selects them.
    Rust(&'static str),
    /// A file of the pages' tests in real browsers.
    Browser(&'static str),
}

const RUNS: &[Run] = &[
    Run { name: "kill", tests: Tests::Rust("package(wingman-core) and test(/^kill::killed_at_any_moment/)") },
    Run {
        name: "kill-migrating",
        tests: Tests::Rust("package(wingman-core) and test(/^kill::killed_while_it_migrates/)"),
    },
    Run { name: "kill-window", tests: Tests::Rust("package(wingman-e2e) and test(/killed_with_its_window/)") },
    Run { name: "full-disk", tests: Tests::Rust("package(wingman-core) and test(/^trouble::a_full_disk/)") },
    Run { name: "power", tests: Tests::Rust("package(wingman-core) and test(/store::tests::power/)") },
    Run { name: "flood", tests: Tests::Rust("package(wingman-core) and test(/^flood::/)") },
    Run { name: "flood-window", tests: Tests::Rust("package(wingman-e2e) and test(/flood_/)") },
    Run { name: "deep-link", tests: Tests::Rust("package(wingman-core) and binary(deep_link)") },
    Run { name: "hostile", tests: Tests::Rust("package(wingman-core) and test(/^render::corpus_tests/)") },
    Run { name: "hostile-browsers", tests: Tests::Browser("tests-browser/hostile.test.ts") },
];

/// Runs all of them one after another, or those that are named; each tells its figures, and all of them run whatever
/// becomes of one.
pub fn soak(project: &Project, names: &[String], list: bool) -> Result<()> {
    if list {
        for run in RUNS {
            println!("{}", run.name);
        }
        return Ok(());
    }
    if let Some(unknown) = names.iter().find(|name| RUNS.iter().all(|run| run.name != **name)) {
        bail!("there is no long run called `{unknown}`; `cargo xtask soak --list` names them");
    }
    let chosen: Vec<&Run> =
        RUNS.iter().filter(|run| names.is_empty() || names.iter().any(|name| name == run.name)).collect();
    run::set_up(project, Purpose::Test)?;
    toolchain::install_test_tools(project)?;
    node::build_pages(project)?;
    announce("Building");
    process::run(project.cargo().args(["build", "--workspace", "--bins", "--tests"]))?;

    let (mut passed, mut failed) = (0_u32, 0_u32);
    for run in chosen {
        announce(&format!("Soaking: {}", run.name));
        let start = Instant::now();
        let (well, said) = begin(project, run)?;
        for figure in figures(&said) {
            println!("    {figure}");
        }
        if well {
            passed += 1;
        } else {
            failed += 1;
            print!("{said}");
        }
        println!("{}  {} ({})", if well { "passed" } else { "FAILED" }, run.name, minutes(start.elapsed()));
    }
    println!("\n{passed} passed, {failed} failed");
    if failed > 0 {
        bail!("{failed} of the long runs failed");
    }
    Ok(())
}

/// Whether it went well, and all that it said.
fn begin(project: &Project, run: &Run) -> Result<(bool, String)> {
    let mut command: Command = match run.tests {
        Tests::Rust(selected) => {
            let mut nextest = project.cargo();
            nextest.args(["nextest", "run", "--workspace", "--no-fail-fast", "--no-capture", "--profile", "soak"]);
            nextest.args(["--filterset", selected]);
            nextest
        }
        Tests::Browser(file) => {
            let mut npm = node::npm(project, "ui");
            npm.args(["run", "test:browser", "--", file]);
            npm
        }
    };
    let output = command.env(LONG, "1").stdin(Stdio::null()).stderr(Stdio::piped()).stdout(Stdio::piped()).output()?;
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    Ok((output.status.success(), said))
}

/// What tests print of themselves: lines with a number in them that are no harness's.
fn figures(said: &str) -> impl Iterator<Item = &str> {
    let harness = |line: &str| {
        let first = line.split_whitespace().next().unwrap_or_default();
        line.is_empty()
            || first.chars().all(|letter| letter.is_ascii_uppercase() || letter == '─')
            || ["running", "test", "Nextest", "Summary", "Starting", "Finished", "info:", "warning:"].contains(&first)
            || line.starts_with('─')
    };
    said.lines()
        .map(str::trim)
        .filter(move |line| !harness(line) && line.contains(|letter: char| letter.is_ascii_digit()))
}

fn minutes(time: Duration) -> String {
    format!("{}:{:02} min", time.as_secs() / 60, time.as_secs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_of_a_run_are_told_and_no_harness_s_lines() {
        let said = "    Finished `test` profile [unoptimized] target(s) in 0.39s\nrunning 1 test\n\
            200 kills survived (44 of them in a start), seed 7\ntest kill::a ... ok\n\
            PASS [ 300.1s] (1/1) wingman-core::copilot kill::a\nSummary [ 300.1s] 1 test run: 1 passed\n";
        let told: Vec<&str> = figures(said).collect();
        assert_eq!(told, ["200 kills survived (44 of them in a start), seed 7"], "one line, the one that counts");
    }

    #[test]
    fn every_long_run_has_a_name_of_its_own() {
        for (place, run) in RUNS.iter().enumerate() {
            assert!(RUNS[..place].iter().all(|other| other.name != run.name), "{} is named twice", run.name);
        }
    }
}
