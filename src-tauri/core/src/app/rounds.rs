//! The rounds: at each start, after each sign-in and every quarter of an hour every account is asked about at its own
//! host. What was revoked in a browser, a seat that was taken away, an organisation that was left are seen then, and
//! told with their reason.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::{Account, AccountState, CopilotStanding, House, MembershipStanding, Open};
use crate::accounts::{AccountId, Tokens as _};
use crate::auth::{self, Admission, Gate, Passed, Standing};
use crate::error::{Code, Error, Result};
use crate::github::Requirement;
use crate::store::settings;
use crate::time::Millis;

/// How long nobody is asked about again.
const EVERY: Duration = Duration::from_mins(15);

/// How often, and for how long, an account is asked about while its person is on a page that may mend it.
const WATCHED_EVERY: Duration = Duration::from_secs(5);
const WATCHED_FOR: Duration = Duration::from_mins(5);

/// GitHub's limits end within the hour.
const LONGEST_REST: Duration = Duration::from_hours(1);

/// The first round begins by itself after this, where no window says that it is up.
const FIRST: Duration = Duration::from_secs(5);

/// GitHub wants to hear nothing of an account's organisations for a while.
#[derive(Clone)]
pub(super) struct Rest {
    limit: Error,
    until: Millis,
    began: Instant,
    lasts: Duration,
}

impl Rest {
    fn new(limit: Error, until: Millis, now: Millis) -> Self {
        let lasts = Duration::from_millis(u64::try_from(until.0.saturating_sub(now.0)).unwrap_or_default());
        Self { limit, until, began: Instant::now(), lasts: lasts.min(LONGEST_REST) }
    }

    /// It ends by either clock: one that was set meanwhile must not keep anybody out.
    fn lasts(&self, now: Millis) -> bool {
        now < self.until && self.began.elapsed() < self.lasts
    }
}

impl House {
    /// Goes round for as long as the program runs.
    pub(super) fn begin_rounds(self: &Arc<Self>, open: &Open) {
        let (house, open) = (self.clone(), open.clone());
        self.tasks.spawn(async move {
            // The window comes first; it says when it is up.
            tokio::select! {
                biased;
                () = open.ending.cancelled() => return,
                () = house.round.notified() => {}
                () = tokio::time::sleep(FIRST) => {}
            }
            loop {
                let next = tokio::select! {
                    biased;
                    () = open.ending.cancelled() => return,
                    next = house.go_round(&open) => next,
                };
                let now = house.desktop.now();
                let wait = u64::try_from(next.0.saturating_sub(now.0)).unwrap_or_default();
                tokio::select! {
                    biased;
                    () = open.ending.cancelled() => return,
                    () = house.round.notified() => {}
                    () = tokio::time::sleep(Duration::from_millis(wait).min(EVERY)) => {}
                }
            }
        });
    }

    pub(super) fn check_again(&self) {
        self.round.notify_one();
    }

    /// The account's door as it stands before anybody was asked in this run.
    pub(super) async fn set_up_gate(&self, open: &Open, account: &AccountId) -> Result<MembershipStanding> {
        let config = self.config()?;
        let requirement = config.organization.clone();
        let name = gate_name(account);
        // What cannot be read counts as never having passed: GitHub is asked, and nothing is locked for good.
        let passed = open.store.read(move |look| settings::get::<Option<Passed>>(look, &name)).await;
        let passed = passed.unwrap_or_else(|error| {
            tracing::warn!(%error, "the last success at an organisation could not be read");
            None
        });
        let passed = passed.flatten();
        let mut gate = Gate::new(requirement, config.grace, passed);
        let opens = gate.is_open_before_asking(self.desktop.now());
        self.gates.lock().insert(account.clone(), gate);
        self.resting.lock().remove(account);
        let standing = if opens { MembershipStanding::Open } else { MembershipStanding::Asking };
        open.copilot.bar(account, barred(&standing));
        if !opens {
            self.check_again();
        }
        Ok(standing)
    }

    /// One round; answers with when the next is due.
    async fn go_round(self: &Arc<Self>, open: &Open) -> Millis {
        self.revoke_what_is_left(open).await;
        let mut next = self.desktop.now().plus(millis(EVERY));
        for account in self.windows.state().accounts {
            if account.state != AccountState::SignedIn {
                continue;
            }
            // A month may have begun meanwhile.
            self.tally(open, &account.id).await;
            let (membership, due) = self.ask_about_organizations(open, &account).await;
            next = due.map_or(next, |due| next.min(due));
            let usable = barred(&membership).is_none();
            if self.gates.lock().contains_key(&account.id) {
                open.copilot.bar(&account.id, barred(&membership));
            }
            self.change_account(&account.id, |account| account.membership = membership);
            if usable {
                let copilot = self.ask_about_copilot(open, &account).await;
                if !self.runs_here() && matches!(copilot, CopilotStanding::Ready { .. }) {
                    open.chat.take_back_what_is_left(&account.id).await;
                }
                self.change_account(&account.id, |account| {
                    // An outage takes nothing away from what was known.
                    if copilot != CopilotStanding::Unknown {
                        account.copilot = copilot;
                    }
                });
            }
        }
        next
    }

