//! Wingman as a story holds it: what `wingman-headless` starts, searched for secrets before it closes, in whatever way it
//! does.

use std::ffi::OsStr;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;

use crate::watch::Watch;

/// How Wingman is to be started.
#[derive(Clone, Debug)]
pub struct Launch {
    inner: wingman_headless::Launch,
    watch: Arc<Watch>,
}

impl Launch {
    pub(crate) fn new(inner: wingman_headless::Launch, watch: &Arc<Watch>) -> Self {
        Self { inner, watch: Arc::clone(watch) }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        self.inner = self.inner.arg(argument);
        self
    }

    /// Adds an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.inner = self.inner.env(name, value);
        self
    }

    /// Has noted what it asks the kernel for; for a start as a person does it.
    #[must_use]
    pub fn noted(mut self, file: impl Into<PathBuf>) -> Self {
        self.inner = self.inner.noted(file);
        self
    }

    /// Starts it, driven through WebDriver.
    pub async fn start(&self) -> Result<App> {
        let inner = self.inner.start().await?;
        Ok(App { inner, end: End(Arc::clone(&self.watch)) })
    }

    /// Starts it as a person does.
    pub fn spawn(&self) -> Result<Program> {
        let inner = self.inner.spawn()?;
        Ok(Program { inner, end: End(Arc::clone(&self.watch)) })
    }
}

/// Searches when it is dropped.
#[derive(Debug)]
struct End(Arc<Watch>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.before_a_window_closes();
    }
}

/// Wingman's window, driven. Its [`wingman_headless::App`] methods are at hand.
#[derive(Debug)]
pub struct App {
    // First, so that it is dropped first: after `inner` there is no window any more.
    end: End,
    inner: wingman_headless::App,
}

impl DerefMut for App {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

impl Deref for App {
    type Target = wingman_headless::App;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl App {
    /// Closes the window as its own button does and waits until the app has ended by itself.
    pub async fn close(self) -> Result<()> {
        let Self { end, inner } = self;
        end.0.storage(&inner.storage().await?.to_string());
        drop(end);
        inner.close().await
    }

    /// Does what ends it, other than closing its window, and waits until it has ended.
    pub async fn end_by(self, ends: impl AsyncFnOnce() -> Result<()>) -> Result<()> {
        let Self { end, inner } = self;
        end.0.storage(&inner.storage().await?.to_string());
        drop(end);
        ends().await?;
        inner.program().wait_ended().await
    }

    /// Kills it, as a crash would.
    pub async fn kill(self) -> Result<()> {
        let Self { end, inner } = self;
        drop(end);
        inner.kill().await
    }
}

/// Wingman as a person has started it. Its [`wingman_headless::Program`] methods are at hand.
#[derive(Debug)]
pub struct Program {
    // First, as above.
    end: End,
    inner: wingman_headless::Program,
}

impl Deref for Program {
    type Target = wingman_headless::Program;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl Program {
    /// Closes its window and waits until it has ended.
    pub async fn close(self) -> Result<()> {
        let Self { end, inner } = self;
        drop(end);
        inner.close().await
    }
}
