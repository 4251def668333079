//! Organisations: whether the token's owner is a member of one, and which ones there are.
//!
//! A refusal of GitHub's is not an answer to the question: it may say that the organisation wants single sign-on, has
//! not approved the application, allows other addresses only, or that the token cannot see memberships at all. Each
//! is told apart here, by headers where there are any and by GitHub's words where there is nothing else, because each
//! is mended differently. What follows from it is `auth`'s to say.
//!
//! Sources: docs.github.com, "Get an organization membership for the authenticated user", "List organizations for the
//! authenticated user", "Authenticating to the REST API" (`X-GitHub-SSO`), "Using pagination in the REST API".

use http::HeaderMap;
use reqwest::{Method, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use url::Url;

use super::GitHub;
use crate::error::{Code, Result};
use crate::http::Answer;

/// Which organisations an account must be in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Requirement {
    /// Their logins; upper and lower case mean the same. None: everyone may come in.
    pub organizations: Vec<String>,
    /// Whether it must be in all of them; otherwise one is enough.
    pub all: bool,
}

impl Requirement {
    /// Whether it asks for anything.
    pub const fn is_empty(&self) -> bool {
        self.organizations.is_empty()
    }

    /// Whether both ask for the same, however it is written.
    pub fn same_as(&self, other: &Self) -> bool {
        let names = |requirement: &Self| {
            let mut names: Vec<_> = requirement.organizations.iter().map(|name| name.to_ascii_lowercase()).collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        let (names, others) = (names(self), names(other));
        names == others && (self.all == other.all || names.len() < 2)
    }
}

/// Pages of a hundred that are read at most: nobody is in more organisations, and a `Link` that leads in a circle
/// must end.
const MOST_PAGES: usize = 50;

/// What GitHub says of one membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Membership {
    /// A member.
    Active,
    /// Invited; the invitation waits.
    Pending,
    /// GitHub says that there is none, to a token that would see it.
    No,
    /// The organisation wants the person's single sign-on first.
    SsoRequired {
        /// The page that leads there, for an hour. None when GitHub named none, or one that is not its own.
        page: Option<Url>,
    },
    /// The organisation restricts OAuth apps and has not approved this one.
    AppNotApproved,
    /// The organisation allows listed addresses only, and this machine's is not one of them.
    IpNotAllowed,
    /// The token cannot see it, which says nothing of the membership.
    CannotTell(Unseen),
}

/// Why a token does not see what there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Unseen {
    /// It lacks the scope `read:org`: sign in again and agree to it.
    Scope,
    /// It is a GitHub App's, and the app is not installed in the organisation or may not read its members.
    App,
    /// It is a personal access token, which the organisation does not take, or which may not read its members.
    PersonalToken,
    /// The list of organisations has more pages than are read, or goes on at another host.
    Pages,
    /// GitHub refused in words that are not known.
    Refused,
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Organization {
    /// Stays when it is renamed.
    pub id: u64,
    /// Its name; upper and lower case mean the same.
    pub login: String,
}

/// The organisations that a token sees its owner in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organizations {
    /// Those of which the person is a member.
    pub seen: Vec<Organization>,
    /// Those left out until the person's single sign-on, by id.
    pub hidden: Vec<u64>,
    /// Why others may be missing too; none when these are all.
    pub unseen: Option<Unseen>,
}

/// What GitHub tells of an organisation itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Its lasting id.
    Known(u64),
    /// It demands something even for that: [`Membership::SsoRequired`], [`Membership::AppNotApproved`] or
    /// [`Membership::IpNotAllowed`].
    Refused(Membership),
    /// Nothing, or there is none of this name.
    Unknown,
}

impl Organizations {
    /// Whether the organisation is among those seen.
    pub fn has(&self, login: &str) -> bool {
        self.seen.iter().any(|organization| organization.login.eq_ignore_ascii_case(login))
    }
}

/// Whether GitHub could have an organisation of this name: letters, digits, hyphens; an underscore too, which the
/// logins of managed users have.
pub fn is_organization(name: &str) -> bool {
    (1..=100).contains(&name.len()) && name.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'))
}

