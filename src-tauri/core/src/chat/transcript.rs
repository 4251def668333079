//! What was said in a conversation, as text for a model that has no memory of it.
//!
//! After a hand-over or an import the person sees turns that are in no session of the account; a session can be lost.
//! The text goes to the model in front of the next question then, as long as the session holds no question; whether it
//! does is `copilot`'s to see.

use super::Role;
use crate::store::turns::{Progress, TurnRecord};

/// How long it may be, in bytes: room for an ordinary conversation in every model that is offered.
const LONGEST: usize = 100 * 1024;

/// How many of these turns, the oldest, are left out because all of them would be too long.
pub(super) fn left_out(turns: &[TurnRecord]) -> usize {
    let mut room = LONGEST;
    let fitting = turns.iter().rev().take_while(|turn| match room.checked_sub(told(turn).len()) {
        Some(left) => {
            room = left;
            true
        }
        None => false,
    });
    turns.len() - fitting.count()
}

/// What goes in front of a question at the end of this path, for a session that remembers none of it; none when there
/// is nothing to tell. Turns that are not remembered were left out by the hand-over, or are what every model forgets.
pub(super) fn told_of(path: &[TurnRecord]) -> Option<String> {
    let first = path.first()?;
    let remembered: Vec<TurnRecord> = path.iter().filter(|turn| turn.remembered).cloned().collect();
    let cut = left_out(&remembered);
    let mut text = "This conversation was continued from elsewhere.".to_owned();
    if cut > 0 || !first.remembered {
        text += " Its oldest part is left out, because it is too long.";
    }
    text += " What was said so far:\n\n";
    text.extend(remembered[cut..].iter().map(told));
    text += "[Person, now]\n";
    Some(text)
}

/// One turn, with who said it and how far it came.
fn told(turn: &TurnRecord) -> String {
    let who = match (turn.role, &turn.progress) {
        (Role::You, _) => "Person",
        (Role::Copilot, Progress::Complete) => "Copilot",
        (Role::Copilot, _) if turn.text.is_empty() => "Copilot gave no answer",
        (Role::Copilot, _) => "Copilot, interrupted",
    };
    // The names alone: what was in them went to another account's model.
    let mut text = format!("[{who}]\n");
    for attachment in &turn.attachments {
        text.extend(["(Attached: ", attachment.name.as_str(), ")\n"]);
    }
    text + &turn.text + "\n\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ConversationId, TurnId};
    use crate::store::turns::{KeptError, Usage};
    use crate::time::Millis;

    fn turn(role: Role, text: &str) -> TurnRecord {
        TurnRecord {
            id: TurnId("t".into()),
            conversation: ConversationId("c".into()),
            parent: None,
            role,
            text: text.to_owned(),
            progress: Progress::Complete,
            notices: Vec::new(),
            model: None,
            usage: Usage::default(),
            created_at: Millis(0),
            ended_at: None,
            remembered: true,
            event: None,
            session: None,
            attachments: Vec::new(),
        }
    }

    #[test]
    fn every_turn_is_told_with_who_said_it_and_the_question_comes_last() {
        let path = [turn(Role::You, "Why?"), turn(Role::Copilot, "Because.")];
        let told = told_of(&path).expect("nothing was said in this session");
        assert_eq!(
            told,
            "This conversation was continued from elsewhere. What was said so far:\n\n\
             [Person]\nWhy?\n\n[Copilot]\nBecause.\n\n[Person, now]\n",
            "plain words that every model reads"
        );
        assert_eq!(told_of(&[]), None, "a first question has nothing before it");
    }

    #[test]
    fn an_answer_that_did_not_end_is_told_as_that() {
        let error = KeptError { code: "offline".into(), params: std::collections::BTreeMap::new(), retryable: true };
        let stopped = TurnRecord { progress: Progress::Stopped, ..turn(Role::Copilot, "Half a") };
        let failed = TurnRecord { progress: Progress::Failed(error), ..turn(Role::Copilot, "") };
        let told = told_of(&[turn(Role::You, "Why?"), stopped, turn(Role::You, "And?"), failed]).expect("untold");
        assert!(told.contains("[Copilot, interrupted]\nHalf a"), "what the person read is told: {told}");
        assert!(told.contains("[Copilot gave no answer]"), "and where nothing came: {told}");
    }

    #[test]
    fn what_every_model_forgets_is_not_told() {
        let stopped = TurnRecord { progress: Progress::Stopped, remembered: false, ..turn(Role::Copilot, "Half a") };
        let told = told_of(&[turn(Role::You, "Why?"), stopped]).expect("untold");
        assert!(!told.contains("Half a"), "the window says beside it that Copilot does not remember it: {told}");
    }

    #[test]
    fn what_is_too_long_loses_its_oldest_turns_and_says_so() {
        let page = "x".repeat(30 * 1024);
        let turns: Vec<_> = (0..6).map(|_| turn(Role::You, &page)).collect();
        assert_eq!(left_out(&turns), 3, "three pages of thirty fit into a hundred");
        assert_eq!(left_out(&turns[3..]), 0, "all of them");
        let told = told_of(&turns).expect("untold");
        assert!(told.contains("oldest part is left out"), "the model must not take it for all");
        assert!(told.len() < LONGEST + 1024, "bounded: {}", told.len());
        let mut marked = turns[..2].to_vec();
        marked[0].remembered = false;
        let told = told_of(&marked).expect("untold");
        assert!(told.contains("oldest part is left out"), "also when the hand-over left it out");
        assert_eq!(told.matches(&page).count(), 1, "what was left out then is left out now");
        let huge = [turn(Role::You, &page.repeat(5))];
        assert_eq!(left_out(&huge), 1, "a single turn can be too long");
    }
}
