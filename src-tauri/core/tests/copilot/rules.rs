//! What a company asks of an account, and what GitHub takes away: the whole core without a window, against the sandbox.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use wingman_core::Code;
use wingman_core::accounts::AccountId;
use wingman_core::app::{Account, AccountState, AppState, CopilotStanding, MembershipStanding, Phase};
use wingman_core::auth::Reason;
use wingman_core::chat::TurnState;
use wingman_sandbox::{Access, Copilot, Failure, Membership, Organization};

use crate::story::{Run, shown};
use crate::ways::Person;

const ACME: &str = "[organization]\nrequired = [\"acme-corp\"]";

fn of<'a>(state: &'a AppState, id: &AccountId) -> Option<&'a Account> {
    state.accounts.iter().find(|account| account.id == *id)
}

fn membership_is(state: &AppState, id: &AccountId, holds: impl Fn(&MembershipStanding) -> bool) -> bool {
    of(state, id).is_some_and(|account| holds(&account.membership))
}

fn refused(standing: &MembershipStanding, why: impl Fn(&Reason) -> bool) -> bool {
    matches!(standing, MembershipStanding::Closed { refusals, .. } if refusals.iter().any(|it| why(&it.reason)))
}

pub async fn a_member_of_a_required_organisation_chats(folder: PathBuf) -> Result<()> {
    // Hers is written in another case, and stands on the second page.
    let person = Person::with(&folder, "wingman-sandbox", ACME).await?;
    let ada = person.in_browser("ada-lind").await?;
    person.run.until("she is let in", |state| membership_is(state, &ada, |it| *it == MembershipStanding::Open)).await?;
    person.ask(&ada, "from a member").await?;
    person.run.finish().await
}

pub async fn who_is_outside_is_told_and_comes_in_when_the_organisation_lets_them(folder: PathBuf) -> Result<()> {
    let person = Person::with(&folder, "wingman-sandbox", ACME).await?;
    let sam = person.in_browser("sam-reyes").await?;
    let outside = |it: &MembershipStanding| refused(it, |why| *why == Reason::NotMember);
    person.run.until("he is told", |state| membership_is(state, &sam, outside)).await?;
    let chat = person.run.send(&sam, None, "from the outside").await?;
    let turn = person.run.last(&chat, |turn| matches!(turn.state, TurnState::Failed { .. })).await?;
    let why = match &turn.state {
        TurnState::Failed { error } => error.clone(),
        other => anyhow::bail!("it is answered: {other:?}"),
    };
    ensure!(why.code == Code::OrganizationRequired, "the question is kept, and told why: {why:?}");
    ensure!(why.params["organizations"] == "acme-corp", "which organisation: {why:?}");
    let sent = person.sandbox.requests().iter().any(|it| it.body.contains("from the outside"));
    ensure!(!sent, "and nothing of it was sent");

    // Signing in again, as one does for a missing scope, works for who is outside too; so does the next start.
    person.in_browser("sam-reyes").await?;
    person.run.until("he is told again", |state| membership_is(state, &sam, outside)).await?;
    let live = || person.sandbox.live_tokens().iter().filter(|token| token.login == "sam-reyes").count();
    person.until("the first token is revoked", || live() == 1).await?;
    let Person { sandbox, table, run } = person;
    run.finish().await?;
    let configuration = std::fs::read_to_string(folder.join("config.toml"))?;
    let run = Run::configured(&folder, &table, &configuration)?;
    run.app.start();
    run.until("the next start is ready", |state| state.phase == Phase::Ready).await?;
    run.app.window_is_up();
    run.until("he is told at the next start", |state| membership_is(state, &sam, outside)).await?;
    let person = Person { sandbox, table, run };

    person.sandbox.set_membership("sam-reyes", "acme-corp", Membership::Pending);
    person.run.app.check_again();
    let invited = |it: &MembershipStanding| refused(it, |why| *why == Reason::Invited);
    person.run.until("an invitation waits", |state| membership_is(state, &sam, invited)).await?;
    person.sandbox.set_membership("sam-reyes", "acme-corp", Membership::Active);
    person.run.app.check_again();
    person.run.until("he is let in", |state| membership_is(state, &sam, |it| *it == MembershipStanding::Open)).await?;
    person.run.chat()?.retry(&chat).await?;
    person.run.answered(&chat).await?;
    person.run.finish().await
}

