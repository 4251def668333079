//! The deep link `dev.wingman.desktop://oauth/callback`: from the operating system into the core, past the window.
//!
//! The plugin also emits each URL as an event; the window has no permission to listen to anything, so a code never
//! reaches a page.

use tauri::{AppHandle, Manager as _};
use tauri_plugin_deep_link::DeepLinkExt as _;

use super::window;
use crate::shell::Shell;

/// Takes what started this process, then everything that comes while it runs, and registers the scheme.
pub fn listen(app: &AppHandle) {
    if let Ok(Some(urls)) = app.deep_link().get_current() {
        for url in urls {
            app.state::<Shell>().core.callback(url.as_str());
        }
    }
    let handle = app.clone();
    app.deep_link().on_open_url(move |event| {
        for url in event.urls() {
            handle.state::<Shell>().core.callback(url.as_str());
        }
        window::bring_to_front(&handle);
    });
    // Off the main thread: it runs `xdg-mime`, and on the main thread that delays the first page by half a second.
    let handle = app.clone();
    std::thread::spawn(move || {
        if handle.deep_link().register_all().is_err() {
            tracing::warn!(
                "the sign-in scheme could not be registered; signing in through the browser may not come back"
            );
        }
    });
}
