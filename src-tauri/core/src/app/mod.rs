//! The whole application as one value: the rooms wired together, and its state for the window.
//!
//! The shell makes one [`App`], starts it, hands it deep links and forwards the window's commands. Everything slow
//! happens on the runtime's threads; what the window needs to know comes as [`AppEvent`]s.

mod account;
mod agreement;
mod backups;
mod clipboard;
mod desktop_settings;
mod history;
mod keys;
mod leaving;
mod money;
mod profiles;
mod retention;
mod rounds;
mod sign_in;
mod starting;
mod state;
mod windows;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use secrecy::SecretString;
use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accounts::{AccountId, LiveTokens, Vault};
use crate::auth::{Gate, SignIn, SignInRequest};
use crate::chat::Chat;
use crate::config::{Config, ConfigFault, Places, Way};
use crate::copilot::{RUNTIME_VERSION, Reception, Runtime};
use crate::desktop::Desktop;
use crate::error::{Code, Error, Result};
use crate::github::Hosts;
use crate::store::choices::AccountChoices;
use crate::store::{Store, settings};

pub use account::{Account, AccountState, CopilotStanding, MembershipStanding};
pub use desktop_settings::{DesktopSettings, Notifications};
pub use history::HistorySettings;
pub use keys::{History, HistoryPlace};
pub use leaving::{Destination, Doubt, Link};
pub use starting::handover;
pub use state::{
    AppEvent, AppState, Appearance, Density, Diagnostics, Font, KeychainState, KnownHost, Language, Motion, Palette,
    Phase, Restored, Settings, TextWidth, Theme,
};

use windows::Windows;

/// What an application is made of.
pub struct AppParts {
    /// The configuration, or why it cannot be used.
    pub config: std::result::Result<Config, ConfigFault>,
    /// Wingman's folders.
    pub places: Places,
    /// The Copilot runtime, or where it was looked for.
    pub runtime: Result<Runtime>,
    /// The desktop around it.
    pub desktop: Arc<dyn Desktop>,
    /// Where its tasks run.
    pub tasks: Handle,
}

/// Wingman. Clones are the same.
#[derive(Clone)]
pub struct App {
    house: Arc<House>,
}

struct House {
    config: Option<Config>,
    /// Why the configuration cannot be used.
    fault: Option<Error>,
    places: Places,
    runtime: Result<Runtime>,
    desktop: Arc<dyn Desktop>,
    tasks: Handle,
    windows: Windows,
    sign_in: Mutex<SignIn>,
    /// What the attempt under way does outside [`SignIn`]; cancelled with it.
    attempt: Mutex<CancellationToken>,
    /// What the clipboard holds of the attempt under way.
    copied: Mutex<Option<SecretString>>,
    /// What exists once the keychain has answered and the database is open.
    open: Mutex<Option<Open>>,
    /// The keychain's entries of ours, and what this run holds of them.
    vault: OnceLock<Arc<Vault>>,
    /// What the person said about the way to the database.
    said: Mutex<keys::Said>,
    /// One start at a time.
    starting: tokio::sync::Mutex<()>,
    /// What the first question needs is being got ready.
    warm: AtomicBool,
    /// Each account's door to the required organisations.
    gates: Mutex<HashMap<AccountId, Gate>>,
    /// Until when GitHub wants to hear nothing of an account's organisations.
    resting: Mutex<HashMap<AccountId, rounds::Rest>>,
    /// Whose person was led to a page that may mend something, and when last.
    watched: Mutex<HashMap<AccountId, Instant>>,
    /// Somebody asks for a round now.
    round: Notify,
    /// What was deleted is being taken out of the copies, too: the end of the program waits for it.
    leaving: TaskTracker,
    /// It is to be looked again for chats whose time is over.
    keeping: Notify,
    /// The program ends; a start under way is given up.
    ending: CancellationToken,
}

/// The rooms that need the database.
#[derive(Clone)]
struct Open {
    store: Store,
    vault: Arc<Vault>,
    tokens: Arc<LiveTokens>,
    hosts: Hosts,
    copilot: Arc<Reception>,
    chat: Chat,
    /// It is being closed.
    ending: CancellationToken,
}

