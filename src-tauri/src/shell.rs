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
        Self { core: App::new(parts) }
    }
}
