//! The whole core without a window: a person at a desktop of the tests' own.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;
use uuid::Uuid;
use wingman_core::accounts::AccountId;
use wingman_core::app::{App, AppParts, AppState, Phase, handover};
use wingman_core::auth::SignInRequest;
use wingman_core::chat::{Chat, Chosen, ConversationId, Desk, Question, Turn, TurnState};
use wingman_core::config::{BuildDefaults, Config, ConfigSource, Places};
use wingman_core::copilot::environment;
use wingman_core::desktop::{Desktop, DesktopFailure, Keychain, KeychainFailure};
use wingman_core::time::Millis;

use crate::endpoint::Endpoint;

/// A desktop with a keychain in memory and a browser that only notes what it is to open.
#[derive(Default)]
pub struct Table {
    opened: Mutex<Vec<Url>>,
    clipboard: Mutex<String>,
    /// How wrong the clock is, in milliseconds.
    clock: Mutex<i64>,
    keychain: Arc<Drawer>,
}

#[derive(Default)]
struct Drawer {
    entries: Mutex<HashMap<(String, String), String>>,
    keeps_everything: Mutex<bool>,
    /// There is no keychain at all.
    absent: bool,
    /// Where it is kept, to outlive the process as a keychain does.
    file: Option<PathBuf>,
}

impl Drawer {
    fn is_there(&self) -> std::result::Result<(), KeychainFailure> {
        if self.absent { Err(KeychainFailure::Absent) } else { Ok(()) }
    }

    /// Written before the caller hears of it, and never by halves.
    fn keep(&self, entries: &HashMap<(String, String), String>) -> std::result::Result<(), KeychainFailure> {
        let Some(file) = &self.file else { return Ok(()) };
        let lines: Vec<_> = entries.iter().collect();
        let failed = |reason: String| KeychainFailure::Other(reason);
        let text = serde_json::to_vec(&lines).map_err(|error| failed(error.to_string()))?;
        let draft = file.with_extension("new");
        std::fs::write(&draft, text).map_err(|error| failed(error.to_string()))?;
        std::fs::rename(draft, file).map_err(|error| failed(error.to_string()))
    }
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Table {
    /// A desktop that has no keychain.
    pub fn without_a_keychain() -> Self {
        Self { keychain: Arc::new(Drawer { absent: true, ..Drawer::default() }), ..Self::default() }
    }

    /// The keychain was replaced by an empty one.
    pub fn lose_everything(&self) {
        held(&self.keychain.entries).clear();
    }

    /// One whose keychain outlives the process, in this file.
    pub fn kept_in(file: &Path) -> Result<Self> {
        let entries: Vec<((String, String), String)> = match std::fs::read(file) {
            Ok(text) => serde_json::from_slice(&text)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let entries = Mutex::new(entries.into_iter().collect());
        let keychain = Drawer { entries, file: Some(file.to_owned()), ..Drawer::default() };
        Ok(Self { keychain: Arc::new(keychain), ..Self::default() })
    }

    /// Whom the keychain holds something for.
    pub fn users(&self) -> Vec<String> {
        let mut users: Vec<_> = held(&self.keychain.entries).keys().map(|(_, user)| user.clone()).collect();
        users.sort();
        users
    }

    /// Puts something into the keychain, as an earlier run would have.
    pub fn put(&self, service: &str, user: &str, secret: &str) -> Result<()> {
        Ok(self.keychain.write(service, user, &secret.into())?)
    }

    /// The pages that were opened so far.
    pub fn opened(&self) -> Vec<Url> {
        held(&self.opened).clone()
    }

    /// Whether the keychain holds an entry for this user, and what.
    pub fn entry(&self, user: &str) -> Option<String> {
        held(&self.keychain.entries).iter().find(|((_, of), _)| of == user).map(|(_, entry)| entry.clone())
    }

    /// Copies a text, as the person does in another program.
    pub fn has_copied(&self, text: &str) {
        text.clone_into(&mut held(&self.clipboard));
    }

    /// What is on the clipboard.
    pub fn clipboard(&self) -> String {
        held(&self.clipboard).clone()
    }

    /// Sets the clock wrong by so many milliseconds.
    pub fn set_clock(&self, off_by: i64) {
        *held(&self.clock) = off_by;
    }

    /// From now on the keychain deletes nothing.
    pub fn keep_everything(&self) {
        *held(&self.keychain.keeps_everything) = true;
    }
}

impl Desktop for Table {
    fn open(&self, url: &Url) -> std::result::Result<(), DesktopFailure> {
        held(&self.opened).push(url.clone());
        Ok(())
    }

    fn copy(&self, text: &str) -> std::result::Result<(), DesktopFailure> {
        text.clone_into(&mut held(&self.clipboard));
        Ok(())
    }

    fn copied(&self) -> std::result::Result<SecretString, DesktopFailure> {
        Ok(SecretString::from(held(&self.clipboard).as_str()))
    }

    fn clear(&self) -> std::result::Result<(), DesktopFailure> {
        held(&self.clipboard).clear();
        Ok(())
    }

    fn now(&self) -> Millis {
        let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)).plus(*held(&self.clock))
    }

