//! Conversations out of a file: Wingman's own export, or what ChatGPT gives to its users.
//!
//! A file is read to its end before anything is stored, so a damaged one changes nothing; then each conversation is
//! stored whole or not at all. What was imported before is left alone. Nothing of it is in a session of the model,
//! which is told it with the next question, as after a hand-over ([`super::transcript`]).

mod chatgpt;
mod each;
mod ours;

#[cfg(test)]
mod limits_tests;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::PathBuf;

use secrecy::SecretString;
use serde::Serialize;
use ts_rs::TS;

use super::export::failed;
use super::list::LONGEST_TITLE;
use super::{
    Chat, ConversationId, Draft, LONGEST_MODEL, LONGEST_TEXT, Notice, Shelf, TurnId, first_session, new_id, title,
    transcript,
};
use crate::accounts::AccountId;
use crate::error::{Code, Error, Result};
use crate::passphrase::{self, Failure};
use crate::store::conversations::{Conversation, TitledBy};
use crate::store::turns::{Progress, TurnRecord};
use crate::store::{StoreError, conversations, drafts, profiles, turns};
use crate::time::Millis;

/// What a file may hold, in bytes, unpacked: more than anybody has said, and less than fills the memory.
const LARGEST: u64 = 512 * 1024 * 1024;

/// How many turns: written shortly, those of a file that is not too large would take much more memory than itself.
const MOST_TURNS: usize = 1_000_000;

/// How many different notices one turn may have.
const MOST_NOTICES: usize = 8;

/// The beginning of an archive.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// What became of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// Conversations that are new here.
    pub conversations: u32,
    /// Those that were here already.
    pub already: u32,
    /// Those that could not be understood.
    pub damaged: u32,
    /// Pieces that Wingman has no place for, such as images; each is named where it stood.
    pub left_out: u32,
}

/// A conversation of a file. Its turns have the file's own names, a parent perhaps after its children.
pub(super) struct Incoming {
    /// What it is called there, and what it was called before; the first is kept.
    names: Vec<String>,
    title: String,
    titled_by: TitledBy,
    model: Option<String>,
    created_at: Millis,
    updated_at: Millis,
    shelf: Shelf,
    draft: String,
    leaf: Option<String>,
    turns: Vec<TurnRecord>,
    left_out: u32,
}

/// What a file holds: its conversations, and how many could not be understood.
#[derive(Default)]
struct Contents {
    conversations: Vec<Incoming>,
    damaged: u32,
}

impl Contents {
    /// Takes a conversation, unless it is none, or more than is kept anywhere.
    fn take(&mut self, incoming: Incoming, allowance: &mut Allowance) -> Result<()> {
        allowance.take_turns(&incoming.turns)?;
        if !incoming.is_within_limits() {
            self.damaged += 1;
        } else if !(incoming.turns.is_empty() && incoming.draft.trim().is_empty()) {
            // Else somebody opened it and said nothing.
            self.conversations.push(incoming);
        }
        Ok(())
    }

    /// Counts one that could not be understood.
    #[allow(clippy::unnecessary_wraps, reason = "where one that could is taken instead")]
    fn is_damaged(&mut self) -> Result<()> {
        self.damaged += 1;
        Ok(())
    }

    /// Itself, unless it was a list of something else.
    fn of_something(self) -> Result<Self> {
        if self.conversations.is_empty() && self.damaged > 0 { Err(Code::ImportUnreadable.into()) } else { Ok(self) }
    }
}

