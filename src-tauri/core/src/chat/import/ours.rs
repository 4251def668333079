//! Wingman's own export ([`crate::chat::export::file`]).

use super::{Allowance, Contents, Incoming, MOST_NOTICES, each, titled};
use crate::accounts::AccountId;
use crate::chat::export::file::{FORMAT, Head, Kept, KeptState, KeptTurn, VERSION};
use crate::chat::{ConversationId, Notice, TurnId};
use crate::error::{Code, Error, Result};
use crate::store::conversations::TitledBy;
use crate::store::turns::{Progress, TurnRecord, Usage};

pub(super) fn read(bytes: &[u8], account: &AccountId, allowance: &mut Allowance) -> Result<Contents> {
    let head: Head = serde_json::from_slice(bytes).map_err(|_| Error::new(Code::ImportUnreadable))?;
    if head.format != FORMAT {
        return Err(Code::ImportUnreadable.into());
    }
    if head.version > VERSION {
        return Err(Error::new(Code::ImportNewer).with("found", head.version).with("known", VERSION));
    }
    let mut contents = Contents::default();
    each::of_object(bytes, "conversations", |one| match serde_json::from_str(one).ok() {
        Some(kept) => contents.take(incoming(kept, account), allowance),
        None => contents.is_damaged(),
    })?;
    Ok(contents)
}

fn incoming(kept: Kept, account: &AccountId) -> Incoming {
    let same = kept.account.id == *account;
    let host = kept.account.host;
    let left_out = kept.turns.iter().map(|turn| turn.attached.len()).sum::<usize>();
    let turns: Vec<TurnRecord> = kept
        .turns
        .into_iter()
        .map(|turn| record(turn, |payer| if same { payer } else { paid_by(payer, &host) }))
        .collect();
    let (title, titled_by) = titled(&kept.title, &turns);
    Incoming {
        names: [Some(format!("wingman:{}", kept.id)), kept.origin].into_iter().flatten().collect(),
        title,
        titled_by: if kept.titled { titled_by } else { TitledBy::Question },
        // What another account may use, and at what price, is another matter.
        model: kept.model.filter(|_| same),
        created_at: kept.created_at,
        updated_at: kept.updated_at,
        shelf: kept.shelf,
        draft: kept.draft,
        leaf: kept.active_leaf,
        turns,
        left_out: u32::try_from(left_out).unwrap_or(u32::MAX),
    }
}

fn record(turn: KeptTurn, payer: impl Fn(String) -> String) -> TurnRecord {
    TurnRecord {
        id: TurnId(turn.id),
        conversation: ConversationId(String::new()),
        parent: turn.parent.map(TurnId),
        role: turn.role,
        text: turn.text,
        progress: match (turn.state, turn.error) {
            (KeptState::Failed, Some(error)) => Progress::Failed(error),
            (KeptState::Complete, _) => Progress::Complete,
            _ => Progress::Stopped,
        },
        notices: folded(turn.notices),
        model: turn.model,
        usage: Usage {
            tokens_in: turn.tokens_in,
            tokens_out: turn.tokens_out,
            credits: turn.credits,
            payer: turn.payer.map(payer),
        },
        created_at: turn.created_at,
        ended_at: turn.ended_at,
        remembered: turn.remembered,
        event: None,
        session: None,
        // Their names alone are in the file.
        attachments: Vec::new(),
    }
}

/// Each of them once: what is told twice says no more.
fn folded(notices: Vec<Notice>) -> Vec<Notice> {
    let mut folded: Vec<Notice> = Vec::new();
    for notice in notices {
        // One more than is taken, so that too many are found out.
        if folded.len() <= MOST_NOTICES && !folded.contains(&notice) {
            folded.push(notice);
        }
    }
    folded
}

/// Who paid, as somebody else's chat says it.
fn paid_by(payer: String, host: &str) -> String {
    if payer.ends_with(')') { payer } else { format!("{payer} ({host})") }
}
