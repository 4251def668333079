//! What the answers of a month cost, by account and model; and what an account has used of this one.
//!
//! Out of our own ledger, which deleting a chat does not change. Months are those of UTC, because GitHub's are: its
//! quota begins anew at their beginning.

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use ts_rs::TS;

use super::{Chat, Room};
use crate::accounts::AccountId;
use crate::error::Result;
use crate::github::Quota;
use crate::store::{profiles, usage};
use crate::time::Millis;

/// So many months are offered at most; a wrong clock must not make a list without end.
const MONTHS: usize = 120;

/// An answer was paid for.
#[derive(Clone, Debug)]
pub struct Bill {
    /// By whom.
    pub account: AccountId,
    /// What is left of their month, where the endpoint said so; and when it begins anew.
    pub quota: Option<(Quota, Option<Millis>)>,
}

/// What the answers of one account by one model cost in a month.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UseOfModel {
    /// Who paid.
    pub account: AccountId,
    /// The name the account signs in with.
    pub login: String,
    /// The model's id; empty where nobody said which it was.
    pub model: String,
    /// How many answers.
    pub answers: u32,
    /// Tokens read.
    #[ts(type = "number")]
    pub tokens_in: u64,
    /// Tokens written.
    #[ts(type = "number")]
    pub tokens_out: u64,
    /// AI credits; none where the account is not billed by them.
    pub credits: Option<f64>,
}

/// What a month cost.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MonthOfUse {
    /// Which, as `2026-11`.
    pub month: String,
    /// The months that there is something of, and this one; newest first.
    pub months: Vec<String>,
    /// By account, the dearest model of each first.
    pub rows: Vec<UseOfModel>,
}

impl Chat {
    /// What a month (`2026-11`) cost; this one when none is named, or when it is no month.
    pub async fn usage(&self, month: Option<&str>) -> Result<MonthOfUse> {
        let this = first_of(self.room.now());
        let month = month.and_then(named).unwrap_or(this);
        let (from, to) = bounds(month);
        let read = self
            .room
            .store
            .read(move |look| Ok((usage::between(look, from, to)?, usage::first(look)?, profiles::all(look)?)));
        let (sums, first, profiles) = read.await?;
        let login = |account: &AccountId| {
            let known = profiles.iter().find(|profile| profile.id == *account);
            known.map_or_else(|| account.to_string(), |profile| profile.login.clone())
        };
        let rows = sums.into_iter().map(|sum| UseOfModel {
            login: login(&sum.account),
            account: sum.account,
            model: sum.model,
            answers: sum.answers,
            tokens_in: sum.tokens_in,
            tokens_out: sum.tokens_out,
            credits: sum.credits,
        });
        let oldest = first.map_or(this, first_of).min(month);
        Ok(MonthOfUse { month: name(month), months: months(this.max(month), oldest), rows: rows.collect() })
    }

    /// The AI credits that an account has used in this month.
    pub async fn spent(&self, account: &AccountId) -> Result<f64> {
        let ((from, to), account) = (bounds(first_of(self.room.now())), account.clone());
        Ok(self.room.store.read(move |look| usage::credits(look, &account, from, to)).await?)
    }

    /// Every answer that is paid for from now on.
    pub fn bills(&self) -> tokio::sync::broadcast::Receiver<Bill> {
        self.room.bills.subscribe()
    }
}

impl Room {
    /// Tells whoever counts that an answer was paid for.
    pub(super) fn paid(&self, account: AccountId, quota: Option<(Quota, Option<Millis>)>) {
        let _ = self.bills.send(Bill { account, quota });
    }
}

/// The first day of the month of this time.
fn first_of(at: Millis) -> Date {
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    at.to_zoned(TimeZone::UTC).date().first_of_month()
}

fn named(month: &str) -> Option<Date> {
    // Longer ones name a day, or more.
    if month.len() == 7 { format!("{month}-01").parse().ok() } else { None }
}

fn name(month: Date) -> String {
    month.strftime("%Y-%m").to_string()
}

/// From when to before when it lasts.
fn bounds(month: Date) -> (Millis, Millis) {
    let start = |day: Date| {
        let at = day.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp().as_millisecond());
        Millis(at.unwrap_or(i64::MAX))
    };
    (start(month), month.checked_add(1.month()).map_or(Millis(i64::MAX), start))
}

/// From the newest to the oldest.
fn months(newest: Date, oldest: Date) -> Vec<String> {
    std::iter::successors(Some(newest), |month| month.checked_sub(1.month()).ok())
        .take_while(|month| *month >= oldest)
        .take(MONTHS)
        .map(name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Millis {
        Millis(text.parse::<jiff::Timestamp>().expect("a time").as_millisecond())
    }

    #[test]
    fn a_month_is_github_s_whatever_the_computer_s_zone() {
        let november = named("2026-11").expect("a month");
        assert_eq!(bounds(november), (at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z")), "in UTC");
        assert_eq!(first_of(at("2026-11-30T23:59:59Z")), november, "its last second belongs to it");
        assert_eq!(name(first_of(at("2026-12-01T00:00:00Z"))), "2026-12", "the next one does not");
    }

    #[test]
    fn what_is_no_month_is_none() {
        for odd in ["", "2026", "2026-13", "2026-11-05", "november"] {
            assert_eq!(named(odd), None, "{odd:?} names no month");
        }
    }

    #[test]
    fn every_month_since_the_first_answer_can_be_looked_at() {
        let of = |month: &str| named(month).expect("a month");
        assert_eq!(months(of("2027-01"), of("2026-11")), ["2027-01", "2026-12", "2026-11"], "newest first");
        assert_eq!(months(of("2026-11"), of("0001-01")).len(), MONTHS, "a clock that was wrong once costs no memory");
    }
}
