//! The door of the organisation gate: who was found inside stays inside for a while when nobody can be asked.
//!
//! GitHub's rate limit, its outage or a broken network say nothing of a membership, so for a time since the last
//! success they close nothing. A refusal closes at once, and no outage opens what it closed. [`Gate`] is a state
//! machine without I/O; time is passed in.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::gate::Standing;
use crate::error::{Code, Error, Result};
use crate::github::Requirement;
use crate::time::Millis;

/// How long who is inside is not asked about again.
const RECHECK: Duration = Duration::from_mins(15);

/// The first wait after a failure; it doubles with each further one, up to [`SLOWEST`].
const SOONEST: Duration = Duration::from_secs(5);
const SLOWEST: Duration = Duration::from_mins(15);

/// What GitHub asks for at least where a limit names no end (docs.github.com, "Rate limits for the REST API").
const UNNAMED_LIMIT: Duration = Duration::from_mins(1);

/// The longest that a limit is believed: GitHub's end within an hour, but its end is told as a point in time, and
/// this machine's clock may be a day behind.
const LONGEST_LIMIT: Duration = Duration::from_hours(24);

/// The last success, to be stored for each account and handed back at the next start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// When it was.
    pub at: Millis,
    /// What was asked for then: who met another requirement has not met this one.
    pub requirement: Requirement,
}

/// Whether the account may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It is inside.
    Open,
    /// Nobody knows now, and it was inside not long ago.
    OpenByGrace {
        /// When that ends.
        until: Millis,
        /// Why nobody knows.
        error: Error,
    },
    /// It is outside.
    Closed {
        /// What stands in the way.
        standing: Standing,
    },
    /// Nobody knows, and it was not inside for too long. To be said as this, never as "not a member".
    Unknown {
        /// Why nobody knows.
        error: Error,
    },
}

impl Admission {
    /// Whether the account may go on.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open | Self::OpenByGrace { .. })
    }
}

/// One account's door.
#[derive(Clone, Debug)]
pub struct Gate {
    requirement: Requirement,
    grace: Duration,
    last_success: Option<Millis>,
    /// Checks in a row that found nobody to ask.
    failures: u32,
}

impl Gate {
    /// The door for this requirement, with what [`Gate::passed`] last said. A success at another requirement does
    /// not count.
    pub fn new(requirement: Requirement, grace: Duration, passed: Option<Passed>) -> Self {
        let last_success = passed.filter(|passed| passed.requirement.same_as(&requirement)).map(|passed| passed.at);
        Self { requirement, grace, last_success, failures: 0 }
    }

    /// What it asks for.
    pub const fn requirement(&self) -> &Requirement {
        &self.requirement
    }

    /// The last success, to be stored after each [`Gate::after`]; none to be deleted.
    pub fn passed(&self) -> Option<Passed> {
        self.last_success.map(|at| Passed { at, requirement: self.requirement.clone() })
    }

    /// What follows from a check.
    pub fn after(&mut self, result: Result<Standing>, now: Millis) -> Admission {
        match result {
            Ok(Standing::Member) => {
                self.failures = 0;
                self.last_success = Some(now);
                Admission::Open
            }
            Ok(standing @ Standing::Outside { .. }) => {
                self.failures = 0;
                self.last_success = None; // an outage must not open what GitHub closed
                Admission::Closed { standing }
            }
            Err(error) => {
                self.failures = self.failures.saturating_add(1);
                match self.open_until(now) {
                    // A token that GitHub refuses is no outage: the account signs in, and is asked about again then.
                    Some(until) if now < until && error.code != Code::SignInNeeded => {
                        Admission::OpenByGrace { until, error }
                    }
                    _ => Admission::Unknown { error },
                }
            }
        }
    }

    /// Whether it stands open by an earlier success, while nobody has been asked yet.
    pub fn is_open_before_asking(&mut self, now: Millis) -> bool {
        self.requirement.is_empty() || self.open_until(now).is_some_and(|until| now < until)
    }

    /// When the grace ends. A clock that was set forward can only shorten it, and gives back what it took when it is
    /// set right. One that was set back puts the success into the future: it then counts as of now, so that no more
    /// than one whole grace can follow.
    fn open_until(&mut self, now: Millis) -> Option<Millis> {
        let last = self.last_success?.min(now);
        self.last_success = Some(last);
        Some(last.plus(millis(self.grace)))
    }

