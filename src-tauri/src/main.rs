//! Wingman, the program. All it does itself is switch off core dumps and put the environment in order while there is a
//! single thread; and with `--store-runtime-token` or `--store-proxy-password` it opens no window and takes a secret into
//! the keychain, with `--read-pdf` it opens none and reads a PDF for the one that has.

#![cfg_attr(all(not(debug_assertions), windows), windows_subsystem = "windows")]

use std::process::ExitCode;

#[allow(clippy::print_stderr, reason = "there is no folder for a log and no window yet")]
fn main() -> ExitCode {
    wingman::switch_off_core_dumps();
    // Before anything of a person's is looked for: a PDF is anybody's program.
    if std::env::args_os().skip(1).eq([wingman::pdf::ARGUMENT]) {
        return wingman::pdf::serve();
    }
    let Some(start) = wingman::Start::read() else {
        eprintln!("Wingman needs a home folder, and the system names none. Set HOME and start it again.");
        return ExitCode::FAILURE;
    };
    start.clean_environment();
    // Alone, as a deep link would be: beside anything else it is none of ours.
    let mut arguments = std::env::args_os().skip(1);
    if let (Some(argument), None) = (arguments.next(), arguments.next())
        && let Some(what) = wingman::asked_for(&argument)
    {
        return wingman::store_secret(&start, what);
    }
    wingman::run(start)
}
