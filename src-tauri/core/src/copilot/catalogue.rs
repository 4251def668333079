//! The models that an account is offered, as its endpoint lists them.
//!
//! Fetched by us, not by the runtime: a runtime that cannot list models sends the turn to a host of its own choice.
//! What was fetched is what the runtime then gets for its own question, so both decide on the same list.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::{HeaderMap, HeaderValue, Method, header};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::entry::{describe, withheld};
use super::failure::{self, Asked};
use super::model::Model;
use super::upstream::{Upstream, stalled};
use crate::config::AllowedModels;
use crate::error::{Code, Error, Result};
use crate::http::of_transport;

/// A list is asked for again after this long: policies and prices change by the day, not by the minute.
const FRESH_FOR: Duration = Duration::from_mins(5);

/// Far more than any list of models; an answer beyond it is not one.
const LARGEST: usize = 8 * 1024 * 1024;

/// A list as it was fetched.
#[derive(Clone, Debug)]
pub(super) struct Catalogue {
    /// For the runtime: the endpoint's own words.
    pub(super) body: Bytes,
    /// For us: what the account may use, in the list's order.
    pub(super) models: Arc<[Model]>,
    /// What the list names beside these, and GitHub's policy withholds.
    pub(super) withheld: Arc<[Model]>,
    fetched: Instant,
}

/// The latest list of one account. One fetch serves all who wait for it.
#[derive(Debug, Default)]
pub(super) struct Catalogues {
    allowed: AllowedModels,
    latest: Mutex<Option<Catalogue>>,
}

impl Catalogues {
    /// Lists from which everything is gone that may not be used.
    pub(super) fn new(allowed: AllowedModels) -> Self {
        Self { allowed, latest: Mutex::default() }
    }

    fn catalogue(&self, body: Bytes) -> Option<Catalogue> {
        let body = permitted(body, &self.allowed)?;
        let (models, withheld) = offered(&body)?;
        Some(Catalogue { body, models, withheld, fetched: Instant::now() })
    }

    /// The list, at most five minutes old. The headers are what the asker would send itself.
    pub(super) async fn latest(&self, upstream: &Upstream, headers: &HeaderMap) -> Result<Catalogue> {
        self.latest_of(self.fetch(upstream, headers)).await
    }

    /// The list that a shared runtime answers with, at most five minutes old. `host` is for the words of an error.
    pub(super) async fn latest_by(&self, host: &str, list: impl Future<Output = Result<Bytes>>) -> Result<Catalogue> {
        self.latest_of(async {
            let body = list.await?;
            self.catalogue(body).ok_or_else(|| Error::new(Code::ServerFailed).with("host", host).retryable())
        })
        .await
    }

    async fn latest_of(&self, fetch: impl Future<Output = Result<Catalogue>>) -> Result<Catalogue> {
        let mut latest = self.latest.lock().await;
        if let Some(known) = latest.as_ref().filter(|known| known.fetched.elapsed() < FRESH_FOR) {
            return Ok(known.clone());
        }
        let fetched = fetch.await?;
        *latest = Some(fetched.clone());
        Ok(fetched)
    }

    async fn fetch(&self, upstream: &Upstream, headers: &HeaderMap) -> Result<Catalogue> {
        let response = upstream.send(&Method::GET, "/models", headers, &Bytes::new()).await?;
        let access = upstream.access();
        let asked = Asked { host: access.endpoint.host(), login: &access.login };
        let (status, head) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        let mut pieces = response.bytes_stream();
        let silence = upstream.patience.silence;
        while let Some(piece) = timeout(silence, pieces.next()).await.map_err(|_silence| stalled(silence))? {
            body.extend_from_slice(&piece.map_err(|error| of_transport(asked.host, &error))?);
            if body.len() > LARGEST {
                return Err(unexpected(asked, status.as_u16()));
            }
        }
        if !status.is_success() {
            return Err(failure::of_answer(asked, status.as_u16(), &head, &body, upstream.now()));
        }
        self.catalogue(body.into()).ok_or_else(|| unexpected(asked, status.as_u16()))
    }
}

/// What `GET /models` wants to hear beside the token.
pub(super) fn own_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert("copilot-integration-id", HeaderValue::from_static("copilot-developer-cli"));
    headers
}

fn unexpected(asked: Asked<'_>, status: u16) -> Error {
    Error::new(Code::AnswerUnexpected).with("host", asked.host).with("status", status).retryable()
}

#[derive(Deserialize)]
struct Listed {
    data: Vec<Value>,
}

/// The endpoint writes `token_prices`, a shared runtime `tokenPrices`, and both mean the same.
#[derive(Deserialize)]
struct Entry {
    id: String,
    name: Option<String>,
    vendor: Option<String>,
    #[serde(default = "yes", alias = "modelPickerEnabled")]
    model_picker_enabled: bool,
    policy: Option<Policy>,
    billing: Option<Billing>,
    capabilities: Option<Capabilities>,
}

#[derive(Deserialize)]
struct Policy {
    state: Option<String>,
}

#[derive(Deserialize)]
struct Billing {
    multiplier: Option<f64>,
    #[serde(alias = "tokenPrices")]
    token_prices: Option<TokenPrices>,
}

#[derive(Deserialize)]
struct TokenPrices {
    /// Tokens that a price is for.
    #[serde(alias = "batchSize")]
    batch_size: Option<f64>,
    #[serde(alias = "inputPrice")]
    input_price: Option<f64>,
    #[serde(alias = "outputPrice")]
    output_price: Option<f64>,
}

