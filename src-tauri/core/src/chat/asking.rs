//! From what a person wants asked to a stored question with a place for its answer.
//!
//! A new question, one that is asked again, one that was changed, one that waited: each is a place in the tree of
//! turns, and the answer goes below it. Everything is stored in one transaction before anything goes out.

use std::sync::Arc;

use rusqlite::Transaction;

use super::answer::Job;
use super::{
    ConversationId, Draft, Question, Role, Room, Shelf, Turn, TurnId, TurnState, WaitingId, attach, first_session,
    memory, new_id, record, title,
};
use crate::attachments::AttachmentId;
use crate::error::{Code, Result};
use crate::store::conversations::{Conversation, TitledBy};
use crate::store::turns::{Progress, TurnRecord};
use crate::store::waiting::WaitingRecord;
use crate::store::{StoreError, attachments, choices, conversations, drafts, profiles, turns, waiting};
use crate::time::Millis;

/// So many questions may wait in a conversation.
const MOST_WAITING: usize = 50;

/// The question that is to be answered.
struct Chosen {
    question: TurnRecord,
    /// It is not stored yet.
    new: bool,
    /// The answer that was given to it before, when nothing of that is remembered anyway.
    instead: Option<TurnRecord>,
    /// The model asked for; none means the conversation's.
    model: Option<String>,
    /// What goes with it, when it is new.
    given: Given,
}

/// Where what goes with a new question comes from.
enum Given {
    /// Out of the account's drafts.
    Draft(Vec<AttachmentId>),
    /// The same as with this one.
    Like(TurnId),
}

/// What came of a question that was handed in.
pub(super) enum Begun {
    /// It is to be answered now.
    Asked(Box<Job>),
    /// It waits for the answer before it.
    Waits(ConversationId),
}

impl Room {
    /// Stores a question, and the conversation when it is the first; where an answer is being written it waits.
    pub(super) async fn begin(&self, question: Question) -> Result<Begun> {
        let now = self.now();
        let first = question.conversation.is_none();
        let conversation = question.conversation.clone().unwrap_or_else(|| ConversationId(new_id()));
        let id = conversation.clone();
        let Question { account, text, model, attachments, chosen, desk, .. } = question.clone();
        let begun = self.begin_with(&conversation, now, false, move |change| {
            if first {
                let new = Conversation {
                    session: Some(first_session(&account, &id)),
                    id: id.clone(),
                    account: account.clone(),
                    title: title::of(&attach::title(change, &text, &attachments)?),
                    titled_by: TitledBy::Question,
                    model: model.clone(),
                    created_at: now,
                    updated_at: now,
                    active_leaf: None,
                    handed_over: false,
                    draft: false,
                    answering: false,
                    shelf: Shelf::List,
                };
                conversations::begin(change, &new)?;
                choices::set_for_conversation(change, &id, &chosen)?;
            }
            drafts::save(change, &Draft::at(account.clone(), (!first).then(|| id.clone()), desk), "", now)?;
            let row = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
            // A conversation belongs to one account; nobody else may ask in it.
            if row.account != account {
                return Err(StoreError::NotFound);
            }
            let asked = new_turn(TurnId(new_id()), &id, row.active_leaf, Role::You, now);
            let given = Given::Draft(attachments);
            Ok(Chosen { question: TurnRecord { text, ..asked }, new: true, instead: None, model, given })
        });
        match begun.await {
            Err(error) if error.code == Code::Busy && !first => self.wait(&conversation, question).await,
            begun => begun.map(|job| Begun::Asked(Box::new(job))),
        }
    }

    /// Prepares the question of an answer to be asked again, with a model for this once; without an answer named, that
    /// of the last.
    pub(super) async fn begin_again(
        &self,
        conversation: &ConversationId,
        answer: Option<TurnId>,
        model: Option<String>,
    ) -> Result<Job> {
        let id = conversation.clone();
        let begun = self.begin_with(conversation, self.now(), false, move |change| {
            let row = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
            let last = answer.is_none();
            let known = answer.or(row.active_leaf).ok_or(StoreError::NotFound)?;
            let known = of_conversation(change, &known, &id)?;
            // Or the question itself, when not even an answer was begun.
            let (question, answer) = match (known.role, &known.parent) {
                (Role::Copilot, Some(parent)) => (of_conversation(change, parent, &id)?, Some(known)),
                _ => (known, None),
            };
            let instead = answer.filter(|answer| last && answer.progress != Progress::Complete);
            Ok(Chosen { question, new: false, instead, model, given: Given::Draft(Vec::new()) })
        });
        begun.await
    }

