//! A Copilot server that a company shares, reached over this machine's loopback.
//!
//! What differs from the runtime in this process, all of it seen at the real server:
//! - No request handler and no session filesystem. The server has one of each for everybody: whoever registers first
//!   gets every user's traffic, tokens included. Wingman never asks for either.
//! - So the account's token itself is given to each session when it is opened, and it is opened anew for another one.
//!   The server uses it at the one host that it is set up for; only accounts of that host are let in.
//! - What the model remembers lies on the server, under the names that are used here, too.
//! - The list of models is what the server gets for the account: all that is Copilot's leaves through the server.
//!
//! Each account has a connection of its own. The server ends a connection's sessions and forgets their tokens when it
//! closes, so that a sign-out is complete; and one that broke or hangs costs no other account an answer.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _};
use github_copilot_sdk::session::Session;
use github_copilot_sdk::{CliProgram, Client, ClientMode, ClientOptions, ErrorKind, SessionErrorKind, Transport};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::time::timeout;

use super::AUTO;
use super::manner::Manner;
use super::session::{OpenSession, claim, creating, resuming};
use super::upstream::Upstream;
use crate::accounts::ConnectionTokens;
use crate::error::{Code, Error, Result};
use crate::store::SessionFiles;

/// A server on this machine, or the tunnel's end, accepts at once; the server behind the tunnel may be far.
const CONNECTS_WITHIN: Duration = Duration::from_secs(10);

/// A connection that says nothing for so long is given up for a new one.
const SIGN_OF_LIFE: Duration = Duration::from_secs(3);

/// Opening a session includes the server's own questions to GitHub.
const WITHIN: Duration = Duration::from_secs(30);

/// What the server answers to a wrong connection token (`AUTHENTICATION_FAILED`).
const REFUSED: i32 = -32002;

/// Tells one token from another without keeping it.
pub(super) type Fingerprint = [u8; 32];

/// Connects, with the token that the keychain holds now.
pub(super) async fn connect(at: SocketAddr, connections: &dyn ConnectionTokens) -> Result<Client> {
    let token = connections.connection_token(at).await?;
    let options = ClientOptions::default()
        .with_mode(ClientMode::Empty)
        // The empty mode asks for a folder, and the SDK for a program, though neither is used: nothing is started.
        .with_base_directory(PathBuf::from("unused"))
        .with_program(CliProgram::Path(PathBuf::from("unused")))
        .with_transport(Transport::External {
            host: at.ip().to_string(),
            port: at.port(),
            connection_token: Some(token.expose_secret().to_owned()),
        });
    match timeout(CONNECTS_WITHIN, Client::start(options)).await {
        Ok(Ok(client)) => Ok(client),
        Ok(Err(error)) if error.rpc_code() == Some(REFUSED) => {
            Err(Error::new(Code::SharedRuntimeRefused).with("address", at).retryable())
        }
        Ok(Err(error)) => Err(failed(at, &error)),
        Err(_late) => Err(gone(at, "it does not answer")),
    }
}

/// Whether the connection is still there. Any session of it knows at once whether it was closed; without one the
/// server is asked.
pub(super) async fn is_alive(client: &Client, any: Option<&Session>) -> bool {
    if let Some(session) = any {
        // What came is not asked for, only whether more can come.
        return !matches!(session.subscribe().next().now_or_never(), Some(None));
    }
    matches!(timeout(SIGN_OF_LIFE, client.ping(None)).await, Ok(Ok(_)))
}

/// What the server lists for the account, in the form of the endpoint's own list.
pub(super) async fn models(client: &Client, at: SocketAddr, upstream: &Upstream) -> Result<Bytes> {
    let listing = |token: SecretString| async move {
        client.call("models.list", Some(json!({ "gitHubToken": token.expose_secret() }))).await
    };
    let (mut listed, _) = with_token(at, upstream, listing).await?;
    let mut models = listed.get_mut("models").map(Value::take).unwrap_or_default();
    if let Some(models) = models.as_array_mut() {
        // It is no model of the endpoint's, and always known.
        models.retain(|model| model["id"] != AUTO);
    }
    Ok(json!({ "data": models }).to_string().into())
}

