//! The system's own dialogs: where to save, what to open, what to print on.

use std::path::PathBuf;

use tauri::{AppHandle, Manager as _, WebviewWindow};
use tauri_plugin_dialog::{DialogExt as _, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;
use wingman_core::{Code, Error, Result};

/// Where the person wants a file of this name; none when they changed their mind.
pub async fn where_to_save(app: &AppHandle, name: &str) -> Option<PathBuf> {
    let dialog = dialog(app).set_file_name(name);
    let (chosen, choice) = oneshot::channel();
    dialog.save_file(move |path| drop(chosen.send(path)));
    path(choice.await)
}

/// The file that the person chooses, of those with one of these endings; none when they changed their mind.
pub async fn what_to_open(app: &AppHandle, endings: &[&str]) -> Option<PathBuf> {
    let names: Vec<String> = endings.iter().map(|ending| format!("*.{ending}")).collect();
    let dialog = dialog(app).add_filter(names.join(", "), endings);
    let (chosen, choice) = oneshot::channel();
    dialog.pick_file(move |path| drop(chosen.send(path)));
    path(choice.await)
}

/// The files that the person chooses in a dialog of this title; none when they changed their mind.
pub async fn what_to_attach(app: &AppHandle, title: &str) -> Vec<PathBuf> {
    let dialog = dialog(app).set_title(title);
    let (chosen, choice) = oneshot::channel();
    dialog.pick_files(move |paths| drop(chosen.send(paths)));
    let paths = choice.await.ok().flatten().unwrap_or_default();
    paths.into_iter().filter_map(|path| path.into_path().ok()).collect()
}

/// Prints the page of the window in use, through the system's dialog.
pub fn print(app: &AppHandle) -> Result<()> {
    let window = in_use(app).ok_or(Code::NotFound)?;
    window.print().map_err(|error| Error::new(Code::Internal).with("reason", error))
}

/// Above the window in use, which waits for it.
fn dialog(app: &AppHandle) -> FileDialogBuilder<tauri::Wry> {
    let dialog = app.dialog().file();
    match in_use(app) {
        Some(window) => dialog.set_parent(&window),
        None => dialog,
    }
}

fn in_use(app: &AppHandle) -> Option<WebviewWindow> {
    let windows = app.webview_windows();
    let focused = windows.values().find(|window| window.is_focused().unwrap_or(false));
    focused.or_else(|| windows.values().next()).cloned()
}

fn path(chosen: std::result::Result<Option<FilePath>, oneshot::error::RecvError>) -> Option<PathBuf> {
    chosen.ok().flatten()?.into_path().ok()
}
