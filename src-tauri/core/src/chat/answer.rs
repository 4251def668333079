//! One answer, from the stored question to the stored end.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until};
use tokio_util::sync::CancellationToken;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::memory::Memory;
use super::{ConversationId, Notice, Room, Turn, TurnId, TurnState, ended, live, record};
use crate::accounts::AccountId;
use crate::copilot::{AnswerEvent, Ask, Holdup, OnItsWay, Usage};
use crate::error::{Code, Error, Result};
use crate::render;
use crate::store::{StoreError, conversations, turns};

/// How often an answer being written is stored. What a crash may cost is half a second of it, the write included.
const SAVE_EVERY: Duration = Duration::from_millis(250);

/// How long until the end of an answer is stored again that could not be.
const STORE_AGAIN: Duration = Duration::from_secs(1);

/// A stored question and the place where its answer goes.
pub(super) struct Job {
    pub conversation: ConversationId,
    pub question: TurnId,
    pub answer: Turn,
    pub(super) account: AccountId,
    /// Where it is asked, and what is remembered there.
    pub(super) memory: Memory,
    pub(super) text: String,
    /// The model asked for by the person; none means the account's default.
    pub(super) model: Option<String>,
    pub(super) stop: CancellationToken,
    /// Held until the end is stored.
    pub(super) _kept: TaskTrackerToken,
}

/// How an answer ended, beside its text.
struct Ending {
    state: TurnState,
    notices: Vec<Notice>,
    usage: Option<Usage>,
    model: Option<String>,
    /// The final form of the text, when Copilot gave one.
    text: Option<String>,
    /// Whether the session may have the question.
    on_its_way: OnItsWay,
    /// Whether it is known where the session has it.
    asked: bool,
}

impl Ending {
    fn new() -> Self {
        Self {
            state: TurnState::Complete,
            notices: Vec::new(),
            usage: None,
            model: None,
            text: None,
            on_its_way: OnItsWay::default(),
            asked: false,
        }
    }

    /// Another model answers than was asked for. What was replaced twice was replaced once: by the last.
    fn replaced(&mut self, asked: String, chosen: String) {
        let before = self.notices.iter_mut().find_map(|notice| match notice {
            Notice::ModelReplaced { chosen: then, .. } if *then == asked => Some(then),
            _ => None,
        });
        if let Some(then) = before {
            *then = chosen;
        } else {
            let notice = Notice::ModelReplaced { asked, chosen };
            if !self.notices.contains(&notice) {
                self.notices.push(notice);
            }
        }
        // There and back again is no replacement.
        self.notices.retain(|notice| !matches!(notice, Notice::ModelReplaced { asked, chosen } if asked == chosen));
    }
}

impl Room {
    /// Has the question answered, to the stored end. Every way out of here stores one.
    pub(super) async fn answer(self: Arc<Self>, job: Job) {
        let mut ending = Ending::new();
        // A panic would leave the conversation answering for ever.
        let written = AssertUnwindSafe(self.write(&job, &mut ending)).catch_unwind().await;
        let fault = |_panic| Err(Error::new(Code::Internal).with("reason", "writing the answer failed"));
        if let Err(error) = written.unwrap_or_else(fault) {
            ending.state = TurnState::Failed { error };
        }
        self.end(job, ending).await;
    }

