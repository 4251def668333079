//! More than anyone reads: the text is the server's to the letter, in order, and what it takes is bounded.
//!
//! Each has a short form, and a long one with `WINGMAN_SOAK`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use wingman_core::Code;
use wingman_core::accounts::AccountId;
use wingman_core::chat::{Chosen, ConversationId, Desk, PatchStep, Question, Role, Turn, TurnState};

use crate::endpoint::{Endpoint, Reply};
use crate::person::Desk as Client;
use crate::story::{Run, Table, shown};

const MEGABYTE: usize = 1024 * 1024;

pub fn soak() -> bool {
    std::env::var_os("WINGMAN_SOAK").is_some()
}

async fn desk(folder: &std::path::Path) -> Result<(Run, AccountId, Endpoint)> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    Ok((run, account, endpoint))
}

/// Memory that this process has of its own, in bytes.
fn memory() -> Result<usize> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("the kernel tells it")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<usize>()? * 1024)
}

/// Watches the conversation as a window does that is as fast as it can be, and answers with what it shows at the end and
/// the bytes that went to it.
async fn watched(run: &Run, conversation: &ConversationId) -> Result<(String, usize)> {
    let chat = run.chat()?;
    let (view, mut patches) = chat.watch(conversation).await?;
    if let Some(done) = view.turns.last().filter(|turn| turn.state == TurnState::Complete && turn.role == Role::Copilot)
    {
        return Ok((shown(done), 0));
    }
    let mut blocks = view.turns.last().map(|turn| turn.blocks.clone()).unwrap_or_default();
    let mut bytes = 0;
    while let Some(patch) = patches.recv().await {
        for step in patch.steps {
            match step {
                PatchStep::Grown { keep, blocks: more, tail, .. } => {
                    bytes += tail.len() + more.iter().map(|block| block.html.len()).sum::<usize>();
                    ensure!(keep as usize <= blocks.len(), "a patch follows on what came before it");
                    blocks.truncate(keep as usize);
                    blocks.extend(more);
                }
                PatchStep::Turn { turn } if turn.role == Role::Copilot => match turn.state {
                    TurnState::Answering { .. } => {}
                    TurnState::Complete => {
                        chat.unwatch(view.watch);
                        return Ok((shown(&turn), bytes));
                    }
                    other => anyhow::bail!("no answer came: {other:?}"),
                },
                _ => {}
            }
        }
        chat.acknowledge(view.watch, patch.sequence);
    }
    anyhow::bail!("the watch ended")
}

/// The stored text of the last answer.
async fn stored(run: &Run, conversation: &ConversationId) -> Result<String> {
    let turns = run.turns(conversation).await?;
    let last = turns.last().context("no turn")?;
    Ok(run.chat()?.text(&last.id).await?)
}

pub async fn twenty_thousand_deltas_at_full_speed_are_the_server_s_text(folder: PathBuf) -> Result<()> {
    let (run, account, endpoint) = desk(&folder).await?;
    let count = if soak() { 100_000 } else { 20_000 };
    let pieces: Vec<String> =
        (0..count).map(|number| format!("{number}{}", if number % 50 == 49 { "\n\n" } else { " " })).collect();
    let whole = pieces.concat();
    endpoint.reply(Reply::Text(pieces, "stop"));
    let before = memory()?;
    let chat = run.send(&account, None, "count").await?;
    let (seen, bytes) = watched(&run, &chat).await?;
    let text = stored(&run, &chat).await?;
    ensure!(text == whole, "every number once, in order: {} bytes of {}", text.len(), whole.len());
    ensure!(seen.contains(&format!("{} ", count - 2)), "and the window has the last of them");
    ensure!(bytes < 8 * whole.len(), "{bytes} bytes went to the window for {}", whole.len());
    let grown = memory()?.saturating_sub(before);
    println!("{count} deltas, {} bytes: {bytes} bytes to the window, {} MB more memory", whole.len(), grown / MEGABYTE);
    ensure!(grown < 600 * MEGABYTE, "{} MB more memory are not bounded", grown / MEGABYTE);
    run.finish().await
}

