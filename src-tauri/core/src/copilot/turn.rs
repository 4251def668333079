//! One turn of a session, from the question to `Ended`: follows the runtime's events, stops when told to, and never
//! waits for an end that does not come.

use std::sync::Arc;
use std::time::Duration;

use github_copilot_sdk::subscription::{EventSubscription, RecvErrorKind};
use serde_json::Value;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep_until, timeout};

use super::answer::AnswerEvent;
use super::client::AccountClient;
use super::failure::{self, Asked};
use super::reading::Reading;
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

/// A turn under way.
pub(super) struct Turn {
    pub(super) client: Arc<AccountClient>,
    pub(super) session: Occupied,
    pub(super) events: EventSubscription,
    pub(super) reading: Reading,
    pub(super) tell: mpsc::UnboundedSender<AnswerEvent>,
    pub(super) stop: Arc<Notify>,
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
    }

    /// Tells what comes; answers with what is to be told last.
    async fn until_the_end(&mut self) -> (Vec<AnswerEvent>, After) {
        let mut quiet = Instant::now() + QUIET;
        let mut heard = Instant::now();
        let mut stopped: Option<Instant> = None;
        loop {
            let deadline = stopped.map_or(quiet, |stopped| (stopped + PROMPTLY).min(Instant::now() + LOOK));
            tokio::select! {
                biased;
                () = self.stop.notified(), if stopped.is_none() => {
                    stopped = Some(Instant::now());
                    // An abort that fails or hangs shows as an end that does not come.
                    match timeout(PROMPTLY, self.session.0.session.abort()).await {
                        Ok(Ok(())) => {}
                        Ok(Err(error)) => tracing::warn!(%error, "a turn was not aborted"),
                        Err(_late) => tracing::warn!("a turn was not aborted in time"),
                    }
                }
                event = self.events.recv() => {
                    heard = Instant::now();
                    quiet = heard + QUIET;
                    match event {
                        Ok(event) => {
                            let told = self.read(&event);
                            if self.reading.ended() {
                                return (told, After::Free);
                            }
                            self.tell_all(told);
                        }
                        Err(error) => match error.kind() {
                            RecvErrorKind::Lagged(lagged) => {
                                // The final text replaces what is missing now.
                                tracing::warn!(skipped = lagged.skipped(), "events of an answer were lost");
                            }
                            _ => return (self.over(stopped), After::Gone),
                        },
                    }
                }
                () = sleep_until(deadline) => {
                    if let Some(stopped) = stopped {
                        // Also where it is not at work: a late word of this turn must not end the next one.
                        if stopped.elapsed() >= PROMPTLY || self.still_at_work().await != Some(true) {
                            return (self.reading.end(true), After::Stuck);
                        }
                        continue;
                    }
                    quiet = Instant::now() + QUIET;
                    if let Some(limit) = self.client.silence().filter(|limit| heard.elapsed() >= *limit) {
                        // Closing the session ends what the runtime still tries.
                        return (self.reading.fail(stalled(limit)), After::Stuck);
                    }
                    match self.still_at_work().await {
                        Some(true) => {}
                        Some(false) => return (self.catch_up().await, After::Free),
                        None => return (self.over(stopped), After::Stuck),
                    }
                }
            }
        }
    }

    fn read(&mut self, event: &github_copilot_sdk::types::SessionEvent) -> Vec<AnswerEvent> {
        let client = &self.client;
        let session = self.session.0.session.id().as_str();
        let trouble = |data: &Value| {
            client.incidents.last(session).unwrap_or_else(|| {
                let access = client.upstream.access();
                failure::of_event(Asked { host: access.endpoint.host(), login: &access.login }, data)
            })
        };
        self.reading.read(event, trouble)
    }

    fn tell_all(&self, events: Vec<AnswerEvent>) {
        for event in events {
            let _ = self.tell.send(event);
        }
    }

    /// The runtime is gone, or does not say what it does.
    fn over(&mut self, stopped: Option<Instant>) -> Vec<AnswerEvent> {
        if stopped.is_some() {
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