    async fn write(&self, job: &Job, ending: &mut Ending) -> Result<()> {
        let begun = self.now();
        let told = Instant::now() + self.copilot.patience().told;
        let asked = {
            let asking = self.ask(job, ending);
            tokio::pin!(asking);
            let mut told_of = false;
            loop {
                tokio::select! {
                    () = job.stop.cancelled() => break None,
                    asked = &mut asking => break Some(asked),
                    // Whoever is asked before the model can be silent, too.
                    () = sleep_until(told), if !told_of => {
                        told_of = true;
                        self.hold_up(job, Some(&Holdup::Silent { since: begun, until: None }));
                    }
                }
            }
        };
        let Some(asked) = asked.transpose()? else {
            ending.state = TurnState::Stopped;
            return Ok(());
        };
        if self.answers.is_held_up(&job.conversation) {
            self.hold_up(job, None);
        }
        if asked.told {
            self.forgot(job).await;
        }
        let stopper = asked.stopper();
        let mut events = asked.events;
        let mut stopping = false;
        let mut save = interval_at(Instant::now() + SAVE_EVERY, SAVE_EVERY);
        save.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = job.stop.cancelled(), if !stopping => {
                    stopping = true;
                    stopper.stop();
                }
                // Before the events, which at full speed leave no gap.
                _ = save.tick() => self.save(job).await,
                event = events.recv() => match event {
                    Some(AnswerEvent::Ended) => return Ok(()),
                    // The end is always said; without it what came must not pass for the whole answer.
                    None => return Err(Error::new(Code::Interrupted).retryable()),
                    Some(event) => self.happened(job, ending, event).await,
                },
            }
        }
    }

    /// Everything up to the question being on its way.
    async fn ask(&self, job: &Job, ending: &mut Ending) -> Result<crate::copilot::Answering> {
        // If the models cannot be listed nothing is sent: the runtime would send to a host of its own choice.
        let offered = self.offered(&job.account, job.answer.payer.as_deref().unwrap_or_default()).await?;
        let default = offered.default.clone().ok_or(Code::NoModels)?;
        let model = match &job.model {
            Some(asked) if offered.offers(asked) => asked.clone(),
            Some(asked) => {
                ending.replaced(asked.clone(), default.clone());
                default
            }
            None => {
                if let Some(missing) = &offered.missing {
                    ending.replaced(missing.clone(), default.clone());
                }
                default
            }
        };
        ending.model = Some(model.clone());
        let known = offered.models.iter().find(|known| known.id == model);
        let attachments = self.enclosed(&job.question, known).await?;
        let (effort, instructions) = self.chosen(&job.conversation).await?;
        self.copilot
            .ask(Ask {
                account: job.account.clone(),
                session: job.memory.session.clone(),
                model,
                effort,
                instructions,
                text: job.text.clone(),
                attachments,
                from: job.memory.from.clone(),
                said_before: job.memory.said_before.as_ref().map(|told| told.text.clone()),
                rewind_to: job.memory.rewind_to.clone(),
                on_its_way: ending.on_its_way.clone(),
            })
            .await
    }

    /// The text above the question was told anew: what was too long for that is not remembered any more.
    async fn forgot(&self, job: &Job) {
        let left_out = job.memory.said_before.as_ref().map(|told| told.left_out.clone()).unwrap_or_default();
        if left_out.is_empty() {
            return;
        }
        let turns = left_out.clone();
        let marked = self
            .store
            .write(move |change| turns.iter().try_for_each(|turn| turns::set_remembered(change, turn, false)));
        match marked.await {
            Ok(()) => self.watches.forgotten(&job.conversation, &left_out),
            Err(error) => tracing::warn!(%error, "what the model forgot could not be marked"),
        }
    }

    /// A database that fails here is no end of the answer: the runtime writes on, and the end stores the whole text or
    /// says that it could not.
    async fn happened(&self, job: &Job, ending: &mut Ending, event: AnswerEvent) {
        match event {
            AnswerEvent::Asked { event_id } => {
                ending.asked = true;
                let (answer, session) = (job.answer.id.clone(), job.memory.session.clone());
                let store = self.store.clone();
                // Not waited for: a flush to the disk would stand between the question and the first word.
                self.tasks.spawn(async move {
                    let asked = store.write(move |change| turns::asked(change, &answer, &session, &event_id));
                    if let Err(error) = asked.await {
                        tracing::warn!(%error, "where the session has the question could not be stored");
                    }
                });
            }
            AnswerEvent::Delta(delta) => {
                self.answers.push(&job.conversation, &delta);
                self.watches.grown(&job.conversation);
            }
            AnswerEvent::HeldUp(holdup) => self.hold_up(job, Some(&holdup)),
            AnswerEvent::GoesOn => self.hold_up(job, None),
            AnswerEvent::Restarted => {
                let Some(turn) = self.answers.restart(&job.conversation) else { return };
                self.watches.turn(&job.conversation, &turn);
                let answer = job.answer.id.clone();
                if let Err(error) = self.store.write(move |change| turns::restart(change, &answer)).await {
                    tracing::warn!(%error, "an answer that starts over could not be cleared yet");
                }
            }
            AnswerEvent::ModelChanged { asked, chosen } => {
                ending.model = Some(chosen.clone());
                ending.replaced(asked, chosen);
            }
            AnswerEvent::Final(text) => ending.text = Some(text),
            AnswerEvent::Usage(usage) => ending.usage = Some(usage),
            AnswerEvent::CutOff => ending.notices.push(Notice::CutOff),
            AnswerEvent::Failed(error) => ending.state = TurnState::Failed { error },
            AnswerEvent::Stopped => ending.state = TurnState::Stopped,
            AnswerEvent::Ended => {}
        }
    }

    /// Tells the windows what the answer is held up by, or that it goes on.
    fn hold_up(&self, job: &Job, holdup: Option<&Holdup>) {
        if let Some(turn) = self.answers.hold_up(&job.conversation, holdup) {
            self.watches.held_up(&job.conversation, &turn, holdup);
        }
    }

    /// Brings the database up to the text. A failure is not the answer's end: the next tick tries again, and the end
    /// stores the whole text.
    async fn save(&self, job: &Job) {
        let Some(unsaved) = self.answers.unsaved(&job.conversation) else { return };
        let (answer, length) = (job.answer.id.clone(), unsaved.length);
        let stored = self.store.write(move |change| turns::grow(change, &answer, &unsaved.text)).await;
        match stored {
            Ok(()) => self.answers.saved(&job.conversation, length),
            Err(error) => tracing::warn!(%error, "an answer being written could not be saved yet"),
        }
    }

    /// Stores the end and tells the windows; after this the conversation is free for the next question.
    async fn end(self: &Arc<Self>, job: Job, ending: Ending) {
        let now = self.now();
        let streamed = self.answers.text(&job.conversation).unwrap_or_default();
        let complete = matches!(ending.state, TurnState::Complete);
        // The final form replaces what was streamed, of a whole answer. Of any other the streamed part is all there is.
        let text = if complete { ending.text.unwrap_or(streamed) } else { streamed };
        let mut turn = Turn {
            state: ending.state,
            remembered: complete,
            notices: ending.notices,
            model: ending.usage.as_ref().map(|usage| usage.model.clone()).filter(|m| !m.is_empty()).or(ending.model),
            tokens: ending.usage.as_ref().map(|usage| counted(usage.input_tokens.saturating_add(usage.output_tokens))),
            tokens_in: ending.usage.as_ref().map(|usage| counted(usage.input_tokens)),
            credits: ending.usage.as_ref().and_then(|usage| usage.credits),
            ..job.answer
        };
        let ended = turns::Ending {
            progress: record::progress(&turn.state),
            text: Some(text.clone()),
            notices: turn.notices.clone(),
            model: turn.model.clone(),
            usage: turns::Usage {
                tokens_in: ending.usage.as_ref().map(|usage| counted(usage.input_tokens)),
                tokens_out: ending.usage.as_ref().map(|usage| counted(usage.output_tokens)),
                credits: turn.credits,
                payer: turn.payer.clone(),
            },
            remembered: turn.remembered,
            at: now,
        };
        // Stopped or given up while the runtime was told of it: the session may have a question that no turn knows. What
        // is asked next begins in a copy that ends before it.
        let unknown = (ending.on_its_way.is_set() && !ending.asked).then(|| job.memory.session.clone());
        let end = End { turn: turn.id.clone(), conversation: job.conversation.clone(), ended, unknown };
        let stored = self.store_end(&end).await;
        let row = stored.unwrap_or_else(|error| {
            // The text is in the window still; the person must know that it is nowhere else yet.
            tracing::error!(%error, "an answer could not be stored");
            turn.state = TurnState::Failed { error: Error::from(error) };
            let room = self.clone();
            self.tasks.spawn(async move { room.store_end_later(end).await });
            None
        });
        let beginning = ended::beginning(&text);
        let rendered = tokio::task::spawn_blocking(move || live::shown(&render::render(&text))).await;
        turn.blocks = rendered.unwrap_or_default();
        // After a failure, or a stop that was meant for all of it, the person says how it goes on.
        let complete = turn.state == TurnState::Complete;
        let steered = self.answers.end(&job.conversation, complete);
        if let Some(usage) = ending.usage {
            self.paid(job.account, usage.quota);
        }
        if let Some(row) = row {
            let told = ended::told(&row, &turn, now, beginning);
            self.tell(self.shown(row), &[&turn], None);
            if let Some(told) = told {
                self.desktop.answer_ended(told);
            }
        } else {
            self.watches.turn(&job.conversation, &turn);
            self.announce(&job.conversation).await;
        }
        if steered || complete {
            self.go_on(&job.conversation).await;
        } else {
            self.tell_held(&job.conversation).await;
        }
    }
}

