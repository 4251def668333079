//! The organisations of this GitHub: who is in them, and what they demand before they show it.

mod pages;
mod rest;

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use serde::{Deserialize, Serialize};

use crate::{grants::Token, random, shared::Shared};

/// The link in `X-GitHub-SSO` lives an hour.
const SSO_LINK_LIFE: Duration = Duration::from_hours(1);

/// What an organisation demands. As JSON: `{"login": "Acme-Corp", "sso": true}`; what is not named is off.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Organization {
    /// Its login, as it is shown; upper and lower case mean the same.
    pub login: String,
    /// Its members show a SAML single sign-on first. Who visits its page has done so.
    pub sso: bool,
    /// It restricts OAuth apps and has approved none.
    pub app_restricted: bool,
    /// It allows listed addresses, and this machine's is not one of them.
    pub ip_allow_list: bool,
}

impl Organization {
    /// One that demands nothing.
    pub fn named(login: &str) -> Self {
        Self { login: login.into(), ..Self::default() }
    }
}

/// How a person stands to an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Membership {
    /// A member.
    Active,
    /// Invited.
    Pending,
    /// Neither.
    None,
}

/// What stands between an application and a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Demand {
    Sso,
    ApprovedApp,
    ListedAddress,
}

/// An organisation with its people.
#[derive(Debug)]
struct Entry {
    id: u64,
    rules: Organization,
    /// By user id; true: active, false: invited.
    people: BTreeMap<u64, bool>,
    /// Who has shown their single sign-on.
    signed_on: HashSet<u64>,
}

impl Entry {
    fn new(id: u64, rules: Organization) -> Self {
        Self { id, rules, people: BTreeMap::new(), signed_on: HashSet::new() }
    }

    /// What is missing before this token is shown the person's membership.
    fn demands(&self, user: u64, token: &Token) -> Option<Demand> {
        if self.rules.ip_allow_list {
            return Some(Demand::ListedAddress);
        }
        if self.rules.sso && !self.signed_on.contains(&user) {
            return Some(Demand::Sso);
        }
        (self.rules.app_restricted && token.access.starts_with("gho_")).then_some(Demand::ApprovedApp)
    }
}

/// A link to single sign-on, made for one person.
#[derive(Debug)]
struct SsoLink {
    text: String,
    user: u64,
    organization: u64,
    issued: Duration,
}

/// All organisations.
#[derive(Debug)]
pub(crate) struct Organizations {
    /// In the order of their ids, which is the order of GitHub's lists.
    entries: Vec<Entry>,
    links: Vec<SsoLink>,
}

impl Default for Organizations {
    /// Ada is in 33 guilds and, on the second page of thirty and in another case than people write it, in `Acme-Corp`:
    /// both is what careless clients get wrong. Lin is in `lumen-works` and invited to `Acme-Corp`.
    fn default() -> Self {
        let (ada, lin) = (1001, 1002);
        let mut all = Self { entries: Vec::new(), links: Vec::new() };
        for number in 1..=33 {
            all.seed(5000 + number, &format!("guild-{number:02}"), &[(ada, true)]);
        }
        all.seed(5100, "Acme-Corp", &[(ada, true), (lin, false)]);
        all.seed(5200, "lumen-works", &[(lin, true)]);
        all
    }
}

impl Organizations {
    fn seed(&mut self, id: u64, login: &str, people: &[(u64, bool)]) {
        let mut entry = Entry::new(id, Organization::named(login));
        entry.people.extend(people.iter().copied());
        self.entries.push(entry);
    }

    fn find(&self, login: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.rules.login.eq_ignore_ascii_case(login))
    }

    fn find_mut(&mut self, login: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.rules.login.eq_ignore_ascii_case(login))
    }

    /// Changes the rules of the organisation; a login that is new adds one without members.
    pub(crate) fn set(&mut self, rules: Organization) {
        if let Some(entry) = self.find_mut(&rules.login) {
            entry.rules = rules;
            return;
        }
        let id = self.entries.last().map_or(5000, |entry| entry.id) + 1;
        self.entries.push(Entry::new(id, rules));
    }

    pub(crate) fn all(&self) -> Vec<Organization> {
        self.entries.iter().map(|entry| entry.rules.clone()).collect()
    }

    /// `false`: there is no such organisation.
    pub(crate) fn set_membership(&mut self, user: u64, organization: &str, membership: Membership) -> bool {
        let Some(entry) = self.find_mut(organization) else { return false };
        match membership {
            Membership::Active => entry.people.insert(user, true),
            Membership::Pending => entry.people.insert(user, false),
            Membership::None => entry.people.remove(&user),
        };
        true
    }

    /// Whether the person has shown their single sign-on. `false`: there is no such organisation.
    pub(crate) fn set_signed_on(&mut self, user: u64, organization: &str, signed_on: bool) -> bool {
        let Some(entry) = self.find_mut(organization) else { return false };
        if signed_on {
            entry.signed_on.insert(user);
        } else {
            entry.signed_on.remove(&user);
        }
        true
    }

    /// The text of a new link to single sign-on.
    fn link(&mut self, user: u64, organization: u64, now: Duration) -> String {
        let text = random::text(60);
        self.links.push(SsoLink { text: text.clone(), user, organization, issued: now });
        text
    }

    /// Follows such a link. `false`: it is not this organisation's, or its hour is over.
    fn follow(&mut self, text: &str, organization: &str, now: Duration) -> bool {
        let Some(link) = self.links.iter().find(|link| link.text == text && now < link.issued + SSO_LINK_LIFE) else {
            return false;
        };
        let (user, id) = (link.user, link.organization);
        let Some(entry) = self.find_mut(organization).filter(|entry| entry.id == id) else { return false };
        entry.signed_on.insert(user);
        true
    }
}

/// The REST calls, under the root and under `/api/v3`.
pub(crate) fn rest_routes() -> Router<Arc<Shared>> {
    rest::routes()
}

/// The pages for people.
pub(crate) fn page_routes() -> Router<Arc<Shared>> {
    pages::routes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1_000_000);

    #[test]
    fn a_link_to_single_sign_on_works_for_its_organisation_and_for_an_hour() {
        let mut all = Organizations::default();
        all.set(Organization { sso: true, ..Organization::named("ACME-CORP") });
        let signed_on = |all: &Organizations| all.find("acme-corp").unwrap().signed_on.contains(&1001);
        let link = all.link(1001, 5100, START);
        assert!(!all.follow(&link, "lumen-works", START), "another organisation's page");
        assert!(!all.follow(&link, "acme-corp", START + SSO_LINK_LIFE), "an hour later");
        assert!(!all.follow("guessed", "acme-corp", START), "no link at all");
        assert!(!signed_on(&all), "none of these let her in");
        assert!(all.follow(&link, "acme-corp", START + Duration::from_mins(59)), "in time");
        assert!(signed_on(&all), "and that is remembered");
    }

    #[test]
    fn new_organisations_come_last_and_old_ones_keep_their_people() {
        let mut all = Organizations::default();
        all.set(Organization::named("northwind"));
        assert_eq!(all.find("northwind").map(|entry| entry.id), Some(5201), "after all others");
        all.set(Organization { ip_allow_list: true, ..Organization::named("acme-corp") });
        let acme = all.find("Acme-Corp").unwrap();
        assert_eq!((acme.id, acme.people.len()), (5100, 2), "new rules send nobody away");
    }
}
