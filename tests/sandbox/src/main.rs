//! The sandbox as a program: prints one line of JSON with its URL when it listens, and ends on Ctrl-C or with the
//! process that it was started for.

use std::{path::PathBuf, process::Command, time::Duration};

use anyhow::Context as _;
use clap::Parser;
use wingman_sandbox::{Options, Sandbox};

/// A local GitHub and Copilot to sign in to and chat with.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The loopback port; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Ends when this process ends.
    #[arg(long, value_name = "PID")]
    parent_pid: Option<u32>,
    /// Keeps tokens in this file, so that who signed in stays signed in at the next start.
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let options = Options { port: arguments.port, keep: arguments.keep, ..Options::default() };
    let sandbox =
        Sandbox::start(options).await.with_context(|| format!("cannot listen on 127.0.0.1:{}", arguments.port))?;
    announce(&sandbox);
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => stopped.context("cannot wait for Ctrl-C")?,
        () = end_of(arguments.parent_pid) => {}
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the line that whoever started it waits for")]
fn announce(sandbox: &Sandbox) {
    println!("{}", serde_json::json!({ "url": sandbox.url(), "pid": std::process::id() }));
}

/// Returns once the process is gone; never without one.
async fn end_of(process: Option<u32>) {
    let Some(process) = process else {
        return std::future::pending().await;
    };
    while tokio::task::spawn_blocking(move || runs(process)).await.unwrap_or(false) {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Whether the process runs. On Linux a dead one that nobody has waited for does not count.
fn runs(process: u32) -> bool {
    if cfg!(target_os = "linux") {
        let stat = std::fs::read_to_string(PathBuf::from(format!("/proc/{process}/stat"))).unwrap_or_default();
        // `PID (name) STATE …`, and the name may hold anything.
        return stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']));
    }
    let asked = if cfg!(windows) {
        Command::new("tasklist")
            .args(["/NH", "/FO", "CSV", "/FI", &format!("PID eq {process}")])
            .output()
            .map(|output| String::from_utf8_lossy(&output.stdout).contains(&format!("\"{process}\"")))
    } else {
        Command::new("kill").args(["-0", &process.to_string()]).output().map(|output| output.status.success())
    };
    asked.unwrap_or(true) // cannot ask: rather stay than end under a running app
}
