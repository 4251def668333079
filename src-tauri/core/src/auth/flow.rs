//! From a token to an account: who it is, and what was granted.

use std::time::Duration;

use super::attempt::{Authorization, Exchange};
use super::token_address::exchange;
use crate::accounts::{AccountId, Profile, TokenKind, TokenRecord};
use crate::error::{Code, Result};
use crate::github::{GitHub, User};
use crate::time::Millis;

/// How often `/user` is asked, which is safe to repeat, before the sign-in fails.
const TRIES: u32 = 3;

/// How long a sign-in waits for a picture.
const AVATAR: Duration = Duration::from_secs(5);

/// A person became an account. Nothing of it is stored yet.
#[derive(Debug)]
pub struct SignedIn {
    /// Who it is.
    pub profile: Profile,
    /// The token, for the vault.
    pub token: TokenRecord,
    /// What was granted and what is missing.
    pub scopes: Scopes,
}

/// What was granted, beside what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes {
    /// What the token may do; empty for a GitHub App, whose permissions stand elsewhere.
    pub granted: Vec<String>,
    /// What was asked for and not granted: what hangs on it will not work.
    pub missing: Vec<String>,
}

/// Exchanges the code, once, and asks whose token it is.
pub async fn finish(github: &GitHub, attempt: Exchange, now: Millis) -> Result<SignedIn> {
    let asked = attempt.asked.clone();
    let token = exchange(github.http(), attempt, now).await?;
    identify(github, &asked, token, now).await
}

/// Asks whose new token this is. When that cannot be had the token is revoked again, as well as it can be: nobody
/// would know of it.
pub async fn identify(github: &GitHub, asked: &Authorization, token: TokenRecord, now: Millis) -> Result<SignedIn> {
    let access = token.access.clone();
    let account = account_of(github, token, &asked.scopes, now).await;
    if let Err(error) = &account {
        let revoked = github.revoke(&asked.client.id, asked.client.secret.as_ref(), &access).await;
        tracing::warn!(code = ?error.code, revoked = revoked.is_ok(), "no account behind a new token");
    }
    account
}

/// The account behind a token.
pub(super) async fn account_of(
    github: &GitHub,
    mut token: TokenRecord,
    asked: &[String],
    now: Millis,
) -> Result<SignedIn> {
    let user = whose(github, &token).await?;
    let avatar = match &user.avatar_url {
        Some(address) => tokio::time::timeout(AVATAR, github.avatar(address)).await.ok().flatten(),
        None => None,
    };
    if let Some(scopes) = user.scopes.filter(|_| token.scopes.is_empty()) {
        token.scopes = scopes;
    }
    let scopes = Scopes { missing: missing(asked, &token), granted: token.scopes.clone() };
    let profile = Profile {
        id: AccountId::new(github.endpoints().host().as_str(), user.id),
        login: user.login,
        name: user.name.filter(|name| !name.trim().is_empty()),
        avatar: avatar.map(|avatar| (avatar.bytes, avatar.mime.to_owned())),
        added_at: now,
    };
    Ok(SignedIn { profile, token, scopes })
}

async fn whose(github: &GitHub, token: &TokenRecord) -> Result<User> {
    let mut tried = 1;
    loop {
        match github.user(&token.access).await {
            Err(error) if error.retryable && error.code != Code::RateLimited && tried < TRIES => {
                tokio::time::sleep(Duration::from_millis(300 * u64::from(tried))).await;
                tried += 1;
            }
            answer => return answer,
        }
    }
}

/// What was asked for and is covered by nothing that was granted.
fn missing(asked: &[String], token: &TokenRecord) -> Vec<String> {
    if !matches!(token.kind(), TokenKind::OAuthApp | TokenKind::Other) {
        return Vec::new(); // permissions of the app or of the token, not scopes
    }
    let covered = |scope: &str| {
        token.scopes.iter().any(|granted| match granted.as_str() {
            same if same == scope => true,
            "user" => matches!(scope, "read:user" | "user:email" | "user:follow"),
            "admin:org" => matches!(scope, "write:org" | "read:org"),
            "write:org" => scope == "read:org",
            _ => false,
        })
    };
    asked.iter().filter(|scope| !covered(scope)).cloned().collect()
}

#[cfg(test)]
#[path = "flow_tests.rs"]
mod tests;
