//! The place where everything is measured: one desktop, one sandbox, one account that signed in through the browser
//! and is stored, as in the stories; the browser is gone again.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use wingman_e2e::World;
use wingman_headless::{App, Launch, Program, built};

/// Both programs, and the world they run in.
pub struct Lab {
    /// Sandbox and desktop.
    pub world: World,
    /// The signed-in account's token, for whoever reads the raw stream.
    pub token: String,
    wingman: PathBuf,
    floor: PathBuf,
}

/// Which program.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Wingman.
    Ours,
    /// The bare window.
    Floor,
}

/// A program that was started, and when.
pub struct Started {
    /// Its window.
    pub app: App,
    /// Its processes.
    pub program: Program,
    /// When the program was executed, since 1970.
    pub at: Duration,
}

impl Lab {
    /// Makes the place. The account's first sign-in happens here and is not measured.
    pub async fn new() -> Result<Self> {
        let world = World::new("bench").await?;
        let (wingman, floor) = (built("wingman")?, built("wingman-floor")?);
        let app = world.signed_in().await?;
        let token = world.token()?;
        // It would go on using memory and a processor beside what is measured.
        let browser = world.desktop.browser().await?;
        browser.client().close_window().await?;
        app.close().await?;
        Ok(Self { world, token, wingman, floor })
    }

    /// One side's program, ready to be started.
    pub fn launch(&self, side: Side) -> Launch {
        painting(side, self.world.desktop.app(self.path(side)))
    }

    /// The same, saying when it is executed.
    pub async fn start(&self, side: Side) -> Result<Started> {
        let told = self.world.desktop.folder().join("tmp/started");
        let script = self.world.desktop.folder().join("tmp/start");
        // The shell becomes the program: what it costs is over when the clock is read.
        let text = format!(
            "#!/bin/bash\nprintf '%s' \"$EPOCHREALTIME\" >'{}'\nexec '{}' \"$@\"\n",
            told.display(),
            self.path(side).display()
        );
        std::fs::write(&script, text)?;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
        let app = painting(side, self.world.desktop.app(&script)).start().await?;
        let at = std::fs::read_to_string(&told)?;
        let (seconds, microseconds) = at.split_once(['.', ',']).context("the shell tells seconds with a fraction")?;
        let at = Duration::from_secs(seconds.parse()?) + Duration::from_micros(microseconds.parse()?);
        Ok(Started { app, program: self.program(side)?, at })
    }

    /// One side's processes.
    pub fn program(&self, side: Side) -> Result<Program> {
        self.world.desktop.program(self.path(side))
    }

    /// Wingman, once a person can write in it.
    pub async fn open_chat(&self) -> Result<App> {
        let app = self.launch(Side::Ours).start().await?;
        app.textbox("Message").wait_focused().await?;
        Ok(app)
    }

    fn path(&self, side: Side) -> &Path {
        match side {
            Side::Ours => &self.wingman,
            Side::Floor => &self.floor,
        }
    }
}

/// The time since 1970.
pub fn now() -> Result<Duration> {
    Ok(std::time::SystemTime::now().duration_since(UNIX_EPOCH)?)
}

/// Lets Wingman paint as it does when no WebDriver holds it: on a machine without a graphics card straight into
/// the window. It leaves that alone where it is driven.
fn painting(side: Side, launch: Launch) -> Launch {
    let mut devices = std::fs::read_dir("/dev/dri").into_iter().flatten().flatten();
    let card = devices.any(|device| device.file_name().to_string_lossy().starts_with("renderD"));
    if side == Side::Ours && !card { launch.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1") } else { launch }
}
