//! Somebody at work: Wingman as it is, without its window and without a runtime of its own.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;
use wingman_core::accounts::AccountId;
use wingman_core::app::{App, AppParts, AppState, Phase};
use wingman_core::auth::SignInRequest;
use wingman_core::chat::{Chat, Chosen, ConversationId, Question, Turn, TurnState};
use wingman_core::config::{BuildDefaults, Config, ConfigSource, Places};
use wingman_core::{Code, Error};
use wingman_sandbox::{Decision, Sandbox};

use crate::desk::Desk;

/// How often it is looked whether something happened, and for how long: 30 seconds.
const LOOK: Duration = Duration::from_millis(20);
const LOOKS: usize = 1_500;

/// A person with their Wingman.
pub struct Colleague {
    /// Their name at GitHub.
    pub login: String,
    /// Their Wingman.
    pub app: App,
    desk: Arc<Desk>,
    folder: TempDir,
    port: u16,
}

impl Colleague {
    /// Somebody whose Wingman is set up for the company's server on this port, and has not been started.
    pub fn new(login: &str, sandbox: &Sandbox, port: u16) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = sandbox.url();
        let file = folder.path().join("config.toml");
        std::fs::write(
            &file,
            format!(
                "[github]\nclient_id = \"wingman-sandbox\"\nweb_url = \"{url}\"\napi_url = \"{url}\"\n\
                 [copilot]\napi_url = \"{url}\"\nruntime = \"tcp://127.0.0.1:{port}\"\n"
            ),
        )?;
        let under = |name: &str| folder.path().join(name);
        let desk = Arc::new(Desk::default());
        let app = App::new(AppParts {
            config: Config::load(ConfigSource { file: Some(file), policy: None, build: BuildDefaults::default() }),
            places: Places {
                config: under("config"),
                data: under("data"),
                state: under("state"),
                cache: under("cache"),
            },
            // The runtime is the company's: none is needed here.
            runtime: Err(Code::RuntimeMissing.into()),
            desktop: desk.clone(),
            tasks: tokio::runtime::Handle::current(),
        });
        Ok(Self { login: login.to_owned(), app, desk, folder, port })
    }

    /// Puts a connection token for the server into their keychain.
    pub fn hand(&self, token: &str) {
        self.desk.keep(&format!("runtime/127.0.0.1:{}", self.port), token);
    }

    /// Starts Wingman and signs in.
    pub async fn arrive(&self, sandbox: &Sandbox) -> Result<()> {
        self.app.start();
        self.until("it is ready", |state| state.phase == Phase::Ready).await?;
        self.sign_in(sandbox).await
    }

    /// Agrees in the browser.
    pub async fn sign_in(&self, sandbox: &Sandbox) -> Result<()> {
        self.app.sign_in(SignInRequest::default()).await?;
        let page = self.desk.opened().context("no page was opened")?;
        let callback = sandbox.authorize(page.as_str(), &self.login, Decision::Authorize);
        self.app.callback(&callback.map_err(anyhow::Error::msg)?);
        self.until("they are signed in", |state| {
            let step = &state.sign_in;
            state.account.is_some() && *step == wingman_core::auth::SignInStep::Idle
        })
        .await?;
        Ok(())
    }

    /// Their account.
    pub fn account(&self) -> Result<AccountId> {
        self.state().account.context("nobody is signed in")
    }

    /// What a window would show now.
    pub fn state(&self) -> AppState {
        self.app.watch().0
    }

    /// Their conversations.
    pub fn chat(&self) -> Result<Chat> {
        Ok(self.app.chat()?)
    }

    /// Where their Wingman keeps everything.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Asks, in a conversation or a new one.
    pub async fn send(&self, conversation: Option<&ConversationId>, text: &str) -> Result<ConversationId> {
        let account = self.account()?;
        let question = Question {
            conversation: conversation.cloned(),
            account,
            text: text.into(),
            model: None,
            attachments: Vec::new(),
            chosen: Chosen::default(),
            desk: wingman_core::chat::Desk::default(),
        };
        Ok(self.chat()?.send(question).await?.conversation)
    }

    /// Asks and waits for the whole answer.
    pub async fn ask(&self, conversation: Option<&ConversationId>, text: &str) -> Result<(ConversationId, Turn)> {
        let conversation = self.send(conversation, text).await?;
        let turn = self.answered(&conversation).await?;
        Ok((conversation, turn))
    }

    /// Waits until the answer is whole.
    pub async fn answered(&self, conversation: &ConversationId) -> Result<Turn> {
        let turn = self.ended(conversation).await?;
        match turn.state {
            TurnState::Complete => Ok(turn),
            other => bail!("{} got no answer: {other:?}", self.login),
        }
    }

    /// Waits until the answer failed; says of what, and what had come.
    pub async fn failed(&self, conversation: &ConversationId) -> Result<(Error, Turn)> {
        let turn = self.ended(conversation).await?;
        match &turn.state {
            TurnState::Failed { error } => Ok((error.clone(), turn)),
            other => bail!("it should have failed: {other:?}"),
        }
    }

    /// Waits until nothing more comes.
    pub async fn ended(&self, conversation: &ConversationId) -> Result<Turn> {
        let ended = |turn: &Turn| !matches!(turn.state, TurnState::Answering { .. });
        self.last(conversation, ended).await?;
        // A view taken while the end was being stored shows `Stopped` until its first patch; the next one knows.
        self.last(conversation, ended).await
    }

    /// Waits until the last turn is so.
    pub async fn last(&self, conversation: &ConversationId, holds: impl Fn(&Turn) -> bool) -> Result<Turn> {
        let chat = self.chat()?;
        let mut last = None;
        for _ in 0..LOOKS {
            let (view, _patches) = chat.watch(conversation).await?;
            chat.unwatch(view.watch);
            last = view.turns.into_iter().next_back();
            if let Some(turn) = last.take_if(|turn| holds(turn)) {
                return Ok(turn);
            }
            tokio::time::sleep(LOOK).await;
        }
        bail!("{} waited in vain: {last:?}", self.login)
    }

    /// Waits for a state.
    pub async fn until(&self, what: &str, holds: impl Fn(&AppState) -> bool) -> Result<()> {
        for _ in 0..LOOKS {
            if holds(&self.state()) {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
        bail!("{} waited in vain until {what}: {:?}", self.login, self.state())
    }

    /// Closes Wingman; what it kept stays until this is dropped.
    pub async fn leave(&self) -> Result<()> {
        let app = self.app.clone();
        Ok(tokio::task::spawn_blocking(move || app.finish()).await?)
    }
}

/// What an answer shows.
pub fn shown(turn: &Turn) -> String {
    turn.blocks.iter().map(|block| block.html.as_str()).chain([turn.tail.as_str()]).collect()
}
