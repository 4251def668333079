//! Wingman, the program. All it does itself is put the environment in order while there is a single thread.

#![cfg_attr(all(not(debug_assertions), windows), windows_subsystem = "windows")]

use std::process::ExitCode;

#[allow(clippy::print_stderr, reason = "there is no folder for a log and no window yet")]
fn main() -> ExitCode {
    let Some(start) = wingman::Start::read() else {
        eprintln!("Wingman needs a home folder, and the system names none. Set HOME and start it again.");
        return ExitCode::FAILURE;
    };
    start.clean_environment();
    wingman::run(start)
}