/// The end of an answer as it is to be stored.
#[derive(Clone)]
struct End {
    turn: TurnId,
    conversation: ConversationId,
    ended: turns::Ending,
    /// The session that may have the question, when nobody knows where.
    unknown: Option<String>,
}

impl Room {
    async fn store_end(&self, end: &End) -> std::result::Result<Option<conversations::Conversation>, StoreError> {
        let End { turn, conversation, ended, unknown } = end.clone();
        let stored = self.store.write(move |change| {
            if let Some(session) = unknown {
                turns::lost_sight(change, &turn, &session)?;
            }
            turns::end(change, &turn, &ended)?;
            conversations::find(change, &conversation)
        });
        stored.await
    }

    /// Stores an end once what kept it from being stored is gone (a full disk, most likely), at the latest when the
    /// program ends; then the windows have the answer as it was.
    async fn store_end_later(self: Arc<Self>, end: End) {
        loop {
            let last = self.answers.are_over_within(STORE_AGAIN).await;
            match self.store_end(&end).await {
                Ok(row) => {
                    let id = end.turn.clone();
                    let turn = self.store.read(move |look| turns::find(look, &id)).await;
                    if let (Some(row), Ok(Some(turn))) = (row, turn)
                        && let Ok(turn) = tokio::task::spawn_blocking(move || record::view(turn)).await
                    {
                        self.tell(self.shown(row), &[&turn], None);
                    }
                    return;
                }
                // It was deleted meanwhile.
                Err(StoreError::NotFound | StoreError::Closed) => return,
                Err(error) if last => return tracing::error!(%error, "an answer was never stored"),
                Err(_) => {}
            }
        }
    }
}

fn counted(tokens: u64) -> u32 {
    u32::try_from(tokens).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(asked: &str, chosen: &str) -> Notice {
        Notice::ModelReplaced { asked: asked.into(), chosen: chosen.into() }
    }

    #[test]
    fn a_model_that_was_replaced_twice_is_told_once() {
        let mut ending = Ending::new();
        ending.replaced("a".into(), "b".into());
        ending.replaced("b".into(), "c".into());
        assert_eq!(ending.notices, [replaced("a", "c")], "nobody asked for the one in between");
        ending.replaced("a".into(), "c".into());
        assert_eq!(ending.notices, [replaced("a", "c")], "said again, it is the same");
        ending.replaced("c".into(), "a".into());
        assert_eq!(ending.notices, [], "in the end it was the one that was asked for");
        ending.notices.push(Notice::CutOff);
        ending.replaced("x".into(), "y".into());
        assert_eq!(ending.notices, [Notice::CutOff, replaced("x", "y")], "other notices stay");
    }
}