    fn random(&self, bytes: &mut [u8]) -> std::result::Result<(), DesktopFailure> {
        for piece in bytes.chunks_mut(16) {
            piece.copy_from_slice(&Uuid::new_v4().as_bytes()[..piece.len()]);
        }
        Ok(())
    }

    fn keychain(&self) -> Arc<dyn Keychain> {
        self.keychain.clone()
    }
}

impl Keychain for Drawer {
    fn read(&self, service: &str, user: &str) -> std::result::Result<Option<SecretString>, KeychainFailure> {
        self.is_there()?;
        Ok(held(&self.entries).get(&(service.into(), user.into())).map(|entry| entry.as_str().into()))
    }

    fn write(&self, service: &str, user: &str, secret: &SecretString) -> std::result::Result<(), KeychainFailure> {
        self.is_there()?;
        let mut entries = held(&self.entries);
        entries.insert((service.into(), user.into()), secret.expose_secret().into());
        self.keep(&entries)
    }

    fn delete(&self, service: &str, user: &str) -> std::result::Result<(), KeychainFailure> {
        self.is_there()?;
        if *held(&self.keeps_everything) {
            return Err(KeychainFailure::Other("it keeps everything".into()));
        }
        let mut entries = held(&self.entries);
        entries.remove(&(service.into(), user.into()));
        self.keep(&entries)
    }
}

/// The configuration's part about Copilot, for the way in which the story is told.
pub fn copilot(url: &str) -> String {
    let handover = if crate::by_sdk() { "sdk" } else { "door" };
    format!("[copilot]\napi_url = \"{url}\"\nhandover = \"{handover}\"\n")
}

/// The environment was set before the configuration was written: what it says of hosts must be what the shell would
/// have made of this configuration.
fn as_the_shell_would(config: &Config) -> Result<()> {
    let wanted = environment(&crate::find()?, Path::new("any"), &handover(config));
    for name in ["COPILOT_GH_HOST", "COPILOT_DEBUG_GITHUB_API_URL", "COPILOT_API_URL"] {
        let wanted = wanted.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let told = std::env::var(name).ok();
        ensure!(told.as_deref() == wanted, "{name} is {told:?}, the configuration says {wanted:?}");
    }
    Ok(())
}

/// The program, from its start to its end.
pub struct Run {
    pub app: App,
}

impl Run {
    /// A program that has not started yet, for accounts of this host.
    pub fn new(folder: &Path, table: &Arc<Table>, endpoint: &Endpoint, host: &str) -> Result<Self> {
        let at = endpoint.url.as_str().trim_end_matches('/');
        let configured = format!(
            "[github]\nhost = \"{host}\"\nclient_id = \"client\"\nclient_secret = \"not-so-secret\"\n\
             web_url = \"{at}/web\"\napi_url = \"{at}/api/v3\"\n{}",
            copilot(at)
        );
        Self::configured(folder, table, &configured)
    }

    /// A program that has not started yet, with this configuration.
    pub fn configured(folder: &Path, table: &Arc<Table>, configuration: &str) -> Result<Self> {
        Self::ruled(folder, table, configuration, "")
    }

