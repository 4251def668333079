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
use super::device::DeviceCode;
use super::flow::SignedIn;
use super::step::SignInStep;
use crate::accounts::AccountId;
use crate::config::{OAuthClient, Way};
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
    /// Whom the page should propose.
    pub who: Who,
}

/// Whose sign-in it is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Who {
    /// Whoever it is.
    #[default]
    Anyone,
    /// Somebody beside those who are signed in: the page lets the person choose.
    Another,
    /// This account again; whoever else comes back is asked about.
    Same {
        /// The account.
        account: AccountId,
        /// Its login, for the page to propose.
        login: String,
    },
}

impl Who {
    /// The account that must come back.
    pub const fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Same { account, .. } => Some(account),
            Self::Anyone | Self::Another => None,
        }
    }
}

/// What an attempt is for, whatever stage it is in.
#[derive(Clone, Debug)]
pub struct Aim {
    /// Where.
    pub host: Host,
    /// How.
    pub way: Way,
    /// Who.
    pub who: Who,
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
    Asking(Aim),
    Code {
        aim: Aim,
        code: DeviceCode,
        browser_opened: bool,
    },
    Finishing(Aim),
    Other {
        aim: Aim,
        signed_in: Box<SignedIn>,
    },
    Failed {
        aim: Aim,
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

    /// Begins the attempt of another way, in place of an older one: a code is being asked for, or a token is being
    /// looked at. Answers with its generation.
    pub fn begin_other_way(&mut self, aim: Aim) -> u64 {
        self.generation += 1;
        self.stage = if aim.way == Way::Code { Stage::Asking(aim) } else { Stage::Finishing(aim) };
        self.generation
    }

    /// The code to show came. False when nobody waits for it any more.
    pub fn show_code(&mut self, generation: u64, code: DeviceCode) -> bool {
        if generation != self.generation {
            return false;
        }
        let Stage::Asking(aim) = &self.stage else { return false };
        self.stage = Stage::Code { aim: aim.clone(), code, browser_opened: true };
        true
    }

    /// The person agreed to the code. False when nobody waits for it any more.
    pub fn code_approved(&mut self, generation: u64) -> bool {
        if generation != self.generation {
            return false;
        }
        let Stage::Code { aim, .. } = &self.stage else { return false };
        self.stage = Stage::Finishing(aim.clone());
        true
    }

    /// Somebody else came back than was asked for: the person decides. The account is given back when nobody waits
    /// for it any more.
    pub fn ask_about(&mut self, generation: u64, signed_in: Box<SignedIn>) -> Option<Box<SignedIn>> {
        if !matches!(self.stage, Stage::Finishing(_)) || generation != self.generation {
            return Some(signed_in);
        }
        if let Stage::Finishing(aim) = std::mem::take(&mut self.stage) {
            self.stage = Stage::Other { aim, signed_in };
        }
        None
    }

    /// The person keeps the account that came back instead of the one that was asked for; answers with the generation
    /// that its end is told with.
    pub fn keep(&mut self) -> Option<(u64, Box<SignedIn>)> {
        match std::mem::take(&mut self.stage) {
            Stage::Other { aim, signed_in } => {
                self.stage = Stage::Finishing(Aim { who: Who::Anyone, ..aim });
                Some((self.generation, signed_in))
            }
            other => {
                self.stage = other;
                None
            }
        }
    }

    /// The page of the attempt that waits: to be opened again, or copied.
    pub fn link(&self) -> Option<Url> {
        match &self.stage {
            Stage::Waiting(attempt) => Url::parse(attempt.link.expose_secret()).ok(),
            Stage::Code { code, .. } => Some(code.page.clone()),
            _ => None,
        }
    }

    /// The code that is shown: to be copied.
    pub fn user_code(&self) -> Option<String> {
        match &self.stage {
            Stage::Code { code, .. } => Some(code.user_code.clone()),
            _ => None,
        }
    }

    /// Whether a browser took the page.
    pub fn browser(&mut self, opened: bool) {
        match &mut self.stage {
            Stage::Waiting(attempt) => attempt.browser_opened = opened,
            Stage::Code { browser_opened, .. } => *browser_opened = opened,
            _ => {}
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
                let aim = Aim { host: host.clone(), way: Way::Browser, who: Who::Anyone };
                self.stage = Stage::Failed { aim, error: Code::SignInUnknown.into() };
                return Verdict::StartAgain;
            }
            _ => return Verdict::Ignored,
        }
        // From here on the link comes from the page that this attempt opened.
        let Stage::Waiting(attempt) = std::mem::take(&mut self.stage) else {
            return Verdict::Ignored;
        };
        let aim = attempt.aim();
        // A code of another server must not be sent to this one (RFC 9207). Older servers name no issuer.
        let mixed_up = callback.issuer.is_some_and(|issuer| issuer != attempt.asked.endpoints.issuer());
        let error = match callback.answer {
            _ if mixed_up => Error::new(Code::SignInMismatch).with("reason", "iss"),
            Answer::Senseless(reason) => Error::new(Code::SignInMismatch).with("reason", reason),
            Answer::Refused(error) => refusal(&error),
            Answer::Code(code) => {
                self.stage = Stage::Finishing(aim);
                let Attempt { asked, verifier, .. } = *attempt;
                return Verdict::Exchange(Box::new(Exchange { generation: self.generation, asked, code, verifier }));
            }
        };
        self.stage = Stage::Failed { aim, error };
        Verdict::Ended
    }

