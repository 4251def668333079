//! The admin policy: what a company decides for a computer. It wins over everything that a person configures.
//!
//! A policy that names a host decides about hosts altogether: its hosts, with its clients, are all there are, and
//! nothing that a person configures can send their tokens elsewhere. Like every configuration it is used whole or not
//! at all; a policy that cannot be used stops the start, for without it a person would do what is forbidden.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::Spanned;
use ts_rs::TS;
use url::Url;

use super::check::{self, CheckedHost, Checker, GitHub, History, Organization, OtherHost};
use super::network::{Said, Written};
use super::{AllowedModels, ConfigFault, Handover, RuntimeAt, Way};
use crate::github::Requirement;
use crate::http::Proxy;

/// The longest time that chats can be kept by a rule, in days: ten years.
const LONGEST_RETENTION: i64 = 3650;

/// The longest name of an organisation, in characters.
const LONGEST_NAME: usize = 80;

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    name: Option<Spanned<String>>,
    github: GitHub,
    hosts: BTreeMap<Spanned<String>, OtherHost>,
    organization: Organization,
    sign_in: SignIn,
    copilot: Copilot,
    network: Written,
    retention: Retention,
    history: History,
    updates: Updates,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SignIn {
    ways: Option<Spanned<Vec<String>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Copilot {
    models: Option<Spanned<Vec<String>>>,
    model: Option<Spanned<String>>,
    runtime: Option<Spanned<String>>,
    handover: Option<Spanned<String>>,
    api_url: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Retention {
    days: Option<Spanned<i64>>,
    on_sign_out: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Updates {
    enabled: Option<bool>,
}

/// A policy, checked. What it does not name is none of its business.
#[derive(Debug)]
pub(super) struct Policy {
    pub(super) hosts: Option<(CheckedHost, Vec<CheckedHost>)>,
    pub(super) scopes: Option<Vec<String>>,
    /// Development: of use beside a stand-in for its host only.
    pub(super) copilot_api_url: Option<Url>,
    pub(super) organization: Option<Requirement>,
    /// In hours.
    pub(super) grace: Option<u16>,
    pub(super) ways: Option<Vec<Way>>,
    pub(super) models: Option<AllowedModels>,
    pub(super) model: Option<String>,
    pub(super) runtime: Option<RuntimeAt>,
    pub(super) handover: Option<Handover>,
    pub(super) network: Said,
    pub(super) retention: Option<u16>,
    pub(super) delete_on_sign_out: bool,
    pub(super) memory_only: Option<bool>,
    /// The same for people to read.
    pub(super) managed: Managed,
}

/// What an organisation manages on this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Managed {
    /// The organisation's name, where its policy says it.
    pub name: Option<String>,
    /// The policy's file.
    pub file: String,
    /// What it decides.
    pub rules: Vec<Rule>,
}

/// Something that a policy decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Rule {
    /// People sign in at these hosts only.
    Hosts {
        /// Their names; where *Sign in with GitHub* goes comes first.
        hosts: Vec<String>,
    },
    /// Accounts must be in these organisations.
    Organizations {
        /// Their logins.
        required: Vec<String>,
        /// In all of them; else in one of them.
        all: bool,
    },
    /// People sign in in these ways only.
    Ways {
        /// The ways.
        ways: Vec<Way>,
    },
    /// How long an outage of GitHub locks nobody out who was inside.
    Grace {
        /// For so many hours.
        hours: u16,
    },
    /// What a sign-in asks for.
    Scopes {
        /// By their names at GitHub.
        scopes: Vec<String>,
    },
    /// Only these models are offered.
    Models {
        /// Ids; one that ends in `*` stands for all that begin so.
        models: Vec<String>,
    },
    /// The model of a new chat.
    Model {
        /// Its id, or `auto`.
        model: String,
    },
    /// Where the Copilot runtime is.
    Runtime {
        /// The shared server's address; none when it is in this program.
        address: Option<String>,
    },
    /// Who puts the token into a request.
    Handover {
        /// Wingman's own door, or the runtime.
        handover: Handover,
    },
    /// Which proxy the network is reached through.
    Proxy {
        /// Its address; none when there is none.
        address: Option<String>,
        /// The system says which.
        system: bool,
    },
    /// Whose certificates are believed beside the system's.
    Authorities {
        /// The file that holds them.
        file: String,
    },
    /// Chats are deleted when nothing was said in them for some time.
    Retention {
        /// For so many days.
        days: u16,
    },
    /// Whether the chats of an account are deleted when it signs out.
    SignOut {
        /// Otherwise they stay.
        deletes: bool,
    },
    /// Nothing is kept: chats and sign-ins are gone when Wingman ends.
    MemoryOnly,
    /// Whether Wingman may bring itself up to date.
    Updates {
        /// Otherwise the organisation does it.
        enabled: bool,
    },
}

/// Reads the policy in this file.
pub(super) fn read(path: &Path) -> Result<Policy, ConfigFault> {
    let read = check::read(path).and_then(|text| parse(path, &text));
    read.map_err(|fault| ConfigFault { policy: true, ..fault })
}

fn parse(path: &Path, text: &str) -> Result<Policy, ConfigFault> {
    let file: File = check::tables(path, text)?;
    let checker = Checker { path, text };
    let name = file.name.map(|value| name(&checker, &value)).transpose()?;
    let mut github = file.github;
    let scopes = github.scopes.take().map(|value| checker.scopes(value)).transpose()?;
    let hosts = hosts(&checker, github, file.hosts)?;
    let grace = file.organization.grace_hours.as_ref().map(|value| checker.grace(value)).transpose()?;
    let organization = organization(&checker, file.organization)?;
    let ways = file.sign_in.ways.map(|value| ways(&checker, &value)).transpose()?;

    let copilot = file.copilot;
    let named_models = copilot.models.as_ref().map(|value| value.get_ref().clone());
    let models = copilot.models.map(|value| models(&checker, value)).transpose()?;
    let model = copilot.model.map(|value| model(&checker, value, models.as_ref())).transpose()?;
    let bound = copilot.runtime.as_ref().or(copilot.handover.as_ref()).map(Spanned::span);
    let runtime = copilot.runtime.map(|value| checker.runtime(&value)).transpose()?;
    let handover = checker.handover(copilot.handover, runtime)?;
    let one_host_only = handover == Some(Handover::Sdk) || runtime.is_some_and(|at| at.address().is_some());
    if let (true, Some((_, others)), Some(value)) = (one_host_only, &hosts, &bound)
        && !others.is_empty()
    {
        return Err(checker.fault(value, "\"in-process\" and \"door\" where people sign in at several hosts"));
    }
    let copilot_api_url = copilot.api_url.as_ref().map(|value| checker.address(value)).transpose()?;
    if let (Some(value), None) = (&copilot.api_url, &hosts) {
        return Err(checker.fault(&value.span(), "host under [github] beside it: it stands in for that host's"));
    }
    let network = checker.network(file.network)?.alone()?;
    let retention = file.retention.days.map(|value| days(&checker, &value)).transpose()?;
    let deletes = file.retention.on_sign_out.map(|value| on_sign_out(&checker, &value)).transpose()?;
    let memory_only = file.history.memory_only;

    let rules = [
        hosts.as_ref().map(|(host, others)| Rule::Hosts {
            hosts: std::iter::once(host).chain(others).map(|host| host.host.to_string()).collect(),
        }),
        ways.clone().map(|ways| Rule::Ways { ways }),
        organization
            .clone()
            .map(|Requirement { organizations, all }| Rule::Organizations { required: organizations, all }),
        grace.map(|hours| Rule::Grace { hours }),
        scopes.clone().map(|scopes| Rule::Scopes { scopes }),
        named_models.map(|models| Rule::Models { models }),
        model.clone().map(|model| Rule::Model { model }),
        runtime.map(|runtime| Rule::Runtime { address: runtime.address().map(|address| address.to_string()) }),
        handover.map(|handover| Rule::Handover { handover }),
        network.proxy.as_ref().map(|proxy| Rule::Proxy {
            address: match proxy {
                Proxy::At(server) => Some(server.address.to_string()),
                Proxy::System | Proxy::None => None,
            },
            system: *proxy == Proxy::System,
        }),
        network.authorities.as_ref().map(|(file, _)| Rule::Authorities { file: file.display().to_string() }),
        retention.map(|days| Rule::Retention { days }),
        deletes.map(|deletes| Rule::SignOut { deletes }),
        memory_only.filter(|only| *only).map(|_| Rule::MemoryOnly),
        file.updates.enabled.map(|enabled| Rule::Updates { enabled }),
    ];
    let managed = Managed { name, file: path.display().to_string(), rules: rules.into_iter().flatten().collect() };
    Ok(Policy {
        hosts,
        scopes,
        copilot_api_url,
        organization,
        grace,
        ways,
        models,
        model,
        runtime,
        handover,
        network,
        retention,
        delete_on_sign_out: deletes.unwrap_or_default(),
        memory_only,
        managed,
    })
}

fn name(checker: &Checker<'_>, value: &Spanned<String>) -> Result<String, ConfigFault> {
    let name = value.get_ref().trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(checker.fault(&value.span(), "the organisation's name, on one line"));
    }
    Ok(name.to_owned())
}

