//! The program under test: started with its window driven from outside, or plainly as a person starts it;
//! looked at, ended politely, killed, started again in the same home.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tokio::process::Command;

use crate::driver::Driver;
use crate::session::Session;
use crate::system_calls::STRACE;
use crate::{Desktop, Page, Window, screen, wait};

const LIMIT: Duration = Duration::from_secs(15);

/// The program of that name that was built beside the running test: in the same target folder, of the same
/// profile. It is not built here, so that a test never measures or drives a half-built one.
pub fn built(name: &str) -> Result<PathBuf> {
    let test = std::env::current_exe().context("cannot tell where this test was built")?;
    let found = test.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.with_context(|| format!("there is no {name} beside this test; build it with: cargo build -p {name}"))
}

/// How a program is to be started; made by [`Desktop::app`].
#[derive(Clone, Debug)]
pub struct Launch {
    session: Arc<Session>,
    program: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(OsString, OsString)>,
    /// Where strace notes what it asks the kernel for.
    noted: Option<PathBuf>,
}

/// A program of the session, by its file: all its processes that run now.
#[derive(Clone, Debug)]
pub struct Program {
    session: Arc<Session>,
    path: PathBuf,
}

/// The app with its window driven through WebDriver. Its [`Page`] methods are at hand.
///
/// Dropping it kills the app, without an exit event; [`App::close`] is the polite way.
#[derive(Debug)]
pub struct App {
    page: Page,
    program: Program,
    driver: Driver,
}

impl Desktop {
    /// Prepares to start a program in the session; a relative path counts from the test's working folder.
    pub fn app(&self, program: impl Into<PathBuf>) -> Launch {
        Launch {
            session: Arc::clone(self.session()),
            program: program.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            noted: None,
        }
    }

    /// A program by its file, whoever started it: for an app that a link has started.
    pub fn program(&self, path: impl AsRef<Path>) -> Result<Program> {
        let path = path.as_ref();
        let path = path.canonicalize().with_context(|| format!("there is no program {}", path.display()))?;
        Ok(Program { session: Arc::clone(self.session()), path })
    }
}

impl Launch {
    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Adds an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Has noted, in this file, what it and everything that it starts ask the kernel for: see [`crate::SystemCalls`]. For
    /// [`Launch::spawn`] alone: driven from outside, a window listens to its driver.
    #[must_use]
    pub fn noted(mut self, file: impl Into<PathBuf>) -> Self {
        self.noted = Some(file.into());
        self
    }

    /// Starts the app through WebKitWebDriver and waits until its page is there. What it prints goes to
    /// `app.log` in [`Desktop::logs`].
    pub async fn start(&self) -> Result<App> {
        let program = self.program()?;
        let capabilities = json!({ "webkitgtk:browserOptions": { "binary": program.path, "args": self.arguments } });
        let prepare = |command: &mut Command| {
            command
                .envs(self.environment.iter().map(|(name, value)| (name, value)))
                .env("TAURI_WEBVIEW_AUTOMATION", "true");
        };
        let driver = Driver::start(&self.session, "WebKitWebDriver", "app.log", &capabilities, prepare)
            .await
            .with_context(|| self.session.keep_logs())?;
        let page = Page::new(driver.client.clone(), Arc::clone(&self.session));
        page.wait_until("document.readyState === 'complete' && location.href !== 'about:blank'").await?;
        Ok(App { page, program, driver })
    }

    /// Starts the app plainly, without WebDriver. What it prints goes to `app.log` in [`Desktop::logs`].
    /// It goes on running until it is ended or the desktop is dropped.
    pub fn spawn(&self) -> Result<Program> {
        let program = self.program()?;
        let log = File::options().create(true).append(true).open(self.session.folders.log().join("app.log"))?;
        let mut command = match &self.noted {
            None => self.session.command(&program.path),
            Some(file) => {
                let mut command = self.session.command("strace");
                command.args(STRACE).arg(file).arg("--").arg(&program.path);
                command
            }
        };
        command.args(&self.arguments).envs(self.environment.iter().map(|(name, value)| (name, value)));
        let mut child =
            command.kill_on_drop(false).stdout(log.try_clone()?).stderr(log).stdin(Stdio::null()).spawn()?;
        // Collects it when it ends: an ended process that nobody collects would stay in the table.
        tokio::spawn(async move { child.wait().await });
        Ok(program)
    }

    fn program(&self) -> Result<Program> {
        let path =
            self.program.canonicalize().with_context(|| format!("there is no program {}", self.program.display()))?;
        Ok(Program { session: Arc::clone(&self.session), path })
    }
}

