//! The window: our pages and nothing else.

use std::path::Path;

use tauri::webview::{Color, NewWindowResponse};
use tauri::{AppHandle, Manager as _, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use super::drops;
use crate::shell::Shell;

const MAIN: &str = "main";

/// Opens the main window.
pub fn open(app: &AppHandle) -> tauri::Result<()> {
    let data = app.state::<Shell>().core.places().cache.join("window");
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Wingman")
        .inner_size(1120.0, 780.0)
        .min_inner_size(480.0, 480.0)
        .data_directory(data)
        .background_color(background())
        .on_navigation(is_ours)
        .on_new_window(|_url, _features| NewWindowResponse::Deny)
        .devtools(cfg!(debug_assertions))
        .build()?;
    drops::listen(&window);
    Ok(())
}

/// How the web view's process is told to paint: nothing, where it finds that out well by itself.
///
/// WebKitGTK composes its layers through OpenGL even where only a processor can do that: on a machine without a
/// graphics card (a virtual desktop, a remote one) it then keeps a software renderer with threads and buffers of its
/// own, some 90 MB, and paints no faster. There it paints straight into the window instead
/// (`WEBKIT_DISABLE_COMPOSITING_MODE`, <https://blogs.igalia.com/carlosgc/2017/03/20/>). Who has set it is obeyed, and
/// a window that is driven by WebDriver is left as it is: painting straight, WebKit makes no frame for a page on which
/// nothing changes, and a picture that WebDriver asks for would be waited for without end.
pub fn painting() -> Option<(&'static str, &'static str)> {
    const NAME: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";
    let chosen = [NAME, "TAURI_WEBVIEW_AUTOMATION"].iter().any(|name| std::env::var_os(name).is_some());
    (cfg!(target_os = "linux") && !chosen && !has_graphics_card(Path::new("/dev/dri"))).then_some((NAME, "1"))
}

/// Whether the kernel offers a card that can draw (`renderD128` …); a mere screen (`card0`) cannot.
fn has_graphics_card(devices: &Path) -> bool {
    let Ok(devices) = std::fs::read_dir(devices) else { return false };
    devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
}

/// The window that the person is in.
pub fn focused(app: &AppHandle) -> Option<WebviewWindow> {
    let mut windows: Vec<WebviewWindow> = app.webview_windows().into_values().collect();
    let focused = windows.iter().position(|window| window.is_focused().unwrap_or_default());
    focused.map(|at| windows.swap_remove(at)).or_else(|| app.get_webview_window(MAIN))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_without_a_graphics_card_is_painted_by_the_processor() {
        let devices = tempfile::tempdir().unwrap();
        assert!(!has_graphics_card(&devices.path().join("dri")), "no such folder, no card");
        std::fs::write(devices.path().join("card0"), "").unwrap();
        assert!(!has_graphics_card(devices.path()), "a virtual machine's screen draws nothing by itself");
        std::fs::write(devices.path().join("renderD128"), "").unwrap();
        assert!(has_graphics_card(devices.path()), "a card that draws is left to do it");
    }
}
