//! The process's environment, put in order before any thread starts. The only `unsafe` of Wingman stands here.

use std::path::PathBuf;

use wingman_core::config::Places;
use wingman_core::copilot::{self, Runtime};

/// Removes every variable that could redirect a token or switch telemetry on, then sets what the runtime needs.
pub fn clean(runtime: Option<&Runtime>, places: &Places) {
    let ambient: Vec<_> = std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| name.to_str().is_some_and(copilot::is_ambient))
        .collect();
    let needed = runtime.map(|runtime| runtime.environment(&places.cache)).unwrap_or_default();
    for name in ambient {
        remove(&name);
    }
    for (name, value) in needed {
        set(&name, &value);
    }
}

#[allow(unsafe_code, reason = "the one place; see the comment")]
fn remove(name: &std::ffi::OsStr) {
    // SAFETY: `main` calls this before it starts anything, so no other thread can read the environment meanwhile.
    unsafe { std::env::remove_var(name) }
}

#[allow(unsafe_code, reason = "the one place; see the comment")]
fn set(name: &str, value: &std::ffi::OsStr) {
    // SAFETY: as above.
    unsafe { std::env::set_var(name, value) }
}

/// Where the runtime may be: the configured folder, beside the program, the bundle's resources, a checkout's `target`.
pub fn runtime_folders(configured: Option<PathBuf>) -> Vec<PathBuf> {
    if let Some(folder) = configured {
        return vec![folder];
    }
    let mut folders = Vec::new();
    if let Some(beside) = std::env::current_exe().ok().and_then(|program| program.parent().map(PathBuf::from)) {
        folders.push(beside.clone());
        folders.push(beside.join("../lib/wingman"));
        folders.push(beside.join("../Resources"));
        // `target/debug/wingman` of a checkout.
        folders.push(beside.join("../runtime").join(copilot::RUNTIME_VERSION));
    }
    folders
}
