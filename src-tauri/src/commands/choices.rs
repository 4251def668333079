//! What a person chooses for an account, for a conversation and for all of them; saved prompts; what a month cost.

use wingman_core::Result;
use wingman_core::accounts::AccountId;
use wingman_core::chat::{Chosen, ConversationId, MonthOfUse, Prompt, PromptId};
use wingman_core::store::choices::AccountChoices;

use crate::shell::Shell;

pub async fn choose_for_account(shell: &Shell, account: AccountId, chosen: AccountChoices) -> Result<()> {
    shell.core.choose_for_account(&account, chosen).await
}

pub async fn choose_for_conversation(shell: &Shell, conversation: ConversationId, chosen: Chosen) -> Result<()> {
    shell.core.chat()?.choose(&conversation, chosen).await
}

pub async fn instructions(shell: &Shell) -> Result<String> {
    shell.core.chat()?.instructions().await
}

pub async fn save_instructions(shell: &Shell, text: String) -> Result<()> {
    shell.core.chat()?.save_instructions(&text).await
}

pub async fn prompts(shell: &Shell) -> Result<Vec<Prompt>> {
    shell.core.chat()?.prompts().await
}

pub async fn save_prompt(shell: &Shell, prompt: Prompt) -> Result<Prompt> {
    shell.core.chat()?.save_prompt(prompt).await
}

pub async fn delete_prompt(shell: &Shell, prompt: PromptId) -> Result<()> {
    shell.core.chat()?.delete_prompt(&prompt).await
}

pub async fn usage(shell: &Shell, month: Option<String>) -> Result<MonthOfUse> {
    shell.core.chat()?.usage(month.as_deref()).await
}
