//! The routes, and the layer around all of them that records, fails on demand and cuts answers short.

use std::{
    io,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Json, Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use futures_util::{Stream, StreamExt as _, stream};
use serde_json::json;

use crate::{control, copilot, failures::Cut, journal::Outcome, oauth, organizations, random, rest, shared::Shared};

/// Larger bodies than this are none that a chat sends.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Everything it serves.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    let played = Router::new()
        .merge(oauth::routes())
        .merge(organizations::page_routes())
        .merge(rest::routes())
        .nest("/api/v3", rest::routes())
        .merge(copilot::routes())
        .fallback(not_found)
        .layer(middleware::from_fn_with_state(Arc::clone(shared), observe));
    Router::new()
        .nest("/_sandbox", control::routes())
        .fallback_service(played.with_state(Arc::clone(shared)))
        .with_state(Arc::clone(shared))
}

/// The path as github.com has it: GitHub Enterprise Server's REST API lives under `/api/v3`.
pub(crate) fn rest_path(path: &str) -> &str {
    match path.strip_prefix("/api/v3") {
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    }
}

/// What GitHub says to an address it does not know. Telemetry and the GitHub MCP server end here too: recorded, and
/// harmless.
async fn not_found() -> Response {
    let body = json!({
        "message": "Not Found",
        "documentation_url": "https://docs.github.com/rest",
        "status": "404",
    });
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}

async fn observe(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&body);
    let authorization = parts.headers.get(header::AUTHORIZATION);
    let authorization = authorization.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let arrived = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let (id, failure) = {
        let mut state = shared.state.lock();
        let id = state.journal.arrived(&parts, &body, arrived);
        let failure = state.failures.take(&parts.method, parts.uri.path(), &text, authorization);
        (id, failure)
    };
    // Told early when the client goes away while there is no answer yet: then this is dropped with the future.
    let mut slip = Slip::new(&shared, id);

    let proxy = failure.as_ref().is_some_and(|failure| failure.proxy);
    let mut cut = None;
    let mut instead = None;
    if let Some(failure) = &failure {
        if failure.delay_ms > 0 {
            tokio::time::sleep(failure.delay()).await;
        }
        if failure.hang {
            std::future::pending::<()>().await; // until the client or the sandbox goes
        }
        cut = failure.cut();
        instead = failure.answer();
    }
    let mut response = match instead {
        Some(response) => response,
        None => next.run(Request::from_parts(parts, Body::from(body))).await,
    };
    if !proxy {
        let id = format!("{}:SANDBOX", random::hex(12).to_uppercase());
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert("x-github-request-id", id);
        }
        response.headers_mut().entry(header::SERVER).or_insert(HeaderValue::from_static("github.com"));
    }
    if let Some(failure) = &failure {
        failure.decorate(&mut response);
    }
    slip.begun(response.status());

    let streamed = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if streamed || cut.is_some() {
        response.map(|body| Body::from_stream(watched(body.into_data_stream(), slip, cut)))
    } else {
        slip.complete = true;
        response
    }
}

/// The answer's pieces, counted, and cut where a failure says so.
fn watched<S>(pieces: S, slip: Slip, cut: Option<Cut>) -> impl Stream<Item = Result<Bytes, io::Error>>
where
    S: Stream<Item = Result<Bytes, axum::Error>> + Unpin,
{
    stream::unfold(Some((pieces, slip)), move |open| async move {
        let (mut pieces, mut slip) = open?;
        match cut {
            // The pause lets what was written reach the client before the connection breaks.
            Some(Cut::Drop { after }) if slip.sent >= after => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                return Some((Err(io::Error::other("cut by a failure")), None));
            }
            Some(Cut::Stall { after }) if slip.sent >= after => {
                return std::future::pending().await; // until the client or the sandbox goes
            }
            _ => {}
        }
        match pieces.next().await {
            Some(Ok(piece)) => {
                slip.sent += 1;
                Some((Ok(piece), Some((pieces, slip))))
            }
            Some(Err(error)) => Some((Err(io::Error::other(error)), None)),
            None => {
                slip.complete = true;
                None
            }
        }
    })
}

/// Notes in the journal how an answer ended, when it is dropped.
struct Slip {
    shared: Arc<Shared>,
    id: u64,
    sent: usize,
    complete: bool,
}

impl Slip {
    fn new(shared: &Arc<Shared>, id: u64) -> Self {
        Self { shared: Arc::clone(shared), id, sent: 0, complete: false }
    }

    fn begun(&self, status: StatusCode) {
        let mut state = self.shared.state.lock();
        state.journal.update(self.id, |entry| entry.status = Some(status.as_u16()));
    }
}

impl Drop for Slip {
    fn drop(&mut self) {
        let (sent, complete) = (self.sent, self.complete);
        self.shared.state.lock().journal.update(self.id, |entry| {
            entry.chunks_sent = sent;
            entry.outcome = if complete { Outcome::Complete } else { Outcome::Broken };
        });
    }
}
