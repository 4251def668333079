//! `POST /chat/completions` in the wire format of the Copilot API.

use std::{collections::VecDeque, sync::Arc};

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
    let reply = Reply {
        id: format!("chatcmpl-{}", random::text(29)),
        created: shared.now().as_secs(),
    };
    let mut response = if turn.streamed {
        stream::respond(reply.frames(&turn), turn.planned.delay)
    } else {
        Json(reply.whole(&turn)).into_response()
    };
    turn.quota(&shared, &mut response);
    Ok(response)
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

    /// One frame for each piece, the role in the first; then the reason of the end with the usage; then the end.
    fn frames(&self, turn: &Turn) -> VecDeque<String> {
        let chunk = |choice: &Value| self.object(turn, "chat.completion.chunk", choice);
        let mut frames = VecDeque::with_capacity(turn.planned.pieces.len() + 2);
        for (number, piece) in turn.planned.pieces.iter().enumerate() {
            let mut delta = json!({ "content": piece });
            if number == 0 {
                delta["role"] = json!("assistant");
            }
            let choice = json!({ "index": 0, "delta": delta, "finish_reason": null });
            frames.push_back(format!("data: {}\n\n", chunk(&choice)));
        }
        let reason = &turn.planned.finish_reason;
        let mut last = chunk(&json!({ "index": 0, "delta": { "content": null }, "finish_reason": reason }));
        last["usage"] = usage(turn);
        last["copilot_usage"] = turn.cost();
        frames.push_back(format!("data: {last}\n\n"));
        frames.push_back("data: [DONE]\n\n".into());
        frames
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
