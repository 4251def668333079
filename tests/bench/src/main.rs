//! Wingman's speed and memory, measured on this machine against the machine's own floor, in the same run.
//!
//! `cargo xtask bench [-- --samples 10 --only first-word --json]` builds what is needed and runs this. How each figure
//! is taken is said in the module that takes it, and in short in `README.md` beside this crate.
//!
//! Knows Wingman as a person does: its program, its window's accessible names. The sandbox serves both sides.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a table is what this program is for")]

mod cost;
mod figures;
mod first_word;
mod lab;
mod long_chat;
mod memory;
mod processes;
mod script;
mod searching;
mod start;
mod table;
mod typing;
mod ui_thread;
mod years;

use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::{Parser, ValueEnum};

use lab::Lab;
use table::Row;

#[derive(Parser)]
#[command(about = "Measures Wingman against the floor of this machine")]
struct Arguments {
    /// How often each figure is taken
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    samples: u16,
    /// Take only this figure; may be given several times
    #[arg(long)]
    only: Vec<Figure>,
    /// Print JSON, with every sample, instead of the table
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Figure {
    /// From the program's start until its composer takes keys
    Start,
    /// From the click on Send to the first visible word
    FirstWord,
    /// Memory of the whole process tree
    Memory,
    /// Work of the page's main thread for a long answer
    UiThread,
    /// A key in the composer while an answer streams
    Typing,
    /// Opening and scrolling a chat of 2,000 turns
    LongChat,
    /// Search over 100,000 turns
    Search,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Each cause, and never a backtrace.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<()> {
    ensure!(!cfg!(debug_assertions), "a debug build has no speed worth a figure: use cargo xtask bench");
    let samples = usize::from(arguments.samples);
    let wanted = |figure: Figure| arguments.only.is_empty() || arguments.only.contains(&figure);

    eprintln!("A desktop, a sandbox, a signed-in account…");
    let lab = Lab::new().await?;
    let mut rows: Vec<Row> = Vec::new();
    if wanted(Figure::Start) {
        rows.extend(start::measure(&lab, samples).await?);
    }
    if wanted(Figure::FirstWord) {
        rows.extend(first_word::measure(&lab, samples).await?);
    }
    if wanted(Figure::Memory) {
        rows.extend(memory::measure(&lab, samples).await?);
    }
    if wanted(Figure::UiThread) {
        rows.extend(ui_thread::measure(&lab, samples).await?);
    }
    if wanted(Figure::Typing) {
        rows.extend(typing::measure(&lab, samples).await?);
    }
    // These fill the database, so they come last.
    if wanted(Figure::LongChat) {
        rows.extend(long_chat::measure(&lab, samples).await?);
    }
    if wanted(Figure::Search) {
        rows.extend(searching::measure(&lab, samples).await?);
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else {
        print!("{}", table::markdown(&rows, samples));
    }
    Ok(())
}
