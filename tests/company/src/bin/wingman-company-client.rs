//! Wingman's way to the network and nothing else of it, in a process of its own: the environment decides about proxies and
//! authorities, and is read once.
//!
//! `wingman-company-client CONFIGURATION TOKEN` asks whose token it is, at the configured host, and prints it, or the
//! error. The proxy's password comes in through standard input.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use secrecy::SecretString;
use serde_json::json;
use wingman_core::config::{BuildDefaults, Config, ConfigSource};
use wingman_core::github::GitHub;
use wingman_core::http::{Http, Limits};
use wingman_core::time::Millis;

#[allow(clippy::print_stdout, reason = "its answer")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().context("the configuration")?;
    let token = SecretString::from(arguments.next().context("the token")?);
    let password = std::io::read_to_string(std::io::stdin())?;
    let password = (!password.is_empty()).then(|| SecretString::from(password));

    let source = ConfigSource { file: Some(file.into()), policy: None, build: BuildDefaults::default() };
    let config = match Config::load(source) {
        Ok(config) => config,
        Err(fault) => {
            println!("{}", json!({ "fault": fault.to_string() }));
            return Ok(());
        }
    };
    let http = Http::over(&config.network, password.as_ref(), Limits::default(), Arc::new(|| Millis(0)))?;
    let github = GitHub::new(http, config.github.host.endpoints, None);
    let told = match github.user(&token).await {
        Ok(user) => json!({ "login": user.login }),
        Err(error) => json!({ "error": error }),
    };
    println!("{told}");
    Ok(())
}
