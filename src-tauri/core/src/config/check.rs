//! What every configuration is read and checked with: a value knows its place, so a fault can name it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, de};
use toml::Spanned;
use url::Url;

use super::{ConfigFault, Handover, OAuthClient, RuntimeAt};
use crate::github::{Host, Requirement, is_organization};
use crate::http::{allowed, is_loopback};

/// The longest that people may go on while nobody can be asked about them, in hours: a month.
const LONGEST_GRACE: u16 = 720;

/// How long nothing may come of an answer before it is given up, at least and at most, in seconds: shorter than a model's
/// ordinary pauses it would end good answers, longer than an hour it would be no limit.
const SILENCE: (u16, u16) = (10, 3600);

/// `[github]`: where *Sign in with GitHub* goes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GitHub {
    pub(super) host: Option<Spanned<String>>,
    pub(super) client_id: Option<Spanned<String>>,
    pub(super) client_secret: Option<Spanned<Hidden>>,
    pub(super) scopes: Option<Spanned<Vec<String>>>,
    pub(super) web_url: Option<Spanned<String>>,
    pub(super) api_url: Option<Spanned<String>>,
}

/// `[hosts."SUB.ghe.com"]`: a host beside the one under `[github]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct OtherHost {
    client_id: Option<Spanned<String>>,
    client_secret: Option<Spanned<Hidden>>,
    web_url: Option<Spanned<String>>,
    api_url: Option<Spanned<String>>,
}

/// `[history]`: what is kept.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct History {
    pub(super) memory_only: Option<bool>,
}

/// `[organization]`: whom an account must belong to.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Organization {
    pub(super) required: Option<Spanned<Vec<String>>>,
    pub(super) r#match: Option<Spanned<String>>,
    pub(super) grace_hours: Option<Spanned<i64>>,
}

/// A text that no error message repeats, not even when it should have been something else.
#[derive(Debug)]
pub(super) struct Hidden(SecretString);

impl<'de> Deserialize<'de> for Hidden {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Option<SecretString>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Some(text.into()))
            }
            fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
                Ok(None)
            }
            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
                Ok(None)
            }
            fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
                Ok(None)
            }
        }
        deserializer.deserialize_any(Text)?.map(Self).ok_or_else(|| D::Error::custom("client_secret must be a string"))
    }
}

/// A host with what is said about it.
#[derive(Debug)]
pub(super) struct CheckedHost {
    pub(super) host: Host,
    pub(super) client: Option<OAuthClient>,
    /// `web_url` and `api_url`: both or neither.
    pub(super) stand_in: Option<(Url, Url)>,
}

impl CheckedHost {
    /// A host about which nothing is said.
    pub(super) const fn new(host: Host) -> Self {
        Self { host, client: None, stand_in: None }
    }

    /// Whether something on this machine stands in for it.
    pub(super) fn is_local(&self) -> bool {
        self.stand_in.as_ref().is_some_and(|(web, _)| is_loopback(web))
    }
}

/// The text of a configuration file.
pub(super) fn read(path: &Path) -> Result<String, ConfigFault> {
    let bytes = std::fs::read(path)
        .map_err(|error| ConfigFault::unreadable(path, format!("a file that can be read ({})", error.kind())))?;
    String::from_utf8(bytes).map_err(|error| {
        // Lines are counted up to the first bad byte.
        let good = error.utf8_error().valid_up_to();
        let good = String::from_utf8_lossy(&error.as_bytes()[..good]).into_owned();
        ConfigFault::at(path, &good, good.len(), "UTF-8 text")
    })
}

/// The tables of the text, none of their values checked yet. `path` is named in faults only.
pub(super) fn tables<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, ConfigFault> {
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        // `message` is the rule alone; `Display` would quote the line, and a secret with it.
        ConfigFault::at(path, text, offset, expectation(error.message()))
    })
}

