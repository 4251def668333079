//! The account's Copilot record: what it may use and where.
//!
//! `GET /copilot_internal/user` is not documented. Everything but the endpoint is passed on as it came; the endpoint
//! decides where a token goes, so it is checked.

use reqwest::{Method, StatusCode};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;
use url::Url;

use super::GitHub;
use crate::error::{Code, Error, Result};
use crate::http::Destination;
use crate::time::Millis;

/// What GitHub says of an account's Copilot.
#[derive(Clone, Debug, PartialEq)]
pub struct CopilotUser {
    /// The record as it came, for the runtime.
    pub record: Value,
    /// Where the account's Copilot requests go: one that its host may name, or the configured replacement.
    pub endpoint: Destination,
    /// The plan's name, for display; unreliable as a sign of access.
    pub plan: Option<String>,
    /// What is left of the month's premium requests, where the plan counts them.
    pub quota: Option<Quota>,
    /// When they begin anew.
    pub quota_resets_at: Option<Millis>,
}

/// What is left of a month's premium requests, or of its AI credits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Quota {
    /// What the plan grants.
    pub entitlement: f64,
    /// What is left; below zero never.
    pub remaining: f64,
    /// More may be used, and is paid for.
    pub more_is_paid: bool,
    /// What was used beyond it.
    pub overage: f64,
    /// There is no end to it; then the other figures say nothing.
    pub unlimited: bool,
    /// It counts AI credits; else it counts requests.
    pub in_credits: bool,
}

/// Why an account may not use Copilot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NoAccess {
    /// No plan. GitHub offers the free one.
    FreeOffered,
    /// No plan.
    NoPlan,
    /// An organisation gives a seat that has not arrived.
    SeatPending,
    /// There is a seat, and the organisation's policy turns chat off.
    DisabledByOrganization,
}

impl NoAccess {
    /// The reason as a word, for an error.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FreeOffered => "free-offered",
            Self::NoPlan => "no-plan",
            Self::SeatPending => "seat-pending",
            Self::DisabledByOrganization => "disabled",
        }
    }
}

/// What a record says against access. The record is not documented; `access_type_sku` is the field that tells.
fn no_access(record: &Value) -> Option<NoAccess> {
    let plan = record["copilot_plan"].as_str().unwrap_or_default();
    let organizations = record["organization_login_list"].as_array().is_some_and(|list| !list.is_empty());
    if record["access_type_sku"] == "no_access" {
        return Some(match record["can_signup_for_limited"].as_bool() {
            // A plan of an organisation without access to it is a seat on its way.
            _ if matches!(plan, "business" | "enterprise") || organizations => NoAccess::SeatPending,
            Some(true) => NoAccess::FreeOffered,
            _ => NoAccess::NoPlan,
        });
    }
    (record["chat_enabled"] == false).then_some(NoAccess::DisabledByOrganization)
}

fn quota(record: &Value) -> Option<Quota> {
    let premium = &record["quota_snapshots"]["premium_interactions"];
    if premium["unlimited"] == true {
        return Some(Quota { unlimited: true, ..Quota::default() });
    }
    let entitlement = premium["entitlement"].as_f64().filter(|it| it.is_finite() && *it >= 0.0)?;
    let remaining = premium["remaining"].as_f64().or_else(|| premium["quota_remaining"].as_f64())?;
    let remaining = if remaining.is_finite() { remaining.max(0.0) } else { return None };
    Some(Quota {
        entitlement,
        remaining,
        more_is_paid: premium["overage_permitted"] == true,
        overage: premium["overage_count"].as_f64().filter(|it| it.is_finite() && *it > 0.0).unwrap_or_default(),
        unlimited: false,
        in_credits: premium["token_based_billing"] == true,
    })
}

fn resets_at(record: &Value) -> Option<Millis> {
    let text = record["quota_reset_date_utc"].as_str()?;
    let at: jiff::Timestamp = text.parse().ok()?;
    Some(Millis(at.as_millisecond()))
}

impl GitHub {
    /// The Copilot record of the token's account. `NoCopilot` when it has no access, `SignInNeeded` when GitHub itself
    /// refuses the token, `AnswerUnexpected` when the record names an endpoint that no token of this host may go to.
    pub async fn copilot_user(&self, token: &SecretString) -> Result<CopilotUser> {
        let url = self.endpoints.api(&["copilot_internal", "user"]);
        let answer = self.send(self.authorized(Method::GET, &url, token)?, &url).await?;
        if answer.status == StatusCode::NOT_FOUND && answer.is_from_github() {
            return Err(Error::new(Code::NoCopilot));
        }
        answer.success()?;
        let record: Value = serde_json::from_slice(&answer.body).map_err(|_| answer.unexpected())?;
        if !record.is_object() {
            return Err(answer.unexpected());
        }
        if let Some(reason) = no_access(&record) {
            return Err(Error::new(Code::NoCopilot).with("reason", reason.name()));
        }
        let endpoint = self.copilot_endpoint(&record).ok_or_else(|| answer.unexpected())?;
        let plan = record["copilot_plan"].as_str().map(str::to_owned);
        let (quota, quota_resets_at) = (quota(&record), resets_at(&record));
        Ok(CopilotUser { record, endpoint, plan, quota, quota_resets_at })
    }

    fn copilot_endpoint(&self, record: &Value) -> Option<Destination> {
        if let Some(configured) = self.configured_copilot() {
            return configured.ok();
        }
        let named = match &record["endpoints"]["api"] {
            Value::Null => self.endpoints.default_copilot()?,
            named => Url::parse(named.as_str()?).ok()?,
        };
        self.endpoints.copilot_hosts().permit(&named).ok().filter(|endpoint| endpoint.url().query().is_none())
    }
}
