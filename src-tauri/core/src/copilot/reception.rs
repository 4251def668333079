//! Letting an account in: its own host is asked what it may use, and where, before anything is sent for it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::{AUTO, Access, Answering, Ask, Copilot, Models, before_sending};
use crate::accounts::{AccountId, Tokens};
use crate::error::{Code, Error, Result};
use crate::github::GitHub;

/// The record says who may use Copilot, and where; it is asked for again after this long.
const FRESH_FOR: Duration = Duration::from_mins(15);

/// Who was let in, and when; and the way to their Copilot.
pub struct Reception {
    copilot: Copilot,
    github: GitHub,
    tokens: Arc<dyn Tokens>,
    /// The configured model of a new chat.
    model: String,
    admitted: Mutex<HashMap<AccountId, Arc<Mutex<Option<Instant>>>>>,
}

impl Reception {
    /// Nobody is in yet.
    pub fn new(copilot: Copilot, github: GitHub, tokens: Arc<dyn Tokens>, model: String) -> Self {
        Self { copilot, github, tokens, model, admitted: Mutex::default() }
    }

    /// Makes sure that the account was let in lately. One request serves all who wait for it. `SignInNeeded` and
    /// `NoCopilot` name the login.
    pub async fn admit(&self, account: &AccountId, login: &str) -> Result<()> {
        let entry = self.admitted.lock().await.entry(account.clone()).or_default().clone();
        let mut since = entry.lock().await;
        if since.is_some_and(|since| since.elapsed() < FRESH_FOR) {
            return Ok(());
        }
        let named = |error: Error| error.with("login", login);
        // A token goes to its own host and to no other; this one's host is not the configured one (any more).
        if account.host() != self.github.endpoints().host().as_str() {
            return Err(named(Code::SignInNeeded.into()));
        }
        let token = self.tokens.token(account).await.map_err(named)?;
        let user = match self.github.copilot_user(&token).await {
            Err(error) if error.code == Code::SignInNeeded => {
                // GitHub refused it: once more with another, when there is one.
                let another = self.tokens.refused(account, &token).await.map_err(named)?;
                self.github.copilot_user(&another).await
            }
            other => other,
        };
        let user = user.map_err(named)?;
        let (account, login) = (account.clone(), login.to_owned());
        self.copilot.admit(Access { account, login, record: user.record, endpoint: user.endpoint })?;
        *since = Some(Instant::now());
        Ok(())
    }

    /// What this account may choose from, and what a new chat uses.
    pub async fn models(&self, account: &AccountId, login: &str) -> Result<Models> {
        self.admit(account, login).await?;
        let models = self.copilot.models(account).await.map_err(before_sending)?.to_vec();
        let offered = models.iter().any(|model| model.id == self.model);
        let first = models.first().map(|model| model.id.clone());
        let default = if offered { Some(self.model.clone()) } else { first };
        // `auto` asks for no model in particular, so nothing is missing without it.
        let missing = (!offered && self.model != AUTO).then(|| self.model.clone());
        Ok(Models { models, default, missing })
    }

    /// Asks for an account that was let in ([`Reception::models`] does).
    pub async fn ask(&self, ask: Ask) -> Result<Answering> {
        self.copilot.ask(ask).await
    }

    /// Closes a conversation's session, before what the model remembers of it is deleted.
    pub async fn let_go(&self, account: &AccountId, session: &str) {
        self.copilot.let_go(account, session).await;
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
