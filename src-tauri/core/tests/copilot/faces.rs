//! Every failure has a face: what the table of them (`faces.json`, which the window's tests read too) says of each is
//! what the person gets from the real runtime, and no later.
//!
//! Two attempts stand for the six that there are, so that nobody waits for them all; with `WINGMAN_LONG` set it is six.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use wingman_core::copilot::{AnswerEvent, Holdup, Patience};
use wingman_core::{Code, Error};

use crate::endpoint::{Endpoint, Reply};
use crate::person::{Desk, Told, alice, question, read};

/// A row of the table.
#[derive(Debug, Deserialize)]
pub struct Face {
    row: String,
    /// None where the answer comes all the same.
    code: Option<Code>,
    #[serde(default)]
    retryable: bool,
    /// It says until when.
    #[serde(default)]
    until: bool,
    /// It is tried again by itself first.
    #[serde(default)]
    tried: bool,
    /// How many questions reach the endpoint, where that is not one for each attempt.
    requests: Option<usize>,
    /// In seconds: generous, and far from what the runtime would take by itself.
    within: Option<u64>,
}

/// The table.
pub fn faces() -> Result<Vec<Face>> {
    Ok(serde_json::from_str(include_str!("faces.json"))?)
}

fn patience() -> Patience {
    let long = std::env::var_os("WINGMAN_LONG").is_some();
    Patience { attempts: if long { 6 } else { 2 }, ..Patience::of(Duration::from_secs(2)) }
}

/// Plays a row: one question, with the endpoint told how to answer each attempt.
struct Table {
    faces: Vec<Face>,
    desk: Desk,
    endpoint: Endpoint,
}

impl Table {
    async fn new(folder: &Path) -> Result<Self> {
        let endpoint = Endpoint::start().await?;
        let desk = Desk::with(folder, patience())?;
        desk.admit(&endpoint.url)?;
        Ok(Self { faces: faces()?, desk, endpoint })
    }

    async fn plays(&self, row: &str, reply: &Reply) -> Result<Told> {
        for _ in 0..patience().attempts {
            self.endpoint.reply(reply.clone());
        }
        let told = self.asks(row).await?;
        self.endpoint.forget_replies();
        Ok(told)
    }

    async fn asks(&self, row: &str) -> Result<Told> {
        let face = self.faces.iter().find(|face| face.row == row).with_context(|| format!("no row is called {row}"))?;
        let before = self.endpoint.chats().len();
        let begun = Instant::now();
        let told = self.desk.ask("c1", "hello").await?;
        let took = begun.elapsed();
        looks_like(face, &told)?;
        let requests = self.endpoint.chats().len() - before;
        let attempts = if face.tried { patience().attempts as usize } else { requests.max(1) };
        ensure!(requests == face.requests.unwrap_or(attempts), "{row}: {requests} requests were made");
        let within = Duration::from_secs(face.within.context("how long may it take?")?);
        ensure!(took < within, "{row}: it took {took:?}");
        Ok(told)
    }
}

/// Whether what was told is what the table says.
fn looks_like(face: &Face, told: &Told) -> Result<()> {
    let row = &face.row;
    ensure!(told.code() == face.code, "{row}: {told:?}");
    let Some(Error { retryable, params, .. }) = told.failure() else { return Ok(()) };
    ensure!(*retryable == face.retryable, "{row}: whether another try can help: {told:?}");
    ensure!(params.contains_key("until") == face.until, "{row}: until when: {told:?}");
    let again: Vec<(u32, u32)> = told
        .holdups()
        .iter()
        .filter_map(|holdup| match holdup {
            Holdup::TryingAgain { attempt, of, .. } => Some((*attempt, *of)),
            Holdup::Silent { .. } => None,
        })
        .collect();
    let of = patience().attempts;
    let expected: Vec<(u32, u32)> =
        if face.tried { (2..=of).map(|attempt| (attempt, of)).collect() } else { Vec::new() };
    ensure!(again == expected, "{row}: each further attempt is told, with its number: {told:?}");
    Ok(())
}

