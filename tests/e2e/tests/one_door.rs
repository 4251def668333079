//! Whom the program speaks to, from the first sign-in to the sign-out: nobody but GitHub. It opens no port, and what it
//! starts ends.
//!
//! Nothing drives the window from outside: a driver would listen on a port, and be spoken to. A person's keys do it all, and
//! a screen reader tells where they are.

#![allow(clippy::print_stdout, reason = "a story says whom it saw contacted")]

use std::time::Duration;

use anyhow::{Result, bail};
use wingman_e2e::{SERVICE, World};
use wingman_headless::{Heard, Options, Role, ScreenReader, SystemCalls};

/// What may run for as long as the window is open.
const LASTING: [&str; 4] = ["wingman", "WebKitWebProcess", "WebKitNetworkProcess", "WebKitGPUProcess"];

/// The person's browser, which a link opens: it is not ours.
fn is_the_browser(program: &str) -> bool {
    program.ends_with("/bin/browser") || program.contains("chromium")
}

/// Goes with the Tab key to what is called so.
async fn tab_to(world: &World, reader: &ScreenReader, name: &str) -> Result<()> {
    for _ in 0..60 {
        let last = reader.heard().into_iter().rev().find_map(|heard| match heard {
            Heard::Focus(element) => Some(element.name),
            Heard::Said(..) => None,
        });
        if last.as_deref() == Some(name) {
            return Ok(());
        }
        world.desktop.press_keys(&["Tab"]).await?;
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    bail!("the Tab key does not lead to {name:?}: {:?}", reader.heard())
}

#[tokio::test]
async fn nothing_but_github_is_contacted_no_port_is_open_and_nothing_is_left_running() -> Result<()> {
    let world = World::with(Options::new("one-door").screen_reader()).await?;
    let reader = world.desktop.screen_reader().await?;
    // Open before, as most browsers are.
    world.desktop.open_link(world.sandbox.url()).await?;
    world.desktop.browser().await?;
    let before: Vec<u32> = world.desktop.running().into_iter().map(|(process, _)| process).collect();

    let notes = world.desktop.folder().join("calls");
    let program = world.wingman()?.noted(&notes).spawn()?;
    reader.wait_for(Role::Button, "Sign in with GitHub").await?;
    let links = world.desktop.opened_links().len();
    tab_to(&world, &reader, "Sign in with GitHub").await?;
    world.desktop.press_keys(&["Return"]).await?;
    world.until("the page is opened", async || Ok(world.desktop.opened_links().len() > links)).await?;
    world.authorize().await?;

    reader.wait_for(Role::Entry, "Message").await?;
    tab_to(&world, &reader, "Message").await?;
    world.desktop.type_text("Which bird fishes?").await?;
    world.desktop.press_keys(&["Return"]).await?;
    reader.wait_for(Role::Button, "Branch").await?;
    assert_eq!(world.asked().len(), 1, "it was asked, and answered");

    world.desktop.press_keys(&["ctrl+comma"]).await?;
    reader.wait_for(Role::Button, "Sign out").await?;
    let lasting = |all: Vec<(u32, std::path::PathBuf)>| -> Vec<String> {
        let ours = all.into_iter().filter(|(process, _)| !before.contains(process));
        let names = ours.filter_map(|(_, program)| Some(program.file_name()?.to_str()?.to_owned()));
        names.filter(|name| name != "strace" && !name.contains("chrom")).collect()
    };
    world
        .until("only the window's own processes run", async || {
            Ok(lasting(world.desktop.running()).iter().all(|name| LASTING.contains(&name.as_str())))
        })
        .await?;

    tab_to(&world, &reader, "Sign out").await?;
    reader.forget();
    world.desktop.press_keys(&["Return"]).await?;
    reader.wait_for(Role::Dialog, "Sign out").await.ok();
    tab_to(&world, &reader, "Sign out").await?;
    world.desktop.press_keys(&["Return"]).await?;
    world.until("GitHub no longer accepts the token", async || Ok(world.sandbox.live_tokens().is_empty())).await?;
    assert_eq!(world.desktop.secret(SERVICE, wingman_e2e::ADA).await?, None, "and the keychain no longer has it");
    program.close().await?;
    world.until("nothing that it started is left", async || Ok(lasting(world.desktop.running()).is_empty())).await?;

    let seen = SystemCalls::read(&notes, is_the_browser)?;
    let github = world.sandbox.url().trim_start_matches("http://");
    println!("contacted: {:?}; names looked up: {}", seen.contacts, seen.lookups.len());
    println!("started: {:?}", seen.programs);
    assert!(seen.contacts.contains(github), "the notes hold what is known to have happened: {:?}", seen.contacts);
    // What the runtime tries past the door leads to names under `.invalid`, which nobody has.
    for lookup in &seen.lookups {
        assert!(lookup.contains("invalid"), "a name that is somebody's is looked up: {lookup}");
    }
    let others = seen.contacts.iter().filter(|contact| *contact != github && !contact.ends_with(":53"));
    assert_eq!(others.collect::<Vec<_>>(), Vec::<&String>::new(), "somebody else is spoken to");
    assert_eq!(seen.listening, Vec::<String>::new(), "a port is open");
    Ok(())
}
