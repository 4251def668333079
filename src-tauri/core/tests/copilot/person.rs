//! Somebody who asks: a vault, a database, a client, and the reading of an answer to its end.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;
use wingman_core::accounts::{AccountId, ConnectionTokens, Tokens};
use wingman_core::chat::ConversationId;
use wingman_core::copilot::{
    Access, AnswerEvent, Answering, Ask, Copilot, CopilotOptions, Handover, Holdup, Instructions, OnItsWay, Patience,
    SdkHost, session_id,
};
use wingman_core::http::{Destination, Http, Limits};
use wingman_core::store::{DatabaseKey, Place, Store};
use wingman_core::time::Millis;
use wingman_core::{Code, Error};

use crate::endpoint::record;

/// A vault that says what was asked of it.
#[derive(Debug, Default)]
pub struct Vault(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    tokens: HashMap<AccountId, String>,
    next: HashMap<AccountId, String>,
    refused: Vec<String>,
}

impl Vault {
    pub fn keep(&self, account: &AccountId, token: &str) {
        self.kept().tokens.insert(account.clone(), token.to_owned());
    }

    /// After a refusal there is this one.
    pub fn then(&self, account: &AccountId, token: &str) {
        self.kept().next.insert(account.clone(), token.to_owned());
    }

    pub fn refused(&self) -> Vec<String> {
        self.kept().refused.clone()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Tokens for Vault {
    async fn token(&self, account: &AccountId) -> wingman_core::Result<SecretString> {
        self.kept().tokens.get(account).map(|it| it.clone().into()).ok_or(Error::new(Code::SignInNeeded))
    }

    async fn refused(&self, account: &AccountId, token: &SecretString) -> wingman_core::Result<SecretString> {
        let mut kept = self.kept();
        kept.refused.push(token.expose_secret().to_owned());
        kept.tokens.remove(account);
        let next = kept.next.remove(account).ok_or(Error::new(Code::SignInNeeded))?;
        kept.tokens.insert(account.clone(), next.clone());
        Ok(next.into())
    }

    fn refused_again(&self, account: &AccountId) -> Error {
        self.kept().tokens.remove(account);
        Error::new(Code::SignInNeeded)
    }
}

#[async_trait]
impl ConnectionTokens for Vault {
    async fn connection_token(&self, at: SocketAddr) -> wingman_core::Result<SecretString> {
        Err(Error::new(Code::SharedRuntimeTokenMissing).with("address", at))
    }
}

/// The token of the first account.
pub const TOKEN: &str = "gho_realtokenofalice";

/// The first account.
pub fn alice() -> AccountId {
    AccountId::new("github.com", 7)
}

/// A session of hers.
pub fn session(conversation: &str) -> String {
    session_id(&alice(), &ConversationId(conversation.to_owned()), 0)
}

/// A client with what it stands on.
pub struct Desk {
    pub copilot: Copilot,
    pub vault: Arc<Vault>,
    pub store: Store,
}

impl Desk {
    /// One with little patience, its database and its private files in this folder.
    pub fn new(folder: &Path) -> Result<Self> {
        Self::with(folder, Patience::of(Duration::from_secs(2)))
    }

    /// One with this patience.
    pub fn with(folder: &Path, patience: Patience) -> Result<Self> {
        let sdk = || SdkHost { host: "github.com".to_owned(), api_url: None, copilot_url: None };
        let handover = if crate::by_sdk() { Handover::Sdk(sdk()) } else { Handover::Door };
        let key = DatabaseKey::from_bytes(&[7; 32]);
        let store = Store::open(Place::File { path: folder.join("data").join("wingman.db"), key: &key })?;
        let vault = Arc::new(Vault::default());
        let copilot = Copilot::new(CopilotOptions {
            http: Http::new(Limits::default(), Arc::new(|| Millis(0)))?,
            tokens: vault.clone(),
            connections: vault.clone(),
            files: store.session_files(),
            handover,
            models: wingman_core::config::AllowedModels::default(),
            patience,
            base_directory: folder.join("runtime"),
            now: Arc::new(|| Millis(1_000)),
        });
        Ok(Self { copilot, vault, store })
    }

    /// Lets alice in at this endpoint.
    pub fn admit(&self, endpoint: &Url) -> Result<()> {
        self.admit_as(alice(), TOKEN, endpoint)
    }

    pub fn admit_as(&self, account: AccountId, token: &str, endpoint: &Url) -> Result<()> {
        self.vault.keep(&account, token);
        let record = record(endpoint);
        let endpoint = Destination::on_this_machine(endpoint).context("the endpoint is on this machine")?;
        let access = Access { account, login: "alice".to_owned(), record, endpoint };
        Ok(self.copilot.admit(access)?)
    }

    /// Ends it all, in the order in which the shell does: an exit while the database still writes crashes in its
    /// cipher.
    pub async fn close(&self) -> Result<()> {
        self.copilot.shut_down().await;
        Ok(self.store.close().await?)
    }

    /// Asks in alice's conversation and reads the answer to its end.
    pub async fn ask(&self, conversation: &str, text: &str) -> Result<Told> {
        let mut answering = self.begin(conversation, text).await?;
        read(&mut answering).await
    }

    /// Asks, and leaves the reading to the caller.
    pub async fn begin(&self, conversation: &str, text: &str) -> Result<Answering> {
        Ok(self.copilot.ask(question(conversation, text)).await?)
    }
}

/// A question of alice's.
pub fn question(conversation: &str, text: &str) -> Ask {
    Ask {
        account: alice(),
        session: session(conversation),
        model: "first".to_owned(),
        effort: None,
        instructions: Instructions::default(),
        text: text.to_owned(),
        attachments: Vec::new(),
        from: None,
        said_before: None,
        rewind_to: None,
        on_its_way: OnItsWay::default(),
    }
}

/// An answer as it was told.
#[derive(Debug)]
pub struct Told {
    pub events: Vec<AnswerEvent>,
    pub resumed: bool,
}

impl Told {
    /// The text that a person would see at the end.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for event in &self.events {
            match event {
                AnswerEvent::Delta(more) => text.push_str(more),
                AnswerEvent::Restarted => text.clear(),
                AnswerEvent::Final(whole) => text.clone_from(whole),
                _ => {}
            }
        }
        text
    }

