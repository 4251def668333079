//! One account's client of the runtime: started on first use, with a door and sessions of its own; or its connection
//! to a shared one.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use github_copilot_sdk::session_fs::{SessionFsConfig, SessionFsConventions};
use github_copilot_sdk::{Client, ClientMode, ClientOptions, Transport};
use secrecy::ExposeSecret;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};

use super::catalogue::{Catalogue, Catalogues, own_headers};
use super::door::{Admission, Door, Placeholder};
use super::incidents::Incidents;
use super::manner::Manner;
use super::runtime::{Handover, SharedRuntime};
use super::session::{OPEN_AT_ONCE, Occupied, OpenSession, claim, failed, introduce, open};
use super::upstream::Upstream;
use super::{LOOK, Origin, STEPS_ASIDE, shared};
use crate::accounts::ConnectionTokens;
use crate::config::AllowedModels;
use crate::error::{Code, Error, Result};
use crate::store::SessionFiles;
use crate::store::session_files::FileError;

/// A runtime that has not answered by then does not any more.
const WITHIN: Duration = Duration::from_secs(30);

/// A shared runtime that has not taken leave by then is left without.
const PROMPTLY: Duration = Duration::from_secs(5);

/// Where the runtime believes its sessions to work: in the session's own filesystem, never on the disk.
const WORKING_DIRECTORY: &str = "/work";

/// One account's client and its sessions.
pub(super) struct AccountClient {
    pub(super) upstream: Arc<Upstream>,
    pub(super) catalogues: Arc<Catalogues>,
    pub(super) incidents: Arc<Incidents>,
    placeholder: Placeholder,
    handover: Handover,
    connections: Arc<dyn ConnectionTokens>,
    base_directory: PathBuf,
    files: SessionFiles,
    running: Mutex<Running>,
    /// Something did not come over the connection to a shared runtime.
    doubted: AtomicBool,
}

#[derive(Default)]
struct Running {
    client: Option<Client>,
    sessions: HashMap<String, Arc<OpenSession>>,
}

impl AccountClient {
    pub(super) fn new(
        upstream: Upstream,
        handover: Handover,
        connections: Arc<dyn ConnectionTokens>,
        base_directory: PathBuf,
        files: SessionFiles,
        models: AllowedModels,
    ) -> Self {
        Self {
            upstream: Arc::new(upstream),
            catalogues: Arc::new(Catalogues::new(models)),
            incidents: Arc::default(),
            placeholder: Placeholder::new(),
            handover,
            connections,
            base_directory,
            files,
            running: Mutex::default(),
            doubted: AtomicBool::new(false),
        }
    }

    /// Starts the client, if it does not run yet.
    pub(super) async fn warm(&self) -> Result<()> {
        let mut running = self.running.lock().await;
        self.client(&mut running).await.map(drop)
    }

    /// The session, taken for one turn, open and answering in this manner; and whether the model remembers something.
    pub(super) async fn session(&self, id: &str, manner: &Manner) -> Result<(Occupied, bool)> {
        let mut running = self.running.lock().await;
        let client = self.client(&mut running).await?;
        let (session, remembers) = if let Some(session) = self.still_open(&mut running, id, manner).await? {
            (session, true)
        } else {
            make_room(&mut running).await;
            let (session, remembers) = match &self.handover {
                Handover::Shared(shared) => {
                    let opening = shared::open(&client, shared.address, &self.upstream, &self.files, id, manner);
                    Box::pin(opening).await?
                }
                Handover::Door | Handover::Sdk(_) => {
                    let opening = open(&client, &self.files, self.upstream.account(), id, manner);
                    timeout(WITHIN, opening).await.map_err(|_late| hangs())??
                }
            };
            let session = Arc::new(session);
            running.sessions.insert(id.to_owned(), session.clone());
            (session, remembers)
        };
        let session = session.occupy()?;
        if self.handover == Handover::Door {
            let access = self.upstream.access();
            let introducing = introduce(&client, &session.0, &access, &self.placeholder);
            timeout(WITHIN, introducing).await.map_err(|_late| hangs())??;
        }
        if *session.0.manner.lock() != *manner {
            in_time(session.0.session.set_model(&manner.model, manner.switching())).await?;
            manner.clone_into(&mut session.0.manner.lock());
        }
        Ok((session, remembers))
    }

