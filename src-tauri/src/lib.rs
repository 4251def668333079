//! The desktop shell: it starts things in the right order and wires them; it decides nothing.
//!
//! Order: configuration read → environment cleaned (one thread so far) → plugins, single instance first → window and
//! core at the same time → scheme registered off the main thread.

mod commands;
mod core_dumps;
mod desktop;
mod environment;
#[cfg(test)]
mod ground_tests;
mod logging;
mod shell;
mod start;
mod store_secret;

pub use core_dumps::switch_off as switch_off_core_dumps;
pub use start::Start;
pub use store_secret::{asked_for, store_secret};
pub use wingman_core::attachments::pdf;

use std::process::ExitCode;

use tauri::{Manager as _, RunEvent};

use shell::Shell;

/// Opens the window and stays until it is closed.
pub fn run(start: Start) -> ExitCode {
    logging::begin(&start.places);
    let app = tauri::Builder::default()
        // First, so that a second start ends before it touches anything.
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| desktop::window::bring_to_front(app)))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_dialog::init())
        .register_uri_scheme_protocol(desktop::drawing::SCHEME, |context, request| {
            desktop::drawing::answer(context.app_handle(), &request)
        })
        .invoke_handler(commands::handler())
        .setup(move |app| {
            let shell = Shell::new(app.handle(), start);
            shell.core.start();
            app.manage(shell);
            desktop::deep_link::listen(app.handle());
            desktop::surroundings::follow(app.handle(), &app.state::<Shell>().core);
            desktop::window::open(app.handle(), None)?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|app, event| {
                if let RunEvent::Exit = event {
                    app.state::<Shell>().places.keep();
                    app.state::<Shell>().core.finish();
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the window system did not start");
            ExitCode::FAILURE
        }
    }
}
