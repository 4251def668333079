//! What a person takes out of an answer: its words, and pieces of it as files.

use tauri::async_runtime;
use wingman_core::chat::TurnId;
use wingman_core::{Code, Error, Result, render};

use crate::desktop::files;
use crate::shell::Shell;

pub async fn copy_answer_plain(shell: &Shell, turn: TurnId) -> Result<()> {
    let text = shell.core.chat()?.text(&turn).await?;
    let plain = async_runtime::spawn_blocking(move || render::plain_text(&text)).await;
    shell.core.copy_text(&plain.map_err(|error| failed(&error))?)
}

/// Asks the person where to, and writes the file there. False when they thought better of it.
pub async fn save_code(shell: &Shell, text: String, name: String) -> Result<bool> {
    let Some(path) = files::where_to_save(shell.app(), &file_name(&name)).await else { return Ok(false) };
    let written = async_runtime::spawn_blocking(move || std::fs::write(path, text)).await;
    written.map_err(|error| failed(&error))?.map_err(|error| failed(&error.kind()))?;
    Ok(true)
}

fn failed(reason: &impl ToString) -> Error {
    Error::new(Code::FileFailed).with("reason", reason.to_string())
}

/// A name that names a file and no folder: it comes from an answer.
fn file_name(name: &str) -> String {
    let kept: String = name.chars().filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_')).take(64).collect();
    let kept = kept.trim_start_matches('.');
    if kept.is_empty() { "code.txt".into() } else { kept.into() }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_proposed_name_is_never_a_place() {
        for (name, proposed) in [
            ("code.rs", "code.rs"),
            ("../../.bashrc", "bashrc"),
            ("C:\\a\\b.exe", "Cab.exe"),
            ("", "code.txt"),
            ("....", "code.txt"),
            ("a\u{202e}gpj.exe", "agpj.exe"),
        ] {
            assert_eq!(file_name(name), proposed, "for {name:?}");
        }
    }
}
