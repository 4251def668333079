//! The deep link `dev.wingman.desktop://oauth/callback`: from the operating system into the core, past the window.
//!
//! The plugin also emits each URL as an event; the window has no permission to listen to anything, so a code never
//! reaches a page.

use tauri::{AppHandle, Manager as _};
use tauri_plugin_deep_link::DeepLinkExt as _;

use super::window;
use crate::shell::Shell;

/// Takes what started this process, then everything that comes while it runs, and registers the scheme.
pub fn listen(app: &AppHandle) {
    if let Ok(Some(urls)) = app.deep_link().get_current() {
        for url in urls {
            app.state::<Shell>().core.callback(url.as_str());
        }
    }
    let handle = app.clone();
    app.deep_link().on_open_url(move |event| {
        for url in event.urls() {
            handle.state::<Shell>().core.callback(url.as_str());
        }
        window::bring_to_front(&handle);
    });
    // Off the main thread: it runs `xdg-mime`, and on the main thread that delays the first page by half a second.
    let handle = app.clone();
    std::thread::spawn(move || {
        let registered = handle.deep_link().register_all().map_err(|error| error.to_string());
        let registered = registered.and_then(|()| mend_handler(&handle).map_err(|error| error.to_string()));
        if let Err(reason) = registered {
            tracing::warn!(
                reason,
                "the sign-in scheme could not be registered; signing in through the browser may not come back"
            );
        }
    });
}

/// Takes the quotes off the program's path in the handler that the plugin has written: `xdg-open` of Debian 12, where
/// no desktop environment is named (i3, sway, openbox), looks for a program whose name begins with a quote.
fn mend_handler(app: &AppHandle) -> std::io::Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let (Ok(folder), Ok(program)) = (app.path().data_dir(), tauri::utils::platform::current_exe()) else {
        return Ok(());
    };
    let Some(name) = program.file_name() else { return Ok(()) };
    let file = folder.join("applications").join(format!("{}-handler.desktop", name.to_string_lossy()));
    let Some(mended) = without_quotes(&std::fs::read_to_string(&file)?) else { return Ok(()) };
    // Whole or not at all: a browser may be about to read it.
    let part = file.with_extension("part");
    std::fs::write(&part, mended)?;
    std::fs::rename(part, file)
}

/// The entry with an unquoted program, where its path needs no quotes (Desktop Entry Specification, "The Exec key");
/// none where nothing is to be changed.
fn without_quotes(entry: &str) -> Option<String> {
    let line = entry.lines().find(|line| line.starts_with("Exec=\""))?;
    let (path, arguments) = line.strip_prefix("Exec=\"")?.split_once('"')?;
    let plain = path.chars().all(|c| c.is_alphanumeric() || "/._-+@:,".contains(c));
    plain.then(|| entry.replace(line, &format!("Exec={path}{arguments}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_needs_no_quotes_stands_without_them() {
        let entry = "[Desktop Entry]\nName=Wingman\nExec=\"/opt/wingman/wingman\" %u\nTerminal=false\n";
        let mended = without_quotes(entry).expect("it can be mended");
        assert_eq!(
            mended, "[Desktop Entry]\nName=Wingman\nExec=/opt/wingman/wingman %u\nTerminal=false\n",
            "nothing else is touched"
        );
        assert_eq!(without_quotes(&mended), None, "once is enough");
        let spaced = "Exec=\"/home/ada/my apps/wingman\" %u\n";
        assert_eq!(without_quotes(spaced), None, "a path that needs its quotes keeps them");
    }
}
