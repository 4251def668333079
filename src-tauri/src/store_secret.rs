//! `wingman --store-runtime-token` and `wingman --store-proxy-password`: take the connection token of the configured
//! shared runtime, or the password of the configured proxy, from standard input into the keychain. Never from an
//! argument, which every program on the machine could read.

use std::ffi::OsStr;
use std::io::{IsTerminal as _, Read, stdin};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use wingman_core::accounts::{HandedIn, Vault};
use wingman_core::desktop::Keychain;

use crate::desktop::SystemKeychain;
use crate::start::Start;

/// A keychain may ask its person first.
const FOR_A_PERSON: Duration = Duration::from_mins(2);

/// What an argument asks to be stored.
pub fn asked_for(argument: &OsStr) -> Option<HandedIn> {
    match argument.to_str()? {
        "--store-runtime-token" => Some(HandedIn::ConnectionToken),
        "--store-proxy-password" => Some(HandedIn::ProxyPassword),
        _ => None,
    }
}

/// Stores the secret and says on the terminal how it went; never what it was.
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "whoever calls it sits at a terminal, or is a script")]
pub fn store_secret(start: &Start, what: HandedIn) -> ExitCode {
    if stdin().is_terminal() {
        let name = match what {
            HandedIn::ConnectionToken => "connection token",
            HandedIn::ProxyPassword => "proxy's password",
        };
        eprintln!("Paste the {name} and press Enter, then Ctrl-D. It is shown here; a pipe keeps it unseen.");
    }
    match store(start, what, stdin().lock(), Arc::new(SystemKeychain)) {
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

fn store(start: &Start, what: HandedIn, input: impl Read, keychain: Arc<dyn Keychain>) -> Result<String, String> {
    let config = start.config.as_ref().map_err(ToString::to_string)?;
    let (entry, missing) = match what {
        HandedIn::ConnectionToken => (
            config.copilot.runtime.address().map(Vault::connection_entry),
            "no shared runtime is configured (runtime = \"tcp://127.0.0.1:PORT\" under [copilot])",
        ),
        HandedIn::ProxyPassword => (
            config.network.keychain_user(),
            "no proxy with a name is configured (proxy and proxy_user under [network])",
        ),
    };
    let entry = entry.ok_or(missing)?;
    let secret = what.read(input).map_err(|why| why.to_string())?;
    let service = config.keychain_service();
    let vault = Vault::new(keychain, service).with_limit(FOR_A_PERSON);
    let tasks = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(|why| why.to_string())?;
    tasks.block_on(vault.store_handed_in(&entry, secret)).map_err(|failure| failure.to_string())?;
    Ok(format!("Stored in the keychain: service {service}, user {entry}."))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use secrecy::{ExposeSecret as _, SecretString};
    use wingman_core::config::{BuildDefaults, Config, ConfigSource, Places};
    use wingman_core::desktop::KeychainFailure;

    use super::*;
    use wingman_core::copilot::RuntimePlaces;
    use wingman_core::licences::Licences;

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
        Start {
            config,
            places,
            runtime: Err(wingman_core::Code::RuntimeMissing.into()),
            licences: Licences::at(&RuntimePlaces::default()),
        }
    }

    #[test]
    fn a_secret_goes_from_standard_input_to_the_keychain_and_is_not_repeated() {
        let drawer = Arc::new(Drawer::default());
        let configured = start(
            "[copilot]\nruntime = \"tcp://127.0.0.1:4100\"\n[network]\nproxy = \"http://proxy.example:8080\"\n\
             proxy_user = \"ada\"",
        );
        for what in [HandedIn::ConnectionToken, HandedIn::ProxyPassword] {
            let said = store(&configured, what, &b"hush\n"[..], drawer.clone()).unwrap();
            assert!(!said.contains("hush"), "a terminal's history is no place for it: {said}");
        }
        let entries = drawer.0.lock().unwrap().clone();
        let expected = [
            "dev.wingman.desktop runtime/127.0.0.1:4100 hush",
            "dev.wingman.desktop proxy/ada@proxy.example:8080 hush",
        ];
        assert_eq!(entries, expected, "each under the address of whoever asks for it");
    }

    #[test]
    fn nothing_is_stored_that_nobody_would_use() {
        let drawer = Arc::new(Drawer::default());
        let (token, password) = (HandedIn::ConnectionToken, HandedIn::ProxyPassword);
        for (what, text, input, why) in [
            (token, "", "hush", "no shared runtime is configured"),
            (token, "[copilot]\nruntime = \"tcp://10.0.0.7:1\"", "hush", "2:11"),
            (token, "[copilot]\nruntime = \"tcp://127.0.0.1:4100\"", "", "nothing came in"),
            (token, "[copilot]\nruntime = \"tcp://127.0.0.1:4100\"", "a hush", "without spaces"),
            (password, "[network]\nproxy = \"http://proxy.example:8080\"", "hush", "no proxy with a name"),
            (password, "[network]\nproxy = \"http://ada:hush@proxy.example:8080\"", "hush", "2:9"),
        ] {
            let said = store(&start(text), what, input.as_bytes(), drawer.clone()).unwrap_err();
            assert!(said.contains(why) && !said.contains("hush"), "the person must know why, and no more: {said}");
        }
        assert!(drawer.0.lock().unwrap().is_empty(), "and the keychain was left alone");
    }
}
