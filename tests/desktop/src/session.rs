//! The running session: process 1 of a namespace (or a marked tree of processes) with bus, X server,
//! keychain and window manager in it. Knows its folders; the desktop is built on it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{self, Child, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use crate::artifacts;
use crate::folders::Folders;
use crate::options::{Isolation, Keychain, Options};
use crate::processes::{self, Home};
use crate::wait;

const SCRIPT: &str = include_str!("session.sh");
const START: Duration = Duration::from_secs(30);
const END: Duration = Duration::from_secs(15);

/// A session that runs. Ends when dropped, or by [`Session::end`].
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) name: String,
    pub(crate) folders: Folders,
    home: Home,
    display: String,
    language: Mutex<String>,
    leader: Mutex<Option<Child>>,
}

impl Session {
    pub(crate) async fn start(options: &Options) -> Result<Self> {
        let folders = Folders::make(options)?;
        let namespace = options.isolation == Isolation::Automatic && may_make_namespaces().await;
        let keychain = if options.keychain == Keychain::Absent { "absent" } else { "unlocked" };
        let size = format!("{}x{}", options.size.0, options.size.1);
        let isolation = if namespace { "namespace" } else { "marks" };

        let mut command = if namespace {
            let mut command = process::Command::new("unshare");
            command.args(["--pid", "--fork", "--kill-child", "--mount-proc", "bash"]);
            command
        } else {
            process::Command::new("bash")
        };
        let log = fs::File::create(folders.log().join("session.log"))?;
        command
            .args(["-c", SCRIPT, "session", isolation, &size, keychain])
            .env_clear()
            .envs(folders.environment())
            .env("LANG", format!("{}.UTF-8", options.language))
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            // A key press that ends the test must reach the session as the end of its input, not as a signal.
            .process_group(0);
        let leader = command.spawn().context("cannot start the session")?;

        let mut session = Self {
            name: options.name.clone(),
            home: Home::Marked(folders.root().to_path_buf()),
            folders,
            display: String::new(),
            language: Mutex::new(options.language.clone()),
            leader: Mutex::new(Some(leader)),
        };
        session.display = wait::until("the session to start", START, async || session.display_when_ready())
            .await
            .with_context(|| session.keep_logs())?;
        if namespace {
            let outer = session.leader().as_ref().map(Child::id).context("the session ended")?;
            session.home = Home::namespace_of_child(outer)?;
        }
        Ok(session)
    }

    fn display_when_ready(&self) -> Result<Option<String>> {
        if let Ok(display) = fs::read_to_string(self.folders.inner("ready")) {
            return Ok(Some(display));
        }
        if let Some(leader) = self.leader().as_mut()
            && let Some(status) = leader.try_wait()?
        {
            bail!("the session ended while it started ({status})");
        }
        Ok(None)
    }

    fn leader(&self) -> MutexGuard<'_, Option<Child>> {
        self.leader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The language, as a locale without its encoding, for programs started from now on.
    pub(crate) fn set_language(&self, language: &str) -> Result<()> {
        self.folders.offer_language(language)?;
        language.clone_into(&mut self.language.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }

    /// A command that runs in the session: its namespace, its home as the working folder, its environment
    /// and nothing else. Killed when its handle is dropped; standard input is empty.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = match &self.home {
            Home::Namespace { leader, .. } => {
                let mut command = Command::new("nsenter");
                let target = leader.to_string();
                // nsenter has to fork to enter; the signal at its death keeps its child from outliving it.
                command.args(["--target", &target, "--pid", "--mount", "--", "setpriv", "--pdeathsig", "KILL", "--"]);
                command.arg("env").arg("-C").arg(self.folders.home()).arg(program);
                command
            }
            Home::Marked(_) => {
                let mut command = Command::new(program);
                command.current_dir(self.folders.home());
                command
            }
        };
        let language = self.language.lock().unwrap_or_else(PoisonError::into_inner).clone();
        command
            .env_clear()
            .envs(self.folders.environment())
            .env("DISPLAY", &self.display)
            .env("LANGUAGE", &language)
            .env("LANG", format!("{language}.UTF-8"))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Runs a command of the session to its end and returns what it printed; an error holds what it complained.
    pub(crate) async fn run(&self, program: &str, arguments: &[&str], limit: Duration) -> Result<String> {
        let output = tokio::time::timeout(limit, self.command(program).args(arguments).output())
            .await
            .with_context(|| format!("{program} did not end within {} s", limit.as_secs_f32()))?
            .with_context(|| format!("cannot run {program}"))?;
        if !output.status.success() {
            bail!("{program} failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Every process of the session.
    pub(crate) fn processes(&self) -> Vec<processes::Process> {
        processes::of(&self.home)
    }

    /// Keeps the logs for the person who reads about a failure. Returns what to tell them.
    pub(crate) fn keep_logs(&self) -> String {
        match artifacts::keep_logs(&self.name, &self.folders.log()) {
            Ok(folder) => format!("logs: {}", folder.display()),
            Err(error) => format!("the logs could not be kept: {error:#}"),
        }
    }

    /// Ends every process of the session and waits until all are gone. Ending twice does nothing.
    pub(crate) fn end(&self) {
        let Some(mut leader) = self.leader().take() else { return };
        if std::thread::panicking() {
            self.keep_logs();
        }
        drop(leader.stdin.take());
        let start = Instant::now();
        while start.elapsed() < END {
            match leader.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(5)),
                Ok(Some(_)) | Err(_) => return,
            }
        }
        // The polite way took too long. A namespace dies with its first process; marked processes one by one.
        let _ = leader.kill();
        for process in self.processes() {
            let _ = process::Command::new("kill").args(["-KILL", &process.pid.to_string()]).status();
        }
        let _ = leader.wait();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.end();
    }
}

/// Whether this user may make a process namespace and mount a `/proc` for it; as a rule only root may.
async fn may_make_namespaces() -> bool {
    let mut command = Command::new("unshare");
    command.args(["--pid", "--fork", "--kill-child", "--mount-proc", "true"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().await.is_ok_and(|status| status.success())
}
