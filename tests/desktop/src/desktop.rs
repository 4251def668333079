//! The desktop as a story holds it. What it can do is written by subject in the other modules.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::process::Command;

use crate::options::{Keychain, Options, Theme};
use crate::session::Session;
use crate::{accessibility, programs};

const LIMIT: Duration = Duration::from_secs(10);

/// A private desktop session. Ends, with every process in it and every file of it, when dropped.
#[derive(Debug)]
pub struct Desktop {
    session: Arc<Session>,
}

impl Desktop {
    /// Starts a session. Fails with the list of missing programs when some are not installed.
    pub async fn start(options: Options) -> Result<Self> {
        programs::check()?;
        if options.screen_reader {
            accessibility::check()?;
        }
        let desktop = Self { session: Arc::new(Session::start(&options).await?) };
        desktop.install_browser()?;
        for (origin, scheme) in &options.trusted {
            desktop.trust(origin, scheme)?;
        }
        if options.keychain == Keychain::Locked {
            desktop.lock_keychain().await?;
        }
        Ok(desktop)
    }

    pub(crate) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// The root of everything that this session writes.
    pub fn folder(&self) -> &Path {
        self.session.folders.root()
    }

    /// The home folder.
    pub fn home(&self) -> PathBuf {
        self.session.folders.home()
    }

    /// The folder of the logs: one for each program, the app's among them.
    pub fn logs(&self) -> PathBuf {
        self.session.folders.log()
    }

    /// A command that runs inside the session, in its home folder, with its environment and nothing of the
    /// test's own. Arguments and variables are added to it as usual; `current_dir` has no effect on it. Give
    /// the program as an absolute path or as a name on the search path.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        self.session.command(program)
    }

    /// Changes the colours, for programs that run (those that listen to the settings portal, as Tauri's windows
    /// do) and for programs started from now on.
    pub async fn set_theme(&self, theme: Theme) -> Result<()> {
        self.session.folders.write_theme(theme)?;
        // What the settings portal of a real desktop says: 1 prefers dark, 2 prefers light.
        let value = if theme == Theme::Dark { "<uint32 1>" } else { "<uint32 2>" };
        let place = ["emit", "--session", "--object-path", "/org/freedesktop/portal/desktop"];
        let signal = [
            "--signal",
            "org.freedesktop.portal.Settings.SettingChanged",
            "'org.freedesktop.appearance'",
            "'color-scheme'",
            value,
        ];
        self.session.run("gdbus", &[&place[..], &signal[..]].concat(), LIMIT).await.map(drop)
    }

    /// Changes the language for programs started from now on: a locale without its encoding, such as `zh_CN`.
    pub fn set_language(&self, locale: &str) -> Result<()> {
        self.session.set_language(locale)
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        // A page or a program that outlives its desktop still holds the session: end it all the same.
        self.session.end();
    }
}
