//! One turn of a session, from the question to `Ended`: follows the runtime's events and what the door sees, stops when
//! told to, and never waits for an end that does not come.

use std::sync::Arc;
use std::time::Duration;

use github_copilot_sdk::subscription::{EventSubscription, RecvErrorKind};
use github_copilot_sdk::types::SessionEvent;
use serde_json::Value;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep_until, timeout};

use super::answer::{AnswerEvent, Holdup};
use super::client::AccountClient;
use super::failure::{self, Asked};
use super::incidents::Incident;
use super::reading::{RETRY, Reading};
use super::session::Occupied;
use super::upstream::stalled;
use crate::error::{Code, Error};

/// After so much silence the runtime is asked whether it is still at work: under a flood an event can get lost, and
/// the end might be among them.
const QUIET: Duration = Duration::from_secs(10);

/// So long may the runtime take to end a turn that was stopped, or to answer a question of ours.
const PROMPTLY: Duration = Duration::from_secs(5);

/// How often it is looked whether a turn that was stopped is over: what is aborted before the runtime begins with it
/// ends without a word.
const LOOK: Duration = Duration::from_millis(250);

/// What passed the door before an answer broke reaches the person within this.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// So many attempts a runtime makes that no door watches.
const UNWATCHED_ATTEMPTS: u32 = 6;

/// A turn under way.
pub(super) struct Turn {
    client: Arc<AccountClient>,
    session: Occupied,
    events: EventSubscription,
    incidents: mpsc::UnboundedReceiver<Incident>,
    reading: Reading,
    tell: mpsc::UnboundedSender<AnswerEvent>,
    stop: Arc<Notify>,
    /// When the runtime was last heard.
    heard: Instant,
    /// What was told to hold it up.
    held_up: Option<Holdup>,
    /// The runtime's attempts, where nobody else counts them.
    attempts: u32,
}

/// A turn that is being ended.
#[derive(Clone, Copy)]
struct Ending {
    since: Instant,
    aborted: bool,
}

enum After {
    /// The session takes the next question.
    Free,
    /// The session does not answer any more.
    Stuck,
    /// The runtime is gone.
    Gone,
}

impl Turn {
    pub(super) fn new(
        client: Arc<AccountClient>,
        session: Occupied,
        events: EventSubscription,
        incidents: mpsc::UnboundedReceiver<Incident>,
        reading: Reading,
        tell: mpsc::UnboundedSender<AnswerEvent>,
        stop: Arc<Notify>,
    ) -> Self {
        let heard = Instant::now();
        Self { client, session, events, incidents, reading, tell, stop, heard, held_up: None, attempts: 1 }
    }

    /// Follows the turn to its end.
    pub(super) async fn follow(mut self) {
        let (mut ending, after) = self.until_the_end().await;
        let Self { client, session, tell, events, .. } = self;
        drop(events);
        for event in &mut ending {
            if let AnswerEvent::Failed(error) = event {
                client.weigh(error, &session.0).await;
            }
        }
        let id = session.0.session.id().as_str().to_owned();
        client.incidents.close(&id);
        match after {
            After::Free => {}
            After::Stuck => client.drop_session(&id).await,
            After::Gone => client.lost(&session.0).await,
        }
        // Free before the end is said: whoever hears it may ask again at once.
        drop(session);
        for event in ending {
            // Nobody may be listening any more; the answer is written all the same.
            let _ = tell.send(event);
        }
        client.tidy().await;
    }

    /// Tells what comes; answers with what is to be told last.
    async fn until_the_end(&mut self) -> (Vec<AnswerEvent>, After) {
        let mut quiet = Instant::now() + QUIET;
        let mut ending: Option<Ending> = None;
        loop {
            let deadline = match ending {
                Some(Ending { since, aborted: false }) => since + LAST_WORDS,
                Some(Ending { since, aborted: true }) => (since + PROMPTLY).min(Instant::now() + LOOK),
                None => quiet.min(self.next_look()),
            };
            tokio::select! {
                biased;
                () = self.stop.notified(), if ending.is_none() => {
                    self.abort().await;
                    ending = Some(Ending { since: Instant::now(), aborted: true });
                }
                Some(incident) = self.incidents.recv() => match incident {
                    Incident::TriesAgain { attempt, of, error } => {
                        self.hold_up(Holdup::TryingAgain { attempt, of, error: Some(error) });
                    }
                    Incident::GoesOn => self.go_on(),
                    Incident::Over(error) if ending.is_none() => {
                        self.reading.give_up(error);
                        ending = Some(Ending { since: Instant::now(), aborted: false });
                    }
                    Incident::Over(_) => {}
                },
                event = self.events.recv() => {
                    self.heard = Instant::now();
                    quiet = self.heard + QUIET;
                    match event {
                        Ok(event) => {
                            if event.event_type == RETRY && self.begins_again(&event) && ending.is_none() {
                                // What is there is read already: the person says whether it is asked again.
                                self.reading.give_up(self.trouble(&event.data));
                                self.abort().await;
                                ending = Some(Ending { since: Instant::now(), aborted: true });
                                continue;
                            }
                            let told = self.read(&event);
                            if self.reading.ended() {
                                return (told, After::Free);
                            }
                            if !told.is_empty() && !self.client.is_watched() && event.event_type != RETRY {
                                self.go_on();
                            }
                            self.tell_all(told);
                        }
                        Err(error) => match error.kind() {
                            RecvErrorKind::Lagged(lagged) => {
                                // The final text replaces what is missing now.
                                tracing::warn!(skipped = lagged.skipped(), "events of an answer were lost");
                            }
                            _ => return (self.over(ending.is_some()), After::Gone),
                        },
                    }
                }
                () = sleep_until(deadline) => {
                    if let Some(end) = &mut ending {
                        if !end.aborted {
                            self.abort().await;
                            *end = Ending { since: Instant::now(), aborted: true };
                        } else if end.since.elapsed() >= PROMPTLY || self.still_at_work().await != Some(true) {
                            // Also where it is not at work: a late word of this turn must not end the next one.
                            return (self.reading.end(true), After::Stuck);
                        }
                        continue;
                    }
                    self.look();
                    if let Some(limit) = self.client.silence().filter(|limit| self.heard.elapsed() >= *limit) {
                        // Closing the session ends what the runtime still tries.
                        return (self.reading.fail(stalled(limit)), After::Stuck);
                    }
                    if Instant::now() < quiet {
                        continue;
                    }
                    quiet = Instant::now() + QUIET;
                    match self.still_at_work().await {
                        Some(true) => {}
                        Some(false) => return (self.catch_up().await, After::Free),
                        None => return (self.over(false), After::Stuck),
                    }
                }
            }
        }
    }

