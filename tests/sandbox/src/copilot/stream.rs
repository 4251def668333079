//! Server-sent events, one piece of the body for each frame, at the answer's pace.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::stream;

/// Sends `frames`, with `delay` after each piece of text. At full speed it yields after each, so that the network
/// gets them one by one.
pub(super) fn respond(frames: VecDeque<String>, delay: Duration) -> Response {
    let stream = stream::unfold((frames, true), move |(mut frames, first)| async move {
        let frame = frames.pop_front()?;
        if first || delay.is_zero() {
            tokio::task::yield_now().await;
        } else {
            tokio::time::sleep(delay).await;
        }
        Some((Ok::<_, Infallible>(Bytes::from(frame)), (frames, false)))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, Body::from_stream(stream)).into_response()
}
