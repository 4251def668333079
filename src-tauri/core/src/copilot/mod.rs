//! The Copilot client: from a question to the events of its answer.
//!
//! Knows `accounts` (tokens), `store` (the session's filesystem) and the SDK; nothing of windows, and of `chat` its
//! ids only. The pieces: [`Runtime`] finds the library; a door carries the runtime's model traffic and puts the
//! account's token in, so that no real token ever enters the runtime; a session is a conversation's memory; a turn is
//! followed from the question to [`AnswerEvent::Ended`].
//!
//! With [`Handover::Sdk`] the token is given to the client instead, as the published guide does it. The door stays in
//! place all the same: its time-outs, its refusal of other hosts, the list of models checked before anything is sent
//! and the token asked of the vault for each request serve both ways; only what the runtime looks up by itself (the
//! account's record) then goes out with the real token, past the door.
//!
//! With [`Handover::Shared`] the runtime is a company's server: `shared` says what is different then, and the door
//! has no part in it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use github_copilot_sdk::session::Session;
use github_copilot_sdk::types::{Attachment as Enclosed, MessageOptions};
use parking_lot::Mutex;
use sha2::{Digest as _, Sha256};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{Instant, sleep};

mod answer;
mod catalogue;
mod client;
mod door;
mod entry;
mod failure;
mod files;
mod hearing;
mod incidents;
mod manner;
mod model;
mod patience;
mod quota;
mod reading;
mod reception;
mod relay;
mod runtime;
mod session;
mod shared;
mod turn;
mod upstream;

pub use answer::{AnswerEvent, Answering, Holdup, OnItsWay, Stopper, Usage};
pub use manner::Instructions;
pub use model::{Model, ModelNotice, Models, Pictures, Withheld};
pub use patience::Patience;
pub use reception::Reception;
pub use runtime::{
    Handover, RUNTIME_FILE, RUNTIME_VERSION, Runtime, RuntimePlaces, SdkHost, SharedRuntime, environment, is_ambient,
};
pub use session::session_id;
pub use upstream::Access;

use client::{AccountClient, in_time};
use manner::Manner;
use reading::Reading;
use turn::Turn;
use upstream::Upstream;

use crate::accounts::{AccountId, ConnectionTokens, Tokens};
use crate::config::AllowedModels;
use crate::error::{Code, Error, Result};
use crate::http::Http;
use crate::store::SessionFiles;
use crate::time::Millis;

/// The model that leaves the choice to Copilot: known to the runtime, listed or not.
pub const AUTO: &str = "auto";

/// So long may a question that was given up on its way take to free the session.
const STEPS_ASIDE: Duration = Duration::from_secs(2);

/// How often it is looked whether it did.
const LOOK: Duration = Duration::from_millis(20);

/// What the client is made of.
pub struct CopilotOptions {
    /// The one door to the network.
    pub http: Http,
    /// The only way to a token.
    pub tokens: Arc<dyn Tokens>,
    /// The way to the token that a shared runtime asks of whoever connects.
    pub connections: Arc<dyn ConnectionTokens>,
    /// What the model remembers.
    pub files: SessionFiles,
    /// How a token gets to where it is used.
    pub handover: Handover,
    /// The models that may be used.
    pub models: AllowedModels,
    /// How long silence is borne, and how often it is tried again.
    pub patience: Patience,
    /// A private folder for what the runtime wants to keep on the disk; nothing of a conversation gets there.
    pub base_directory: PathBuf,
    /// The wall clock.
    pub now: Arc<dyn Fn() -> Millis + Send + Sync>,
}

/// Everyone's Copilot: one client for each account, started on first use.
pub struct Copilot {
    options: CopilotOptions,
    accounts: Mutex<HashMap<AccountId, Arc<AccountClient>>>,
}

/// The beginning of a session's memory, which another session begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The session, of the same account. It stays as it is.
    pub session: String,
    /// The last question of it ([`AnswerEvent::Asked`]) that is remembered, with its answer.
    pub last: String,
}

/// A question for the model.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Who asks, and pays.
    pub account: AccountId,
    /// The conversation's session ([`session_id`]). Resumed when the store holds something of it, else created.
    pub session: String,
    /// The model asked for.
    pub model: String,
    /// How hard it is to think; a model that cannot be told that is not told.
    pub effort: Option<String>,
    /// What the person told Copilot beforehand.
    pub instructions: Instructions,
    /// The words.
    pub text: String,
    /// What goes with them. In the session's memory from then on, as the words are.
    pub attachments: Vec<Enclosure>,
    /// What the session begins with, when it remembers nothing yet. Where that cannot be had (it was lost, or lies
    /// with a shared runtime, which copies nothing) it begins with nothing, and `said_before` is told.
    pub from: Option<Origin>,
    /// What was said outside the session: it goes before the words when the session remembers no question.
    pub said_before: Option<String>,
    /// The question ([`AnswerEvent::Asked`]) that is taken back first, with all that followed it: for an edited
    /// question or another answer.
    pub rewind_to: Option<String>,
    /// Set once the session may have the question: also where nobody waits for the answer any more.
    pub on_its_way: OnItsWay,
}

