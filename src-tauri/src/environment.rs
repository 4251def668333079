//! The process's environment, put in order before any thread starts. The only `unsafe` of Wingman stands here.

use std::ffi::OsStr;

use wingman_core::config::Places;
use wingman_core::copilot::{self, Handover, Runtime};

use crate::desktop::window;

/// Removes every variable that could redirect a token or switch telemetry on, then sets what the runtime and the web
/// view need.
pub fn clean(runtime: Option<&Runtime>, places: &Places, handover: &Handover) {
    let ambient: Vec<_> = std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| name.to_str().is_some_and(copilot::is_ambient))
        .collect();
    for name in ambient {
        remove(&name);
    }
    if let Some((name, value)) = window::painting() {
        set(name, value);
    }
    if let Some(runtime) = runtime {
        for (name, value) in copilot::environment(runtime, &places.cache.join("runtime"), handover) {
            set(&name, &value);
        }
    }
}

#[allow(unsafe_code, reason = "the one place; see the comment")]
fn remove(name: &OsStr) {
    // SAFETY: `main` calls this before it starts anything, so no other thread can read the environment meanwhile.
    unsafe { std::env::remove_var(name) }
}

#[allow(unsafe_code, reason = "the one place; see the comment")]
fn set(name: &str, value: &str) {
    // SAFETY: as above.
    unsafe { std::env::set_var(name, value) }
}
