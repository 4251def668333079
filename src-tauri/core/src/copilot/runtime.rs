//! Which Copilot runtime is used. The one of this process: where its library is looked for, and what the process
//! environment must say before it is loaded. Knows files only; whoever starts the process sets the environment.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use url::Url;

use crate::error::{Code, Error, Result};

/// The runtime that the SDK crate is paired with; another version is another protocol.
pub const RUNTIME_VERSION: &str = "1.0.102";

/// The one file of the runtime that chat in this process needs.
pub const RUNTIME_FILE: &str = "runtime.node";

/// How an account's token gets to where it is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Handover {
    /// The runtime holds a placeholder; our request handler puts the token in, request by request.
    #[default]
    Door,
    /// The published guide's way: the token is given to the client. The runtime looks the account up itself, at one
    /// host for the whole process, so only accounts of the configured host can be used.
    Sdk(SdkHost),
    /// The runtime is a server that a company shares: each of its sessions is given the token of its account.
    Shared(SharedRuntime),
}

/// A Copilot server that many share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedRuntime {
    /// On this machine: the server's, or that of the tunnel to it.
    pub address: SocketAddr,
    /// `github.com` or a tenant's own: the one host whose accounts may be handed to it.
    pub host: String,
}

impl Handover {
    /// The one host whose accounts can be used, where the runtime itself looks accounts up.
    pub(super) fn only_host(&self) -> Option<&str> {
        match self {
            Self::Door => None,
            Self::Sdk(sdk) => Some(&sdk.host),
            Self::Shared(shared) => Some(&shared.host),
        }
    }
}

/// The one host whose accounts may be handed to the runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SdkHost {
    /// `github.com` or a tenant's own.
    pub host: String,
    /// Where its REST API is, in development.
    pub api_url: Option<Url>,
    /// Where its Copilot API is, in development.
    pub copilot_url: Option<Url>,
}

/// The runtime's library, found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    library: PathBuf,
}

/// The folders in which the runtime is looked for, in this order.
#[derive(Clone, Debug, Default)]
pub struct RuntimePlaces {
    /// `[copilot] runtime_dir`. When it is configured nothing else is looked at: a runtime other than the one asked
    /// for would be a surprise.
    pub configured: Option<PathBuf>,
    /// The folder of the executable.
    pub executable: Option<PathBuf>,
    /// The resources of the bundle.
    pub resources: Option<PathBuf>,
    /// The root of a checkout, in development.
    pub checkout: Option<PathBuf>,
}

impl Runtime {
    /// Looks for the library. `RuntimeMissing` names every path in `looked`.
    pub fn find(places: &RuntimePlaces) -> Result<Self> {
        let mut folders: Vec<PathBuf> = Vec::new();
        if let Some(configured) = &places.configured {
            folders.push(configured.clone());
        } else {
            if let Some(executable) = &places.executable {
                folders.push(executable.clone());
            }
            if let Some(resources) = &places.resources {
                folders.push(resources.join("runtime"));
                folders.push(resources.clone());
            }
            if let Some(checkout) = &places.checkout {
                folders.push(checkout.join("target").join("runtime").join(RUNTIME_VERSION));
            }
        }
        let candidates: Vec<PathBuf> = folders.iter().map(|folder| folder.join(RUNTIME_FILE)).collect();
        // An empty file is what an interrupted download leaves.
        let found = candidates.iter().find(|path| path.metadata().is_ok_and(|it| it.is_file() && it.len() > 0));
        // The SDK takes a relative path from the working directory of the moment it is used.
        if let Some(library) = found {
            Ok(Self { library: std::path::absolute(library).unwrap_or_else(|_| library.clone()) })
        } else {
            let looked: Vec<String> = candidates.iter().map(|path| path.display().to_string()).collect();
            Err(Error::new(Code::RuntimeMissing).with("looked", looked.join(", ")))
        }
    }

    /// The library's path.
    pub fn library(&self) -> &Path {
        &self.library
    }
}