    async fn ask_about_organizations(&self, open: &Open, account: &Account) -> (MembershipStanding, Option<Millis>) {
        let requirement = self.gates.lock().get(&account.id).map(|gate| gate.requirement().clone());
        let Some(requirement) = requirement.filter(|requirement| !requirement.is_empty()) else {
            return (MembershipStanding::Open, None);
        };
        let rest = self.resting.lock().get(&account.id).filter(|rest| rest.lasts(self.desktop.now())).cloned();
        let found = match &rest {
            // Whatever asks for a round meanwhile: a limit is waited out.
            Some(rest) => Err(rest.limit.clone()),
            None => self.membership(open, account, &requirement).await,
        };
        let limit = found.as_ref().err().filter(|error| rest.is_none() && error.code == Code::RateLimited).cloned();
        let now = self.desktop.now();
        let after = {
            let mut gates = self.gates.lock();
            gates.get_mut(&account.id).map(|gate| {
                let admission = gate.after(found, now);
                let due = gate.next_check(&admission, now);
                (admission, due, gate.passed())
            })
        };
        // Signed out meanwhile: nothing is said of it, and nothing opened.
        let Some((admission, due, passed)) = after else { return (MembershipStanding::Asking, None) };
        match (limit, due) {
            (Some(limit), Some(until)) => {
                self.resting.lock().insert(account.id.clone(), Rest::new(limit, until, now));
            }
            _ if rest.is_none() => drop(self.resting.lock().remove(&account.id)),
            _ => {}
        }
        let name = gate_name(&account.id);
        let stored = open.store.write(move |change| settings::set(change, &name, &passed)).await;
        if let Err(error) = stored {
            tracing::warn!(%error, "the last success at an organisation could not be stored");
        }
        let standing = match admission {
            Admission::Open | Admission::Closed { standing: Standing::Member } => MembershipStanding::Open,
            Admission::OpenByGrace { until, error } => MembershipStanding::OpenByGrace { until, error },
            Admission::Closed { standing: Standing::Outside { refusals } } => {
                MembershipStanding::Closed { refusals, all: requirement.all }
            }
            Admission::Unknown { error } => MembershipStanding::Unknown { error },
        };
        (standing, due)
    }

    async fn membership(&self, open: &Open, account: &Account, requirement: &Requirement) -> Result<Standing> {
        let github = open.hosts.named(&account.host)?;
        let token = open.tokens.token(&account.id).await?;
        let found = match auth::check(&github, &token, requirement).await {
            Err(error) if error.code == Code::SignInNeeded => {
                let another = open.tokens.refused(&account.id, &token).await?;
                match auth::check(&github, &another, requirement).await {
                    Err(error) if error.code == Code::SignInNeeded => Err(open.tokens.refused_again(&account.id)),
                    other => other,
                }
            }
            other => other,
        };
        let client = self.client_at(github.endpoints().host());
        Ok(match client {
            Some((endpoints, client)) => found?.for_client(&endpoints, &client.id),
            None => found?,
        })
    }

    async fn ask_about_copilot(&self, open: &Open, account: &Account) -> CopilotStanding {
        match open.copilot.ask_anew(&account.id, &account.login).await {
            Ok(user) => CopilotStanding::Ready { plan: user.plan, quota: user.quota, resets_at: user.quota_resets_at },
            Err(error) if matches!(error.code, Code::NoCopilot | Code::CopilotNotServed) => {
                CopilotStanding::Refused { error }
            }
            Err(error) => {
                tracing::warn!(code = ?error.code, "an account's Copilot could not be asked about");
                CopilotStanding::Unknown
            }
        }
    }

    pub(super) fn change_account(&self, account: &AccountId, change: impl FnOnce(&mut Account)) {
        self.windows.change(|state| {
            if let Some(known) = state.accounts.iter_mut().find(|known| known.id == *account) {
                change(known);
            }
        });
    }

    /// What the person does on that page is seen by itself: it is asked about again and again for some minutes.
    pub(super) fn open_organization_page(self: &Arc<Self>, account: &AccountId, organization: &str) -> Result<()> {
        let accounts = self.windows.state().accounts;
        let account = accounts.iter().find(|known| known.id == *account).ok_or(Code::NotFound)?;
        let MembershipStanding::Closed { refusals, .. } = &account.membership else {
            return Err(Code::NotFound.into());
        };
        let refusal = refusals.iter().find(|refusal| refusal.organization == organization).ok_or(Code::NotFound)?;
        let page = refusal.page.as_deref().and_then(|page| Url::parse(page).ok()).ok_or(Code::NotFound)?;
        self.desktop.open(&page).map_err(|_| Error::new(Code::BrowserFailed))?;
        let (house, account) = (self.clone(), account.id.clone());
        // One watcher goes on for as long as the last click says.
        if self.watched.lock().insert(account.clone(), Instant::now()).is_some() {
            return Ok(());
        }
        self.tasks.spawn(async move {
            loop {
                tokio::select! {
                    biased;
                    () = house.ending.cancelled() => return,
                    () = tokio::time::sleep(WATCHED_EVERY) => {}
                }
                let accounts = house.windows.state().accounts;
                // An outage in between is no end: it may be mended by then.
                let outside = accounts.iter().any(|known| known.id == account && barred(&known.membership).is_some());
                let mut watched = house.watched.lock();
                if !outside || watched.get(&account).is_none_or(|since| since.elapsed() > WATCHED_FOR) {
                    watched.remove(&account);
                    return;
                }
                drop(watched);
                house.check_again();
            }
        });
        Ok(())
    }
}

/// What a question of this account is answered with while it may not be asked.
fn barred(standing: &MembershipStanding) -> Option<Error> {
    match standing {
        MembershipStanding::Open | MembershipStanding::OpenByGrace { .. } => None,
        MembershipStanding::Closed { refusals, .. } => {
            let names: Vec<_> = refusals.iter().map(|refusal| refusal.organization.as_str()).collect();
            Some(Error::new(Code::OrganizationRequired).with("organizations", names.join(", ")).retryable())
        }
        MembershipStanding::Asking | MembershipStanding::Unknown { .. } => {
            Some(Error::new(Code::OrganizationUnknown).retryable())
        }
    }
}

pub(super) fn gate_name(account: &AccountId) -> String {
    format!("gate:{account}")
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
