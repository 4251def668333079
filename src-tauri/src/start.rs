//! What is known before the first thread: the configuration, the folders, and where the Copilot runtime is.

use std::path::PathBuf;

use wingman_core::config::{BuildDefaults, Config, ConfigFault, ConfigSource, Places};
use wingman_core::copilot::Runtime;

use crate::environment;

/// Everything that must be settled before a thread exists.
pub struct Start {
    /// The configuration, or why it cannot be used; the window says so.
    pub config: Result<Config, ConfigFault>,
    /// Wingman's folders.
    pub places: Places,
    /// The runtime's library, or where it was looked for.
    pub runtime: wingman_core::Result<Runtime>,
}

impl Start {
    /// Reads the configuration and looks for the runtime; starts nothing.
    pub fn read() -> Self {
        let named = std::env::var_os("WINGMAN_CONFIG").map(PathBuf::from);
        let build = BuildDefaults {
            client_id: option_env!("WINGMAN_CLIENT_ID").map(str::to_owned),
            client_secret: option_env!("WINGMAN_CLIENT_SECRET").map(Into::into),
        };
        let config = Config::load(&ConfigSource { file: named, build });
        let places = Places::of(config.as_ref().is_ok_and(Config::is_sandbox));
        let configured = config.as_ref().ok().and_then(|config| config.copilot.runtime_dir.clone());
        let runtime = Runtime::find(&environment::runtime_folders(configured));
        Self { config, places, runtime }
    }

    /// Takes out of the environment what could redirect a token, and puts in what the runtime needs.
    ///
    /// Must be called while there is a single thread.
    pub fn clean_environment(&self) {
        environment::clean(self.runtime.as_ref().ok(), &self.places);
    }
}