impl Incoming {
    /// Whether nothing in it is longer than it could have become here.
    fn is_within_limits(&self) -> bool {
        let word = |word: &str| word.len() <= LONGEST_MODEL;
        let text = |text: &str| text.len() <= LONGEST_TEXT;
        let notice = |notice: &Notice| match notice {
            Notice::ModelReplaced { asked, chosen } => word(asked) && word(chosen),
            Notice::CutOff => true,
        };
        let turn = |turn: &TurnRecord| {
            let told = match &turn.progress {
                Progress::Failed(error) => {
                    word(&error.code)
                        && error.params.iter().map(|(k, v)| k.len() + v.len()).sum::<usize>() <= LONGEST_TEXT
                }
                _ => true,
            };
            told && text(&turn.text)
                && turn.model.as_deref().is_none_or(word)
                && turn.usage.payer.as_deref().is_none_or(word)
                && turn.notices.len() <= MOST_NOTICES
                && turn.notices.iter().all(notice)
        };
        self.names.iter().all(|name| word(name))
            && self.model.as_deref().is_none_or(word)
            && text(&self.draft)
            && self.turns.iter().all(turn)
    }
}

/// How much more of a file can be taken in: of all its parts together.
struct Allowance {
    limit: u64,
    unpacked: u64,
    text: u64,
    turns: usize,
}

impl Allowance {
    fn new(limit: u64) -> Self {
        Self { limit, unpacked: limit, text: limit, turns: MOST_TURNS }
    }

    /// All of it, whatever an archive says of its size.
    fn unpack(&mut self, from: impl Read) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        from.take(self.unpacked + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
        self.unpacked = self.unpacked.checked_sub(bytes.len() as u64).ok_or_else(|| self.full())?;
        Ok(bytes)
    }

    fn take_turns(&mut self, turns: &[TurnRecord]) -> Result<()> {
        let text = turns.iter().map(|turn| turn.text.len() as u64).sum();
        self.text = self.text.checked_sub(text).ok_or_else(|| self.full())?;
        self.turns = self.turns.checked_sub(turns.len()).ok_or_else(|| self.full())?;
        Ok(())
    }

    fn full(&self) -> Error {
        Error::new(Code::ImportTooLarge).with("limit", self.limit / 1024 / 1024)
    }
}

impl Chat {
    /// Takes the conversations of a file in, as this account's. Errors: `FileFailed`, `ImportUnreadable`, `ImportNewer`,
    /// `ImportTooLarge`, `PassphraseNeeded` (of a sealed one), and then nothing has changed; `NotFound` when the account is not signed in; `StoreFailed`.
    pub async fn import(&self, account: &AccountId, from: PathBuf) -> Result<Imported> {
        self.take_all_in(account, move |account| read(&from, account, Allowance::new(LARGEST))).await
    }

    /// The same of a sealed file; `PassphraseWrong` when another passphrase opens it.
    pub async fn import_sealed(
        &self,
        account: &AccountId,
        from: PathBuf,
        passphrase: SecretString,
    ) -> Result<Imported> {
        self.take_all_in(account, move |account| read_sealed(&from, account, &passphrase)).await
    }

    async fn take_all_in(
        &self,
        account: &AccountId,
        read: impl FnOnce(&AccountId) -> Result<Contents> + Send + 'static,
    ) -> Result<Imported> {
        let reader = account.clone();
        let read = tokio::task::spawn_blocking(move || read(&reader));
        let contents = read.await.unwrap_or_else(|_panic| Err(Code::ImportUnreadable.into()))?;
        let mut done = Imported { damaged: contents.damaged, ..Imported::default() };
        for incoming in contents.conversations {
            let left_out = incoming.left_out;
            match self.take_in(account, incoming).await? {
                Taken::New(id) => {
                    done.conversations += 1;
                    done.left_out += left_out;
                    self.room.announce(&id).await;
                }
                Taken::Already => done.already += 1,
                Taken::Damaged => done.damaged += 1,
            }
        }
        Ok(done)
    }

