//! Searching all conversations of an account, as one types.

use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

use serde::Serialize;
use ts_rs::TS;

use super::{Chat, ConversationId, ConversationSummary, Role, TurnId, fits, marks};
use crate::accounts::AccountId;
use crate::error::Result;
use crate::render;
use crate::store::search::{self, Place};
use crate::store::turns::TurnRecord;
use crate::store::{Store, StoreError, conversations, turns};
use crate::time::Millis;

/// Conversations that are answered at once.
const PAGE: usize = 20;

/// Turns of each that are shown.
const TURNS: usize = 3;

/// What is shown of a text before the first word that was found, and of it all, in characters.
const BEFORE: usize = 32;
const LONGEST_SNIPPET: usize = 160;

/// What may be typed, in bytes.
const LONGEST_TYPED: usize = 1024;

/// Turns from before there was a search that are read in at once.
const READ_IN: u32 = 50;

/// A piece of a text, and whether it is what was looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Piece {
    /// The words.
    pub text: String,
    /// Whether they were looked for.
    pub hit: bool,
}

/// A turn in which the words stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundTurn {
    /// The turn; it may be in a version that is not shown now.
    pub turn: TurnId,
    /// Who speaks.
    pub role: Role,
    /// The words, with something around them.
    pub snippet: Vec<Piece>,
    /// When it was said.
    pub created_at: Millis,
}

/// A conversation in which the words stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundConversation {
    /// Its row.
    pub summary: ConversationSummary,
    /// Its title.
    pub title: Vec<Piece>,
    /// The newest turns in which they stand; none when it is in the title alone.
    pub turns: Vec<FoundTurn>,
}

/// What was found, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SearchPage {
    /// The conversations.
    pub found: Vec<FoundConversation>,
    /// Whether there are more.
    pub more: bool,
    /// Whether old turns are still being read in: then something may be missing.
    pub incomplete: bool,
}

impl Chat {
    /// Looks for all of these words in titles and turns, the last word perhaps not typed to its end. Conversations that
    /// were `seen` are left out: that is how the next ones are asked for.
    pub async fn search(&self, account: &AccountId, typed: &str, seen: Vec<ConversationId>) -> Result<SearchPage> {
        fits(typed, LONGEST_TYPED)?;
        let (account, typed) = (account.clone(), typed.to_owned());
        let look = self.room.store.read(move |look| {
            let (found, more) = groups(look, &account, &typed, &seen)?;
            let mut rows = Vec::with_capacity(found.len());
            for (conversation, found) in found {
                let Some(row) = conversations::find(look, &conversation)? else { continue };
                let mut shown = Vec::with_capacity(found.len());
                for turn in found {
                    shown.extend(turns::find(look, &turn)?.map(|turn| self::found(turn, &typed)));
                }
                let title = pieces(&row.title, &marks::words(&row.title, &typed));
                rows.push((row, title, shown));
            }
            Ok((rows, more, search::incomplete(look)?))
        });
        let (rows, more, incomplete) = look.await?;
        let found = rows.into_iter().map(|(row, title, turns)| FoundConversation {
            summary: self.room.shown(row),
            title,
            turns,
        });
        Ok(SearchPage { found: found.collect(), more, incomplete })
    }
}

/// A conversation in which the words stand, and the turns of it that are shown.
type Group = (ConversationId, Vec<TurnId>);

/// The next conversations in which the words stand, with the newest turns of each, and whether there are more.
fn groups(
    look: &rusqlite::Connection,
    account: &AccountId,
    typed: &str,
    seen: &[ConversationId],
) -> std::result::Result<(Vec<Group>, bool), StoreError> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<ConversationId, usize> = HashMap::new();
    let mut more = false;
    search::places(look, account, typed, |Place { conversation, turn }| {
        if seen.contains(&conversation) {
            return true;
        }
        if groups.len() == PAGE && !places.contains_key(&conversation) {
            more = true;
            return false;
        }
        let place = *places.entry(conversation.clone()).or_insert_with(|| {
            groups.push((conversation, Vec::new()));
            groups.len() - 1
        });
        let turns = &mut groups[place].1;
        turns.extend(turn.filter(|_| turns.len() < TURNS));
        true
    })?;
    Ok((groups, more))
}