    /// Stores another version of a question.
    pub(super) async fn begin_edited(
        &self,
        conversation: &ConversationId,
        question: TurnId,
        text: String,
    ) -> Result<Job> {
        let (id, now) = (conversation.clone(), self.now());
        let begun = self.begin_with(conversation, now, false, move |change| {
            let row = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
            let before = of_conversation(change, &question, &id)?;
            if before.role != Role::You {
                return Err(StoreError::NotFound);
            }
            if before.parent.is_none() && row.titled_by == TitledBy::Question {
                conversations::title_by_question(change, &id, &title::of(&text))?;
            }
            let given = Given::Like(before.id);
            let edited = new_turn(TurnId(new_id()), &id, before.parent, Role::You, now);
            Ok(Chosen { question: TurnRecord { text, ..edited }, new: true, instead: None, model: None, given })
        });
        begun.await
    }

    /// Asks one that waits, or the first of those that go out by themselves.
    pub(super) async fn begin_waiting(&self, conversation: &ConversationId, which: Option<WaitingId>) -> Result<Job> {
        let (id, now, answers) = (conversation.clone(), self.now(), self.answers.clone());
        let begun = self.begin_with(conversation, now, true, move |change| {
            let row = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
            let which = if let Some(which) = which {
                which
            } else {
                // Looked at in here: a stop that comes later finds this answer.
                let next = answers.next(&id);
                let first = waiting::all(change, &id)?.into_iter().find(|one| next.contains(&one.id));
                first.ok_or(StoreError::NotFound)?.id
            };
            // For this one step: they go with the question at its end.
            let draft = Draft::of(row.account, id.clone());
            let given = Given::Draft(attachments::back(change, &which, &draft)?);
            let WaitingRecord { text, model, .. } = waiting::take(change, &id, &which)?.ok_or(StoreError::NotFound)?;
            answers.leaves_line(&id, &which);
            let asked = new_turn(TurnId(new_id()), &id, row.active_leaf, Role::You, now);
            Ok(Chosen { question: TurnRecord { text, ..asked }, new: true, instead: None, model, given })
        });
        let begun = begun.await;
        self.tell_waiting(conversation).await;
        begun
    }

    /// Has a question wait for the answer that is being written.
    async fn wait(&self, conversation: &ConversationId, question: Question) -> Result<Begun> {
        let (id, now) = (conversation.clone(), self.now());
        let Question { account, text, model, attachments: given, .. } = question;
        let kept = self.store.write(move |change| {
            let row = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
            if row.account != account {
                return Err(StoreError::NotFound);
            }
            if waiting::all(change, &id)?.len() >= MOST_WAITING {
                return Ok(None);
            }
            drafts::save(change, &Draft::of(account.clone(), id.clone()), "", now)?;
            let id = WaitingId(new_id());
            let waits = WaitingRecord { id, conversation: row.id, text, model, created_at: now };
            waiting::add(change, &waits)?;
            attachments::wait(change, &given, &account, &waits.id)?;
            Ok(Some(waits.id))
        });
        let Some(waits) = kept.await? else { return Err(Code::Busy.into()) };
        self.answers.line_up(conversation, [waits]);
        self.tell_waiting(conversation).await;
        self.announce(conversation).await;
        Ok(Begun::Waits(conversation.clone()))
    }

