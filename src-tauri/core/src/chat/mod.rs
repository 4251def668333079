//! What the person sees: conversations, turns, drafts.
//!
//! A question is in the database before anything goes out; an answer is written there as it comes; windows watch and
//! are told what changed. Knows [`crate::store`], [`crate::copilot`] and `render`; nothing of windows or of sign-in.

mod answer;
mod asking;
mod attach;
mod chosen;
mod draft;
mod ended;
mod export;
mod find;
mod hand_over;
mod import;
mod keep;
#[cfg(test)]
mod keep_tests;
mod list;
mod live;
mod marks;
mod memory;
mod prompts;
mod record;
mod search;
mod take_back;
mod title;
mod transcript;
mod usage;
mod versions;
mod view;
mod waiting;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{broadcast, mpsc};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::accounts::AccountId;
use crate::copilot::{Reception, session_id};
use crate::desktop::Desktop;
use crate::error::{Code, Result};
use crate::store::{Store, StoreError, choices, conversations, drafts, profiles, turns};
use crate::time::Millis;

pub use chosen::Chosen;
pub use draft::{Desk, Draft};
pub use export::{AlertWords, ExportFormat, ExportWords, SEALED};
pub use find::Finding;
pub use import::Imported;
pub use list::ListChange;
pub use live::Shut;
pub use prompts::{Prompt, PromptId};
pub use search::{FoundConversation, FoundTurn, Piece, SearchPage};
pub use usage::{Bill, MonthOfUse, UseOfModel};
pub use view::{
    Block, BlockKind, ConversationId, ConversationPage, ConversationPatch, ConversationSummary, ConversationView,
    Notice, PatchStep, Question, Role, Sent, Shelf, Turn, TurnId, TurnState, Waiting, WaitingId, WatchId,
};

use answer::Job;
use asking::Begun;
use live::Answers;
use watch::{News, Watches};

/// In milliseconds.
const A_DAY: u64 = 24 * 60 * 60 * 1000;

/// How many turns a snapshot and a page of earlier turns hold.
const PAGE_OF_TURNS: u32 = 24;

/// What a question or a draft may be long, in bytes: more than any model reads, and nothing that fills the disk.
const LONGEST_TEXT: usize = 4 * 1024 * 1024;

/// What a model's id may be long, in bytes.
const LONGEST_MODEL: usize = 256;

/// An answer that is stopped to be asked again is stored within this, or the conversation is still busy.
const STOPS_WITHIN: Duration = Duration::from_secs(15);

/// How often it is looked whether it is.
const LOOK: Duration = Duration::from_millis(10);

/// All conversations. Clones are the same.
#[derive(Clone)]
pub struct Chat {
    room: Arc<Room>,
}

struct Room {
    store: Store,
    copilot: Arc<Reception>,
    desktop: Arc<dyn Desktop>,
    answers: Arc<Answers>,
    watches: Watches,
    changes: broadcast::Sender<ListChange>,
    bills: broadcast::Sender<Bill>,
    tasks: TaskTracker,
}

impl Chat {
    /// The conversations of this database, answered by this Copilot.
    pub fn new(store: Store, copilot: Arc<Reception>, desktop: Arc<dyn Desktop>) -> Self {
        let room = Room {
            store,
            copilot,
            desktop,
            answers: Arc::default(),
            watches: Watches::default(),
            changes: broadcast::channel(256).0,
            bills: broadcast::channel(64).0,
            tasks: TaskTracker::new(),
        };
        Self { room: Arc::new(room) }
    }

    /// What happens to the list of conversations from now on.
    pub fn changes(&self) -> broadcast::Receiver<ListChange> {
        self.room.changes.subscribe()
    }

    /// The conversation as it is now, and what becomes of it from here on.
    pub async fn watch(
        &self,
        conversation: &ConversationId,
    ) -> Result<(ConversationView, mpsc::Receiver<ConversationPatch>)> {
        // Changes are collected from before the look, so that none falls between the snapshot and the first patch.
        let watch = self.room.watches.open(conversation);
        match self.snapshot(conversation, watch.id).await {
            Ok((view, cursor)) => Ok((view, watch.begin(cursor, self.room.answers.clone()))),
            Err(error) => {
                self.room.watches.close(watch.id);
                Err(error)
            }
        }
    }

    async fn snapshot(
        &self,
        conversation: &ConversationId,
        watch: WatchId,
    ) -> Result<(ConversationView, Option<watch::Cursor>)> {
        let (view, cursor, ended) = self.look(conversation, watch).await?;
        if !ended {
            return Ok((view, cursor));
        }
        // An answer ended while it was looked at: a second look has its end.
        let (view, cursor, _) = self.look(conversation, watch).await?;
        Ok((view, cursor))
    }

