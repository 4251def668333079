//! The world of a story: a sandbox in GitHub's place, a headless desktop, and Wingman set up to use both.
//!
//! The stories are in `tests/`. Each has a world of its own, so they know nothing of each other. Each ends with a search
//! for every secret of GitHub's, whether it asks for that or not.

mod database;
mod watch;
mod window;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use wingman_headless::{Desktop, Options, built};
use wingman_sandbox::{Recorded, Sandbox};

pub use window::{App, Launch, Program};

use watch::Watch;

/// The keychain's service: a loopback host always means the sandbox's own.
pub const SERVICE: &str = "dev.wingman.desktop.sandbox";
/// The URL scheme.
pub const SCHEME: &str = "dev.wingman.desktop";
/// The keychain's user for the person whom the sandbox's page proposes first.
pub const ADA: &str = "github.com/1001";
/// Her login.
pub const ADA_LOGIN: &str = "ada-lind";

/// How the token gets to where Copilot is asked (`[copilot] handover`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handover {
    /// Our request handler puts it in.
    Door,
    /// It is given to the SDK: the runtime, in the app's own process, has it.
    Sdk,
}

/// Tells each of these stories twice: `door::…` and `sdk::…`.
#[macro_export]
macro_rules! both_ways {
    ($($story:ident),* $(,)?) => {
        $crate::both_ways!(door Door: $($story),*);
        $crate::both_ways!(sdk Sdk: $($story),*);
    };
    ($way:ident $handover:ident: $($story:ident),*) => {
        mod $way {
            $(#[tokio::test]
            async fn $story() -> anyhow::Result<()> {
                super::$story($crate::Handover::$handover).await
            })*
        }
    };
}

/// Everything a story needs. A story fails when something secret is found at its end where it must not be.
pub struct World {
    /// GitHub and Copilot.
    pub sandbox: Arc<Sandbox>,
    /// The person's desktop.
    pub desktop: Arc<Desktop>,
    watch: Arc<Watch>,
    /// What was found is told already.
    ended: bool,
}

impl World {
    /// An ordinary desktop.
    pub async fn new(story: &str) -> Result<Self> {
        Self::with(Options::new(story)).await
    }

    /// An ordinary desktop, where the token is handed over in this way.
    pub async fn by(handover: Handover, story: &str) -> Result<Self> {
        let way = if handover == Handover::Sdk { "sdk" } else { "door" };
        let world = Self::new(&format!("{story}-{way}")).await?;
        let configured = std::fs::read_to_string(world.configuration())?;
        world.configure(&format!("{configured}handover = \"{way}\"\n"))?;
        Ok(world)
    }

    /// A desktop with something particular about it.
    pub async fn with(options: Options) -> Result<Self> {
        let sandbox = Arc::new(Sandbox::start(wingman_sandbox::Options::default()).await?);
        let desktop = Arc::new(Desktop::start(options.trust(sandbox.url(), SCHEME)).await?);
        let watch = Arc::new(Watch::new(&desktop));
        watch.over(&sandbox);
        let world = Self { sandbox, desktop, watch, ended: false };
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
        Ok(Launch::new(self.desktop.app(built("wingman")?), &self.watch))
    }

    /// Another GitHub, a company's; its secrets are looked for too.
    pub async fn another_github(&self) -> Result<Arc<Sandbox>> {
        let sandbox = Arc::new(Sandbox::start(wingman_sandbox::Options::default()).await?);
        self.watch.over(&sandbox);
        Ok(sandbox)
    }

    /// Says that the person has this token in the browser and copies it there: it may be found in the browser.
    pub fn person_copies(&self, token: &str) {
        self.watch.carried(token);
    }

    /// Ends the world, and says which secrets were found where. For a story that has planted some; every other world
    /// ends by itself, and fails its story for each of them.
    pub fn end(mut self) -> Vec<String> {
        self.ended = true;
        self.watch.at_the_end(&self.database())
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

impl Drop for World {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let found = self.watch.at_the_end(&self.database());
        assert!(found.is_empty() || std::thread::panicking(), "no secret may be found:\n{}", found.join("\n"));
    }
}

/// Asks in the open conversation and waits for the whole answer.
pub async fn ask(app: &wingman_headless::App, question: &str) -> Result<()> {
    let answers = app.log("Conversation").article("Copilot").count().await?;
    app.textbox("Message").fill(question).await?;
    app.press("Enter").await?;
    app.log("Conversation").article("Copilot").wait_count(answers + 1).await?;
    app.button("Stop").wait_gone().await?;
    // What an answer ends with comes with the next frame, and a click goes to where its target was.
    app.wait_until(AT_END).await
}

/// Whether the end of the conversation is in sight.
const AT_END: &str = "(() => {
    const log = document.querySelector('[role=log]');
    return log.scrollHeight - log.scrollTop - log.clientHeight <= 1;
})()";
