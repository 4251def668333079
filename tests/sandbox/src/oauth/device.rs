//! The device flow: a code to type on another screen, and the polling meanwhile.

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{
    Form,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Decision, Parameters, error, exchange, page, respond, scopes};
use crate::{people, random, shared::Shared};

const LIFE: Duration = Duration::from_mins(15);
const INTERVAL: Duration = Duration::from_secs(5);

/// One request for a code.
#[derive(Debug)]
pub(crate) struct Device {
    user_code: String,
    client_id: String,
    scopes: Vec<String>,
    issued: Duration,
    interval: Duration,
    polled: Option<Duration>,
    /// Who decided, and what.
    decided: Option<(u64, Decision)>,
}

/// By device code.
pub(crate) type Devices = HashMap<String, Device>;

pub(super) async fn code(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let asked = Parameters::read(&headers, &body);
    let now = shared.now();
    let mut state = shared.state.lock();
    let client = asked.get("client_id").and_then(|id| state.clients.get(id));
    let Some(client) = client else {
        return respond(&headers, &error("incorrect_client_credentials"));
    };
    if !client.device_flow {
        return respond(&headers, &error("device_flow_disabled"));
    }
    let device = Device {
        user_code: random::user_code(),
        client_id: client.id.clone(),
        scopes: scopes(asked.get("scope").unwrap_or_default()),
        issued: now,
        interval: INTERVAL,
        polled: None,
        decided: None,
    };
    let device_code = random::hex(40);
    let fields = json!({
        "device_code": device_code,
        "user_code": device.user_code,
        "verification_uri": format!("{}/login/device", shared.base),
        "expires_in": LIFE.as_secs(),
        "interval": INTERVAL.as_secs(),
    });
    state.grants.secrets.device_codes.push(device_code.clone());
    state.devices.insert(device_code, device);
    respond(&headers, fields.as_object().unwrap_or(&Map::new()))
}

/// The token, once the person has decided. Who polls too fast has to wait five seconds longer each time.
pub(super) fn poll(shared: &Shared, asked: &Parameters) -> Result<Map<String, Value>, &'static str> {
    let now = shared.now();
    let mut state = shared.state.lock();
    let state = &mut *state;
    let client = asked.get("client_id").and_then(|id| state.clients.get(id));
    let client = client.ok_or("incorrect_client_credentials")?.clone();
    let text = asked.get("device_code").ok_or("incorrect_device_code")?;
    let device =
        state.devices.get_mut(text).filter(|device| device.client_id == client.id).ok_or("incorrect_device_code")?;
    if now >= device.issued + LIFE {
        return Err("expired_token");
    }
    let too_fast = device.polled.is_some_and(|last| now < last + device.interval);
    device.polled = Some(now);
    if too_fast {
        device.interval += Duration::from_secs(5);
        return Err("slow_down");
    }
    match device.decided {
        None => Err("authorization_pending"),
        Some((_, Decision::Cancel)) => Err("access_denied"),
        Some((user, Decision::Authorize)) => {
            let scopes = std::mem::take(&mut device.scopes);
            state.devices.remove(text);
            let token = state.grants.issue(&client, user, scopes, None, now);
            token.device = true;
            Ok(exchange::granted(token))
        }
    }
}

/// Records what a person decided about a code as typed: without regard to case, spaces and the hyphen. `false`: no
/// such code waits, or nobody has this login.
pub(crate) fn settle(shared: &Shared, user_code: &str, login: &str, decision: Decision) -> bool {
    let plain = |text: &str| text.to_uppercase().replace(['-', ' '], "");
    let now = shared.now();
    let Some(person) = people::by_login(login) else {
        return false;
    };
    let mut state = shared.state.lock();
    let device = state.devices.values_mut().find(|device| {
        plain(&device.user_code) == plain(user_code) && device.decided.is_none() && now < device.issued + LIFE
    });
    let Some(device) = device else { return false };
    device.decided = Some((person.id, decision));
    true
}

#[derive(Deserialize)]
pub(super) struct Asked {
    user_code: Option<String>,
}

pub(super) async fn show(Query(asked): Query<Asked>) -> Html<String> {
    Html(page::device(asked.user_code.as_deref().unwrap_or_default(), None))
}

#[derive(Deserialize)]
pub(super) struct Typed {
    user_code: String,
    login: String,
    decision: Decision,
}

pub(super) async fn submit(State(shared): State<Arc<Shared>>, Form(typed): Form<Typed>) -> Response {
    if settle(&shared, &typed.user_code, &typed.login, typed.decision) {
        return Html(page::device_done(typed.decision == Decision::Authorize)).into_response();
    }
    let page = page::device(&typed.user_code, Some("This code is not known or no longer valid."));
    (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
}