    /// One look, and whether an answer stands in it as being written that nobody writes.
    async fn look(
        &self,
        conversation: &ConversationId,
        watch: WatchId,
    ) -> Result<(ConversationView, Option<watch::Cursor>, bool)> {
        let (id, next) = (conversation.clone(), self.room.answers.next(conversation));
        let (row, turns, earlier, draft, chosen, waiting) = self
            .room
            .store
            .read(move |look| {
                let row = conversations::find(look, &id)?.ok_or(StoreError::NotFound)?;
                let draft = drafts::get(look, &Draft::of(row.account.clone(), id.clone()))?;
                let page = turns::latest(look, &id, PAGE_OF_TURNS)?;
                let turns = record::versioned(look, page.turns)?;
                let chosen = choices::of_conversation(look, &id)?;
                Ok((row, turns, page.earlier, draft, chosen, waiting::shown(look, &id, &next)?))
            })
            .await?;
        let model = row.model.clone();
        let summary = self.room.shown(row);
        let mut turns = record::views(turns).await;
        let (answers, id) = (self.room.answers.clone(), conversation.clone());
        let live = spawn_blocking(move || answers.snapshot(&id)).await.ok().flatten();
        let (mut cursor, mut ended) = (None, false);
        for stored in &mut turns {
            match &live {
                Some((turn, at)) if turn.id == stored.id => {
                    stored.clone_from(turn);
                    cursor = Some(at.clone());
                }
                // Nobody writes it any more. Either it ended after the look; or its end could not be stored, and
                // nothing would ever end it for the window.
                _ if matches!(stored.state, TurnState::Answering { .. }) => {
                    stored.state = TurnState::Stopped;
                    stored.remembered = false;
                    ended = true;
                }
                _ => {}
            }
        }
        // An answer that began after the look is left out: its question and itself come as the first patch.
        let view = ConversationView { watch, sequence: 0, summary, model, chosen, turns, earlier, draft, waiting };
        Ok((view, cursor, ended))
    }

    /// The window has painted everything up to this patch.
    pub fn acknowledge(&self, watch: WatchId, sequence: u64) {
        self.room.watches.acknowledge(watch, sequence);
    }

    /// The window no longer shows it.
    pub fn unwatch(&self, watch: WatchId) {
        self.room.watches.close(watch);
    }

    /// The turns before this one on its path, oldest first; the very first turn has no parent.
    pub async fn earlier_turns(&self, conversation: &ConversationId, before: &TurnId) -> Result<Vec<Turn>> {
        let (id, before) = (conversation.clone(), before.clone());
        let page = self
            .room
            .store
            .read(move |look| {
                let turn = turns::find(look, &before)?.filter(|turn| turn.conversation == id);
                let page = turns::earlier(look, &turn.ok_or(StoreError::NotFound)?.id, PAGE_OF_TURNS)?;
                record::versioned(look, page.turns)
            })
            .await?;
        Ok(record::views(page).await)
    }

    /// The words of a turn, as Markdown.
    pub async fn text(&self, turn: &TurnId) -> Result<String> {
        let id = turn.clone();
        let turn = self.room.store.read(move |look| turns::find(look, &id)).await?;
        Ok(turn.ok_or(Code::NotFound)?.text)
    }

    /// Stores the question, then has it answered; where an answer is being written it waits for that one's end. Errors:
    /// `QuestionEmpty`, `TooLong`, `Busy` (too many wait), `NotFound`, `StoreFailed`.
    /// For what the model does not take: `ModelWithoutVision`, `TooManyPictures`, `AttachmentsTooLong`.
    pub async fn send(&self, question: Question) -> Result<Sent> {
        if question.text.trim().is_empty() && question.attachments.is_empty() {
            return Err(Code::QuestionEmpty.into());
        }
        fits(&question.text, LONGEST_TEXT)?;
        fits(question.model.as_deref().unwrap_or_default(), LONGEST_MODEL)?;
        question.chosen.fits()?;
        // Before it is stored: what is refused here stays a draft, with all that lies in it.
        self.room.suits(&question).await?;
        match self.room.begin(question).await? {
            Begun::Asked(job) => {
                let sent = Sent { conversation: job.conversation.clone(), turn: Some(job.question.clone()) };
                self.room.clone().spawn(*job);
                Ok(sent)
            }
            Begun::Waits(conversation) => {
                // The answer may have ended before this was stored.
                if !self.room.answers.is_answering(&conversation) {
                    self.room.go_on(&conversation).await;
                }
                Ok(Sent { conversation, turn: None })
            }
        }
    }

    /// Asks the question of the failed or stopped last answer again; the old answer stays in the tree. One that is held up
    /// is stopped first, with what came of it.
    pub async fn retry(&self, conversation: &ConversationId) -> Result<()> {
        if self.room.answers.is_held_up(conversation) {
            self.room.answers.stop(conversation);
            let patience = Instant::now() + STOPS_WITHIN;
            while self.room.answers.is_answering(conversation) && Instant::now() < patience {
                sleep(LOOK).await;
            }
        }
        let job = self.room.begin_again(conversation, None, None).await?;
        self.room.clone().spawn(job);
        Ok(())
    }

