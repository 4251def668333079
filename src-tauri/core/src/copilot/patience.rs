//! How much of a failing endpoint is borne: silence, and attempts that fail.

use std::time::Duration;

use crate::error::{Code, Error};
use crate::time::Millis;

/// After so much silence the person is told, unless silence is borne for less than four times as long.
const TOLD_AFTER: Duration = Duration::from_secs(30);

/// So many attempts the runtime makes by itself.
const ATTEMPTS: u32 = 6;

/// A connection that does not come about takes its time to fail: six of these would be a minute and a half.
const SLOW_ATTEMPTS: u32 = 3;

/// Who is told to wait longer than this is not left waiting.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// How long silence is borne, and how often it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// After so long without a byte the person is told.
    pub told: Duration,
    /// After so long without a byte the turn ends; before the first byte as well as between two.
    pub silence: Duration,
    /// So many attempts are made as long as nothing of the answer is to be read.
    pub attempts: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self::of(Duration::from_mins(2))
    }
}

impl Patience {
    /// Silence is borne for so long.
    pub fn of(silence: Duration) -> Self {
        Self { told: TOLD_AFTER.min(silence / 4), silence, attempts: ATTEMPTS }
    }

    /// How many attempts are made at all when one failed of this; 1 when another would not help.
    pub(super) fn attempts(&self, error: &Error, now: Millis) -> u32 {
        match error.code {
            Code::TimedOut => self.attempts.min(SLOW_ATTEMPTS),
            // A limit, or a server that knows when it will be back.
            Code::RateLimited | Code::ServerFailed if is_far(error, now) => 1,
            Code::Offline
            | Code::HostNotFound
            | Code::ProxyUnreachable
            | Code::Interrupted
            | Code::RateLimited
            | Code::ServerFailed => self.attempts,
            _ => 1,
        }
    }
}

fn is_far(error: &Error, now: Millis) -> bool {
    let until = error.params.get("until").and_then(|until| until.parse::<i64>().ok());
    until.is_some_and(|until| i128::from(until) - i128::from(now.0) > LONGEST_WAIT.as_millis().cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_told_well_before_it_ends_the_turn() {
        let usual = Patience::default();
        assert_eq!((usual.told.as_secs(), usual.silence.as_secs()), (30, 120), "told after half a minute");
        assert_eq!(Patience::of(Duration::from_secs(20)).told.as_secs(), 5, "also where it ends sooner");
        assert_eq!(Patience::of(Duration::from_hours(1)).told.as_secs(), 30, "and where it is borne for long");
    }

    #[test]
    fn only_what_may_pass_in_a_moment_is_tried_again() {
        let (patience, now) = (Patience::default(), Millis(1_000));
        let of = |error: &Error| patience.attempts(error, now);
        for code in [Code::Offline, Code::HostNotFound, Code::Interrupted, Code::ServerFailed, Code::RateLimited] {
            assert_eq!(of(&code.into()), 6, "{code:?} may be over in a moment");
        }
        assert_eq!(of(&Code::TimedOut.into()), 3, "ten seconds each are long enough three times");
        for code in [Code::CertificateUntrusted, Code::ProxySignIn, Code::NoCopilot, Code::QuotaUsed, Code::TooLong] {
            assert_eq!(of(&code.into()), 1, "{code:?} stays as it is until somebody does something");
        }
        let until = |seconds: i64| Error::new(Code::RateLimited).with("until", now.plus(seconds * 1_000).0);
        assert_eq!(of(&until(2)), 6, "two seconds are waited");
        assert_eq!(of(&until(3_600)), 1, "an hour is said, and not waited");
        assert_eq!(of(&Error::new(Code::RateLimited).with("until", i64::MAX)), 1, "nor is for ever");
    }
}
