//! The desktop around the chat: windows, and what the shell does outside them.

use std::sync::Arc;

use tauri::ipc::Channel;
use wingman_core::chat::ConversationId;
use wingman_core::{Code, Error, Result};

use crate::desktop::state::{DesktopWords, WindowMessage, WindowStart};
use crate::desktop::{surroundings, window};
use crate::shell::Shell;

pub async fn watch_window(shell: &Shell, label: &str, channel: Channel<WindowMessage>) -> Result<WindowStart> {
    // A page that is gone or loaded anew records no keys any more.
    shell.surroundings.record(label, false);
    let conversation = shell.windows.listen(label, Arc::new(move |message| channel.send(message).is_ok()));
    Ok(WindowStart { conversation, desktop: shell.surroundings.state() })
}

pub async fn show_conversation(shell: &Shell, label: &str, conversation: Option<ConversationId>) -> Result<()> {
    shell.windows.show(label, conversation);
    window::looked_at(shell, label);
    Ok(())
}

pub async fn new_window(shell: &Shell, conversation: Option<ConversationId>) -> Result<()> {
    window::open(shell.app(), conversation).map_err(|error| Error::new(Code::WindowFailed).with("reason", error))
}

pub async fn desktop_words(shell: &Shell, words: DesktopWords) -> Result<()> {
    shell.surroundings.say(words);
    Ok(())
}

pub async fn check_desktop(shell: &Shell) -> Result<()> {
    surroundings::check(shell.app()).await;
    Ok(())
}

pub async fn start_at_login(shell: &Shell, on: bool) -> Result<()> {
    let set = surroundings::start_at_login(shell.app(), on).await;
    set.map_err(|error| Error::new(Code::LoginStartFailed).with("reason", error))
}

pub async fn record_shortcut(shell: &Shell, label: &str, recording: bool) -> Result<()> {
    shell.surroundings.record(label, recording);
    Ok(())
}
