//! The process that is killed: it looks whether everything is there, then does what people do, and says each thing
//! before it and after it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};
use wingman_core::Code;
use wingman_core::accounts::AccountId;
use wingman_core::app::AccountState;
use wingman_core::attachments::Attachment;
use wingman_core::chat::{Chosen, ConversationId, Desk, Draft, PatchStep, Question, Role};

use super::ledger::{Promised, Stage};
use super::{WORDS, old};
use crate::endpoint::{BOBS_CODE, Endpoint};
use crate::story::{Run, Table, shown};

/// The name of this story. It is told by another one only.
pub const VICTIM: &str = "kill::victim";
/// The same of the one that opens an old database.
pub const MIGRATING: &str = "kill::opens_an_old_database";
/// Where the endpoint is.
pub const ENDPOINT: &str = "WINGMAN_TEST_ENDPOINT";
/// The file with what must be there.
pub(super) const PROMISES: &str = "WINGMAN_TEST_PROMISES";
/// What it does is drawn from this.
pub(super) const SEED: &str = "WINGMAN_TEST_SEED";

/// How long the tokens of who signed out may take to be given back.
const GIVEN_BACK: Duration = Duration::from_secs(10);

/// What it says, a line each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Word {
    /// Everything was there; from here on it acts.
    Begins,
    /// Everything is there, and there is no more to do.
    Whole,
    /// Something was not there.
    Broken(String),
    Asks(String),
    Asked(String),
    Attaches(String),
    Attached(String),
    Writes {
        conversation: String,
        text: String,
    },
    Written {
        conversation: String,
        text: String,
    },
    /// So many words of this answer are in the window.
    Shown {
        turn: String,
        words: usize,
    },
    SignsInOrOut,
}

fn say(word: &Word) {
    let Ok(mut line) = serde_json::to_vec(word) else { return };
    line.push(b'\n');
    // One write, so that no line is cut by another. Where nobody listens any more there is nobody to kill it either.
    if std::io::stdout().lock().write_all(&line).is_err() {
        std::process::exit(1);
    }
}

/// The endpoint of whoever started this process.
pub fn endpoint() -> Result<Endpoint> {
    Ok(Endpoint::at(std::env::var(ENDPOINT)?.parse()?))
}

pub async fn victim(folder: PathBuf) -> Result<()> {
    let result = live(&folder).await;
    if let Err(error) = &result {
        say(&Word::Broken(format!("{error:#}")));
    }
    result
}

async fn live(folder: &Path) -> Result<()> {
    let table = Arc::new(Table::kept_in(&folder.join("keychain"))?);
    let promised: Promised = serde_json::from_slice(&std::fs::read(std::env::var(PROMISES)?)?)?;
    let run = Run::start(folder, &table, &endpoint()?).await?;
    let mut actor = Actor { run, table, random: fastrand::Rng::with_seed(std::env::var(SEED)?.parse()?), number: 0 };
    let alice = AccountId::new("github.com", 7);
    if actor.run.state().accounts.iter().any(|account| account.id == alice) {
        actor.look(folder, &promised).await?;
        actor.goes_on(&alice).await?;
    } else {
        ensure!(promised.questions.is_empty(), "the account is gone");
        actor.run.sign_in(&actor.table).await?;
    }
    say(&Word::Begins);
    loop {
        actor.act(&alice).await?;
    }
}

/// Opens a database of an older version, and looks whether all of it is there.
pub async fn opens_an_old_database(folder: PathBuf) -> Result<()> {
    let table = Arc::new(Table::kept_in(&folder.join("keychain"))?);
    say(&Word::Begins);
    let result = async {
        let run = Run::start(&folder, &table, &endpoint()?).await?;
        old::is_whole(&folder)?;
        let turns = run.turns(&ConversationId(old::CONVERSATION.to_owned())).await?;
        ensure!(turns.len() > 1, "its conversation can be read: {turns:?}");
        Ok(run)
    };
    let run = match result.await {
        Ok(run) => run,
        Err(error) => {
            say(&Word::Broken(format!("{error:#}")));
            return Err(error);
        }
    };
    say(&Word::Whole);
    tokio::time::sleep(Duration::from_mins(1)).await;
    run.finish().await
}

struct Actor {
    run: Run,
    table: Arc<Table>,
    random: fastrand::Rng,
    number: usize,
}

impl Actor {
    /// A name that nothing else has.
    fn name(&mut self) -> String {
        self.number += 1;
        format!("{:08x}-{}", self.random.u32(..), self.number)
    }

    async fn any_conversation(&mut self, account: &AccountId) -> Result<Option<ConversationId>> {
        let page = self.run.chat()?.conversations(account, None).await?.conversations;
        // Among few, so that they grow long.
        let page: Vec<_> = page.into_iter().take(4).collect();
        Ok(self.random.choice(&page).map(|row| row.id.clone()))
    }

