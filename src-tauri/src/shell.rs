//! What the commands find in Tauri's state.

use std::path::PathBuf;
use std::sync::Arc;

use tauri::AppHandle;
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tauri_plugin_dialog::DialogExt as _;
use tokio::sync::oneshot;
use wingman_core::app::{App, AppParts};

use crate::desktop::drops::Drops;
use crate::desktop::{TauriDesktop, window};
use crate::start::Start;

/// The core, wired to this desktop.
pub struct Shell {
    /// Everything Wingman does.
    pub core: App,
    /// What was dropped on a window.
    pub drops: Drops,
    app: AppHandle,
}

impl Shell {
    /// Wires the core to Tauri; starts nothing yet.
    pub fn new(app: &AppHandle, start: Start) -> Self {
        let desktop = Arc::new(TauriDesktop::new(app.clone()));
        let parts = AppParts {
            config: start.config,
            places: start.places,
            runtime: start.runtime,
            desktop,
            tasks: tauri::async_runtime::handle().inner().clone(),
        };
        Self { core: App::new(parts), drops: Drops::default(), app: app.clone() }
    }

    /// Has the person choose files in the desktop's own dialog; none when they choose nothing. The window never names a
    /// path, and learns none.
    pub async fn choose_files(&self, title: String) -> Vec<PathBuf> {
        let mut dialog = self.app.dialog().file().set_title(title);
        if let Some(window) = window::focused(&self.app) {
            dialog = dialog.set_parent(&window);
        }
        let (chosen, files) = oneshot::channel();
        dialog.pick_files(move |files| drop(chosen.send(files)));
        let files = files.await.ok().flatten().unwrap_or_default();
        files.into_iter().filter_map(|file| file.into_path().ok()).collect()
    }

    /// The picture on the clipboard, if there is one: its width, its height, and four bytes for each pixel. WebKitGTK
    /// gives a page none. May take a while: its owner is another program.
    pub async fn copied_picture(&self) -> Option<(u32, u32, Vec<u8>)> {
        let app = self.app.clone();
        let read = tauri::async_runtime::spawn_blocking(move || {
            let picture = app.clipboard().read_image().ok()?;
            Some((picture.width(), picture.height(), picture.rgba().to_vec()))
        });
        read.await.ok().flatten()
    }

    /// Tries the start again: in this process, or in a new one where only that can help.
    pub fn retry_start(&self) {
        if self.core.needs_restart() {
            self.app.request_restart();
        } else {
            self.core.start();
        }
    }
}
