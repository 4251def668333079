//! What an account has used and what is left of its month, told to every window after each answer; and what a person
//! chose for an account.

use std::sync::Arc;

use tokio::sync::broadcast::error::RecvError;

use super::{CopilotStanding, House, Open};
use crate::accounts::AccountId;
use crate::chat::Bill;
use crate::error::{Code, Result};
use crate::store::choices::{self, AccountChoices};

/// What a model's id may be long, in bytes.
const LONGEST_MODEL: usize = 256;

/// More favourites than a list is worth walking for.
const MOST_FAVOURITES: usize = 50;

impl House {
    /// Every paid answer changes what the windows show of its account.
    pub(super) fn follow_bills(self: &Arc<Self>, open: &Open) {
        let (house, open, mut bills) = (self.clone(), open.clone(), open.chat.bills());
        self.tasks.spawn(async move {
            loop {
                match bills.recv().await {
                    Ok(bill) => house.settle(&open, bill).await,
                    // The next one brings everything up to date.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        });
    }

    async fn settle(&self, open: &Open, bill: Bill) {
        let Bill { account, quota: live } = bill;
        self.tally(open, &account).await;
        let Some((now, resets)) = live else { return };
        self.change_account(&account, |account| {
            if let CopilotStanding::Ready { quota, resets_at, .. } = &mut account.copilot {
                // The record says what a plan counts in, an answer does not always.
                let in_credits = now.in_credits || quota.is_some_and(|before| before.in_credits);
                *quota = Some(crate::github::Quota { in_credits, ..now });
                *resets_at = resets.or(*resets_at);
            }
        });
    }

    /// Brings what the windows show of the account's month up to date.
    pub(super) async fn tally(&self, open: &Open, account: &AccountId) {
        if let Some((spent, choices)) = self.month_of(open, account).await {
            self.change_account(account, |account| {
                account.spent = spent;
                account.choices = choices;
            });
        }
    }

    /// What was used with the account in this month, and what was chosen for it; none when it cannot be read.
    pub(super) async fn month_of(&self, open: &Open, account: &AccountId) -> Option<(f64, AccountChoices)> {
        let id = account.clone();
        let chosen = open.store.read(move |look| choices::of_account(look, &id)).await;
        match (open.chat.spent(account).await, chosen) {
            (Ok(spent), Ok(choices)) => Some((spent, choices)),
            (spent, chosen) => {
                let (spent, chosen) = (spent.is_ok(), chosen.is_ok());
                tracing::warn!(spent, chosen, "what an account has used, or what was chosen for it, could not be read");
                None
            }
        }
    }

    /// Keeps what a person chose for an account, and tells every window.
    pub(super) async fn choose_for_account(&self, account: &AccountId, chosen: AccountChoices) -> Result<()> {
        let open = self.open()?;
        if !self.windows.state().accounts.iter().any(|known| known.id == *account) {
            return Err(Code::NotFound.into());
        }
        let chosen = careful(chosen)?;
        let (id, stored) = (account.clone(), chosen.clone());
        open.store.write(move |change| choices::set_for_account(change, &id, &stored)).await?;
        self.change_account(account, |account| account.choices = chosen);
        Ok(())
    }
}

/// What can be kept of it: each favourite once, and a limit that is a number above nothing.
fn careful(mut chosen: AccountChoices) -> Result<AccountChoices> {
    let names = chosen.favourites.iter().chain(&chosen.default_model);
    if names.into_iter().any(|name| name.len() > LONGEST_MODEL) || chosen.favourites.len() > MOST_FAVOURITES {
        return Err(Code::TooLong.into());
    }
    let mut seen = std::collections::HashSet::new();
    chosen.favourites.retain(|model| seen.insert(model.clone()));
    chosen.credit_limit = chosen.credit_limit.filter(|limit| limit.is_finite() && *limit > 0.0);
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_window_chooses_is_taken_with_care() {
        let chosen = |limit| AccountChoices {
            favourites: vec!["a".into(), "b".into(), "a".into()],
            credit_limit: Some(limit),
            ..AccountChoices::default()
        };
        let kept = careful(chosen(50.0)).expect("an ordinary choice");
        assert_eq!((kept.favourites, kept.credit_limit), (vec!["a".into(), "b".into()], Some(50.0)), "each one once");
        for odd in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(careful(chosen(odd)).expect("no fault").credit_limit, None, "{odd} is no limit");
        }
        let flood = AccountChoices { default_model: Some("x".repeat(1000)), ..AccountChoices::default() };
        assert_eq!(careful(flood).err().map(|error| error.code), Some(Code::TooLong), "a flood is not kept");
    }
}