fn found(turn: TurnRecord, typed: &str) -> FoundTurn {
    let text = match turn.role {
        Role::You => turn.text,
        Role::Copilot => {
            let plain = render::plain(&turn.text);
            // Words that are read nowhere, such as a link's address, stand in what was written.
            if marks::words(&plain, typed).is_empty() { turn.text } else { plain }
        }
    };
    FoundTurn { turn: turn.id, role: turn.role, snippet: snippet(&text, typed), created_at: turn.created_at }
}

/// A line around the first word that was found.
fn snippet(text: &str, typed: &str) -> Vec<Piece> {
    let line: String = text.chars().map(|c| if c.is_whitespace() || c == render::BOUNDARY { ' ' } else { c }).collect();
    let first = marks::words(&line, typed).first().map_or(0, |range| range.start);
    let mut start = line[..first].char_indices().rev().take(BEFORE).last().map_or(first, |(at, _)| at);
    // From the beginning of a word, where there is one near.
    if start > 0 {
        start += line[start..first].find(' ').map_or(0, |space| space + 1);
    }
    let end = line[start..].char_indices().nth(LONGEST_SNIPPET).map_or(line.len(), |(at, _)| start + at);
    let words: Vec<&str> = line[start..end].split(' ').filter(|word| !word.is_empty()).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if end < line.len() { "…" } else { "" };
    let line = format!("{before}{}{after}", words.join(" "));
    pieces(&line, &marks::words(&line, typed))
}

fn pieces(text: &str, hits: &[Range<usize>]) -> Vec<Piece> {
    let (mut pieces, mut at) = (Vec::new(), 0);
    let mut push = |range: Range<usize>, hit| {
        if !range.is_empty() {
            pieces.push(Piece { text: text[range].to_owned(), hit });
        }
    };
    for hit in hits {
        push(at..hit.start, false);
        push(hit.clone(), true);
        at = hit.end;
    }
    push(at..text.len(), false);
    pieces
}

/// Reads in what was said before there was a search, a little at a time, so that nobody waits for it.
pub(super) async fn read_in_old_turns(store: Store) {
    loop {
        match store.write(|change| search::read_in(change, READ_IN)).await {
            Ok(true) => tokio::time::sleep(Duration::from_millis(20)).await,
            Ok(false) => return,
            // The next start goes on with it.
            Err(error) => return tracing::warn!(%error, "old turns could not be read in for the search"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, typed: &str) -> String {
        let piece = |piece: &Piece| if piece.hit { format!("[{}]", piece.text) } else { piece.text.clone() };
        snippet(text, typed).iter().map(piece).collect()
    }

    #[test]
    fn a_snippet_is_one_line_around_what_was_found() {
        assert_eq!(marked("The\n\nrate limiter", "rate"), "The [rate] limiter", "short texts whole, in one line");
        let long = format!("{} needle {}", "hay stack ".repeat(30), "straw bale ".repeat(30));
        let shown = marked(&long, "needle");
        assert!(shown.starts_with("…hay stack") && shown.contains("[needle]"), "from a word on: {shown}");
        assert!(shown.ends_with('…') && shown.chars().count() < 170, "and not all of it: {shown}");
    }

    #[test]
    fn a_snippet_of_text_without_spaces_is_cut_where_it_is() {
        let shown = marked(&format!("{}数据库{}", "很".repeat(100), "慢".repeat(300)), "数据");
        assert!(shown.contains("[数据]库慢"), "the hit is in sight: {shown}");
        assert!(shown.starts_with('…') && shown.ends_with('…'), "and both ends are cut: {shown}");
    }
}