    async fn take_in(&self, account: &AccountId, incoming: Incoming) -> Result<Taken> {
        let Some(turns) = in_order(incoming.turns) else { return Ok(Taken::Damaged) };
        let (account, now) = (account.clone(), self.room.now());
        let id = ConversationId(new_id());
        let leaf = incoming.leaf.map(TurnId);
        let (turns, leaf) = renamed(turns, leaf.as_ref(), &id, now);
        let taken = self.room.store.write(move |change| {
            profiles::find(change, &account)?.filter(|profile| !profile.signed_out).ok_or(StoreError::NotFound)?;
            if conversations::is_here(change, &account, &incoming.names)? {
                return Ok(Taken::Already);
            }
            let new = Conversation {
                session: Some(first_session(&account, &id)),
                id: id.clone(),
                account,
                title: incoming.title,
                titled_by: incoming.titled_by,
                model: incoming.model,
                created_at: sane(incoming.created_at, now),
                updated_at: sane(incoming.updated_at, now),
                active_leaf: None,
                handed_over: true,
                draft: false,
                answering: false,
                shelf: Shelf::List,
            };
            conversations::begin(change, &new)?;
            for turn in &turns {
                turns::add(change, turn)?;
            }
            if let Some(leaf) = &leaf {
                conversations::show(change, &id, leaf)?;
            }
            // What the model will not be told for its length is not remembered.
            let path = turns::latest(change, &id, u32::MAX)?.turns;
            for turn in &path[..transcript::left_out(&path)] {
                turns::set_remembered(change, &turn.id, false)?;
            }
            drafts::save(change, &Draft::of(new.account.clone(), id.clone()), &incoming.draft, now)?;
            if let Some(name) = incoming.names.first() {
                conversations::set_origin(change, &id, name)?;
            }
            match incoming.shelf {
                Shelf::List => {}
                Shelf::Pinned => conversations::pin(change, &id, Some(now))?,
                Shelf::Archive => conversations::archive(change, &id, true)?,
            }
            Ok(Taken::New(id))
        });
        Ok(taken.await?)
    }
}

enum Taken {
    New(ConversationId),
    Already,
    Damaged,
}

/// A time that a list can be sorted by: nothing from the future, nothing from before there were computers to chat with.
fn sane(at: Millis, now: Millis) -> Millis {
    const BEFORE: Millis = Millis(0);
    if at <= BEFORE || at > now { now } else { at }
}

/// A parent before its children; none where that cannot be: a name twice, a parent that is not there, a circle. Of a
/// chat that was branched off before its first question there are no turns.
fn in_order(turns: Vec<TurnRecord>) -> Option<Vec<TurnRecord>> {
    let count = turns.len();
    let names: HashSet<TurnId> = turns.iter().map(|turn| turn.id.clone()).collect();
    if count == 0 {
        return Some(turns);
    }
    if names.len() != count {
        return None;
    }
    let mut below: HashMap<Option<TurnId>, Vec<TurnRecord>> = HashMap::new();
    for turn in turns {
        if turn.parent.as_ref().is_some_and(|parent| !names.contains(parent)) {
            return None;
        }
        below.entry(turn.parent.clone()).or_default().push(turn);
    }
    let mut ordered = below.remove(&None)?;
    let mut at = 0;
    while at < ordered.len() {
        let children = below.remove(&Some(ordered[at].id.clone()));
        ordered.extend(children.unwrap_or_default());
        at += 1;
    }
    // What hangs on itself was never reached.
    (ordered.len() == count).then_some(ordered)
}

/// The same turns under names of our own, and the end of the path that is shown: the file's, else the last turn.
fn renamed(
    turns: Vec<TurnRecord>,
    leaf: Option<&TurnId>,
    conversation: &ConversationId,
    now: Millis,
) -> (Vec<TurnRecord>, Option<TurnId>) {
    let names: HashMap<TurnId, TurnId> = turns.iter().map(|turn| (turn.id.clone(), TurnId(new_id()))).collect();
    let new = |name: &TurnId| names.get(name).cloned();
    let leaf = leaf.and_then(new);
    let renamed = turns.into_iter().map(|turn| TurnRecord {
        id: new(&turn.id).unwrap_or_else(|| TurnId(new_id())),
        parent: turn.parent.as_ref().and_then(new),
        conversation: conversation.clone(),
        created_at: sane(turn.created_at, now),
        ended_at: turn.ended_at.map(|at| sane(at, now)),
        remembered: true,
        event: None,
        session: None,
        ..turn
    });
    (renamed.collect(), leaf)
}

