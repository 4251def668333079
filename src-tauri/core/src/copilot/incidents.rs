//! What the door saw go wrong, by session: the runtime's own error event often no longer says it.

use std::collections::HashMap;

use parking_lot::Mutex;

use crate::error::Error;

/// The latest trouble of each session's turn.
#[derive(Debug, Default)]
pub(super) struct Incidents {
    by_session: Mutex<HashMap<String, Incident>>,
}

#[derive(Clone, Debug)]
struct Incident {
    error: Error,
    /// Whether the turn is to end over it: the runtime's further attempts are refused.
    ends_turn: bool,
}

impl Incidents {
    /// A turn begins, or an attempt of it succeeded: what was before no longer counts.
    pub(super) fn clear(&self, session: &str) {
        self.by_session.lock().remove(session);
    }

    /// Something went wrong that another attempt may mend.
    pub(super) fn note(&self, session: &str, error: Error) {
        self.by_session.lock().insert(session.to_owned(), Incident { error, ends_turn: false });
    }

    /// Something went wrong over which the turn ends.
    pub(super) fn end(&self, session: &str, error: Error) {
        self.by_session.lock().insert(session.to_owned(), Incident { error, ends_turn: true });
    }

    /// The error over which the turn is to end, if there is one.
    pub(super) fn ended(&self, session: &str) -> Option<Error> {
        self.by_session.lock().get(session).filter(|incident| incident.ends_turn).map(|incident| incident.error.clone())
    }

    /// What the door saw last.
    pub(super) fn last(&self, session: &str) -> Option<Error> {
        self.by_session.lock().get(session).map(|incident| incident.error.clone())
    }
}
