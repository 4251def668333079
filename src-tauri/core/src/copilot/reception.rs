//! Letting an account in: its own host is asked what it may use, and where, before anything is sent for it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::{AUTO, Access, Answering, Ask, Copilot, Models, Patience, before_sending};
use crate::accounts::{AccountId, Tokens};
use crate::error::{Code, Error, Result};
use crate::github::{CopilotUser, HostKind, Hosts};
use crate::time::Millis;

/// The record says who may use Copilot, and where; it is asked for again after this long.
const FRESH_FOR: Duration = Duration::from_mins(15);

/// What was said so long ago is said now.
const JUST_NOW: Duration = Duration::from_secs(30);

/// When an account was let in, and with what.
type LetIn = Option<(Instant, CopilotUser)>;

/// Who was let in, and when; and the way to their Copilot.
pub struct Reception {
    copilot: Copilot,
    hosts: Hosts,
    tokens: Arc<dyn Tokens>,
    /// The configured model of a new chat.
    model: String,
    /// An admin policy names that model.
    decided: bool,
    admitted: Mutex<HashMap<AccountId, Arc<Mutex<LetIn>>>>,
    /// Who may not ask now, and why.
    barred: parking_lot::Mutex<HashMap<AccountId, Error>>,
}

impl Reception {
    /// Nobody is in yet.
    pub fn new(copilot: Copilot, hosts: Hosts, tokens: Arc<dyn Tokens>, model: String) -> Self {
        let (admitted, barred) = (Mutex::default(), parking_lot::Mutex::default());
        Self { copilot, hosts, tokens, model, decided: false, admitted, barred }
    }

    /// The same, where an admin policy may have named the model of a new chat.
    #[must_use]
    pub fn with_default_decided(self, decided: bool) -> Self {
        Self { decided, ..self }
    }

    /// Whether nobody but an admin policy decides about the model of a new chat.
    pub const fn default_is_decided(&self) -> bool {
        self.decided
    }

    /// Makes sure that the account was let in lately. One request serves all who wait for it. `SignInNeeded` and
    /// `NoCopilot` name the login.
    pub async fn admit(&self, account: &AccountId, login: &str) -> Result<()> {
        if let Some(error) = self.barred.lock().get(account) {
            return Err(error.clone().with("login", login));
        }
        let entry = self.entry(account).await;
        let mut let_in = entry.lock().await;
        if let_in.as_ref().is_some_and(|(since, _)| since.elapsed() < FRESH_FOR) {
            return Ok(());
        }
        *let_in = Some((Instant::now(), self.let_in(account, login).await?));
        Ok(())
    }

    /// Asks the account's host what it says of its Copilot now, unless it was asked this very minute, and lets the
    /// account in with that.
    pub async fn ask_anew(&self, account: &AccountId, login: &str) -> Result<CopilotUser> {
        let entry = self.entry(account).await;
        let mut let_in = entry.lock().await;
        if let Some((since, user)) = &*let_in
            && since.elapsed() < JUST_NOW
        {
            return Ok(user.clone());
        }
        match self.let_in(account, login).await {
            Ok(user) => {
                *let_in = Some((Instant::now(), user.clone()));
                Ok(user)
            }
            Err(error) => {
                // An outage takes nothing away from who was let in before; a refusal does.
                if !error.retryable {
                    *let_in = None;
                }
                Err(error)
            }
        }
    }

    /// Decides whether the account may ask; with an error it may not, and is told this.
    pub fn bar(&self, account: &AccountId, error: Option<Error>) {
        let mut barred = self.barred.lock();
        match error {
            Some(error) => drop(barred.insert(account.clone(), error)),
            None => drop(barred.remove(account)),
        }
    }

    async fn entry(&self, account: &AccountId) -> Arc<Mutex<LetIn>> {
        self.admitted.lock().await.entry(account.clone()).or_default().clone()
    }

    async fn let_in(&self, account: &AccountId, login: &str) -> Result<CopilotUser> {
        let named = |error: Error| error.with("login", login);
        // A token goes to its own host and to no other.
        let github = self.hosts.named(account.host()).map_err(named)?;
        if github.endpoints().host().kind() == HostKind::Server {
            return Err(named(Error::new(Code::CopilotNotServed).with("host", account.host())));
        }
        let token = self.tokens.token(account).await.map_err(named)?;
        let user = match github.copilot_user(&token).await {
            Err(error) if error.code == Code::SignInNeeded => {
                // GitHub refused it: once more with another, when there is one.
                let another = self.tokens.refused(account, &token).await.map_err(named)?;
                match github.copilot_user(&another).await {
                    Err(error) if error.code == Code::SignInNeeded => Err(self.tokens.refused_again(account)),
                    other => other,
                }
            }
            other => other,
        };
        let user = user.map_err(named)?;
        let (record, endpoint) = (user.record.clone(), user.endpoint.clone());
        self.copilot.admit(Access { account: account.clone(), login: login.to_owned(), record, endpoint })?;
        Ok(user)
    }

    /// What this account may choose from, and what a new chat uses.
    pub async fn models(&self, account: &AccountId, login: &str) -> Result<Models> {
        self.admit(account, login).await?;
        let (models, withheld) = self.copilot.models(account).await.map_err(before_sending)?;
        let (models, withheld, auto) = (models.to_vec(), withheld.to_vec(), self.copilot.may_choose());
        let offered = models.iter().any(|model| model.id == self.model);
        let first = models.first().map(|model| model.id.clone());
        let default = if offered { Some(self.model.clone()) } else { first };
        // `auto` asks for no model in particular, so nothing is missing without it.
        let missing = (!offered && self.model != AUTO).then(|| self.model.clone());
        Ok(Models { models, withheld, auto, default, missing })
    }

    /// How long silence is borne.
    pub const fn patience(&self) -> Patience {
        self.copilot.patience()
    }

    /// Asks for an account that was let in ([`Reception::models`] does).
    pub async fn ask(&self, ask: Ask) -> Result<Answering> {
        self.copilot.ask(ask).await
    }

    /// The time by the clock of the GitHub that answered last.
    pub fn told_time(&self) -> Option<Millis> {
        self.hosts.http().told_time()
    }

    /// Closes a conversation's session, before what the model remembers of it is deleted.
    pub async fn let_go(&self, account: &AccountId, session: &str) -> bool {
        self.copilot.let_go(account, session).await
    }

    /// Starts what the first question will need, while the person still types. A failure is told when they ask.
    pub async fn warm(&self, account: &AccountId, login: &str) {
        if self.admit(account, login).await.is_ok() {
            let _ = self.copilot.warm(account).await;
        }
    }

    /// The account leaves: its client ends, and it is asked for anew before it sends again.
    pub async fn dismiss(&self, account: &AccountId) {
        self.admitted.lock().await.remove(account);
        self.copilot.close(account).await;
    }

    /// Ends every client.
    pub async fn shut_down(&self) {
        self.copilot.shut_down().await;
    }
}