    /// Has the session begin with what another one remembers up to a question. What cannot be copied is not: then it
    /// begins with nothing.
    pub(super) async fn descend(&self, from: &Origin, to: &str) -> Result<()> {
        if self.shared().is_some() {
            return Ok(());
        }
        // What it still writes down of its own answer is no part of the copy, but half a line would be.
        let patience = Instant::now() + STEPS_ASIDE;
        while self.is_answering(&from.session).await && Instant::now() < patience {
            sleep(LOOK).await;
        }
        claim(&self.files, self.upstream.account(), to).await?;
        let (files, origin, to) = (self.files.clone(), from.clone(), to.to_owned());
        let copied = tokio::task::spawn_blocking(move || files.fork(&origin.session, &to, &origin.last)).await;
        match copied {
            Ok(Ok(()) | Err(FileError::Exists)) => Ok(()),
            Ok(Err(FileError::Foreign)) => Err(Error::new(Code::NotFound)),
            Ok(Err(FileError::Store(error))) => Err(Error::new(Code::StoreFailed).with("reason", error)),
            Ok(Err(error)) => {
                tracing::warn!(%error, "a session begins without what was said before it");
                Ok(())
            }
            Err(_panic) => Err(Error::new(Code::StoreFailed).with("reason", "the session could not be copied")),
        }
    }

    async fn is_answering(&self, id: &str) -> bool {
        self.running.lock().await.sessions.get(id).is_some_and(|session| session.is_busy())
    }

    /// The session, if it is open and can be used as it is.
    async fn still_open(&self, running: &mut Running, id: &str, manner: &Manner) -> Result<Option<Arc<OpenSession>>> {
        let Some(open) = running.sessions.get(id).cloned() else { return Ok(None) };
        // One that is answering is refused in a moment; whatever else is to be done waits for its end.
        let fits = open.is_busy() || !manner.needs_opening(&open.manner.lock());
        if fits && (self.shared().is_none() || open.is_busy() || shared::is_current(&self.upstream, &open).await?) {
            return Ok(Some(open));
        }
        running.sessions.remove(id);
        disconnect(&open).await;
        Ok(None)
    }

    /// Closes what is open beyond what stays open: more than that answered at the same time.
    pub(super) async fn tidy(&self) {
        close_idle(&mut *self.running.lock().await, OPEN_AT_ONCE).await;
    }

    /// Closes the session without asking whether it is done: it does not answer any more.
    pub(super) async fn drop_session(&self, id: &str) {
        let dropped = self.running.lock().await.sessions.remove(id);
        if let Some(session) = dropped {
            disconnect(&session).await;
        }
    }

