//! An answer as it comes: what `chat` hears of one turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use tokio::sync::{Notify, mpsc};
use ts_rs::TS;

use crate::error::Error;
use crate::github::Quota;
use crate::time::Millis;

/// Something happened to the answer. `Ended` comes last, exactly once, whatever happens.
#[derive(Clone, Debug, PartialEq)]
pub enum AnswerEvent {
    /// The question is in the session's log under this name: `rewind_to` it takes it back.
    Asked {
        /// The runtime's id of the event.
        event_id: String,
    },
    /// The answer grew by this.
    Delta(String),
    /// Another attempt begins: all text so far no longer counts. What of it does count comes again as a `Delta`.
    Restarted,
    /// It is held up by this, and nobody has to do anything about it yet.
    HeldUp(Holdup),
    /// What held it up is over.
    GoesOn,
    /// Another model answers than was asked for.
    ModelChanged {
        /// The model asked for.
        asked: String,
        /// The model that answers.
        chosen: String,
    },
    /// The text in its final form, which replaces all that came so far. Where the runtime lets the model go on after
    /// its limit, more may follow, and then another `Final` with everything.
    Final(String),
    /// What the turn cost, all attempts together.
    Usage(Usage),
    /// The text is cut off by the model's limit.
    CutOff,
    /// There is no (whole) answer. What came before stays as it is.
    Failed(Error),
    /// The person stopped it. The runtime forgets what came.
    Stopped,
    /// Nothing more comes, and the session is free for the next question.
    Ended,
}

/// Why nothing comes of an answer for now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Holdup {
    /// An attempt failed, and the next one follows by itself.
    TryingAgain {
        /// The number of the one that follows; 2 after the first.
        attempt: u32,
        /// So many there are at most.
        of: u32,
        /// What the last one failed of, where that is known.
        error: Option<Error>,
    },
    /// Not a byte comes.
    Silent {
        /// Since when.
        since: Millis,
        /// When the answer is given up, where that is known.
        until: Option<Millis>,
    },
}

/// What a turn cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// The model that answered, as the endpoint names it.
    pub model: String,
    /// Tokens read, all requests of the turn together.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// AI credits, where the account is billed by them.
    pub credits: Option<f64>,
    /// What is left of the account's month after it, where the endpoint said so; and when that begins anew.
    pub quota: Option<(Quota, Option<Millis>)>,
}

/// Whether a question may have reached its session. Without an [`AnswerEvent::Asked`] nobody knows whether it did.
#[derive(Clone, Debug, Default)]
pub struct OnItsWay(Arc<AtomicBool>);

impl OnItsWay {
    /// Whether it was sent.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    pub(super) fn set(&self, sent: bool) {
        self.0.store(sent, Ordering::SeqCst);
    }
}

/// An answer under way. Dropping it stops nothing: the answer is the conversation's, not the listener's.
#[derive(Debug)]
pub struct Answering {
    /// What happens, in order; never blocks the turn, however late it is read.
    pub events: mpsc::UnboundedReceiver<AnswerEvent>,
    /// Whether the model had a memory of the conversation to go on from.
    pub resumed: bool,
    /// Whether what was said outside the session went before the words.
    pub told: bool,
    pub(super) stop: Arc<Notify>,
}

impl Answering {
    /// Ends the answer: `Stopped` and `Ended` follow. Once it has ended this does nothing.
    pub fn stop(&self) {
        self.stop.notify_one();
    }

    /// Stops it later, from somewhere else than where it is read.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.stop.clone())
    }
}

/// Ends one answer.
#[derive(Clone, Debug)]
pub struct Stopper(Arc<Notify>);

impl Stopper {
    /// Ends the answer: `Stopped` and `Ended` follow. Once it has ended this does nothing.
    pub fn stop(&self) {
        self.0.notify_one();
    }
}
