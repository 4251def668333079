//! What the door sees of each session's turn, told to whoever follows it: attempts that fail, and silence. The runtime's
//! own events say of an attempt that failed nothing until the next one begins, and of why it did often nothing at all.

use std::collections::HashMap;
use std::time::Instant;

use parking_lot::Mutex;
use tokio::sync::mpsc;

use super::patience::Patience;
use crate::error::{Code, Error};
use crate::time::Millis;

/// Something happened to a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Incident {
    /// An attempt failed, and the runtime makes another by itself.
    TriesAgain {
        /// The number of the one that follows; 2 after the first.
        attempt: u32,
        /// So many there are at most.
        of: u32,
        /// What the last one failed of.
        error: Error,
    },
    /// Something comes again.
    GoesOn,
    /// The turn ends over this: further attempts of the runtime's are refused.
    Over(Error),
}

/// Every session's turn.
#[derive(Debug, Default)]
pub(super) struct Incidents {
    by_session: Mutex<HashMap<String, Course>>,
}

/// How a turn went so far.
#[derive(Debug)]
struct Course {
    tell: mpsc::UnboundedSender<Incident>,
    /// Requests since the last whole answer.
    attempts: u32,
    /// Words came that a person reads: nothing is asked again by itself.
    words: bool,
    /// An answer is awaited, and this is when something of it came last.
    awaited: Option<Instant>,
    /// It was told that it is tried again, and nothing came since.
    held_up: bool,
    last: Option<Error>,
    over: bool,
}

impl Course {
    fn failed(&mut self, error: &Error, of: u32) -> bool {
        self.awaited = None;
        self.last = Some(error.clone());
        if self.words || self.attempts >= of {
            self.end(error);
            return false;
        }
        self.held_up = true;
        self.say(Incident::TriesAgain { attempt: self.attempts + 1, of, error: error.clone() });
        true
    }

    fn end(&mut self, error: &Error) {
        self.awaited = None;
        self.last = Some(error.clone());
        if !std::mem::replace(&mut self.over, true) {
            self.say(Incident::Over(error.clone()));
        }
    }

    fn say(&self, incident: Incident) {
        // Whoever followed the turn may be gone already.
        let _ = self.tell.send(incident);
    }
}

impl Incidents {
    /// A turn begins: what was before no longer counts.
    pub(super) fn begin(&self, session: &str) -> mpsc::UnboundedReceiver<Incident> {
        let (tell, told) = mpsc::unbounded_channel();
        let course = Course { tell, attempts: 0, words: false, awaited: None, held_up: false, last: None, over: false };
        self.by_session.lock().insert(session.to_owned(), course);
        told
    }

    /// The turn is over. One that ended here stays so until the next begins: the runtime may not know it yet.
    pub(super) fn close(&self, session: &str) {
        let mut courses = self.by_session.lock();
        if courses.get(session).is_some_and(|course| !course.over) {
            courses.remove(session);
        }
    }

    /// The runtime asks. Not when the turn ended over an earlier attempt: then why it did.
    pub(super) fn asks(&self, session: &str, patience: &Patience) -> Result<(), Error> {
        self.with(session, Ok(()), |course| {
            // The last answer was none to the runtime, though nothing was seen to be wrong with it.
            if course.awaited.is_some() {
                course.failed(&Error::new(Code::Interrupted).retryable(), patience.attempts);
            }
            if course.over {
                return Err(course.last.clone().unwrap_or(Error::new(Code::Interrupted)));
            }
            course.attempts += 1;
            course.awaited = Some(Instant::now());
            Ok(())
        })
    }

    /// Something came; with words, if any were in it.
    pub(super) fn heard(&self, session: &str, words: bool) {
        self.with(session, (), |course| {
            course.words |= words;
            if let Some(awaited) = &mut course.awaited {
                *awaited = Instant::now();
            }
            if std::mem::take(&mut course.held_up) {
                course.say(Incident::GoesOn);
            }
        });
    }

    /// The answer is whole. What the runtime asks next is another question.
    pub(super) fn answered(&self, session: &str) {
        self.with(session, (), |course| (course.awaited, course.attempts, course.last) = (None, 0, None));
    }

    /// The attempt failed. Whether the runtime may make another.
    pub(super) fn failed(&self, session: &str, error: &Error, patience: &Patience, now: Millis) -> bool {
        let of = patience.attempts(error, now);
        self.with(session, of > 1, |course| course.failed(error, of))
    }

    /// The turn ends over this, whatever the runtime means to do.
    pub(super) fn end(&self, session: &str, error: &Error) {
        self.with(session, (), |course| course.end(error));
    }

