//! When the machine is in trouble: a clear word, and nothing lost.
//!
//! A disk that is really full and a folder that cannot really be written are file systems of a namespace of their own,
//! with a process in it: whoever may write everywhere (root) meets them as everybody does.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use wingman_core::Code;
use wingman_core::accounts::AccountId;
use wingman_core::app::Phase;
use wingman_core::chat::{ConversationId, Draft, Turn, TurnState};

use crate::endpoint::{Endpoint, Reply};
use crate::kill::victim::{ENDPOINT, endpoint};
use crate::story::{Run, Table, shown};

const ALICE: (&str, u64) = ("github.com", 7);

fn alice() -> AccountId {
    AccountId::new(ALICE.0, ALICE.1)
}

fn words(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("w{number} ")).collect()
}

/// Tells a part of a story in a process of its own, with its data folder on what this mounts there.
async fn apart(folder: &Path, part: &str, mount: &str) -> Result<()> {
    let endpoint = Endpoint::start().await?;
    endpoint.always("long", Reply::Paced(words(120), Duration::from_millis(10)));
    let data = folder.join("wingman/data");
    std::fs::create_dir_all(&data)?;
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c"]);
    command.arg(format!("{mount} && exec \"$1\" \"$2\"")).arg(&data);
    command.arg(std::env::current_exe()?).arg(part);
    command.env(crate::FOLDER, folder).env(ENDPOINT, endpoint.url.as_str()).stdin(Stdio::null());
    let status = tokio::task::spawn_blocking(move || command.status()).await??;
    ensure!(status.success(), "{part}: {status}");
    Ok(())
}

pub async fn a_full_disk_is_told_and_nothing_is_lost(folder: PathBuf) -> Result<()> {
    apart(&folder, "trouble::on_a_full_disk", "mount -t tmpfs -o size=12m,mode=700 tmpfs \"$0\"").await
}

/// Fills the disk to its last byte.
fn fill(file: &Path) -> Result<()> {
    let mut filler = std::fs::OpenOptions::new().create(true).append(true).open(file)?;
    for piece in [65_536, 4096, 512, 1] {
        while filler.write_all(&vec![0; piece]).is_ok() {}
    }
    Ok(())
}