impl Program {
    /// The ids of its processes, seen from the test; empty when it does not run.
    pub fn processes(&self) -> Vec<u32> {
        self.running().into_iter().map(|process| process.pid).collect()
    }

    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        !self.processes().is_empty()
    }

    /// Waits until it runs; 15 seconds at most.
    pub async fn wait_running(&self) -> Result<()> {
        wait::until(format!("{} to run", self.path.display()), LIMIT, async || Ok(self.is_running().then_some(())))
            .await
    }

    /// Waits until it has ended; 15 seconds at most.
    pub async fn wait_ended(&self) -> Result<()> {
        let what = format!("{} to end", self.path.display());
        wait::until(what, LIMIT, async || Ok((!self.is_running()).then_some(())))
            .await
            .with_context(|| self.session.keep_logs())
    }

    /// Its windows that are open.
    pub async fn windows(&self) -> Result<Vec<Window>> {
        let ids: Vec<u32> = self.running().into_iter().map(|process| process.inner_pid).collect();
        let windows = screen::windows(&self.session).await?;
        Ok(windows.into_iter().filter(|window| ids.contains(&window.inner_pid)).collect())
    }

    /// Waits for a window of it and returns the first; 15 seconds at most.
    pub async fn window(&self) -> Result<Window> {
        let what = format!("a window of {}", self.path.display());
        wait::until(what, LIMIT, async || Ok(self.windows().await?.into_iter().next()))
            .await
            .with_context(|| self.session.keep_logs())
    }

    /// Closes its windows as the window's own button does, and waits until it has ended.
    pub async fn close(&self) -> Result<()> {
        self.window().await?;
        for window in self.windows().await? {
            self.session.run("wmctrl", &["-i", "-c", &window.id], LIMIT).await?;
        }
        self.wait_ended().await
    }

    /// Kills it (SIGKILL), as a crash would, and waits until it is gone.
    pub async fn kill(&self) -> Result<()> {
        self.signal("KILL").await?;
        self.wait_ended().await
    }

    /// Stops it where it stands (SIGSTOP), as a computer that falls asleep does, until [`Program::wake`].
    pub async fn sleep(&self) -> Result<()> {
        self.signal("STOP").await
    }

    /// Lets it go on (SIGCONT).
    pub async fn wake(&self) -> Result<()> {
        self.signal("CONT").await
    }

    async fn signal(&self, signal: &str) -> Result<()> {
        for process in self.running() {
            // Outside the session ids are the test's own. A process that ended meanwhile is no failure.
            let id = process.pid.to_string();
            Command::new("kill")
                .args([&format!("-{signal}"), &id])
                .stderr(Stdio::null())
                .status()
                .await
                .context("cannot run kill")?;
        }
        Ok(())
    }

    fn running(&self) -> Vec<crate::processes::Process> {
        let mut processes = self.session.processes();
        processes.retain(|process| process.program == self.path);
        processes
    }
}

impl Deref for App {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

impl App {
    /// The program behind the window.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The page, to change how long its waits take.
    pub fn page_mut(&mut self) -> &mut Page {
        &mut self.page
    }

    /// Makes the page `width` × `height` pixels and waits until it is; an error when the window does not
    /// become that small, or the screen is not that large.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let window = self.program.window().await?;
        let (w, h) = (width.to_string(), height.to_string());
        self.session().run("xdotool", &["windowsize", &window.id, &w, &h], LIMIT).await?;
        self.wait_until(&format!("innerWidth === {width} && innerHeight === {height}")).await?;
        self.wait_drawn().await
    }

    /// Brings the window to the front and gives it the keyboard.
    pub async fn raise(&self) -> Result<()> {
        let window = self.program.window().await?;
        self.session().run("wmctrl", &["-i", "-a", &window.id], LIMIT).await?;
        self.wait_until("document.hasFocus()").await
    }

    /// Closes the window as its own button does and waits until the app has ended by itself.
    pub async fn close(self) -> Result<()> {
        self.program.close().await
    }

    /// Kills the app, as a crash would.
    pub async fn kill(self) -> Result<()> {
        self.program.kill().await
    }

    /// Ends the WebDriver session: WebKit kills the app, without an exit event.
    pub async fn quit(self) -> Result<()> {
        self.driver.client.close().await?;
        ensure!(self.program.wait_ended().await.is_ok(), "the app outlived its WebDriver session");
        Ok(())
    }
}
