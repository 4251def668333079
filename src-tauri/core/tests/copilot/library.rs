//! Conversations that come out of a file, with the real runtime: the model is told what it never heard.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};

use crate::endpoint::Endpoint;
use crate::story::{Run, Table};

pub const CHATGPT: &str = r#"[{"title": "Cats", "conversation_id": "gpt-1", "current_node": "a", "mapping": {
  "q": {"message": {"author": {"role": "user"}, "content": {"content_type": "text", "parts": ["my cat is called Ada"]}}, "children": ["a"]},
  "a": {"message": {"author": {"role": "assistant"}, "content": {"content_type": "text", "parts": ["What a name."]}}, "parent": "q", "children": []}
}}]"#;

pub async fn an_imported_conversation_goes_on_and_the_model_is_told_it_once(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    let file = folder.join("conversations.json");
    std::fs::write(&file, CHATGPT)?;
    let done = run.chat()?.import(&account, file).await?;
    ensure!(done.conversations == 1, "it came in: {done:?}");
    ensure!(endpoint.chats().is_empty(), "nothing is sent before something is asked");
    let page = run.chat()?.conversations(&account, None).await?;
    let chat = page.conversations.first().context("it is in the list")?.id.clone();

    run.send(&account, Some(&chat), "what is she called?").await?;
    run.answered(&chat).await?;
    let prompt = endpoint.chats().last().context("nothing was asked")?.messages().join("\n");
    ensure!(prompt.contains("[Person]\\nmy cat is called Ada"), "the model must read what the person sees: {prompt}");
    ensure!(prompt.contains("[Copilot]\\nWhat a name."), "the answers too: {prompt}");
    ensure!(run.turns(&chat).await?.len() == 4, "in one conversation");

    run.send(&account, Some(&chat), "and how old?").await?;
    run.answered(&chat).await?;
    let prompt = endpoint.chats().last().context("nothing was asked")?.messages().join("\n");
    ensure!(prompt.matches("my cat is called Ada").count() >= 1, "then it remembers: {prompt}");
    ensure!(prompt.matches("continued from elsewhere").count() == 1, "and is not told twice: {prompt}");

    let found = run.chat()?.search(&account, "ada", vec![]).await?.found;
    ensure!(found.len() == 1 && !found[0].turns.is_empty(), "and all of it is found: {found:?}");
    run.finish().await
}
