//! The icon in the menu bar of macOS and in the notification area of Windows.

use tauri::AppHandle;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};

use super::state::{DesktopWords, TrayState};
use super::surroundings::{self, TrayChoice};
use super::window;

/// The icon's id.
const ID: &str = "wingman";

/// An icon that is there, until it is taken away.
pub struct Tray {
    app: AppHandle,
    icon: TrayIcon,
}

/// Puts the icon there; none where the system does not take it.
#[allow(clippy::unused_async, reason = "on Linux it is a talk over the bus")]
pub async fn show(app: &AppHandle, words: &DesktopWords) -> Option<Tray> {
    match build(app, words) {
        Ok(icon) => {
            surroundings::tray_is(app, TrayState::Shown);
            Some(Tray { app: app.clone(), icon })
        }
        Err(error) => {
            tracing::info!(%error, "there is no tray");
            surroundings::tray_is(app, TrayState::Absent);
            None
        }
    }
}

impl Tray {
    /// Says the same in other words.
    #[allow(clippy::unused_async, reason = "as above")]
    pub async fn say(&self, words: &DesktopWords) {
        if let Ok(menu) = menu(&self.app, words) {
            let _ = self.icon.set_menu(Some(menu));
        }
    }

    /// Takes the icon away.
    #[allow(clippy::unused_async, reason = "as above")]
    pub async fn take_away(self) {
        self.app.remove_tray_by_id(ID);
    }
}

fn build(app: &AppHandle, words: &DesktopWords) -> tauri::Result<TrayIcon> {
    let builder = TrayIconBuilder::with_id(ID)
        .tooltip("Wingman")
        .menu(&menu(app, words)?)
        .show_menu_on_left_click(cfg!(target_os = "macos"))
        .on_menu_event(|app, event| {
            let choices = [TrayChoice::Open, TrayChoice::NewChat, TrayChoice::Quit];
            if let Some(choice) = choices.into_iter().find(|choice| choice.id() == event.id().as_ref()) {
                choice.run(app);
            }
        })
        .on_tray_icon_event(|icon, event| {
            if let TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. } = event
                && !cfg!(target_os = "macos")
            {
                window::bring_to_front(icon.app_handle());
            }
        });
    match app.default_window_icon() {
        Some(icon) => builder.icon(icon.clone()).build(app),
        None => builder.build(app),
    }
}

fn menu(app: &AppHandle, words: &DesktopWords) -> tauri::Result<Menu<tauri::Wry>> {
    let row = |choice: TrayChoice, label: &str| MenuItem::with_id(app, choice.id(), label, true, None::<&str>);
    Menu::with_items(
        app,
        &[
            &row(TrayChoice::Open, &words.open)?,
            &row(TrayChoice::NewChat, &words.new_chat)?,
            &PredefinedMenuItem::separator(app)?,
            &row(TrayChoice::Quit, &words.quit)?,
        ],
    )
}
