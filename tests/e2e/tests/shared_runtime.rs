//! A company's own Copilot server, from the token in the keychain to the words in the settings.

use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use tokio::io::AsyncWriteExt as _;
use wingman_e2e::{SERVICE, World, ask};
use wingman_headless::built;
use wingman_shared_runtime::{CONNECTION_TOKEN, Server};

#[tokio::test]
async fn a_person_chats_over_their_company_s_server() -> Result<()> {
    let world = World::new("shared-runtime").await?;
    let server = Server::start(world.sandbox.url()).await?;
    let (url, port) = (world.sandbox.url(), server.port());
    world.configure(&format!(
        "[github]\nclient_id = \"wingman-sandbox\"\nweb_url = \"{url}\"\napi_url = \"{url}\"\n\n\
         [copilot]\napi_url = \"{url}\"\nruntime = \"tcp://127.0.0.1:{port}\"\n"
    ))?;
    let app = world.signed_in().await?;
    app.textbox("Message").fill("Is anybody there?").await?;
    app.press("Enter").await?;
    let told = app.log("Conversation").wait_text("is missing").await?;
    ensure!(told.contains("--store-runtime-token"), "the person is told what to do: {told}");
    app.screenshot("missing").await?;

    // As an administrator's script would, while Wingman runs.
    let mut storing = world.desktop.command(built("wingman")?);
    storing.arg("--store-runtime-token").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut storing = storing.spawn()?;
    storing.stdin.take().context("its input is piped")?.write_all(CONNECTION_TOKEN.as_bytes()).await?;
    let said = storing.wait_with_output().await?;
    ensure!(said.status.success(), "it is stored");
    ensure!(!String::from_utf8_lossy(&said.stdout).contains(CONNECTION_TOKEN), "and not repeated");
    let stored = world.desktop.secret(SERVICE, &format!("runtime/127.0.0.1:{port}")).await?;
    ensure!(stored.as_deref() == Some(CONNECTION_TOKEN), "under the server's address");

    app.log("Conversation").button("Retry").click().await?;
    app.log("Conversation").wait_text("You said: Is anybody there?").await?;
    app.button("Stop").wait_gone().await?;
    ask(&app, "And once more?").await?;
    let token = world.token()?;
    let asked = world.asked();
    ensure!(asked.len() == 2, "nothing was sent before, and nothing twice: {}", asked.len());
    for request in &asked {
        ensure!(request.authorization() == Some(&*format!("Bearer {token}")), "with the person's own token");
        let agent = request.headers.get("user-agent").map_or("", String::as_str);
        ensure!(!agent.starts_with("Wingman/"), "it was the server that asked: {agent}");
    }

    app.press("Control+,").await?;
    app.role("tab").named("About").click().await?;
    let told = app.dialog("Settings").wait_text("can read your questions").await?;
    ensure!(told.contains(&format!("127.0.0.1:{port}")), "which server it is: {told}");
    app.screenshot("settings").await?;
    app.close().await?;
    for secret in [token.as_str(), CONNECTION_TOKEN] {
        let found = world.desktop.search_files(secret).await?;
        ensure!(found.is_empty(), "a secret lies in {found:?}");
    }
    Ok(())
}
