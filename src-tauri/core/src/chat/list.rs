//! The list of conversations, drafts and the choice of a model: what is kept for each conversation beside its turns.

use super::{
    Chat, ConversationId, ConversationPage, ConversationSummary, Draft, LONGEST_MODEL, LONGEST_TEXT, Room, Shelf, fits,
};
use crate::accounts::AccountId;
use crate::error::Result;
use crate::store::{conversations, drafts, profiles, session_files};
use crate::time::Millis;

/// Rows of the list that are fetched at once.
const PAGE_OF_CONVERSATIONS: u32 = 60;

/// What a title may be long, in characters.
pub(super) const LONGEST_TITLE: usize = 200;

/// Something happened to the list.
#[derive(Clone, Debug)]
pub enum ListChange {
    /// A conversation is new, or its row is now this.
    Row(ConversationSummary),
    /// A conversation is gone.
    Gone(ConversationId),
}

impl Chat {
    /// A page of this account's conversations, newest first, after the one named; those that are pinned come first.
    pub async fn conversations(
        &self,
        account: &AccountId,
        before: Option<&ConversationId>,
    ) -> Result<ConversationPage> {
        self.page_of(account, Shelf::List, before).await
    }

    /// The same of those that were put away.
    pub async fn archived(&self, account: &AccountId, before: Option<&ConversationId>) -> Result<ConversationPage> {
        self.page_of(account, Shelf::Archive, before).await
    }

    async fn page_of(
        &self,
        account: &AccountId,
        of: Shelf,
        before: Option<&ConversationId>,
    ) -> Result<ConversationPage> {
        let (account, before) = (account.clone(), before.cloned());
        let page = self
            .room
            .store
            .read(move |look| conversations::page(look, &account, of, before.as_ref(), PAGE_OF_CONVERSATIONS))
            .await?;
        let conversations = page.conversations.into_iter().map(|row| self.room.shown(row)).collect();
        Ok(ConversationPage { conversations, more: page.more })
    }

    /// Gives the conversation the person's own title; an empty one changes nothing.
    pub async fn rename(&self, conversation: &ConversationId, title: &str) -> Result<()> {
        let title: String =
            title.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_TITLE).collect();
        if !title.is_empty() {
            let id = conversation.clone();
            self.room.store.write(move |change| conversations::rename(change, &id, &title)).await?;
        }
        self.room.announce(conversation).await;
        Ok(())
    }

    /// Deletes the conversation with all its turns, its draft and what the model remembers of it.
    pub async fn delete(&self, conversation: &ConversationId) -> Result<()> {
        // Kept until it is gone.
        let _quiet = self.room.quiet(vec![conversation.clone()]).await;
        let row = self.room.row(conversation).await?;
        let id = conversation.clone();
        for session in self.room.store.read(move |look| session_files::of_conversation(look, &id)).await? {
            self.room.let_go(&row.account, &session).await;
        }
        self.room.forget(conversation).await?;
        let _ = self.room.changes.send(ListChange::Gone(conversation.clone()));
        Ok(())
    }

    /// Deletes every account's conversations in which nothing was said since then, and answers with how many they were.
    /// Looking and deleting are one step: where somebody asks meanwhile, the conversation stays.
    pub async fn delete_untouched_since(&self, end: Millis) -> Result<usize> {
        let mut deleted = 0;
        for profile in self.room.store.read(profiles::all).await? {
            loop {
                let account = profile.id.clone();
                let gone = self
                    .room
                    .store
                    .write(move |change| conversations::delete_untouched(change, &account, end, PAGE_OF_CONVERSATIONS))
                    .await?;
                if gone.is_empty() {
                    break;
                }
                deleted += gone.len();
                for (conversation, sessions) in gone {
                    for session in sessions {
                        self.room.let_go(&profile.id, &session).await;
                    }
                    let _ = self.room.changes.send(ListChange::Gone(conversation));
                }
            }
        }
        Ok(deleted)
    }

    /// What was typed there.
    pub async fn draft(&self, draft: &Draft) -> Result<String> {
        let draft = draft.clone();
        Ok(self.room.store.read(move |look| drafts::get(look, &draft)).await?)
    }

    /// Keeps what was typed and not sent; an empty text clears it.
    pub async fn save_draft(&self, draft: &Draft, text: &str) -> Result<()> {
        fits(text, LONGEST_TEXT)?;
        let (kept, text, now) = (draft.clone(), text.to_owned(), self.room.now());
        self.room.store.write(move |change| drafts::save(change, &kept, &text, now)).await?;
        if let Some(conversation) = draft.conversation() {
            self.room.announce(conversation).await;
        }
        Ok(())
    }

    /// The model for this conversation's next question; none means the account's default.
    pub async fn choose_model(&self, conversation: &ConversationId, model: Option<&str>) -> Result<()> {
        fits(model.unwrap_or_default(), LONGEST_MODEL)?;
        let (id, model) = (conversation.clone(), model.map(str::to_owned));
        Ok(self.room.store.write(move |change| conversations::choose_model(change, &id, model.as_deref())).await?)
    }
}

impl Room {
    /// A stored row, with what only the running program knows.
    pub(super) fn shown(&self, row: conversations::Conversation) -> ConversationSummary {
        ConversationSummary {
            answering: self.answers.is_answering(&row.id),
            id: row.id,
            account: row.account,
            title: row.title,
            created_at: row.created_at,
            updated_at: row.updated_at,
            draft: row.draft,
            shelf: row.shelf,
        }
    }
}
