//! The window: our pages and nothing else.

use tauri::webview::{Color, NewWindowResponse};
use tauri::{AppHandle, Manager as _, Url, WebviewUrl, WebviewWindowBuilder};

use crate::shell::Shell;

const MAIN: &str = "main";

/// Opens the main window.
pub fn open(app: &AppHandle) -> tauri::Result<()> {
    let data = app.state::<Shell>().core.places().cache.join("window");
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Wingman")
        .inner_size(1120.0, 780.0)
        .min_inner_size(480.0, 480.0)
        .data_directory(data)
        .background_color(background())
        .on_navigation(is_ours)
        .on_new_window(|_url, _features| NewWindowResponse::Deny)
        .devtools(cfg!(debug_assertions))
        .build()?;
    Ok(())
}

/// Shows the window to the person, wherever it was.
pub fn bring_to_front(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        // Each may fail on a desktop that does not allow it; the window is then where the person left it.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// Between the surfaces of the light and the dark theme, so that neither starts with a flash.
const fn background() -> Color {
    Color(255, 255, 255, 255)
}

/// Only pages that came with the program; links open in the browser, through a command.
fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => true,
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        "about" => url.as_str() == "about:blank",
        _ => false,
    }
}
