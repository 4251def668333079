//! The door: every request of the runtime's model layer passes here, carrying a placeholder, and leaves with the
//! account's token, to the account's endpoint and nowhere else.
//!
//! One door serves one account. The runtime believes the account's API to be at a host under `.invalid`, which never
//! resolves: what goes past the door arrives nowhere. Anything that does not carry the placeholder to that host is
//! answered 404, which the runtime tries once and no second time.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::FutureExt as _;
use github_copilot_sdk::copilot_request_handler::{
    CopilotHttpRequest, CopilotHttpResponse, CopilotRequestContext, CopilotRequestError, CopilotRequestHandler,
    CopilotWebSocketHandler, CopilotWebSocketResponse,
};
use http::{HeaderMap, Method, header};
use uuid::Uuid;

use super::catalogue::Catalogues;
use super::incidents::Incidents;
use super::relay::{Exchange, answer, onward, refusal, relay, unavailable};
use super::upstream::Upstream;
use crate::error::{Code, Error, Result};

/// What the runtime is told instead of a token and an endpoint.
#[derive(Clone, Debug)]
pub(super) struct Placeholder {
    /// Stands for the token. Drawn anew for each client: it opens this door, and no other.
    pub(super) token: String,
    /// Stands for the account's host and for its endpoint.
    pub(super) origin: String,
}

impl Placeholder {
    pub(super) fn new() -> Self {
        let name = Uuid::new_v4().simple().to_string();
        Self { origin: format!("https://account-{name}.invalid"), token: format!("placeholder-{name}") }
    }
}

/// How a request is known to be the account's.
#[derive(Clone, Debug)]
pub(super) enum Admission {
    /// By the placeholder and its origin.
    Placeholder(Placeholder),
    /// By going to the account's endpoint: the runtime holds a token itself. The one that the vault holds now takes
    /// its place all the same, so that a refresh reaches what passes here.
    Endpoint,
}

/// One account's door.
pub(super) struct Door {
    pub(super) admission: Admission,
    pub(super) upstream: Arc<Upstream>,
    pub(super) catalogues: Arc<Catalogues>,
    pub(super) incidents: Arc<Incidents>,
}

#[async_trait]
impl CopilotRequestHandler for Door {
    async fn send_request(
        &self,
        request: CopilotHttpRequest,
        context: &CopilotRequestContext,
    ) -> std::result::Result<CopilotHttpResponse, CopilotRequestError> {
        let session = turn_of(context.session_id.as_deref(), context.interaction_type.as_deref()).to_owned();
        // A panic in here would leave the turn waiting for ever.
        AssertUnwindSafe(self.pass(request, session.clone())).catch_unwind().await.unwrap_or_else(|_panic| {
            tracing::error!("the door panicked");
            let error = Error::new(Code::Internal).with("reason", "the request handler failed");
            self.incidents.end(&session, &error);
            Ok(refusal(&error))
        })
    }

    async fn open_websocket(
        &self,
        _context: &CopilotRequestContext,
        _response: CopilotWebSocketResponse,
    ) -> std::result::Result<Box<dyn CopilotWebSocketHandler>, CopilotRequestError> {
        // Never seen asked for, not even for a model that lists one.
        Err(CopilotRequestError::message("no web sockets"))
    }
}

impl Door {
    async fn pass(
        &self,
        request: CopilotHttpRequest,
        session: String,
    ) -> std::result::Result<CopilotHttpResponse, CopilotRequestError> {
        let Some(path) = self.path_of(&request).map(str::to_owned) else {
            tracing::warn!(method = %request.method, "a request that is not the account's was refused");
            return Ok(refusal(&Error::new(Code::NotFound)));
        };
        let Ok(method) = request.method.parse::<Method>() else {
            return Ok(refusal(&Error::new(Code::Internal).with("reason", "the request has no method")));
        };
        let asks = method == Method::POST;
        // The turn ended over an earlier attempt; the runtime does not know it yet.
        if asks && let Err(error) = self.incidents.asks(&session, &self.upstream.patience) {
            return Ok(refusal(&error));
        }
        let cancel = request.cancel.clone();
        let headers = onward(&request.headers);
        let (upstream, incidents) = (self.upstream.clone(), self.incidents.clone());
        let exchange = Exchange { upstream, incidents, session, cancel: cancel.clone() };
        let outcome = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(CopilotRequestError::message("cancelled")),
            outcome = self.fetch(&method, &path, &headers, request.body.into()) => outcome,
        };
        Ok(match outcome {
            Ok(Fetched::Models(body)) => answer(200, HeaderMap::new(), body),
            Ok(Fetched::Answer(response)) => relay(exchange, response).await,
            Err(error) if asks => exchange.failed(&error, |_attempt| unavailable()),
            Err(error) => refusal(&error),
        })
    }

    async fn fetch(&self, method: &Method, path: &str, headers: &HeaderMap, body: Bytes) -> Result<Fetched> {
        if method == Method::GET && path == "/models" {
            let listed = self.catalogues.latest(&self.upstream, headers).await?;
            return Ok(Fetched::Models(listed.body));
        }
        self.upstream.send(method, path, headers, &body).await.map(Fetched::Answer)
    }

    /// The path of a request that is the account's; none when it is somebody else's, or goes elsewhere.
    fn path_of<'a>(&self, request: &'a CopilotHttpRequest) -> Option<&'a str> {
        let (origin, known) = match &self.admission {
            Admission::Placeholder(placeholder) => {
                let bearer = request.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
                let known = bearer.and_then(|it| it.strip_prefix("Bearer ")) == Some(placeholder.token.as_str());
                (placeholder.origin.clone(), known)
            }
            Admission::Endpoint => {
                let endpoint = self.upstream.access().endpoint.clone();
                (endpoint.url().as_str().trim_end_matches('/').to_owned(), true)
            }
        };
        let path = request.url.strip_prefix(origin.as_str())?;
        (known && path.starts_with('/')).then_some(path)
    }
}

/// The session whose turn asks; empty where the runtime asks beside it: to sum up what was said, for one. What becomes of
/// that is no part of the answer, and both may be under way at once.
fn turn_of<'a>(session: Option<&'a str>, interaction: Option<&str>) -> &'a str {
    match interaction {
        Some(
            "conversation-compaction" | "conversation-background" | "conversation-sampling" | "conversation-subagent",
        ) => "",
        _ => session.unwrap_or_default(),
    }
}

enum Fetched {
    /// The list of models, which may have been fetched before.
    Models(Bytes),
    /// What the endpoint answers.
    Answer(reqwest::Response),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_beside_a_turn_is_no_part_of_it() {
        assert_eq!(turn_of(Some("s"), Some("conversation-agent")), "s", "the answer itself");
        assert_eq!(turn_of(Some("s"), None), "s", "also where nothing is said of it");
        assert_eq!(turn_of(Some("s"), Some("conversation-compaction")), "", "a summary may be made meanwhile");
        assert_eq!(turn_of(None, None), "", "the list of models is nobody's");
    }
}
