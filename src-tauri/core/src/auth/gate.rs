//! Whether an account is in the organisations that are required, and what stands in the way when it is not.
//!
//! It keeps honest people on the right side and is no security boundary: what a token may do is GitHub's to enforce.
//! So it says "not a member" only where GitHub said so to a token that would see it; everything else has a reason of
//! its own, and a page that mends it where there is one.

use secrecy::SecretString;
use serde::Serialize;
use ts_rs::TS;
use url::Url;

use crate::error::{Code, Error, Result};
use crate::github::{Endpoints, GitHub, Membership, Organizations, Profile, Requirement, Unseen};

/// Where an account stands, as the window sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Standing {
    /// In the organisations that are required, or none is.
    Member,
    /// Outside.
    Outside {
        /// One for each organisation that stands in the way: where one is enough, all of them.
        refusals: Vec<Refusal>,
    },
}

/// Why one organisation is not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// Its login, as it is required.
    pub organization: String,
    /// What is the matter.
    pub reason: Reason,
    /// The page of the account's own host where it can be mended, when there is one.
    pub page: Option<String>,
}

/// What is the matter with one organisation. Each is mended differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Reason {
    /// GitHub says that the account is not a member. `page` is the organisation's.
    NotMember,
    /// Invited; the invitation waits at `page`.
    Invited,
    /// The organisation wants single sign-on, at `page`.
    SsoRequired,
    /// Some organisations are left out until single sign-on, this one perhaps among them; `page` is where it is done.
    HiddenBySso {
        /// The ids of those that may be this one; a single one where GitHub says that it is.
        #[ts(type = "Array<number>")]
        ids: Vec<u64>,
    },
    /// The organisation has not approved this OAuth app. `page` is where the person asks for it, where the client is
    /// known ([`Standing::for_client`]), otherwise the owners'.
    AppNotApproved {
        /// Where an owner of the organisation approves it.
        owners_page: String,
    },
    /// The organisation allows listed addresses only: its own network or VPN, or an owner who adds this address.
    IpNotAllowed,
    /// Nothing is known of the membership.
    CannotTell {
        /// Why, which says what to change.
        why: Unseen,
    },
}

impl Standing {
    /// The same with the page where the person asks the organisation to approve this client, in place of the owners'
    /// page, which shows an ordinary member nothing.
    #[must_use]
    pub fn for_client(mut self, endpoints: &Endpoints, client_id: &str) -> Self {
        if let Self::Outside { refusals } = &mut self {
            for refusal in refusals {
                if matches!(refusal.reason, Reason::AppNotApproved { .. }) {
                    let page = endpoints.page(&["settings", "connections", "applications", client_id]);
                    refusal.page = Some(page.into());
                }
            }
        }
        self
    }
}

/// Asks GitHub whether the token's owner meets the requirement. An error means that nobody knows: it is no refusal,
/// and [`super::Gate`] says what follows from it.
pub async fn check(github: &GitHub, token: &SecretString, requirement: &Requirement) -> Result<Standing> {
    let mut asking = Asking { github, token, list: None };
    let mut refusals = Vec::new();
    let mut failure: Option<Error> = None;
    for organization in &requirement.organizations {
        match asking.about(organization).await {
            Ok(None) if !requirement.all => return Ok(Standing::Member),
            Ok(None) => {}
            Ok(Some(refusal)) => refusals.push(refusal),
            Err(error) => {
                // These would fail for the next one too, and more calls with a bad token lock the person out.
                let for_all = matches!(error.code, Code::SignInNeeded | Code::RateLimited);
                let stop = for_all || error.code.is_unreachable();
                failure = Some(error);
                if stop {
                    break;
                }
            }
        }
    }
    match failure {
        // Where one is enough, the one that could not be asked for may be it.
        Some(error) if !requirement.all || refusals.is_empty() || error.code == Code::SignInNeeded => Err(error),
        _ if refusals.is_empty() => Ok(Standing::Member),
        _ => Ok(Standing::Outside { refusals }),
    }
}

/// One check: the list of organisations is fetched at most once, and only where it is needed.
struct Asking<'a> {
    github: &'a GitHub,
    token: &'a SecretString,
    list: Option<Result<Organizations>>,
}

