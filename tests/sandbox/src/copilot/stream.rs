//! Server-sent events, one piece of the body for each frame, at the answer's pace.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::stream;

/// Sends `frames`, with `delay` after each piece of text. At full speed it yields after each, so that the network
/// gets them one by one. A frame is made when its turn comes: the first one waits for no other.
pub(super) fn respond(frames: impl Iterator<Item = String> + Send + 'static, delay: Duration) -> Response {
    let stream = stream::unfold((frames, true), move |(mut frames, first)| async move {
        let frame = frames.next()?;
        if first || delay.is_zero() {
            tokio::task::yield_now().await;
        } else {
            tokio::time::sleep(delay).await;
        }
        Some((Ok::<_, Infallible>(Bytes::from(frame)), (frames, false)))
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
    (headers, Body::from_stream(stream)).into_response()
}
