//! Carrying an answer from the endpoint into the runtime: piece by piece, with an eye on silence and on what the
//! answer says went wrong.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt as _, StreamExt as _, stream};
use github_copilot_sdk::copilot_request_handler::{CopilotHttpResponse, CopilotHttpResponseBody, CopilotRequestError};
use http::{HeaderMap, HeaderName, StatusCode, header};
use serde_json::json;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::failure::{self, Asked};
use super::incidents::Incidents;
use super::upstream::{Upstream, stalled};
use crate::error::Error;

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
    headers.entry(header::CONTENT_TYPE).or_insert(http::HeaderValue::from_static("application/json"));
    CopilotHttpResponse::new(status, None, headers, Box::pin(stream::once(async move { Ok(body) })))
}

/// Where an answer belongs.
pub(super) struct Exchange {
    pub(super) upstream: Arc<Upstream>,
    pub(super) incidents: Arc<Incidents>,
    pub(super) session: String,
    pub(super) cancel: CancellationToken,
}

/// Carries the answer on. One that is not a success is looked at first, for what it says.
pub(super) async fn relay(exchange: Exchange, response: reqwest::Response) -> CopilotHttpResponse {
    let status = response.status();
    let headers = onward(response.headers());
    if status.is_success() {
        exchange.incidents.clear(&exchange.session);
        return CopilotHttpResponse::new(status.as_u16(), None, headers, streamed(exchange, response));
    }
    let body = beginning(response, exchange.upstream.timeouts.idle).await;
    let access = exchange.upstream.access();
    let asked = Asked { host: access.endpoint.host(), login: &access.login };
    let error = failure::of_answer(asked, status.as_u16(), &headers, &body, exchange.upstream.now());
    if status.is_redirection() || foreign(status) {
        // Followed, it would lead elsewhere; handed on as a 401 it would read as "sign in again".
        exchange.incidents.end(&exchange.session, error.clone());
        return refusal(&error);
    }
    exchange.incidents.note(&exchange.session, error);
    answer(status.as_u16(), headers, body)
}

/// A 401 that is here still is not GitHub's: `Upstream::send` settles those.
fn foreign(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED)
}

/// The pieces as they come. Silence ends the turn: the attempt ends with an error here, and the door refuses the
/// runtime's next one.
fn streamed(exchange: Exchange, response: reqwest::Response) -> CopilotHttpResponseBody {
    let pieces = stream::unfold(Some((exchange, response.bytes_stream().boxed())), |state| async {
        let (exchange, mut pieces) = state?;
        let idle = exchange.upstream.timeouts.idle;
        let next = tokio::select! {
            biased;
            () = exchange.cancel.cancelled() => return None,
            next = timeout(idle, pieces.next()) => next,
        };
        match next {
            Ok(None) => None,
            Ok(Some(Ok(piece))) => Some((Ok(piece), Some((exchange, pieces)))),
            Ok(Some(Err(error))) => {
                let access = exchange.upstream.access();
                let asked = Asked { host: access.endpoint.host(), login: &access.login };
                exchange.incidents.note(&exchange.session, failure::of_transport(asked, &error));
                Some((Err(CopilotRequestError::Upstream("the connection broke".to_owned())), None))
            }
            Err(_silence) => {
                exchange.incidents.end(&exchange.session, stalled(idle));
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
    use http::HeaderValue;

    use super::*;

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
