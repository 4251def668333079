//! The state of the application as the window sees it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Account, DesktopSettings, History, HistorySettings};
use crate::accounts::AccountId;
use crate::auth::SignInStep;
use crate::chat::{ConversationId, ConversationSummary};
use crate::config::{Config, HostConfig, Managed, Way};
use crate::error::Error;
use crate::time::Millis;

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
    /// A passphrase opens the chats, and the keychain does not.
    Passphrase {
        /// The one that was typed is another one.
        wrong: bool,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
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
    /// Another that the window has words for, by its tag: a further language is a file of the window and nothing here.
    #[serde(untagged)]
    Other(String),
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

/// Which colours light and dark are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Palette {
    /// The usual ones; those of high contrast where the system asks for more contrast.
    #[default]
    Standard,
    /// High contrast.
    HighContrast,
    /// For protanopia and deuteranopia.
    Colorblind,
    /// For tritanopia.
    Tritanopia,
}

/// How much room there is between things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Density {
    /// Room to rest in.
    #[default]
    Comfortable,
    /// More on one screen.
    Compact,
}

/// The face of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Font {
    /// The system's.
    #[default]
    System,
    /// With serifs, in the chats.
    Serif,
    /// All letters of one width, in the chats.
    Monospace,
    /// One that is made to be read easily, everywhere; the system's where none is installed.
    Legible,
}

/// How long the lines of a chat may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TextWidth {
    /// Shorter than usual.
    Narrow,
    /// About 72 characters.
    #[default]
    Normal,
    /// Longer than usual.
    Wide,
    /// As wide as the window.
    Full,
}

/// Whether things move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Motion {
    /// As the system has it.
    #[default]
    System,
    /// Nothing moves.
    Reduced,
}

/// How the window looks and reads, apart from light and dark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Appearance {
    /// The colours.
    pub palette: Palette,
    /// The size of everything, in per cent: 80 to 200.
    pub zoom: u16,
    /// The room between things.
    pub density: Density,
    /// The face of the text.
    pub font: Font,
    /// The face of code; none is the system's.
    pub code_font: Option<String>,
    /// The length of a line.
    pub width: TextWidth,
    /// Whether things move.
    pub motion: Motion,
    /// Whether what is typed is checked for spelling.
    pub spelling: bool,
}

impl Default for Appearance {
    fn default() -> Self {
        Self {
            palette: Palette::default(),
            zoom: 100,
            density: Density::default(),
            font: Font::default(),
            code_font: None,
            width: TextWidth::default(),
            motion: Motion::default(),
            spelling: true,
        }
    }
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
    /// How everything looks, apart from that.
    pub appearance: Appearance,
    /// How long the history is kept.
    pub history: HistorySettings,
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
    /// Where the chats are, and who can open them.
    pub history: History,
    /// What the chats were replaced by at this start, because they were damaged.
    pub restored: Option<Restored>,
}

/// A copy stands in for a damaged database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    /// When the copy was made; what was said since is not in it. None when the system does not know.
    pub from: Option<Millis>,
    /// The damaged file, which is kept.
    pub aside: String,
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

#[cfg(test)]
mod tests {
    use super::{Appearance, Language, Settings, Theme};

    #[test]
    fn settings_of_an_older_wingman_are_read_and_the_rest_is_as_usual() {
        let old: Settings =
            serde_json::from_str(r#"{"language":"zh-CN","theme":"dark"}"#).expect("what was stored is read");
        assert_eq!(
            (old.language, old.theme),
            (Language::Chinese, Theme::Dark),
            "an update must not reset what was set"
        );
        assert_eq!(old.appearance, Appearance::default(), "what was never set is as usual");
        let part: Settings = serde_json::from_str(r#"{"appearance":{"zoom":150}}"#).expect("a part is read");
        assert_eq!((part.appearance.zoom, part.appearance.spelling), (150, true), "one that is set changes no other");
    }

    #[test]
    fn a_language_that_only_the_window_knows_is_kept() {
        let settings = Settings { language: Language::Other("de".to_owned()), ..Settings::default() };
        let stored = serde_json::to_string(&settings).expect("settings are stored");
        assert!(stored.contains(r#""language":"de""#), "it is stored by its tag");
        assert_eq!(
            serde_json::from_str::<Settings>(&stored).expect("and read again"),
            settings,
            "settings outlive a restart"
        );
    }
}
