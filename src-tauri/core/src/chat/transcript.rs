//! What was said in a conversation, as text for a model that has no memory of it.
//!
//! After a hand-over or an import the person sees turns that are in no session of the account; a session can be lost.
//! The text goes to the model in front of the next question then, as long as the session holds no question; whether it
//! does is `copilot`'s to see.

use super::{Role, TurnId};
use crate::attachments::Attachment;
use crate::store::turns::{Progress, TurnRecord};

/// How long it may be, in bytes: room for an ordinary conversation in every model that is offered.
const LONGEST: usize = 100 * 1024;

/// What a model is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// The words, to go in front of the question.
    pub text: String,
    /// The turns that are not among them though they were remembered so far, because all would be too long.
    pub left_out: Vec<TurnId>,
}

/// How something that was attached is told.
pub(super) enum Retold {
    /// With its text, where there is room.
    Text(String),
    /// As a picture that is gone.
    Picture,
    /// By its name alone.
    Name,
}

/// How many of these turns, the oldest, are left out because all of them would be too long.
pub(super) fn left_out(turns: &[TurnRecord]) -> usize {
    let mut room = LONGEST;
    let fitting = turns.iter().rev().take_while(|turn| match room.checked_sub(told(turn, named).len()) {
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
/// The words of the turns go first; what was attached gets the room that they leave, the newest first.
pub(super) fn told_of(path: &[TurnRecord], retold: &dyn Fn(&TurnRecord, &Attachment) -> Retold) -> Option<Told> {
    let first = path.first()?;
    let remembered: Vec<TurnRecord> = path.iter().filter(|turn| turn.remembered).cloned().collect();
    let (cut, kept) = remembered.split_at(left_out(&remembered));
    let mut text = "This conversation was continued from elsewhere.".to_owned();
    if !cut.is_empty() || !first.remembered {
        text += " Its oldest part is left out, because it is too long.";
    }
    text += " What was said so far:\n\n";
    let mut room = LONGEST.saturating_sub(kept.iter().map(|turn| told(turn, named).len()).sum());
    let whole = |turn: &TurnRecord| {
        told(turn, |attachment| {
            let name = &attachment.name;
            match retold(turn, attachment) {
                Retold::Text(text) if text.len() <= room => {
                    room -= text.len();
                    format!("(Attached: {name})\n{text}\n(End of {name})\n")
                }
                Retold::Text(_) => format!("(Attached, too long to be repeated here: {name})\n"),
                Retold::Picture => format!("(Attached, a picture that cannot be shown here again: {name})\n"),
                Retold::Name => named(attachment),
            }
        })
    };
    let newest_first: Vec<String> = kept.iter().rev().map(whole).collect();
    text.extend(newest_first.into_iter().rev());
    text += "[Person, now]\n";
    Some(Told { text, left_out: cut.iter().map(|turn| turn.id.clone()).collect() })
}

/// One turn, with who said it and how far it came.
fn told(turn: &TurnRecord, mut attached: impl FnMut(&Attachment) -> String) -> String {
    let who = match (turn.role, &turn.progress) {
        (Role::You, _) => "Person",
        (Role::Copilot, Progress::Complete) => "Copilot",
        (Role::Copilot, _) if turn.text.is_empty() => "Copilot gave no answer",
        (Role::Copilot, _) => "Copilot, interrupted",
    };
    let mut text = format!("[{who}]\n");
    text.extend(turn.attachments.iter().map(&mut attached));
    text + &turn.text + "\n\n"
}

fn named(attachment: &Attachment) -> String {
    format!("(Attached: {})\n", attachment.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attachments::{AttachmentId, Form};
    use crate::chat::ConversationId;
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

    /// The words, of turns with nothing attached.
    fn told_of(path: &[TurnRecord]) -> Option<String> {
        super::told_of(path, &|_, _| Retold::Name).map(|told| told.text)
    }

    fn attached(names: &[&str]) -> TurnRecord {
        let attachment = |name: &&str| Attachment {
            id: AttachmentId((*name).to_owned()),
            name: (*name).to_owned(),
            size: 1,
            form: Form::Text,
        };
        TurnRecord { attachments: names.iter().map(attachment).collect(), ..turn(Role::You, "look") }
    }

    #[test]
    fn what_is_left_out_is_named_so_that_the_window_can_say_so() {
        let page = "x".repeat(30 * 1024);
        let of = |id: &str| TurnRecord { id: TurnId(id.into()), ..turn(Role::You, &page) };
        let mut path: Vec<_> = ["a", "b", "c", "d", "e"].into_iter().map(of).collect();
        let names = |told: Told| told.left_out.into_iter().map(|turn| turn.0).collect::<Vec<_>>();
        let told = super::told_of(&path, &|_, _| Retold::Name).expect("untold");
        assert_eq!(names(told), ["a", "b"], "the oldest, which the model knows no more");
        path[0].remembered = false;
        let told = super::told_of(&path, &|_, _| Retold::Name).expect("untold");
        assert_eq!(names(told), ["b"], "what was known to be forgotten is not news");
    }

    #[test]
    fn what_was_attached_is_told_where_there_is_room_and_a_picture_is_said_to_be_gone() {
        let retold = |_: &TurnRecord, it: &Attachment| match it.name.as_str() {
            "cat.png" => Retold::Picture,
            "theirs.txt" => Retold::Name,
            "huge.txt" => Retold::Text("y".repeat(LONGEST)),
            _ => Retold::Text("the plan".into()),
        };
        let path = [turn(Role::You, "first"), attached(&["plan.txt", "cat.png", "theirs.txt", "huge.txt"])];
        let told = super::told_of(&path, &retold).expect("untold");
        assert!(told.text.contains("(Attached: plan.txt)\nthe plan\n(End of plan.txt)\n"), "{}", told.text);
        assert!(told.text.contains("(Attached, a picture that cannot be shown here again: cat.png)"), "{}", told.text);
        assert!(told.text.contains("(Attached: theirs.txt)\n("), "by its name alone: {}", told.text);
        assert!(told.text.contains("(Attached, too long to be repeated here: huge.txt)"), "{}", told.text);
        assert!(told.text.contains("[Person]\nfirst"), "no file takes a turn's place");
        assert_eq!(told.left_out, [], "nothing that was said is lost");
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
