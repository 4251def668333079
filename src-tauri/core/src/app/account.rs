//! An account as the window sees it.

use serde::Serialize;
use ts_rs::TS;

use crate::accounts::AccountId;
use crate::auth::Refusal;
use crate::error::Error;
use crate::github::Quota;
use crate::store::choices::AccountChoices;
use crate::time::Millis;

/// Whether an account can be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AccountState {
    /// Its token is at hand.
    SignedIn,
    /// GitHub no longer accepts its token, or the keychain no longer has it: its chats can be read.
    SignInNeeded,
    /// The policy does not allow its host, or the way in which it came in: its chats can be read.
    Disallowed,
    /// A newer Wingman wrote the database: its chats can be read, and nothing can be written.
    ReadOnly,
}

/// An account as the window sees it.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Its lasting name.
    pub id: AccountId,
    /// `github.com`, `SUB.ghe.com`, or a GitHub Enterprise Server.
    pub host: String,
    /// The name it signs in with.
    pub login: String,
    /// The person's name, when they gave one.
    pub name: Option<String>,
    /// The picture as a `data:` URL; nothing remote is ever loaded by the window.
    pub avatar: Option<String>,
    /// Whether it can be used now.
    pub state: AccountState,
    /// False when its token is kept for this run only, because the keychain did not take it.
    pub kept: bool,
    /// Scopes that were asked for and not granted: what hangs on them will not work.
    pub missing_scopes: Vec<String>,
    /// What is known of its Copilot.
    pub copilot: CopilotStanding,
    /// Whether it is in the organisations that are required.
    pub membership: MembershipStanding,
    /// The AI credits that were used with it in this month, in Wingman.
    pub spent: f64,
    /// What the person chose for it.
    pub choices: AccountChoices,
}

/// What is known of an account's Copilot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum CopilotStanding {
    /// Nothing yet, or nothing new: GitHub could not be asked.
    #[default]
    Unknown,
    /// It may be used.
    Ready {
        /// The plan, as GitHub names it.
        plan: Option<String>,
        /// What is left of the month's premium requests, where the plan counts them.
        quota: Option<Quota>,
        /// When they begin anew.
        resets_at: Option<Millis>,
    },
    /// It may not be used: `no-copilot` or `copilot-not-served`, with the reason.
    Refused {
        /// Why.
        error: Error,
    },
}

/// Whether an account is in the organisations that are required.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum MembershipStanding {
    /// It is, or none is required.
    #[default]
    Open,
    /// It is being asked for the first time.
    Asking,
    /// It was not long ago, and GitHub cannot be asked now.
    OpenByGrace {
        /// When that ends.
        until: Millis,
        /// Why GitHub cannot be asked.
        error: Error,
    },
    /// It is not: it cannot be used.
    Closed {
        /// One for each organisation that stands in the way.
        refusals: Vec<Refusal>,
        /// Whether it must be in all of the required ones; else in one of them.
        all: bool,
    },
    /// Nobody can say: it cannot be used until GitHub can be asked.
    Unknown {
        /// Why GitHub cannot be asked.
        error: Error,
    },
}