/// What the process environment must say before the runtime is loaded, and before any thread exists: where the
/// library is, and a private folder for the caches that the runtime keeps in clear text (login, plan, device id).
/// Nothing of an account and no secret is in it.
pub fn environment(runtime: &Runtime, private_cache: &Path, handover: &Handover) -> Vec<(String, String)> {
    let cache = private_cache.display().to_string();
    let mut variables = vec![
        ("COPILOT_CLI_PATH".to_owned(), runtime.library.display().to_string()),
        ("COPILOT_CACHE_HOME".to_owned(), cache),
        ("COPILOT_GITHUB_TELEMETRY_DISABLED".to_owned(), "true".to_owned()),
    ];
    if let Handover::Sdk(host) = handover {
        variables.push(("COPILOT_GH_HOST".to_owned(), host.host.clone()));
        if let Some(url) = &host.api_url {
            variables.push(("COPILOT_DEBUG_GITHUB_API_URL".to_owned(), bare(url)));
        }
        if let Some(url) = &host.copilot_url {
            variables.push(("COPILOT_API_URL".to_owned(), bare(url)));
        }
    }
    variables
}

/// Whether a variable belongs to a family that could redirect the runtime or hand it somebody's token. All of these
/// are removed from the environment before [`environment`] is set.
pub fn is_ambient(name: &str) -> bool {
    const FAMILIES: [&str; 4] = ["COPILOT_", "GH_", "GITHUB_", "OTEL_"];
    // Windows compares names without case.
    let name = name.to_ascii_uppercase();
    FAMILIES.iter().any(|family| name.starts_with(family))
}

/// The runtime appends paths as text, so a trailing slash would double.
fn bare(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_runtime_is_an_error_that_names_every_place() {
        let empty = tempfile::tempdir().unwrap();
        let places = RuntimePlaces {
            executable: Some(empty.path().join("bin")),
            checkout: Some(empty.path().join("checkout")),
            ..RuntimePlaces::default()
        };
        let error = Runtime::find(&places).unwrap_err();
        assert_eq!(error.code, Code::RuntimeMissing, "nothing is there to be loaded");
        let looked = &error.params["looked"];
        assert!(looked.contains("bin"), "the person must see that the executable's folder was looked at");
        assert!(looked.contains(RUNTIME_VERSION), "and that a checkout keeps it by version");
    }

    #[test]
    fn the_configured_folder_is_the_only_one_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let (configured, beside) = (folder.path().join("configured"), folder.path().join("beside"));
        std::fs::create_dir_all(&beside).unwrap();
        std::fs::write(beside.join(RUNTIME_FILE), b"library").unwrap();
        let places = RuntimePlaces {
            configured: Some(configured.clone()),
            executable: Some(beside.clone()),
            ..RuntimePlaces::default()
        };
        assert!(Runtime::find(&places).is_err(), "another runtime than the configured one would be a surprise");
        let without = RuntimePlaces { configured: None, ..places };
        let found = Runtime::find(&without).unwrap();
        assert_eq!(found.library(), beside.join(RUNTIME_FILE), "beside the executable comes first otherwise");
    }

    #[test]
    fn an_interrupted_download_is_no_runtime() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(RUNTIME_FILE), b"").unwrap();
        let places = RuntimePlaces { configured: Some(folder.path().to_owned()), ..RuntimePlaces::default() };
        assert!(Runtime::find(&places).is_err(), "an empty file cannot be loaded, so it must not be tried");
    }

    #[test]
    fn ambient_variables_are_known_by_their_family() {
        for name in ["COPILOT_API_URL", "GH_TOKEN", "GITHUB_TOKEN", "OTEL_EXPORTER_OTLP_ENDPOINT", "gh_host"] {
            assert!(is_ambient(name), "{name} could redirect a token");
        }
        for name in ["PATH", "HOME", "HTTPS_PROXY", "GHOST", "MY_GITHUB_TOKEN"] {
            assert!(!is_ambient(name), "{name} is none of the runtime's");
        }
    }

    #[test]
    fn the_environment_redirects_nothing_unless_the_sdk_gets_the_token() {
        let runtime = Runtime { library: PathBuf::from("/somewhere/runtime.node") };
        let names = |handover: &Handover| -> Vec<String> {
            environment(&runtime, Path::new("/cache"), handover).into_iter().map(|(name, _)| name).collect()
        };
        assert!(
            !names(&Handover::Door).iter().any(|name| name.contains("URL") || name.contains("HOST")),
            "through the door an address of the environment would override the account's endpoint"
        );
        let sdk = Handover::Sdk(SdkHost { host: "octo.ghe.com".into(), api_url: None, copilot_url: None });
        assert!(names(&sdk).contains(&"COPILOT_GH_HOST".to_owned()), "the runtime must ask the account's own host");
    }
}
