//! The log: our own messages only, in one file that starts over when it grows.
//!
//! Other crates are left out because some of them print URLs, and a callback's URL holds a code.

use std::fs::{self, OpenOptions};
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;
use wingman_core::config::Places;

/// Past this size the log starts over.
const LARGEST: u64 = 2 * 1024 * 1024;

/// Starts logging into the state folder; without a writable folder there is no log, and Wingman runs all the same.
pub fn begin(places: &Places) {
    let file = places.state.join("wingman.log");
    let too_large = fs::metadata(&file).is_ok_and(|found| found.len() > LARGEST);
    let opened = fs::create_dir_all(&places.state)
        .and_then(|()| OpenOptions::new().create(true).write(true).append(!too_large).truncate(too_large).open(&file));
    if let Ok(opened) = opened {
        let ours = EnvFilter::new("off,wingman=info,wingman_core=info");
        // A second subscriber in one process is a test's business; the first stays.
        let _ =
            tracing_subscriber::fmt().with_env_filter(ours).with_ansi(false).with_writer(Mutex::new(opened)).try_init();
    }
}
