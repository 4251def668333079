//! One answer from the runtime in this process, with as little around it as it takes. Knows the sandbox only.

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use futures_util::TryStreamExt as _;
use github_copilot_sdk::copilot_request_handler::{
    CopilotHttpRequest, CopilotHttpResponse, CopilotRequestContext, CopilotRequestError, CopilotRequestHandler,
    CopilotWebSocketHandler, CopilotWebSocketResponse,
};
use github_copilot_sdk::session::Session;
use github_copilot_sdk::types::{MessageOptions, SessionConfig, SystemMessageConfig};
use github_copilot_sdk::{Client, ClientMode, ClientOptions, Transport};
use serde_json::{Value, json};

/// What the runtime believes to be the account's API; requests to it come to [`Way`].
const INSIDE: &str = "https://floor.invalid";
/// Headers that belong to one hop, or that the HTTP client writes itself.
const PER_HOP: [&str; 6] =
    ["host", "connection", "content-length", "transfer-encoding", "accept-encoding", "authorization"];

/// A client and its session that stay open.
pub struct Held {
    _client: Client,
    _session: Session,
}

/// Loads the runtime, asks one question, waits for the whole answer.
pub async fn answer(sandbox: &str) -> Result<Held> {
    #[allow(clippy::disallowed_methods, reason = "what the door is measured against")]
    let http = reqwest::Client::new();
    let issued: Value = serde_json::from_str(
        &http
            .post(format!("{sandbox}/_sandbox/tokens"))
            .json(&json!({}))
            .send()
            .await?
            .error_for_status()?
            .text()
            .await?,
    )?;
    let token = issued["access_token"].as_str().context("the sandbox issues tokens")?.to_owned();

    let mut options = ClientOptions::default()
        .with_mode(ClientMode::Empty)
        .with_transport(Transport::InProcess)
        .with_use_logged_in_user(false)
        .with_base_directory(std::env::temp_dir().join("wingman-floor"));
    options = options.with_request_handler(Way { http, sandbox: sandbox.to_owned(), token });
    let client = Client::start(options).await?;

    let mut system = SystemMessageConfig::default();
    system.mode = Some("replace".into());
    system.content = Some("You are a helpful assistant.".into());
    let mut config = SessionConfig::default();
    config.streaming = Some(true);
    config.system_message = Some(system);
    config.available_tools = Some(vec![]);
    config.disabled_mcp_servers = Some(vec!["github-mcp-server".into()]);
    config.model = Some("claude-sonnet-4.5".into());
    let session = client.create_session(config).await?;
    let user =
        json!({ "login": "floor", "copilot_plan": "business", "chat_enabled": true, "endpoints": { "api": INSIDE } });
    let credentials = json!({ "type": "token", "host": INSIDE, "token": "floor", "copilotUser": user });
    client
        .call(
            "session.gitHubAuth.setCredentials",
            Some(json!({ "sessionId": session.id(), "credentials": credentials })),
        )
        .await?;
    let answer = session.send_and_wait(MessageOptions::new("Hello!")).await?;
    let text = answer.and_then(|event| event.data["content"].as_str().map(str::to_owned)).unwrap_or_default();
    ensure!(text.contains("Hello!"), "the sandbox echoes the question, this is no answer: {text:?}");
    Ok(Held { _client: client, _session: session })
}

/// Carries the runtime's requests to the sandbox.
struct Way {
    http: reqwest::Client,
    sandbox: String,
    token: String,
}

#[async_trait]
impl CopilotRequestHandler for Way {
    async fn send_request(
        &self,
        request: CopilotHttpRequest,
        _context: &CopilotRequestContext,
    ) -> Result<CopilotHttpResponse, CopilotRequestError> {
        let path = request.url.strip_prefix(INSIDE).ok_or_else(|| CopilotRequestError::message("not the sandbox"))?;
        let method = request.method.parse().map_err(|_| CopilotRequestError::message("no method"))?;
        let mut onward = self.http.request(method, format!("{}{path}", self.sandbox)).bearer_auth(&self.token);
        for (name, value) in request.headers.iter().filter(|(name, _)| !PER_HOP.contains(&name.as_str())) {
            onward = onward.header(name, value);
        }
        let upstream = |error: reqwest::Error| CopilotRequestError::Upstream(error.to_string());
        let answer = onward.body(request.body).send().await.map_err(upstream)?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = Box::pin(answer.bytes_stream().map_err(upstream));
        Ok(CopilotHttpResponse::new(status, None, headers, body))
    }

    async fn open_websocket(
        &self,
        _context: &CopilotRequestContext,
        _response: CopilotWebSocketResponse,
    ) -> Result<Box<dyn CopilotWebSocketHandler>, CopilotRequestError> {
        Err(CopilotRequestError::message("no web sockets"))
    }
}
