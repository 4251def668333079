//! What the commands find in Tauri's state.

use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;
use tauri::AppHandle;
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use wingman_core::app::{App, AppParts};
use wingman_core::licences::Licences;

use crate::desktop::TauriDesktop;
use crate::desktop::drops::Drops;
use crate::desktop::place::Places;
use crate::desktop::surroundings::Surroundings;
use crate::desktop::windows::Windows;
use crate::start::Start;

/// The core, wired to this desktop.
pub struct Shell {
    /// Everything Wingman does.
    pub core: App,
    /// The windows there are.
    pub windows: Windows,
    /// Where they were.
    pub places: Places,
    /// The desktop around them.
    pub surroundings: Surroundings,
    /// What was dropped on a window.
    pub drops: Drops,
    /// The sealed file that the person chose last: a window names no file.
    sealed: Mutex<Option<PathBuf>>,
    /// The licences of what others made.
    pub licences: Licences,
    app: AppHandle,
}

impl Shell {
    /// Wires the core to Tauri; starts nothing yet.
    pub fn new(app: &AppHandle, start: Start) -> Self {
        let places = Places::read(&start.places.state);
        let desktop = Arc::new(TauriDesktop::new(app.clone()));
        let parts = AppParts {
            config: start.config,
            places: start.places,
            runtime: start.runtime,
            desktop,
            tasks: tauri::async_runtime::handle().inner().clone(),
        };
        Self {
            core: App::new(parts),
            windows: Windows::default(),
            places,
            surroundings: Surroundings::new(),
            drops: Drops::default(),
            sealed: Mutex::default(),
            licences: start.licences,
            app: app.clone(),
        }
    }

    /// The application that this is the state of, for what only the desktop can do.
    pub const fn app(&self) -> &AppHandle {
        &self.app
    }

    /// Keeps the sealed file that the person chose, until they have typed its passphrase.
    pub fn keep_sealed(&self, file: PathBuf) {
        *self.sealed.lock() = Some(file);
    }

    /// The sealed file that the person chose.
    pub fn sealed(&self) -> Option<PathBuf> {
        self.sealed.lock().clone()
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
