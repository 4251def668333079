//! What the commands find in Tauri's state.

use std::sync::Arc;

use tauri::AppHandle;
use wingman_core::app::{App, AppParts};

use crate::desktop::TauriDesktop;
use crate::start::Start;

/// The core, wired to this desktop.
pub struct Shell {
    /// Everything Wingman does.
    pub core: App,
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
        Self { core: App::new(parts), app: app.clone() }
    }

    /// The application, for dialogs.
    pub fn app(&self) -> &AppHandle {
        &self.app
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
