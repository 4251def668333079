//! A real proxy, as a company runs one.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

const START: Duration = Duration::from_secs(10);

/// tinyproxy, on this machine. It asks whoever passes for a name and a password, and passes on to what lies beyond it.
#[derive(Debug)]
pub struct Tinyproxy {
    port: u16,
    folder: TempDir,
    running: Child,
}

impl Tinyproxy {
    /// Starts one. `beyond`: the port on this machine that everything is passed on to.
    pub fn start(user: &str, password: &str, beyond: u16) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("log");
        let configuration = folder.path().join("tinyproxy.conf");
        fs::write(
            &configuration,
            format!(
                "Port {port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 100\nAllow 127.0.0.1\nLogLevel Connect\n\
                 LogFile \"{log}\"\nBasicAuth {user} {password}\nConnectPort 443\n\
                 Upstream http 127.0.0.1:{beyond}\n",
                log = log.display()
            ),
        )?;
        let running = Command::new("tinyproxy")
            .arg("-d")
            .arg("-c")
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start tinyproxy (Debian's package tinyproxy-bin)")?;
        let mut proxy = Self { port, folder, running };
        let end = Instant::now() + START;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if let Some(status) = proxy.running.try_wait()? {
                bail!("tinyproxy ended at its start ({status}): {}", proxy.log());
            }
            if Instant::now() > end {
                bail!("tinyproxy does not listen: {}", proxy.log());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(proxy)
    }

    /// Where it listens, as a configuration says it.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it has noted.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Tinyproxy {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}
