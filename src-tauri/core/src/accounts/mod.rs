//! Who is signed in: profiles (in the database) and the vault (the keychain), apart.

mod account;
mod live;
mod profile;
mod record;
mod tokens;
mod vault;

#[cfg(test)]
mod fake_keychain;

pub use account::{Account, AccountId, AccountState};
pub use live::LiveTokens;
pub use profile::Profile;
pub use record::{EntryFault, Grant, LARGEST_ENTRY, TokenKind, TokenRecord};
pub use tokens::Tokens;
pub use vault::{Kept, Removed, Vault};