/// Opens the session with the account's token, and says whether the model remembers something. What the server has is
/// resumed: creating a session anew under its name would begin with an empty memory and append to the old one's file.
pub(super) async fn open(
    client: &Client,
    at: SocketAddr,
    upstream: &Upstream,
    files: &SessionFiles,
    id: &str,
    manner: &Manner,
) -> Result<(OpenSession, bool)> {
    claim(files, upstream.account(), id).await?;
    let opening = |token: SecretString| async move {
        let mut config = resuming(id, manner);
        config.github_token = Some(token.expose_secret().to_owned());
        match client.resume_session(config).await {
            Err(error) if is_unknown(&error) => {
                let mut config = creating(id, manner);
                config.github_token = Some(token.expose_secret().to_owned());
                client.create_session(config).await.map(|session| (session, false))
            }
            resumed => resumed.map(|session| (session, true)),
        }
    };
    let ((session, remembers), given) = with_token(at, upstream, opening).await?;
    let mut open = OpenSession::new(session, manner);
    open.given = Some(given);
    Ok((open, remembers))
}

/// Whether the session has the token that the vault holds now. One that has not is opened anew: only then does the
/// server look whether GitHub accepts the token. Told in any other way it takes a dead one too, finds no models with
/// it and sends the question, token and all, to a host of its own choice.
pub(super) async fn is_current(upstream: &Upstream, open: &OpenSession) -> Result<bool> {
    let now = fingerprint(&upstream.token().await?);
    Ok(open.given == Some(now))
}

/// GitHub refused the token that the session was given. The vault hears of it and answers with why nothing more can
/// be done, or there is another token for the next question.
pub(super) async fn refused(upstream: &Upstream, open: &OpenSession) -> Error {
    let renewed = match upstream.token().await {
        Ok(token) if open.given == Some(fingerprint(&token)) => upstream.refused(&token).await,
        other => other,
    };
    renewed.err().unwrap_or_else(|| Error::new(Code::Interrupted).retryable())
}

/// Takes what the model remembers off the server.
pub(super) async fn delete(client: &Client, at: SocketAddr, id: &str) -> Result<()> {
    in_time(at, client.delete_session(&id.to_owned().into())).await
}

/// The server, or the tunnel to it, is not there.
pub(super) fn gone(at: SocketAddr, reason: &str) -> Error {
    Error::new(Code::SharedRuntimeGone).with("address", at).with("reason", reason).retryable()
}

/// Does something with the account's token; once more with another, when GitHub told the server that it does not
/// accept the first and the vault has a second.
async fn with_token<T, F>(
    at: SocketAddr,
    upstream: &Upstream,
    work: impl Fn(SecretString) -> F,
) -> Result<(T, Fingerprint)>
where
    F: Future<Output = std::result::Result<T, github_copilot_sdk::Error>>,
{
    let mut token = upstream.token().await?;
    let mut told = false;
    loop {
        let done = timeout(WITHIN, work(token.clone())).await.map_err(|_late| gone(at, "it does not answer"))?;
        match done {
            Ok(done) => return Ok((done, fingerprint(&token))),
            Err(error) if !is_token_refused(&error) => return Err(failed(at, &error)),
            Err(_) if told => return Err(upstream.refused_again()),
            Err(_) => {
                told = true;
                token = upstream.refused(&token).await?;
            }
        }
    }
}

async fn in_time<T>(
    at: SocketAddr,
    answer: impl Future<Output = std::result::Result<T, github_copilot_sdk::Error>>,
) -> Result<T> {
    timeout(WITHIN, answer).await.map_err(|_late| gone(at, "it does not answer"))?.map_err(|error| failed(at, &error))
}

/// The server's words stay out of it: they may repeat GitHub's, and whoever listens on that port may say anything.
fn failed(at: SocketAddr, error: &github_copilot_sdk::Error) -> Error {
    match error.rpc_code() {
        Some(code) => Error::new(Code::ServerFailed).with("host", at).with("status", code).retryable(),
        None if error.is_transport_failure() => gone(at, "no connection"),
        None => gone(at, "it does not speak as a Copilot server does"),
    }
}

/// The server has no code for it: it repeats the status that GitHub answered with.
fn is_token_refused(error: &github_copilot_sdk::Error) -> bool {
    error.rpc_code().is_some() && error.to_string().contains(": 401 Unauthorized")
}

fn is_unknown(error: &github_copilot_sdk::Error) -> bool {
    matches!(error.kind(), ErrorKind::Session(SessionErrorKind::NotFound(_)))
}

fn fingerprint(token: &SecretString) -> Fingerprint {
    Sha256::digest(token.expose_secret()).into()
}