fn read(from: &PathBuf, account: &AccountId, mut allowance: Allowance) -> Result<Contents> {
    let mut file = File::open(from).map_err(|error| failed(&error))?;
    let mut beginning = Vec::new();
    file.by_ref().take(64).read_to_end(&mut beginning).map_err(|error| failed(&error))?;
    file.rewind().map_err(|error| failed(&error))?;
    if beginning.starts_with(ARCHIVE) {
        return archive(file, &mut allowance);
    }
    if beginning.starts_with(passphrase::BEGINNING) {
        return Err(Code::PassphraseNeeded.into());
    }
    let bytes = allowance.unpack(file)?;
    // Some editors put a mark before the first character.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'[') => {
            let mut contents = Contents::default();
            chatgpt::read(bytes, &mut contents, &mut allowance)?;
            contents.of_something()
        }
        Some(b'{') => ours::read(bytes, account, &mut allowance),
        _ => Err(Code::ImportUnreadable.into()),
    }
}

/// What a passphrase opens is an export of Wingman's own.
fn read_sealed(from: &PathBuf, account: &AccountId, passphrase: &SecretString) -> Result<Contents> {
    let file = File::open(from).map_err(|error| failed(&error))?;
    let bytes = passphrase::open(BufReader::new(file), passphrase, LARGEST).map_err(|failure| match failure {
        Failure::Wrong => Error::new(Code::PassphraseWrong),
        Failure::Damaged => Error::new(Code::ImportUnreadable),
        Failure::Newer => Error::new(Code::ImportNewer),
        Failure::File(error) => failed(&error),
    })?;
    ours::read(&bytes, account, &mut Allowance::new(LARGEST))
}

/// ChatGPT's archive: what was said is in one file of it, or in several that are numbered.
fn archive(file: File, allowance: &mut Allowance) -> Result<Contents> {
    let unreadable = |_: zip::result::ZipError| Error::new(Code::ImportUnreadable);
    let mut archive = zip::ZipArchive::new(file).map_err(unreadable)?;
    let is_chats = |name: &str| {
        let name = name.rsplit('/').next().unwrap_or(name);
        name.strip_prefix("conversations")
            .and_then(|rest| rest.strip_suffix(".json"))
            .is_some_and(|number| number.chars().all(|c| c.is_ascii_digit() || c == '-'))
    };
    let names = archive.file_names().filter_map(|name| name.ok().map(std::borrow::Cow::into_owned));
    let names: Vec<String> = names.filter(|name| is_chats(name)).collect();
    if names.is_empty() {
        return Err(Code::ImportUnreadable.into());
    }
    let mut all = Contents::default();
    for name in names {
        let bytes = allowance.unpack(archive.by_name(&name).map_err(unreadable)?)?;
        chatgpt::read(&bytes, &mut all, allowance)?;
    }
    all.of_something()
}

/// A title of the file's, in one line, of a length that is kept; of none the first question is made one.
fn titled(given: &str, turns: &[TurnRecord]) -> (String, TitledBy) {
    let words: Vec<&str> = given.split_whitespace().collect();
    let given: String = words.join(" ").chars().filter(|c| !c.is_control()).take(LONGEST_TITLE).collect();
    if given.is_empty() {
        let question = turns.iter().find(|turn| !turn.text.trim().is_empty());
        (title::of(question.map_or("", |turn| &turn.text)), TitledBy::Question)
    } else {
        (given, TitledBy::Person)
    }
}
