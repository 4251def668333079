//! The real `copilot` program in server mode, as an operator starts it.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use wingman_core::copilot::RUNTIME_VERSION;

/// What the server asks of whoever connects.
pub const CONNECTION_TOKEN: &str = "the-company-s-connection-token";

/// The first start unpacks 235 MB.
const STARTS_WITHIN: Duration = Duration::from_mins(1);

/// A Copilot server. Dropping it kills it.
pub struct Server {
    child: Option<Child>,
    folder: TempDir,
    port: u16,
    github: String,
}

impl Server {
    /// Starts one for this GitHub, on a free port.
    pub async fn start(github: &str) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut server = Self { child: None, folder: tempfile::tempdir()?, port, github: github.to_owned() };
        server.start_again().await?;
        Ok(server)
    }

    /// Where it listens on this machine.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The folder with everything that it keeps: what its operator can read on the disk.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it keeps of its sessions.
    pub fn sessions(&self) -> PathBuf {
        self.folder().join("copilot/session-state")
    }

    /// Ends it without a word, as a crash would.
    pub async fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("it does not run")?;
        Ok(child.kill().await?)
    }

    /// Starts it where it was, with what it kept.
    pub async fn start_again(&mut self) -> Result<()> {
        let program = program()?;
        let [home, copilot, cache] = ["home", "copilot", "cache"].map(|name| self.folder().join(name));
        for folder in [&home, &copilot, &cache] {
            std::fs::create_dir_all(folder)?;
        }
        share_what_is_unpacked(&program, &cache)?;
        let mut child = Command::new(&program)
            .args(["--server", "--no-auto-login", "--port", &self.port.to_string()])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home)
            .env("COPILOT_HOME", copilot)
            .env("COPILOT_CACHE_HOME", cache)
            .env("COPILOT_AUTO_UPDATE", "false")
            .env("COPILOT_API_URL", &self.github)
            .env("COPILOT_DEBUG_GITHUB_API_URL", &self.github)
            .env("COPILOT_CONNECTION_TOKEN", CONNECTION_TOKEN)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let mut output = BufReader::new(child.stdout.take().context("its output is piped")?);
        let mut ready = String::new();
        timeout(STARTS_WITHIN, output.read_line(&mut ready)).await.context("it does not say that it listens")??;
        ensure!(ready.contains(&self.port.to_string()), "it did not start: {ready:?}");
        // A full pipe would stop it.
        tokio::spawn(async move { output.read_to_end(&mut Vec::new()).await });
        self.child = Some(child);
        Ok(())
    }
}

/// The program that `cargo xtask setup --test` fetched and checked.
fn program() -> Result<PathBuf> {
    let folder = format!("../../target/runtime/server-{RUNTIME_VERSION}");
    let program =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(format!("copilot{}", std::env::consts::EXE_SUFFIX));
    ensure!(program.is_file(), "{} is missing; `cargo xtask setup --test` fetches it", program.display());
    Ok(program)
}

/// The program unpacks itself into its cache at its first start. That part is the same for every story; the rest of a
/// cache is its own.
fn share_what_is_unpacked(program: &Path, cache: &Path) -> Result<()> {
    let unpacked = program.parent().context("it lies in a folder")?.join("unpacked");
    std::fs::create_dir_all(&unpacked)?;
    let link = cache.join("pkg");
    #[cfg(unix)]
    if !link.exists() {
        std::os::unix::fs::symlink(unpacked.canonicalize()?, link)?;
    }
    // Elsewhere a link asks for rights: there each server unpacks its own.
    #[cfg(not(unix))]
    drop((unpacked, link));
    Ok(())
}