    /// Has a question answered once more, by this model or by the conversation's; the answer that is named becomes one
    /// version of several. What the model remembers then ends before that question.
    pub async fn regenerate(
        &self,
        conversation: &ConversationId,
        answer: &TurnId,
        model: Option<String>,
    ) -> Result<()> {
        fits(model.as_deref().unwrap_or_default(), LONGEST_MODEL)?;
        let job = self.room.begin_again(conversation, Some(answer.clone()), model).await?;
        self.room.clone().spawn(job);
        Ok(())
    }

    /// Asks another version of a question in its place; what was said below the first stays below it. Errors: as
    /// [`Chat::send`], and `Busy` while an answer is being written.
    pub async fn edit(&self, conversation: &ConversationId, question: &TurnId, text: &str) -> Result<()> {
        if text.trim().is_empty() {
            return Err(Code::QuestionEmpty.into());
        }
        fits(text, LONGEST_TEXT)?;
        let job = self.room.begin_edited(conversation, question.clone(), text.to_owned()).await?;
        self.room.clone().spawn(job);
        Ok(())
    }

    /// Ends the answer being written there; one that has just ended is no error. What waits for it waits on, until it is
    /// sent ([`Chat::send_waiting`]).
    pub fn stop(&self, conversation: &ConversationId) {
        self.room.answers.stop(conversation);
    }

    /// Ends every answer of this account, for a sign-out, and waits until they are stored. Nothing begins in its chats
    /// as long as what this answers with is kept.
    pub async fn stop_all_of(&self, account: &AccountId) -> Vec<Shut> {
        let mut shut = Vec::new();
        loop {
            // All of them: a question that waits for an answer which has just ended begins a new one.
            let of = account.clone();
            let all = self.room.store.read(move |look| conversations::all_of(look, &of)).await.unwrap_or_default();
            shut.push(self.room.quiet(all.clone()).await);
            // A new chat may have begun meanwhile.
            let mut begun = false;
            for conversation in self.room.answers.conversations() {
                begun |= !all.contains(&conversation)
                    && self.room.summary(&conversation).await.is_ok_and(|summary| summary.account == *account);
            }
            if !begun {
                return shut;
            }
        }
    }

    /// Ends every answer and waits until all is stored: nothing is lost by closing the window.
    pub async fn finish(&self) {
        self.room.answers.close();
        self.room.tasks.close();
        self.room.tasks.wait().await;
    }
}

impl Room {
    /// Ends the answers being written in these, waits until they are stored, and lets nothing begin there meanwhile and
    /// as long as what this answers with is kept.
    async fn quiet(&self, conversations: Vec<ConversationId>) -> Shut {
        let shut = self.answers.shut(conversations.clone());
        for conversation in &conversations {
            while self.answers.is_answering(conversation) {
                sleep(Duration::from_millis(10)).await;
            }
        }
        shut
    }

    async fn login(&self, account: &AccountId) -> Result<String> {
        let account = account.clone();
        let profile = self.store.read(move |look| profiles::find(look, &account)).await?;
        Ok(profile.ok_or(Code::NotFound)?.login)
    }

    /// The time; by GitHub's clock where this machine's is wrong by more than a day, since chats are deleted by their
    /// age.
    fn now(&self) -> Millis {
        let own = self.desktop.now();
        match self.copilot.told_time() {
            Some(told) if told.0.abs_diff(own.0) > A_DAY => told,
            _ => own,
        }
    }

    async fn row(&self, conversation: &ConversationId) -> Result<conversations::Conversation> {
        let id = conversation.clone();
        let row = self.store.read(move |look| conversations::find(look, &id)).await?;
        row.ok_or_else(|| Code::NotFound.into())
    }

    /// The conversation's row in the list, as the windows show it.
    async fn summary(&self, conversation: &ConversationId) -> Result<ConversationSummary> {
        Ok(self.shown(self.row(conversation).await?))
    }

    /// Tells every window of this row.
    async fn announce(&self, conversation: &ConversationId) {
        if let Ok(summary) = self.summary(conversation).await {
            self.tell(summary, &[], None);
        }
    }

    /// Tells every window of a row, and those that show it of the turns and the path that changed with it.
    fn tell(&self, summary: ConversationSummary, turns: &[&Turn], path: Option<&[TurnId]>) {
        self.watches.news(&summary.id, &News { turns, path, summary: Some(&summary) });
        // Nobody listening is no failure: the list is read anew by whoever comes.
        let _ = self.changes.send(ListChange::Row(summary));
    }

    fn spawn(self: Arc<Self>, job: Job) {
        let tasks = self.tasks.clone();
        tasks.spawn(async move { self.answer(job).await });
    }
}

/// Whether a text of the window's is of a length that can be kept.
fn fits(text: &str, longest: usize) -> Result<()> {
    if text.len() > longest { Err(Code::TooLong.into()) } else { Ok(()) }
}

/// A new name, sortable by age.
fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// The first session of a conversation.
fn first_session(account: &AccountId, conversation: &ConversationId) -> String {
    session_id(account, conversation, 0)
}