    /// Has the runtime end what it does. An abort that fails or hangs shows as an end that does not come.
    async fn abort(&self) {
        match timeout(PROMPTLY, self.session.0.session.abort()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "a turn was not aborted"),
            Err(_late) => tracing::warn!("a turn was not aborted in time"),
        }
    }

    /// The runtime makes another attempt. Whether that is too late: words are there. Else it is told, where no door has
    /// told it.
    fn begins_again(&mut self, event: &SessionEvent) -> bool {
        if self.reading.is_known(&event.id) {
            return false;
        }
        if self.reading.has_words() {
            return true;
        }
        self.attempts += 1;
        if !self.client.is_watched() {
            let (attempt, of) = (self.attempts, UNWATCHED_ATTEMPTS.max(self.attempts));
            self.hold_up(Holdup::TryingAgain { attempt, of, error: None });
        }
        false
    }

    /// Since when nothing came, while something is awaited.
    fn silent_since(&self) -> Option<Instant> {
        if self.client.is_watched() {
            return self.client.incidents.silent_since(self.id()).map(Instant::from_std);
        }
        Some(self.heard)
    }

    /// When to look next whether something came.
    fn next_look(&self) -> Instant {
        let told = self.client.upstream.patience.told;
        match (&self.held_up, self.silent_since()) {
            (Some(Holdup::Silent { .. }), _) => Instant::now() + LOOK,
            (_, Some(since)) => (since + told).max(Instant::now() + LOOK / 10),
            (_, None) => Instant::now() + told,
        }
    }

    /// Looks whether something came, and tells what it finds.
    fn look(&mut self) {
        let patience = self.client.upstream.patience;
        let silent = self.silent_since().map(|since| since.elapsed()).filter(|silent| *silent >= patience.told);
        match (silent, &self.held_up) {
            (Some(_), Some(Holdup::Silent { .. })) => {}
            (Some(silent), _) => {
                let limit = self.client.silence().unwrap_or(patience.silence);
                let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
                let since = self.client.upstream.now().plus(-millis(silent));
                self.hold_up(Holdup::Silent { since, until: Some(since.plus(millis(limit))) });
            }
            (None, Some(Holdup::Silent { .. })) => self.go_on(),
            (None, _) => {}
        }
    }

    fn hold_up(&mut self, holdup: Holdup) {
        self.held_up = Some(holdup.clone());
        let _ = self.tell.send(AnswerEvent::HeldUp(holdup));
    }

    fn go_on(&mut self) {
        if self.held_up.take().is_some() {
            let _ = self.tell.send(AnswerEvent::GoesOn);
        }
    }

    fn id(&self) -> &str {
        self.session.0.session.id().as_str()
    }

    fn read(&mut self, event: &SessionEvent) -> Vec<AnswerEvent> {
        let (client, session) = (&self.client, self.session.0.session.id().as_str());
        self.reading.read(event, |data| trouble(client, session, data))
    }

    fn trouble(&self, data: &Value) -> Error {
        trouble(&self.client, self.id(), data)
    }

    fn tell_all(&self, events: Vec<AnswerEvent>) {
        for event in events {
            let _ = self.tell.send(event);
        }
    }

    /// The runtime is gone, or does not say what it does.
    fn over(&mut self, ending: bool) -> Vec<AnswerEvent> {
        if ending {
            return self.reading.end(true);
        }
        let reason = "it ended in the middle of the answer";
        let ended = Error::new(Code::RuntimeFailed).with("reason", reason).retryable();
        self.reading.fail(self.client.told(ended))
    }

    /// Whether the runtime works on the turn; none when it does not answer.
    async fn still_at_work(&self) -> Option<bool> {
        let metadata = self.session.0.session.rpc().metadata();
        let asked = timeout(PROMPTLY, metadata.is_processing()).await;
        asked.ok()?.ok().map(|state| state.processing)
    }

    /// The turn is over and its end got lost: what was missed is read from the log.
    async fn catch_up(&mut self) -> Vec<AnswerEvent> {
        let logged = timeout(PROMPTLY, self.session.0.session.get_events()).await;
        let mut told = Vec::new();
        if let Ok(Ok(events)) = logged {
            let question = self.reading.question().map(str::to_owned);
            let missed = events.iter().skip_while(|event| Some(&event.id) != question.as_ref());
            for event in missed {
                told.extend(self.read(event));
            }
        }
        told.extend(self.reading.end(false));
        told
    }
}

/// What an error event means: the door may know better than the event.
fn trouble(client: &AccountClient, session: &str, data: &Value) -> Error {
    client.incidents.last(session).unwrap_or_else(|| {
        let access = client.upstream.access();
        failure::of_event(Asked { host: access.endpoint.host(), login: &access.login }, data)
    })
}
