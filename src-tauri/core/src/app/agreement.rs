//! Keychain and database agree, whenever the program ends.
//!
//! Signing in and out changes both, and no transaction spans the two. So an account is noted in the database before its
//! entry in the keychain changes, and ticked off in the change that ends it; a start brings to an end what it finds noted.

use std::sync::Arc;

use rusqlite::{Connection, Transaction};

use super::{House, Open};
use crate::accounts::AccountId;
use crate::error::Result;
use crate::store::{Store, StoreError, profiles, settings};

/// The name of the accounts whose entry in the keychain was being changed, in the database.
const UNSETTLED: &str = "unsettled";

/// The account's entry in the keychain is about to change.
pub(super) async fn begin(store: &Store, account: &AccountId) -> Result<()> {
    let id = account.clone();
    Ok(store.write(move |change| note(change, &id)).await?)
}

/// [`begin`] as a part of a change.
pub(super) fn note(change: &Transaction<'_>, account: &AccountId) -> std::result::Result<(), StoreError> {
    let mut all = noted(change)?;
    if !all.contains(account) {
        all.push(account.clone());
    }
    settings::set(change, UNSETTLED, &all)
}

/// The account's entry in the keychain is as the database says.
pub(super) fn end(change: &Transaction<'_>, account: &AccountId) -> std::result::Result<(), StoreError> {
    let mut all = noted(change)?;
    all.retain(|known| known != account);
    settings::set(change, UNSETTLED, &all)
}

fn noted(look: &Connection) -> std::result::Result<Vec<AccountId>, StoreError> {
    Ok(settings::get(look, UNSETTLED)?.unwrap_or_default())
}

impl House {
    /// Brings to an end what the last run began: a token of nobody who is signed in leaves the keychain. (One who is
    /// signed in was signing in once more; whichever token is there is theirs.)
    pub(super) async fn settle_accounts(self: &Arc<Self>, open: &Open) {
        for account in open.store.read(noted).await.unwrap_or_default() {
            let id = account.clone();
            let Ok(profile) = open.store.read(move |look| profiles::find(look, &id)).await else { continue };
            let signed_in = profile.is_some_and(|profile| !profile.signed_out);
            if !signed_in && let Some(failure) = self.take_token(open, &account).await {
                tracing::warn!(%failure, "a token of nobody who is signed in stays in the keychain for now");
                continue;
            }
            if let Err(error) = open.store.write(move |change| end(change, &account)).await {
                tracing::warn!(%error, "an account that is settled could not be ticked off");
            }
        }
    }
}
