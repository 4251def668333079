//! Carrying a sign-in out: the ways to begin it, the callback, and what a new account needs before it is shown.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use tokio_util::sync::CancellationToken;

use super::{AccountState, House, agreement};
use crate::accounts::Kept;
use crate::auth::{self, Aim, Authorization, Exchange, Moment, SignInRequest, SignInStep, SignedIn, Verdict, Way, Who};
use crate::config::OAuthClient;
use crate::error::{Code, Error, Result};
use crate::github::{Endpoints, Host};
use crate::store::profiles::{Avatar, Profile};
use crate::store::{profiles, settings};

/// How often an attempt's end is looked for; the window counts down by itself.
const LOOK: Duration = Duration::from_secs(1);

impl House {
    /// A new attempt, in place of an older one. A host that cannot be used is told to whoever asked; what else stands
    /// in its way is told where the sign-in stands.
    pub(super) async fn begin_sign_in(self: Arc<Self>, request: SignInRequest) -> Result<()> {
        let aim = self.aim_of(&request)?;
        self.give_up();
        if request.way == Way::Token {
            return self.sign_in_with_copied_token(aim).await;
        }
        let asked = match self.authorization(&aim) {
            Ok(asked) => asked,
            Err(error) => {
                self.sign_in.lock().fail(aim, error);
                self.show_sign_in();
                return Ok(());
            }
        };
        match request.way {
            Way::Code => self.sign_in_with_code(aim, asked),
            _ => self.sign_in_with_browser(asked).await?,
        }
        Ok(())
    }

    async fn sign_in_with_browser(self: &Arc<Self>, asked: Authorization) -> Result<()> {
        let now = Moment::now(self.desktop.as_ref());
        self.sign_in.lock().begin(asked, |bytes| self.desktop.random(bytes), now)?;
        self.show_sign_in();
        self.watch_the_clock();
        self.open_sign_in_page().await
    }

    /// The page with the code opens by itself, as the browser's does; the code is on the clipboard when the person says
    /// so, not before: something of theirs may be there.
    fn sign_in_with_code(self: &Arc<Self>, aim: Aim, asked: Authorization) {
        let generation = self.sign_in.lock().begin_other_way(aim.clone());
        self.show_sign_in();
        let (house, ended) = (self.clone(), self.new_attempt());
        self.tasks.spawn(async move {
            tokio::select! {
                biased;
                () = ended.cancelled() => {}
                result = house.follow_code(generation, aim, asked) => {
                    // A refusal is shown; an account is being kept already.
                    if let Err(error) = result
                        && house.sign_in.lock().done(generation, Err(error))
                    {
                        house.show_sign_in();
                    }
                }
            }
        });
    }

    async fn follow_code(self: &Arc<Self>, generation: u64, aim: Aim, asked: Authorization) -> Result<()> {
        let http = self.open()?.hosts.http().clone();
        let now = Moment::now(self.desktop.as_ref());
        let (code, poll) = auth::device::ask(&http, asked, now).await?;
        if !self.sign_in.lock().show_code(generation, code) {
            return Ok(());
        }
        self.show_sign_in();
        self.watch_the_clock();
        self.open_sign_in_page().await?;
        let desktop = self.desktop.clone();
        let (asked, token) = auth::device::wait(http, poll, Arc::new(move || desktop.now())).await?;
        // From here on there is a token: whoever gives up now must not leave it behind, so a task of its own ends it.
        self.sign_in.lock().code_approved(generation);
        self.show_sign_in();
        let house = self.clone();
        self.tasks.spawn(async move {
            let result = match house.open().and_then(|open| open.hosts.at(asked.endpoints.host())) {
                Ok(github) => auth::identify(&github, &asked, token, house.desktop.now()).await,
                Err(error) => Err(error),
            };
            house.end_sign_in(generation, aim, result).await;
        });
        Ok(())
    }

    /// The clipboard is read here: a token that were typed into the window would be in the web view.
    async fn sign_in_with_copied_token(self: &Arc<Self>, aim: Aim) -> Result<()> {
        let config = self.config()?;
        let scopes = config.github.scopes.clone();
        let generation = self.sign_in.lock().begin_other_way(aim.clone());
        self.show_sign_in();
        let desktop = self.desktop.clone();
        // A clipboard's owner is another program, which may take its time.
        let copied = tokio::task::spawn_blocking(move || desktop.copied()).await;
        let copied = copied.ok().and_then(std::result::Result::ok).unwrap_or_else(|| SecretString::from(""));
        let house = self.clone();
        self.tasks.spawn(async move {
            let result = async {
                let token = auth::pasted::read(&copied)?;
                let github = house.open()?.hosts.at(&aim.host)?;
                auth::pasted::sign_in(&github, token, &scopes, house.desktop.now()).await
            };
            let result = result.await;
            // A token that works is taken over; one that does not may be corrected where it came from.
            let taken = result.is_ok();
            house.end_sign_in(generation, aim, result).await;
            if taken {
                house.take_back(copied);
            }
        });
        Ok(())
    }