pub async fn what_the_server_says_has_its_face(folder: PathBuf) -> Result<()> {
    let table = Table::new(&folder).await?;
    let limit = |seconds| Some(("retry-after", seconds));
    let page = Some(("content-type", "text/html; charset=utf-8"));
    let too_long = r#"{"error":{"code":"model_max_prompt_tokens_exceeded"}}"#;
    for (row, reply) in [
        ("401 of somebody in between", Reply::Status(401, None, "<html>")),
        ("402", Reply::Status(402, None, "{}")),
        ("403", Reply::Status(403, None, "{}")),
        ("400", Reply::Status(400, None, "{}")),
        ("404", Reply::Status(404, None, "{}")),
        ("413", Reply::Status(413, None, "{}")),
        ("400 model_max_prompt_tokens_exceeded", Reply::Status(400, None, too_long)),
        ("407", Reply::Status(407, None, "")),
        ("a page in place of an answer", Reply::Status(200, page, "<html>sign in to the café's network</html>")),
        ("429 with retry-after 3600", Reply::Status(429, limit("3600"), "{}")),
        ("429 with retry-after 1", Reply::Status(429, limit("1"), "{}")),
        ("429 without retry-after", Reply::Status(429, None, "{}")),
        ("500", Reply::Status(500, None, "{}")),
        ("503", Reply::Status(503, None, "{}")),
        ("503 with retry-after 3600", Reply::Status(503, limit("3600"), "{}")),
        ("content_filter", Reply::Text(Vec::new(), "content_filter")),
    ] {
        table.plays(row, &reply).await?;
    }
    table.endpoint.reply(Reply::Text(vec!["one ".into()], "length")).reply(Reply::Text(vec!["two".into()], "stop"));
    let told = table.asks("length").await?;
    ensure!(told.text() == "one two", "an answer that is continued is one answer: {told:?}");
    // Last: after it nothing is accepted any more.
    table.endpoint.accept("gho_somebody_else");
    table.asks("401 of GitHub's own").await?;
    table.desk.close().await
}

pub async fn what_breaks_on_the_way_has_its_face(folder: PathBuf) -> Result<()> {
    let table = Table::new(&folder).await?;
    let failed = "data: {\"error\":{\"code\":\"server_error\",\"message\":\"out of order\"}}";
    for (row, reply) in [
        ("an error in the stream", Reply::Garbled(Vec::new(), failed)),
        ("malformed", Reply::Garbled(Vec::new(), "data: {\"choices\":[{")),
        ("dropped", Reply::Break(Vec::new())),
        ("no finish reason", Reply::Garbled(Vec::new(), "data: [DONE]")),
        ("headers never come", Reply::Silence),
        ("silence in mid-stream", Reply::Stall(vec!["half an ".into()])),
    ] {
        table.plays(row, &reply).await?;
    }
    table.endpoint.offer(vec!["second", "third"]);
    // The list is asked for anew by a client that starts anew.
    table.desk.copilot.close(&alice()).await;
    table.desk.admit(&table.endpoint.url)?;
    let told = table.asks("model not in the list").await?;
    let changed = told.events.iter().filter(|event| matches!(event, AnswerEvent::ModelChanged { .. })).count();
    ensure!(changed == 1, "a model that is replaced is announced: {told:?}");
    table.desk.close().await
}

pub async fn a_closed_port_is_tried_again_and_told(folder: PathBuf) -> Result<()> {
    let table = Table::new(&folder).await?;
    table.desk.ask("c1", "while it is there").await?;
    table.endpoint.close().await?;
    let mut answering = table.desk.copilot.ask(question("c1", "hello")).await?;
    let begun = Instant::now();
    let first = answering.events.recv().await;
    let told = read(&mut answering).await?;
    let mut told = Told { events: first.into_iter().chain(told.events).collect(), ..told };
    let face = table.faces.iter().find(|face| face.row == "port closed").context("no such row")?;
    ensure!(begun.elapsed() < Duration::from_secs(face.within.context("how long?")?), "{:?}", begun.elapsed());
    looks_like(face, &told)?;
    let why = told.holdups().into_iter().find_map(|holdup| match holdup {
        Holdup::TryingAgain { error, .. } => error,
        Holdup::Silent { .. } => None,
    });
    ensure!(why.is_some_and(|error| error.code == Code::Offline), "with why: {told:?}");

    // Back again while it is tried, the answer comes by itself.
    let mut answering = table.desk.begin("c1", "are you back?").await?;
    let mut events = Vec::new();
    while let Some(event) = answering.events.recv().await {
        let held_up = matches!(event, AnswerEvent::HeldUp(_));
        events.push(event);
        if held_up {
            table.endpoint.open()?;
            break;
        }
    }
    let rest = read(&mut answering).await?;
    events.extend(rest.events);
    told.events = events;
    ensure!(told.text() == "You said: are you back?", "nobody has to press anything: {told:?}");
    ensure!(told.code().is_none(), "and what was mended is no error: {told:?}");
    ensure!(told.events.contains(&AnswerEvent::GoesOn), "the window hears that it goes on: {told:?}");
    table.desk.close().await
}
