//! A Copilot endpoint of the tests' own: answers by script, and remembers every request.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use url::Url;

use crate::person::TOKEN;

/// What a second person comes back with, and what it is exchanged for.
pub const BOBS_CODE: &str = "the-code-of-bob";
const BOBS_TOKEN: &str = "gho_realtokenofbob";

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub path: String,
    pub authorization: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Seen {
    /// The texts of a chat request's messages.
    pub fn messages(&self) -> Vec<String> {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let messages = body["messages"].as_array().cloned().unwrap_or_default();
        messages.iter().map(|message| message["content"].to_string()).collect()
    }

    /// The tools that the model is offered.
    pub fn tools(&self) -> Vec<Value> {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body["tools"].as_array().cloned().unwrap_or_default()
    }
}

/// How a request to `/chat/completions` is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// These pieces, then the end for this reason.
    Text(Vec<String>, &'static str),
    /// These pieces with a pause after each, then the end.
    Paced(Vec<String>, Duration),
    /// These pieces, then silence with the connection open.
    Stall(Vec<String>),
    /// These pieces, then the connection breaks.
    Break(Vec<String>),
    /// These pieces, then this line in place of one that makes sense or of an end.
    Garbled(Vec<String>, &'static str),
    /// A piece, a note that is no event so many times at this distance, and then the end.
    Thinking(u32, Duration),
    /// No head of an answer at all.
    Silence,
    /// A status, a header, a body.
    Status(u16, Option<(&'static str, &'static str)>, &'static str),
}

#[derive(Debug, Default)]
struct Script {
    seen: Vec<Seen>,
    replies: VecDeque<Reply>,
    models: VecDeque<u16>,
    offered: Option<Vec<&'static str>>,
    token: Option<String>,
    /// What a question that begins with this is answered with, always.
    at: Vec<(&'static str, Reply)>,
}

/// What serves. Dropped among tasks it must not wait.
#[derive(Debug, Default)]
struct Serving(Option<Runtime>);

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// The running endpoint.
#[derive(Clone, Debug)]
pub struct Endpoint {
    script: Arc<Mutex<Script>>,
    serving: Arc<Mutex<Serving>>,
    pub url: Url,
}

impl Endpoint {
    /// Starts one that answers every question with an echo.
    #[allow(clippy::unused_async, reason = "as whoever starts one has it")]
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, crate::next_port()))?;
        let url = format!("http://{}", listener.local_addr()?).parse()?;
        let endpoint = Self { script: Arc::default(), serving: Arc::default(), url };
        endpoint.serve(listener)?;
        Ok(endpoint)
    }

    /// In a runtime of its own, with which every connection ends.
    fn serve(&self, listener: TcpListener) -> Result<()> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let router = Router::new().fallback(answer).with_state(self.clone());
        runtime.spawn(async move { axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await });
        *self.serving.lock().unwrap_or_else(PoisonError::into_inner) = Serving(Some(runtime));
        Ok(())
    }

    /// Nobody listens any more, and whoever was connected is not.
    pub async fn close(&self) -> Result<()> {
        let serving = std::mem::take(&mut *self.serving.lock().unwrap_or_else(PoisonError::into_inner)).0.take();
        let ended = |runtime: Runtime| runtime.shutdown_timeout(Duration::from_secs(2));
        Ok(tokio::task::spawn_blocking(move || serving.map(ended)).await.map(drop)?)
    }

    /// It listens again, where it was.
    pub fn open(&self) -> Result<()> {
        self.serve(TcpListener::bind((Ipv4Addr::LOCALHOST, self.url.port().unwrap_or_default()))?)
    }

    /// What was to be answered and was not asked for is not answered any more.
    pub fn forget_replies(&self) {
        self.script().replies.clear();
    }

    /// The next question is answered so; questions after the last scripted reply get an echo.
    pub fn reply(&self, reply: Reply) -> &Self {
        self.script().replies.push_back(reply);
        self
    }

    /// Every question that begins so is answered so.
    pub fn always(&self, beginning: &'static str, reply: Reply) {
        self.script().at.push((beginning, reply));
    }

    /// One that runs already, in another process.
    pub fn at(url: Url) -> Self {
        Self { script: Arc::default(), serving: Arc::default(), url }
    }

    /// The next request for the models is answered with this status.
    pub fn fail_models(&self, status: u16) {
        self.script().models.push_back(status);
    }

    /// The models that the list names.
    pub fn offer(&self, models: Vec<&'static str>) {
        self.script().offered = Some(models);
    }

    /// Only this token is accepted; another is answered 401 as GitHub does.
    pub fn accept(&self, token: &str) {
        self.script().token = Some(token.to_owned());
    }

    /// Every request so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.script().seen.clone()
    }

    /// Nothing of what came so far is looked at any more.
    pub fn forget(&self) {
        self.script().seen.clear();
    }

    /// The questions so far.
    pub fn chats(&self) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.path == "/chat/completions").collect()
    }

    fn script(&self) -> std::sync::MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(
    State(endpoint): State<Endpoint>,
    _method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let seen = Seen {
        path: uri.path().to_owned(),
        authorization: text(header::AUTHORIZATION),
        headers: headers.clone(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    match endpoint.next(&seen) {
        Ok(reply) => speak(reply).await,
        Err(response) => *response,
    }
}

impl Endpoint {
    /// What a question is answered with; or at once what anything else is answered with.
    fn next(&self, seen: &Seen) -> std::result::Result<Reply, Box<Response>> {
        let mut script = self.script();
        script.seen.push(seen.clone());
        if script.token.as_ref().is_some_and(|token| seen.authorization != format!("Bearer {token}")) {
            let head = [("x-github-request-id", "ABCD:1")];
            return Err(Box::new((StatusCode::UNAUTHORIZED, head, "bad credentials").into_response()));
        }
        let response = match seen.path.as_str() {
            "/models" => match script.models.pop_front() {
                Some(status) => StatusCode::from_u16(status).unwrap_or_default().into_response(),
                None => axum::Json(models(script.offered.as_deref().unwrap_or(&["first", "second"]))).into_response(),
            },
            "/web/login/oauth/access_token" => {
                let scope = "read:user,read:org";
                let token = if seen.body.contains(BOBS_CODE) { BOBS_TOKEN } else { TOKEN };
                axum::Json(json!({ "access_token": token, "token_type": "bearer", "scope": scope })).into_response()
            }
            "/api/v3/user" if seen.authorization.contains(BOBS_TOKEN) => {
                axum::Json(json!({ "id": 8, "login": "bob", "name": "Bob" })).into_response()
            }
            "/api/v3/user" => axum::Json(json!({ "id": 7, "login": "alice", "name": "Alice" })).into_response(),
            "/api/v3/applications/client/token" => StatusCode::NO_CONTENT.into_response(),
            "/api/v3/copilot_internal/user" => axum::Json(record(&self.url)).into_response(),
            "/chat/completions" => {
                let question = last_question(seen);
                let question = question.unwrap_or_default();
                let always = script.at.iter().find(|(beginning, _)| question.starts_with(beginning));
                let always = always.map(|(_, reply)| reply.clone());
                let echo = Reply::Text(vec!["You said: ".to_owned(), question], "stop");
                return Ok(script.replies.pop_front().or(always).unwrap_or(echo));
            }
            _ => StatusCode::NOT_FOUND.into_response(),
        };
        Err(Box::new(response))
    }
}

/// What GitHub says of an account.
pub fn record(endpoint: &Url) -> Value {
    json!({
        "login": "alice",
        "copilot_plan": "business",
        "chat_enabled": true,
        "access_type_sku": "copilot_business_seat",
        "endpoints": { "api": endpoint.as_str().trim_end_matches('/') },
    })
}

fn models(ids: &[&str]) -> Value {
    let entry = |id: &&str| {
        json!({
            "id": id, "name": id, "object": "model", "vendor": "sandbox", "version": id,
            "model_picker_enabled": true, "policy": { "state": "enabled" },
            "billing": { "is_premium": false, "multiplier": 1 },
            "supported_endpoints": ["/chat/completions"],
            "capabilities": {
                "type": "chat", "family": id, "object": "model_capabilities", "tokenizer": "o200k_base",
                "limits": { "max_context_window_tokens": 128_000, "max_prompt_tokens": 100_000, "max_output_tokens": 16_000 },
                "supports": { "streaming": true, "tool_calls": true },
            },
        })
    };
    json!({ "object": "list", "data": ids.iter().map(entry).collect::<Vec<_>>() })
}

async fn speak(reply: Reply) -> Response {
    let mut pause = Duration::ZERO;
    let (pieces, end) = match reply {
        Reply::Silence => {
            tokio::time::sleep(Duration::from_mins(2)).await;
            return StatusCode::OK.into_response();
        }
        Reply::Status(status, header, body) => {
            let mut response = (StatusCode::from_u16(status).unwrap_or_default(), body).into_response();
            if let Some((name, value)) = header {
                response.headers_mut().insert(name, header::HeaderValue::from_static(value));
            }
            return response;
        }
        Reply::Thinking(times, distance) => (Vec::new(), End::Think(times, distance)),
        Reply::Garbled(pieces, line) => (pieces, End::Line(line)),
        Reply::Text(pieces, finish) => (pieces, End::Finish(finish)),
        Reply::Paced(pieces, between) => {
            pause = between;
            (pieces, End::Finish("stop"))
        }
        Reply::Stall(pieces) => (pieces, End::Stall),
        Reply::Break(pieces) => (pieces, End::Break),
    };
    let mut frames: VecDeque<Frame> = pieces.iter().map(|piece| Frame::Text(chunk(piece))).collect();
    match end {
        End::Finish(finish) => {
            frames.push_back(Frame::Text(finished(finish)));
            frames.push_back(Frame::Text("data: [DONE]\n\n".to_owned()));
        }
        End::Line(line) => frames.push_back(Frame::Text(format!("{line}\n\n"))),
        End::Think(times, distance) => {
            frames.extend((0..times).map(|_| Frame::Note(distance)));
            frames.push_back(Frame::Text(chunk("after all")));
            frames.push_back(Frame::Text(finished("stop")));
            frames.push_back(Frame::Text("data: [DONE]\n\n".to_owned()));
        }
        End::Stall => frames.push_back(Frame::Wait),
        End::Break => frames.push_back(Frame::Break),
    }
    let stream = stream::unfold(frames, move |mut frames| async move {
        match frames.pop_front()? {
            Frame::Text(text) => {
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
                Some((Ok(Bytes::from(text)), frames))
            }
            Frame::Note(distance) => {
                tokio::time::sleep(distance).await;
                Some((Ok(Bytes::from_static(b": thinking\n\n")), frames))
            }
            Frame::Wait => {
                tokio::time::sleep(Duration::from_mins(2)).await;
                None
            }
            Frame::Break => {
                tokio::time::sleep(Duration::from_millis(50)).await; // what was said must have left before
                Some((Err(std::io::Error::other("broken on purpose")), frames))
            }
        }
    });
    let head = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
    (head, Body::from_stream(stream)).into_response()
}

enum End {
    Finish(&'static str),
    Line(&'static str),
    Think(u32, Duration),
    Stall,
    Break,
}

enum Frame {
    Text(String),
    Note(Duration),
    Wait,
    Break,
}

fn chunk(piece: &str) -> String {
    let choice = json!({ "index": 0, "delta": { "role": "assistant", "content": piece }, "finish_reason": null });
    format!(
        "data: {}\n\n",
        json!({ "id": "1", "object": "chat.completion.chunk", "model": "first", "created": 1, "choices": [choice] })
    )
}

fn finished(reason: &str) -> String {
    let choice = json!({ "index": 0, "delta": {}, "finish_reason": reason });
    let usage = json!({ "prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18 });
    format!(
        "data: {}\n\n",
        json!({ "id": "1", "object": "chat.completion.chunk", "model": "first", "created": 1, "choices": [choice], "usage": usage, "copilot_usage": { "total_nano_aiu": 1_500_000_000_u64 } })
    )
}

/// The last question of a request, without the date that the runtime puts before it.
pub fn last_question(seen: &Seen) -> Option<String> {
    let message = seen.messages().pop()?;
    let words = message.trim_matches('"');
    Some(words.rsplit("\\n").next().unwrap_or(words).to_owned())
}