    /// When to ask again by itself; none when only the person can change something: they ask again, or sign in.
    pub fn next_check(&self, admission: &Admission, now: Millis) -> Option<Millis> {
        match admission {
            Admission::Open => Some(now.plus(millis(RECHECK))),
            Admission::Closed { .. } => None,
            Admission::OpenByGrace { error, .. } | Admission::Unknown { error } => retry_at(error, self.failures, now),
        }
    }
}

/// When to try again after so many failures in a row, this one counted. A rate limit is waited out to the end that
/// the server named (`until`), never less. None when trying again would do harm: after `SignInNeeded`.
pub fn retry_at(error: &Error, failures: u32, now: Millis) -> Option<Millis> {
    let doubled = |first: Duration, most: Duration| {
        let factor = 2_u32.saturating_pow(failures.saturating_sub(1));
        now.plus(millis(first.saturating_mul(factor).min(most)))
    };
    let backoff = doubled(SOONEST, SLOWEST);
    match error.code {
        Code::SignInNeeded => None,
        Code::RateLimited => Some(match error.params.get("until").and_then(|until| until.parse().ok()).map(Millis) {
            Some(until) => until.clamp(backoff, now.plus(millis(LONGEST_LIMIT))),
            None => doubled(UNNAMED_LIMIT, SLOWEST),
        }),
        _ => Some(backoff),
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_hours(72);
    use crate::auth::{Reason, Refusal};

    const NOW: Millis = Millis(1_800_000_000_000);
    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;

    fn acme() -> Requirement {
        Requirement { organizations: vec!["acme-corp".into()], all: false }
    }

    fn gate() -> Gate {
        Gate::new(acme(), GRACE, None)
    }

    fn outside() -> Standing {
        let refusal = Refusal { organization: "acme-corp".into(), reason: Reason::NotMember, page: None };
        Standing::Outside { refusals: vec![refusal] }
    }

    fn limited(until: Option<i64>) -> Error {
        let error = Error::new(Code::RateLimited).retryable();
        until.map_or(error.clone(), |until| error.with("until", until))
    }

    /// What an outage leads to at this time.
    fn outage(gate: &mut Gate, now: Millis) -> Admission {
        gate.after(Err(Error::new(Code::ServerFailed).retryable()), now)
    }

    #[test]
    fn an_outage_or_a_rate_limit_locks_nobody_out_until_the_grace_ends() {
        for code in [Code::RateLimited, Code::ServerFailed, Code::Offline, Code::TimedOut, Code::AnswerUnexpected] {
            let mut gate = gate();
            assert_eq!(gate.after(Ok(Standing::Member), NOW), Admission::Open, "found inside");
            let error = Error::new(code).retryable();
            let until = NOW.plus(72 * HOUR);
            let shortly_before = gate.after(Err(error.clone()), until.plus(-1));
            let open = Admission::OpenByGrace { until, error: error.clone() };
            assert_eq!(shortly_before, open, "{code:?} says nothing of a membership");
            let after = gate.after(Err(error.clone()), until);
            assert_eq!(after, Admission::Unknown { error }, "and is never said to be none, however long it lasts");
            assert_eq!(gate.after(Ok(Standing::Member), until.plus(1)), Admission::Open, "GitHub is back");
        }
    }

    #[test]
    fn who_was_never_found_inside_is_not_let_in_by_an_outage() {
        let admission = outage(&mut gate(), NOW);
        assert!(matches!(admission, Admission::Unknown { .. }), "there is no success to lend from: {admission:?}");
        assert!(!admission.is_open(), "the door stays as it was");
    }

    #[test]
    fn what_github_closed_no_outage_opens() {
        let mut gate = gate();
        gate.after(Ok(Standing::Member), NOW);
        let admission = gate.after(Ok(outside()), NOW.plus(HOUR));
        assert_eq!(admission, Admission::Closed { standing: outside() }, "a refusal closes at once, grace or not");
        assert!(!outage(&mut gate, NOW.plus(2 * HOUR)).is_open(), "else pulling the plug would open it");
        assert_eq!(gate.passed(), None, "nor may it open at the next start");
    }

    #[test]
    fn a_refused_token_is_no_outage() {
        let mut gate = gate();
        gate.after(Ok(Standing::Member), NOW);
        let error = Error::new(Code::SignInNeeded);
        let admission = gate.after(Err(error.clone()), NOW.plus(HOUR));
        assert_eq!(
            admission,
            Admission::Unknown { error: error.clone() },
            "the account signs in, the gate says nothing"
        );
        assert_eq!(gate.next_check(&admission, NOW), None, "more calls with bad credentials would lock the person out");
        assert!(outage(&mut gate, NOW.plus(2 * HOUR)).is_open(), "signed in again, the last success still counts");
    }

    #[test]
    fn the_last_success_outlives_a_restart_and_counts_for_its_own_requirement_only() {
        let mut before = gate();
        before.after(Ok(Standing::Member), NOW);
        let stored = serde_json::to_string(&before.passed()).unwrap();
        let passed: Option<Passed> = serde_json::from_str(&stored).unwrap();

        let same = Requirement { organizations: vec!["Acme-Corp".into(), "acme-corp".into()], all: true };
        let mut gate = Gate::new(same, GRACE, passed.clone());
        assert!(outage(&mut gate, NOW.plus(DAY)).is_open(), "the same in other letters is the same");
        let other = Requirement { organizations: vec!["acme-corp".into(), "lumen-works".into()], all: true };
        let mut gate = Gate::new(other, GRACE, passed);
        assert!(!outage(&mut gate, NOW.plus(DAY)).is_open(), "nobody asked about lumen-works then");
    }

    #[test]
    fn a_clock_set_forward_by_a_day_costs_that_day_and_gives_it_back() {
        let mut gate = gate();
        gate.after(Ok(Standing::Member), NOW);
        assert!(outage(&mut gate, NOW.plus(HOUR + DAY)).is_open(), "three days can spare one");
        assert!(!outage(&mut gate, NOW.plus(HOUR + 30 * DAY)).is_open(), "a month cannot be told from a month");
        assert!(outage(&mut gate, NOW.plus(2 * HOUR)).is_open(), "set right, nothing is lost");
    }

    #[test]
    fn a_clock_set_back_by_a_day_ends_no_grace_and_stretches_none() {
        let mut gate = gate();
        gate.after(Ok(Standing::Member), NOW);
        let back = NOW.plus(-DAY);
        let until = back.plus(72 * HOUR);
        assert!(
            matches!(outage(&mut gate, back), Admission::OpenByGrace { until: found, .. } if found == until),
            "a success in the future counts as of now: one grace follows, not one and a day"
        );
        assert!(!outage(&mut gate, until).is_open(), "and it ends");
        assert_eq!(gate.passed().map(|passed| passed.at), Some(back), "at the next start too");
    }

    #[test]
    fn a_rate_limit_is_waited_out_and_an_outage_is_asked_after_less_and_less_often() {
        let at = |error: &Error, failures| retry_at(error, failures, NOW).map(|at| (at.0 - NOW.0) / 1000);
        let named = |seconds: i64| limited(Some(NOW.0 + 1000 * seconds));
        assert_eq!(at(&named(3600), 1), Some(3600), "Retry-After is honoured to the second");
        assert_eq!(at(&named(-60), 1), Some(5), "an end that is past is still no reason to hammer");
        assert_eq!(at(&named(90 * 86_400), 1), Some(86_400), "by a clock that is far off it ends too");
        assert_eq!(at(&limited(None), 1), Some(60), "at least a minute, where no end is named");

        let failed = Error::new(Code::ServerFailed).retryable();
        let waits: Vec<_> = (1..=9).filter_map(|failures| at(&failed, failures)).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 900], "seconds first, then minutes, never hours");
        assert_eq!(at(&failed, u32::MAX), Some(900), "a year of outage overflows nothing");
    }

    #[test]
    fn who_is_inside_is_asked_about_now_and_then_and_who_is_outside_asks_themselves() {
        let mut gate = gate();
        let open = gate.after(Ok(Standing::Member), NOW);
        assert_eq!(gate.next_check(&open, NOW), Some(NOW.plus(HOUR / 4)), "memberships end while a window is open");
        let closed = gate.after(Ok(outside()), NOW);
        assert_eq!(gate.next_check(&closed, NOW), None, "asking again does not make a member");
        let unknown = outage(&mut gate, NOW);
        assert_eq!(gate.next_check(&unknown, NOW), Some(NOW.plus(5000)), "an outage is retried");
    }
}
