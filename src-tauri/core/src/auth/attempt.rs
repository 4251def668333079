//! The sign-in as a state machine: at most one attempt at a time.
//!
//! Only a callback with the state of the attempt that waits changes anything. All that comes late (a callback of an
//! attempt that was replaced, cancelled or answered; the result of an exchange that nobody waits for any more) is
//! dropped.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use url::Url;

use super::callback::{self, Answer, REDIRECT};
use super::step::SignInStep;
use crate::config::OAuthClient;
use crate::desktop::{Desktop, DesktopFailure};
use crate::error::{Code, Error};
use crate::github::{Endpoints, Host};
use crate::time::Millis;

/// As long as GitHub keeps a code.
const LIFE: Duration = Duration::from_mins(10);

/// A moment by both clocks: the steady one stops while a computer sleeps, the wall clock can be set back.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The wall clock.
    pub wall: Millis,
    /// The steady clock.
    pub steady: Instant,
}

impl Moment {
    /// This moment on this desktop.
    pub fn now(desktop: &dyn Desktop) -> Self {
        Self { wall: desktop.now(), steady: Instant::now() }
    }
}

/// What an attempt asks for, and where.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// The host's addresses.
    pub endpoints: Endpoints,
    /// The OAuth client registered there.
    pub client: OAuthClient,
    /// The scopes asked for.
    pub scopes: Vec<String>,
}

/// A callback that fits: what the exchange needs. Made once for each attempt.
#[derive(Debug)]
pub struct Exchange {
    pub(super) generation: u64,
    pub(super) asked: Authorization,
    pub(super) code: SecretString,
    pub(super) verifier: PkceCodeVerifier,
}

impl Exchange {
    /// Which attempt it belongs to, for [`SignIn::done`].
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// What was asked for, and where.
    pub const fn asked(&self) -> &Authorization {
        &self.asked
    }
}

/// What a link did.
#[derive(Debug)]
pub enum Verdict {
    /// Nothing: it is no callback, or of no attempt that waits.
    Ignored,
    /// It is a callback and this run never began an attempt: it was started by the link. The step says to start again;
    /// where an account is signed in already, [`SignIn::cancel`] takes that back.
    StartAgain,
    /// The attempt ended without an account; the step says why.
    Ended,
    /// It fits: exchange the code.
    Exchange(Box<Exchange>),
}

/// The sign-in.
#[derive(Debug, Default)]
pub struct SignIn {
    stage: Stage,
    generation: u64,
}

#[derive(Debug, Default)]
enum Stage {
    #[default]
    Idle,
    Waiting(Box<Attempt>),
    Finishing {
        host: Host,
    },
    Failed {
        host: Host,
        error: Error,
    },
}

#[derive(Debug)]
struct Attempt {
    asked: Authorization,
    state: SecretString,
    verifier: PkceCodeVerifier,
    link: SecretString,
    started: Moment,
    browser_opened: bool,
}

impl SignIn {
    /// Begins an attempt, in place of an older one, and answers with the page to open. `random` fills a slice with
    /// unpredictable bytes.
    pub fn begin(
        &mut self,
        asked: Authorization,
        random: impl FnOnce(&mut [u8]) -> Result<(), DesktopFailure>,
        now: Moment,
    ) -> Result<Url, Error> {
        let mut bytes = Zeroizing::new([0; 64]);
        random(&mut *bytes).map_err(|failure| Error::new(Code::Internal).with("reason", failure))?;
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let state = SecretString::from(text(&bytes[..32]));
        let verifier = PkceCodeVerifier::new(text(&bytes[32..]));

        let url = authorize_url(&asked, &state, &verifier);
        self.generation += 1;
        self.stage = Stage::Waiting(Box::new(Attempt {
            asked,
            state,
            verifier,
            link: SecretString::from(url.as_str()),
            started: now,
            browser_opened: true,
        }));
        Ok(url)
    }

    /// The page of the attempt that waits: to be opened again, or copied.
    pub fn link(&self) -> Option<Url> {
        match &self.stage {
            Stage::Waiting(attempt) => Url::parse(attempt.link.expose_secret()).ok(),
            _ => None,
        }
    }

    /// Whether a browser took the page.
    pub fn browser(&mut self, opened: bool) {
        if let Stage::Waiting(attempt) = &mut self.stage {
            attempt.browser_opened = opened;
        }
    }

