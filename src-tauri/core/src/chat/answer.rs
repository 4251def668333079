//! One answer, from the stored question to the stored end.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::{
    ConversationId, Notice, Question, Role, Room, Turn, TurnId, TurnState, attach, first_session, live, new_id, record,
    title, transcript,
};
use crate::accounts::AccountId;
use crate::copilot::{AnswerEvent, Ask, Usage};
use crate::error::{Code, Error, Result};
use crate::render;
use crate::store::conversations::{Conversation, TitledBy};
use crate::store::turns::TurnRecord;
use crate::store::{StoreError, attachments, conversations, drafts, profiles, turns};
use crate::time::Millis;

/// How far the database may be behind an answer being written.
const SAVE_EVERY: Duration = Duration::from_millis(500);

/// A stored question and the place where its answer goes.
pub(super) struct Job {
    pub conversation: ConversationId,
    pub question: TurnId,
    answer: Turn,
    account: AccountId,
    session: String,
    text: String,
    /// What the person sees and the session may not know.
    said_before: Option<String>,
    /// The model asked for by the person; none means the account's default.
    model: Option<String>,
    /// The session's event of this question, when it was asked before: the session is cut back to before it.
    asked_before: Option<String>,
    stop: CancellationToken,
    /// Held until the end is stored.
    _kept: TaskTrackerToken,
}

/// How an answer ended, beside its text.
struct Ending {
    state: TurnState,
    notices: Vec<Notice>,
    usage: Option<Usage>,
    model: Option<String>,
    /// The final form of the text, when Copilot gave one.
    text: Option<String>,
}

impl Room {
    /// Stores a question, and the conversation when it is the first.
    pub(super) async fn begin(&self, question: Question) -> Result<Job> {
        let now = self.now();
        let account = question.account.clone();
        let began = question.conversation.is_none();
        let conversation = question.conversation.unwrap_or_else(|| ConversationId(new_id()));
        let asked = TurnId(new_id());
        let answer = TurnId(new_id());

        let (id, text, given, model, payer, asked_id, answer_id) = (
            conversation.clone(),
            question.text.clone(),
            question.attachments.clone(),
            question.model.clone(),
            account.clone(),
            asked.clone(),
            answer.clone(),
        );
        let session = first_session(&account, &conversation);
        let new_session = session.clone();
        // Counted first: the end of the program waits for what has begun.
        let kept = self.tasks.token();
        // Taken first, so that two windows cannot ask at once in one conversation.
        let placeholder = answering(answer.clone(), Some(asked.clone()), now);
        let stop = self.answers.begin(&conversation, placeholder).ok_or(Code::Busy)?;
        let stored = self
            .store
            .write(move |change| {
                let login = profiles::find(change, &payer)?.ok_or(StoreError::NotFound)?.login;
                if began {
                    let new = Conversation {
                        id: id.clone(),
                        account: payer.clone(),
                        title: title::of(&attach::title(change, &text, &given)?),
                        titled_by: TitledBy::Question,
                        model: model.clone(),
                        created_at: now,
                        updated_at: now,
                        active_leaf: None,
                        session: Some(new_session.clone()),
                        handed_over: false,
                        draft: false,
                        answering: false,
                    };
                    conversations::begin(change, &new)?;
                }
                drafts::save(change, &payer, (!began).then_some(&id), "", now)?;
                let row = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
                // A conversation belongs to one account; nobody else may ask in it.
                if row.account != payer {
                    return Err(StoreError::NotFound);
                }
                let question = new_turn(asked_id, &id, row.active_leaf, Role::You, now);
                let question = TurnRecord { text, ..question };
                turns::add(change, &question)?;
                let attachments = attachments::give(change, &given, &payer, &question.id)?;
                let question = TurnRecord { attachments, ..question };
                let answer = new_turn(answer_id, &id, Some(question.id.clone()), Role::Copilot, now);
                turns::add(change, &paid(answer, &login))?;
                let row = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
                let above =
                    if row.handed_over { turns::earlier(change, &question.id, u32::MAX)?.turns } else { vec![] };
                Ok((login, row, question, above))
            })
            .await;
        let (login, row, question_turn, above) = match stored {
            Ok(stored) => stored,
            Err(error) => {
                self.answers.end(&conversation);
                return Err(error.into());
            }
        };
        let turn = Turn { payer: Some(login), ..answering(answer, Some(asked.clone()), now) };
        self.answers.stored(&conversation, &turn);
        let session = row.session.clone().unwrap_or(session);
        let model = question.model.or_else(|| row.model.clone());
        self.tell(self.shown(row), &[&record::view(question_turn), &turn], None);
        Ok(Job {
            stop,
            _kept: kept,
            conversation,
            question: asked,
            answer: turn,
            account,
            said_before: transcript::untold(&above, &session),
            session,
            text: question.text,
            model,
            asked_before: None,
        })
    }

