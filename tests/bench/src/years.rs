//! Conversations as after years of use: put into the database while Wingman is closed, through the store itself, so
//! that index and all are as they would be.

use anyhow::{Context as _, Result};
use wingman_core::accounts::AccountId;
use wingman_core::chat::{ConversationId, Role, Shelf, TurnId};
use wingman_core::store::conversations::{self, Conversation, TitledBy};
use wingman_core::store::turns::{self, Progress, TurnRecord, Usage};
use wingman_core::store::{DatabaseKey, Place, Store};
use wingman_core::time::Millis;
use wingman_e2e::SERVICE;

use crate::lab::{Lab, now};

/// So many turns are written in one transaction.
const BATCH: usize = 1_000;

/// Words of an ordinary text; none of them is [`RARE`].
const WORDS: &[&str] = &[
    "the", "request", "waits", "until", "a", "token", "comes", "back", "and", "then", "server", "answers", "with",
    "what", "was", "asked", "for", "in", "order", "of", "arrival", "buffer", "queue", "index", "table", "schema",
];

/// A word that stands in few turns.
pub const RARE: &str = "zephyranthes";

/// The database, while no Wingman has it.
pub async fn store(lab: &Lab) -> Result<Store> {
    let key = lab.world.desktop.secret(SERVICE, "database").await?.context("the keychain has no key")?;
    let key = DatabaseKey::from_text(&key.into()).context("what the keychain has is no key")?;
    Ok(Store::open(Place::File { path: lab.world.database(), key: &key })?)
}

/// Adds a conversation with so many turns, half of them answers of some 60 words with a list and a piece of code; one
/// turn in `rare_every` holds [`RARE`]. Its first question begins with the title, and its last answer
/// ends with it.
pub async fn add(store: &Store, title: &str, count: usize, rare_every: usize) -> Result<ConversationId> {
    let account = AccountId::new("github.com", 1001);
    let began = i64::try_from(now()?.as_millis())?;
    let id = ConversationId(format!("bench-{title}"));
    let new = Conversation {
        id: id.clone(),
        account,
        title: title.to_owned(),
        titled_by: TitledBy::Person,
        model: None,
        created_at: Millis(began),
        updated_at: Millis(began),
        active_leaf: None,
        session: None,
        handed_over: false,
        shelf: Shelf::List,
        draft: false,
        answering: false,
    };
    store.write(move |change| conversations::begin(change, &new)).await?;
    for first in (0..count).step_by(BATCH) {
        let (id, title) = (id.clone(), title.to_owned());
        store
            .write(move |change| {
                for number in first..count.min(first + BATCH) {
                    let role = if number % 2 == 0 { Role::You } else { Role::Copilot };
                    let mut text = words(number, if number % 2 == 0 { 12 } else { 60 });
                    if number % rare_every == 1 {
                        text = format!("{text} {RARE}");
                    }
                    if role == Role::Copilot {
                        text += "\n\n- one\n- another\n\n```rust\nlet answer = 42;\n```\n";
                    }
                    if number == 0 {
                        text = format!("The beginning of {title}. {text}");
                    }
                    if number + 1 == count {
                        text = format!("{text}\n\nThe end of {title}.");
                    }
                    let turn = |number: usize| TurnId(format!("bench-{title}-{number:06}"));
                    turns::add(
                        change,
                        &TurnRecord {
                            id: turn(number),
                            conversation: id.clone(),
                            parent: number.checked_sub(1).map(turn),
                            role,
                            text,
                            attachments: Vec::new(),
                            progress: Progress::Complete,
                            notices: Vec::new(),
                            model: None,
                            usage: Usage::default(),
                            created_at: Millis(began),
                            ended_at: None,
                            remembered: true,
                            event: None,
                            session: None,
                        },
                    )?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(id)
}

/// The same words for the same number, in any run.
fn words(seed: usize, count: usize) -> String {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut text = String::new();
    for _ in 0..count {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text += WORDS[(state >> 33) % WORDS.len()];
        text.push(' ');
    }
    text
}