    /// What it was held up by, in order.
    pub fn holdups(&self) -> Vec<Holdup> {
        let held_up = self.events.iter().filter_map(|event| match event {
            AnswerEvent::HeldUp(holdup) => Some(holdup.clone()),
            _ => None,
        });
        held_up.collect()
    }

    /// The text out of the deltas alone.
    pub fn streamed(&self) -> String {
        let deltas = self.events.iter().filter_map(|event| match event {
            AnswerEvent::Delta(more) => Some(more.as_str()),
            _ => None,
        });
        deltas.collect()
    }

    pub fn failure(&self) -> Option<&Error> {
        self.events.iter().find_map(|event| match event {
            AnswerEvent::Failed(error) => Some(error),
            _ => None,
        })
    }

    pub fn code(&self) -> Option<Code> {
        self.failure().map(|error| error.code)
    }

    pub fn question(&self) -> Result<String> {
        let asked = self.events.iter().find_map(|event| match event {
            AnswerEvent::Asked { event_id } => Some(event_id.clone()),
            _ => None,
        });
        asked.context("the question was never named")
    }
}

/// Reads to the end.
pub async fn read(answering: &mut Answering) -> Result<Told> {
    let mut events = Vec::new();
    while let Some(event) = answering.events.recv().await {
        events.push(event);
    }
    let ends = events.iter().filter(|event| **event == AnswerEvent::Ended).count();
    ensure!(ends == 1 && events.last() == Some(&AnswerEvent::Ended), "`Ended` comes last and once, not {events:?}");
    Ok(Told { events, resumed: answering.resumed })
}

/// Every file below the folder, with what is in it.
pub fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    if !folder.exists() {
        return Ok(found);
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.is_file() {
            found.push((path.display().to_string(), std::fs::read(&path)?));
        }
    }
    Ok(found)
}

/// Whether the bytes hold the text.
pub fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// What a JSON text says at this place.
pub fn at(text: &str, pointer: &str) -> Value {
    serde_json::from_str::<Value>(text).ok().and_then(|it| it.pointer(pointer).cloned()).unwrap_or_default()
}
