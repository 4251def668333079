//! Who an account is, apart from its token. Kept in the database.

use super::AccountId;
use crate::time::Millis;

/// Who an account is, as GitHub said at its last sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its lasting name.
    pub id: AccountId,
    /// The name it signs in with.
    pub login: String,
    /// The name the person gave themselves.
    pub name: Option<String>,
    /// Their picture, with its type.
    pub avatar: Option<(Vec<u8>, String)>,
    /// When it signed in here first.
    pub added_at: Millis,
}
