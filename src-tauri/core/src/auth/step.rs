//! Where a sign-in stands, as the window sees it, and what it may ask for.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::accounts::AccountId;
use crate::config::Way;
use crate::error::Error;
use crate::time::Millis;

/// A sign-in that the window asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct SignInRequest {
    /// How.
    pub way: Way,
    /// Where, as the person typed it; none is the configured host.
    pub host: Option<String>,
    /// An account that must sign in again: at its own host, and whoever else comes back is asked about.
    pub account: Option<AccountId>,
}

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
        /// The account that is to sign in again.
        account: Option<AccountId>,
        /// False when no browser could be opened: the link can still be copied.
        browser_opened: bool,
        /// When it began.
        started_at: Millis,
        /// When the attempt ends by itself.
        ends_at: Millis,
    },
    /// A code to show is being asked for.
    Asking {
        /// Where the person signs in.
        host: String,
    },
    /// The person types this code in at GitHub.
    Code {
        /// Where the person signs in.
        host: String,
        /// What to type. Worthless without the device code that stays in the core.
        user_code: String,
        /// The page to type it in at, checked to be the host's own.
        page: String,
        /// False when no browser could be opened.
        browser_opened: bool,
        /// When the code ends.
        ends_at: Millis,
    },
    /// The person has agreed; the token and the profile are being fetched.
    Finishing {
        /// Where the person signs in.
        host: String,
        /// How.
        way: Way,
    },
    /// Somebody else came back than was asked for: keep the account, or drop it.
    Other {
        /// Where the person signed in.
        host: String,
        /// Who was asked for.
        asked: String,
        /// Who came.
        came: String,
        /// How.
        way: Way,
        /// The account that was asked for.
        account: Option<AccountId>,
    },
    /// The attempt ended without an account.
    Failed {
        /// Where the person tried to sign in.
        host: String,
        /// How.
        way: Way,
        /// The account that was to sign in again.
        account: Option<AccountId>,
        /// What happened.
        error: Error,
    },
}
