//! The application as a whole: its state, settings, links.

use tauri::async_runtime;
use tauri::ipc::Channel;
use wingman_core::Result;
use wingman_core::app::{AppEvent, AppState, Destination, Diagnostics, Link, Settings};
use wingman_core::licences::ThirdParty;

use crate::shell::Shell;

pub async fn watch_app(shell: &Shell, channel: Channel<AppEvent>) -> Result<AppState> {
    let (state, mut events) = shell.core.watch();
    async_runtime::spawn(async move {
        while let Some(event) = events.recv().await {
            if channel.send(event).is_err() {
                break; // the page is gone
            }
        }
    });
    Ok(state)
}

pub async fn retry_start(shell: &Shell) -> Result<()> {
    shell.retry_start();
    Ok(())
}

pub async fn save_settings(shell: &Shell, settings: Settings) -> Result<()> {
    shell.core.save_settings(settings).await
}

pub async fn open_link(shell: &Shell, link: Link) -> Result<Option<Destination>> {
    shell.core.open_link(&link)
}

pub async fn copy_text(shell: &Shell, text: String) -> Result<()> {
    shell.core.copy_text(&text)
}

pub async fn diagnostics(shell: &Shell) -> Result<Diagnostics> {
    Ok(shell.core.diagnostics())
}

pub async fn third_parties(shell: &Shell) -> Result<Vec<ThirdParty>> {
    shell.licences.parts()
}

pub async fn licence_text(shell: &Shell, part: u32) -> Result<String> {
    shell.licences.text(part as usize)
}
