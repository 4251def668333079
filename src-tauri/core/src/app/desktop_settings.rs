//! What a person can set about the desktop around the chat. The core keeps it; the shell carries it out.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The switches of *Settings → Desktop*. Starting at login is none of them: the system alone knows that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct DesktopSettings {
    /// The keys that summon the window from anywhere, such as `Control+Shift+Space`; none when there are none.
    pub shortcut: Option<String>,
    /// Whether there is an icon in the tray.
    pub tray: bool,
    /// Whether closing the last window leaves Wingman in the tray.
    pub close_to_tray: bool,
    /// Whether the windows stay above those of other programs.
    pub always_on_top: bool,
    /// What is told of an answer that ended unseen.
    pub notify: Notifications,
}

/// What is told of an answer that ended unseen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Notifications {
    /// Nothing.
    Off,
    /// In which chat, and whether it failed.
    #[default]
    Title,
    /// How it begins too, for whoever looks at the screen.
    Preview,
}

impl Default for DesktopSettings {
    fn default() -> Self {
        Self {
            shortcut: None,
            tray: true,
            close_to_tray: false,
            always_on_top: false,
            notify: Notifications::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::app::{Language, Settings, Theme};

    use super::*;

    #[test]
    fn settings_of_an_older_version_are_kept_and_get_the_new_ones_beside_them() {
        let older = r#"{"language":"zh-CN","theme":"dark"}"#;
        let read: Settings = serde_json::from_str(older).unwrap();
        assert_eq!((read.language, read.theme), (Language::Chinese, Theme::Dark), "what was set is not reset");
        assert_eq!(read.desktop, DesktopSettings::default(), "what is new is as if nobody had touched it");
        let partly: Settings = serde_json::from_str(r#"{"desktop":{"alwaysOnTop":true}}"#).unwrap();
        assert!(partly.desktop.always_on_top && partly.desktop.tray, "each switch is read by itself");
        let written = serde_json::to_string(&partly).unwrap();
        assert_eq!(serde_json::from_str::<Settings>(&written).unwrap(), partly, "and comes back as it was written");
    }
}