    /// One thing that a person does.
    async fn act(&mut self, alice: &AccountId) -> Result<()> {
        let anywhere = self.any_conversation(alice).await?;
        let somewhere = if self.random.u8(..3) == 0 { None } else { anywhere.clone() };
        match (self.random.u8(..12), anywhere) {
            (0..=4, _) | (_, None) => self.ask(alice, somewhere).await?,
            (5, Some(at)) => self.write(alice, at).await?,
            (6 | 7, Some(at)) => {
                let attached = self.attach(alice, &at).await?;
                if self.random.bool() {
                    self.ask_with(alice, Some(at), vec![attached]).await?;
                }
            }
            (8, Some(at)) => self.edit(&at).await?,
            (9, Some(at)) => self.run.chat()?.stop(&at),
            (10, Some(at)) => drop(self.run.chat()?.retry(&at).await), // there may be nothing to be asked again
            (_, Some(_)) => self.come_or_go().await?,
        }
        tokio::time::sleep(Duration::from_millis(self.random.u64(..60))).await;
        Ok(())
    }

    async fn ask(&mut self, alice: &AccountId, at: Option<ConversationId>) -> Result<()> {
        self.ask_with(alice, at, Vec::new()).await
    }

    async fn ask_with(
        &mut self,
        alice: &AccountId,
        conversation: Option<ConversationId>,
        attached: Vec<Attachment>,
    ) -> Result<()> {
        let text = format!("long {}", self.name());
        say(&Word::Asks(text.clone()));
        let question = Question {
            conversation,
            account: alice.clone(),
            text: text.clone(),
            model: None,
            chosen: Chosen::default(),
            desk: Desk::default(),
            attachments: attached.into_iter().map(|one| one.id).collect(),
        };
        let sent = match self.run.chat()?.send(question).await {
            Err(error) if error.code == Code::Busy => return Ok(()), // too many wait there
            sent => sent?,
        };
        say(&Word::Asked(text));
        self.watch(&sent.conversation).await
    }

    /// Shows the conversation in a window of its own from now on.
    async fn watch(&self, conversation: &ConversationId) -> Result<()> {
        let chat = self.run.chat()?;
        let (view, mut patches) = chat.watch(conversation).await?;
        tokio::spawn(async move {
            let mut read = std::collections::HashMap::<String, usize>::new();
            while let Some(patch) = patches.recv().await {
                for step in patch.steps {
                    if let PatchStep::Grown { turn, blocks, tail, .. } = step {
                        let html: String =
                            blocks.iter().map(|block| block.html.as_str()).chain([tail.as_str()]).collect();
                        let words = html.split(|c: char| !c.is_ascii_alphanumeric());
                        let last = words.filter_map(|word| word.strip_prefix('w')?.parse().ok()).max().unwrap_or(0);
                        let most = read.entry(turn.0.clone()).or_default();
                        if last > *most {
                            *most = last;
                            // The last word may not be whole yet.
                            say(&Word::Shown { turn: turn.0, words: last.saturating_sub(1) });
                        }
                    }
                }
                chat.acknowledge(view.watch, patch.sequence);
            }
        });
        Ok(())
    }

    async fn write(&mut self, alice: &AccountId, at: ConversationId) -> Result<()> {
        let (conversation, text) = (at.0.clone(), format!("a draft {}", self.name()));
        say(&Word::Writes { conversation: conversation.clone(), text: text.clone() });
        self.run.chat()?.save_draft(&Draft::of(alice.clone(), at), &text).await?;
        say(&Word::Written { conversation, text });
        Ok(())
    }

    async fn attach(&mut self, alice: &AccountId, at: &ConversationId) -> Result<Attachment> {
        let name = format!("{}.txt", self.name());
        let draft = Draft::of(alice.clone(), at.clone());
        let text = BASE64_STANDARD.encode("a line of the file\n".repeat(1 + self.random.usize(..4000)));
        // A draft takes no more than so many.
        for old in self.run.chat()?.attachments(&draft).await?.into_iter().skip(10) {
            say(&Word::Attaches(old.name)); // no longer promised
            self.run.chat()?.detach(&old.id).await?;
        }
        say(&Word::Attaches(name.clone()));
        let attached = self.run.chat()?.attach(&draft, &name, text).await?;
        say(&Word::Attached(name));
        Ok(attached)
    }

    async fn edit(&mut self, at: &ConversationId) -> Result<()> {
        let turns = self.run.turns(at).await?;
        let questions: Vec<_> = turns.iter().filter(|turn| turn.role == Role::You).collect();
        let Some(question) = self.random.choice(&questions).map(|turn| turn.id.clone()) else { return Ok(()) };
        let text = format!("long edited {}", self.name());
        say(&Word::Asks(text.clone()));
        // While an answer is written nothing is edited.
        if self.run.chat()?.edit(at, &question, &text).await.is_ok() {
            say(&Word::Asked(text));
            self.watch(at).await?;
        }
        Ok(())
    }

