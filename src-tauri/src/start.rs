//! What is known before the first thread: the configuration, the folders, and where the Copilot runtime is.

use std::path::PathBuf;

use wingman_core::app::handover;
use wingman_core::config::{Config, ConfigFault, ConfigSource, Places};
use wingman_core::copilot::{Runtime, RuntimePlaces};
use wingman_core::licences::Licences;

use crate::environment;

/// Everything that must be settled before a thread exists.
pub struct Start {
    /// The configuration, or why it cannot be used; the window says so.
    pub config: Result<Config, ConfigFault>,
    /// Wingman's folders.
    pub places: Places,
    /// The runtime's library, or where it was looked for.
    pub runtime: wingman_core::Result<Runtime>,
    /// The licences of what others made.
    pub licences: Licences,
}

impl Start {
    /// Reads the configuration and looks for the runtime; starts nothing. None when the system names no home folder.
    pub fn read() -> Option<Self> {
        let named = std::env::var_os("WINGMAN_CONFIG").map(PathBuf::from);
        let policy = std::env::var_os("WINGMAN_POLICY").map(PathBuf::from);
        let config = Config::load(ConfigSource::find(named, policy));
        let places = Places::of(config.as_ref().is_ok_and(|config| config.sandbox))?;
        let configured = config.as_ref().ok().and_then(|config| config.copilot.runtime_dir.clone());
        let shipped = runtime_places(configured);
        let runtime = Runtime::find(&shipped);
        Some(Self { config, places, runtime, licences: Licences::at(&shipped) })
    }

    /// Takes out of the environment what could redirect a token, and puts in what the runtime needs.
    ///
    /// Must be called while there is a single thread.
    pub fn clean_environment(&self) {
        let handover = self.config.as_ref().map(handover).unwrap_or_default();
        environment::clean(self.runtime.as_ref().ok(), &self.places, &handover);
    }
}

/// The product's name in `tauri.conf.json`, by which a package on Linux names the folder of what lies beside the program.
const PRODUCT: &str = "Wingman";

/// Where the runtime may be: the configured folder, beside the program, the bundle's resources, a checkout's `target`.
fn runtime_places(configured: Option<PathBuf>) -> RuntimePlaces {
    let executable = std::env::current_exe().ok().and_then(|program| program.parent().map(PathBuf::from));
    let resources = executable.as_ref().map(|folder| {
        if cfg!(target_os = "macos") { folder.join("../Resources") } else { folder.join("../lib").join(PRODUCT) }
    });
    // `target/debug/wingman` of a checkout.
    let checkout = executable.as_ref().and_then(|folder| folder.ancestors().nth(2).map(PathBuf::from));
    RuntimePlaces { configured, executable, resources, checkout }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_s_resources_are_looked_for_where_it_puts_them() {
        let config: serde_json::Value = serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
        assert_eq!(config["productName"], PRODUCT, "an installed Wingman would not find its runtime");
        let resources = runtime_places(None).resources.expect("this program lies in a folder");
        let expected = if cfg!(target_os = "macos") { "../Resources" } else { "../lib/Wingman" };
        assert!(resources.ends_with(expected), "{} is not {expected}", resources.display());
    }
}
