//! Saved prompts: texts that are typed by their name, `/name`. What stands in double braces in them is filled in by
//! the person, in the window.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Chat, fits, new_id};
use crate::error::{Code, Error, Result};
use crate::store::prompts;

/// What a name may be long, in characters.
const LONGEST_NAME: usize = 40;

/// What a text may be long, in bytes.
const LONGEST_PROMPT: usize = 256 * 1024;

/// Names a saved prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct PromptId(pub String);

/// A saved prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Prompt {
    /// Empty for a new one.
    pub id: PromptId,
    /// What is typed after the slash: one word.
    pub name: String,
    /// What stands in the composer then.
    pub text: String,
}

impl Chat {
    /// All of them, by name.
    pub async fn prompts(&self) -> Result<Vec<Prompt>> {
        Ok(self.room.store.read(prompts::all).await?)
    }

    /// Keeps a prompt, and answers with it as it is kept. Errors: `NameRefused` when the name is no single word,
    /// `NameTaken` when another one has it, in whatever case; `QuestionEmpty`, `TooLong`, `StoreFailed`.
    pub async fn save_prompt(&self, prompt: Prompt) -> Result<Prompt> {
        fits(&prompt.text, LONGEST_PROMPT)?;
        if prompt.text.trim().is_empty() {
            return Err(Code::QuestionEmpty.into());
        }
        let name = name(&prompt.name).ok_or(Code::NameRefused)?;
        let id = if prompt.id.0.is_empty() { PromptId(new_id()) } else { prompt.id };
        let kept = Prompt { id, name, text: prompt.text };
        let (stored, now) = (kept.clone(), self.room.now());
        if self.room.store.write(move |change| prompts::save(change, &stored, now)).await? {
            Ok(kept)
        } else {
            Err(Error::new(Code::NameTaken).with("name", kept.name))
        }
    }

    /// Deletes a prompt.
    pub async fn delete_prompt(&self, id: &PromptId) -> Result<()> {
        let id = id.clone();
        Ok(self.room.store.write(move |change| prompts::delete(change, &id)).await?)
    }
}

/// The name as it is kept: one word without its slash.
fn name(typed: &str) -> Option<String> {
    let name = typed.trim().trim_start_matches('/');
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '/';
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count());
    (fits && !name.contains(odd)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_word() {
        assert_eq!(name(" /review ").as_deref(), Some("review"), "the slash is how it is called, no part of it");
        assert_eq!(name("审阅").as_deref(), Some("审阅"), "in any script");
        for odd in ["", "/", "two words", "a/b", "tab\there", &"x".repeat(41)] {
            assert_eq!(name(odd), None, "{odd:?} could not be typed as one word after a slash");
        }
    }
}