    /// Where, how and who. `HostRefused` with its reason for what is no host; `HostNotAllowed` and `WayNotAllowed`
    /// for what a policy forbids.
    fn aim_of(&self, request: &SignInRequest) -> Result<Aim> {
        let open = self.open()?;
        let config = self.config()?;
        let accounts = self.windows.state().accounts;
        let again = request
            .account
            .as_ref()
            .map(|id| accounts.iter().find(|account| account.id == *id).ok_or_else(|| Error::new(Code::NotFound)));
        let again = again.transpose()?;
        let host = match (again, &request.host) {
            (Some(account), _) => parse_host(&account.host)?,
            (None, Some(typed)) => parse_host(typed)?,
            (None, None) => config.github.host.endpoints.host().clone(),
        };
        open.hosts.at(&host)?;
        if !config.ways.contains(&request.way) {
            let allowed: Vec<&str> = config.ways.iter().map(|way| way.name()).collect();
            let error = Error::new(Code::WayNotAllowed).with("way", request.way.name());
            return Err(error.with("ways", allowed.join(", ")));
        }
        let who = match again {
            Some(account) => Who::Same { account: account.id.clone(), login: account.login.clone() },
            None if accounts.iter().any(|account| account.host == host.as_str()) => Who::Another,
            None => Who::Anyone,
        };
        Ok(Aim { host, way: request.way, who })
    }

    /// What to ask for at this host. `ClientMissing` where no OAuth client is registered for it.
    fn authorization(&self, aim: &Aim) -> Result<Authorization> {
        let config = self.config()?;
        let (endpoints, client) =
            self.client_at(&aim.host).ok_or_else(|| Error::new(Code::ClientMissing).with("host", &aim.host))?;
        Ok(Authorization { endpoints, client, scopes: config.github.scopes.clone(), who: aim.who.clone() })
    }

    /// The OAuth client that is configured for this host.
    pub(super) fn client_at(&self, host: &Host) -> Option<(Endpoints, OAuthClient)> {
        let known = self.config().ok()?.github.at(host)?;
        Some((known.endpoints.clone(), known.client.clone()?))
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
        self.copy_for_sign_in(link.as_str())
    }

    pub(super) fn copy_sign_in_code(&self) -> Result<()> {
        let code = self.sign_in.lock().user_code().ok_or(Code::SignInExpired)?;
        self.copy_for_sign_in(&code)
    }

    pub(super) fn cancel_sign_in(self: &Arc<Self>) {
        self.give_up();
        self.show_sign_in();
    }

    /// The person keeps the account that came back in place of the one that was asked for.
    pub(super) async fn keep_other(self: &Arc<Self>) {
        let Some((generation, signed_in)) = self.sign_in.lock().keep() else { return };
        self.show_sign_in();
        self.keep_if_awaited(generation, *signed_in).await;
    }

    /// Keeps the account; who gave up while it was being kept is signed out again.
    async fn keep_if_awaited(self: &Arc<Self>, generation: u64, signed_in: SignedIn) {
        let account = signed_in.profile.id.clone();
        let kept = self.keep_or_revoke(signed_in).await;
        let in_vain = kept.is_ok();
        if !self.sign_in.lock().done(generation, kept)
            && in_vain
            && let Err(error) = self.sign_out(&account).await
        {
            tracing::warn!(code = ?error.code, "a sign-in that was given up could not be undone whole");
        }
        self.show_sign_in();
    }

    /// Ends whatever is under way; an account that waited to be decided about is not kept.
    fn give_up(self: &Arc<Self>) {
        self.new_attempt();
        let dropped = self.sign_in.lock().cancel();
        if let Some(dropped) = dropped {
            let house = self.clone();
            self.tasks.spawn(async move { house.give_back(&dropped.profile.id, &dropped.token).await });
        }
    }

    /// Ends what an older attempt still does.
    fn new_attempt(&self) -> CancellationToken {
        let next = self.ending.child_token();
        std::mem::replace(&mut *self.attempt.lock(), next.clone()).cancel();
        next
    }

