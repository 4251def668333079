//! The start: keychain, database, accounts, in this order, and what is done when one of them says no.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;

use super::{ACCOUNT, AccountState, AppEvent, House, KeychainState, Open, Phase, SETTINGS};
use crate::accounts::{AccountId, Kept, LiveTokens, Vault};
use crate::auth::OAuthRenewal;
use crate::chat::{Chat, ListChange};
use crate::config::{Config, Handover};
use crate::copilot::{self, Copilot, CopilotOptions, Patience, Reception, SdkHost, SharedRuntime};
use crate::desktop::NoKeychain;
use crate::error::{Code, Error, Result};
use crate::github::{Hosts, Known, Others};
use crate::http::{Clock, Http, Limits};
use crate::render;
use crate::store::{StoreError, settings};

/// How long the keychain may take when it asks nobody anything.
pub(super) const AT_ONCE: Duration = Duration::from_secs(2);

/// How long until a token is offered to the keychain again that did not take it.
const AGAIN: Duration = Duration::from_secs(30);

/// How long a person may take to unlock it, before the window offers to try again.
pub(super) const FOR_A_PERSON: Duration = Duration::from_mins(5);

impl House {
    /// Goes from nothing to `Ready`, or says what stands in the way.
    pub(super) async fn start(self: Arc<Self>) {
        let Ok(_one_at_a_time) = self.starting.try_lock() else { return };
        if self.open.lock().is_some() {
            return;
        }
        self.windows.change(|state| state.phase = Phase::Starting);
        let opened = tokio::select! {
            biased;
            () = self.ending.cancelled() => return,
            opened = self.open_everything() => opened,
        };
        match opened {
            Ok(open) => {
                self.follow_conversations(&open.chat);
                self.follow_bills(&open);
                self.follow_refusals(&open);
                self.follow_vault(&open);
                if open.store.closed_to_changes().is_none() {
                    self.begin_rounds(&open);
                    self.begin_deleting_old_chats(&open);
                    self.begin_backing_up(&open);
                    open.chat.catch_up();
                }
                *self.open.lock() = Some(open.clone());
                if open.store.closed_to_changes().is_none() {
                    self.settle_accounts(&open).await;
                }
                self.drop_stray_callback();
                self.windows.change(|state| state.phase = Phase::Ready);
            }
            Err(error) if error.code == Code::KeychainLocked => {
                self.windows.change(|state| state.phase = Phase::KeychainLocked);
            }
            Err(error) if matches!(error.code, Code::PassphraseNeeded | Code::PassphraseWrong) => {
                let wrong = error.code == Code::PassphraseWrong;
                self.windows.change(|state| state.phase = Phase::Passphrase { wrong });
            }
            Err(error) => {
                tracing::error!(code = ?error.code, "the start was stopped");
                self.windows.change(|state| state.phase = Phase::Blocked { error });
            }
        }
    }

    async fn open_everything(self: &Arc<Self>) -> Result<Open> {
        let config = self.config()?;
        // Chat cannot work without it, and a person should not sign in to find that out.
        if self.runs_here() {
            self.runtime.as_ref().map_err(Clone::clone)?;
        }
        let vault = self
            .vault
            .get_or_init(|| {
                let keychain = if config.memory_only { Arc::new(NoKeychain) } else { self.desktop.keychain() };
                Arc::new(Vault::new(keychain, config.keychain_service()))
            })
            .clone();
        let store = self.open_store(&vault).await?;
        self.tell_restored(&store);
        let clock: Clock = {
            let desktop = self.desktop.clone();
            Arc::new(move || desktop.now())
        };
        let password = match config.network.keychain_user() {
            Some(entry) => vault.proxy_password(&entry).await,
            None => None,
        };
        let http = Http::over(&config.network, password.as_ref(), Limits::default(), clock.clone())?;
        let hosts = hosts(config, http.clone());
        let clients =
            config.github.all().filter_map(|host| Some((host.endpoints.host().clone(), host.client.clone()?)));
        let renewal = OAuthRenewal::new(hosts.clone(), clients.collect(), clock.clone());
        let tokens = Arc::new(LiveTokens::new(vault.clone(), renewal, clock.clone()));
        let copilot = Copilot::new(CopilotOptions {
            http,
            tokens: tokens.clone(),
            connections: vault.clone(),
            files: store.session_files(),
            handover: handover(config),
            models: config.copilot.models.clone(),
            patience: Patience::of(config.copilot.silence),
            base_directory: self.places.cache.join("runtime"),
            now: clock,
        });
        let reception = Reception::new(copilot, hosts.clone(), tokens.clone(), config.copilot.model.clone());
        let copilot = Arc::new(reception.with_default_decided(config.copilot.model_decided));
        let chat = Chat::new(store.clone(), copilot.clone(), self.desktop.clone());
        let open = Open { store, vault, tokens, hosts, copilot, chat, ending: self.ending.child_token() };
        let restored = self.restore(&open).await;
        match (open.store.closed_to_changes(), restored) {
            // With no account there is nothing to read, and what cannot be understood is no help.
            (Some(newer), Ok(())) if self.windows.state().accounts.is_empty() => return Err(newer.clone().into()),
            (Some(newer), Err(error)) if error.code == Code::StoreFailed => return Err(newer.clone().into()),
            (_, restored) => restored?,
        }
        Ok(open)
    }