impl GitHub {
    /// Whether the token's owner is a member (`GET /user/memberships/orgs/{org}`). An error says nothing of it: a
    /// rate limit, a server's fault, no connection, a proxy's answer, or `SignInNeeded` when GitHub refuses the token.
    pub async fn membership(&self, token: &SecretString, organization: &str) -> Result<Membership> {
        if !is_organization(organization) {
            return Ok(Membership::No); // and `..` would ask another question
        }
        let url = self.endpoints.api(&["user", "memberships", "orgs", organization]);
        let answer = self.send(self.authorized(Method::GET, &url, token)?, &url).await?;
        if refuses(&answer)? {
            return self.refusal(&answer, token);
        }
        let found: Found = read(&answer)?;
        match found.state.as_str() {
            "active" => Ok(Membership::Active),
            "pending" => Ok(Membership::Pending),
            _ => Err(answer.unexpected()),
        }
    }

    /// All organisations that the token sees its owner in (`GET /user/orgs`), page by page. A fine-grained token gets
    /// an empty list whatever there is, so its list proves no absence. Errors as for [`GitHub::membership`].
    pub async fn organizations(&self, token: &SecretString) -> Result<Organizations> {
        let mut all = Organizations { unseen: fine_grained(token), ..Organizations::default() };
        let mut url = self.endpoints.api(&["user", "orgs"]);
        url.query_pairs_mut().append_pair("per_page", "100");
        for _ in 0..MOST_PAGES {
            let answer = self.send(self.authorized(Method::GET, &url, token)?, &url).await?;
            if refuses(&answer)? {
                all.unseen = Some(match self.refusal(&answer, token)? {
                    Membership::CannotTell(why) => why,
                    _ => Unseen::Refused, // what is said of one organisation says nothing of the list
                });
                return Ok(all);
            }
            all.seen.append(&mut read(&answer)?);
            all.hidden.extend(hidden(&answer.headers));
            all.hidden.sort_unstable();
            all.hidden.dedup(); // each page names them
            if lacks_scope(&answer.headers) {
                all.unseen = all.unseen.or(Some(Unseen::Scope));
            }
            match next(&answer.headers, &url) {
                None => return Ok(all),
                // The token goes with the request, and the address came from outside.
                Some(next) if self.rest_destination(&next).is_err() => {
                    tracing::warn!("the list of organisations goes on at another host and was not followed");
                    break;
                }
                Some(next) => url = next,
            }
        }
        all.unseen = all.unseen.or(Some(Unseen::Pages));
        Ok(all)
    }

    /// The organisation's own record (`GET /orgs/{org}`), whose id tells which of the hidden ones it is.
    pub async fn organization(&self, token: &SecretString, organization: &str) -> Result<Profile> {
        if !is_organization(organization) {
            return Ok(Profile::Unknown);
        }
        let url = self.endpoints.api(&["orgs", organization]);
        let answer = self.send(self.authorized(Method::GET, &url, token)?, &url).await?;
        if refuses(&answer)? {
            return Ok(match self.refusal(&answer, token)? {
                Membership::No | Membership::CannotTell(_) => Profile::Unknown,
                demand => Profile::Refused(demand),
            });
        }
        let found: Organization = read(&answer)?;
        Ok(Profile::Known(found.id))
    }

    /// What a 403 or a 404 of GitHub's means. What is said of the organisation goes before the rate limit: the last
    /// request of an hour's quota carries the limit's header too.
    fn refusal(&self, answer: &Answer, token: &SecretString) -> Result<Membership> {
        let said = answer.said();
        if let Some(page) = self.sso_page(&answer.headers) {
            return Ok(Membership::SsoRequired { page });
        }
        // The first two begin with the same sentence, "Although you appear to have the correct authorization
        // credentials": only the rest tells them apart.
        Ok(if said.contains("oauth app access restrictions") {
            Membership::AppNotApproved
        } else if said.contains("ip allow list") {
            Membership::IpNotAllowed
        } else if said.contains("saml enforcement") {
            Membership::SsoRequired { page: None }
        } else if said.contains("not accessible by integration") {
            Membership::CannotTell(Unseen::App)
        } else if said.contains("personal access token") {
            Membership::CannotTell(Unseen::PersonalToken)
        } else {
            if let Err(limited) = answer.success()
                && limited.code == Code::RateLimited
            {
                return Err(limited);
            }
            match fine_grained(token) {
                Some(why) => Membership::CannotTell(why),
                None if said.contains("scope") || lacks_scope(&answer.headers) => Membership::CannotTell(Unseen::Scope),
                None if answer.status == StatusCode::NOT_FOUND => Membership::No,
                None => Membership::CannotTell(Unseen::Refused),
            }
        })
    }

