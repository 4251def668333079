//! How a question is to be answered: by which model, how hard it thinks, and what it was told beforehand.

use github_copilot_sdk::types::{SetModelOptions, SystemMessageConfig};

/// Ours, not the coding agent's: that would cost thousands of tokens a question, and speak of tools that are not
/// there.
const OURS: &str = include_str!("instructions.txt");

/// What the person told Copilot beforehand. Both may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instructions {
    /// For all chats.
    pub everywhere: String,
    /// For this conversation.
    pub here: String,
}

/// How a question is to be answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manner {
    /// The model.
    pub(super) model: String,
    /// How hard it thinks; none leaves it to the model.
    pub(super) effort: Option<String>,
    /// What it was told beforehand.
    pub(super) instructions: Instructions,
}

impl Manner {
    /// What the session is told when it changes its model or its effort.
    pub(super) fn switching(&self) -> Option<SetModelOptions> {
        self.effort.as_ref().map(|effort| SetModelOptions::default().with_reasoning_effort(effort))
    }

    /// Whether a session that answers in this other manner must be opened anew: what stands in front of a conversation
    /// is settled when it is opened.
    pub(super) fn needs_opening(&self, open: &Self) -> bool {
        self.instructions != open.instructions
    }
}

impl Instructions {
    /// What stands in front of every request of the session.
    pub(super) fn system_message(&self) -> SystemMessageConfig {
        SystemMessageConfig::new().with_mode("replace").with_content(self.text())
    }

    fn text(&self) -> String {
        let mut text = OURS.trim().to_owned();
        let parts = [
            ("The person wants this to be kept to in all chats:", &self.everywhere),
            (
                "The person wants this to be kept to in this chat; where it differs from the above, it goes first:",
                &self.here,
            ),
        ];
        for (heading, words) in parts {
            let words = words.trim();
            if !words.is_empty() {
                text = format!("{text}\n\n{heading}\n\n{words}");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(everywhere: &str, here: &str) -> Instructions {
        Instructions { everywhere: everywhere.into(), here: here.into() }
    }

    #[test]
    fn what_the_person_says_comes_after_ours_the_nearest_last() {
        assert_eq!(told(" ", "\n").text(), OURS.trim(), "nothing said costs no token");
        let text = told("Be brief.", "Answer in rhyme.").text();
        let (ours, brief, rhyme) =
            (text.find("You are Copilot"), text.find("Be brief."), text.find("Answer in rhyme."));
        assert!(ours < brief && brief < rhyme, "the later words weigh more: {text}");
        assert!(!told("", "Answer in rhyme.").text().contains("all chats"), "nothing is said of what there is not");
    }

    #[test]
    fn only_what_is_settled_at_the_opening_opens_a_session_anew() {
        let plain = Manner { model: "a".into(), ..Manner::default() };
        let hard = Manner { effort: Some("high".into()), ..plain.clone() };
        let rhyme = Manner { instructions: told("", "Answer in rhyme."), ..plain.clone() };
        assert!(!Manner { model: "b".into(), ..plain.clone() }.needs_opening(&plain), "a model is switched");
        assert!(!hard.needs_opening(&plain) && !plain.needs_opening(&hard), "and so is an effort");
        assert!(
            rhyme.needs_opening(&plain) && plain.needs_opening(&rhyme),
            "instructions come and go with the opening"
        );
    }
}
