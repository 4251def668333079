//! The keys that summon the window from anywhere.

use tauri::AppHandle;
use tauri_plugin_global_shortcut::{Error, GlobalShortcutExt as _, Shortcut, ShortcutState as Pressed};

use super::state::ShortcutState;
use super::window;

/// Takes these keys, and gives back what was taken before. Waits for the main thread: not for that thread itself.
///
/// The plugin is begun with the first keys: on Linux it wakes twenty times a second to look for them.
pub fn take(app: &AppHandle, before: Option<&str>, keys: Option<&str>) -> ShortcutState {
    if let Some(before) = before.and_then(|before| before.parse::<Shortcut>().ok())
        && let Err(error) = app.global_shortcut().unregister(before)
    {
        tracing::warn!(%error, "the summoning keys were not given back");
    }
    let Some(keys) = keys else { return ShortcutState::Off };
    if super::is_wayland() {
        return ShortcutState::Wayland;
    }
    let Ok(keys) = keys.parse::<Shortcut>() else { return ShortcutState::Refused };
    if let Err(error) = begin(app) {
        tracing::warn!(%error, "the desktop takes no summoning keys");
        return ShortcutState::Refused;
    }
    let taken = app.global_shortcut().on_shortcut(keys, |app, _keys, event| {
        if event.state == Pressed::Pressed {
            window::summon(app);
        }
    });
    match taken {
        Ok(()) => ShortcutState::Ready,
        Err(Error::GlobalHotkey(reason)) if reason.to_lowercase().contains("already registered") => {
            ShortcutState::Taken
        }
        Err(error) => {
            tracing::warn!(%error, "the summoning keys were refused");
            ShortcutState::Refused
        }
    }
}

fn begin(app: &AppHandle) -> tauri::Result<()> {
    use tauri::Manager as _;
    if app.try_state::<tauri_plugin_global_shortcut::GlobalShortcut<tauri::Wry>>().is_some() {
        return Ok(());
    }
    app.plugin(tauri_plugin_global_shortcut::Builder::new().build())
}
