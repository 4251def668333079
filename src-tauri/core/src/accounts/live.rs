//! Tokens as they are used: whose is good, whose is dead, and one renewal for all who wait.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

use super::{AccountId, TokenRecord, Tokens, Vault};
use crate::error::{Code, Error, Result};
use crate::http::Clock;

/// The vault's tokens, with what became known of them while they were used.
pub struct LiveTokens {
    vault: Arc<Vault>,
    clock: Clock,
    /// The login of each account, for the words of an error.
    logins: Mutex<HashMap<AccountId, String>>,
    /// One renewal at a time for an account; whoever comes later finds its result.
    renewing: Mutex<HashMap<AccountId, Arc<tokio::sync::Mutex<()>>>>,
    dead: watch::Sender<BTreeSet<AccountId>>,
}

impl LiveTokens {
    /// The tokens of this vault.
    pub fn new(vault: Arc<Vault>, clock: Clock) -> Self {
        Self {
            vault,
            clock,
            logins: Mutex::default(),
            renewing: Mutex::default(),
            dead: watch::Sender::new(BTreeSet::new()),
        }
    }

    /// The account is known by this login; after a sign-in its token counts as good again.
    pub fn signed_in(&self, account: &AccountId, login: &str) {
        self.logins.lock().insert(account.clone(), login.to_owned());
        self.dead.send_if_modified(|dead| dead.remove(account));
    }

    /// The accounts whose token GitHub refused in this run. They stay listed until they sign in again.
    pub fn sign_in_needed(&self) -> watch::Receiver<BTreeSet<AccountId>> {
        self.dead.subscribe()
    }

    fn sign_in_needed_of(&self, account: &AccountId) -> Error {
        let error = Error::new(Code::SignInNeeded);
        match self.logins.lock().get(account) {
            Some(login) => error.with("login", login),
            None => error,
        }
    }

    fn mark_dead(&self, account: &AccountId) -> Error {
        self.dead.send_if_modified(|dead| dead.insert(account.clone()));
        self.sign_in_needed_of(account)
    }

    async fn record(&self, account: &AccountId) -> Result<Arc<TokenRecord>> {
        if self.dead.borrow().contains(account) {
            return Err(self.sign_in_needed_of(account));
        }
        self.vault.load(account).await?.ok_or_else(|| self.sign_in_needed_of(account))
    }

    /// A token other than `refused`: the one that somebody else got meanwhile, or a new one. There is no refresh yet,
    /// so an account whose only token was refused must sign in.
    async fn renew(&self, account: &AccountId, refused: &SecretString) -> Result<SecretString> {
        let gate = Arc::clone(self.renewing.lock().entry(account.clone()).or_default());
        let _one_at_a_time = gate.lock().await;
        let record = self.record(account).await?;
        if record.access.expose_secret() != refused.expose_secret() {
            return Ok(record.access.clone());
        }
        Err(self.mark_dead(account))
    }
}

#[async_trait]
impl Tokens for LiveTokens {
    async fn token(&self, account: &AccountId) -> Result<SecretString> {
        let record = self.record(account).await?;
        // A clock can be wrong: only GitHub's refusal makes a token dead, unless it is past its end by any clock.
        if let Some(end) = record.expires_at
            && end.plus(24 * 60 * 60 * 1000) <= (self.clock)()
        {
            return self.renew(account, &record.access).await;
        }
        Ok(record.access.clone())
    }

    async fn refused(&self, account: &AccountId, token: &SecretString) -> Result<SecretString> {
        self.renew(account, token).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Grant;
    use crate::accounts::fake_keychain::FakeKeychain;
    use crate::time::Millis;

    const NOW: Millis = Millis(1_800_000_000_000);

    fn record(access: &str, expires_at: Option<Millis>) -> TokenRecord {
        TokenRecord {
            access: access.into(),
            refresh: None,
            expires_at,
            refresh_expires_at: None,
            scopes: Vec::new(),
            grant: Grant::Browser,
            client_id: "client".into(),
        }
    }

    fn tokens() -> (Arc<Vault>, LiveTokens) {
        let vault = Arc::new(Vault::new(Arc::new(FakeKeychain::default()), "test"));
        (Arc::clone(&vault), LiveTokens::new(vault, Arc::new(|| NOW)))
    }

    #[tokio::test]
    async fn a_refused_token_is_never_sent_again_until_the_account_signs_in() {
        let (vault, tokens) = tokens();
        let (ada, lin) = (AccountId::new("github.com", 1), AccountId::new("github.com", 2));
        vault.store(&ada, record("gho_ada", None)).await.unwrap();
        vault.store(&lin, record("gho_lin", None)).await.unwrap();
        tokens.signed_in(&ada, "ada-lind");
        let dead = tokens.sign_in_needed();

        let token = tokens.token(&ada).await.unwrap();
        let error = tokens.refused(&ada, &token).await.unwrap_err();
        assert_eq!((error.code, error.params["login"].as_str()), (Code::SignInNeeded, "ada-lind"), "who must sign in");
        let again = tokens.token(&ada).await.unwrap_err();
        assert_eq!(again.code, Code::SignInNeeded, "more calls with bad credentials would lock the person out");
        assert!(dead.borrow().contains(&ada), "the window is told");
        assert!(tokens.token(&lin).await.is_ok(), "another account is not touched");

        vault.store(&ada, record("gho_new", None)).await.unwrap();
        tokens.signed_in(&ada, "ada-lind");
        let token = tokens.token(&ada).await.unwrap();
        assert_eq!(token.expose_secret(), "gho_new", "signed in again, it works again");
    }

    #[tokio::test]
    async fn a_late_refusal_of_an_old_token_finds_the_new_one() {
        let (vault, tokens) = tokens();
        let ada = AccountId::new("github.com", 1);
        vault.store(&ada, record("gho_new", None)).await.unwrap();
        let token = tokens.refused(&ada, &"gho_old".into()).await.unwrap();
        assert_eq!(token.expose_secret(), "gho_new", "the request is sent again with what there is now");
        assert!(tokens.sign_in_needed().borrow().is_empty(), "nobody must sign in for that");
    }

    #[tokio::test]
    async fn a_token_without_an_end_does_not_expire_and_a_wrong_clock_kills_none() {
        let (vault, tokens) = tokens();
        let ada = AccountId::new("github.com", 1);
        vault.store(&ada, record("gho_forever", None)).await.unwrap();
        assert!(tokens.token(&ada).await.is_ok(), "no expires_in means that it does not expire");
        vault.store(&ada, record("ghu_hours_ago", Some(NOW.plus(-8 * 3_600_000)))).await.unwrap();
        assert!(tokens.token(&ada).await.is_ok(), "our clock may be wrong; GitHub's answer decides");
        vault.store(&ada, record("ghu_days_ago", Some(NOW.plus(-48 * 3_600_000)))).await.unwrap();
        let error = tokens.token(&ada).await.unwrap_err();
        assert_eq!(error.code, Code::SignInNeeded, "past its end by any clock it is not even tried");
    }

    #[tokio::test]
    async fn an_account_without_an_entry_must_sign_in() {
        let (_, tokens) = tokens();
        let error = tokens.token(&AccountId::new("github.com", 7)).await.unwrap_err();
        assert_eq!(error.code, Code::SignInNeeded, "there is nothing to send");
    }
}
