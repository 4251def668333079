//! What a person chooses beside their words: for one conversation, for all of them, and of the models that there are.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Chat, ConversationId, LONGEST_MODEL, Room, fits};
use crate::accounts::AccountId;
use crate::copilot::{AUTO, Instructions, Models};
use crate::error::Result;
use crate::store::choices;

/// What instructions may be long, in bytes: they are read, and paid for, with every question.
const LONGEST_INSTRUCTIONS: usize = 32 * 1024;

/// What was chosen for one conversation beside its model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Chosen {
    /// How hard the model thinks, in the words of its list; none leaves it to the model.
    pub effort: Option<String>,
    /// What Copilot is told before this conversation; empty for nothing.
    pub instructions: String,
}

impl Chosen {
    /// Whether it is of a length that can be kept.
    pub(super) fn fits(&self) -> Result<()> {
        fits(self.effort.as_deref().unwrap_or_default(), LONGEST_MODEL)?;
        fits(&self.instructions, LONGEST_INSTRUCTIONS)
    }
}

impl Models {
    /// Whether this may be asked for.
    pub fn offers(&self, id: &str) -> bool {
        self.auto && id == AUTO || self.models.iter().any(|model| model.id == id)
    }
}

impl Chat {
    /// What this account may choose from.
    pub async fn models(&self, account: &AccountId) -> Result<Models> {
        let login = self.room.login(account).await?;
        self.room.offered(account, &login).await
    }

    /// Chooses for a conversation, from its next question on.
    pub async fn choose(&self, conversation: &ConversationId, chosen: Chosen) -> Result<()> {
        chosen.fits()?;
        let id = conversation.clone();
        Ok(self.room.store.write(move |change| choices::set_for_conversation(change, &id, &chosen)).await?)
    }

    /// What Copilot is told before every conversation.
    pub async fn instructions(&self) -> Result<String> {
        Ok(self.room.store.read(choices::instructions).await?)
    }

    /// Sets what Copilot is told before every conversation, from the next question on; empty for nothing.
    pub async fn save_instructions(&self, text: &str) -> Result<()> {
        fits(text, LONGEST_INSTRUCTIONS)?;
        let text = text.trim().to_owned();
        Ok(self.room.store.write(move |change| choices::set_instructions(change, &text)).await?)
    }
}

impl Room {
    /// What the account may choose from, and what it uses where nothing is chosen: its own default, unless an admin
    /// policy names one.
    pub(super) async fn offered(&self, account: &AccountId, login: &str) -> Result<Models> {
        let mut offered = self.copilot.models(account, login).await?;
        let id = account.clone();
        let own = self.store.read(move |look| choices::of_account(look, &id)).await?.default_model;
        if let Some(own) = own.filter(|_| !self.copilot.default_is_decided()) {
            if offered.offers(&own) {
                (offered.default, offered.missing) = (Some(own), None);
            } else {
                offered.missing = Some(own);
            }
        }
        Ok(offered)
    }

    /// What holds for a conversation's next question: how hard the model is to think, and what it is told beforehand.
    pub(super) async fn chosen(&self, conversation: &ConversationId) -> Result<(Option<String>, Instructions)> {
        let id = conversation.clone();
        let read =
            self.store.read(move |look| Ok((choices::of_conversation(look, &id)?, choices::instructions(look)?)));
        let (chosen, everywhere) = read.await?;
        Ok((chosen.effort, Instructions { everywhere, here: chosen.instructions }))
    }
}
