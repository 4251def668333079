//! `POST /responses`: the same answers as a sequence of typed events.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Turn, answers::Said, stream};
use crate::{random, shared::Shared};

pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Response, Response> {
    let mut said = Vec::new();
    if let Some(instructions) = body["instructions"].as_str() {
        said.push(Said { role: "system".into(), text: instructions.into() });
    }
    match &body["input"] {
        Value::String(text) => said.push(Said { role: "user".into(), text: text.clone() }),
        Value::Array(items) => said.extend(items.iter().filter_map(Said::read)),
        _ => {}
    }
    let turn = Turn::begin(&shared, &headers, "/responses", &body, &said)?;
    let reply = Reply {
        id: format!("resp_{}", random::hex(48)),
        item: format!("msg_{}", random::hex(48)),
        created: shared.now().as_secs(),
    };
    let quota = turn.quota(&shared);
    if turn.streamed {
        let delay = turn.planned.delay;
        return Ok((quota, stream::respond(frames(reply, turn), delay)).into_response());
    }
    let mut whole = reply.response(&turn, true);
    whole["copilot_usage"] = turn.cost();
    Ok((quota, Json(whole)).into_response())
}

/// What stays the same in all events of one answer.
struct Reply {
    id: String,
    item: String,
    created: u64,
}

/// Events as text, numbered.
struct Events(u64);

impl Events {
    fn write(&mut self, kind: &str, mut fields: Value) -> String {
        fields["type"] = json!(kind);
        fields["sequence_number"] = json!(self.0);
        self.0 += 1;
        format!("event: {kind}\ndata: {fields}\n\n")
    }
}

impl Reply {
    fn message(&self, status: &str, content: &[Value]) -> Value {
        json!({ "id": self.item, "type": "message", "role": "assistant", "status": status, "content": content })
    }

    /// The response object, at its beginning or at its end.
    fn response(&self, turn: &Turn, ended: bool) -> Value {
        let cut_short = turn.planned.finish_reason == "length";
        let mut response = json!({
            "id": self.id,
            "object": "response",
            "created_at": self.created,
            "model": turn.model.id,
            "status": "in_progress",
            "output": [],
            "usage": null,
            "error": null,
            "incomplete_details": null,
            "instructions": null,
            "parallel_tool_calls": true,
            "tool_choice": "auto",
            "tools": [],
            "store": false,
        });
        if ended {
            let status = if cut_short { "incomplete" } else { "completed" };
            response["status"] = json!(status);
            if cut_short {
                response["incomplete_details"] = json!({ "reason": "max_output_tokens" });
            }
            response["output"] = json!([self.message(status, &[part(&turn.planned.text())])]);
            let output = turn.completion_tokens();
            response["usage"] = json!({
                "input_tokens": turn.prompt_tokens,
                "input_tokens_details": { "cached_tokens": 0 },
                "output_tokens": output,
                "output_tokens_details": { "reasoning_tokens": 0 },
                "total_tokens": turn.prompt_tokens + output,
            });
        }
        response
    }

    /// The fields that say where in the response a piece of text belongs.
    fn place(&self, mut fields: Value) -> Value {
        fields["item_id"] = json!(self.item);
        fields["output_index"] = json!(0);
        fields["content_index"] = json!(0);
        fields
    }

    /// What comes before the first piece of text.
    fn opening(&self, turn: &Turn, events: &mut Events) -> String {
        [
            events.write("response.created", json!({ "response": self.response(turn, false) })),
            events.write("response.in_progress", json!({ "response": self.response(turn, false) })),
            events.write(
                "response.output_item.added",
                json!({ "output_index": 0, "item": self.message("in_progress", &[]) }),
            ),
            events.write("response.content_part.added", self.place(json!({ "part": part("") }))),
        ]
        .concat()
    }

    /// What comes after the last.
    fn closing(&self, turn: &Turn, events: &mut Events) -> String {
        let text = turn.planned.text();
        let whole = self.response(turn, true);
        let status = whole["status"].as_str().unwrap_or("completed").to_owned();
        [
            events.write("response.output_text.done", self.place(json!({ "text": text, "logprobs": [] }))),
            events.write("response.content_part.done", self.place(json!({ "part": part(&text) }))),
            events.write(
                "response.output_item.done",
                json!({ "output_index": 0, "item": self.message(&status, &[part(&text)]) }),
            ),
            events.write(&format!("response.{status}"), json!({ "response": whole, "copilot_usage": turn.cost() })),
        ]
        .concat()
    }
}

/// One frame for each piece of text; what introduces it goes out with the first, so that the first word is not late
/// and pieces count the same as over the other endpoint. Then one frame with all that ends it.
fn frames(reply: Reply, turn: Turn) -> impl Iterator<Item = String> {
    let mut events = Events(0);
    let count = turn.planned.pieces.len();
    (0..=count).map(move |number| {
        let Some(piece) = turn.planned.pieces.get(number) else {
            return reply.closing(&turn, &mut events);
        };
        let mut frame = if number == 0 { reply.opening(&turn, &mut events) } else { String::new() };
        frame += &events.write("response.output_text.delta", reply.place(json!({ "delta": piece, "logprobs": [] })));
        frame
    })
}

fn part(text: &str) -> Value {
    json!({ "type": "output_text", "text": text, "annotations": [], "logprobs": [] })
}
