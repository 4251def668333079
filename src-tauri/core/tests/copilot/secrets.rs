//! Where the token is, and where it is not.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use wingman_core::Code;
use wingman_core::accounts::AccountId;

use crate::endpoint::Endpoint;
use crate::person::{Desk, TOKEN, files, holds, question, read, session};

pub async fn the_real_token_is_seen_at_the_endpoint_and_nowhere_else(folder: PathBuf) -> Result<()> {
    let endpoint = Endpoint::start().await?;
    let desk = Desk::new(&folder)?;
    desk.admit(&endpoint.url)?;
    let told = desk.ask("c1", "hello").await?;
    ensure!(told.text() == "You said: hello", "the answer arrives whole: {told:?}");
    ensure!(told.streamed() == told.text(), "and as it is written");

    let seen = endpoint.seen();
    let paths: Vec<_> = seen.iter().map(|seen| seen.path.as_str()).collect();
    ensure!(paths == ["/models", "/chat/completions"], "nothing else leaves, and the list is fetched once: {paths:?}");
    for request in &seen {
        ensure!(request.authorization == format!("Bearer {TOKEN}"), "the endpoint gets the account's token");
        ensure!(!request.body.contains(TOKEN), "and nothing but that header carries it");
        let placeholder = request.headers.values().any(|value| holds(value.as_bytes(), "placeholder-"));
        ensure!(!placeholder && !request.body.contains("placeholder-"), "no placeholder leaves the process");
    }

    let events = desk.store.session_files().read(&session("c1"), "/state/events.jsonl")?;
    ensure!(events.contains("hello"), "this is the log that the model remembers by");
    ensure!(!events.contains(TOKEN), "the runtime never had the token, so it cannot have written it");
    for (name, bytes) in files(&folder)? {
        ensure!(!holds(&bytes, TOKEN), "the token lies in {name}");
    }
    let environment = std::env::vars_os().any(|(_, value)| holds(value.as_encoded_bytes(), TOKEN));
    ensure!(!environment, "the token is in the environment");
    desk.close().await
}

pub async fn two_accounts_use_two_endpoints_in_one_process(folder: PathBuf) -> Result<()> {
    let (one, two) = (Endpoint::start().await?, Endpoint::start().await?);
    let desk = Desk::new(&folder)?;
    desk.admit(&one.url)?;
    let bob = AccountId::new("octo.ghe.com", 8);
    desk.admit_as(bob.clone(), "gho_realtokenofbob", &two.url)?;
    let mut of_bob = question("c2", "from bob");
    of_bob.account = bob;
    "user-8-c2".clone_into(&mut of_bob.session);
    let (first, second) = tokio::join!(desk.ask("c1", "from alice"), async {
        let mut answering = desk.copilot.ask(of_bob).await?;
        read(&mut answering).await
    });
    ensure!(first?.text() == "You said: from alice", "the first is answered");
    ensure!(second?.text() == "You said: from bob", "and the second, at the same time");
    for (endpoint, token, other) in [(&one, TOKEN, "from bob"), (&two, "gho_realtokenofbob", "from alice")] {
        for request in endpoint.seen() {
            ensure!(request.authorization == format!("Bearer {token}"), "each endpoint sees its own account's token");
            ensure!(!request.body.contains(other), "and its own account's words");
        }
        ensure!(endpoint.chats().len() == 1, "each endpoint was asked once");
    }
    desk.close().await
}

pub async fn a_session_of_another_account_is_not_opened(folder: PathBuf) -> Result<()> {
    let endpoint = Endpoint::start().await?;
    let desk = Desk::new(&folder)?;
    desk.admit(&endpoint.url)?;
    desk.ask("c1", "a secret of alice's").await?;

    let stranger = AccountId::new("github.com", 8);
    desk.admit_as(stranger.clone(), "gho_stranger", &endpoint.url)?;
    let mut foreign = question("c1", "what did alice say?");
    foreign.account = stranger;
    let refused = desk.copilot.ask(foreign).await.err().context("another user's session was opened")?;
    ensure!(refused.code == Code::NotFound, "a session is its user's alone: {refused:?}");

    // The same user id on another host is somebody else, and the name alone does not show it.
    let namesake = AccountId::new("octo.ghe.com", 7);
    desk.admit_as(namesake.clone(), "gho_namesake", &endpoint.url)?;
    let mut foreign = question("c1", "what did alice say?");
    foreign.account = namesake;
    let refused = desk.copilot.ask(foreign).await.err().context("a namesake's session was opened")?;
    ensure!(refused.code == Code::NotFound, "the store knows whose it is: {refused:?}");
    ensure!(endpoint.chats().len() == 1, "and nothing was sent");
    desk.close().await
}

pub async fn handed_over_either_way_the_token_is_in_no_file_and_no_environment(folder: PathBuf) -> Result<()> {
    let endpoint = Endpoint::start().await?;
    let desk = Desk::new(&folder)?;
    desk.admit(&endpoint.url)?;
    let told = desk.ask("c1", "hello").await?;
    ensure!(told.text() == "You said: hello", "the guide's way works too: {told:?}");
    for request in endpoint.seen().iter().filter(|seen| !seen.path.starts_with("/api")) {
        ensure!(request.authorization == format!("Bearer {TOKEN}"), "the model's traffic carries the vault's token");
    }
    let looked_up = endpoint.seen().iter().any(|seen| seen.path.ends_with("/copilot_internal/user"));
    ensure!(looked_up == crate::by_sdk(), "only a runtime that has the token itself can look the account up");
    if crate::by_sdk() {
        let stranger = desk.admit_as(AccountId::new("octo.ghe.com", 8), "gho_other", &endpoint.url);
        ensure!(stranger.is_err(), "the process knows one host only, so an account of another must not be let in");
    }
    let events = desk.store.session_files().read(&session("c1"), "/state/events.jsonl")?;
    ensure!(events.contains("hello") && !events.contains(TOKEN), "what the model remembers by has no token in it");
    desk.close().await?;
    for (name, bytes) in files(&folder)? {
        ensure!(!holds(&bytes, TOKEN), "the token lies in {name}");
    }
    let environment = std::env::vars_os().any(|(_, value)| holds(value.as_encoded_bytes(), TOKEN));
    ensure!(!environment, "the token is in the environment");
    Ok(())
}
