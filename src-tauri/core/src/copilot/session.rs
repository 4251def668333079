//! A conversation's session in the runtime: its name, its settings, and the few that are open at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use github_copilot_sdk::Client;
use github_copilot_sdk::session::Session;
use github_copilot_sdk::types::{ResumeSessionConfig, SessionConfig};
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::door::Placeholder;
use super::files::Files;
use super::manner::Manner;
use super::shared::Fingerprint;
use super::upstream::Access;
use crate::accounts::AccountId;
use crate::chat::ConversationId;
use crate::error::{Code, Error, Result};
use crate::store::SessionFiles;

/// So many sessions of an account stay open: each costs file descriptors, threads and memory.
pub(super) const OPEN_AT_ONCE: usize = 6;

/// Holds a whole answer at full speed, should the reader be late.
const EVENT_BUFFER: usize = 65_536;

/// Connected by the runtime even in its empty mode.
const GITHUB_MCP: &str = "github-mcp-server";

/// The session of a conversation: `user-<user id>-<conversation id>`, with the version appended from the second on
/// (each version of a conversation that the model has its own memory of owns a session).
pub fn session_id(account: &AccountId, conversation: &ConversationId, version: u32) -> String {
    let base = format!("user-{}-{}", account.user(), conversation.0);
    if version == 0 { base } else { format!("{base}-{version}") }
}

/// An open session.
pub(super) struct OpenSession {
    pub(super) session: Session,
    /// How it was told to answer last.
    pub(super) manner: Mutex<Manner>,
    /// The record that its credentials were made of.
    pub(super) credentials: Mutex<Option<Arc<Access>>>,
    /// The token that it was given, where it is given one.
    pub(super) given: Option<Fingerprint>,
    busy: AtomicBool,
    used: Mutex<Instant>,
}

impl OpenSession {
    pub(super) fn new(session: Session, manner: &Manner) -> Self {
        Self {
            session,
            manner: Mutex::new(manner.clone()),
            credentials: Mutex::new(None),
            given: None,
            busy: AtomicBool::new(false),
            used: Mutex::new(Instant::now()),
        }
    }

    /// Takes the session for one turn. `Busy` while it is answering: what is sent meanwhile would queue up unseen,
    /// and truncating it would corrupt the next prompt.
    pub(super) fn occupy(self: &Arc<Self>) -> Result<Occupied> {
        if self.busy.swap(true, Ordering::AcqRel) {
            return Err(Error::new(Code::Busy));
        }
        *self.used.lock() = Instant::now();
        Ok(Occupied(self.clone()))
    }

    pub(super) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Acquire)
    }

    pub(super) fn last_used(&self) -> Instant {
        *self.used.lock()
    }
}

/// A session that is answering; free again when this is dropped.
pub(super) struct Occupied(pub(super) Arc<OpenSession>);

impl Drop for Occupied {
    fn drop(&mut self) {
        *self.0.used.lock() = Instant::now();
        self.0.busy.store(false, Ordering::Release);
    }
}

/// Opens the session, and says whether the model remembers something. What was ever written is resumed: creating a
/// session anew under its name would begin with an empty memory and append to the old one's file.
pub(super) async fn open(
    client: &Client,
    files: &SessionFiles,
    account: &AccountId,
    id: &str,
    manner: &Manner,
) -> Result<(OpenSession, bool)> {
    let holds = claim(files, account, id).await?;
    let provider = Arc::new(Files::new(files.clone(), id));
    let session = if holds {
        client.resume_session(resuming(id, manner).with_session_fs_provider(provider)).await
    } else {
        client.create_session(creating(id, manner).with_session_fs_provider(provider)).await
    };
    let session = session.map_err(|error| failed(&error))?;
    Ok((OpenSession::new(session, manner), holds))
}