/// The parser's sentence as something that is expected.
fn expectation(message: &str) -> String {
    match message.strip_prefix("unknown field ").and_then(|rest| rest.split_once(", expected ")) {
        Some((found, known)) => {
            let known = known.strip_prefix("one of ").unwrap_or(known);
            format!("one of the known keys ({known}), not {found}", found = found.trim(), known = known.trim())
        }
        None => message.trim().replace('\n', "; "),
    }
}

/// Checks values of one text.
pub(super) struct Checker<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Checker<'_> {
    /// The host under `[github]` and those beside it.
    pub(super) fn hosts(
        &self,
        github: GitHub,
        hosts: BTreeMap<Spanned<String>, OtherHost>,
    ) -> Result<(CheckedHost, Vec<CheckedHost>), ConfigFault> {
        let host = github.host.as_ref().map(|value| self.host(value)).transpose()?.unwrap_or_else(Host::github_com);
        let GitHub { client_id, client_secret, web_url, api_url, .. } = github;
        let host = self.about(host, OtherHost { client_id, client_secret, web_url, api_url })?;
        let mut others: Vec<CheckedHost> = Vec::new();
        for (name, said) in hosts {
            let other = self.host(&name)?;
            if other == host.host || others.iter().any(|known| known.host == other) {
                return Err(self.fault(&name.span(), "each host once: this one is configured above already"));
            }
            others.push(self.about(other, said)?);
        }
        if others.iter().any(|other| other.is_local() != host.is_local()) {
            // A run against a stand-in sends nothing to the real thing, and keeps nothing of it under its own names.
            return Err(self.fault(&(0..0), "web_url and api_url on this machine for every host, or for none"));
        }
        Ok((host, others))
    }

    /// Who puts the token in. A shared runtime has a way of its own, and what is said must not look as if it were done.
    pub(super) fn handover(
        &self,
        value: Option<Spanned<String>>,
        runtime: Option<RuntimeAt>,
    ) -> Result<Option<Handover>, ConfigFault> {
        let Some(value) = value else { return Ok(None) };
        if runtime.is_some_and(|runtime| runtime != RuntimeAt::InProcess) {
            return Err(self.fault(&value.span(), "no handover beside a shared runtime, whose sessions carry tokens"));
        }
        match value.get_ref().as_str() {
            "door" => Ok(Some(Handover::Door)),
            "sdk" => Ok(Some(Handover::Sdk)),
            _ => Err(self.fault(&value.span(), "\"door\" or \"sdk\"")),
        }
    }

    pub(super) fn host(&self, value: &Spanned<String>) -> Result<Host, ConfigFault> {
        Host::parse(value.get_ref()).map_err(|why| self.fault(&value.span(), why.to_string()))
    }

    pub(super) fn about(&self, host: Host, said: OtherHost) -> Result<CheckedHost, ConfigFault> {
        if let (None, Some(secret)) = (&said.client_id, &said.client_secret) {
            return Err(self.fault(&secret.span(), "client_id beside client_secret: they belong together"));
        }
        let id = said.client_id.map(|value| self.word(value, "a client id")).transpose()?;
        let secret = said.client_secret.map(|value| value.into_inner().0);
        let client = id.map(|id| OAuthClient { id, secret });
        Ok(CheckedHost { host, client, stand_in: self.stand_in(said.web_url, said.api_url)? })
    }

    pub(super) fn fault(&self, span: &Range<usize>, expected: impl Into<String>) -> ConfigFault {
        ConfigFault::at(self.path, self.text, span.start, expected)
    }

    /// The organisations that are required, and whether all of them are.
    pub(super) fn organization(
        &self,
        required: Option<Spanned<Vec<String>>>,
        match_: Option<&Spanned<String>>,
    ) -> Result<Requirement, ConfigFault> {
        let all = match match_ {
            None => false,
            Some(value) => match value.get_ref().as_str() {
                "any" => false,
                "all" => true,
                _ => return Err(self.fault(&value.span(), "\"any\" or \"all\"")),
            },
        };
        let organizations = match required {
            None => Vec::new(),
            Some(value) if value.get_ref().iter().all(|name| is_organization(name)) => value.into_inner(),
            Some(value) => {
                return Err(self.fault(&value.span(), "a list of organizations' logins, such as [\"acme-corp\"]"));
            }
        };
        Ok(Requirement { organizations, all })
    }

    /// How long an outage locks nobody out, in hours.
    pub(super) fn grace(&self, value: &Spanned<i64>) -> Result<u16, ConfigFault> {
        let hours = u16::try_from(*value.get_ref()).ok().filter(|hours| *hours <= LONGEST_GRACE);
        hours.ok_or_else(|| self.fault(&value.span(), format!("a number of hours from 0 to {LONGEST_GRACE}")))
    }

    /// How long nothing may come of an answer, in seconds.
    pub(super) fn silence(&self, value: &Spanned<i64>) -> Result<u16, ConfigFault> {
        let (shortest, longest) = SILENCE;
        let seconds = u16::try_from(*value.get_ref()).ok().filter(|seconds| (shortest..=longest).contains(seconds));
        seconds.ok_or_else(|| self.fault(&value.span(), format!("a number of seconds from {shortest} to {longest}")))
    }

    pub(super) fn runtime(&self, value: &Spanned<String>) -> Result<RuntimeAt, ConfigFault> {
        RuntimeAt::parse(value.get_ref()).ok_or_else(|| self.fault(&value.span(), RuntimeAt::EXPECTED))
    }

    /// A text without spaces or control characters.
    pub(super) fn word(&self, value: Spanned<String>, what: &str) -> Result<String, ConfigFault> {
        let text = value.get_ref();
        if text.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(self.fault(&value.span(), what));
        }
        Ok(value.into_inner())
    }

    pub(super) fn scopes(&self, value: Spanned<Vec<String>>) -> Result<Vec<String>, ConfigFault> {
        let well_formed = |scope: &String| {
            !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":_-.".contains(&byte))
        };
        if !value.get_ref().iter().all(well_formed) {
            return Err(self.fault(&value.span(), "a list of scopes, such as [\"read:user\", \"read:org\"]"));
        }
        Ok(value.into_inner())
    }

    pub(super) fn stand_in(
        &self,
        web: Option<Spanned<String>>,
        api: Option<Spanned<String>>,
    ) -> Result<Option<(Url, Url)>, ConfigFault> {
        let (web, api) = match (web, api) {
            (None, None) => return Ok(None),
            (Some(web), Some(api)) => (web, api),
            // With one alone the code would go to one server and the token to another.
            (Some(one), None) => return Err(self.fault(&one.span(), "api_url beside web_url: they belong together")),
            (None, Some(one)) => return Err(self.fault(&one.span(), "web_url beside api_url: they belong together")),
        };
        let span = api.span();
        let (web, api) = (self.address(&web)?, self.address(&api)?);
        if is_loopback(&web) != is_loopback(&api) {
            return Err(self.fault(&span, "web_url and api_url both on this machine, or neither"));
        }
        Ok(Some((web, api)))
    }

    /// An address that a token may be sent to.
    pub(super) fn address(&self, value: &Spanned<String>) -> Result<Url, ConfigFault> {
        let span = value.span();
        let refuse =
            || self.fault(&span, "an https address (http on this machine only), without user, query or fragment");
        let url = Url::parse(value.get_ref()).map_err(|_| refuse())?;
        let plain =
            url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        if allowed(&url) && plain { Ok(url) } else { Err(refuse()) }
    }

    pub(super) fn folder(&self, value: Spanned<PathBuf>) -> Result<PathBuf, ConfigFault> {
        if value.get_ref().is_absolute() {
            Ok(value.into_inner())
        } else {
            Err(self.fault(&value.span(), "an absolute path"))
        }
    }
}
