//! Who was given what: authorization codes, access tokens, refresh tokens. Time is passed in.

use std::{fs, path::PathBuf, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    clients::{Client, Kind},
    people::{self, Person},
    random,
};

/// A code works for ten minutes.
const CODE_LIFE: Duration = Duration::from_mins(10);
/// An access token that expires does so after eight hours.
pub(crate) const TOKEN_LIFE: Duration = Duration::from_hours(8);
/// Its refresh token lives half a year.
pub(crate) const REFRESH_LIFE: Duration = Duration::from_hours(4_416);
/// More tokens than these for one person, application and scope push out the oldest.
const LIVE_TOKENS: usize = 10;

/// What was agreed to on the authorize page.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) challenge: Option<String>,
    pub(crate) user: u64,
    issued: Duration,
}

impl Code {
    pub(crate) fn new(client_id: &str, redirect_uri: &str, user: u64, now: Duration) -> Self {
        Self {
            client_id: client_id.into(),
            redirect_uri: redirect_uri.into(),
            scopes: Vec::new(),
            challenge: None,
            user,
            issued: now,
        }
    }

    /// RFC 7636, S256: the challenge is the hash of the verifier. Without a challenge there is nothing to prove.
    pub(crate) fn proven_by(&self, verifier: Option<&str>) -> bool {
        match (&self.challenge, verifier) {
            (None, _) => true,
            (Some(challenge), Some(verifier)) => {
                URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == *challenge
            }
            (Some(_), None) => false,
        }
    }
}

/// An access token, with its refresh token when it expires.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    pub(crate) client_id: String,
    pub(crate) user: u64,
    pub(crate) scopes: Vec<String>,
    /// Whether it came through the device flow: such a one is refreshed without the client's secret.
    pub(crate) device: bool,
    issued: Duration,
}

impl Token {
    pub(crate) fn person(&self) -> Option<&'static Person> {
        people::by_id(self.user)
    }

    fn access_works(&self, now: Duration) -> bool {
        self.refresh.is_none() || now < self.issued + TOKEN_LIFE
    }

    fn refresh_works(&self, now: Duration) -> bool {
        now < self.issued + REFRESH_LIFE
    }

    /// A GitHub App's token, or a fine-grained one of the person's own: without scopes, with permissions instead.
    pub(crate) fn fine_grained(&self) -> bool {
        self.access.starts_with("ghu_") || self.access.starts_with("github_pat_")
    }

    /// Whether a scope covers it. What a fine-grained token may is decided elsewhere.
    pub(crate) fn may(&self, any_of: &[&str]) -> bool {
        self.fine_grained() || any_of.iter().any(|scope| self.scopes.iter().any(|own| own == scope))
    }
}

/// A token that works, for a test to look at.
#[derive(Debug, Clone, Serialize)]
pub struct LiveToken {
    /// The access token.
    pub access_token: String,
    /// The refresh token, when there is one.
    pub refresh_token: Option<String>,
    /// Whose it is.
    pub login: String,
    /// The application it was given to.
    pub client_id: String,
    /// What it may do.
    pub scopes: Vec<String>,
}

/// Everything secret that was ever given out or shown here, spent or not: for a test to look for where it must not be.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Secrets {
    /// Access tokens.
    pub access_tokens: Vec<String>,
    /// Refresh tokens.
    pub refresh_tokens: Vec<String>,
    /// Codes of the authorize page.
    pub codes: Vec<String>,
    /// Device codes; what a person types in is none of them.
    pub device_codes: Vec<String>,
    /// Verifiers, as they came to the token address.
    pub verifiers: Vec<String>,
}

impl Secrets {
    fn note(&mut self, token: &Token) {
        self.access_tokens.push(token.access.clone());
        self.refresh_tokens.extend(token.refresh.clone());
    }
}

/// All codes and tokens.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    codes: Vec<(String, Code)>,
    tokens: Vec<Token>,
    keep: Option<PathBuf>,
    pub(crate) secrets: Secrets,
}

impl Grants {
    /// Tokens that outlive this sandbox: read from the file now, written there at each change. What is not such a
    /// file is taken for none.
    pub(crate) fn kept_in(file: PathBuf) -> Self {
        let tokens: Vec<Token> =
            fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        let mut secrets = Secrets::default();
        for token in &tokens {
            secrets.note(token);
        }
        Self { codes: Vec::new(), tokens, keep: Some(file), secrets }
    }

    fn keep(&self) {
        // A stand-in's tokens: whoever cannot keep them signs in again.
        if let (Some(file), Ok(text)) = (&self.keep, serde_json::to_vec(&self.tokens)) {
            let _ = fs::write(file, text);
        }
    }

    /// A code for what was agreed to.
    pub(crate) fn code(&mut self, code: Code) -> String {
        let text = random::hex(20);
        self.secrets.codes.push(text.clone());
        self.codes.push((text.clone(), code));
        text
    }

    /// What this code stands for, if it is `client`'s and in time. It is gone then: a code works once.
    pub(crate) fn redeem(&mut self, text: &str, client: &Client, now: Duration) -> Option<Code> {
        let at = self.codes.iter().position(|(known, code)| known == text && code.client_id == client.id)?;
        let (_, code) = self.codes.swap_remove(at);
        (now < code.issued + CODE_LIFE).then_some(code)
    }