pub async fn five_megabytes_are_the_server_s_text(folder: PathBuf) -> Result<()> {
    let (run, account, endpoint) = desk(&folder).await?;
    let paragraph =
        |number: usize| format!("Paragraph {number}: {}\n\n", "all of it counts, to the last word. ".repeat(13));
    let size = 5 * MEGABYTE;
    let pieces: Vec<String> = (0..).map(paragraph).take(size.div_ceil(paragraph(10_000).len())).collect();
    let whole = pieces.concat();
    ensure!(whole.len() > size - 200_000, "five megabytes: {}", whole.len());
    endpoint.reply(Reply::Text(pieces, "stop"));
    let before = memory()?;
    let chat = run.send(&account, None, "tell me everything").await?;
    let (_, bytes) = watched(&run, &chat).await?;
    let text = stored(&run, &chat).await?;
    ensure!(text == whole, "to the letter: {} bytes of {}", text.len(), whole.len());
    ensure!(bytes < 3 * whole.len(), "what is settled goes to the window once: {bytes} bytes for {}", whole.len());
    let grown = memory()?.saturating_sub(before);
    println!("{} bytes: {bytes} to the window, {} MB more memory", whole.len(), grown / MEGABYTE);
    ensure!(grown < 800 * MEGABYTE, "{} MB more memory are not bounded", grown / MEGABYTE);
    // No model reads so much again: that is told as what it is, and the chat goes on to be read.
    run.send(&account, Some(&chat), "and now?").await?;
    let last = run.last(&chat, |turn| matches!(turn.state, TurnState::Failed { .. } | TurnState::Complete)).await?;
    let told = matches!(&last.state, TurnState::Failed { error } if error.code == Code::TooLong);
    ensure!(told || last.state == TurnState::Complete, "{last:?}");
    run.finish().await
}

pub async fn a_line_of_a_megabyte_is_not_sent_again_and_again(folder: PathBuf) -> Result<()> {
    let (run, account, endpoint) = desk(&folder).await?;
    let pieces: Vec<String> = (0..MEGABYTE / 64).map(|number| format!("word{number:059} ")).collect();
    let whole = pieces.concat();
    endpoint.reply(Reply::Text(pieces, "stop"));
    let chat = run.send(&account, None, "no line break, please").await?;
    let (seen, bytes) = watched(&run, &chat).await?;
    let text = stored(&run, &chat).await?;
    ensure!(text == whole, "to the letter: {} bytes of {}", text.len(), whole.len());
    ensure!(seen.contains(whole.trim_end()), "and so is what is shown");
    println!("a line of {} bytes: {bytes} bytes to the window", whole.len());
    ensure!(bytes > whole.len() / 2, "it is shown while it comes: {bytes} bytes");
    ensure!(bytes < 24 * whole.len(), "{bytes} bytes went to the window for a line of {}", whole.len());
    run.finish().await
}

pub async fn ten_conversations_stream_at_once_each_its_own_text(folder: PathBuf) -> Result<()> {
    let (run, account, endpoint) = desk(&folder).await?;
    let count = if soak() { 5_000 } else { 800 };
    let names =
        ["flood-a", "flood-b", "flood-c", "flood-d", "flood-e", "flood-f", "flood-g", "flood-h", "flood-i", "flood-j"];
    let pieces = |name: &str| -> Vec<String> { (0..count).map(|number| format!("{name}.{number} ")).collect() };
    for name in names {
        endpoint.always(name, Reply::Paced(pieces(name), Duration::from_micros(200)));
    }
    let asked = names.map(|name| run.send(&account, None, name));
    let chats = futures_util::future::try_join_all(asked).await?;
    let seen = futures_util::future::try_join_all(chats.iter().map(|chat| watched(&run, chat))).await?;
    for ((name, chat), (seen, _)) in names.iter().zip(&chats).zip(seen) {
        let text = stored(&run, chat).await?;
        ensure!(text == pieces(name).concat(), "{name}: its own words, each once, in order: {}", text.len());
        ensure!(seen.contains(&format!("{name}.{}", count - 1)), "{name}: and the window has the last of them");
        ensure!(names.iter().all(|other| other == name || !seen.contains(other)), "{name}: and nobody else's");
    }
    run.finish().await
}

