//! One account's client of the runtime in this process: started on first use, with a door and sessions of its own.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use github_copilot_sdk::session_fs::{SessionFsConfig, SessionFsConventions};
use github_copilot_sdk::{Client, ClientMode, ClientOptions, Transport};
use secrecy::ExposeSecret;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::catalogue::Catalogues;
use super::door::{Admission, Door, Placeholder};
use super::incidents::Incidents;
use super::runtime::Handover;
use super::session::{OPEN_AT_ONCE, Occupied, OpenSession, failed, introduce, open};
use super::upstream::Upstream;
use crate::error::{Code, Error, Result};
use crate::store::SessionFiles;

/// A runtime that has not answered by then does not any more.
const WITHIN: Duration = Duration::from_secs(30);

/// Where the runtime believes its sessions to work: in the session's own filesystem, never on the disk.
const WORKING_DIRECTORY: &str = "/work";

/// One account's client and its sessions.
pub(super) struct AccountClient {
    pub(super) upstream: Arc<Upstream>,
    pub(super) catalogues: Arc<Catalogues>,
    pub(super) incidents: Arc<Incidents>,
    placeholder: Placeholder,
    handover: Handover,
    base_directory: PathBuf,
    files: SessionFiles,
    running: Mutex<Running>,
}

#[derive(Default)]
struct Running {
    client: Option<Client>,
    sessions: HashMap<String, Arc<OpenSession>>,
}

impl AccountClient {
    pub(super) fn new(upstream: Upstream, handover: Handover, base_directory: PathBuf, files: SessionFiles) -> Self {
        Self {
            upstream: Arc::new(upstream),
            catalogues: Arc::default(),
            incidents: Arc::default(),
            placeholder: Placeholder::new(),
            handover,
            base_directory,
            files,
            running: Mutex::default(),
        }
    }

    /// Starts the client, if it does not run yet.
    pub(super) async fn warm(&self) -> Result<()> {
        let mut running = self.running.lock().await;
        self.client(&mut running).await.map(drop)
    }

    /// The session, taken for one turn, open and using the model; and whether the model remembers something.
    pub(super) async fn session(&self, id: &str, model: &str) -> Result<(Occupied, bool)> {
        let mut running = self.running.lock().await;
        let client = self.client(&mut running).await?;
        let (session, remembers) = if let Some(session) = running.sessions.get(id) {
            (session.clone(), true)
        } else {
            make_room(&mut running).await;
            let opening = open(&client, &self.files, self.upstream.account(), id, model);
            let (session, remembers) = timeout(WITHIN, opening).await.map_err(|_late| hangs())??;
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
        if *session.0.model.lock() != model {
            in_time(session.0.session.set_model(model, None)).await?;
            model.clone_into(&mut session.0.model.lock());
        }
        Ok((session, remembers))
    }

    /// Closes the session without asking whether it is done: it does not answer any more.
    pub(super) async fn drop_session(&self, id: &str) {
        let dropped = self.running.lock().await.sessions.remove(id);
        if let Some(session) = dropped {
            disconnect(&session).await;
        }
    }

    /// Ends the client, as after the connection to the runtime broke; the next question starts it anew.
    pub(super) async fn stop(&self) {
        let running = std::mem::take(&mut *self.running.lock().await);
        if let Some(client) = running.client {
            drop(running.sessions);
            if timeout(WITHIN, client.stop()).await.is_err() {
                client.force_stop();
            }
        }
    }

    async fn client(&self, running: &mut Running) -> Result<Client> {
        if let Some(client) = &running.client {
            return Ok(client.clone());
        }
        let mut options = ClientOptions::default()
            .with_mode(ClientMode::Empty)
            .with_transport(Transport::InProcess)
            .with_use_logged_in_user(false)
            .with_base_directory(&self.base_directory)
            .with_session_fs(SessionFsConfig::new(WORKING_DIRECTORY, SessionFiles::STATE, SessionFsConventions::Posix));
        let admission = match &self.handover {
            Handover::Door => Admission::Placeholder(self.placeholder.clone()),
            Handover::Sdk(_) => {
                let token = self.upstream.token().await?;
                options = options.with_github_token(token.expose_secret());
                Admission::Endpoint
            }
        };
        options = options.with_request_handler(Door {
            admission,
            upstream: self.upstream.clone(),
            catalogues: self.catalogues.clone(),
            incidents: self.incidents.clone(),
        });
        let client = in_time(Client::start(options)).await?;
        running.client = Some(client.clone());
        Ok(client)
    }
}

/// Closes those used least recently until one more may be opened. One that is answering stays.
async fn make_room(running: &mut Running) {
    while running.sessions.len() >= OPEN_AT_ONCE {
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