    /// The same on a computer with this policy; an empty one is none.
    pub fn ruled(folder: &Path, table: &Arc<Table>, configuration: &str, policy: &str) -> Result<Self> {
        let (file, rules) = (folder.join("config.toml"), folder.join("policy.toml"));
        std::fs::write(&file, configuration)?;
        std::fs::write(&rules, policy)?;
        let policy = (!policy.is_empty()).then_some(rules);
        let config = Config::load(ConfigSource { file: Some(file), policy, build: BuildDefaults::default() });
        if let Ok(config) = &config {
            as_the_shell_would(config)?;
        }
        let under = |name: &str| -> PathBuf { folder.join("wingman").join(name) };
        let app = App::new(AppParts {
            config,
            places: Places {
                config: under("config"),
                data: under("data"),
                state: under("state"),
                cache: under("cache"),
            },
            runtime: Ok(crate::find()?),
            desktop: table.clone(),
            tasks: tokio::runtime::Handle::current(),
        });
        Ok(Self { app })
    }

    /// Starts it and waits until it can be used.
    pub async fn start(folder: &Path, table: &Arc<Table>, endpoint: &Endpoint) -> Result<Self> {
        let run = Self::new(folder, table, endpoint, "github.com")?;
        run.app.start();
        run.until("it is ready", |state| state.phase == Phase::Ready).await?;
        Ok(run)
    }

    pub fn state(&self) -> AppState {
        self.app.watch().0
    }

    pub fn chat(&self) -> Result<Chat> {
        Ok(self.app.chat()?)
    }

    /// Waits for a state.
    pub async fn until(&self, what: &str, holds: impl Fn(&AppState) -> bool) -> Result<AppState> {
        for _ in 0..600 {
            let state = self.state();
            if holds(&state) {
                return Ok(state);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        bail!("waited in vain until {what}: {:?}", self.state())
    }

    /// Signs in as somebody who agrees in the browser.
    pub async fn sign_in(&self, table: &Table) -> Result<AccountId> {
        self.agree(table, "the-code").await?;
        let state = self.until("somebody is signed in", |state| !state.accounts.is_empty()).await?;
        state.account.context("nobody is in use")
    }

    /// Begins a sign-in, and comes back from the browser with this code.
    pub async fn agree(&self, table: &Table, code: &str) -> Result<()> {
        self.app.sign_in(SignInRequest::default()).await?;
        let page = table.opened().pop().context("no page was opened")?;
        let state = page.query_pairs().find(|(name, _)| name == "state").context("no state")?.1.into_owned();
        self.app.callback(&format!("dev.wingman.desktop://oauth/callback?code={code}&state={state}"));
        Ok(())
    }

    /// Asks.
    pub async fn send(
        &self,
        account: &AccountId,
        conversation: Option<&ConversationId>,
        text: &str,
    ) -> Result<ConversationId> {
        let question = Question {
            conversation: conversation.cloned(),
            account: account.clone(),
            text: text.into(),
            model: None,
            attachments: Vec::new(),
            chosen: Chosen::default(),
            desk: Desk::default(),
        };
        Ok(self.chat()?.send(question).await?.conversation)
    }

    /// The turns as a window that opens the conversation now would show them.
    pub async fn turns(&self, conversation: &ConversationId) -> Result<Vec<Turn>> {
        let chat = self.chat()?;
        let (view, _patches) = chat.watch(conversation).await?;
        chat.unwatch(view.watch);
        Ok(view.turns)
    }

    /// Waits until the last turn is so.
    pub async fn last(&self, conversation: &ConversationId, holds: impl Fn(&Turn) -> bool) -> Result<Turn> {
        for _ in 0..600 {
            let turns = self.turns(conversation).await?;
            if let Some(turn) = turns.into_iter().next_back().filter(&holds) {
                return Ok(turn);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        bail!("waited in vain: {:?}", self.turns(conversation).await?)
    }

    /// Waits until the answer is whole.
    pub async fn answered(&self, conversation: &ConversationId) -> Result<Turn> {
        let turn = self.last(conversation, |turn| !matches!(turn.state, TurnState::Answering { .. })).await?;
        match turn.state {
            TurnState::Complete => Ok(turn),
            other => bail!("no answer came: {other:?}"),
        }
    }

    /// Ends the program as the shell does.
    pub async fn finish(self) -> Result<()> {
        Ok(tokio::task::spawn_blocking(move || self.app.finish()).await?)
    }
}

/// What an answer shows.
pub fn shown(turn: &Turn) -> String {
    turn.blocks.iter().map(|block| block.html.as_str()).chain([turn.tail.as_str()]).collect()
}