    /// Closes the session for good: what the model remembers of it is deleted. Here the store does that; a shared
    /// runtime is told, as well as it can be reached: false when it cannot.
    pub(super) async fn forget(&self, id: &str) -> bool {
        self.drop_session(id).await;
        let Some(shared) = self.shared() else { return true };
        let deleting = async {
            let client = self.client(&mut *self.running.lock().await).await?;
            shared::delete(&client, shared.address, id).await
        };
        match timeout(PROMPTLY, Box::pin(deleting)).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::warn!(code = ?error.code, "a shared runtime keeps what was to be deleted");
                error.code == Code::ServerFailed // it answered
            }
            Err(_late) => {
                tracing::warn!("a shared runtime keeps what was to be deleted: it did not answer in time");
                false
            }
        }
    }

    /// The models that the account is offered.
    pub(super) async fn models(&self) -> Result<Catalogue> {
        let Some(shared) = self.shared() else {
            return self.catalogues.latest(&self.upstream, &own_headers()).await;
        };
        let host = shared.address.to_string();
        let listing = async {
            let client = self.client(&mut *self.running.lock().await).await?;
            shared::models(&client, shared.address, &self.upstream).await
        };
        self.catalogues.latest_by(&host, Box::pin(listing)).await.map_err(|error| self.told(error))
    }

    /// Ends the client; the next question starts it anew.
    pub(super) async fn stop(&self) {
        let running = std::mem::take(&mut *self.running.lock().await);
        self.end(running).await;
    }

    /// Ends the client that this session belonged to: its connection to the runtime broke. A shared runtime may have
    /// been found again meanwhile, for another conversation.
    pub(super) async fn lost(&self, session: &Arc<OpenSession>) {
        let mut running = self.running.lock().await;
        let id = session.session.id().as_str();
        if self.shared().is_none() || running.sessions.get(id).is_some_and(|known| Arc::ptr_eq(known, session)) {
            let lost = std::mem::take(&mut *running);
            drop(running);
            self.end(lost).await;
        }
    }

    async fn end(&self, running: Running) {
        if let Some(client) = running.client {
            drop(running.sessions);
            // What a shared runtime does not hear now, it learns from the end of the connection.
            let patience = if self.shared().is_some() { PROMPTLY } else { WITHIN };
            if timeout(patience, client.stop()).await.is_err() {
                client.force_stop();
            }
        }
    }

    /// An error in the words of where the runtime is.
    pub(super) fn told(&self, error: Error) -> Error {
        let Some(shared) = self.shared() else { return error };
        if matches!(error.code, Code::RuntimeFailed | Code::SharedRuntimeGone) {
            self.doubted.store(true, Ordering::Relaxed);
            let reason = error.params.get("reason").map_or("", String::as_str);
            return shared::gone(shared.address, reason);
        }
        error
    }

    /// What a turn failed of, once the vault has heard of it: past the door nobody else tells it of a refused token.
    pub(super) async fn weigh(&self, error: &mut Error, session: &OpenSession) {
        if self.shared().is_some() && error.code == Code::SignInNeeded {
            *error = shared::refused(&self.upstream, session).await;
        }
    }

    /// How long a turn may be silent; none where the door watches what comes in.
    pub(super) fn silence(&self) -> Option<Duration> {
        // Only events are seen here, and while a model thinks there may be none.
        self.shared().map(|_| self.upstream.patience.silence * 3)
    }

    /// Whether the door sees what comes in.
    pub(super) fn is_watched(&self) -> bool {
        self.shared().is_none()
    }

    fn shared(&self) -> Option<&SharedRuntime> {
        match &self.handover {
            Handover::Shared(shared) => Some(shared),
            Handover::Door | Handover::Sdk(_) => None,
        }
    }

    async fn client(&self, running: &mut Running) -> Result<Client> {
        if let Some(client) = &running.client {
            if self.holds(client, running).await {
                return Ok(client.clone());
            }
            self.end(std::mem::take(running)).await;
        }
        let client = match self.shared() {
            Some(shared) => Box::pin(shared::connect(shared.address, &*self.connections)).await?,
            None => self.in_process().await?,
        };
        running.client = Some(client.clone());
        Ok(client)
    }

    /// Whether the connection can be used; the one to the runtime of this process always can.
    async fn holds(&self, client: &Client, running: &Running) -> bool {
        let doubted = self.doubted.swap(false, Ordering::Relaxed);
        let any = running.sessions.values().next().filter(|_| !doubted);
        self.shared().is_none() || shared::is_alive(client, any.map(|open| &open.session)).await
    }

    async fn in_process(&self) -> Result<Client> {
        let mut options = ClientOptions::default()
            .with_mode(ClientMode::Empty)
            .with_transport(Transport::InProcess)
            .with_use_logged_in_user(false)
            .with_base_directory(&self.base_directory)
            .with_session_fs(SessionFsConfig::new(WORKING_DIRECTORY, SessionFiles::STATE, SessionFsConventions::Posix));
        let admission = if self.handover == Handover::Door {
            Admission::Placeholder(self.placeholder.clone())
        } else {
            let token = self.upstream.token().await?;
            options = options.with_github_token(token.expose_secret());
            Admission::Endpoint
        };
        options = options.with_request_handler(Door {
            admission,
            upstream: self.upstream.clone(),
            catalogues: self.catalogues.clone(),
            incidents: self.incidents.clone(),
        });
        in_time(Client::start(options)).await
    }
}

/// Closes those used least recently until one more may be opened. One that is answering stays.
async fn make_room(running: &mut Running) {
    close_idle(running, OPEN_AT_ONCE - 1).await;
}

/// Closes those used least recently until no more than so many are open. One that is answering stays.
async fn close_idle(running: &mut Running, most: usize) {
    while running.sessions.len() > most {
        let idle = running.sessions.iter().filter(|(_, session)| !session.is_busy());
        let Some(oldest) = idle.min_by_key(|(_, session)| session.last_used()).map(|(id, _)| id.clone()) else {
            return;
        };
        if let Some(session) = running.sessions.remove(&oldest) {
            disconnect(&session).await;
        }
    }
}

async fn disconnect(session: &OpenSession) {
    match timeout(WITHIN, session.session.disconnect()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "a session was not closed"),
        Err(_late) => tracing::warn!("a session did not close in time"),
    }
}

/// What the runtime answers, unless it does not any more.
pub(super) async fn in_time<T>(
    answer: impl Future<Output = std::result::Result<T, github_copilot_sdk::Error>>,
) -> Result<T> {
    timeout(WITHIN, answer).await.map_err(|_late| hangs())?.map_err(|error| failed(&error))
}

fn hangs() -> Error {
    Error::new(Code::RuntimeFailed).with("reason", "it does not answer").retryable()
}
