//! Signing in with a code (RFC 8628): for machines where the deep link cannot come back.
//!
//! `oauth2` polls; its answers pass through the same mending as every other of the token address. GitHub names the
//! interval to keep after `slow_down` in the answer, which `oauth2` does not read, so it is kept here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use oauth2::{HttpRequest, HttpResponse, Scope, StandardDeviceAuthorizationResponse};
use serde_json::Value;
use url::Url;

use super::attempt::{Authorization, Moment};
use super::token_address::{client, record, sender, told};
use crate::accounts::{Grant, TokenRecord};
use crate::error::{Code, Error, Result};
use crate::github::Endpoints;
use crate::http::{Clock, Http};

/// A code lives a quarter of an hour at GitHub; a server that says more is not waited for longer.
const LONGEST_LIFE: Duration = Duration::from_hours(1);

/// What a server can make us wait between two questions.
const LONGEST_INTERVAL: u64 = 60;

/// A user code as GitHub writes it: eight letters and digits with a hyphen; others may be a little longer.
const LONGEST_USER_CODE: usize = 32;

/// A code for the person to type in, checked.
#[derive(Clone, Debug)]
pub struct DeviceCode {
    /// What to type.
    pub user_code: String,
    /// Where: a page of the account's own host.
    pub page: Url,
    /// When it was asked for.
    pub started: Moment,
    /// How long it can be used.
    pub life: Duration,
}

/// A code that the person has yet to type in; made once for each attempt.
pub struct Poll {
    asked: Authorization,
    response: StandardDeviceAuthorizationResponse,
}

/// Asks for a code. `DeviceFlowDisabled` where the application does not offer it; `AnswerUnexpected` for a page that
/// is not the host's own, since a person would type their password there.
pub async fn ask(http: &Http, asked: Authorization, now: Moment) -> Result<(DeviceCode, Poll)> {
    let host = asked.endpoints.host().clone();
    let response: StandardDeviceAuthorizationResponse = client(&asked.endpoints, &asked.client.id, None)
        .exchange_device_code()
        .add_scopes(asked.scopes.iter().cloned().map(Scope::new))
        .request_async(&sender(http, &asked.endpoints))
        .await
        .map_err(|error| told(&host, error))?;
    let unexpected = || Error::new(Code::AnswerUnexpected).with("host", &host).with("status", 200);
    let page = Url::parse(response.verification_uri()).ok().filter(|page| asked.endpoints.owns_page(page));
    let page = page.ok_or_else(unexpected)?;
    let user_code = response.user_code().secret().clone();
    let readable = user_code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !readable || !(4..=LONGEST_USER_CODE).contains(&user_code.len()) {
        return Err(unexpected());
    }
    let life = response.expires_in().min(LONGEST_LIFE);
    Ok((DeviceCode { user_code, page, started: now, life }, Poll { asked, response }))
}

/// Asks until the person has decided. Dropping the future ends it; the caller watches the clocks.
pub async fn wait(http: Http, poll: Poll, clock: Clock) -> Result<(Authorization, TokenRecord)> {
    let Poll { asked, response } = poll;
    let host = asked.endpoints.host().clone();
    let named = Arc::new(AtomicU64::new(0));
    let listening = listening(&http, &asked.endpoints, named.clone());
    let pause = move |interval: Duration| {
        let least = Duration::from_secs(named.load(Ordering::Relaxed)).max(Duration::from_secs(1));
        tokio::time::sleep(interval.clamp(least, Duration::from_secs(LONGEST_INTERVAL)))
    };
    let token = client(&asked.endpoints, &asked.client.id, None)
        .exchange_device_access_token(&response)
        .request_async(&listening, pause, Some(LONGEST_LIFE))
        .await
        .map_err(|error| told(&host, error))?;
    let record = record(&token, asked.client.id.clone(), Grant::Device, clock());
    Ok((asked, record))
}

/// What `oauth2` sends through, keeping the interval that an answer names.
fn listening(
    http: &Http,
    endpoints: &Endpoints,
    named: Arc<AtomicU64>,
) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse>> + Send + Sync + use<> {
    let send = sender(http, endpoints);
    move |request| {
        let (answer, named) = (send(request), named.clone());
        Box::pin(async move {
            let answer = answer.await?;
            if let Some(seconds) = interval_of(answer.body()) {
                named.store(seconds.clamp(1, LONGEST_INTERVAL), Ordering::Relaxed);
            }
            Ok(answer)
        })
    }
}

/// The interval that an answer names.
fn interval_of(body: &[u8]) -> Option<u64> {
    serde_json::from_slice::<Value>(body).ok()?.get("interval")?.as_u64()
}

#[cfg(test)]
#[path = "device_tests.rs"]
mod tests;