    /// A link from the operating system: anybody's text.
    pub(super) fn callback(self: Arc<Self>, link: &str) {
        let Ok(config) = self.config() else { return };
        let host = config.github.host.endpoints.host().clone();
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
        let asked = exchange.asked();
        let (generation, who) = (exchange.generation(), asked.who.clone());
        let aim = Aim { host: asked.endpoints.host().clone(), way: Way::Browser, who };
        let result = match self.open().and_then(|open| open.hosts.at(exchange.asked().endpoints.host())) {
            Ok(github) => auth::finish(&github, exchange, self.desktop.now()).await,
            Err(error) => Err(error),
        };
        self.end_sign_in(generation, aim, result).await;
    }

    /// An attempt came to its end. Nothing is stored when nobody waits for it any more.
    async fn end_sign_in(self: &Arc<Self>, generation: u64, aim: Aim, result: Result<SignedIn>) {
        let signed_in = match result {
            Ok(signed_in) => signed_in,
            Err(error) => {
                self.sign_in.lock().done(generation, Err(error));
                return self.show_sign_in();
            }
        };
        let somebody_else = aim.who.account().is_some_and(|asked| *asked != signed_in.profile.id);
        if somebody_else {
            let not_awaited = self.sign_in.lock().ask_about(generation, Box::new(signed_in));
            if let Some(signed_in) = not_awaited {
                self.give_back(&signed_in.profile.id, &signed_in.token).await;
            }
            return self.show_sign_in();
        }
        if !self.sign_in.lock().waits_for(generation) {
            // The person gave up meanwhile: a token that nobody knows of must not live on.
            tracing::info!("a sign-in ended after it was given up");
            return self.give_back(&signed_in.profile.id, &signed_in.token).await;
        }
        self.keep_if_awaited(generation, signed_in).await;
    }

    /// Welcomes the account; when that fails nobody would know of its token, so it must not live on.
    async fn keep_or_revoke(self: &Arc<Self>, signed_in: SignedIn) -> Result<()> {
        let (account, token) = (signed_in.profile.id.clone(), signed_in.token.clone());
        let welcomed = self.welcome(signed_in).await;
        if welcomed.is_err()
            && let Ok(open) = self.open()
        {
            self.give_back(&account, &token).await;
            open.vault.remove(&account).await;
            self.change_account(&account, |account| account.state = AccountState::SignInNeeded);
        }
        welcomed
    }

    /// Stores a new account, the token first: a profile without a token could not be used.
    async fn welcome(self: &Arc<Self>, signed_in: SignedIn) -> Result<()> {
        let open = self.open()?;
        let SignedIn { profile, token, scopes } = signed_in;
        let before = open.vault.load(&profile.id).await.ok().flatten();
        let new = token.access.clone();
        agreement::begin(&open.store, &profile.id).await?;
        let kept = open.vault.store(&profile.id, token).await?;
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
                agreement::end(change, &stored.id)?;
                settings::set(change, super::ACCOUNT, &stored.id)
            })
            .await?;
        let mut account = super::profiles::shown(&profile, AccountState::SignedIn, kept == Kept::Keychain);
        account.missing_scopes = scopes.missing;
        if let Some((spent, choices)) = self.month_of(&open, &profile.id).await {
            (account.spent, account.choices) = (spent, choices);
        }
        account.membership = self.set_up_gate(&open, &profile.id).await?;
        open.tokens.signed_in(&profile.id, &profile.login);
        open.copilot.dismiss(&profile.id).await;
        if let Some(before) = before.filter(|before| before.access.expose_secret() != new.expose_secret()) {
            // The account goes on with the new one; nobody needs the old one any more.
            self.give_back(&profile.id, &before).await;
        }
        self.windows.change(|state| {
            state.account = Some(account.id.clone());
            match state.accounts.iter_mut().find(|known| known.id == account.id) {
                Some(known) => *known = account, // where the person is used to find it
                None => state.accounts.push(account),
            }
        });
        self.warm_up();
        self.check_again();
        Ok(())
    }

    fn watch_the_clock(self: &Arc<Self>) {
        let house = self.clone();
        self.tasks.spawn(async move { house.expire_sign_in().await });
    }

    async fn expire_sign_in(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK).await;
            let mut sign_in = self.sign_in.lock();
            let expired = sign_in.expire(Moment::now(self.desktop.as_ref()));
            let waiting = sign_in.is_waiting();
            drop(sign_in);
            if expired {
                self.new_attempt();
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
        self.tidy_clipboard();
    }
}

fn parse_host(text: &str) -> Result<Host> {
    Host::parse(text).map_err(|why| Error::new(Code::HostRefused).with("reason", why.name()))
}
