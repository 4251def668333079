//! The only way to an account's token.

use async_trait::async_trait;
use secrecy::SecretString;

use super::{AccountId, TokenRecord};
use crate::error::{Error, Result};

/// Hands out tokens, one account at a time, at the moment they are used. Nobody keeps what is handed out.
#[async_trait]
pub trait Tokens: Send + Sync + 'static {
    /// The account's token, good for use now. `SignInNeeded` when there is none that GitHub accepts.
    async fn token(&self, account: &AccountId) -> Result<SecretString>;

    /// GitHub (not a proxy) refused this token with a 401. Answers with another one when there is one, so that the
    /// request can be sent again, once; otherwise `SignInNeeded`, and from then on [`Tokens::token`] says so too.
    async fn refused(&self, account: &AccountId, token: &SecretString) -> Result<SecretString>;

    /// GitHub refused the token that [`Tokens::refused`] had just answered with, too: no more is tried until the account
    /// signs in. Answers with `SignInNeeded`.
    fn refused_again(&self, account: &AccountId) -> Error;
}

/// Gets an account's next token.
#[async_trait]
pub trait Renewal: Send + Sync + 'static {
    /// The next token in place of this one, which is spent by it. `SignInNeeded` when there is no refresh token or
    /// GitHub refuses it; any other error says nothing about the account.
    async fn renew(&self, account: &AccountId, record: &TokenRecord) -> Result<TokenRecord>;
}
