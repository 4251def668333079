//! What the shell and its windows tell each other: plain values.

use serde::{Deserialize, Serialize};
use wingman_core::accounts::AccountId;
use wingman_core::chat::ConversationId;

/// What the system made of the settings. Read back from it, not believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DesktopState {
    /// The icon in the tray.
    pub tray: TrayState,
    /// The keys that summon the window.
    pub shortcut: ShortcutState,
    /// Whether the system starts Wingman at login; none while that is not known.
    pub starts_at_login: Option<bool>,
    /// The system keeps no window of ours above the others, although it was asked to.
    pub stays_below: bool,
    /// Whether somebody shows notifications here; none while that is not known.
    pub notifications: Option<bool>,
    /// What to bind to keys in the desktop's own settings, where no program may do that itself.
    pub summon_command: String,
}

/// The icon in the tray.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum TrayState {
    /// Not wanted, or not yet asked for.
    Off,
    /// It is there.
    Shown,
    /// This desktop has no tray.
    Absent,
}

/// The keys that summon the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ShortcutState {
    /// None are set.
    Off,
    /// They work.
    Ready,
    /// Another program has them.
    Taken,
    /// The system does not take them.
    Refused,
    /// A Wayland desktop lets no program listen to keys outside its windows.
    Wayland,
}

/// What a window is told beside the state of the application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum WindowMessage {
    /// Show this conversation.
    Open {
        /// Which.
        conversation: ConversationId,
        /// Whose it is.
        account: AccountId,
    },
    /// Begin a new chat.
    NewChat,
    /// Another window sent what was written here: the draft that was stored went with it.
    Sent {
        /// Where.
        conversation: ConversationId,
    },
    /// What the system made of the settings is now this.
    Desktop {
        /// All of it.
        state: DesktopState,
    },
}

/// What a window begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct WindowStart {
    /// The conversation that it was opened for.
    pub conversation: Option<ConversationId>,
    /// What the system made of the settings.
    pub desktop: DesktopState,
}

/// The words outside the page, in the person's language: the page has them, the shell has none of its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DesktopWords {
    /// Shows the window.
    pub open: String,
    /// Begins a new chat.
    pub new_chat: String,
    /// Ends the program.
    pub quit: String,
    /// An answer is there.
    pub answered: String,
    /// An answer failed.
    pub failed: String,
}
