//! The world of a story: a sandbox in GitHub's place, a headless desktop, and Wingman set up to use both.
//!
//! The stories are in `tests/`. Each has a world of its own, so they know nothing of each other.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use wingman_headless::{App, Desktop, Launch, Options, built};
use wingman_sandbox::{Recorded, Sandbox};

/// The keychain's service: a loopback host always means the sandbox's own.
pub const SERVICE: &str = "dev.wingman.desktop.sandbox";
/// The URL scheme.
pub const SCHEME: &str = "dev.wingman.desktop";
/// The keychain's user for the person whom the sandbox's page proposes first.
pub const ADA: &str = "github.com/1001";
/// Her login.
pub const ADA_LOGIN: &str = "ada-lind";

/// Everything a story needs.
pub struct World {
    /// GitHub and Copilot.
    pub sandbox: Sandbox,
    /// The person's desktop.
    pub desktop: Desktop,
}

impl World {
    /// An ordinary desktop.
    pub async fn new(story: &str) -> Result<Self> {
        Self::with(Options::new(story)).await
    }

    /// A desktop with something particular about it.
    pub async fn with(options: Options) -> Result<Self> {
        let sandbox = Sandbox::start(wingman_sandbox::Options::default()).await?;
        let desktop = Desktop::start(options.trust(sandbox.url(), SCHEME)).await?;
        let world = Self { sandbox, desktop };
        let url = world.sandbox.url();
        world.configure(&format!(
            "[github]\nclient_id = \"wingman-sandbox\"\nweb_url = \"{url}\"\napi_url = \"{url}\"\n\n[copilot]\napi_url = \"{url}\"\n"
        ))?;
        Ok(world)
    }

    /// Writes the person's configuration file.
    pub fn configure(&self, text: &str) -> Result<()> {
        let file = self.configuration();
        std::fs::create_dir_all(file.parent().context("the file is in a folder")?)?;
        Ok(std::fs::write(file, text)?)
    }

    /// The person's configuration file.
    pub fn configuration(&self) -> PathBuf {
        self.desktop.home().join(".config/wingman/config.toml")
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.desktop.home().join(".local/share/wingman-sandbox/wingman.db")
    }

    /// Wingman, ready to be started.
    pub fn wingman(&self) -> Result<Launch> {
        Ok(self.desktop.app(built("wingman")?))
    }

    /// Wingman, started.
    pub async fn start(&self) -> Result<App> {
        self.wingman()?.start().await
    }

    /// Goes the whole way of a first sign-in: window, browser, GitHub's page, deep link, window.
    pub async fn sign_in(&self, app: &App) -> Result<()> {
        let before = self.desktop.opened_links().len();
        app.button("Sign in with GitHub").click().await?;
        self.until("the page is opened", async || Ok(self.desktop.opened_links().len() > before)).await?;
        self.authorize().await?;
        app.textbox("Message").wait().await
    }

    /// What the person does in the browser.
    pub async fn authorize(&self) -> Result<()> {
        let browser = self.desktop.browser().await?;
        // The page that was opened last: one of an attempt that was given up may be open still.
        let link = self.desktop.opened_links().pop().context("no page was opened")?;
        let state = link.split('&').find(|part| part.starts_with("state=")).context("it names no attempt")?;
        browser.turn_to(state).await?;
        browser.button("Authorize").click().await
    }

    /// Wingman, started and signed in.
    pub async fn signed_in(&self) -> Result<App> {
        let app = self.start().await?;
        self.sign_in(&app).await?;
        Ok(app)
    }

    /// The one token that GitHub has given out.
    pub fn token(&self) -> Result<String> {
        let mut live = self.sandbox.live_tokens();
        ensure!(live.len() == 1, "one sign-in makes one token, there are {}", live.len());
        Ok(live.remove(0).access_token)
    }

    /// The questions that reached the model, newest last.
    pub fn asked(&self) -> Vec<Recorded> {
        self.sandbox
            .requests()
            .into_iter()
            .filter(|request| request.path == "/chat/completions" || request.path == "/responses")
            .collect()
    }

    /// Waits until something holds that is not on the page.
    pub async fn until(&self, what: &str, holds: impl AsyncFn() -> Result<bool>) -> Result<()> {
        let end = tokio::time::Instant::now() + Duration::from_secs(15);
        while !holds().await? {
            ensure!(tokio::time::Instant::now() < end, "not within 15 seconds: {what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

/// Asks in the open conversation and waits for the whole answer.
pub async fn ask(app: &App, question: &str) -> Result<()> {
    let answers = app.log("Conversation").article("Copilot").count().await?;
    app.textbox("Message").fill(question).await?;
    app.press("Enter").await?;
    app.log("Conversation").article("Copilot").wait_count(answers + 1).await?;
    app.button("Stop").wait_gone().await
}