    /// The page in `X-GitHub-SSO: required; url=…`: the inner one only when it is the host's own.
    #[allow(clippy::option_option, reason = "whether it is required, and then whether there is a page to open")]
    fn sso_page(&self, headers: &HeaderMap) -> Option<Option<Url>> {
        let fields = sso(headers).strip_prefix("required")?;
        let named = fields.split(';').find_map(|field| field.trim().strip_prefix("url="));
        let page = named.and_then(|named| Url::parse(named.trim()).ok());
        Some(page.filter(|page| self.endpoints.owns_page(page)))
    }
}

/// A membership as GitHub tells it.
#[derive(Deserialize)]
struct Found {
    state: String,
}

/// Whether GitHub refuses or knows nothing. A 403 or a 404 of something in between is an error like any other.
fn refuses(answer: &Answer) -> Result<bool> {
    if !matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) {
        answer.success()?;
        return Ok(false);
    }
    if answer.is_from_github() {
        return Ok(true);
    }
    Err(answer.failure().retryable())
}

fn read<T: for<'a> Deserialize<'a>>(answer: &Answer) -> Result<T> {
    // Nobody but a gateway's log-in page says 200 and something else, and that one may go away.
    serde_json::from_slice(&answer.body).map_err(|_| answer.unexpected().retryable())
}

/// A token whose rights are an app's or an organisation's: it has no scopes, and what it does not see may be there.
fn fine_grained(token: &SecretString) -> Option<Unseen> {
    match token.expose_secret() {
        token if token.starts_with("ghu_") => Some(Unseen::App),
        token if token.starts_with("github_pat_") => Some(Unseen::PersonalToken),
        _ => None,
    }
}

/// Whether GitHub names the token's scopes and none of them shows memberships.
fn lacks_scope(headers: &HeaderMap) -> bool {
    let Some(scopes) = headers.get("x-oauth-scopes").and_then(|value| value.to_str().ok()) else {
        return false;
    };
    !scopes.split(',').any(|scope| matches!(scope.trim(), "read:org" | "write:org" | "admin:org" | "user"))
}

fn sso(headers: &HeaderMap) -> &str {
    headers.get("x-github-sso").and_then(|value| value.to_str().ok()).unwrap_or_default().trim()
}

/// The ids in `X-GitHub-SSO: partial-results; organizations=ID,ID`.
fn hidden(headers: &HeaderMap) -> Vec<u64> {
    let fields = sso(headers).strip_prefix("partial-results").unwrap_or_default();
    let ids = fields.split(';').find_map(|field| field.trim().strip_prefix("organizations="));
    ids.unwrap_or_default().split(',').filter_map(|id| id.trim().parse().ok()).collect()
}

/// The address of `rel="next"` in `Link` (RFC 8288), wherever it leads.
fn next(headers: &HeaderMap, page: &Url) -> Option<Url> {
    let links = headers.get_all(header::LINK).iter().filter_map(|value| value.to_str().ok());
    links.flat_map(|links| links.split('<').skip(1)).find_map(|link| {
        let (target, parameters) = link.split_once('>')?;
        let is_next = |parameter: &str| {
            parameter.trim().trim_end_matches(',').strip_prefix("rel=").is_some_and(|relations| {
                relations.trim_matches('"').split(' ').any(|relation| relation.eq_ignore_ascii_case("next"))
            })
        };
        parameters.split(';').any(|parameter| is_next(parameter.trim())).then(|| page.join(target).ok())?
    })
}
