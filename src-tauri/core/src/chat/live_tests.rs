//! What may begin, and what goes on by itself.

use super::*;
use crate::chat::{Role, TurnId};
use crate::time::Millis;

fn chat() -> ConversationId {
    ConversationId("c".into())
}

fn waiting(id: &str) -> WaitingId {
    WaitingId(id.into())
}

fn answer() -> Turn {
    Turn {
        id: TurnId("a".into()),
        parent: None,
        role: Role::Copilot,
        text: String::new(),
        attachments: Vec::new(),
        blocks: Vec::new(),
        tail: String::new(),
        state: TurnState::Answering { since: Millis(1), holdup: None },
        remembered: true,
        notices: Vec::new(),
        model: None,
        tokens: None,
        tokens_in: None,
        credits: None,
        payer: None,
        versions: Vec::new(),
        created_at: Millis(1),
    }
}

#[test]
fn where_a_chat_is_deleted_nothing_begins_and_afterwards_nothing_goes_on_by_itself() {
    let answers = Arc::new(Answers::default());
    let stop = answers.begin(&chat(), answer()).expect("it is free");
    answers.line_up(&chat(), [waiting("w")]);
    assert!(answers.steer(&chat()), "one is to go first");
    let shut = answers.shut(vec![chat()]);
    assert!(stop.is_cancelled(), "the answer is asked to end");
    assert!(answers.next(&chat()).is_empty(), "and nothing follows it, though it was stopped for a question");
    assert!(answers.end(&chat(), false), "as it was");
    assert!(answers.begin(&chat(), answer()).is_none(), "nobody asks in what is being deleted");
    let again = answers.shut(vec![chat()]);
    drop(shut);
    assert!(answers.begin(&chat(), answer()).is_none(), "as long as anybody deletes it");
    answers.line_up(&chat(), [waiting("late")]);
    drop(again);
    assert!(answers.begin(&chat(), answer()).is_some(), "brought back, it can be asked in");
    assert!(answers.next(&chat()).is_empty(), "what waited waits for a word");
}

#[test]
fn a_stop_holds_what_waits_until_the_person_says_so() {
    let answers = Answers::default();
    answers.begin(&chat(), answer()).expect("it is free");
    answers.line_up(&chat(), [waiting("one"), waiting("two")]);
    answers.leaves_line(&chat(), &waiting("one"));
    assert_eq!(answers.next(&chat()), HashSet::from([waiting("two")]), "what was asked or taken back waits no more");
    answers.stop(&chat());
    assert!(answers.next(&chat()).is_empty(), "a stop is meant for all of it");
    answers.line_up(&chat(), [waiting("three")]);
    assert_eq!(answers.next(&chat()), HashSet::from([waiting("three")]), "what is queued later goes out, alone");
    answers.stop(&ConversationId("other".into()));
    assert!(!answers.next(&chat()).is_empty(), "a stop elsewhere is none here");
}
