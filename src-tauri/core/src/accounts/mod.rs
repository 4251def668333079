//! Who is signed in: profiles (in the database) and the vault (the keychain), apart.

mod account;
mod connection;
mod handed_in;
mod live;
mod profile;
mod proxy_password;
mod record;
mod tokens;
mod vault;

#[cfg(test)]
mod fake_keychain;

pub use account::AccountId;
pub use connection::ConnectionTokens;
pub use handed_in::{HandedIn, Unusable};
pub use live::LiveTokens;
pub use profile::Profile;
pub use record::{EntryFault, Grant, LARGEST_ENTRY, TokenKind, TokenRecord};
pub use tokens::{Renewal, Tokens};
pub use vault::{Kept, Removed, Vault};
