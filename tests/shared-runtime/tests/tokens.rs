//! A session on the shared server: which token it has when the vault holds another one than a moment ago, and what
//! its silence means.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use parking_lot::Mutex;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use tempfile::TempDir;
use wingman_core::accounts::{AccountId, ConnectionTokens, Tokens};
use wingman_core::chat::ConversationId;
use wingman_core::copilot::{
    Access, AnswerEvent, Ask, Copilot, CopilotOptions, Handover, Instructions, OnItsWay, Patience, SharedRuntime,
    session_id,
};
use wingman_core::http::{Destination, Http, Limits};
use wingman_core::store::{DatabaseKey, Place, Store};
use wingman_core::time::Millis;
use wingman_core::{Code, Error};
use wingman_sandbox::Failure;
use wingman_shared_runtime::{CONNECTION_TOKEN, Company, token_of};

const LOGIN: &str = "colleague-01";

/// A vault that is told what it holds, and what it will hold after a refusal.
#[derive(Default)]
struct Vault {
    now: Mutex<String>,
    next: Mutex<Option<String>>,
    refused: Mutex<Vec<String>>,
}

#[async_trait]
impl Tokens for Vault {
    async fn token(&self, _account: &AccountId) -> wingman_core::Result<SecretString> {
        Ok(self.now.lock().clone().into())
    }

    async fn refused(&self, _account: &AccountId, token: &SecretString) -> wingman_core::Result<SecretString> {
        self.refused.lock().push(token.expose_secret().to_owned());
        let next = self.next.lock().take().ok_or(Error::new(Code::SignInNeeded))?;
        self.now.lock().clone_from(&next);
        Ok(next.into())
    }

    fn refused_again(&self, _: &AccountId) -> Error {
        Error::new(Code::SignInNeeded)
    }
}

#[async_trait]
impl ConnectionTokens for Vault {
    async fn connection_token(&self, _at: SocketAddr) -> wingman_core::Result<SecretString> {
        Ok(CONNECTION_TOKEN.into())
    }
}

struct Person {
    copilot: Copilot,
    vault: Arc<Vault>,
    account: AccountId,
    _folder: TempDir,
}

impl Person {
    fn new(company: &Company) -> Result<Self> {
        let (folder, vault) = (tempfile::tempdir()?, Arc::new(Vault::default()));
        *vault.now.lock() = token(company)?;
        let key = DatabaseKey::from_bytes(&[7; 32]);
        let store = Store::open(Place::File { path: folder.path().join("wingman.db"), key: &key })?;
        let copilot = Copilot::new(CopilotOptions {
            http: Http::new(Limits::default(), Arc::new(|| Millis(0)))?,
            tokens: vault.clone(),
            connections: vault.clone(),
            files: store.session_files(),
            handover: Handover::Shared(SharedRuntime {
                address: ([127, 0, 0, 1], company.server.port()).into(),
                host: "github.com".to_owned(),
            }),
            models: wingman_core::config::AllowedModels::default(),
            patience: Patience::of(Duration::from_secs(2)),
            base_directory: folder.path().join("runtime"),
            now: Arc::new(|| Millis(0)),
        });
        let account = AccountId::new("github.com", 2001);
        let endpoint =
            Destination::on_this_machine(&company.sandbox.url().parse()?).context("it is on this machine")?;
        copilot.admit(Access { account: account.clone(), login: LOGIN.into(), record: json!({}), endpoint })?;
        Ok(Self { copilot, vault, account, _folder: folder })
    }

    /// Asks in their one conversation, and reads to the end: what came of it.
    async fn ask(&self, text: &str) -> Result<Option<Error>> {
        let session = session_id(&self.account, &ConversationId("c1".into()), 0);
        let (account, text) = (self.account.clone(), text.to_owned());
        let ask = Ask {
            account,
            session,
            model: "auto".into(),
            effort: None,
            instructions: Instructions::default(),
            text,
            attachments: Vec::new(),
            from: None,
            said_before: None,
            rewind_to: None,
            on_its_way: OnItsWay::default(),
        };
        let mut answering = self.copilot.ask(ask).await?;
        let mut failed = None;
        while let Some(event) = answering.events.recv().await {
            if let AnswerEvent::Failed(error) = event {
                failed = Some(error);
            }
        }
        Ok(failed)
    }
}