/// Something that goes with a question: a picture, or a text.
#[derive(Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// What the model is told it is called.
    pub name: String,
    /// Such as `image/png`.
    pub media_type: String,
    /// The picture's bytes, or the text in UTF-8.
    pub content: Vec<u8>,
}

/// Without what is in it.
impl std::fmt::Debug for Enclosure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Enclosure({}, {} bytes)", self.media_type, self.content.len())
    }
}

/// As the runtime takes it: with its bytes, since of a file it would send the path alone.
impl From<Enclosure> for Enclosed {
    fn from(enclosure: Enclosure) -> Self {
        Self::Blob {
            data: BASE64_STANDARD.encode(&enclosure.content),
            mime_type: enclosure.media_type,
            display_name: Some(enclosure.name),
        }
    }
}

impl Copilot {
    /// A client for nobody yet. The runtime's library is loaded with the first account's client, from where
    /// [`environment`] says.
    pub fn new(options: CopilotOptions) -> Self {
        Self { options, accounts: Mutex::default() }
    }

    /// Lets an account in, with what its own host said; again whenever that was asked anew.
    pub fn admit(&self, access: Access) -> Result<()> {
        if let Some(configured) = self.options.handover.only_host()
            && access.account.host() != configured
        {
            let reason = format!("handed over as configured, only accounts of {configured} can be used");
            return Err(Error::new(Code::RequestRefused).with("reason", reason));
        }
        let mut accounts = self.accounts.lock();
        if let Some(known) = accounts.get(&access.account) {
            known.upstream.admit(access);
            return Ok(());
        }
        let account = access.account.clone();
        let options = &self.options;
        let (http, tokens, now) = (options.http.clone(), options.tokens.clone(), options.now.clone());
        let upstream = Upstream::new(access, http, tokens, options.patience, now);
        // The folder says nothing of the account.
        let folder = BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(account.as_str())[..9]);
        let base = options.base_directory.join(folder);
        let (handover, connections, files) =
            (options.handover.clone(), options.connections.clone(), options.files.clone());
        let client = AccountClient::new(upstream, handover, connections, base, files, options.models.clone());
        accounts.insert(account, Arc::new(client));
        Ok(())
    }

    /// Starts the account's client ahead of the first question, and asks for its models.
    pub async fn warm(&self, account: &AccountId) -> Result<()> {
        let client = self.account(account)?;
        let (started, listed) = tokio::join!(client.warm(), listed(&client));
        started.and(listed.map(drop))
    }

    /// The models that the account may use, in its list's order, and those that are withheld from it; at most five
    /// minutes old.
    async fn models(&self, account: &AccountId) -> Result<catalogue::Sorted> {
        let catalogue = self.account(account)?.models().await?;
        Ok((catalogue.models, catalogue.withheld))
    }

    /// How long silence is borne, and how often it is tried again.
    pub const fn patience(&self) -> Patience {
        self.options.patience
    }

    /// Whether the choice of a model may be left to Copilot: where some may not be used, it could end with one of them.
    pub const fn may_choose(&self) -> bool {
        !self.options.models.is_limited()
    }

    /// Asks. Nothing is sent when the models cannot be listed ([`Code::ModelsUnavailable`], or what makes it
    /// impossible: [`Code::SignInNeeded`], [`Code::NoCopilot`], [`Code::Offline`]), when there are none
    /// ([`Code::NoModels`]), while the session answers ([`Code::Busy`]), or when it is another account's
    /// ([`Code::NotFound`]).
    pub async fn ask(&self, ask: Ask) -> Result<Answering> {
        let client = self.account(&ask.account)?;
        if !ask.session.starts_with(&format!("user-{}-", ask.account.user())) {
            return Err(Error::new(Code::NotFound));
        }
        let models = listed(&client).await.map_err(before_sending)?;
        let first = models.first().ok_or_else(|| Error::new(Code::NoModels))?;
        let choosing = ask.model == AUTO && self.may_choose();
        let found = models.iter().find(|model| model.id == ask.model);
        let offered = choosing || found.is_some();
        let model = if offered { ask.model.clone() } else { first.id.clone() };
        let changed = (!offered).then(|| AnswerEvent::ModelChanged { asked: ask.model.clone(), chosen: model.clone() });
        let effort = found.and_then(|model| model.effort(ask.effort.as_deref()));
        let manner = Manner { model, effort, instructions: ask.instructions.clone() };
        // From here on the runtime is told things. Whoever stops waiting must leave no half-made session behind and
        // no turn that nobody follows, so this goes to its end by itself.
        let (done, asked) = oneshot::channel();
        tokio::spawn(async move {
            let begun = begin(client.clone(), ask, &manner, changed, &done).await.map_err(|error| client.told(error));
            if let Err(Ok(unheard)) = done.send(begun) {
                unheard.stop();
            }
        });
        let fault = |_panic| Err(Error::new(Code::Internal).with("reason", "the question could not be handed on"));
        asked.await.unwrap_or_else(fault)
    }

    /// Closes a conversation's session, before what the model remembers of it is deleted. False where that lies on a
    /// shared runtime which could not be told.
    pub async fn let_go(&self, account: &AccountId, session: &str) -> bool {
        match self.account(account) {
            Ok(client) => client.forget(session).await,
            Err(_) => !matches!(self.options.handover, Handover::Shared(_)),
        }
    }

    /// Ends the account's client and forgets its access. What it was answering ends with it.
    pub async fn close(&self, account: &AccountId) {
        let closed = self.accounts.lock().remove(account);
        if let Some(client) = closed {
            client.stop().await;
        }
    }

    /// Ends every client. To be waited for before the store is closed and the process exits: until then the runtime
    /// may still write to its sessions.
    pub async fn shut_down(&self) {
        let clients = std::mem::take(&mut *self.accounts.lock());
        for client in clients.into_values() {
            client.stop().await;
        }
    }

    fn account(&self, account: &AccountId) -> Result<Arc<AccountClient>> {
        self.accounts.lock().get(account).cloned().ok_or_else(|| Error::new(Code::NotFound))
    }
}

