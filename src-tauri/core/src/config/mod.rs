//! What may be configured, and who wins: built-in defaults, then the client that was built in, then the person's file,
//! and above all of it the admin policy of the computer.
//!
//! A file that cannot be used whole is not used at all: a half-applied configuration could send a person to another
//! host than they were promised. Knows `github` for what a host is.

mod check;
mod fault;
mod file;
mod models;
mod network;
mod places;
mod policy;
mod runtime_at;
mod ways;

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use serde::Serialize;
use ts_rs::TS;
use url::Url;

pub use fault::ConfigFault;
pub use models::AllowedModels;
pub use places::Places;
pub use policy::{Managed, Rule};
pub use runtime_at::RuntimeAt;
pub use ways::Way;

use check::CheckedHost;

use crate::github::{Endpoints, Host, Requirement};
use crate::http::Network;

/// Where the configuration comes from. What is in the environment was read by the shell before any thread started.
#[derive(Debug, Default)]
pub struct ConfigSource {
    /// The file; none where there is none. A file that is named must be there.
    pub file: Option<PathBuf>,
    /// The admin policy; none where there is none.
    pub policy: Option<PathBuf>,
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
    /// The file that `WINGMAN_CONFIG` names, else the usual one where there is one; the computer's policy, or where it
    /// has none the one that `WINGMAN_POLICY` names; with what was built in.
    pub fn find(named: Option<PathBuf>, policy: Option<PathBuf>) -> Self {
        // A file that is there and cannot be read is named too, so that it is a fault and not a default.
        let usual = || Places::config_file().filter(|file| !matches!(file.try_exists(), Ok(false)));
        let policy = policy::find(Places::policy_file(), policy);
        Self { file: named.or_else(usual), policy, build: BuildDefaults::compiled() }
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

/// How long an outage of GitHub locks nobody out who was inside, unless told otherwise.
const GRACE: Duration = Duration::from_hours(72);

/// How long nothing may come of an answer, unless told otherwise.
const SILENCE: Duration = Duration::from_mins(2);

/// Everything that is configured, checked.
#[derive(Debug)]
pub struct Config {
    /// The file it was read from.
    pub file: Option<PathBuf>,
    /// Where people sign in.
    pub github: GitHubConfig,
    /// Where and how they chat.
    pub copilot: CopilotConfig,
    /// How the network is reached.
    pub network: Network,
    /// The organisations that an account must be in.
    pub organization: Requirement,
    /// How long people who were found inside go on while GitHub cannot be asked.
    pub grace: Duration,
    /// The ways in which people may sign in; at least one.
    pub ways: Vec<Way>,
    /// Chats in which nothing was said for so many days are deleted.
    pub retention: Option<u16>,
    /// The chats of an account are deleted when it signs out, whatever the person set.
    pub delete_on_sign_out: bool,
    /// Nothing is kept beyond this run: neither chats nor sign-ins.
    pub memory_only: bool,
    /// What an organisation decides here, where it does.
    pub managed: Option<Managed>,
    /// This run talks to a local stand-in: it has folders and a keychain service of its own.
    pub sandbox: bool,
}

/// Where people sign in.
#[derive(Debug)]
pub struct GitHubConfig {
    /// Where *Sign in with GitHub* goes.
    pub host: HostConfig,
    /// Other hosts that something is configured for.
    pub others: Vec<HostConfig>,
    /// These are all there are: a policy names them.
    pub closed: bool,
    /// What a sign-in asks for.
    pub scopes: Vec<String>,
}

/// One host: its addresses and the OAuth client registered there.
#[derive(Clone, Debug)]
pub struct HostConfig {
    /// The host, with its addresses.
    pub endpoints: Endpoints,
    /// The OAuth client registered at that host; without one nobody can sign in through the browser or with a code
    /// (`ClientMissing`).
    pub client: Option<OAuthClient>,
}

impl GitHubConfig {
    /// What is configured for this host, if anything is.
    pub fn at(&self, host: &Host) -> Option<&HostConfig> {
        self.all().find(|known| known.endpoints.host() == host)
    }

    /// Every host that something is configured for; where *Sign in with GitHub* goes comes first.
    pub fn all(&self) -> impl Iterator<Item = &HostConfig> {
        std::iter::once(&self.host).chain(&self.others)
    }
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
    /// That model is a policy's.
    pub model_decided: bool,
    /// The models that may be used.
    pub models: AllowedModels,
    /// Where the runtime is.
    pub runtime: RuntimeAt,
    /// Who puts the token into a request of the runtime in this process.
    pub handover: Handover,
    /// How long nothing may come of an answer before it is given up.
    pub silence: Duration,
    /// Development: stands in for the endpoint that an account's record names.
    pub api_url: Option<Url>,
    /// Development: where the Copilot runtime is.
    pub runtime_dir: Option<PathBuf>,
}

/// Who puts the token into a Copilot request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
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
        let ConfigSource { file: path, policy, build } = source;
        // Whoever must mend it hears of it first: the person's own file may be in order.
        let policy = policy.as_deref().map(policy::read).transpose()?;
        let mut file = match &path {
            Some(path) => file::read(path)?,
            None => file::Checked::default(),
        };
        let mut closed = false;
        let mut managed = None;
        let mut ways = Way::ALL.to_vec();
        let mut models = AllowedModels::default();
        let mut model_decided = false;
        let mut retention = None;
        let mut delete_on_sign_out = false;
        let mut network = None;
        if let Some(policy) = policy {
            if let Some((host, others)) = policy.hosts {
                // Whole: an address or a client of the person's beside the policy's host would take its tokens.
                (file.host, file.others, file.copilot_api_url) = (host, others, policy.copilot_api_url);
                // What was a sandbox for the person's stand-in is none for the policy's host.
                file.sandbox = false;
                closed = true;
            }
            file.scopes = policy.scopes.or(file.scopes);
            file.organization = policy.organization.unwrap_or(file.organization);
            file.grace = policy.grace.or(file.grace);
            model_decided = policy.model.is_some();
            file.model = policy.model.or(file.model);
            // Who hands the token over is decided for a runtime in this process; a shared one of the person's own
            // would get it all the same.
            let here = policy.handover.map(|_| RuntimeAt::InProcess);
            file.runtime = policy.runtime.or(here).unwrap_or(file.runtime);
            file.handover = policy.handover.unwrap_or(file.handover);
            ways = policy.ways.unwrap_or(ways);
            models = policy.models.unwrap_or(models);
            retention = policy.retention;
            delete_on_sign_out = policy.delete_on_sign_out;
            file.memory_only = policy.memory_only.unwrap_or(file.memory_only);
            network = Some(policy.network);
            managed = Some(policy.managed).filter(|managed| !managed.rules.is_empty());
        }
        // Tokens of a stand-in must never lie under the names of real accounts, said or not.
        let sandbox = file.sandbox || file.host.is_local();

        let mut built_in = build.client_id.map(|id| OAuthClient { id, secret: build.client_secret });
        let mut configured = |host: CheckedHost| {
            let stands_for_itself = host.stand_in.is_none();
            let endpoints = match host.stand_in {
                Some((web, api)) => Endpoints::stand_in(&host.host, web, api),
                None => Endpoints::of(&host.host),
            };
            // A client is registered at one host, id and secret together: the built-in one serves no other host, and
            // its secret no other id.
            let client = match host.client {
                None if stands_for_itself && host.host == Host::github_com() => built_in.take(),
                client => client,
            };
            HostConfig { endpoints, client }
        };
        let host = configured(file.host);
        let mut others: Vec<HostConfig> = file.others.into_iter().map(&mut configured).collect();
        // Not beside a stand-in: nothing of it goes to the real one.
        if !sandbox
            && !closed
            && host.endpoints.host() != &Host::github_com()
            && !others.iter().any(|other| *other.endpoints.host() == Host::github_com())
        {
            others.push(configured(CheckedHost::new(Host::github_com())));
        }
        Ok(Self {
            file: path,
            github: GitHubConfig {
                host,
                others,
                closed,
                scopes: file.scopes.unwrap_or_else(|| vec!["read:user".to_owned(), "read:org".to_owned()]),
            },
            copilot: CopilotConfig {
                model: file.model.unwrap_or_else(|| "auto".to_owned()),
                model_decided,
                models,
                runtime: file.runtime,
                handover: file.handover,
                silence: file.silence.map_or(SILENCE, |seconds| Duration::from_secs(seconds.into())),
                api_url: file.copilot_api_url,
                runtime_dir: file.runtime_dir,
            },
            network: file.network.under(network).network()?,
            organization: file.organization,
            grace: file.grace.map_or(GRACE, |hours| Duration::from_hours(hours.into())),
            ways,
            retention,
            delete_on_sign_out,
            memory_only: file.memory_only,
            managed,
            sandbox,
        })
    }

    /// The keychain service that holds this run's secrets.
    pub const fn keychain_service(&self) -> &'static str {
        if self.sandbox { "dev.wingman.desktop.sandbox" } else { "dev.wingman.desktop" }
    }
}

#[cfg(test)]
mod network_tests;
#[cfg(test)]
mod tests;
