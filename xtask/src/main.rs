//! The one entry for people and CI: `cargo xtask run`, `cargo xtask test` and what they are made of.
//!
//! Knows the checkout and the machine, and starts the other crates as programs; none of them knows it. Nothing is
//! done twice: each step looks first whether its result is already there.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for the terminal: telling what it does is its job"
)]

mod client;
mod icons;
mod node;
mod package;
mod packages;
mod process;
mod project;
mod run;
mod runtime;
mod soak;
mod stamp;
mod suites;
mod supply;
mod toolchain;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use packages::Purpose;
use project::Project;

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "Sets up, runs and tests Wingman", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what building and running needs: system packages, npm packages, the Copilot runtime
    Setup {
        /// Install what the tests need, too
        #[arg(long)]
        test: bool,
    },
    /// Build Wingman and start it; without a configured OAuth client, on the built-in sandbox
    Run {
        /// Build with optimisations, as shipped
        #[arg(long)]
        release: bool,
    },
    /// Run every check and every test, the stories on a headless desktop included
    Test {
        /// Only the lints and the unit tests
        #[arg(long)]
        fast: bool,
    },
    /// Run the long forms of the tests: hundreds of kills, floods, everything that takes more than a suite can wait for
    Soak {
        /// Those of this name only
        names: Vec<String>,
        /// Name them
        #[arg(long)]
        list: bool,
    },
    /// Measure a release build against the machine's floor
    Bench {
        /// Passed on to wingman-bench
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Build the package that people install, its bill of materials and the hashes of both, in target/package
    Package {
        /// Without optimisations: to try the packaging itself
        #[arg(long)]
        debug: bool,
    },
    /// Write the TypeScript types and the permissions of the commands anew
    Generate,
    /// Draw every size of the icon anew from icons/icon.svg
    Icons,
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Each cause on a line of its own, and never a backtrace: a newcomer has to act on this.
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            eprintln!("\nerror: {}", causes.join("\n  because: "));
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    let project = Project::find()?;
    match task {
        Task::Setup { test } => {
            run::set_up(&project, if test { Purpose::Test } else { Purpose::Run })?;
            println!("Ready. Start Wingman with `cargo xtask run`.");
            Ok(())
        }
        Task::Run { release } => run::run(&project, release),
        Task::Test { fast } => suites::test(&project, fast),
        Task::Soak { names, list } => soak::soak(&project, &names, list),
        Task::Bench { arguments } => run::bench(&project, &arguments),
        Task::Package { debug } => package::package(&project, debug),
        Task::Generate => run::generate(&project),
        Task::Icons => icons::draw(&project),
    }
}
