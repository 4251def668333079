//! The end of an answer as the desktop is told of it.

use super::{Turn, TurnState};
use crate::desktop::EndedAnswer;
use crate::store::conversations::Conversation;
use crate::time::Millis;

/// So many characters say what an answer is about; no notification shows more.
const LONGEST: usize = 160;

/// What to tell, when the answer ended by itself: who stopped it knows.
pub(super) fn told(row: &Conversation, turn: &Turn, now: Millis, beginning: String) -> Option<EndedAnswer> {
    let complete = match turn.state {
        TurnState::Complete => true,
        TurnState::Failed { .. } => false,
        _ => return None,
    };
    Some(EndedAnswer {
        conversation: row.id.clone(),
        account: row.account.clone(),
        title: row.title.clone(),
        complete,
        took: u64::try_from(now.0.saturating_sub(turn.created_at.0)).unwrap_or_default(),
        beginning,
    })
}

/// How a text begins, on one line.
pub(super) fn beginning(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        // Counted by characters: a text without spaces is one long word.
        if let Some((end, _)) = line.char_indices().nth(LONGEST) {
            line.truncate(end);
            line.push('…');
            break;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_begins_on_one_line_and_ends_before_it_is_read_from_afar() {
        assert_eq!(beginning("# Yes\n\n- one\n- two"), "# Yes - one - two", "a notification has one line");
        let long = beginning(&"猫".repeat(500));
        assert_eq!(long.chars().count(), LONGEST + 1, "a text without spaces is cut between characters");
        assert!(long.ends_with('…'), "and says that it goes on");
        assert_eq!(beginning(""), "", "a failure may have no word at all");
    }
}
