//! Carrying a sign-in out: the browser, the callback, and what a new account needs before it is shown.

use std::sync::Arc;
use std::time::Duration;

use super::House;
use crate::accounts::{AccountState, Kept};
use crate::auth::{self, Authorization, Exchange, Moment, SignInStep, SignedIn, Verdict};
use crate::error::{Code, Error, Result};
use crate::store::profiles::{Avatar, Profile};
use crate::store::{profiles, settings};

/// How often an attempt's end is looked for; the window counts down by itself.
const LOOK: Duration = Duration::from_secs(1);

impl House {
    /// A new attempt, in place of an older one. What stands in its way is told on the same screen.
    pub(super) async fn begin_sign_in(self: Arc<Self>) -> Result<()> {
        self.open()?;
        let config = self.config()?;
        let endpoints = config.github.endpoints.clone();
        let Some(client) = config.github.client.clone() else {
            let error = Error::new(Code::ClientMissing).with("host", endpoints.host());
            self.sign_in.lock().fail(endpoints.host(), error);
            self.show_sign_in();
            return Ok(());
        };
        let asked = Authorization { endpoints, client, scopes: config.github.scopes.clone() };
        let now = Moment::now(self.desktop.as_ref());
        self.sign_in.lock().begin(asked, |bytes| self.desktop.random(bytes), now)?;
        self.show_sign_in();
        let house = self.clone();
        self.tasks.spawn(async move { house.expire_sign_in().await });
        self.open_sign_in_page().await
    }

    /// Opens the page of the attempt that waits. No browser is no end of it: the link can be copied.
    pub(super) async fn open_sign_in_page(self: &Arc<Self>) -> Result<()> {
        let Some(link) = self.sign_in.lock().link() else { return Ok(()) };
        let desktop = self.desktop.clone();
        // Starting a program can take a while, and the window must not wait for it.
        let opened = tokio::task::spawn_blocking(move || desktop.open(&link)).await;
        let opened = matches!(opened, Ok(Ok(())));
        self.sign_in.lock().browser(opened);
        self.show_sign_in();
        Ok(())
    }

    pub(super) fn copy_sign_in_link(&self) -> Result<()> {
        let link = self.sign_in.lock().link().ok_or(Code::SignInExpired)?;
        self.desktop.copy(link.as_str()).map_err(|failure| Error::new(Code::Internal).with("reason", failure))
    }

    pub(super) fn cancel_sign_in(&self) {
        self.sign_in.lock().cancel();
        self.show_sign_in();
    }

    /// A link from the operating system: anybody's text.
    pub(super) fn callback(self: Arc<Self>, link: &str) {
        let Ok(config) = self.config() else { return };
        let host = config.github.endpoints.host().clone();
        let verdict = self.sign_in.lock().callback(link, &host, Moment::now(self.desktop.as_ref()));
        if let Verdict::StartAgain = verdict {
            self.drop_stray_callback();
        }
        self.show_sign_in();
        if let Verdict::Exchange(exchange) = verdict {
            let house = self.clone();
            self.tasks.spawn(async move { house.finish_sign_in(*exchange).await });
        }
    }

    /// Whoever is signed in is not asked to start again over a link that nobody waited for: any page can send one. To
    /// be asked again when it is known who is signed in, since a link can start the program.
    pub(super) fn drop_stray_callback(&self) {
        let signed_in = self.windows.state().accounts.iter().any(|account| account.state == AccountState::SignedIn);
        let mut sign_in = self.sign_in.lock();
        let stray = matches!(sign_in.step(), SignInStep::Failed { error, .. } if error.code == Code::SignInUnknown);
        if signed_in && stray {
            sign_in.cancel();
        }
        drop(sign_in);
        self.show_sign_in();
    }

    async fn finish_sign_in(self: Arc<Self>, exchange: Exchange) {
        let generation = exchange.generation();
        let result = match self.open() {
            Ok(open) => auth::finish(&open.github, exchange, self.desktop.now()).await,
            Err(error) => Err(error),
        };
        let (signed_in, told) = match result {
            Ok(signed_in) => (Some(signed_in), Ok(())),
            Err(error) => (None, Err(error)),
        };
        if self.sign_in.lock().done(generation, told) {
            if let Some(signed_in) = signed_in
                && let Err(error) = self.keep_or_revoke(signed_in).await
                && let Ok(config) = self.config()
            {
                self.sign_in.lock().fail(config.github.endpoints.host(), error);
            }
            self.show_sign_in();
        } else if let (Some(signed_in), Ok(open)) = (signed_in, self.open()) {
            // The person gave up meanwhile: a token that nobody knows of must not live on.
            tracing::info!("a sign-in ended after it was given up");
            self.revoke(&open.github, &signed_in.profile.id, &signed_in.token.access).await;
        }
    }

    /// Welcomes the account; when that fails nobody would know of its token, so it must not live on.
    async fn keep_or_revoke(self: &Arc<Self>, signed_in: SignedIn) -> Result<()> {
        let (account, token) = (signed_in.profile.id.clone(), signed_in.token.access.clone());
        let welcomed = self.welcome(signed_in).await;
        if welcomed.is_err()
            && let Ok(open) = self.open()
        {
            open.vault.remove(&account).await;
            self.revoke(&open.github, &account, &token).await;
        }
        welcomed
    }

    /// Stores a new account, the token first: a profile without a token could not be used.
    async fn welcome(self: &Arc<Self>, signed_in: SignedIn) -> Result<()> {
        let open = self.open()?;
        let SignedIn { profile, token, scopes: _ } = signed_in;
        let kept = open.vault.store(&profile.id, token).await?;
        open.tokens.signed_in(&profile.id, &profile.login);
        let profile = Profile {
            user: profile.id.user().parse().unwrap_or_default(),
            avatar: profile.avatar.map(|(bytes, media_type)| Avatar { bytes, media_type }),
            id: profile.id,
            login: profile.login,
            name: profile.name,
            added_at: profile.added_at,
            last_used_at: profile.added_at,
            signed_out: false,
        };
        let stored = profile.clone();
        open.store
            .write(move |change| {
                profiles::save(change, &stored)?;
                settings::set(change, super::ACCOUNT, &stored.id)
            })
            .await?;
        let account = super::profiles::shown(&profile, AccountState::SignedIn, kept == Kept::Keychain);
        open.copilot.dismiss(&profile.id).await;
        self.windows.change(|state| {
            state.account = Some(account.id.clone());
            state.accounts.retain(|known| known.id != account.id);
            state.accounts.push(account);
        });
        self.warm_up();
        Ok(())
    }

    async fn expire_sign_in(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK).await;
            let mut sign_in = self.sign_in.lock();
            let expired = sign_in.expire(Moment::now(self.desktop.as_ref()));
            let waiting = sign_in.link().is_some();
            drop(sign_in);
            if expired {
                self.show_sign_in();
            }
            if !waiting {
                return;
            }
        }
    }

    fn show_sign_in(&self) {
        // Looked up while the state is held: two threads that tell of two steps must not tell the older one last.
        self.windows.change(|state| state.sign_in = self.sign_in.lock().step());
    }
}
