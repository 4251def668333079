//! The state of the application as the window sees it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Account, DesktopSettings};
use crate::accounts::AccountId;
use crate::auth::SignInStep;
use crate::chat::{ConversationId, ConversationSummary};
use crate::config::{Config, HostConfig, Managed, Way};
use crate::error::Error;

/// How far the start is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Phase {
    /// The keychain and the database are being opened.
    Starting,
    /// The keychain is locked: Wingman waits for it, with nothing opened and nothing replaced.
    KeychainLocked,
    /// Wingman cannot start; `retry_start` tries again where that can help.
    Blocked {
        /// What happened.
        error: Error,
    },
    /// Sign-in and chat work.
    Ready,
}

/// Whether there is a keychain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeychainState {
    /// Tokens and the database's key are kept in it.
    Available,
    /// There is none: token and history live in memory for this run, and the window says so.
    Absent,
}

/// The interface's language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum Language {
    /// The system's, when it is one of ours; else English.
    #[default]
    #[serde(rename = "system")]
    System,
    /// English.
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// What a person can set. Stored in the database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// The interface's language.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// What Wingman does on the desktop outside its windows.
    pub desktop: DesktopSettings,
}

/// All that the window needs to choose its screen.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppState {
    /// How far the start is.
    pub phase: Phase,
    /// This run talks to the built-in sandbox, not to GitHub.
    pub sandbox: bool,
    /// Whether there is a keychain.
    pub keychain: KeychainState,
    /// Where *Sign in with GitHub* goes.
    pub host: String,
    /// Every host that something is configured for, that one first.
    pub hosts: Vec<KnownHost>,
    /// Whether any other host may be named, too.
    pub other_hosts: bool,
    /// The ways in which people may sign in.
    pub ways: Vec<Way>,
    /// What an organisation decides here, where it does.
    pub managed: Option<Managed>,
    /// The sign-in under way.
    pub sign_in: SignInStep,
    /// Everyone who is signed in, or was and has chats here.
    pub accounts: Vec<Account>,
    /// The account in use.
    pub account: Option<AccountId>,
    /// What the person has set.
    pub settings: Settings,
}

/// A host that something is configured for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KnownHost {
    /// Its name.
    pub host: String,
    /// Whether an OAuth client is configured for it: without one a token is the only way in.
    pub client: bool,
}

pub(super) fn hosts(config: &Config) -> Vec<KnownHost> {
    let known =
        |host: &HostConfig| KnownHost { host: host.endpoints.host().to_string(), client: host.client.is_some() };
    config.github.all().map(known).collect()
}

/// Something happened outside any single conversation.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum AppEvent {
    /// The state is now this.
    State {
        /// All of it.
        state: Box<AppState>,
    },
    /// A conversation is new, or its row changed.
    Conversation {
        /// The row.
        summary: ConversationSummary,
    },
    /// A conversation is gone.
    ConversationGone {
        /// Which.
        id: ConversationId,
    },
}

/// Versions and places, for the about page and for reports. Nothing of a person is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostics {
    /// Wingman's version.
    pub version: String,
    /// The version of the Copilot runtime in this process.
    pub runtime: String,
    /// Where the company's Copilot server is reached that stands in its place, if one does.
    pub shared_runtime: Option<String>,
    /// Operating system and architecture.
    pub platform: String,
}
