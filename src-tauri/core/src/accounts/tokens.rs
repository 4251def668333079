//! The only way to an account's token.

use async_trait::async_trait;
use secrecy::SecretString;

use super::AccountId;
use crate::error::Result;

/// Hands out tokens, one account at a time, at the moment they are used. Nobody keeps what is handed out.
#[async_trait]
pub trait Tokens: Send + Sync + 'static {
    /// The account's token, good for use now. `SignInNeeded` when there is none that GitHub accepts.
    async fn token(&self, account: &AccountId) -> Result<SecretString>;

    /// GitHub (not a proxy) refused this token with a 401. Answers with another one when there is one, so that the
    /// request can be sent again, once; otherwise `SignInNeeded`, and from then on [`Tokens::token`] says so too.
    async fn refused(&self, account: &AccountId, token: &SecretString) -> Result<SecretString>;
}
