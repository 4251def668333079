//! Carrying an answer from the endpoint into the runtime: piece by piece, with an eye on silence and on what the
//! answer says went wrong.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt as _, StreamExt as _, stream};
use github_copilot_sdk::copilot_request_handler::{CopilotHttpResponse, CopilotHttpResponseBody, CopilotRequestError};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::json;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::failure::{self, Asked};
use super::hearing::Hearing;
use super::incidents::Incidents;
use super::upstream::{Upstream, stalled};
use crate::error::{Code, Error};
use crate::http::of_transport;

/// An error answer is read this far: a code is at its beginning.
const ERROR_BODY: usize = 64 * 1024;

/// Headers that belong to one hop, or that the next hop's client writes itself.
const PER_HOP: [HeaderName; 12] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::HOST,
    header::CONTENT_LENGTH,
    header::AUTHORIZATION,
];

/// The headers that go on to the next hop: not those of this one, nor those that `Connection` names. Cookies stay
/// behind as well: nothing here is a browser.
pub(super) fn onward(headers: &HeaderMap) -> HeaderMap {
    let named: Vec<String> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let stays = |name: &HeaderName| {
        PER_HOP.contains(name)
            || matches!(*name, header::COOKIE | header::SET_COOKIE | header::ACCEPT_ENCODING)
            || named.iter().any(|it| it == name.as_str())
    };
    headers.iter().filter(|(name, _)| !stays(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// An answer of our own, which ends the turn after this attempt: the runtime tries a 404 no second time.
pub(super) fn refusal(error: &Error) -> CopilotHttpResponse {
    let text = json!({ "error": { "message": error.to_string() } }).to_string();
    answer(404, HeaderMap::new(), Bytes::from(text))
}

/// A whole answer.
pub(super) fn answer(status: u16, mut headers: HeaderMap, body: Bytes) -> CopilotHttpResponse {
    headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    CopilotHttpResponse::new(status, None, headers, Box::pin(stream::once(async move { Ok(body) })))
}

/// Where an answer belongs.
pub(super) struct Exchange {
    pub(super) upstream: Arc<Upstream>,
    pub(super) incidents: Arc<Incidents>,
    pub(super) session: String,
    pub(super) cancel: CancellationToken,
}

impl Exchange {
    /// The attempt failed of this: what the runtime is told, so that it makes another or none. `handed_on` is what makes
    /// it try again.
    pub(super) fn failed(
        &self,
        error: &Error,
        handed_on: impl FnOnce(u32) -> CopilotHttpResponse,
    ) -> CopilotHttpResponse {
        if self.incidents.failed(&self.session, error, &self.upstream.patience, self.upstream.now()) {
            return handed_on(self.incidents.attempts(&self.session));
        }
        refusal(error)
    }
}

/// What makes the runtime try again in a moment, six times in a quarter of a minute.
pub(super) fn unavailable() -> CopilotHttpResponse {
    answer(503, HeaderMap::new(), Bytes::from_static(b"{}"))
}

/// Carries the answer on. One that is not a success is looked at first, for what it says.
pub(super) async fn relay(exchange: Exchange, response: reqwest::Response) -> CopilotHttpResponse {
    let status = response.status();
    let mut headers = onward(response.headers());
    if status.is_success() && !is_page(&headers) {
        return CopilotHttpResponse::new(status.as_u16(), None, headers, streamed(exchange, response));
    }
    let body = beginning(response, exchange.upstream.patience.silence).await;
    let access = exchange.upstream.access();
    let asked = Asked { host: access.endpoint.host(), login: &access.login };
    let error = failure::of_answer(asked, status.as_u16(), &headers, &body, exchange.upstream.now());
    exchange.failed(&error, |attempt| {
        if status == StatusCode::TOO_MANY_REQUESTS && !headers.contains_key(header::RETRY_AFTER) {
            // Without one the runtime takes a minute for its attempts.
            headers.insert(header::RETRY_AFTER, HeaderValue::from(pause(attempt)));
        }
        answer(status.as_u16(), headers, body)
    })
}

/// After so many seconds it is tried again, where a limit does not say for how long it lasts.
fn pause(attempt: u32) -> u16 {
    2_u16.saturating_pow(attempt.saturating_sub(1)).clamp(1, 8)
}

/// Whether somebody in between answered with a page of theirs.
fn is_page(headers: &HeaderMap) -> bool {
    kind(headers).starts_with("text/html")
}

fn kind(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default()
}

/// An answer that is carried on.
struct Carried {
    exchange: Exchange,
    hearing: Hearing,
    /// It failed, and this was said.
    failed: bool,
}

impl Carried {
    /// A piece of it came.
    fn heard(&mut self, piece: &[u8]) {
        self.hearing.hear(piece);
        self.exchange.incidents.heard(&self.exchange.session, self.hearing.words);
        if let Some(code) = self.hearing.failed() {
            let access = self.exchange.upstream.access();
            let asked = Asked { host: access.endpoint.host(), login: &access.login };
            let error = failure::of_stream(asked, code);
            self.fails(&error);
        }
    }

    /// Nothing more of it comes, and nothing went wrong on the way.
    fn ends(&mut self) {
        if self.failed {
            return;
        }
        if self.hearing.is_whole() {
            return self.exchange.incidents.answered(&self.exchange.session);
        }
        let error = self.interrupted();
        self.fails(&error);
    }

    fn interrupted(&self) -> Error {
        let access = self.exchange.upstream.access();
        Error::new(Code::Interrupted).with("host", access.endpoint.host()).retryable()
    }

    fn fails(&mut self, error: &Error) {
        if !std::mem::replace(&mut self.failed, true) {
            let Exchange { upstream, incidents, session, .. } = &self.exchange;
            incidents.failed(session, error, &upstream.patience, upstream.now());
        }
    }
}

/// The pieces as they come. One that breaks is tried again by the runtime as long as nothing of it is to be read; silence
/// ends the turn. Where the turn ends, whoever follows it is told and ends it, and the door refuses what the runtime still
/// tries.
fn streamed(exchange: Exchange, response: reqwest::Response) -> CopilotHttpResponseBody {
    let streams = kind(response.headers()).starts_with("text/event-stream");
    let hearing = if streams { Hearing::default() } else { Hearing::to_nothing() };
    let carried = Carried { exchange, hearing, failed: false };
    let pieces = stream::unfold(Some((carried, response.bytes_stream().boxed())), |state| async {
        let (mut carried, mut pieces) = state?;
        let silence = carried.exchange.upstream.patience.silence;
        let next = tokio::select! {
            biased;
            () = carried.exchange.cancel.cancelled() => return None,
            next = timeout(silence, pieces.next()) => next,
        };
        match next {
            Ok(None) => {
                carried.ends();
                None
            }
            Ok(Some(Ok(piece))) => {
                carried.heard(&piece);
                Some((Ok(piece), Some((carried, pieces))))
            }
            Ok(Some(Err(error))) => {
                let access = carried.exchange.upstream.access();
                let error = of_transport(access.endpoint.host(), &error);
                carried.fails(&Error { code: Code::Interrupted, ..error });
                Some((Err(CopilotRequestError::Upstream("the connection broke".to_owned())), None))
            }
            Err(_silence) => {
                carried.exchange.incidents.end(&carried.exchange.session, &stalled(silence));
                Some((Err(CopilotRequestError::Upstream("nothing came in time".to_owned())), None))
            }
        }
    });
    // A panic in here would leave the turn waiting for ever.
    let guarded = std::panic::AssertUnwindSafe(pieces).catch_unwind().map(|piece| {
        piece.unwrap_or_else(|_panic| {
            tracing::error!("carrying an answer panicked");
            Err(CopilotRequestError::message("a fault of the window's own"))
        })
    });
    Box::pin(guarded)
}

/// The beginning of a body, as far as it comes in time.
async fn beginning(response: reqwest::Response, within: Duration) -> Bytes {
    let mut body = BytesMut::new();
    let mut pieces = response.bytes_stream();
    let read = async {
        while let Some(Ok(piece)) = pieces.next().await {
            body.extend_from_slice(&piece);
            if body.len() >= ERROR_BODY {
                break;
            }
        }
    };
    // Late or cut off, what came so far is all there is.
    timeout(within, read).map(drop).await;
    body.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_names_no_end_is_tried_at_growing_distances() {
        let pauses: Vec<u16> = (1..=5).map(pause).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 8], "together less than half a minute");
    }

    #[test]
    fn headers_of_one_hop_stay_there() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Secret-Hop"),
            ("x-secret-hop", "1"),
            ("transfer-encoding", "chunked"),
            ("authorization", "Bearer placeholder"),
            ("cookie", "session=1"),
            ("accept-encoding", "gzip"),
            ("copilot-integration-id", "wingman"),
            ("content-type", "application/json"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let left: Vec<String> = onward(&headers).keys().map(ToString::to_string).collect();
        assert_eq!(left, ["copilot-integration-id", "content-type"], "only what speaks to the endpoint goes on");
    }
}