impl Asking<'_> {
    /// What stands in the way of counting this organisation, if anything does.
    async fn about(&mut self, organization: &str) -> Result<Option<Refusal>> {
        match self.github.membership(self.token, organization).await? {
            Membership::Active => Ok(None),
            Membership::No => self.by_list(organization, None).await,
            Membership::CannotTell(why) => self.by_list(organization, Some(why)).await,
            other => Ok(self.demanded(organization, other)),
        }
    }

    /// The refusal that names what the organisation, or the invitation, waits for.
    fn demanded(&self, organization: &str, membership: Membership) -> Option<Refusal> {
        let (reason, page) = match membership {
            Membership::Pending => (Reason::Invited, Some(self.page(&["orgs", organization, "invitation"]))),
            Membership::SsoRequired { page } => {
                (Reason::SsoRequired, Some(page.unwrap_or_else(|| self.sso(organization))))
            }
            Membership::AppNotApproved => {
                let owners = self.page(&["organizations", organization, "settings", "oauth_application_policy"]);
                (Reason::AppNotApproved { owners_page: owners.to_string() }, Some(owners))
            }
            Membership::IpNotAllowed => (Reason::IpNotAllowed, None),
            Membership::Active | Membership::No | Membership::CannotTell(_) => return None,
        };
        Some(refusal(organization, reason, page))
    }

    /// What the list of organisations says where the membership was not shown: because there is none, or because
    /// the token cannot see it.
    async fn by_list(&mut self, organization: &str, unseen: Option<Unseen>) -> Result<Option<Refusal>> {
        let no = || refusal(organization, Reason::NotMember, Some(self.github.endpoints().page(&[organization])));
        if self.list.is_none() {
            self.list = Some(self.github.organizations(self.token).await);
        }
        let list = match &self.list {
            Some(Ok(list)) => list,
            // GitHub has said that there is no membership, and the list would only have confirmed it.
            Some(Err(error)) if unseen.is_none() && error.code != Code::SignInNeeded => return Ok(Some(no())),
            Some(Err(error)) => return Err(error.clone()),
            None => return Err(Error::new(Code::Internal).with("reason", "the list of organisations")),
        };
        if list.has(organization) {
            return Ok(None);
        }
        // The list is whole for a token that lacks nothing but the scope for memberships: then it proves absence too.
        let absent = match unseen {
            None => true,
            Some(why) => why == Unseen::Scope && list.unseen.is_none(),
        };
        // But it is silent about organisations that demand something, and only some of them are named as hidden.
        if (!list.hidden.is_empty() || unseen.is_some() && absent)
            && let Some(refusal) = self.left_out(organization, &list.hidden).await?
        {
            return Ok(Some(refusal));
        }
        Ok(Some(match unseen {
            Some(why) if !absent => {
                let page = match why {
                    Unseen::App => Some(self.page(&["organizations", organization, "settings", "installations"])),
                    Unseen::PersonalToken => Some(self.page(&["settings", "tokens"])),
                    Unseen::Scope | Unseen::Pages | Unseen::Refused => None,
                };
                refusal(organization, Reason::CannotTell { why }, page)
            }
            _ => no(),
        }))
    }

    /// Why the list may have left the organisation out: its own record says so, or has the id that is among the
    /// hidden ones.
    async fn left_out(&self, organization: &str, hidden: &[u64]) -> Result<Option<Refusal>> {
        let by_sso = |ids: &[u64]| {
            refusal(organization, Reason::HiddenBySso { ids: ids.to_vec() }, Some(self.sso(organization)))
        };
        Ok(match self.github.organization(self.token, organization).await {
            Ok(Profile::Known(id)) => hidden.contains(&id).then(|| by_sso(&[id])),
            Ok(Profile::Refused(demand)) => self.demanded(organization, demand),
            Err(error) if hidden.is_empty() || error.code == Code::SignInNeeded => return Err(error),
            // It may be one of the hidden, and that is all there is to say.
            Ok(Profile::Unknown) | Err(_) => (!hidden.is_empty()).then(|| by_sso(hidden)),
        })
    }

    fn page(&self, path: &[&str]) -> Url {
        self.github.endpoints().page(path)
    }

    fn sso(&self, organization: &str) -> Url {
        self.page(&["orgs", organization, "sso"])
    }
}

fn refusal(organization: &str, reason: Reason, page: Option<Url>) -> Refusal {
    Refusal { organization: organization.to_owned(), reason, page: page.map(String::from) }
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
