//! `POST /chat/completions` in the wire format of the Copilot API.

use std::{iter, sync::Arc};

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Turn, answers::Said, stream};
use crate::{random, shared::Shared};

pub(super) async fn completions(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Response, Response> {
    let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let said: Vec<Said> = messages.iter().filter_map(Said::read).collect();
    let turn = Turn::begin(&shared, &headers, "/chat/completions", &body, &said)?;
    let reply = Reply { id: format!("chatcmpl-{}", random::text(29)), created: shared.now().as_secs() };
    let quota = turn.quota(&shared);
    if turn.streamed {
        let delay = turn.planned.delay;
        return Ok((quota, stream::respond(frames(reply, turn), delay)).into_response());
    }
    Ok((quota, Json(reply.whole(&turn))).into_response())
}

/// What stays the same in all pieces of one answer.
struct Reply {
    id: String,
    created: u64,
}

impl Reply {
    fn object(&self, turn: &Turn, kind: &str, choice: &Value) -> Value {
        json!({
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": turn.model.id,
            "choices": [choice],
        })
    }

    fn chunk(&self, turn: &Turn, number: usize) -> Value {
        let mut delta = json!({ "content": turn.planned.pieces[number] });
        if number == 0 {
            delta["role"] = json!("assistant");
        }
        let choice = json!({ "index": 0, "delta": delta, "finish_reason": null });
        self.object(turn, "chat.completion.chunk", &choice)
    }

    /// The last chunk: why it ended, and what it cost.
    fn end(&self, turn: &Turn) -> Value {
        let reason = &turn.planned.finish_reason;
        let choice = json!({ "index": 0, "delta": { "content": null }, "finish_reason": reason });
        let mut last = self.object(turn, "chat.completion.chunk", &choice);
        last["usage"] = usage(turn);
        last["copilot_usage"] = turn.cost();
        last
    }

    fn whole(&self, turn: &Turn) -> Value {
        let mut whole = self.object(
            turn,
            "chat.completion",
            &json!({
                "index": 0,
                "message": { "role": "assistant", "content": turn.planned.text() },
                "finish_reason": turn.planned.finish_reason,
            }),
        );
        whole["usage"] = usage(turn);
        whole["copilot_usage"] = turn.cost();
        whole
    }
}

/// One frame for each piece, the role in the first; then the end with the usage; then `[DONE]`.
fn frames(reply: Reply, turn: Turn) -> impl Iterator<Item = String> {
    let count = turn.planned.pieces.len();
    let chunks = (0..=count).map(move |number| {
        let chunk = if number < count { reply.chunk(&turn, number) } else { reply.end(&turn) };
        format!("data: {chunk}\n\n")
    });
    chunks.chain(iter::once("data: [DONE]\n\n".into()))
}

fn usage(turn: &Turn) -> Value {
    let completion = turn.completion_tokens();
    json!({
        "prompt_tokens": turn.prompt_tokens,
        "prompt_tokens_details": { "cached_tokens": 0 },
        "completion_tokens": completion,
        "completion_tokens_details": { "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0 },
        "total_tokens": turn.prompt_tokens + completion,
    })
}