pub async fn on_a_full_disk(folder: PathBuf) -> Result<()> {
    let table = Arc::new(Table::default());
    let run = Run::start(&folder, &table, &endpoint()?).await?;
    let account = run.sign_in(&table).await?;
    let chat = run.send(&account, None, "before").await?;
    run.answered(&chat).await?;
    run.chat()?.save_draft(&Draft::of(account.clone(), chat.clone()), "half a thought").await?;

    // In the middle of an answer.
    let filler = folder.join("wingman/data/filler");
    run.send(&account, Some(&chat), "long, until it is full").await?;
    run.last(&chat, |turn| shown(turn).contains("w20")).await?;
    fill(&filler)?;
    for text in ["in vain", "in vain once more"] {
        let told = run.send(&account, Some(&chat), text).await.err().context("a full disk takes no question")?;
        ensure!(told.to_string() == "DiskFull", "which is said: {told:?}");
    }
    let told = run.chat()?.save_draft(&Draft::of(account.clone(), chat.clone()), &"x".repeat(2_000_000)).await;
    ensure!(told.is_err_and(|error| error.code == Code::DiskFull), "and no draft of that size");

    // The runtime tries again and again to store what it remembers of it, longer and longer. In a soak it gives up.
    let answer = run.turns(&chat).await?.pop().context("no turn")?.id;
    for _ in 0..if crate::flood::soak() { 6_000 } else { 0 } {
        let last = run.turns(&chat).await?.pop().context("no turn")?;
        if !matches!(last.state, TurnState::Answering { .. }) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    std::fs::remove_file(&filler)?;
    // What could not be stored is as soon as it can be.
    let mut stored = String::new();
    for _ in 0..1_200 {
        stored = run.chat()?.text(&answer).await?;
        let last = run.turns(&chat).await?.pop().context("no turn")?;
        if stored == words(120).concat() && !matches!(last.state, TurnState::Answering { .. }) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    ensure!(stored == words(120).concat(), "the whole answer is stored: {stored}");
    run.send(&account, Some(&chat), "after").await?;
    run.answered(&chat).await?;
    run.finish().await?;

    let run = Run::start(&folder, &table, &endpoint()?).await?;
    let turns = run.turns(&chat).await?;
    let asked: Vec<&str> = turns.iter().map(|turn| turn.text.as_str()).filter(|text| !text.is_empty()).collect();
    ensure!(asked == ["before", "long, until it is full", "after"], "what was taken is there, once: {asked:?}");
    ensure!(shown(&turns[3]).contains("w120"), "with the whole answer: {:?}", turns[3]);
    run.finish().await
}

pub async fn a_folder_that_cannot_be_written_is_told_and_nothing_is_lost(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::kept_in(&folder.join("keychain"))?), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    let chat = run.send(&account, None, "before").await?;
    run.answered(&chat).await?;
    run.finish().await?;
    let before = crate::person::files(&folder.join("wingman/data"))?;
    std::fs::write(folder.join("chat"), &chat.0)?;
    let mount = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\"";
    apart(&folder, "trouble::where_nothing_can_be_written", mount).await?;
    ensure!(before == crate::person::files(&folder.join("wingman/data"))?, "nothing was changed");
    let run = Run::start(&folder, &table, &endpoint).await?;
    ensure!(run.turns(&chat).await?.len() == 2, "and when it can be written again everything is there");
    run.send(&account, Some(&chat), "after").await?;
    run.answered(&chat).await?;
    run.finish().await
}

pub async fn where_nothing_can_be_written(folder: PathBuf) -> Result<()> {
    let table = Arc::new(Table::kept_in(&folder.join("keychain"))?);
    let run = Run::new(&folder, &table, &endpoint()?, "github.com")?;
    run.app.start();
    let state = run.until("it says why", |state| !matches!(state.phase, Phase::Starting)).await?;
    let why = match state.phase {
        Phase::Blocked { error } => error,
        other => bail!("it cannot be used, and says {other:?}"),
    };
    ensure!(why.code == Code::DiskReadOnly && why.retryable, "in words, with a way to try again: {why:?}");
    run.finish().await
}

pub async fn without_a_file_to_open_nothing_is_lost(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    let chat = run.send(&account, None, "before").await?;
    run.answered(&chat).await?;

    let open = std::fs::read_dir("/proc/self/fd")?.count() as u64;
    let (_, most) = rlimit::getrlimit(rlimit::Resource::NOFILE)?;
    rlimit::setrlimit(rlimit::Resource::NOFILE, open.saturating_sub(2), most)?;
    let mut taken = Vec::new();
    for number in 0..4 {
        let text = format!("with no file to open, {number}");
        // In a new chat, which needs a session of its own.
        match run.send(&account, None, &text).await {
            Ok(chat) => taken.push((chat, text)),
            Err(error) => ensure!(!error.to_string().contains("Internal"), "what is not taken is told: {error:?}"),
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    rlimit::setrlimit(rlimit::Resource::NOFILE, most, most)?;

    for (chat, text) in &taken {
        let ended = run.last(chat, |turn| !matches!(turn.state, TurnState::Answering { .. })).await?;
        if ended.state != TurnState::Complete {
            run.chat()?.retry(chat).await?;
        }
        ensure!(shown(&run.answered(chat).await?).contains(text), "what was taken is answered in the end");
    }
    run.send(&account, Some(&chat), "after").await?;
    run.answered(&chat).await?;
    run.finish().await?;
    let run = Run::start(&folder, &table, &endpoint).await?;
    for (chat, text) in &taken {
        let turns = run.turns(chat).await?;
        let times = turns.iter().filter(|turn| turn.text == *text).count();
        ensure!(times == 1, "{text:?} is there {times} times");
    }
    ensure!(run.turns(&chat).await?.len() == 4, "and so is all that was there before and came after");
    run.finish().await
}

pub async fn a_computer_that_sleeps_goes_on_with_the_answer(folder: PathBuf) -> Result<()> {
    let endpoint = Endpoint::start().await?;
    endpoint.always("long", Reply::Paced(words(200), Duration::from_millis(10)));
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("trouble::asleep").env(crate::FOLDER, &folder).env(ENDPOINT, endpoint.url.as_str());
    let mut child = command.stdin(Stdio::null()).spawn()?;
    let signal = |name: &str| Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    let file = folder.join("in-the-middle");
    for _ in 0..1_200 {
        if file.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    ensure!(file.exists(), "it never came to the middle of an answer");
    ensure!(signal("STOP")?.success(), "it falls asleep");
    tokio::time::sleep(Duration::from_secs(4)).await;
    ensure!(signal("CONT")?.success(), "and wakes up");
    let status = tokio::task::spawn_blocking(move || child.wait()).await??;
    ensure!(status.success(), "it goes on: {status}");
    ensure!(endpoint.chats().len() == 1, "the question was asked once");
    Ok(())
}

pub async fn asleep(folder: PathBuf) -> Result<()> {
    let table = Arc::new(Table::default());
    let run = Run::start(&folder, &table, &endpoint()?).await?;
    let account = run.sign_in(&table).await?;
    let chat = run.send(&account, None, "long").await?;
    run.last(&chat, |turn| shown(turn).contains("w20 ")).await?;
    std::fs::write(folder.join("in-the-middle"), "")?;
    let answer = run.answered(&chat).await?;
    let text = run.chat()?.text(&answer.id).await?;
    ensure!(text == words(200).concat(), "the whole answer, each word once: {text}");
    run.finish().await
}

pub async fn a_clock_that_jumps_loses_no_word_and_no_order(folder: PathBuf) -> Result<()> {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    let chat = run.send(&account, None, "jump 0").await?;
    run.answered(&chat).await?;
    for (number, off) in [0, -40 * DAY, 4000 * DAY, -4000 * DAY, 60_000, 0].into_iter().enumerate().skip(1) {
        endpoint.reply(Reply::Paced(words(60), Duration::from_millis(5)));
        run.send(&account, Some(&chat), &format!("jump {number}")).await?;
        run.last(&chat, |turn| shown(turn).contains("w10")).await?;
        table.set_clock(off); // in the middle of the answer
        ensure!(shown(&run.answered(&chat).await?).contains("w60"), "the answer is whole, jump {number}");
    }
    run.finish().await?;
    let run = Run::start(&folder, &table, &endpoint).await?;
    let turns = run.turns(&chat).await?;
    ensure!(in_order(&turns), "every question stands where it was asked: {turns:?}");
    let listed = run.chat()?.conversations(&alice(), None).await?.conversations;
    ensure!(listed.iter().map(|row| &row.id).collect::<Vec<&ConversationId>>() == [&chat], "and the chat in the list");
    run.finish().await
}

fn in_order(turns: &[Turn]) -> bool {
    let asked = turns.iter().map(|turn| turn.text.as_str()).filter(|text| !text.is_empty());
    asked.eq(["jump 0", "jump 1", "jump 2", "jump 3", "jump 4", "jump 5"])
}
