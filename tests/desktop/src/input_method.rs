//! An input method as people have it who write Chinese: IBus with its engine and its candidate window. A program uses it
//! that is started with `GTK_IM_MODULE=ibus`.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::process::Child;

use crate::{Desktop, Window, wait};

const LIMIT: Duration = Duration::from_secs(30);
/// Keeps its settings in memory, so that nobody's are read.
const SETTINGS: &str = "/usr/libexec/ibus-memconf";
const CANDIDATES: &str = "/usr/libexec/ibus-ui-gtk3";

/// A place on the screen, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// From the left of the screen.
    pub x: i32,
    /// From its top.
    pub y: i32,
    /// How wide.
    pub width: i32,
    /// How high.
    pub height: i32,
}

/// A running input method; it ends when this is dropped.
#[derive(Debug)]
pub struct InputMethod<'desktop> {
    desktop: &'desktop Desktop,
    _daemon: Child,
}

impl Desktop {
    /// Starts IBus. Fails with what installs it where it is missing.
    pub fn input_method(&self) -> Result<InputMethod<'_>> {
        if ![SETTINGS, CANDIDATES, "/usr/libexec/ibus-engine-libpinyin"]
            .into_iter()
            .all(|file| Path::new(file).is_file())
        {
            bail!("an input method needs IBus (ibus, ibus-gtk3, ibus-libpinyin).\nInstall it with: cargo xtask setup");
        }
        let log = std::fs::File::create(self.logs().join("input-method.log"))?;
        let mut command = self.command("ibus-daemon");
        command.args(["--cache=refresh", &format!("--config={SETTINGS}"), &format!("--panel={CANDIDATES}")]);
        let daemon = command.stdout(log.try_clone()?).stderr(log).spawn().context("cannot start IBus")?;
        Ok(InputMethod { desktop: self, _daemon: daemon })
    }

    /// Where a window is on the screen, without its frame.
    pub async fn area(&self, window: &Window) -> Result<Area> {
        self.area_of(&window.id).await
    }

    async fn area_of(&self, id: &str) -> Result<Area> {
        let told = self.session().run("xwininfo", &["-id", id], LIMIT).await?;
        let number = |label: &str| -> Result<i32> {
            let line =
                told.lines().find_map(|line| line.trim().strip_prefix(label)).context("xwininfo tells no place")?;
            Ok(line.trim().parse()?)
        };
        Ok(Area {
            x: number("Absolute upper-left X:")?,
            y: number("Absolute upper-left Y:")?,
            width: number("Width:")?,
            height: number("Height:")?,
        })
    }
}

impl InputMethod<'_> {
    /// Switches to an engine, such as `libpinyin`, once IBus is there.
    pub async fn choose(&self, engine: &str) -> Result<()> {
        let session = self.desktop.session();
        wait::until(format!("the input method {engine}"), LIMIT, async || {
            // What it prints is the engine that is chosen now; it fails while the daemon starts.
            let _ = session.run("ibus", &["engine", engine], LIMIT).await;
            let now = session.run("ibus", &["engine"], LIMIT).await.unwrap_or_default();
            Ok((now.trim() == engine).then_some(()))
        })
        .await
    }

    /// Waits for the window with the candidates, and says where it is.
    pub async fn candidates(&self) -> Result<Area> {
        wait::until("the window with the candidates", LIMIT, async || self.seen().await).await
    }

    /// Waits until that window is gone.
    pub async fn candidates_gone(&self) -> Result<()> {
        let what = "the window with the candidates to go";
        wait::until(what, LIMIT, async || Ok(self.seen().await?.is_none().then_some(()))).await
    }

    async fn seen(&self) -> Result<Option<Area>> {
        // It fails where none is seen.
        let arguments = ["search", "--onlyvisible", "--class", "ibus"];
        let seen = self.desktop.session().run("xdotool", &arguments, LIMIT).await.unwrap_or_default();
        let Some(id) = seen.lines().next() else { return Ok(None) };
        Ok(self.desktop.area_of(id).await.ok())
    }
}
