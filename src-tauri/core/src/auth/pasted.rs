//! Signing in with a token that the person made: looked at for its shape before anything is sent.

use secrecy::{ExposeSecret, SecretString};

use super::flow::{SignedIn, account_of};
use crate::accounts::{Grant, TokenKind, TokenRecord};
use crate::error::{Code, Error, Result};
use crate::github::GitHub;
use crate::time::Millis;

/// No token of GitHub's is longer, in bytes.
const LONGEST: usize = 255;

/// What follows a prefix is longer than this, in bytes.
const SHORTEST_REST: usize = 20;

/// The token in a copied text. `TokenClassic` for one that Copilot does not take, `TokenMalformed` for anything that is
/// not a person's token; neither says anything of the text.
pub fn read(text: &SecretString) -> Result<SecretString> {
    let text = text.expose_secret().trim();
    let token = SecretString::from(text);
    let rest = match TokenKind::of(&token) {
        TokenKind::Classic => return Err(Code::TokenClassic.into()),
        TokenKind::OAuthApp | TokenKind::GitHubApp => text.get(4..),
        TokenKind::FineGrained => text.get("github_pat_".len()..),
        TokenKind::Other => None,
    };
    let well_formed = text.len() <= LONGEST
        && rest.is_some_and(|rest| {
            rest.len() >= SHORTEST_REST && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
    if well_formed { Ok(token) } else { Err(Code::TokenMalformed.into()) }
}

/// Whose token it is. `TokenRejected` when GitHub does not accept it.
pub async fn sign_in(github: &GitHub, token: SecretString, scopes: &[String], now: Millis) -> Result<SignedIn> {
    let record = TokenRecord {
        access: token,
        refresh: None,
        expires_at: None,
        refresh_expires_at: None,
        scopes: Vec::new(),
        grant: Grant::Pasted,
        client_id: String::new(),
    };
    account_of(github, record, scopes, now).await.map_err(|error| match error.code {
        Code::SignInNeeded => Error::new(Code::TokenRejected).with("host", github.endpoints().host()),
        _ => error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::github::fake_github::{NOW, StandIn, USER, answer, json};

    fn of(text: &str) -> Result<String> {
        read(&text.into()).map(|token| token.expose_secret().to_owned())
    }

    #[test]
    fn a_persons_token_is_known_by_its_shape() {
        for prefix in ["github_pat_11ABCDEFG0", "gho_", "ghu_"] {
            let token = format!("{prefix}abcdefghijklmnopqrstuvwxyz0123456789");
            assert_eq!(of(&format!("  {token}\n")).unwrap(), token, "copied with the space around it");
        }
    }

    #[test]
    fn a_classic_token_is_refused_with_a_reason_of_its_own() {
        let error = of("ghp_abcdefghijklmnopqrstuvwxyz0123456789").unwrap_err();
        assert_eq!(error.code, Code::TokenClassic, "Copilot does not take it, and there is a page that helps");
    }

    #[test]
    fn anything_else_is_refused_before_any_request_and_not_repeated() {
        let long = format!("gho_{}", "a".repeat(300));
        for text in [
            "",
            "hunter2",
            "gho_",
            "gho_short",
            "ghr_abcdefghijklmnopqrstuvwxyz0123456789",
            "ghs_abcdefghijklmnopqrstuvwxyz0123456789",
            "gho_abcdefghijklmnopqrstuvwxyz 0123456789",
            "gho_abcdefghijklmnopqrstuvwxyz\u{e9}0123456789",
            "gho_abcdefghijklmnopqrstuvwxyz0123456789\nX-Header: 1",
            "Bearer gho_abcdefghijklmnopqrstuvwxyz0123456789",
            &long,
        ] {
            let error = of(text).unwrap_err();
            assert_eq!(error.code, Code::TokenMalformed, "{text:?} is no token of a person");
            assert!(error.params.is_empty(), "whatever was copied may be a secret of another kind");
        }
    }

    #[tokio::test]
    async fn a_token_becomes_an_account_with_what_it_may_do() {
        let server = StandIn::start(|_| {
            let mut user = json(USER);
            user.headers_mut().insert("x-oauth-scopes", "read:user, repo".parse().unwrap());
            user
        })
        .await;
        let asked = ["read:user".to_owned(), "read:org".to_owned()];
        let token = read(&"gho_abcdefghijklmnopqrstuvwxyz0123456789".into()).unwrap();
        let signed_in = sign_in(&server.github(), token, &asked, NOW).await.unwrap();
        assert_eq!(signed_in.profile.login, "ada-lind", "whose it is");
        assert_eq!(signed_in.token.grant, Grant::Pasted, "it is the person's, so it is never revoked by us");
        assert_eq!(signed_in.scopes.missing, ["read:org"], "what it may not do is said");
    }

    #[tokio::test]
    async fn a_token_that_github_refuses_is_tried_once() {
        let server = StandIn::start(|_| answer(401, "application/json", r#"{"message":"Bad credentials"}"#)).await;
        let token = read(&"gho_abcdefghijklmnopqrstuvwxyz0123456789".into()).unwrap();
        let error = sign_in(&server.github(), token, &[], NOW).await.unwrap_err();
        assert_eq!(error.code, Code::TokenRejected, "it was typed wrong, or revoked");
        assert_eq!(server.seen.lock().len(), 1, "repeated bad credentials would lock the person out");
    }
}
