//! Links that leave a program: who opens a scheme in this session, and opening one as a program would.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::Desktop;

const LIMIT: Duration = Duration::from_secs(10);

impl Desktop {
    /// Opens a link as any program would, with `xdg-open`. Returns once the program that handles it was
    /// started, or at the latest after ten seconds.
    pub async fn open_link(&self, url: &str) -> Result<()> {
        let mut command = self.session().command("xdg-open");
        // What it starts inherits these; a pipe would stay open as long as that runs.
        let log = fs::File::options().create(true).append(true).open(self.logs().join("links.log"))?;
        command.arg(url).stdout(log.try_clone()?).stderr(log).kill_on_drop(false);
        let status = tokio::time::timeout(LIMIT, command.status()).await.context("xdg-open did not end")??;
        if !status.success() {
            bail!("xdg-open could not open {url} ({status})");
        }
        Ok(())
    }

    /// The desktop file that opens links of `scheme`, such as `wingman-handler.desktop`; `None` when nobody does.
    pub async fn link_handler(&self, scheme: &str) -> Result<Option<String>> {
        let kind = format!("x-scheme-handler/{scheme}");
        let answer = self.session().run("xdg-mime", &["query", "default", &kind], LIMIT).await?;
        Ok(Some(answer.trim().to_owned()).filter(|name| !name.is_empty()))
    }

    /// Registers a shell script for `scheme`; the link is its first argument. For tests of the desktop itself
    /// and for stories in which another program has taken the scheme.
    pub async fn handle_links(&self, scheme: &str, script: &str) -> Result<()> {
        let program = self.write_script(&format!("handle-{scheme}"), script)?;
        let kind = format!("x-scheme-handler/{scheme}");
        let name = format!("handle-{scheme}.desktop");
        let entry = format!(
            "[Desktop Entry]\nType=Application\nName=Handler of {scheme}\nExec={} %u\nMimeType={kind};\nNoDisplay=true\n",
            program.display()
        );
        self.write_desktop_file(&name, &entry)?;
        let applications = self.session().folders.data().join("applications").display().to_string();
        self.session().run("update-desktop-database", &[&applications], LIMIT).await?;
        self.session().run("xdg-mime", &["default", &name, &kind], LIMIT).await?;
        Ok(())
    }

    pub(crate) fn write_script(&self, name: &str, script: &str) -> Result<PathBuf> {
        let path = self.session().folders.bin().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n"))?;
        fs::set_permissions(&path, Permissions::from_mode(0o755))?;
        Ok(path)
    }

    pub(crate) fn write_desktop_file(&self, name: &str, entry: &str) -> Result<()> {
        fs::write(self.session().folders.data().join("applications").join(name), entry)?;
        Ok(())
    }
}
