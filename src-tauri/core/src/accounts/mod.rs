//! Who is signed in: profiles (in the database) and the vault (the keychain), apart.

mod account;
mod tokens;

pub use account::{Account, AccountId, AccountState};
pub use tokens::Tokens;