    /// Stores what the closure chooses, with a place for its answer below it. What waits there goes on by itself after a
    /// question that waited too, never after another one that it was not meant to follow.
    async fn begin_with(
        &self,
        conversation: &ConversationId,
        now: Millis,
        waited: bool,
        choose: impl FnOnce(&Transaction<'_>) -> std::result::Result<Chosen, StoreError> + Send + 'static,
    ) -> Result<Job> {
        // Counted first: the end of the program waits for what has begun.
        let kept = self.tasks.token();
        let answer = TurnId(new_id());
        // Taken first, so that two windows cannot ask at once in one conversation.
        let stop = self.answers.begin(conversation, answering(answer.clone(), None, now)).ok_or(Code::Busy)?;
        let held = !waited && !self.answers.next(conversation).is_empty();
        if held {
            self.answers.hold(conversation);
        }
        let (id, answer_id) = (conversation.clone(), answer.clone());
        let stored = self.store.write(move |change| {
            let leaf = conversations::find(change, &id)?.and_then(|row| row.active_leaf);
            let Chosen { mut question, new, instead, model, given } = choose(change)?;
            let row = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
            let login = profiles::find(change, &row.account)?.ok_or(StoreError::NotFound)?.login;
            let memory = memory::of(change, &row, &question, instead.as_ref())?;
            if new {
                turns::add(change, &question)?;
                match given {
                    Given::Draft(ids) => drop(attachments::give(change, &ids, &row.account, &question.id)?),
                    Given::Like(other) => attachments::copy(change, &other, &question.id, new_id)?,
                }
                question.attachments = attachments::of_turn(change, &question.id)?;
            }
            let answer = new_turn(answer_id, &id, Some(question.id.clone()), Role::Copilot, now);
            turns::add(change, &paid(answer.clone(), &login))?;
            if row.session.as_ref() != Some(&memory.session) {
                conversations::set_session(change, &id, &memory.session, now)?;
            }
            let row = conversations::find(change, &id)?.ok_or(StoreError::NotFound)?;
            // Where it goes on at the end, the windows need not be told of the way there.
            let goes_on = new && question.parent == leaf;
            let path = if goes_on { None } else { Some(turns::path(change, &id)?) };
            let versions = if goes_on {
                (Vec::new(), Vec::new())
            } else {
                (turns::versions(change, &question.id)?, turns::versions(change, &answer.id)?)
            };
            Ok((row, login, question, model, memory, path, versions))
        });
        let (row, login, question, model, memory, path, versions) = match stored.await {
            Ok(stored) => stored,
            Err(error) => {
                self.answers.end(conversation, true);
                return Err(error.into());
            }
        };
        let turn = Turn {
            payer: Some(login),
            versions: record::several(versions.1),
            ..answering(answer, Some(question.id.clone()), now)
        };
        self.answers.stored(conversation, &turn);
        let model = model.or_else(|| row.model.clone());
        let account = row.account.clone();
        let (id, text) = (question.id.clone(), question.text.clone());
        let shown = Turn { versions: record::several(versions.0), ..record::view(question) };
        self.tell(self.shown(row), &[&shown, &turn], path.as_deref());
        if held {
            self.tell_waiting(conversation).await;
        }
        Ok(Job {
            stop,
            _kept: kept,
            conversation: conversation.clone(),
            question: id,
            answer: turn,
            account,
            memory,
            text,
            model,
        })
    }
}

impl Room {
    /// Goes on with the first question that waits for nothing but this, if any does. One that cannot be asked now goes
    /// on waiting.
    pub(super) async fn go_on(self: &Arc<Self>, conversation: &ConversationId) {
        if self.answers.next(conversation).is_empty() {
            return self.tell_held(conversation).await;
        }
        match self.begin_waiting(conversation, None).await {
            Ok(job) => self.clone().spawn(job),
            Err(error) => tracing::info!(code = ?error.code, "what waits goes on waiting"),
        }
    }
}

/// A turn of this conversation, by its name.
fn of_conversation(
    change: &Transaction<'_>,
    turn: &TurnId,
    conversation: &ConversationId,
) -> std::result::Result<TurnRecord, StoreError> {
    turns::find(change, turn)?.filter(|turn| turn.conversation == *conversation).ok_or(StoreError::NotFound)
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
            Role::You => Progress::Complete,
            Role::Copilot => Progress::Answering,
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
        state: TurnState::Answering { since, holdup: None },
        remembered: true,
        notices: Vec::new(),
        model: None,
        tokens: None,
        tokens_in: None,
        credits: None,
        payer: None,
        versions: Vec::new(),
        created_at: since,
    }
}
