//! The Copilot API: the models on offer, and answers over `/chat/completions` and `/responses`.

mod answers;
mod chat;
mod models;
mod responses;
mod stream;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

pub use answers::{Answer, Pace};

use crate::{access, people::Person, rest, shared::Shared};
use answers::{Planned, Said};
use models::Model;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/models", get(list))
        .route("/models/session", post(auto))
        .route("/chat/completions", post(chat::completions))
        .route("/responses", post(responses::create))
}

async fn list(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Result<Response, Response> {
    admit(&shared, &headers)?;
    Ok(Json(json!({ "object": "list", "data": models::list() })).into_response())
}

/// Auto mode: the service, not the person, picks the model for a session.
async fn auto(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Result<Response, Response> {
    admit(&shared, &headers)?;
    let hour = shared.now().as_secs() + 3600;
    let body = json!({
        "available_models": models::AUTO,
        "selected_model": models::AUTO[0],
        "session_token": format!("sandbox-auto-{}", crate::random::text(24)),
        "expires_at": hour,
        "discounted_costs": models::AUTO.iter().map(|id| ((*id).to_owned(), json!(0.1))).collect::<serde_json::Map<_, _>>(),
    });
    Ok(Json(body).into_response())
}

/// The owner of the token, who must have Copilot.
fn admit(shared: &Shared, headers: &HeaderMap) -> Result<&'static Person, Response> {
    let (_, person) = rest::authenticate(shared, headers)?;
    let access = shared.state.lock().copilot_of(person).access;
    match access.refusal() {
        Some(text) => Err(failure(StatusCode::FORBIDDEN, "forbidden", text)),
        None => Ok(person),
    }
}

/// The Copilot API's form of an error.
fn failure(status: StatusCode, code: &str, text: &str) -> Response {
    (status, Json(json!({ "error": { "message": text, "code": code } }))).into_response()
}

/// One request for an answer, checked.
struct Turn {
    person: &'static Person,
    model: &'static Model,
    planned: Planned,
    streamed: bool,
    prompt_tokens: usize,
}

impl Turn {
    /// Checks who asks which model over which endpoint, counts it, and decides the answer.
    fn begin(
        shared: &Shared,
        headers: &HeaderMap,
        endpoint: &str,
        body: &Value,
        said: &[Said],
    ) -> Result<Self, Response> {
        let person = admit(shared, headers)?;
        let id = body["model"].as_str().unwrap_or_default();
        let Some(model) = models::get(id).filter(|model| model.is_enabled()) else {
            let text = "The requested model is not supported.";
            return Err(failure(StatusCode::BAD_REQUEST, "model_not_supported", text));
        };
        if model.endpoint != endpoint {
            let text = format!("model \"{id}\" is not accessible via the {endpoint} endpoint");
            return Err(failure(StatusCode::BAD_REQUEST, "unsupported_api_for_model", &text));
        }
        if model.pictures == 0 && has_pictures(body) {
            let text = format!("model \"{id}\" does not support vision");
            return Err(failure(StatusCode::BAD_REQUEST, "invalid_request_body", &text));
        }
        let mut state = shared.state.lock();
        // What the model does by itself, after a tool for example, costs the person no premium request.
        if headers.get("x-initiator").is_none_or(|initiator| initiator == "user") {
            *state.used.entry(person.id).or_default() += model.multiplier;
        }
        Ok(Self {
            person,
            model,
            planned: answers::plan(&mut state, said),
            streamed: body["stream"].as_bool().unwrap_or(false),
            prompt_tokens: said.iter().map(|said| tokens(&said.text) + 4).sum(),
        })
    }

    fn completion_tokens(&self) -> usize {
        tokens(&self.planned.text())
    }

    /// What the answer costs, in the units that GitHub bills.
    fn cost(&self) -> Value {
        let part = |kind: &str, count: usize, price: u64| {
            json!({
                "token_type": kind, "token_count": count, "batch_size": models::BATCH, "cost_per_batch": price,
            })
        };
        let (input, output) = (self.prompt_tokens, self.completion_tokens());
        let price = |count: usize, price: u64| count as u64 * price / models::BATCH;
        json!({
            "token_details": [part("input", input, self.model.input_price), part("output", output, self.model.output_price)],
            "total_nano_aiu": price(input, self.model.input_price) + price(output, self.model.output_price),
        })
    }

    /// The headers that tell what is left this month.
    fn quota(&self, shared: &Shared) -> [(HeaderName, String); 2] {
        let (used, copilot) = {
            let state = shared.state.lock();
            let used = state.used.get(&self.person.id).copied().unwrap_or_default();
            (used, state.copilot_of(self.person))
        };
        let (limit, base) = (copilot.entitlement(), copilot.premium().copied().unwrap_or_default());
        let left = if limit > 0.0 { (100.0 * (limit - used) / limit).max(0.0) } else { 0.0 };
        let reset = access::quota_reset().timestamp();
        let premium = if base.unlimited {
            format!("ent=-1&ov=0.0&ovPerm=false&rem=100.0&rst={reset}")
        } else {
            let beyond = base.overage_count + (used - limit).max(0.0);
            format!("ent={limit:.0}&ov={beyond:.1}&ovPerm={}&rem={left:.1}&rst={reset}", base.overage_permitted)
        };
        [
            (
                HeaderName::from_static("x-quota-snapshot-chat"),
                format!("ent=-1&ov=0.0&ovPerm=false&rem=100.0&rst={reset}"),
            ),
            (HeaderName::from_static("x-quota-snapshot-premium_interactions"), premium),
        ]
    }
}

/// Whether a picture is among the messages, by either endpoint's word for it.
fn has_pictures(body: &Value) -> bool {
    let messages = body["messages"].as_array().into_iter().chain(body["input"].as_array()).flatten();
    let mut parts = messages.filter_map(|message| message["content"].as_array()).flatten();
    parts.any(|part| matches!(part["type"].as_str(), Some("image_url" | "input_image")))
}

/// A tokenizer's rule of thumb: four bytes are one.
fn tokens(text: &str) -> usize {
    text.len().div_ceil(4)
}