/// Makes sure that the session is this account's, and says whether the store holds something of it.
pub(super) async fn claim(files: &SessionFiles, account: &AccountId, id: &str) -> Result<bool> {
    let (rows, owner, name) = (files.clone(), account.clone(), id.to_owned());
    let held = tokio::task::spawn_blocking(move || rows.register(&name, &owner).and_then(|()| rows.holds(&name)));
    match held.await {
        Ok(Ok(holds)) => Ok(holds),
        // Whose session it is decides who pays and whose words are read.
        Ok(Err(crate::store::session_files::FileError::Foreign)) => Err(Error::new(Code::NotFound)),
        Ok(Err(error)) => Err(Error::new(Code::StoreFailed).with("reason", error)),
        Err(_panic) => Err(Error::new(Code::StoreFailed).with("reason", "the session could not be read")),
    }
}

/// How a session begins. What is resumed keeps nothing but its model, so both say everything.
pub(super) fn creating(id: &str, manner: &Manner) -> SessionConfig {
    let mut config = SessionConfig::default();
    config.session_id = Some(id.to_owned().into());
    config.model = Some(manner.model.clone());
    config.reasoning_effort.clone_from(&manner.effort);
    config.streaming = Some(true);
    config.system_message = Some(manner.instructions.system_message());
    config.available_tools = Some(Vec::new());
    config.disabled_mcp_servers = Some(vec![GITHUB_MCP.to_owned()]);
    config.event_buffer_capacity = Some(EVENT_BUFFER);
    config
}

/// How a session goes on.
pub(super) fn resuming(id: &str, manner: &Manner) -> ResumeSessionConfig {
    let mut config = ResumeSessionConfig::new(id.to_owned().into());
    config.model = Some(manner.model.clone());
    config.reasoning_effort.clone_from(&manner.effort);
    config.streaming = Some(true);
    config.system_message = Some(manner.instructions.system_message());
    config.available_tools = Some(Vec::new());
    config.disabled_mcp_servers = Some(vec![GITHUB_MCP.to_owned()]);
    config.event_buffer_capacity = Some(EVENT_BUFFER);
    config
}

/// Tells the session whose it is, with a placeholder for the token and the endpoint. Asks nobody; until it was done
/// the session refuses to send. Needed after each opening, and again when the account's record changed.
pub(super) async fn introduce(
    client: &Client,
    open: &OpenSession,
    access: &Arc<Access>,
    placeholder: &Placeholder,
) -> Result<()> {
    let known = open.credentials.lock().as_ref().is_some_and(|known| Arc::ptr_eq(known, access));
    if known {
        return Ok(());
    }
    let parameters = json!({
        "sessionId": open.session.id(),
        "credentials": {
            "type": "token",
            "host": placeholder.origin,
            "token": placeholder.token,
            "copilotUser": disguised(&access.record, &placeholder.origin),
        },
    });
    client.call("session.gitHubAuth.setCredentials", Some(parameters)).await.map_err(|error| failed(&error))?;
    *open.credentials.lock() = Some(access.clone());
    Ok(())
}

/// The record as the host gave it, with every endpoint in it replaced: the runtime must not learn where else it
/// could go.
fn disguised(record: &Value, origin: &str) -> Value {
    let mut record = if record.is_object() { record.clone() } else { json!({}) };
    record["endpoints"] = json!({ "api": origin });
    record
}

/// The SDK's errors print a backtrace under `Debug`: only their `Display` is taken.
pub(super) fn failed(error: &github_copilot_sdk::Error) -> Error {
    Error::new(Code::RuntimeFailed).with("reason", error).retryable()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_of_a_conversation_has_a_session_of_its_own() {
        let account = AccountId::new("github.com", 7);
        let conversation = ConversationId("c1".into());
        assert_eq!(session_id(&account, &conversation, 0), "user-7-c1", "the guide's form");
        assert_eq!(session_id(&account, &conversation, 2), "user-7-c1-2", "another memory is another session");
    }

    #[test]
    fn the_runtime_learns_no_endpoint_from_the_record() {
        let record =
            json!({ "login": "alice", "endpoints": { "api": "https://real", "telemetry": "https://real-too" } });
        let told = disguised(&record, "https://account-1.invalid");
        assert!(!told.to_string().contains("real"), "what it does not know it cannot send to");
        assert_eq!(told["login"], "alice", "the rest is passed as the host gave it");
    }
}