    /// Prepares the last question to be asked again.
    pub(super) async fn begin_again(&self, conversation: &ConversationId) -> Result<Job> {
        let now = self.now();
        let answer = TurnId(new_id());
        let kept = self.tasks.token();
        let stop = self.answers.begin(conversation, answering(answer.clone(), None, now)).ok_or(Code::Busy)?;
        let (id, answer_id) = (conversation.clone(), answer.clone());
        let stored = self
            .store
            .write(move |change| {
                let row = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
                let leaf = row.active_leaf.as_ref().ok_or(StoreError::NotFound)?;
                let leaf = turns::find(change, leaf)?.ok_or(StoreError::NotFound)?;
                // The leaf is the failed answer, or the question itself when not even that was begun.
                let question = match (leaf.role, &leaf.parent) {
                    (Role::Copilot, Some(parent)) => turns::find(change, parent)?.ok_or(StoreError::NotFound)?,
                    _ => leaf,
                };
                let login = profiles::find(change, &row.account)?.ok_or(StoreError::NotFound)?.login;
                let again = new_turn(answer_id, &id, Some(question.id.clone()), Role::Copilot, now);
                turns::add(change, &paid(again, &login))?;
                let row = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
                let above =
                    if row.handed_over { turns::earlier(change, &question.id, u32::MAX)?.turns } else { vec![] };
                Ok((row, question, login, above, turns::path(change, &id)?))
            })
            .await;
        let (row, question, login, above, path) = match stored {
            Ok(stored) => stored,
            Err(error) => {
                self.answers.end(conversation);
                return Err(error.into());
            }
        };
        let turn = Turn { payer: Some(login), ..answering(answer, Some(question.id.clone()), now) };
        self.answers.stored(conversation, &turn);
        self.tell(self.shown(row.clone()), &[&turn], Some(&path));
        let session = row.session.unwrap_or_else(|| first_session(&row.account, conversation));
        Ok(Job {
            stop,
            _kept: kept,
            conversation: conversation.clone(),
            said_before: transcript::untold(&above, &session),
            session,
            account: row.account,
            question: question.id,
            answer: turn,
            text: question.text,
            model: row.model,
            asked_before: question.event,
        })
    }

    /// Has the question answered, to the stored end. Every way out of here stores one.
    pub(super) async fn answer(self: Arc<Self>, job: Job) {
        let mut ending =
            Ending { state: TurnState::Complete, notices: Vec::new(), usage: None, model: None, text: None };
        // A panic would leave the conversation answering for ever.
        let written = AssertUnwindSafe(self.write(&job, &mut ending)).catch_unwind().await;
        let fault = |_panic| Err(Error::new(Code::Internal).with("reason", "writing the answer failed"));
        if let Err(error) = written.unwrap_or_else(fault) {
            ending.state = TurnState::Failed { error };
        }
        self.end(job, ending).await;
    }

    async fn write(&self, job: &Job, ending: &mut Ending) -> Result<()> {
        let asked = tokio::select! {
            () = job.stop.cancelled() => {
                ending.state = TurnState::Stopped;
                return Ok(());
            }
            asked = self.ask(job, ending) => asked?,
        };
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
        let offered = self.copilot.models(&job.account, job.answer.payer.as_deref().unwrap_or_default()).await?;
        let default = offered.default.clone().ok_or(Code::NoModels)?;
        let model = match &job.model {
            Some(asked) if offered.models.iter().any(|model| model.id == *asked) => asked.clone(),
            Some(asked) => {
                ending.notices.push(Notice::ModelReplaced { asked: asked.clone(), chosen: default.clone() });
                default
            }
            None => {
                if let Some(missing) = &offered.missing {
                    ending.notices.push(Notice::ModelReplaced { asked: missing.clone(), chosen: default.clone() });
                }
                default
            }
        };
        ending.model = Some(model.clone());
        let known = offered.models.iter().find(|known| known.id == model);
        let attachments = self.enclosed(&job.question, known).await?;
        self.copilot
            .ask(Ask {
                account: job.account.clone(),
                session: job.session.clone(),
                model,
                text: job.text.clone(),
                attachments,
                said_before: job.said_before.clone(),
                rewind_to: job.asked_before.clone(),
            })
            .await
    }