pub async fn a_thousand_clicks_on_send_are_each_one_question_or_refused(folder: PathBuf) -> Result<()> {
    let (run, account, endpoint) = desk(&folder).await?;
    let chat = run.send(&account, None, "the first").await?;
    run.answered(&chat).await?;
    endpoint.always("click", Reply::Text(vec!["ok".to_owned()], "stop"));
    let clicks = if soak() { 10_000 } else { 1_000 };
    let mut sent = tokio::task::JoinSet::new();
    for click in 0..clicks {
        let (room, account, chat) = (run.chat()?, account.clone(), chat.clone());
        sent.spawn(async move {
            let question = Question {
                conversation: Some(chat),
                account,
                text: format!("click {click}"),
                model: None,
                attachments: Vec::new(),
                chosen: Chosen::default(),
                desk: Desk::default(),
            };
            (format!("click {click}"), room.send(question).await)
        });
    }
    let mut taken = Vec::new();
    while let Some(done) = sent.join_next().await {
        let (text, outcome) = done?;
        match outcome {
            Ok(_) => taken.push(text),
            Err(error) => ensure!(error.code == Code::Busy, "what is not taken is said to be: {error:?}"),
        }
    }
    ensure!(!taken.is_empty() && taken.len() < clicks, "some are taken and some refused: {}", taken.len());
    // They are asked one after another.
    let mut all: Vec<Turn> = Vec::new();
    for _ in 0..1_200 {
        let view = run.chat()?.watch(&chat).await?.0;
        run.chat()?.unwatch(view.watch);
        let idle =
            view.turns.last().is_some_and(|turn| turn.state == TurnState::Complete && turn.role == Role::Copilot);
        if view.waiting.is_empty() && idle {
            all = view.turns;
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    while let Some(first) = all.first().filter(|turn| turn.parent.is_some()) {
        let mut earlier = run.chat()?.earlier_turns(&chat, &first.id).await?;
        earlier.append(&mut all);
        all = earlier;
    }
    let mut asked: Vec<&str> =
        all.iter().filter(|turn| turn.role == Role::You).map(|turn| turn.text.as_str()).skip(1).collect();
    let roles: Vec<Role> = all.iter().map(|turn| turn.role).collect();
    ensure!(roles.chunks(2).all(|pair| pair == [Role::You, Role::Copilot]), "each question has its answer");
    asked.sort_unstable();
    taken.sort_unstable();
    ensure!(asked == taken, "each that was taken is asked once: {} of {}", asked.len(), taken.len());
    println!("{clicks} clicks: {} taken and answered, the others refused", taken.len());
    run.finish().await
}

pub async fn ten_thousand_conversations_are_listed_page_by_page(folder: PathBuf) -> Result<()> {
    let count = if soak() { 100_000 } else { 10_000 };
    crate::kill::old::make_many(&folder, count)?;
    let endpoint = Endpoint::start().await?;
    let table = Arc::new(Table::kept_in(&folder.join("keychain"))?);
    Run::start(&folder, &table, &endpoint).await?.finish().await?; // it brings the schema up to date
    let begun = std::time::Instant::now();
    let run = Run::start(&folder, &table, &endpoint).await?;
    let started = begun.elapsed();
    let account = AccountId::new("github.com", 7);
    let (mut seen, mut before, mut longest) = (Vec::new(), None, 0);
    loop {
        let page = run.chat()?.conversations(&account, before.as_ref()).await?;
        longest = longest.max(page.conversations.len());
        seen.extend(page.conversations.iter().map(|row| row.title.clone()));
        before = page.conversations.last().map(|row| row.id.clone());
        if !page.more {
            break;
        }
    }
    ensure!(longest <= 200, "a window is given pages, not {longest} rows at once");
    let expected: Vec<String> = (0..count).rev().map(old_title).collect();
    ensure!(seen == expected, "each once, newest first: {} of {count}", seen.len());
    println!("{count} conversations: started in {started:?}, pages of {longest}");
    run.finish().await
}

fn old_title(number: u32) -> String {
    format!("chat {number}")
}

pub async fn fifty_conversations_after_one_another_keep_a_handful_open(folder: PathBuf) -> Result<()> {
    let (desk, endpoint) = (Client::new(&folder)?, Endpoint::start().await?);
    desk.admit(&endpoint.url)?;
    let open = |what: &str| -> Result<usize> { Ok(std::fs::read_dir(format!("/proc/self/{what}"))?.count()) };
    let (count, mut handful) = (if soak() { 500 } else { 50 }, (0, 0));
    for number in 0..count {
        desk.ask(&format!("c{number}"), &format!("the number is {number}")).await?;
        if number == 7 {
            handful = (open("fd")?, open("task")?);
        }
    }
    let (files, threads) = (open("fd")?, open("task")?);
    println!("{count} conversations: {files} files and {threads} threads, {handful:?} after eight");
    // Some come and go: the pool's, the endpoint's connections.
    ensure!(files <= handful.0 + 40, "{files} files are open, {} were after eight conversations", handful.0);
    ensure!(threads <= handful.1 + 20, "{threads} threads run, {} did after eight conversations", handful.1);
    for number in [0, count - 1] {
        desk.ask(&format!("c{number}"), "which number?").await?;
        let prompt = endpoint.chats().last().context("nothing was asked")?.messages().join("\n");
        ensure!(prompt.contains(&format!("the number is {number}")), "what was closed is resumed: {prompt}");
    }
    desk.close().await
}
