//! What may be configured, and who wins: built-in defaults, then the client that was built in, then the file.
//!
//! A file that cannot be used whole is not used at all: a half-applied configuration could send a person to another
//! host than they were promised. Knows `github` for what a host is. (An admin policy above all of it and the settings
//! of a person are layers to come; both end up in [`Config`].)

mod fault;
mod file;
mod places;

use std::path::PathBuf;

use secrecy::SecretString;
use url::Url;

pub use fault::ConfigFault;
pub use places::Places;

use crate::github::{Endpoints, Host};

/// Where the configuration comes from. What is in the environment was read by the shell before any thread started.
#[derive(Debug, Default)]
pub struct ConfigSource {
    /// The file; none where there is none. A file that is named must be there.
    pub file: Option<PathBuf>,
    /// What was built in.
    pub build: BuildDefaults,
}

/// The OAuth client that this build carries, registered at github.com.
#[derive(Debug, Default)]
pub struct BuildDefaults {
    /// Its id.
    pub client_id: Option<String>,
    /// Its secret, where it has one.
    pub client_secret: Option<SecretString>,
}

impl ConfigSource {
    /// The file that `WINGMAN_CONFIG` names, else the usual one where there is one; with what was built in.
    pub fn find(named: Option<PathBuf>) -> Self {
        // A file that is there and cannot be read is named too, so that it is a fault and not a default.
        let usual = || Places::config_file().filter(|file| !matches!(file.try_exists(), Ok(false)));
        Self { file: named.or_else(usual), build: BuildDefaults::compiled() }
    }
}

impl BuildDefaults {
    /// From `WINGMAN_CLIENT_ID` and `WINGMAN_CLIENT_SECRET` as they stood when this was compiled.
    pub fn compiled() -> Self {
        let set = |value: Option<&'static str>| value.filter(|value| !value.is_empty());
        Self {
            client_id: set(option_env!("WINGMAN_CLIENT_ID")).map(str::to_owned),
            client_secret: set(option_env!("WINGMAN_CLIENT_SECRET")).map(SecretString::from),
        }
    }
}

/// Everything that is configured, checked.
#[derive(Debug)]
pub struct Config {
    /// The file it was read from.
    pub file: Option<PathBuf>,
    /// Where people sign in.
    pub github: GitHubConfig,
    /// Where and how they chat.
    pub copilot: CopilotConfig,
    /// This run talks to a local stand-in: it has folders and a keychain service of its own.
    pub sandbox: bool,
}

/// Where people sign in.
#[derive(Debug)]
pub struct GitHubConfig {
    /// The host, with its addresses.
    pub endpoints: Endpoints,
    /// The OAuth client registered at that host; without one nobody can sign in (`ClientMissing`).
    pub client: Option<OAuthClient>,
    /// What a sign-in asks for.
    pub scopes: Vec<String>,
}

/// An OAuth App or GitHub App as it is registered at one host.
#[derive(Clone, Debug)]
pub struct OAuthClient {
    /// Public.
    pub id: String,
    /// Public by nature in a program that people install; still never printed.
    pub secret: Option<SecretString>,
}

/// Where and how people chat.
#[derive(Debug)]
pub struct CopilotConfig {
    /// The model of a new chat; `auto` leaves it to the account's list.
    pub model: String,
    /// Who puts the token into a request.
    pub handover: Handover,
    /// Development: stands in for the endpoint that an account's record names.
    pub api_url: Option<Url>,
    /// Development: where the Copilot runtime is.
    pub runtime_dir: Option<PathBuf>,
}

/// Who puts the token into a Copilot request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Handover {
    /// Our request handler; the runtime never sees a token.
    #[default]
    Door,
    /// The runtime, which is given the token: the published guide's way.
    Sdk,
}

impl Config {
    /// Reads and checks everything.
    pub fn load(source: ConfigSource) -> Result<Self, ConfigFault> {
        let ConfigSource { file: path, build } = source;
        let file = match &path {
            Some(path) => file::read(path)?,
            None => file::Checked::default(),
        };
        let host = file.host.unwrap_or_else(Host::github_com);
        // A client is registered at one host, id and secret together: the built-in one serves no other host, and its
        // secret no other id.
        let client = match (file.client_id, build.client_id) {
            (Some(id), _) => Some(OAuthClient { id, secret: file.client_secret }),
            (None, Some(id)) if host == Host::github_com() && file.stand_in.is_none() => {
                Some(OAuthClient { id, secret: build.client_secret })
            }
            (None, _) => None,
        };
        let endpoints = match file.stand_in {
            Some((web, api)) => Endpoints::stand_in(&host, web, api),
            None => Endpoints::of(&host),
        };
        Ok(Self {
            file: path,
            github: GitHubConfig {
                endpoints,
                client,
                scopes: file.scopes.unwrap_or_else(|| vec!["read:user".to_owned(), "read:org".to_owned()]),
            },
            copilot: CopilotConfig {
                model: file.model.unwrap_or_else(|| "auto".to_owned()),
                handover: file.handover,
                api_url: file.copilot_api_url,
                runtime_dir: file.runtime_dir,
            },
            sandbox: file.sandbox,
        })
    }

    /// The keychain service that holds this run's secrets.
    pub const fn keychain_service(&self) -> &'static str {
        if self.sandbox { "dev.wingman.desktop.sandbox" } else { "dev.wingman.desktop" }
    }
}

#[cfg(test)]
mod tests;
