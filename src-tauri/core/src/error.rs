//! The one error that crosses to the window: what happened as a code, never as a sentence.
//!
//! The words are in the UI's message files, one entry for each [`Code`], so an error is read in the person's own
//! language. `params` fill the words (a host, a model, a time); they never hold a token, a code, a URL with a query
//! or a response body.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A result at the boundary.
pub type Result<T> = std::result::Result<T, Error>;

/// What happened. A variant exists only where the window says or offers something of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Code {
    /// The configuration file cannot be used: `file`, `line`, `column`, `expected`.
    ConfigInvalid,
    /// The admin policy of this computer cannot be used: `file`, `line`, `column`, `expected`.
    PolicyInvalid,
    /// The policy lets nobody sign in at `host`; it allows `hosts`.
    HostNotAllowed,
    /// The policy lets nobody sign in by `way`; it allows `ways`.
    WayNotAllowed,
    /// The policy does not allow the account's host, or the way in which it came in.
    AccountNotAllowed,
    /// No OAuth client is configured for `host`.
    ClientMissing,
    /// The Copilot runtime is not where it should be: `looked`.
    RuntimeMissing,
    /// The runtime did not start: `reason`.
    RuntimeFailed,
    /// The shared Copilot server at `address` does not answer, or went away: `reason`.
    SharedRuntimeGone,
    /// The shared Copilot server at `address` does not accept the connection token.
    SharedRuntimeRefused,
    /// The keychain holds no connection token for the shared Copilot server at `address`.
    SharedRuntimeTokenMissing,

    /// The keychain did not answer in time, or is locked.
    KeychainLocked,
    /// The keychain refused or failed: `reason`.
    KeychainFailed,
    /// The database exists, its key does not.
    StoreKeyMissing,
    /// The passphrase does not open the chats, or the file.
    PassphraseWrong,
    /// A new passphrase is too short: `characters` are needed.
    PassphraseShort,
    /// A passphrase opens the chats, and none was given yet.
    PassphraseNeeded,
    /// The database was written by a newer Wingman: `found`, `known`.
    StoreNewer,
    /// Part of the database is not what was written, and no copy of it is whole.
    StoreDamaged,
    /// The database cannot be read or written: `reason`.
    StoreFailed,
    /// The disk is full, and nothing was stored.
    DiskFull,
    /// The database's folder, or its disk, can only be read.
    DiskReadOnly,

    /// The text names no GitHub host that may be used: `reason` (a word of `HostRefused`, or `sandbox`).
    HostRefused,
    /// The configured application does not offer sign-in with a code.
    DeviceFlowDisabled,
    /// GitHub does not know the code that came back (any more).
    CodeRejected,
    /// A classic personal access token, which Copilot does not take.
    TokenClassic,
    /// The clipboard holds no token of a person.
    TokenMalformed,
    /// GitHub does not accept the token that was given: `host`.
    TokenRejected,
    /// The account is not in an organisation that is required: `organizations`.
    OrganizationRequired,
    /// Whether the account is in the organisations that are required could not be asked yet.
    OrganizationUnknown,
    /// Copilot is not served on this host: `host`.
    CopilotNotServed,
    /// No browser could be opened.
    BrowserFailed,
    /// The person, or their organisation, said no at GitHub.
    SignInDenied,
    /// Its time passed: `minutes`.
    SignInExpired,
    /// A callback came for no attempt of this run: start again.
    SignInUnknown,
    /// The callback did not fit its attempt: `reason`.
    SignInMismatch,
    /// GitHub answered the exchange with an error of its own: `error`.
    SignInRefused,
    /// GitHub suspended the application.
    ApplicationSuspended,
    /// The client id, secret or callback address is not what GitHub knows: `error`.
    ClientRejected,
    /// The account's e-mail address is not verified at GitHub.
    EmailUnverified,
    /// The answer of `host` was not what GitHub answers: `status`.
    AnswerUnexpected,

    /// No connection to `host`.
    Offline,
    /// No name server here knows `host`.
    HostNotFound,
    /// The certificate that came for `host` is nobody's whom this computer trusts, or another host's.
    CertificateUntrusted,
    /// The certificate of `host` is past its time, or not in it yet; perhaps by this computer's clock alone.
    CertificateExpired,
    /// No encrypted connection to `host` came about: what answered does not speak TLS as it must.
    TlsFailed,
    /// The proxy on the way to `host` wants to know who asks.
    ProxySignIn,
    /// The proxy does not let anybody through to `host`.
    ProxyRefused,
    /// The proxy on the way to `host` cannot be reached.
    ProxyUnreachable,
    /// `host` took too long.
    TimedOut,
    /// `host` answered with an error of its own: `status`.
    ServerFailed,
    /// Too many requests; `until` (milliseconds since 1970) when it is known.
    RateLimited,
    /// GitHub no longer accepts the account's token: `login`.
    SignInNeeded,
    /// The account may not use Copilot: `login`, `reason` (a word of `github::NoAccess`).
    NoCopilot,
    /// The account's quota is used up: `login`; `until` when it is known.
    QuotaUsed,
    /// The list of models could not be had, so nothing was sent.
    ModelsUnavailable,
    /// The account is offered no model at all.
    NoModels,
    /// The content filter ended the answer.
    Filtered,
    /// The question or the conversation is too long for the model.
    TooLong,
    /// The model refused the request: `reason`.
    RequestRefused,
    /// Nothing came from Copilot for `seconds` seconds.
    Stalled,
    /// The connection broke in the middle of the answer.
    Interrupted,
    /// The question is empty.
    QuestionEmpty,
    /// A file, or its text, is larger than what goes with a question: `name`, `size`, `limit` (bytes).
    AttachmentTooLarge,
    /// There is nothing in the file: `name`.
    AttachmentEmpty,
    /// The file is no picture, no PDF and no text: `name`.
    AttachmentUnknown,
    /// The file's content is not whole, or not what it says it is: `name`.
    AttachmentDamaged,
    /// The file cannot be read from the disk: `name`.
    AttachmentUnread,
    /// The picture has more pixels than can be taken: `name`, `limit` (millions), `width` and `height` when known.
    PictureTooLarge,
    /// The PDF opens with a password only: `name`.
    PdfLocked,
    /// The PDF holds pictures of pages and no text: `name`.
    PdfWithoutText,
    /// More than goes with one question: `limit`.
    TooManyAttachments,
    /// The model takes no pictures: `model`.
    ModelWithoutVision,
    /// The model takes fewer pictures at once: `model`, `count`, `limit`.
    TooManyPictures,
    /// The text that is attached is more than the model reads: `model`, `size` and `limit` (tokens).
    AttachmentsTooLong,
    /// Another one has this name: `name`.
    NameTaken,
    /// This is no name that can be typed as one word.
    NameRefused,
    /// The conversation is answering already.
    Busy,
    /// There is no such conversation, turn or account (any more).
    NotFound,
    /// The system did not change whether Wingman starts at login: `reason`.
    LoginStartFailed,
    /// No further window could be opened: `reason`.
    WindowFailed,
    /// A file that the person chose could not be read or written: `reason`.
    FileFailed,
    /// The file is neither Wingman's export nor ChatGPT's, or it is damaged.
    ImportUnreadable,
    /// A newer Wingman made the file: `found`, `known`.
    ImportNewer,
    /// The file is larger than can be taken in: `limit`, in megabytes.
    ImportTooLarge,
    /// This kind of link is never opened: `scheme`.
    LinkRefused,
    /// A fault of ours: `reason`. Also what a code that this version does not know is read as.
    #[serde(other)]
    Internal,
}

impl Code {
    /// Whether nobody was reached: whatever else is asked of the same host fails of it too.
    pub const fn is_unreachable(self) -> bool {
        matches!(
            self,
            Self::Offline
                | Self::TimedOut
                | Self::HostNotFound
                | Self::CertificateUntrusted
                | Self::CertificateExpired
                | Self::TlsFailed
                | Self::ProxySignIn
                | Self::ProxyRefused
                | Self::ProxyUnreachable
        )
    }
}

/// What the window is told when something cannot be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{code:?}")]
pub struct Error {
    /// What happened.
    pub code: Code,
    /// What fills the words.
    pub params: BTreeMap<String, String>,
    /// Whether trying the same again can help.
    pub retryable: bool,
}

impl Error {
    /// An error with nothing to fill in, which trying again does not mend.
    pub const fn new(code: Code) -> Self {
        Self { code, params: BTreeMap::new(), retryable: false }
    }

    /// The same with a value for the words.
    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "`with(\"until\", time)` reads better than a reference")]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    /// The same, marked as worth another try.
    #[must_use]
    pub const fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}