    /// Brings settings and accounts back as they were.
    async fn restore(&self, open: &Open) -> Result<()> {
        let (settings, active, profiles) = open
            .store
            .read(|look| {
                let settings = settings::get(look, SETTINGS)?.unwrap_or_default();
                let active: Option<AccountId> = settings::get(look, ACCOUNT)?;
                Ok((settings, active, crate::store::profiles::all(look)?))
            })
            .await?;
        let mut accounts = Vec::new();
        for profile in profiles.into_iter().filter(|profile| !profile.signed_out) {
            let state = self.stored_token(open, &profile).await?;
            let kept = open.vault.kept(&profile.id).is_none_or(|kept| kept == Kept::Keychain);
            let mut account = super::profiles::shown(&profile, state, kept);
            if let Some((spent, choices)) = self.month_of(open, &profile.id).await {
                (account.spent, account.choices) = (spent, choices);
            }
            // Nobody asks about an account that may not be used, and no gate opens what the policy closed.
            if !matches!(state, AccountState::Disallowed | AccountState::ReadOnly) {
                account.membership = self.set_up_gate(open, &profile.id).await?;
            }
            accounts.push(account);
        }
        let active = active.filter(|active| accounts.iter().any(|account| account.id == *active));
        let active = active.or_else(|| accounts.first().map(|account| account.id.clone()));
        self.windows.change(|state| {
            state.settings = settings;
            state.accounts = accounts;
            state.account = active;
        });
        Ok(())
    }

    /// The rows of the list go to every window as they change.
    fn follow_conversations(self: &Arc<Self>, chat: &Chat) {
        let (house, mut changes) = (self.clone(), chat.changes());
        self.tasks.spawn(async move {
            loop {
                match changes.recv().await {
                    Ok(ListChange::Row(summary)) => house.windows.tell(&AppEvent::Conversation { summary }),
                    Ok(ListChange::Gone(id)) => house.windows.tell(&AppEvent::ConversationGone { id }),
                    // Rows are whole, so a missed one is made good by the next of the same conversation.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        });
    }

    /// An account whose token GitHub refused asks for sign-in, in every window.
    fn follow_refusals(self: &Arc<Self>, open: &Open) {
        let (house, mut refused) = (self.clone(), open.tokens.sign_in_needed());
        self.tasks.spawn(async move {
            while refused.changed().await.is_ok() {
                let dead = refused.borrow_and_update().clone();
                house.windows.change(|state| {
                    for account in state.accounts.iter_mut().filter(|account| dead.contains(&account.id)) {
                        account.state = AccountState::SignInNeeded;
                    }
                });
            }
        });
    }

    /// A token that the keychain did not take is said, and put there as soon as it does.
    fn follow_vault(self: &Arc<Self>, open: &Open) {
        let (house, vault, mut stored) = (self.clone(), open.vault.clone(), open.vault.changes());
        let ended = open.ending.clone();
        self.tasks.spawn(async move {
            loop {
                let keychain = house.windows.state().keychain == KeychainState::Available;
                let retry = async {
                    if keychain && vault.has_pending() {
                        tokio::time::sleep(AGAIN).await;
                    } else {
                        std::future::pending::<()>().await;
                    }
                };
                tokio::select! {
                    biased;
                    () = ended.cancelled() => return,
                    changed = stored.changed() => if changed.is_err() { return },
                    () = retry => { vault.keep_pending().await; }
                }
                stored.borrow_and_update();
                house.windows.change(|state| {
                    for account in &mut state.accounts {
                        if let Some(kept) = vault.kept(&account.id) {
                            account.kept = kept == Kept::Keychain;
                        }
                    }
                });
            }
        });
    }

    /// Gets ready what the first question and the first answer need, while the person still reads the window.
    pub(super) fn warm_up(self: &Arc<Self>) {
        self.tasks.spawn_blocking(render::warm);
        let house = self.clone();
        self.tasks.spawn(async move {
            let state = house.windows.state();
            let active = state.accounts.iter().find(|account| Some(&account.id) == state.account.as_ref());
            if let (Some(account), Ok(open)) = (active, house.open()) {
                open.copilot.warm(&account.id, &account.login).await;
            }
        });
    }

    /// Whether the Copilot runtime is this process's own.
    pub(super) fn runs_here(&self) -> bool {
        self.config.as_ref().is_none_or(|config| config.copilot.runtime.address().is_none())
    }

    pub(super) fn config(&self) -> Result<&Config> {
        match (&self.config, &self.fault) {
            (Some(config), _) => Ok(config),
            (None, Some(fault)) => Err(fault.clone()),
            (None, None) => Err(Code::ConfigInvalid.into()),
        }
    }
}

/// Every configured host. A run against a stand-in talks to nobody else.
fn hosts(config: &Config, http: Http) -> Hosts {
    let known = config.github.all().map(|host| Known {
        endpoints: host.endpoints.clone(),
        // It stands in for the endpoint of the host that is signed in at by default.
        copilot_api: config.copilot.api_url.clone().filter(|_| host.endpoints == config.github.host.endpoints),
    });
    let others = match (config.github.closed, config.sandbox) {
        (true, _) => Others::NoneByPolicy,
        (false, true) => Others::NoneBesideStandIns,
        (false, false) => Others::Documented,
    };
    Hosts::new(http, known.collect(), others)
}

/// How tokens get to where they are used, in the words of the Copilot room.
pub fn handover(config: &Config) -> copilot::Handover {
    let host = config.github.host.endpoints.host().to_string();
    if let Some(address) = config.copilot.runtime.address() {
        return copilot::Handover::Shared(SharedRuntime { address, host });
    }
    match config.copilot.handover {
        Handover::Door => copilot::Handover::Door,
        Handover::Sdk => copilot::Handover::Sdk(SdkHost {
            host,
            api_url: config.github.host.endpoints.stand_in_api(),
            copilot_url: config.copilot.api_url.clone(),
        }),
    }
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, StoreError> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(_panicked) => Err(Error::new(Code::Internal).with("reason", "the database could not be opened")),
    }
}