impl App {
    /// Wires nothing slow and starts nothing.
    pub fn new(parts: AppParts) -> Self {
        let (config, fault) = match parts.config {
            Ok(config) => (Some(config), None),
            Err(fault) => (None, Some(fault.into())),
        };
        let state = AppState {
            phase: Phase::Starting,
            sandbox: config.as_ref().is_some_and(|config| config.sandbox),
            keychain: KeychainState::Available,
            host: config
                .as_ref()
                .map_or_else(|| "github.com".to_owned(), |config| config.github.host.endpoints.host().to_string()),
            hosts: config.as_ref().map_or_else(Vec::new, state::hosts),
            other_hosts: config.as_ref().is_none_or(|config| !config.github.closed),
            ways: config.as_ref().map_or_else(|| Way::ALL.to_vec(), |config| config.ways.clone()),
            managed: config.as_ref().and_then(|config| config.managed.clone()),
            sign_in: crate::auth::SignInStep::Idle,
            accounts: Vec::new(),
            account: None,
            settings: Settings::default(),
            restored: None,
            history: History::default(),
        };
        let sign_in = Mutex::new(SignIn::default());
        Self {
            house: Arc::new(House {
                config,
                fault,
                places: parts.places,
                runtime: parts.runtime,
                desktop: parts.desktop,
                tasks: parts.tasks,
                windows: Windows::new(state),
                sign_in,
                attempt: Mutex::default(),
                copied: Mutex::default(),
                open: Mutex::new(None),
                vault: OnceLock::new(),
                said: Mutex::default(),
                starting: tokio::sync::Mutex::default(),
                warm: AtomicBool::new(false),
                gates: Mutex::default(),
                resting: Mutex::default(),
                watched: Mutex::default(),
                round: Notify::new(),
                leaving: TaskTracker::new(),
                keeping: Notify::new(),
                ending: CancellationToken::new(),
            }),
        }
    }

    /// Opens keychain and database and signs stored accounts in; again after something that stood in the way is gone.
    /// A start that is under way or done is left alone.
    pub fn start(&self) {
        let house = self.house.clone();
        self.house.tasks.spawn(async move { house.start().await });
    }

    /// The window is up and a person may type: now is the time to get ready what the first question needs, not
    /// earlier, when it would take the processor from the window itself. Only the first call does something.
    pub fn window_is_up(&self) {
        if !self.house.warm.swap(true, Ordering::Relaxed) {
            self.house.warm_up();
            self.house.check_again();
        }
    }

    /// Whether only a new process can help: what stands in the way was settled before the first thread.
    pub fn needs_restart(&self) -> bool {
        self.house.fault.is_some() || self.house.runs_here() && self.house.runtime.is_err()
    }

    /// Ends answers, stores everything and closes the database. Blocks until that is done.
    pub fn finish(&self) {
        self.house.ending.cancel();
        self.house.tasks.block_on(async move {
            // A start that is just done hands over what there is to close; one under way gives up at once.
            let _no_start = self.house.starting.lock().await;
            let undecided = self.house.sign_in.lock().cancel();
            if let Some(undecided) = undecided {
                self.house.give_back(&undecided.profile.id, &undecided.token).await;
            }
            self.house.clear_what_was_copied().await;
            let Some(open) = self.house.end_open().await else { return };
            if let Err(error) = open.store.close().await {
                tracing::error!(%error, "the database did not close well");
            }
        });
    }

    /// Wingman's folders.
    pub fn places(&self) -> &Places {
        &self.house.places
    }

    /// The state now, and everything that happens from here on.
    pub fn watch(&self) -> (AppState, mpsc::UnboundedReceiver<AppEvent>) {
        self.house.windows.watch()
    }

    /// The conversations; an error while the database is not open.
    pub fn chat(&self) -> Result<Chat> {
        Ok(self.house.open()?.chat)
    }

    /// Stores what the person set and tells every window.
    pub async fn save_settings(&self, settings: Settings) -> Result<()> {
        let open = self.house.open()?;
        let settings = Settings { history: settings.history.within_limits(), ..settings };
        let stored = settings.clone();
        open.store.write(move |change| settings::set(change, SETTINGS, &stored)).await?;
        self.house.windows.change(|state| state.settings = settings);
        self.house.keeping.notify_one();
        Ok(())
    }

    /// Opens the history with what the person typed: `Phase::Passphrase` again when it is another one.
    pub fn unlock(&self, passphrase: SecretString) {
        self.house.unlock(passphrase);
        self.start();
    }

    /// Goes on without the history that a passphrase opens, in memory, until the program ends.
    pub fn start_without_history(&self) {
        self.house.go_without();
        self.start();
    }

    /// Lets a passphrase open the history: beside the keychain, or in its place, where there is none; what is in memory
    /// is kept then. Errors: `PassphraseShort`, `StoreKeyMissing` when there are chats of another time, `StoreFailed`.
    pub async fn set_passphrase(&self, passphrase: SecretString) -> Result<()> {
        self.house.set_passphrase(passphrase).await
    }

    /// Lets the keychain alone open the history.
    pub async fn remove_passphrase(&self) -> Result<()> {
        self.house.remove_passphrase().await
    }

    /// Encrypts the history anew, under another key. An answer being written is ended. Errors: `PassphraseNeeded`,
    /// `PassphraseWrong`, `StoreFailed`, the keychain's; the history can be read afterwards in any case.
    pub async fn change_key(&self, passphrase: Option<SecretString>) -> Result<()> {
        self.house.change_key(passphrase).await
    }

    /// Deletes all conversations of the account, without a way back: from the copies of the database, too. Answers with
    /// how many they were.
    pub async fn delete_all_conversations(&self, account: &AccountId) -> Result<u32> {
        self.house.delete_all_conversations(account).await
    }