    /// How many attempts were made.
    pub(super) fn attempts(&self, session: &str) -> u32 {
        self.with(session, 0, |course| course.attempts)
    }

    /// What went wrong last.
    pub(super) fn last(&self, session: &str) -> Option<Error> {
        self.with(session, None, |course| course.last.clone())
    }

    /// Since when nothing came, while something is awaited.
    pub(super) fn silent_since(&self, session: &str) -> Option<Instant> {
        self.with(session, None, |course| course.awaited)
    }

    /// What belongs to no turn is none of anybody's.
    fn with<T>(&self, session: &str, otherwise: T, look: impl FnOnce(&mut Course) -> T) -> T {
        self.by_session.lock().get_mut(session).map_or(otherwise, look)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(0);

    fn drained(told: &mut mpsc::UnboundedReceiver<Incident>) -> Vec<Incident> {
        std::iter::from_fn(|| told.try_recv().ok()).collect()
    }

    fn broken() -> Error {
        Error::new(Code::Interrupted).retryable()
    }

    #[test]
    fn every_attempt_that_fails_is_told_with_its_number_until_there_is_none_left() {
        let (incidents, patience) = (Incidents::default(), Patience { attempts: 3, ..Patience::default() });
        let mut told = incidents.begin("s");
        let mut goes_on = Vec::new();
        for _ in 0..3 {
            assert!(incidents.asks("s", &patience).is_ok(), "it may be tried");
            goes_on.push(incidents.failed("s", &broken(), &patience, NOW));
        }
        assert_eq!(goes_on, [true, true, false], "the third is the last");
        let again = |attempt| Incident::TriesAgain { attempt, of: 3, error: broken() };
        assert_eq!(drained(&mut told), [again(2), again(3), Incident::Over(broken())], "and each is told");
        assert_eq!(incidents.asks("s", &patience), Err(broken()), "whatever the runtime still tries is refused");
        incidents.close("s");
        assert_eq!(incidents.asks("s", &patience), Err(broken()), "also once nobody follows any more");
        let _told = incidents.begin("s");
        assert!(incidents.asks("s", &patience).is_ok(), "the next question is another one");
    }

    #[test]
    fn after_words_nothing_is_asked_again() {
        let (incidents, patience) = (Incidents::default(), Patience::default());
        let mut told = incidents.begin("s");
        assert!(incidents.asks("s", &patience).is_ok(), "the first part");
        incidents.heard("s", true);
        incidents.answered("s");
        assert!(incidents.asks("s", &patience).is_ok(), "what goes on after the model's limit is asked for once");
        assert!(!incidents.failed("s", &broken(), &patience, NOW), "and not again when that fails: words are there");
        assert_eq!(drained(&mut told), [Incident::Over(broken())], "the turn ends over it");
    }

    #[test]
    fn an_answer_that_is_none_to_the_runtime_counts_as_one_that_broke() {
        let (incidents, patience) = (Incidents::default(), Patience::default());
        let mut told = incidents.begin("s");
        assert!(incidents.asks("s", &patience).is_ok(), "the first attempt");
        incidents.heard("s", false);
        assert!(incidents.asks("s", &patience).is_ok(), "nothing was to be read");
        assert_eq!(
            drained(&mut told),
            [Incident::TriesAgain { attempt: 2, of: 6, error: broken() }],
            "it is told at the latest when the next one begins"
        );
        incidents.heard("s", true);
        assert_eq!(drained(&mut told), [Incident::GoesOn], "and that it goes on");
        assert_eq!(incidents.asks("s", &patience), Err(broken()), "after words there is no next one");
    }

    #[test]
    fn silence_is_what_is_awaited_and_does_not_come() {
        let (incidents, patience) = (Incidents::default(), Patience::default());
        let _told = incidents.begin("s");
        assert_eq!(incidents.silent_since("s"), None, "nothing was asked yet");
        assert!(incidents.asks("s", &patience).is_ok(), "it is asked");
        let asked = incidents.silent_since("s").expect("and awaited");
        std::thread::sleep(std::time::Duration::from_millis(2));
        incidents.heard("s", false);
        assert!(incidents.silent_since("s").expect("it goes on") > asked, "whatever comes breaks the silence");
        assert!(incidents.failed("s", &broken(), &patience, NOW), "it failed");
        assert_eq!(incidents.silent_since("s"), None, "between two attempts nothing is awaited");
    }

    #[test]
    fn what_belongs_to_no_turn_passes() {
        let (incidents, patience) = (Incidents::default(), Patience::default());
        incidents.end("", &broken());
        assert!(incidents.asks("", &patience).is_ok(), "one failure must not close the door to everybody else");
    }
}
