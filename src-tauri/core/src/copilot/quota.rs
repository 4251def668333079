//! What is left of an account's month, as the runtime tells it with each answer.

use serde_json::Value;

use crate::github::Quota;
use crate::time::Millis;

/// The quota that answers are taken from.
const PREMIUM: [&str; 2] = ["premium_interactions", "premium_models"];

/// What the snapshots of an answer say of it, and when it begins anew.
pub(super) fn seen(snapshots: &Value) -> Option<(Quota, Option<Millis>)> {
    let snapshot = PREMIUM.iter().map(|name| &snapshots[*name]).find(|snapshot| snapshot.is_object())?;
    let number = |name: &str| snapshot[name].as_f64().filter(|it| it.is_finite());
    let entitlement = number("entitlementRequests")?;
    let unlimited = snapshot["isUnlimitedEntitlement"] == true || entitlement < 0.0;
    // The share may know of parts of a request, the count does not; but the share is told with one decimal, and where
    // they agree as far as that goes, the count is exact.
    let share = number("remainingPercentage").map(|share| entitlement * share.clamp(0.0, 100.0) / 100.0);
    let counted = number("usedRequests").map(|used| entitlement - used);
    let agreed = share.zip(counted).is_some_and(|(share, counted)| (share - counted).abs() <= entitlement * 0.0005);
    let remaining = if agreed { counted } else { share.or(counted) }.filter(|_| !unlimited);
    if remaining.is_none() && !unlimited {
        return None;
    }
    let resets_at = snapshot["resetDate"].as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok());
    let quota = Quota {
        entitlement: entitlement.max(0.0),
        remaining: remaining.unwrap_or_default().max(0.0),
        more_is_paid: snapshot["overageAllowedWithExhaustedQuota"] == true,
        overage: number("overage").unwrap_or_default().max(0.0),
        unlimited,
        in_credits: snapshot["tokenBasedBilling"] == true,
    };
    Some((quota, resets_at.map(|at| Millis(at.as_millisecond()))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_tells_what_is_left_after_it() {
        let (quota, resets_at) = seen(&json!({
            "chat": { "entitlementRequests": -1, "isUnlimitedEntitlement": true },
            "premium_interactions": {
                "entitlementRequests": 300, "isUnlimitedEntitlement": false, "overage": 2.5, "usedRequests": 74,
                "overageAllowedWithExhaustedQuota": true, "remainingPercentage": 75.5,
                "resetDate": "2026-12-01T00:00:00.000Z", "usageAllowedWithExhaustedQuota": true,
            },
        }))
        .expect("the quota that counts is there");
        assert_eq!((quota.entitlement, quota.remaining), (300.0, 226.5), "a third of a request is no whole one");
        let rounded = json!({ "entitlementRequests": 300, "usedRequests": 1, "remainingPercentage": 99.7 });
        let left = seen(&json!({ "premium_interactions": rounded })).expect("a quota").0.remaining;
        assert!((left - 299.0).abs() < 1e-9, "99.7 % is what 299 of 300 is rounded to: {left}");
        assert_eq!((quota.overage, quota.more_is_paid), (2.5, true), "what goes beyond is told");
        assert_eq!(resets_at, Some(Millis(1_796_083_200_000)), "and when the month begins anew");
    }

    #[test]
    fn no_limit_is_said_and_nonsense_is_not() {
        let of = |snapshot: Value| seen(&json!({ "premium_interactions": snapshot })).map(|(quota, _)| quota);
        let endless =
            of(json!({ "entitlementRequests": -1, "isUnlimitedEntitlement": true, "remainingPercentage": 100 }));
        assert!(endless.is_some_and(|quota| quota.unlimited), "unlimited is something to know");
        for odd in [json!({}), json!({ "entitlementRequests": "many" }), json!({ "entitlementRequests": 300 })] {
            assert_eq!(of(odd.clone()), None, "{odd} says nothing that could be shown");
        }
        assert_eq!(seen(&Value::Null), None, "nor does nothing");
    }
}