impl TokenPrices {
    /// A price in the list (billionths of a credit for a batch; SDK type `TokenPriceUnit::NanoAiu`) as credits for a
    /// million tokens.
    fn credits(&self, price: Option<f64>) -> Option<f64> {
        const BILLION: f64 = 1e9;
        const MILLION: f64 = 1e6;
        let batch = self.batch_size.filter(|batch| *batch > 0.0).unwrap_or(MILLION);
        price.map(|price| price / BILLION * (MILLION / batch))
    }
}

#[derive(Deserialize)]
struct Capabilities {
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// The list without what may not be used, for the runtime too: what it does not know it cannot choose by itself. None
/// when it is no list.
fn permitted(body: Bytes, allowed: &AllowedModels) -> Option<Bytes> {
    if !allowed.is_limited() {
        return Some(body);
    }
    let mut list: Value = serde_json::from_slice(&body).ok()?;
    list.get_mut("data")?.as_array_mut()?.retain(|model| model["id"].as_str().is_some_and(|id| allowed.allows(id)));
    Some(list.to_string().into())
}

const fn yes() -> bool {
    true
}

/// The models that an account may choose, and those that are withheld from it; each in its list's order.
pub(super) type Sorted = (Arc<[Model]>, Arc<[Model]>);

/// The models of a list that the account may choose for a chat, and those that a policy of GitHub's withholds; none when
/// it is not a list at all. An entry that cannot be read is left out: one odd model must not take the others away.
fn offered(body: &[u8]) -> Option<Sorted> {
    let listed: Listed = serde_json::from_slice(body).ok()?;
    let chats = |entry: &Entry| {
        let kind = entry.capabilities.as_ref().and_then(|it| it.kind.as_deref());
        entry.model_picker_enabled && kind.is_none_or(|kind| kind == "chat")
    };
    let models = listed.data.into_iter().filter_map(|listed| {
        let entry = Entry::deserialize(&listed).ok().filter(chats)?;
        let billing = entry.billing;
        let multiplier = billing.as_ref().and_then(|it| it.multiplier);
        let prices = billing.and_then(|it| it.token_prices);
        let mut model = Model {
            name: entry.name.unwrap_or_else(|| entry.id.clone()),
            id: entry.id,
            vendor: entry.vendor,
            multiplier,
            input_price: prices.as_ref().and_then(|it| it.credits(it.input_price)),
            output_price: prices.as_ref().and_then(|it| it.credits(it.output_price)),
            withheld: withheld(entry.policy.and_then(|it| it.state).as_deref()),
            ..Model::default()
        };
        describe(&listed, &mut model);
        Some(model)
    });
    let (withheld, models): (Vec<_>, Vec<_>) = models.partition(|model| model.withheld.is_some());
    Some((models.into(), withheld.into()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_the_account_may_use_is_offered() {
        let list = json!({ "data": [
            { "id": "gpt-5.2", "name": "GPT-5.2", "vendor": "OpenAI", "billing": { "multiplier": 1.0 } },
            { "id": "switched-off", "policy": { "state": "disabled" } },
            { "id": "not-accepted", "policy": { "state": "unconfigured" } },
            { "id": "allowed", "policy": { "state": "enabled" } },
            { "id": "hidden", "model_picker_enabled": false },
            { "id": "embedding", "capabilities": { "type": "embeddings" } },
            { "name": "no id" },
            "no model",
        ]});
        let (models, withheld) = offered(list.to_string().as_bytes()).expect("this is a list");
        let ids = |models: &[Model]| models.iter().map(|model| model.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&models), ["gpt-5.2", "allowed"], "the organisation's policy decides, in the list's own order");
        assert_eq!(ids(&withheld), ["switched-off", "not-accepted"], "and what it withholds is known, to say why");
    }

    #[test]
    fn prices_are_credits_for_a_million_tokens() {
        let list = json!({ "data": [{ "id": "gpt-5.1", "model_picker_enabled": true, "capabilities": { "type": "chat" },
            "billing": { "token_prices": { "batch_size": 500_000, "input_price": 125e9 / 2.0, "output_price": null } } }] });
        let (models, _) = offered(list.to_string().as_bytes()).expect("this is a list");
        assert_eq!(models[0].input_price, Some(125.0), "billionths for half a million become credits for a million");
        assert_eq!(models[0].output_price, None, "no price is not a price of nothing");
    }

    #[test]
    fn a_shared_runtime_s_list_is_read_as_the_endpoint_s_own() {
        let list = json!({ "data": [{ "id": "gpt-5.1", "name": "GPT-5.1", "capabilities": { "type": "chat" },
            "policy": { "state": "enabled" },
            "billing": { "multiplier": 1.0,
                "tokenPrices": { "batchSize": 1_000_000, "inputPrice": 125e9, "outputPrice": 1e12 } } }] });
        let (models, _) = offered(list.to_string().as_bytes()).expect("this is a list");
        let prices = (models[0].input_price, models[0].output_price);
        assert_eq!(prices, (Some(125.0), Some(1000.0)), "a person sees the same prices whoever listed them");
    }

    #[test]
    fn what_is_no_list_is_not_taken_for_an_empty_one() {
        for answer in ["", "<html>", "{}", r#"{"data":{}}"#] {
            assert!(offered(answer.as_bytes()).is_none(), "{answer} says nothing about models");
        }
        assert!(offered(br#"{"data":[]}"#).expect("this is a list").0.is_empty(), "an empty list is one");
    }
}