/// Has the session take the question, as long as somebody waits for it.
async fn begin(
    client: Arc<AccountClient>,
    ask: Ask,
    manner: &Manner,
    changed: Option<AnswerEvent>,
    waiting: &oneshot::Sender<Result<Answering>>,
) -> Result<Answering> {
    if let Some(origin) = &ask.from {
        client.descend(origin, &ask.session).await?;
    }
    let patience = Instant::now() + STEPS_ASIDE;
    let (session, resumed) = loop {
        match client.session(&ask.session, manner).await {
            // A question that was given up on its way frees the session in a moment.
            Err(error) if error.code == Code::Busy && Instant::now() < patience => sleep(LOOK).await,
            taken => break taken?,
        }
    };
    let runtime = &session.0.session;
    if let Some(event) = &ask.rewind_to {
        rewind(runtime, event).await?;
    }
    let (text, told) = match ask.said_before {
        Some(said) if !resumed || !remembers(runtime).await? => (said + &ask.text, true),
        _ => (ask.text, false),
    };
    let mut message = MessageOptions::new(text);
    if !ask.attachments.is_empty() {
        message = message.with_attachments(ask.attachments.into_iter().map(Enclosed::from).collect());
    }
    let (tell, events) = mpsc::unbounded_channel();
    if let Some(changed) = changed {
        let _ = tell.send(changed);
    }
    let incidents = client.incidents.begin(&ask.session);
    let subscription = runtime.subscribe();
    // Said first: whoever stops waiting after this looks at it.
    ask.on_its_way.set(true);
    if waiting.is_closed() {
        ask.on_its_way.set(false);
        return Err(Error::new(Code::Interrupted)); // stopped before anything was sent, and read by nobody
    }
    if let Err(error) = in_time(runtime.send(message)).await {
        // Whether the runtime has it is not known: a session opened anew knows, this one could answer unasked.
        drop(session);
        tokio::spawn(async move { client.drop_session(&ask.session).await });
        return Err(error);
    }
    let stop = Arc::new(Notify::new());
    let turn = Turn::new(client, session, subscription, incidents, Reading::new(&manner.model), tell, stop.clone());
    tokio::spawn(turn.follow());
    Ok(Answering { events, resumed, told, stop })
}

/// Takes a question and all that followed it out of the session's memory. One that is not in it needs no taking out:
/// the log gets a turn at its end, so a program that was killed before remembers a question which the session does not.
async fn rewind(session: &Session, event: &str) -> Result<()> {
    let truncate = serde_json::json!({ "sessionId": session.id(), "eventId": event });
    let Err(error) = in_time(session.client().call("session.history.truncate", Some(truncate))).await else {
        return Ok(());
    };
    let logged = in_time(session.get_events()).await?;
    if logged.iter().any(|logged| logged.id == event) { Err(error) } else { Ok(()) }
}

/// Whether a question is in the session's memory. One that is resumed may have none: it was opened for a question that
/// was given up, or all was taken back.
async fn remembers(session: &Session) -> Result<bool> {
    let logged = in_time(session.get_events()).await?;
    Ok(logged.iter().any(|logged| logged.event_type == "user.message"))
}

async fn listed(client: &AccountClient) -> Result<Arc<[Model]>> {
    client.models().await.map(|catalogue| catalogue.models)
}

/// Why nothing was sent: what the person can act on by itself, the rest as what it means here.
fn before_sending(error: Error) -> Error {
    match error.code {
        Code::SignInNeeded
        | Code::NoCopilot
        | Code::RateLimited
        | Code::Stalled
        | Code::KeychainLocked
        | Code::SharedRuntimeGone
        | Code::SharedRuntimeRefused
        | Code::SharedRuntimeTokenMissing => error,
        code if code.is_unreachable() => error,
        _ => Error { code: Code::ModelsUnavailable, params: error.params, retryable: true },
    }
}
