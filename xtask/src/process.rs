//! Starting other programs, with errors that a newcomer can act on.

use std::env;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result, bail};

/// Says what is being done, before it is.
pub fn announce(step: &str) {
    println!("==> {step}");
}

/// Runs to the end with the terminal's input and output; anything but success is an error that names the command.
pub fn run(command: &mut Command) -> Result<()> {
    let status = wait(command)?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Runs to the end with the terminal's input and output, and hands back how it ended.
pub fn wait(command: &mut Command) -> Result<ExitStatus> {
    command.status().map_err(|error| explain(&error, command))
}

/// What a program prints on its standard output, when it succeeds.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| explain(&error, command))?;
    if !output.status.success() {
        bail!("`{}` failed ({})", line(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` printed something else than text", line(command)))
}

/// Whether a program starts and succeeds; what it prints is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Whether a program of this name stands in a folder of `PATH`.
pub fn is_installed(program: &str) -> bool {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| is_program(&folder.join(&name))))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// The command as a person would type it; only its last path component stands for the program.
pub fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![program.file_stem().unwrap_or(command.get_program()).to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

fn explain(error: &std::io::Error, command: &Command) -> anyhow::Error {
    let program = command.get_program().to_string_lossy();
    // The system gives the same error for a missing folder as for a missing program.
    if let Some(folder) = command.get_current_dir().filter(|folder| !folder.is_dir()) {
        return anyhow::anyhow!("`{program}` should run in {}, which is missing", folder.display());
    }
    if error.kind() == ErrorKind::NotFound {
        anyhow::anyhow!("`{program}` is not installed, or not in a folder of PATH")
    } else {
        anyhow::anyhow!("`{program}` could not be started: {error}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_missing_is_named() {
        let error = run(&mut Command::new("no-such-program-here")).expect_err("there is no such program");
        assert_eq!(
            error.to_string(),
            "`no-such-program-here` is not installed, or not in a folder of PATH",
            "a person must learn what to install, not an error number"
        );
    }

    #[test]
    fn a_missing_folder_is_not_mistaken_for_a_missing_program() {
        let error = run(Command::new("npm").current_dir("/no/such/folder")).expect_err("there is no such folder");
        assert!(error.to_string().contains("/no/such/folder"), "installing npm again would not help: {error}");
    }

    #[test]
    fn a_command_reads_as_it_would_be_typed() {
        let mut command = Command::new("/opt/rust/bin/cargo");
        command.args(["build", "-p", "wingman"]);
        assert_eq!(line(&command), "cargo build -p wingman", "a failed step must be easy to repeat by hand");
    }
}
