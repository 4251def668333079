//! What the commands find in Tauri's state.

use std::sync::Arc;

use tauri::AppHandle;
use wingman_core::app::{App, AppParts};

use crate::desktop::TauriDesktop;
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
            app: app.clone(),
        }
    }

    /// The application that this is the state of, for what only the desktop can do.
    pub const fn app(&self) -> &AppHandle {
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