    /// Opens a link in the browser: `http`, `https` and `mailto`, nothing else. One that may hide where it leads is
    /// not opened but answered with its destination, until the person has agreed to it.
    pub fn open_link(&self, link: &Link) -> Result<Option<Destination>> {
        let url = leaving::address(&link.url)?;
        if !link.agreed
            && let Some(destination) = leaving::destination(&url, link.words.as_deref())
        {
            return Ok(Some(destination));
        }
        self.house.desktop.open(&url).map_err(|_| Error::from(Code::BrowserFailed))?;
        Ok(None)
    }

    /// Puts a text on the clipboard.
    pub fn copy_text(&self, text: &str) -> Result<()> {
        self.house.desktop.copy(text).map_err(|failure| Error::new(Code::Internal).with("reason", failure))
    }

    /// Keeps what the person chose for an account: favourites, a default, a limit to warn at.
    pub async fn choose_for_account(&self, account: &AccountId, chosen: AccountChoices) -> Result<()> {
        self.house.choose_for_account(account, chosen).await
    }

    /// Makes this the account in use.
    pub async fn use_account(&self, account: &AccountId) -> Result<()> {
        self.house.use_account(account).await
    }

    /// Takes the account's token out of the keychain, then revokes it at GitHub when that is possible. Its
    /// conversations stay, encrypted, and are back when it signs in again.
    pub async fn sign_out(&self, account: &AccountId) -> Result<()> {
        self.house.sign_out(account).await
    }

    /// Begins a sign-in; replaces one that is under way. `HostRefused` for a host that cannot be used.
    pub async fn sign_in(&self, request: SignInRequest) -> Result<()> {
        self.house.clone().begin_sign_in(request).await
    }

    /// Puts the code of the sign-in under way on the clipboard.
    pub fn copy_sign_in_code(&self) -> Result<()> {
        self.house.copy_sign_in_code()
    }

    /// Keeps the account that came back in place of the one that was asked for.
    pub async fn keep_account(&self) {
        self.house.keep_other().await;
    }

    /// Asks GitHub again how the accounts stand: their Copilot, and the organisations that are required.
    pub fn check_again(&self) {
        self.house.check_again();
    }

    /// Opens the page that mends what keeps the account out of this organisation. The page is looked up here: the
    /// window names no address.
    pub fn open_organization_page(&self, account: &AccountId, organization: &str) -> Result<()> {
        self.house.open_organization_page(account, organization)
    }

    /// Signs every account out, one after another; the first failure is told when all are done.
    pub async fn sign_out_all(&self) -> Result<()> {
        self.house.sign_out_all().await
    }

    /// Signs the account out and deletes all that is here of it: its conversations, what the model remembers of them,
    /// its drafts, its profile.
    pub async fn forget_account(&self, account: &AccountId) -> Result<()> {
        self.house.forget_account(account).await
    }

    /// Opens the page of the sign-in under way once more.
    pub async fn reopen_browser(&self) -> Result<()> {
        self.house.open_sign_in_page().await
    }

    /// Puts the link of the sign-in under way on the clipboard; the window never sees it.
    pub fn copy_sign_in_link(&self) -> Result<()> {
        self.house.copy_sign_in_link()
    }

    /// Ends the sign-in under way.
    pub fn cancel_sign_in(&self) {
        self.house.cancel_sign_in();
    }

    /// A failed sign-in was read.
    pub fn dismiss_sign_in(&self) {
        self.house.cancel_sign_in();
    }

    /// A deep link came from the operating system: anybody's text.
    pub fn callback(&self, link: &str) {
        self.house.clone().callback(link);
    }

    /// For the about page and for reports.
    pub fn diagnostics(&self) -> Diagnostics {
        Diagnostics {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            runtime: RUNTIME_VERSION.to_owned(),
            shared_runtime: self
                .house
                .config
                .as_ref()
                .and_then(|config| config.copilot.runtime.address())
                .map(|address| address.to_string()),
            platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        }
    }
}

/// The name of the settings in the database.
const SETTINGS: &str = "settings";

/// The name of the account in use in the database.
const ACCOUNT: &str = "account";

impl House {
    /// Ends what hangs on the open database, which stays open; none when there is none.
    async fn end_open(&self) -> Option<Open> {
        let open = self.open.lock().take()?;
        open.ending.cancel();
        open.chat.finish().await;
        open.copilot.shut_down().await;
        self.leaving.close();
        self.leaving.wait().await;
        self.leaving.reopen();
        Some(open)
    }

    /// The same before another start in this process.
    async fn leave(&self) {
        let _no_start = self.starting.lock().await;
        self.windows.change(|state| state.phase = Phase::Starting);
        self.end_open().await;
        self.warm.store(false, Ordering::Relaxed);
    }

    fn open(&self) -> Result<Open> {
        let missing = || match self.windows.state().phase {
            Phase::Blocked { error } => error,
            Phase::KeychainLocked => Code::KeychainLocked.into(),
            _ => Error::new(Code::Internal).with("reason", "still starting").retryable(),
        };
        self.open.lock().clone().ok_or_else(missing)
    }
}
