//! A WebDriver program and the session opened through it.

use std::fs::File;
use std::net::TcpListener;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::session::Session;
use crate::wait;

const LISTENING: Duration = Duration::from_secs(15);
const OPENING: Duration = Duration::from_secs(30);
const PORTS_TRIED: usize = 4;

/// A driver that runs; it and what it started end when this is dropped.
#[derive(Debug)]
pub(crate) struct Driver {
    pub(crate) client: Client,
    _program: Child,
}

impl Driver {
    /// Starts `program` (its environment comes from `prepare`), opens a session with `capabilities`. What the
    /// driver prints, and for WebKit what the app prints, goes to the log of that name.
    pub(crate) async fn start(
        session: &Session,
        program: &str,
        log: &str,
        capabilities: &Value,
        prepare: impl Fn(&mut Command),
    ) -> Result<Self> {
        let Value::Object(capabilities) = capabilities else { bail!("capabilities are an object") };
        let log = File::options().create(true).append(true).open(session.folders.log().join(log))?;
        for _ in 0..PORTS_TRIED {
            let port = free_port()?;
            let mut command = session.command(program);
            prepare(&mut command);
            command.arg(format!("--port={port}")).stdout(log.try_clone()?).stderr(log.try_clone()?);
            let mut child = command.spawn().with_context(|| format!("cannot start {program}"))?;
            if !listens(&mut child, port).await? {
                continue;
            }
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.clone());
            let url = format!("http://127.0.0.1:{port}");
            let client = tokio::time::timeout(OPENING, builder.connect(&url))
                .await
                .with_context(|| format!("{program} opened no session within {} s", OPENING.as_secs()))?
                .with_context(|| format!("{program} opened no session"))?;
            return Ok(Self { client, _program: child });
        }
        bail!("{program} found no free port")
    }
}

/// False when the driver ended: somebody else took the port first.
async fn listens(child: &mut Child, port: u16) -> Result<bool> {
    wait::until("the driver to listen", LISTENING, async || {
        if child.try_wait()?.is_some() {
            return Ok(Some(false));
        }
        Ok(TcpStream::connect(("127.0.0.1", port)).await.ok().map(|_| true))
    })
    .await
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
