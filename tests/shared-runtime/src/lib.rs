//! A company that shares one Copilot server: the real program from npm, the sandbox in GitHub's place, and people
//! who use it, each with a Wingman of their own that has everything but a window.
//!
//! The stories are in `tests/`. Each has a server and a sandbox of its own, so they know nothing of each other.

mod colleague;
mod desk;
mod server;

pub use colleague::{Colleague, shown};
pub use server::{CONNECTION_TOKEN, Server};

use std::path::Path;

use anyhow::Result;
use wingman_sandbox::{Options, Recorded, Sandbox};

/// GitHub and the company's server.
pub struct Company {
    /// GitHub and its Copilot.
    pub sandbox: Sandbox,
    /// What the company shares.
    pub server: Server,
}

impl Company {
    /// Both, running.
    pub async fn new() -> Result<Self> {
        let sandbox = Sandbox::start(Options::default()).await?;
        let server = Server::start(sandbox.url()).await?;
        Ok(Self { sandbox, server })
    }

    /// Somebody who has signed in and whose keychain holds the connection token.
    pub async fn colleague(&self, login: &str) -> Result<Colleague> {
        let colleague = Colleague::new(login, &self.sandbox, self.server.port())?;
        colleague.hand(CONNECTION_TOKEN);
        colleague.arrive(&self.sandbox).await?;
        Ok(colleague)
    }

    /// The questions that reached the model, newest last.
    pub fn asked(&self) -> Vec<Recorded> {
        let asks = |request: &Recorded| matches!(&*request.path, "/chat/completions" | "/responses");
        self.sandbox.requests().into_iter().filter(asks).collect()
    }
}

/// The token of a request, whichever way its scheme is written.
pub fn token_of(request: &Recorded) -> Option<&str> {
    let (scheme, token) = request.authorization()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// Every file below the folder that holds the text.
pub fn files_with(folder: &Path, text: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        // What the program unpacked of itself is linked, and no work of the story's.
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            found.extend(files_with(&path, text)?);
        } else if std::fs::read(&path)?.windows(text.len()).any(|window| window == text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    Ok(found)
}