pub async fn single_sign_on_is_done_in_the_browser_and_seen_by_itself(folder: PathBuf) -> Result<()> {
    let person = Person::with(&folder, "wingman-sandbox", ACME).await?;
    person.sandbox.set_organization(Organization { sso: true, ..Organization::named("acme-corp") });
    let ada = person.in_browser("ada-lind").await?;
    let sso = |it: &MembershipStanding| refused(it, |why| *why == Reason::SsoRequired);
    person.run.until("single sign-on is asked for", |state| membership_is(state, &ada, sso)).await?;
    person.run.app.open_organization_page(&ada, "acme-corp")?;
    let page = person.table.opened().pop().context("a page")?;
    ensure!(page.as_str().starts_with(person.sandbox.url()), "the account's own host: {page}");
    ensure!(person.run.app.open_organization_page(&ada, "other").is_err(), "no other page is opened for the window");
    person.sandbox.set_signed_on("ada-lind", "acme-corp", true);
    person.run.until("it is seen", |state| membership_is(state, &ada, |it| *it == MembershipStanding::Open)).await?;
    person.ask(&ada, "after single sign-on").await?;
    person.run.finish().await
}

pub async fn an_unapproved_app_and_a_closed_network_are_told_apart(folder: PathBuf) -> Result<()> {
    let person = Person::with(&folder, "wingman-sandbox", ACME).await?;
    let acme = || Organization::named("acme-corp");
    person.sandbox.set_organization(Organization { app_restricted: true, ..acme() });
    let ada = person.in_browser("ada-lind").await?;
    let unapproved = |it: &MembershipStanding| refused(it, |why| matches!(why, Reason::AppNotApproved { .. }));
    person.run.until("the app is not approved", |state| membership_is(state, &ada, unapproved)).await?;
    person.run.app.open_organization_page(&ada, "acme-corp")?;
    let page = person.table.opened().pop().context("a page")?;
    ensure!(page.path() == "/settings/connections/applications/wingman-sandbox", "where one asks for it: {page}");

    person.sandbox.set_organization(Organization { ip_allow_list: true, ..acme() });
    person.run.app.check_again();
    let elsewhere = |it: &MembershipStanding| refused(it, |why| *why == Reason::IpNotAllowed);
    person.run.until("the network is not allowed", |state| membership_is(state, &ada, elsewhere)).await?;
    person.sandbox.set_organization(acme());
    person.run.app.check_again();
    person.run.until("she is let in", |state| membership_is(state, &ada, |it| *it == MembershipStanding::Open)).await?;
    person.run.finish().await
}

pub async fn who_cannot_be_asked_about_is_not_called_an_outsider(folder: PathBuf) -> Result<()> {
    let person = Person::with(&folder, "wingman-sandbox", ACME).await?;
    let limit = |path: &str| Failure {
        headers: [("retry-after".to_owned(), "2".to_owned())].into(),
        ..Failure::status(path, 429)
    };
    person.sandbox.fail(limit("/user/memberships/orgs/*"));
    person.sandbox.fail(limit("/user/orgs"));
    let ada = person.in_browser("ada-lind").await?;
    let limited = |it: &MembershipStanding| matches!(it, MembershipStanding::Unknown { error } if error.code == Code::RateLimited);
    person.run.until("nobody can say", |state| membership_is(state, &ada, limited)).await?;
    person.sandbox.clear_failures();
    let asked = || -> Vec<u64> {
        let all = person.sandbox.requests().into_iter();
        all.filter(|it| it.path.contains("/memberships/orgs/")).map(|it| it.at_ms).collect()
    };
    let last = asked().pop().context("it was asked")?;
    person.run.until("she is let in", |state| membership_is(state, &ada, |it| *it == MembershipStanding::Open)).await?;
    let next = asked().into_iter().find(|at| *at > last).context("it was asked again")?;
    ensure!(next - last >= 2_000, "by itself, and not before GitHub wants to be asked again: {}", next - last);
    person.run.finish().await
}

pub async fn an_outage_locks_nobody_out_who_was_inside(folder: PathBuf) -> Result<()> {
    let person = Person::with(&folder, "wingman-sandbox", ACME).await?;
    let ada = person.in_browser("ada-lind").await?;
    let open = |it: &MembershipStanding| *it == MembershipStanding::Open;
    let state = person.run.until("she is let in", |state| {
        membership_is(state, &ada, open) && of(state, &ada).is_some_and(|it| it.copilot != CopilotStanding::Unknown)
    });
    state.await?;
    person.sandbox.fail(Failure::status("/user/memberships/orgs/*", 503));
    person.sandbox.fail(Failure::status("/user/orgs", 429));
    person.run.app.check_again();
    let grace = |it: &MembershipStanding| matches!(it, MembershipStanding::OpenByGrace { .. });
    person.run.until("nobody can be asked", |state| membership_is(state, &ada, grace)).await?;
    person.ask(&ada, "during an outage").await?;
    let Person { sandbox, table, run } = person;
    run.finish().await?;

    let configuration = std::fs::read_to_string(folder.join("config.toml"))?;
    let run = Run::configured(&folder, &table, &configuration)?;
    run.app.start();
    run.until("it is ready", |state| state.phase == Phase::Ready).await?;
    run.app.window_is_up();
    run.until("the next start remembers", |state| membership_is(state, &ada, grace)).await?;
    table.set_clock(4 * 24 * 3_600_000);
    run.app.check_again();
    let unknown = |it: &MembershipStanding| matches!(it, MembershipStanding::Unknown { .. });
    run.until("after three days it ends", |state| membership_is(state, &ada, unknown)).await?;
    sandbox.clear_failures();
    run.app.check_again();
    run.until("GitHub is back", |state| membership_is(state, &ada, open)).await?;
    run.finish().await
}

