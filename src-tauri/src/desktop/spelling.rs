//! Has WebKitGTK check what is typed. It can, with the dictionaries of the system, and does not until it is told to and in
//! which languages. Whether a text is checked is then said by the page, with its `spellcheck`.

use tauri::WebviewWindow;
use webkit2gtk::{WebContextExt as _, WebViewExt as _, glib};

/// Beside the person's own: what most names of things in software are in. Without a dictionary it is passed over.
const ENGLISH: &str = "en_US";

/// Switches the checking on for this window.
pub fn enable(window: &WebviewWindow) {
    let told = window.with_webview(|view| {
        let Some(context) = view.inner().context() else { return };
        let known = glib::language_names();
        let own = known.iter().map(glib::GString::as_str);
        let mut languages: Vec<&str> = own.filter(|name| *name != "C" && !name.contains('.')).collect();
        languages.push(ENGLISH);
        context.set_spell_checking_languages(&languages);
        context.set_spell_checking_enabled(true);
    });
    if let Err(error) = told {
        tracing::warn!(%error, "spelling is not checked in this window");
    }
}