    /// Bob signs in, or out when he is in.
    async fn come_or_go(&mut self) -> Result<()> {
        let bob = AccountId::new("github.com", 8);
        say(&Word::SignsInOrOut);
        if self.run.state().accounts.iter().any(|account| account.id == bob) {
            return Ok(self.run.app.sign_out(&bob).await?);
        }
        self.run.agree(&self.table, BOBS_CODE).await?;
        self.run.until("bob is in", |state| state.accounts.iter().any(|account| account.id == bob)).await.map(drop)
    }

    /// A further question is answered.
    async fn goes_on(&mut self, alice: &AccountId) -> Result<()> {
        let Some(at) = self.any_conversation(alice).await? else { return Ok(()) };
        let text = format!("still there {}", self.name());
        self.run.send(alice, Some(&at), &text).await?;
        let answer = self.run.answered(&at).await.context("a further question is answered")?;
        ensure!(shown(&answer).contains(&text), "by its own answer: {answer:?}");
        Ok(())
    }

    /// Looks for all that was promised.
    async fn look(&self, folder: &Path, promised: &Promised) -> Result<()> {
        let database = open(folder, &self.table)?;
        let sound: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        ensure!(sound == "ok", "the database is whole: {sound}");
        let times = |sql: &str, what: &str| -> Result<i64> { Ok(database.query_row(sql, [what], |row| row.get(0))?) };
        for (text, stage) in &promised.questions {
            let found = times(
                "SELECT (SELECT count(*) FROM turn WHERE role = 'you' AND text = ?1)
                      + (SELECT count(*) FROM waiting WHERE text = ?1)",
                text,
            )?;
            let right = if *stage == Stage::Kept { found == 1 } else { found <= 1 };
            ensure!(right, "the question {text:?} ({stage:?}) is there {found} times");
        }
        for (name, stage) in &promised.attachments {
            let found =
                times("SELECT count(DISTINCT coalesce(turn, waiting, id)) FROM attachment WHERE name = ?1", name)?;
            // An edited question has what the first version has.
            ensure!(found >= i64::from(*stage == Stage::Kept), "{name:?} ({stage:?}) is there {found} times");
        }
        for (turn, words) in &promised.words {
            let text: String = database.query_row("SELECT text FROM turn WHERE id = ?1", [turn], |row| row.get(0))?;
            let whole = (1..=WORDS).map(|number| format!("w{number} ")).collect::<Vec<_>>().concat();
            ensure!(whole.starts_with(text.trim_end()), "an answer's words are in order, each once: {text}");
            let there = text.split_whitespace().count();
            ensure!(there >= *words, "{words} words were shown half a second before, {there} are there");
        }
        let unfinished = times("SELECT count(*) FROM turn WHERE state = ?1", "answering")?;
        ensure!(unfinished == 0, "nothing is answering for ever, {unfinished} are");
        let alice = AccountId::new("github.com", 7);
        for (conversation, texts) in &promised.drafts {
            let draft = Draft::of(alice.clone(), ConversationId(conversation.clone()));
            let text = self.run.chat()?.draft(&draft).await?;
            // Sending a question there takes the draft away.
            ensure!(text.is_empty() || texts.contains(&text), "{text:?} is none of the drafts {texts:?}");
        }
        self.agreed().await
    }

    /// Keychain and database say the same.
    async fn agreed(&self) -> Result<()> {
        let mut looks = 0;
        loop {
            let accounts = self.run.state().accounts;
            let mut expected: Vec<String> = accounts.iter().map(|account| account.id.as_str().to_owned()).collect();
            expected.push("database".to_owned());
            expected.sort();
            let users = self.table.users();
            for account in &accounts {
                let held = users.iter().any(|user| user == account.id.as_str());
                ensure!(
                    held && account.state == AccountState::SignedIn,
                    "who is signed in has a token: {account:?} of {users:?}"
                );
            }
            if users == expected {
                return Ok(());
            }
            // What was given up is revoked in a moment, and then forgotten.
            let given_up = users.iter().all(|user| expected.contains(user) || user.ends_with("/given-up"));
            ensure!(given_up && looks < GIVEN_BACK.as_millis() / 20, "the keychain has {users:?}, not {expected:?}");
            looks += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The database, to be looked at beside the program that has it open.
pub(super) fn open(folder: &Path, table: &Table) -> Result<Connection> {
    let key = table.entry("database").context("the database's key is in the keychain")?;
    let path = folder.join("wingman/data/wingman.db");
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    // rusqlite's error can quote the statement, and the statement is the key.
    database.execute_batch(&format!("PRAGMA key = \"x'{key}'\"")).map_err(|_| anyhow::anyhow!("it took no key"))?;
    database.busy_timeout(Duration::from_secs(5))?;
    Ok(database)
}