    /// A link came in. `host` is where a person would start again.
    pub fn callback(&mut self, link: &str, host: &Host, now: Moment) -> Verdict {
        self.expire(now);
        let Some(callback) = callback::read(link) else {
            return Verdict::Ignored;
        };
        match &self.stage {
            Stage::Waiting(attempt) if same(&attempt.state, &callback.state) => {}
            Stage::Idle if self.generation == 0 => {
                self.stage = Stage::Failed { host: host.clone(), error: Code::SignInUnknown.into() };
                return Verdict::StartAgain;
            }
            _ => return Verdict::Ignored,
        }
        // From here on the link comes from the page that this attempt opened.
        let Stage::Waiting(attempt) = std::mem::take(&mut self.stage) else {
            return Verdict::Ignored;
        };
        let host = attempt.asked.endpoints.host().clone();
        // A code of another server must not be sent to this one (RFC 9207). Older servers name no issuer.
        let mixed_up = callback.issuer.is_some_and(|issuer| issuer != attempt.asked.endpoints.issuer());
        let error = match callback.answer {
            _ if mixed_up => Error::new(Code::SignInMismatch).with("reason", "iss"),
            Answer::Senseless(reason) => Error::new(Code::SignInMismatch).with("reason", reason),
            Answer::Refused(error) => refusal(&error),
            Answer::Code(code) => {
                self.stage = Stage::Finishing { host };
                let Attempt { asked, verifier, .. } = *attempt;
                return Verdict::Exchange(Box::new(Exchange { generation: self.generation, asked, code, verifier }));
            }
        };
        self.stage = Stage::Failed { host, error };
        Verdict::Ended
    }

    /// The exchange of this attempt ended. False when nobody waits for it any more: its token must then be revoked,
    /// not kept. Asked before anything of the result is stored.
    pub fn done(&mut self, generation: u64, result: Result<(), Error>) -> bool {
        match &self.stage {
            Stage::Finishing { host } if generation == self.generation => {
                self.stage = match result {
                    Ok(()) => Stage::Idle,
                    Err(error) => Stage::Failed { host: host.clone(), error },
                };
                true
            }
            _ => false,
        }
    }

    /// The person gave up, or has read why it failed.
    pub fn cancel(&mut self) {
        self.stage = Stage::Idle;
    }

    /// The attempt could not even begin, for this reason.
    pub fn fail(&mut self, host: &Host, error: Error) {
        self.generation += 1;
        self.stage = Stage::Failed { host: host.clone(), error };
    }

    /// Ends an attempt whose time is over; true when it did.
    pub fn expire(&mut self, now: Moment) -> bool {
        let Stage::Waiting(attempt) = &self.stage else {
            return false;
        };
        let over =
            now.wall >= attempt.ends_at() || now.steady.saturating_duration_since(attempt.started.steady) >= LIFE;
        if over {
            let host = attempt.asked.endpoints.host().clone();
            self.stage = Stage::Failed { host, error: Code::SignInExpired.into() };
        }
        over
    }

    /// Where it stands, for the window.
    pub fn step(&self) -> SignInStep {
        match &self.stage {
            Stage::Idle => SignInStep::Idle,
            Stage::Waiting(attempt) => SignInStep::Waiting {
                host: attempt.asked.endpoints.host().to_string(),
                browser_opened: attempt.browser_opened,
                ends_at: attempt.ends_at(),
            },
            Stage::Finishing { host } => SignInStep::Finishing { host: host.to_string() },
            Stage::Failed { host, error } => SignInStep::Failed { host: host.to_string(), error: error.clone() },
        }
    }
}

impl Attempt {
    const fn ends_at(&self) -> Millis {
        self.started.wall.plus(1000 * LIFE.as_secs().cast_signed())
    }
}

fn authorize_url(asked: &Authorization, state: &SecretString, verifier: &PkceCodeVerifier) -> Url {
    let state = state.expose_secret().to_owned();
    let (url, _) = BasicClient::new(ClientId::new(asked.client.id.clone()))
        .set_auth_uri(AuthUrl::from_url(asked.endpoints.authorize()))
        .set_redirect_uri(redirect_url())
        .authorize_url(|| CsrfToken::new(state))
        .add_scopes(asked.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(verifier))
        .url();
    url
}

pub(super) fn redirect_url() -> RedirectUrl {
    RedirectUrl::new(REDIRECT.to_owned()).expect("a constant that is an address")
}

/// What GitHub's error code means to a person.
pub(super) fn refusal(error: &str) -> Error {
    match error {
        "access_denied" => Code::SignInDenied.into(),
        "application_suspended" => Code::ApplicationSuspended.into(),
        "unverified_user_email" => Code::EmailUnverified.into(),
        "redirect_uri_mismatch" | "incorrect_client_credentials" | "unauthorized_client" | "invalid_client" => {
            Error::new(Code::ClientRejected).with("error", error)
        }
        other => Error::new(Code::SignInRefused).with("error", other),
    }
}

/// Equal or not, in a time that tells nothing of where they differ: only digests are compared.
fn same(one: &SecretString, other: &SecretString) -> bool {
    Sha256::digest(one.expose_secret()) == Sha256::digest(other.expose_secret())
}

#[cfg(test)]
#[path = "attempt_tests.rs"]
mod tests;
