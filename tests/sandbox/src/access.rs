//! What Copilot a person has, and the record of it at `/copilot_internal/user`.
//!
//! The record is not documented. What people with a plan and people without any access get is known; the states in
//! between (a seat that is not there yet, a policy that is off) are composed from the same fields.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use jiff::{ToSpan as _, Zoned, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{people::Person, rest, shared::Shared};

/// What lets a person use Copilot, or what does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// The free plan with its small quota.
    Free,
    /// Paid by the person.
    Pro,
    /// Paid by an organisation.
    Business,
    /// Paid by an enterprise.
    Enterprise,
    /// None. The record's plan still reads "individual".
    #[default]
    NoAccess,
    /// An organisation is giving a seat that has not arrived.
    SeatPending,
    /// There is a seat, and the organisation's policy turns chat off.
    DisabledByOrganization,
}

impl Access {
    fn plan(self) -> (&'static str, &'static str) {
        match self {
            Self::Free => ("individual", "free_limited_copilot"),
            Self::Pro => ("individual_pro", "plus_monthly_subscriber_quota"),
            Self::Business | Self::DisabledByOrganization => ("business", "copilot_for_business_seat_quota"),
            Self::Enterprise => ("enterprise", "copilot_enterprise_seat_quota"),
            Self::NoAccess => ("individual", "no_access"),
            Self::SeatPending => ("business", "no_access"),
        }
    }

    /// What the Copilot API says to who may not use it; nothing to who may.
    pub(crate) fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Free | Self::Pro | Self::Business | Self::Enterprise => None,
            Self::NoAccess | Self::SeatPending => {
                Some("Access to this endpoint is forbidden. Your account has no access to GitHub Copilot.")
            }
            Self::DisabledByOrganization => Some(
                "You are not authorized to use this Copilot feature, it requires an enterprise or organization policy \
                 to be enabled.",
            ),
        }
    }

    /// Premium requests in a month.
    fn entitlement(self) -> f64 {
        match self {
            Self::Pro | Self::Business | Self::DisabledByOrganization => 300.0,
            Self::Enterprise => 1000.0,
            Self::Free => 50.0,
            Self::NoAccess | Self::SeatPending => 0.0,
        }
    }
}

/// One quota of a month. As JSON: `{"entitlement": 300, "remaining": 0}`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quota {
    /// What the plan grants.
    pub entitlement: f64,
    /// What is left of it.
    pub remaining: f64,
    /// There is no end to it.
    pub unlimited: bool,
    /// More may be used, and is paid for.
    pub overage_permitted: bool,
    /// What was used beyond.
    pub overage_count: f64,
}

/// A person's Copilot. As JSON: `{"access": "free", "quotas": {"premium_interactions": {"entitlement": 50}}}`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Copilot {
    /// What lets the person use it.
    pub access: Access,
    /// Whether GitHub offers the free plan; when missing, to who has no access at all.
    pub can_signup_for_limited: Option<bool>,
    /// The organisation that pays or decides.
    pub organization: Option<String>,
    /// Quotas other than the plan's: `chat`, `completions` (unlimited otherwise) and `premium_interactions`, from
    /// which what a person uses is taken.
    pub quotas: BTreeMap<String, Quota>,
}

impl Copilot {
    /// Such an access, with what belongs to it.
    pub fn of(access: Access) -> Self {
        Self { access, ..Self::default() }
    }

    /// Premium requests in a month.
    pub(crate) fn entitlement(&self) -> f64 {
        self.premium().map_or_else(|| self.access.entitlement(), |quota| quota.entitlement)
    }

    /// What is used up of them already.
    pub(crate) fn used(&self) -> f64 {
        self.premium().map_or(0.0, |quota| quota.entitlement - quota.remaining)
    }

    pub(crate) fn premium(&self) -> Option<&Quota> {
        self.quotas.get(PREMIUM)
    }

    fn snapshot(&self, id: &str, used: f64) -> Value {
        let unlimited = Quota { unlimited: true, ..Quota::default() };
        let mut quota = self.quotas.get(id).copied().unwrap_or(unlimited);
        if id == PREMIUM {
            let remaining = (self.entitlement() - used).max(0.0);
            let base = self.premium().copied().unwrap_or_default();
            quota = Quota { entitlement: self.entitlement(), remaining, ..base };
        }
        let percent = match quota {
            Quota { unlimited: true, .. } => 100.0,
            Quota { entitlement, remaining, .. } if entitlement > 0.0 => 100.0 * remaining / entitlement,
            _ => 0.0,
        };
        json!({
            "quota_id": id,
            "entitlement": quota.entitlement,
            "remaining": quota.remaining,
            "quota_remaining": quota.remaining,
            "percent_remaining": percent,
            "unlimited": quota.unlimited,
            "overage_count": quota.overage_count,
            "overage_permitted": quota.overage_permitted,
            "timestamp_utc": jiff::Timestamp::now().to_string(),
        })
    }
}

const PREMIUM: &str = "premium_interactions";

/// When the quota begins anew: the first of next month.
pub(crate) fn quota_reset() -> Zoned {
    let now = Zoned::now().with_time_zone(TimeZone::UTC).start_of_day();
    now.and_then(|today| today.first_of_month()?.checked_add(1.month())).unwrap_or_default()
}

/// Under the root and under `/api/v3`.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/copilot_internal/user", get(copilot_user))
}

async fn copilot_user(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Result<Response, Response> {
    let (token, person) = rest::authenticate_rest(&shared, &headers)?;
    let (copilot, used) = {
        let state = shared.state.lock();
        (state.copilot_of(person), state.used.get(&person.id).copied().unwrap_or_default())
    };
    Ok(rest::answer(&token, record(&shared.base, person, &copilot, used)))
}

fn record(base: &str, person: &Person, copilot: &Copilot, used: f64) -> Value {
    let (plan, sku) = copilot.access.plan();
    let access = sku != "no_access";
    let reset = quota_reset();
    let organizations: Vec<_> = copilot.organization.iter().collect();
    json!({
        "login": person.login,
        "copilot_plan": plan,
        "access_type_sku": sku,
        "chat_enabled": copilot.access.refusal().is_none(),
        "can_signup_for_limited": copilot.can_signup_for_limited.unwrap_or(copilot.access == Access::NoAccess),
        "assigned_date": access.then_some("2025-02-01T08:00:00Z"),
        "analytics_tracking_id": format!("sandbox-{}", person.id),
        "organization_login_list": organizations,
        "organization_list": [],
        "endpoints": { "api": base, "origin-tracker": base, "proxy": base, "telemetry": base },
        "quota_snapshots": access.then(|| json!({
            "chat": copilot.snapshot("chat", used),
            "completions": copilot.snapshot("completions", used),
            PREMIUM: copilot.snapshot(PREMIUM, used),
        })),
        "quota_reset_date": reset.date().to_string(),
        "quota_reset_date_utc": reset.timestamp().to_string(),
    })
}