/// Past the door nobody but Wingman's own turn notices silence; the server would wait for an hour.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_ends_the_turn_and_not_the_session() -> Result<()> {
    let company = Company::new().await?;
    let person = Person::new(&company)?;
    ensure!(person.ask("my cat is called Ada").await?.is_none(), "an answer");
    let containing = Some("is anybody there?".to_owned());
    company.sandbox.fail(Failure { path: "/*".into(), containing, hang: true, ..Failure::default() });
    let begun = Instant::now();
    let failed = person.ask("is anybody there?").await?.context("nothing ever comes")?;
    ensure!(failed.code == Code::Stalled && failed.retryable, "what happened: {failed:?}");
    ensure!(begun.elapsed() < Duration::from_secs(20), "told when it is sure, not after {:?}", begun.elapsed());
    company.sandbox.clear_failures();
    ensure!(person.ask("what is she called?").await?.is_none(), "the next question is answered");
    ensure!(company.asked().last().is_some_and(|last| last.body.contains("called Ada")), "and nothing is forgotten");
    person.copilot.shut_down().await;
    Ok(())
}

fn token(company: &Company) -> Result<String> {
    company.sandbox.issue_token(LOGIN, "wingman-sandbox", &["read:user"]).context("nobody is called so")
}

fn last_token(company: &Company) -> Option<String> {
    company.asked().last().and_then(|request| token_of(request).map(str::to_owned))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refreshed_token_reaches_the_open_session() -> Result<()> {
    let company = Company::new().await?;
    let person = Person::new(&company)?;
    ensure!(person.ask("my cat is called Ada").await?.is_none(), "an answer");
    ensure!(last_token(&company).as_ref() == Some(&*person.vault.now.lock()), "with the token of the beginning");

    let second = token(&company)?;
    person.vault.now.lock().clone_from(&second);
    ensure!(person.ask("what is she called?").await?.is_none(), "an answer");
    ensure!(last_token(&company) == Some(second), "the session gets what the vault holds now");
    let asked = company.asked();
    ensure!(asked.last().is_some_and(|last| last.body.contains("called Ada")), "and is the same session");
    ensure!(person.vault.refused.lock().is_empty(), "nobody refused anything");
    person.copilot.shut_down().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_refused_in_the_middle_is_replaced_for_the_next_question() -> Result<()> {
    let company = Company::new().await?;
    let person = Person::new(&company)?;
    ensure!(person.ask("hello").await?.is_none(), "an answer");
    let first = person.vault.now.lock().clone();
    company.sandbox.revoke_tokens(Some(LOGIN));
    let second = token(&company)?;
    *person.vault.next.lock() = Some(second.clone());

    let failed = person.ask("with a dead token").await?.context("GitHub refuses it")?;
    ensure!(
        failed.code == Code::Interrupted && failed.retryable,
        "there is another one, so nobody signs in: {failed:?}"
    );
    ensure!(*person.vault.refused.lock() == [first], "the vault heard of it, once");
    ensure!(person.ask("once more").await?.is_none(), "the next question is answered");
    ensure!(last_token(&company) == Some(second), "with the second token");
    person.copilot.shut_down().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_dead_from_the_start_is_replaced_unseen() -> Result<()> {
    let company = Company::new().await?;
    let person = Person::new(&company)?;
    company.sandbox.revoke_tokens(Some(LOGIN));
    let second = token(&company)?;
    *person.vault.next.lock() = Some(second.clone());
    ensure!(person.ask("hello").await?.is_none(), "before the question there is time to renew");
    ensure!(last_token(&company) == Some(second), "with the second token");

    *person.vault.now.lock() = "gho_dead".into();
    company.sandbox.revoke_tokens(Some(LOGIN));
    let refused = person.ask("with nothing left").await.err().and_then(|error| error.downcast::<Error>().ok());
    ensure!(refused.is_some_and(|error| error.code == Code::SignInNeeded), "then they must sign in");
    let dead = company.sandbox.requests().into_iter().filter(|request| token_of(request) == Some("gho_dead"));
    let asked: Vec<String> = dead.map(|request| request.path).collect();
    ensure!(
        asked == ["/copilot_internal/user"],
        "and no question was sent with a token that nobody looked at: {asked:?}"
    );
    person.copilot.shut_down().await;
    Ok(())
}