pub async fn a_rate_limit_is_waited_out_whatever_asks_for_a_round(folder: PathBuf) -> Result<()> {
    let person = Person::with(&folder, "wingman-sandbox", ACME).await?;
    let ada = person.in_browser("ada-lind").await?;
    person.run.until("she is let in", |state| membership_is(state, &ada, |it| *it == MembershipStanding::Open)).await?;
    let mut limit = Failure::status("/user/memberships/orgs/*", 429);
    limit.headers.insert("retry-after".to_owned(), "1800".to_owned());
    person.sandbox.fail(limit);
    person.run.app.check_again();
    let grace = |it: &MembershipStanding| matches!(it, MembershipStanding::OpenByGrace { .. });
    person.run.until("the limit is told", |state| membership_is(state, &ada, grace)).await?;

    let asked = || {
        let about = |it: &&wingman_sandbox::Recorded| it.path.contains("/user/memberships/orgs/");
        person.sandbox.requests().iter().filter(about).count()
    };
    let before = asked();
    for _ in 0..5 {
        person.run.app.check_again();
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    ensure!(asked() == before, "GitHub named half an hour, and hears nothing before: {} more", asked() - before);
    person.sandbox.clear_failures();
    person.table.set_clock(31 * 60_000);
    person.run.app.check_again();
    person.run.until("it is over", |state| membership_is(state, &ada, |it| *it == MembershipStanding::Open)).await?;
    ensure!(asked() > before, "then it is asked again");
    person.run.finish().await
}

pub async fn what_was_revoked_in_the_browser_is_seen_on_the_next_round(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let (ada, lin) = (person.in_browser("ada-lind").await?, person.in_browser("lin-wei").await?);
    person.ask(&ada, "before it is revoked").await?;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    person.sandbox.revoke_tokens(Some("ada-lind"));
    let chat = person.run.send(&ada, None, "after it was revoked").await?;
    let needs = |state: &AppState| of(state, &ada).is_some_and(|it| it.state == AccountState::SignInNeeded);
    let state = person.run.until("the account asks for sign-in", needs).await?;
    ensure!(of(&state, &lin).is_some_and(|it| it.state == AccountState::SignedIn), "and nobody else");
    // The account is told a moment before the answer is stored, and there is nothing to try again before that.
    person.run.last(&chat, |turn| matches!(turn.state, TurnState::Failed { .. })).await?;
    person.in_browser("ada-lind").await?;
    person.run.chat()?.retry(&chat).await?;
    let answer = person.run.answered(&chat).await?;
    ensure!(shown(&answer).contains("after it was revoked"), "the question was kept: {answer:?}");
    person.run.finish().await
}

pub async fn a_seat_that_is_taken_away_is_told_and_touches_nobody_else(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    person.sandbox.set_copilot("lin-wei", Copilot::of(Access::SeatPending));
    let (ada, lin) = (person.in_browser("ada-lind").await?, person.in_browser("lin-wei").await?);
    let ready = |state: &AppState| {
        of(state, &ada).is_some_and(|it| matches!(&it.copilot, CopilotStanding::Ready { quota: Some(quota), resets_at: Some(_), .. } if quota.entitlement > 0.0))
    };
    person.run.until("hers is known, with its quota and when it begins anew", ready).await?;
    for (access, reason) in [
        (Access::SeatPending, "seat-pending"),
        (Access::NoAccess, "free-offered"),
        (Access::DisabledByOrganization, "disabled"),
    ] {
        person.sandbox.set_copilot("lin-wei", Copilot::of(access));
        person.run.app.check_again();
        let told = |state: &AppState| {
            of(state, &lin).is_some_and(|it| matches!(&it.copilot, CopilotStanding::Refused { error } if error.params.get("reason").is_some_and(|it| it == reason)))
        };
        person.run.until(reason, told).await?;
    }
    person.ask(&ada, "another account goes on").await?;
    person.run.finish().await
}
