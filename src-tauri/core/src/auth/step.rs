//! Where a sign-in stands, as the window sees it.

use serde::Serialize;
use ts_rs::TS;

use crate::error::Error;
use crate::time::Millis;

/// Where the sign-in stands. There is at most one attempt at a time; a new one replaces the old.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum SignInStep {
    /// No attempt is under way.
    Idle,
    /// The browser has the question; the callback is awaited.
    Waiting {
        /// Where the person signs in.
        host: String,
        /// False when no browser could be opened: the link can still be copied.
        browser_opened: bool,
        /// When the attempt ends by itself.
        ends_at: Millis,
    },
    /// The callback came and fits; the token and the profile are being fetched.
    Finishing {
        /// Where the person signs in.
        host: String,
    },
    /// The attempt ended without an account.
    Failed {
        /// Where the person tried to sign in.
        host: String,
        /// What happened.
        error: Error,
    },
}
