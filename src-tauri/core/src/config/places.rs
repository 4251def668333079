//! The folders, by the platform's rules.

use std::path::PathBuf;

use etcetera::BaseStrategy;

/// Where this run keeps things. None of the folders is made here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// What a person writes.
    pub config: PathBuf,
    /// The database.
    pub data: PathBuf,
    /// Logs.
    pub state: PathBuf,
    /// What can be thrown away.
    pub cache: PathBuf,
}

impl Places {
    /// The folders of this person; none when the system names no home folder. A sandboxed run has its own, so that
    /// trying Wingman never touches a real account.
    pub fn of(sandbox: bool) -> Option<Self> {
        let base = etcetera::base_strategy::choose_native_strategy().ok()?;
        Some(Self::under(&base, sandbox))
    }

    /// The configuration file that is read when no other is named. It is the same for every run: only the file itself
    /// can say that the run is sandboxed.
    pub fn config_file() -> Option<PathBuf> {
        Some(Self::of(false)?.config.join("config.toml"))
    }

    /// The admin policy, where only an administrator writes; none where the system has no such place.
    pub fn policy_file() -> Option<PathBuf> {
        #[cfg(target_os = "macos")]
        let folder = Some(PathBuf::from("/Library/Application Support/dev.wingman.desktop"));
        // Not by the environment, which a person sets.
        #[cfg(windows)]
        let folder = known_folders::get_known_folder_path(known_folders::KnownFolder::ProgramData)
            .map(|folder| folder.join("Wingman"));
        #[cfg(not(any(target_os = "macos", windows)))]
        let folder = Some(PathBuf::from("/etc/wingman"));
        Some(folder?.join("policy.toml"))
    }

    fn under(base: &impl BaseStrategy, sandbox: bool) -> Self {
        let name = match (cfg!(target_os = "linux"), sandbox) {
            (true, false) => "wingman",
            (true, true) => "wingman-sandbox",
            (false, false) => "dev.wingman.desktop",
            (false, true) => "dev.wingman.desktop.sandbox",
        };
        let cache = base.cache_dir().join(name);
        // A roaming profile is copied over the network at each log-in: no place for a database.
        let data = if cfg!(windows) { cache.join("data") } else { base.data_dir().join(name) };
        let state = base.state_dir().map_or_else(|| data.join("state"), |folder| folder.join(name));
        Self { config: base.config_dir().join(name), data, state, cache }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_sandboxed_run_shares_no_folder_with_the_real_one() {
        let base = etcetera::base_strategy::Xdg::new().unwrap();
        let real = Places::under(&base, false);
        let sandbox = Places::under(&base, true);
        assert!(real.data.ends_with("wingman") && real.state.ends_with("wingman"), "named after the program");
        assert!(sandbox.data.ends_with("wingman-sandbox"), "the sandbox has its own");
        for folder in [&sandbox.config, &sandbox.data, &sandbox.state, &sandbox.cache] {
            for real in [&real.config, &real.data, &real.state, &real.cache] {
                assert!(!folder.starts_with(real), "{} must not lie in a real folder", folder.display());
            }
        }
        assert_ne!(real.state, real.data, "logs lie apart from the database");
    }
}