/// The hosts where people sign in, when the policy names them; nothing else about a host can be said without.
fn hosts(
    checker: &Checker<'_>,
    github: GitHub,
    hosts: BTreeMap<Spanned<String>, OtherHost>,
) -> Result<Option<(CheckedHost, Vec<CheckedHost>)>, ConfigFault> {
    let said = [&github.client_id, &github.web_url, &github.api_url];
    let said = said.into_iter().flatten().map(Spanned::span);
    let said = said.chain(github.client_secret.as_ref().map(Spanned::span)).chain(hosts.keys().map(Spanned::span));
    match (&github.host, said.min_by_key(|span| span.start)) {
        (Some(_), _) => checker.hosts(github, hosts).map(Some),
        (None, None) => Ok(None),
        (None, Some(span)) => Err(checker.fault(&span, "host under [github] first: a client belongs to a host")),
    }
}

fn organization(checker: &Checker<'_>, said: Organization) -> Result<Option<Requirement>, ConfigFault> {
    match (&said.required, &said.r#match) {
        (None, None) => return Ok(None),
        (None, Some(lonely)) => return Err(checker.fault(&lonely.span(), "required beside match")),
        (Some(required), _) if required.get_ref().is_empty() => {
            return Err(checker.fault(&required.span(), "at least one organization's login, or no required at all"));
        }
        (Some(_), _) => {}
    }
    checker.organization(said.required, said.r#match.as_ref()).map(Some)
}

fn ways(checker: &Checker<'_>, value: &Spanned<Vec<String>>) -> Result<Vec<Way>, ConfigFault> {
    let said = value.get_ref();
    let known = said.iter().all(|name| Way::ALL.iter().any(|way| way.name() == name));
    if said.is_empty() || !known {
        return Err(checker.fault(&value.span(), "a list of \"browser\", \"code\" and \"token\", at least one"));
    }
    Ok(Way::ALL.into_iter().filter(|way| said.iter().any(|name| name == way.name())).collect())
}

fn models(checker: &Checker<'_>, value: Spanned<Vec<String>>) -> Result<AllowedModels, ConfigFault> {
    let span = value.span();
    let expected = "a list of models' ids, such as [\"gpt-5.1\", \"claude-*\"]; a * at the end stands for any ending, \
                    and \"auto\" is none: Copilot would choose among all";
    AllowedModels::only(value.into_inner()).ok_or_else(|| checker.fault(&span, expected))
}

fn model(
    checker: &Checker<'_>,
    value: Spanned<String>,
    allowed: Option<&AllowedModels>,
) -> Result<String, ConfigFault> {
    let span = value.span();
    let model = checker.word(value, "a model's id, or \"auto\"")?;
    // `auto` leaves the choice to the account's list, which has allowed models only.
    if model != "auto" && allowed.is_some_and(|allowed| !allowed.allows(&model)) {
        return Err(checker.fault(&span, "one of the models allowed under models"));
    }
    Ok(model)
}

fn days(checker: &Checker<'_>, value: &Spanned<i64>) -> Result<u16, ConfigFault> {
    let days = *value.get_ref();
    let days = u16::try_from(days).ok().filter(|_| (1..=LONGEST_RETENTION).contains(&days));
    days.ok_or_else(|| checker.fault(&value.span(), format!("a number of days from 1 to {LONGEST_RETENTION}")))
}

fn on_sign_out(checker: &Checker<'_>, value: &Spanned<String>) -> Result<bool, ConfigFault> {
    match value.get_ref().as_str() {
        "keep" => Ok(false),
        "delete" => Ok(true),
        _ => Err(checker.fault(&value.span(), "\"keep\" or \"delete\"")),
    }
}

/// The policy of this computer, where there is one; else the one that was named, to try it before it is rolled out.
/// One that is there and cannot be read counts: it is a fault, and not a computer without a policy.
pub(super) fn find(machine: Option<PathBuf>, named: Option<PathBuf>) -> Option<PathBuf> {
    // The link itself: one that leads nowhere now was put there by somebody who meant a policy.
    let missing = |file: &PathBuf| file.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound);
    machine.filter(|file| !missing(file)).or(named)
}