    /// A new token; `text` fixes it for a test.
    pub(crate) fn issue(
        &mut self,
        client: &Client,
        user: u64,
        scopes: Vec<String>,
        text: Option<String>,
        now: Duration,
    ) -> &mut Token {
        let (prefix, scopes) = match client.kind {
            Kind::OauthApp => ("gho_", scopes),
            Kind::GithubApp => ("ghu_", Vec::new()),
        };
        let same = |token: &Token| token.user == user && token.client_id == client.id && token.scopes == scopes;
        if self.tokens.iter().filter(|token| same(token)).count() >= LIVE_TOKENS
            && let Some(oldest) = self.tokens.iter().position(same)
        {
            self.tokens.remove(oldest);
        }
        let access = text.unwrap_or_else(|| format!("{prefix}{}", random::text(36)));
        self.tokens.retain(|token| token.access != access);
        let refresh = client.expires().then(|| format!("ghr_{}", random::text(76)));
        self.tokens.push(Token {
            access,
            refresh,
            client_id: client.id.clone(),
            user,
            scopes,
            device: false,
            issued: now,
        });
        self.keep();
        let token = self.tokens.last_mut().expect("pushed a few lines above");
        self.secrets.note(token);
        token
    }

    /// The token, while it works.
    pub(crate) fn find(&self, access: &str, now: Duration) -> Option<Token> {
        let token = self.tokens.iter().find(|token| token.access == access)?;
        token.access_works(now).then(|| token.clone())
    }

    /// The token that this refresh token belongs to, while it works.
    pub(crate) fn by_refresh(&self, refresh: &str, client: &Client, now: Duration) -> Option<Token> {
        self.tokens
            .iter()
            .find(|token| token.refresh.as_deref() == Some(refresh) && token.client_id == client.id)
            .filter(|token| token.refresh_works(now))
            .cloned()
    }

    /// Takes a token back by its access or its refresh token; says whether there was one.
    pub(crate) fn revoke(&mut self, credential: &str) -> bool {
        let before = self.tokens.len();
        self.tokens.retain(|token| token.access != credential && token.refresh.as_deref() != Some(credential));
        self.keep();
        self.tokens.len() < before
    }

    /// Takes back all that a person gave to an application.
    pub(crate) fn revoke_grant(&mut self, user: u64, client_id: &str) {
        self.tokens.retain(|token| token.user != user || token.client_id != client_id);
        self.keep();
    }

    /// Takes back everything, or all of one person.
    pub(crate) fn revoke_all(&mut self, login: Option<&str>) -> usize {
        let before = self.tokens.len();
        self.tokens.retain(|token| {
            login.is_some_and(|login| !token.person().is_some_and(|own| own.login.eq_ignore_ascii_case(login)))
        });
        self.keep();
        before - self.tokens.len()
    }

    pub(crate) fn live(&self, now: Duration) -> Vec<LiveToken> {
        self.tokens
            .iter()
            .filter(|token| token.access_works(now))
            .map(|token| LiveToken {
                access_token: token.access.clone(),
                refresh_token: token.refresh.clone(),
                login: token.person().map_or_else(String::new, |person| person.login.into()),
                client_id: token.client_id.clone(),
                scopes: token.scopes.clone(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1_000_000);

    #[test]
    fn the_verifier_of_the_rfc_proves_its_challenge_and_no_other_does() {
        let mut code = Code::new("c", "r", 1001, START);
        code.challenge = Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into());
        assert!(code.proven_by(Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")), "RFC 7636, appendix B");
        assert!(!code.proven_by(Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")), "the challenge is public");
        assert!(!code.proven_by(None), "who cannot prove it stole the code");
    }

    #[test]
    fn a_code_lives_ten_minutes() {
        let (mut grants, client) = (Grants::default(), Client::new("c"));
        let early = grants.code(Code::new("c", "r", 1001, START));
        let late = grants.code(Code::new("c", "r", 1001, START));
        let almost = START + Duration::from_secs(599);
        assert!(grants.redeem(&early, &client, almost).is_some(), "still in time");
        assert!(grants.redeem(&late, &client, START + CODE_LIFE).is_none(), "ten minutes are over");
    }

    #[test]
    fn a_kept_token_outlives_the_sandbox_and_a_revoked_one_does_not() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let file = folder.path().join("tokens.json");
        let client = Client::new("c");
        let mut first = Grants::kept_in(file.clone());
        let gone = first.issue(&client, 1001, vec![], None, START).access.clone();
        let stays = first.issue(&client, 1002, vec![], None, START).access.clone();
        first.revoke(&gone);
        let second = Grants::kept_in(file);
        assert!(second.find(&stays, START).is_some(), "who signed in stays signed in");
        assert!(second.find(&gone, START).is_none(), "who was signed out stays signed out");
    }

    #[test]
    fn the_eleventh_token_pushes_out_the_oldest() {
        let (mut grants, client) = (Grants::default(), Client::new("c"));
        let first = grants.issue(&client, 1001, vec![], None, START).access.clone();
        for _ in 0..9 {
            grants.issue(&client, 1001, vec![], None, START);
        }
        assert!(grants.find(&first, START).is_some(), "ten tokens live side by side");
        grants.issue(&client, 1001, vec![], None, START);
        assert!(grants.find(&first, START).is_none(), "GitHub keeps ten for a person, app and scope");
        assert_eq!(grants.live(START).len(), 10, "only the oldest went");
    }
}
