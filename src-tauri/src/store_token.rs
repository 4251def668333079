//! `wingman --store-runtime-token`: takes the connection token of the configured shared runtime from standard input
//! into the keychain. Never from an argument, which every program on the machine could read.

use std::io::{IsTerminal as _, Read, stdin};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use wingman_core::accounts::{Vault, read_connection_token};
use wingman_core::desktop::Keychain;

use crate::desktop::SystemKeychain;
use crate::start::Start;

/// A keychain may ask its person first.
const FOR_A_PERSON: Duration = Duration::from_mins(2);

/// Stores the token and says on the terminal how it went; never what it was.
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "whoever calls it sits at a terminal, or is a script")]
pub fn store_runtime_token(start: &Start) -> ExitCode {
    if stdin().is_terminal() {
        eprintln!("Paste the connection token and press Enter, then Ctrl-D. It is shown here; a pipe keeps it unseen.");
    }
    match store(start, stdin().lock(), Arc::new(SystemKeychain)) {
        Ok(done) => {
            println!("{done}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("Nothing was stored: {why}.");
            ExitCode::FAILURE
        }
    }
}

fn store(start: &Start, input: impl Read, keychain: Arc<dyn Keychain>) -> Result<String, String> {
    let config = start.config.as_ref().map_err(ToString::to_string)?;
    let Some(at) = config.copilot.runtime.address() else {
        return Err("no shared runtime is configured (runtime = \"tcp://127.0.0.1:PORT\" under [copilot])".to_owned());
    };
    let token = read_connection_token(input).map_err(|why| why.to_string())?;
    let service = config.keychain_service();
    let vault = Vault::new(keychain, service).with_limit(FOR_A_PERSON);
    let tasks = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(|why| why.to_string())?;
    tasks.block_on(vault.store_connection_token(at, token)).map_err(|failure| failure.to_string())?;
    Ok(format!("Stored in the keychain: service {service}, user runtime/{at}."))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use secrecy::{ExposeSecret as _, SecretString};
    use wingman_core::config::{BuildDefaults, Config, ConfigSource, Places};
    use wingman_core::desktop::KeychainFailure;

    use super::*;

    #[derive(Default)]
    struct Drawer(Mutex<Vec<String>>);

    impl Keychain for Drawer {
        fn read(&self, _service: &str, _user: &str) -> Result<Option<SecretString>, KeychainFailure> {
            Ok(None)
        }

        fn write(&self, service: &str, user: &str, secret: &SecretString) -> Result<(), KeychainFailure> {
            let entry = format!("{service} {user} {}", secret.expose_secret());
            self.0.lock().map(|mut entries| entries.push(entry)).map_err(|_| KeychainFailure::Absent)
        }

        fn delete(&self, _service: &str, _user: &str) -> Result<(), KeychainFailure> {
            Ok(())
        }
    }

    fn start(text: &str) -> Start {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, text).unwrap();
        let config = Config::load(ConfigSource { file: Some(file), policy: None, build: BuildDefaults::default() });
        let places = Places::of(false).unwrap();
        Start { config, places, runtime: Err(wingman_core::Code::RuntimeMissing.into()) }
    }

    #[test]
    fn the_token_goes_from_standard_input_to_the_keychain_and_is_not_repeated() {
        let drawer = Arc::new(Drawer::default());
        let shared = start("[copilot]\nruntime = \"tcp://127.0.0.1:4100\"");
        let said = store(&shared, &b"hush\n"[..], drawer.clone()).unwrap();
        let entries = drawer.0.lock().unwrap().clone();
        assert_eq!(entries, ["dev.wingman.desktop runtime/127.0.0.1:4100 hush"], "under the server's own address");
        assert!(!said.contains("hush"), "a terminal's history is no place for it: {said}");
    }

    #[test]
    fn nothing_is_stored_that_nobody_would_use() {
        let drawer = Arc::new(Drawer::default());
        for (text, input, why) in [
            ("", "hush", "no shared runtime is configured"),
            ("[copilot]\nruntime = \"tcp://10.0.0.7:1\"", "hush", "2:11"),
            ("[copilot]\nruntime = \"tcp://127.0.0.1:4100\"", "", "nothing came in"),
            ("[copilot]\nruntime = \"tcp://127.0.0.1:4100\"", "a hush", "without spaces"),
        ] {
            let said = store(&start(text), input.as_bytes(), drawer.clone()).unwrap_err();
            assert!(said.contains(why) && !said.contains("hush"), "the person must know why, and no more: {said}");
        }
        assert!(drawer.0.lock().unwrap().is_empty(), "and the keychain was left alone");
    }
}