    /// A database that fails here is no end of the answer: the runtime writes on, and the end stores the whole text or
    /// says that it could not.
    async fn happened(&self, job: &Job, ending: &mut Ending, event: AnswerEvent) {
        match event {
            AnswerEvent::Asked { event_id } => {
                let (question, session) = (job.question.clone(), job.session.clone());
                let store = self.store.clone();
                // Not waited for: a flush to the disk would stand between the question and the first word.
                self.tasks.spawn(async move {
                    let asked = store.write(move |change| turns::asked(change, &question, &session, &event_id));
                    if let Err(error) = asked.await {
                        tracing::warn!(%error, "where the session has the question could not be stored");
                    }
                });
            }
            AnswerEvent::Delta(delta) => {
                self.answers.push(&job.conversation, &delta);
                self.watches.grown(&job.conversation);
            }
            AnswerEvent::Restarted { attempt } => {
                if let Some(turn) = self.answers.restart(&job.conversation, attempt) {
                    self.watches.turn(&job.conversation, &turn);
                }
                let answer = job.answer.id.clone();
                if let Err(error) = self.store.write(move |change| turns::restart(change, &answer)).await {
                    tracing::warn!(%error, "an answer that starts over could not be cleared yet");
                }
            }
            AnswerEvent::ModelChanged { asked, chosen } => {
                ending.model = Some(chosen.clone());
                let notice = Notice::ModelReplaced { asked, chosen };
                if !ending.notices.contains(&notice) {
                    ending.notices.push(notice);
                }
            }
            AnswerEvent::Final(text) => ending.text = Some(text),
            AnswerEvent::Usage(usage) => ending.usage = Some(usage),
            AnswerEvent::CutOff => ending.notices.push(Notice::CutOff),
            AnswerEvent::Failed(error) => ending.state = TurnState::Failed { error },
            AnswerEvent::Stopped => ending.state = TurnState::Stopped,
            AnswerEvent::Ended => {}
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
    async fn end(&self, job: Job, ending: Ending) {
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
        let id = turn.id.clone();
        let conversation = job.conversation.clone();
        let stored = self
            .store
            .write(move |change| {
                turns::end(change, &id, &ended)?;
                conversations::find(change, &conversation)
            })
            .await;
        let row = stored.unwrap_or_else(|error| {
            // The text is in the window still; the person must know that it is nowhere else.
            tracing::error!(%error, "an answer could not be stored");
            turn.state = TurnState::Failed { error: Error::from(error) };
            None
        });
        let rendered = tokio::task::spawn_blocking(move || live::shown(&render::render(&text))).await;
        turn.blocks = rendered.unwrap_or_default();
        self.answers.end(&job.conversation);
        if let Some(row) = row {
            self.tell(self.shown(row), &[&turn], None);
        } else {
            self.watches.turn(&job.conversation, &turn);
            self.announce(&job.conversation).await;
        }
    }
}

fn counted(tokens: u64) -> u32 {
    u32::try_from(tokens).unwrap_or(u32::MAX)
}

/// A turn as it begins: an answer is being written, a question is complete.
fn new_turn(id: TurnId, conversation: &ConversationId, parent: Option<TurnId>, role: Role, now: Millis) -> TurnRecord {
    TurnRecord {
        id,
        conversation: conversation.clone(),
        parent,
        role,
        text: String::new(),
        progress: match role {
            Role::You => turns::Progress::Complete,
            Role::Copilot => turns::Progress::Answering,
        },
        notices: Vec::new(),
        model: None,
        usage: turns::Usage::default(),
        created_at: now,
        ended_at: None,
        remembered: true,
        event: None,
        session: None,
        attachments: Vec::new(),
    }
}

fn paid(turn: TurnRecord, login: &str) -> TurnRecord {
    TurnRecord { usage: turns::Usage { payer: Some(login.to_owned()), ..turn.usage }, ..turn }
}

/// An answer of which nothing has come yet.
fn answering(id: TurnId, parent: Option<TurnId>, since: Millis) -> Turn {
    Turn {
        id,
        parent,
        role: Role::Copilot,
        text: String::new(),
        attachments: Vec::new(),
        blocks: Vec::new(),
        tail: String::new(),
        state: TurnState::Answering { since, attempt: 1 },
        remembered: true,
        notices: Vec::new(),
        model: None,
        tokens: None,
        credits: None,
        payer: None,
        created_at: since,
    }
}
