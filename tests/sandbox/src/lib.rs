//! The local GitHub and Copilot: the one stand-in of Wingman's tests and of `cargo xtask run` without a client.
//!
//! It plays github.com (sign-in pages, token exchange, REST) and the Copilot API (models, streamed answers) on
//! one loopback port and behaves as GitHub does where that is known: errors with HTTP 200, form encoding without
//! `Accept`, codes that work once. It records every request and fails on demand. It shares no code with the app,
//! so an error in one cannot hide in the other.
//!
//! In a test: [`Sandbox::start`]. From elsewhere: the program `wingman-sandbox` and its controls over HTTP under
//! `/_sandbox/` (see `control`), which do the same as the methods here.

#![allow(clippy::result_large_err, reason = "a refusal is the answer itself, made once for each request")]

mod access;
mod clients;
mod control;
mod copilot;
mod failures;
mod grants;
mod journal;
mod oauth;
mod organizations;
mod people;
mod random;
mod rest;
mod server;
mod shared;

use std::{io, path::PathBuf, sync::Arc, thread, time::Duration};

use axum::serve::ListenerExt as _;
use tokio::{net::TcpListener, sync::watch};

pub use access::{Access, Copilot, Quota};
pub use clients::{Client, DEFAULT_CALLBACK, Kind};
pub use copilot::{Answer, Pace};
pub use failures::Failure;
pub use grants::{LiveToken, Secrets};
pub use journal::{Outcome, Recorded};
pub use oauth::Decision;
pub use organizations::{Membership, Organization};
use shared::Shared;

/// How a sandbox starts.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The loopback port; 0 takes a free one.
    pub port: u16,
    /// Applications registered beside the two that are always there (`wingman-sandbox`, which has no secret, and
    /// `wingman-sandbox-secret`, whose secret is `sandbox-secret`). The same id replaces.
    pub clients: Vec<Client>,
    /// A file in which tokens outlive this sandbox, so that who signed in stays signed in at the next one.
    pub keep: Option<PathBuf>,
}

/// A running sandbox. Dropping it ends the server and every connection to it.
///
/// It runs on threads of its own, so a test that blocks does not stop it.
#[derive(Debug)]
pub struct Sandbox {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Sandbox {
    /// Binds `127.0.0.1` and serves from when this returns. Fails when the port is taken.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
        let base = format!("http://{}", listener.local_addr()?);
        let listener = listener.into_std()?;
        let (stop, stopping) = watch::channel(false);
        let shared = Arc::new(Shared::new(base, options.clients, options.keep));
        let router = server::router(&shared);
        let thread = thread::Builder::new().name("sandbox".into()).spawn(move || serve(listener, router, stopping))?;
        Ok(Self { shared, stop, thread: Some(thread) })
    }

    /// Where it listens, without a slash at the end: at once the web host, the REST API and the Copilot API.
    pub fn url(&self) -> &str {
        &self.shared.base
    }

    /// Every request so far but those to the controls, oldest first.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.state.lock().journal.all()
    }

    /// Those of [`Self::requests`] whose path is `path`, under `/api/v3` or not.
    pub fn requests_to(&self, path: &str) -> Vec<Recorded> {
        let mut requests = self.requests();
        requests.retain(|request| server::rest_path(&request.path) == path);
        requests
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.shared.state.lock().journal.clear();
    }

    /// Adds a failure; the first one added that fits a request is played.
    pub fn fail(&self, failure: Failure) {
        self.shared.state.lock().failures.add(failure);
    }

    /// Ends all failures, those without a count too.
    pub fn clear_failures(&self) {
        self.shared.state.lock().failures.clear();
    }

    /// Decides what the model answers, before the sandbox's own choice.
    pub fn answer(&self, answer: Answer) {
        self.shared.state.lock().answers.push(answer);
    }

    /// How fast and in what pieces answers stream, where an answer does not say itself.
    pub fn set_pace(&self, pace: Pace) {
        self.shared.state.lock().pace = pace;
    }

    /// Registers an application; the same id replaces.
    pub fn register(&self, client: Client) {
        self.shared.state.lock().clients.register(client);
    }

    /// Decides what an organisation demands, in place of what it demanded before; a login that is new adds one without
    /// members.
    pub fn set_organization(&self, organization: Organization) {
        self.shared.state.lock().organizations.set(organization);
    }

    /// Decides how a person stands to an organisation. `false`: no such person or organisation.
    pub fn set_membership(&self, login: &str, organization: &str, membership: Membership) -> bool {
        control::set_membership(&self.shared, login, organization, membership)
    }

    /// Decides whether a person has shown their single sign-on to an organisation; visiting its page does the same.
    /// `false`: no such person or organisation.
    pub fn set_signed_on(&self, login: &str, organization: &str, signed_on: bool) -> bool {
        control::set_signed_on(&self.shared, login, organization, signed_on)
    }

    /// Decides what Copilot a person has. `false`: no such person.
    pub fn set_copilot(&self, login: &str, copilot: Copilot) -> bool {
        control::set_copilot(&self.shared, login, copilot)
    }

    /// A working token without a sign-in. `None`: no such person or client.
    pub fn issue_token(&self, login: &str, client_id: &str, scopes: &[&str]) -> Option<String> {
        control::issue(&self.shared, login, client_id, scopes, None)
    }

    /// Every token that works now.
    pub fn live_tokens(&self) -> Vec<LiveToken> {
        let now = self.shared.now();
        self.shared.state.lock().grants.live(now)
    }

    /// Everything secret that was ever given out or shown here, since the last reset.
    pub fn secrets(&self) -> Secrets {
        self.shared.state.lock().grants.secrets.clone()
    }

    /// The words of every question that came, and of every answer that was given, since the last reset.
    pub fn said(&self) -> Vec<String> {
        self.shared.state.lock().said.iter().cloned().collect()
    }

    /// Revokes all tokens, or those of one person; says how many there were.
    pub fn revoke_tokens(&self, login: Option<&str>) -> usize {
        self.shared.state.lock().grants.revoke_all(login)
    }

    /// Lets time pass for codes, tokens and polling.
    pub fn advance_clock(&self, by: Duration) {
        self.shared.advance(by);
    }

    /// What a person at the authorize page would do, without a browser: returns the callback URL that the browser
    /// would hand over, or the text of the error page.
    pub fn authorize(&self, authorize_url: &str, login: &str, decision: Decision) -> Result<String, String> {
        control::authorize(&self.shared, authorize_url, login, decision)
    }

    /// What a person at the page of the device flow would do: types the code in and decides. `false`: no such code
    /// waits, or nobody is called so.
    pub fn enter_code(&self, user_code: &str, login: &str, decision: Decision) -> bool {
        oauth::settle(&self.shared, user_code, login, decision)
    }

    /// Forgets everything but the address: tokens, codes, requests, failures, answers, clients added since, and what
    /// was decided of organisations and of people's Copilot.
    pub fn reset(&self) {
        self.shared.reset();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // a server that panicked has said so already
        }
    }
}

/// The server's thread: serves until told to stop, then ends what is still open.
fn serve(listener: std::net::TcpListener, router: axum::Router, mut stopping: watch::Receiver<bool>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime needs two threads and an event queue");
    runtime.block_on(async move {
        let listener = TcpListener::from_std(listener).expect("tokio bound this listener a moment ago");
        // Without it a small piece of an answer waits for the next one.
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        tokio::select! {
            _ = axum::serve(listener, router).into_future() => {}
            _ = stopping.wait_for(|stop| *stop) => {}
        }
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
}
