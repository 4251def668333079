//! What the store promises, on real files.

use super::conversations::{self, Conversation, TitledBy};
use super::profiles::{self, Profile};
use super::turns::{self, Ending, Progress, TurnRecord, Usage};
use super::{DatabaseKey, Place, Store, StoreError};
use crate::accounts::AccountId;
use crate::chat::{ConversationId, Role, Shelf, TurnId};
use crate::time::Millis;

mod attachments;
mod backups;
mod file;
mod keys;
mod money;
mod plans;
mod power;
mod records;
mod schema;
mod words;

/// A word that stands in no program: where it is found in a file, a conversation is.
const SENTINEL: &str = "Zyzzogeton-quagga";

fn key() -> DatabaseKey {
    DatabaseKey::from_bytes(&[7; 32])
}

fn open(folder: &tempfile::TempDir) -> Store {
    Store::open(Place::File { path: folder.path().join("data/wingman.db"), key: &key() }).expect("the key is right")
}

fn account() -> AccountId {
    AccountId::new("github.com", 7)
}

fn profile(account: &AccountId) -> Profile {
    Profile {
        id: account.clone(),
        user: 7,
        login: "ada-lind".to_owned(),
        name: None,
        avatar: None,
        added_at: Millis(1),
        last_used_at: Millis(1),
        signed_out: false,
    }
}

fn conversation(id: &str, at: i64) -> Conversation {
    Conversation {
        id: ConversationId(id.to_owned()),
        account: account(),
        title: format!("About {id}"),
        titled_by: TitledBy::Question,
        model: None,
        created_at: Millis(at),
        updated_at: Millis(at),
        active_leaf: None,
        session: None,
        handed_over: false,
        draft: false,
        answering: false,
        shelf: Shelf::List,
    }
}

fn turn(id: &str, conversation: &str, parent: Option<&str>, role: Role, text: &str) -> TurnRecord {
    TurnRecord {
        id: TurnId(id.to_owned()),
        conversation: ConversationId(conversation.to_owned()),
        parent: parent.map(|parent| TurnId(parent.to_owned())),
        role,
        text: text.to_owned(),
        progress: if role == Role::You { Progress::Complete } else { Progress::Answering },
        notices: Vec::new(),
        model: None,
        usage: Usage::default(),
        created_at: Millis(10),
        ended_at: None,
        remembered: false,
        event: None,
        session: None,
        attachments: Vec::new(),
    }
}

fn complete(text: Option<&str>) -> Ending {
    Ending {
        progress: Progress::Complete,
        text: text.map(str::to_owned),
        notices: Vec::new(),
        model: None,
        usage: Usage::default(),
        remembered: true,
        at: Millis(20),
    }
}

/// A profile, a conversation `c`, its question `q` and the answer `a` that is being written.
fn begin(store: &Store, text: &'static str) {
    store
        .write_blocking(move |c| {
            profiles::save(c, &profile(&account()))?;
            conversations::begin(c, &Conversation { session: Some("user-7-c".to_owned()), ..conversation("c", 5) })?;
            turns::add(c, &turn("q", "c", None, Role::You, text))?;
            turns::add(c, &turn("a", "c", Some("q"), Role::Copilot, ""))
        })
        .expect("an ordinary beginning");
}

fn text_of(store: &Store, id: &str) -> String {
    let id = TurnId(id.to_owned());
    store.read_blocking(move |c| turns::find(c, &id)).expect("readable").expect("it is there").text
}
