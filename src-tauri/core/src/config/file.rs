//! A person's configuration file: its keys, and the check of each value.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;
use url::Url;

use super::check::{self, CheckedHost, Checker, GitHub, History, Organization, OtherHost};
use super::network::{Said, Written};
use super::{ConfigFault, Handover, RuntimeAt};
use crate::github::{Host, Requirement};

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    github: GitHub,
    hosts: BTreeMap<Spanned<String>, OtherHost>,
    organization: Organization,
    copilot: Copilot,
    history: History,
    network: Written,
    sandbox: Sandbox,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Copilot {
    model: Option<Spanned<String>>,
    runtime: Option<Spanned<String>>,
    handover: Option<Spanned<String>>,
    silence_seconds: Option<Spanned<i64>>,
    api_url: Option<Spanned<String>>,
    runtime_dir: Option<Spanned<PathBuf>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Sandbox {
    enabled: Option<bool>,
}

/// The file's values, checked.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) host: CheckedHost,
    pub(super) others: Vec<CheckedHost>,
    pub(super) scopes: Option<Vec<String>>,
    pub(super) model: Option<String>,
    pub(super) runtime: RuntimeAt,
    pub(super) handover: Handover,
    /// In seconds.
    pub(super) silence: Option<u16>,
    pub(super) organization: Requirement,
    /// In hours.
    pub(super) grace: Option<u16>,
    pub(super) copilot_api_url: Option<Url>,
    pub(super) runtime_dir: Option<PathBuf>,
    pub(super) memory_only: bool,
    pub(super) network: Said,
    /// Said outright; a host on this machine makes a sandbox, too.
    pub(super) sandbox: bool,
}

impl Default for Checked {
    fn default() -> Self {
        Self {
            host: CheckedHost::new(Host::github_com()),
            others: Vec::new(),
            scopes: None,
            model: None,
            runtime: RuntimeAt::default(),
            handover: Handover::default(),
            silence: None,
            organization: Requirement::default(),
            grace: None,
            copilot_api_url: None,
            runtime_dir: None,
            memory_only: false,
            network: Said::default(),
            sandbox: false,
        }
    }
}

pub(super) fn read(path: &Path) -> Result<Checked, ConfigFault> {
    parse(path, &check::read(path)?)
}

/// Reads the text of `path`, which is named in faults only.
pub(super) fn parse(path: &Path, text: &str) -> Result<Checked, ConfigFault> {
    let File { mut github, hosts, organization, copilot, history, network, sandbox } = check::tables(path, text)?;
    let checker = Checker { path, text };
    let grace = organization.grace_hours.as_ref().map(|value| checker.grace(value)).transpose()?;
    let organization = checker.organization(organization.required, organization.r#match.as_ref())?;
    let scopes = github.scopes.take().map(|value| checker.scopes(value)).transpose()?;
    let (host, others) = checker.hosts(github, hosts)?;
    let runtime = copilot.runtime.map(|value| checker.runtime(&value)).transpose()?.unwrap_or_default();
    Ok(Checked {
        host,
        others,
        scopes,
        model: copilot.model.map(|value| checker.word(value, "a model's id, or \"auto\"")).transpose()?,
        runtime,
        handover: checker.handover(copilot.handover, Some(runtime))?.unwrap_or_default(),
        silence: copilot.silence_seconds.as_ref().map(|value| checker.silence(value)).transpose()?,
        organization,
        grace,
        copilot_api_url: copilot.api_url.as_ref().map(|value| checker.address(value)).transpose()?,
        runtime_dir: copilot.runtime_dir.map(|value| checker.folder(value)).transpose()?,
        memory_only: history.memory_only.unwrap_or_default(),
        network: checker.network(network)?,
        sandbox: sandbox.enabled.unwrap_or_default(),
    })
}