    /// The attempt ended. False when nobody waits for it any more: its token must then be revoked, not kept. Asked
    /// before anything of the result is stored.
    pub fn done(&mut self, generation: u64, result: Result<(), Error>) -> bool {
        if generation != self.generation {
            return false;
        }
        let (Stage::Finishing(aim) | Stage::Asking(aim) | Stage::Code { aim, .. }) = &self.stage else {
            return false;
        };
        self.stage = match result {
            Ok(()) => Stage::Idle,
            Err(error) => Stage::Failed { aim: aim.clone(), error },
        };
        true
    }

    /// Whether this attempt's result is still waited for.
    pub fn waits_for(&self, generation: u64) -> bool {
        generation == self.generation
            && matches!(self.stage, Stage::Finishing(_) | Stage::Asking(_) | Stage::Code { .. })
    }

    /// The person gave up, or has read why it failed. An account that waited to be decided about is given back: its
    /// token must be revoked.
    pub fn cancel(&mut self) -> Option<Box<SignedIn>> {
        match std::mem::take(&mut self.stage) {
            Stage::Other { signed_in, .. } => Some(signed_in),
            _ => None,
        }
    }

    /// The attempt could not even begin, or its account could not be kept, for this reason.
    pub fn fail(&mut self, aim: Aim, error: Error) {
        self.generation += 1;
        self.stage = Stage::Failed { aim, error };
    }

    /// Ends an attempt whose time is over; true when it did.
    pub fn expire(&mut self, now: Moment) -> bool {
        let (aim, over, life) = match &self.stage {
            Stage::Waiting(attempt) => (attempt.aim(), is_over(attempt.started, LIFE, now), LIFE),
            Stage::Code { aim, code, .. } => (aim.clone(), is_over(code.started, code.life, now), code.life),
            _ => return false,
        };
        if over {
            let error = Error::new(Code::SignInExpired).with("minutes", life.as_secs() / 60);
            self.stage = Stage::Failed { aim, error };
        }
        over
    }

    /// Whether something waits that ends by itself.
    pub const fn is_waiting(&self) -> bool {
        matches!(self.stage, Stage::Waiting(_) | Stage::Code { .. })
    }

    /// Where it stands, for the window.
    pub fn step(&self) -> SignInStep {
        match &self.stage {
            Stage::Idle => SignInStep::Idle,
            Stage::Waiting(attempt) => SignInStep::Waiting {
                host: attempt.asked.endpoints.host().to_string(),
                account: attempt.asked.who.account().cloned(),
                browser_opened: attempt.browser_opened,
                started_at: attempt.started.wall,
                ends_at: end_of(attempt.started, LIFE),
            },
            Stage::Asking(aim) => SignInStep::Asking { host: aim.host.to_string() },
            Stage::Code { aim, code, browser_opened } => SignInStep::Code {
                host: aim.host.to_string(),
                user_code: code.user_code.clone(),
                page: code.page.to_string(),
                browser_opened: *browser_opened,
                ends_at: end_of(code.started, code.life),
            },
            Stage::Finishing(aim) => SignInStep::Finishing { host: aim.host.to_string(), way: aim.way },
            Stage::Other { aim, signed_in } => SignInStep::Other {
                host: aim.host.to_string(),
                asked: match &aim.who {
                    Who::Same { login, .. } => login.clone(),
                    Who::Anyone | Who::Another => String::new(),
                },
                came: signed_in.profile.login.clone(),
                way: aim.way,
                account: aim.who.account().cloned(),
            },
            Stage::Failed { aim, error } => SignInStep::Failed {
                host: aim.host.to_string(),
                way: aim.way,
                account: aim.who.account().cloned(),
                error: error.clone(),
            },
        }
    }
}

/// When it ends by the wall clock.
const fn end_of(started: Moment, life: Duration) -> Millis {
    started.wall.plus(1000 * life.as_secs().cast_signed())
}

/// Over as soon as either clock says so.
fn is_over(started: Moment, life: Duration, now: Moment) -> bool {
    now.wall >= end_of(started, life) || now.steady.saturating_duration_since(started.steady) >= life
}

impl Attempt {
    fn aim(&self) -> Aim {
        Aim { host: self.asked.endpoints.host().clone(), way: Way::Browser, who: self.asked.who.clone() }
    }
}

fn authorize_url(asked: &Authorization, state: &SecretString, verifier: &PkceCodeVerifier) -> Url {
    let state = state.expose_secret().to_owned();
    let client = BasicClient::new(ClientId::new(asked.client.id.clone()))
        .set_auth_uri(AuthUrl::from_url(asked.endpoints.authorize()))
        .set_redirect_uri(redirect_url());
    let page = client
        .authorize_url(|| CsrfToken::new(state))
        .add_scopes(asked.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(verifier));
    // GitHub's own parameters ("Authorizing OAuth apps").
    let page = match &asked.who {
        Who::Anyone => page,
        Who::Another => page.add_extra_param("prompt", "select_account"),
        Who::Same { login, .. } => page.add_extra_param("login", login),
    };
    page.url().0
}

pub(super) fn redirect_url() -> RedirectUrl {
    RedirectUrl::new(REDIRECT.to_owned()).expect("a constant that is an address")
}

/// What GitHub's error code means to a person.
pub(super) fn refusal(error: &str) -> Error {
    match error {
        "access_denied" => Code::SignInDenied.into(),
        "expired_token" | "token_expired" => Error::new(Code::SignInExpired).with("minutes", 15),
        "device_flow_disabled" => Code::DeviceFlowDisabled.into(),
        "bad_verification_code" => Code::CodeRejected.into(),
        "bad_refresh_token" => Code::SignInNeeded.into(),
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
