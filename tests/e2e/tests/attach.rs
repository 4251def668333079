//! What goes with a question: pasted, chosen and dropped as a person does it, with a real clipboard, dialog and mouse.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tokio::process::Child;
use wingman_e2e::{App, Handover, World, both_ways};
use wingman_headless::{Window, built};

both_ways!(a_pasted_screenshot_stays_until_it_is_sent_and_reaches_the_model);

/// A picture that ImageMagick draws: so wide, so high, with a word in it.
async fn picture(world: &World, name: &str, size: &str) -> Result<PathBuf> {
    let file = world.desktop.home().join(name);
    let label = ["-size", size, "gradient:#0b2545-#3aa0ff", "-gravity", "center", "-fill", "white", "-pointsize", "48"];
    let status = world
        .desktop
        .command("convert")
        .args(label)
        .args(["-annotate", "0", "burst 40/s"])
        .arg(&file)
        .status()
        .await
        .context("ImageMagick draws")?;
    ensure!(status.success(), "it drew {name}");
    Ok(file)
}

/// The other program, until it is dropped.
async fn beside(world: &World, arguments: &[&str], title: &str) -> Result<(Child, Window)> {
    let mut command = world.desktop.command(built("wingman-other-program")?);
    let program = command.args(arguments).stdin(Stdio::null()).kill_on_drop(true).spawn()?;
    let window = world.desktop.wait_for_window(title).await?;
    Ok((program, window))
}

/// The pictures in the last question, by the beginning of their address.
fn pictures(world: &World) -> Result<Vec<String>> {
    let asked = world.asked().pop().context("nothing was asked")?.json();
    let messages = asked["messages"].as_array().cloned().unwrap_or_default();
    let parts = messages.iter().filter_map(|message| message["content"].as_array()).flatten();
    let urls = parts.filter_map(|part: &Value| part["image_url"]["url"].as_str());
    Ok(urls.map(|url| url.chars().take(22).collect()).collect())
}

async fn raise(world: &World, app: &App) -> Result<Window> {
    let window = app.program().window().await?;
    app.raise().await?;
    world
        .until("the window has the keyboard", async || {
            Ok(world.desktop.active_window().await?.is_some_and(|active| active.id == window.id))
        })
        .await?;
    Ok(window)
}

async fn a_pasted_screenshot_stays_until_it_is_sent_and_reaches_the_model(handover: Handover) -> Result<()> {
    let world = World::by(handover, "paste").await?;
    let app = world.signed_in().await?;
    let file = picture(&world, "screen.png", "1400x900").await?;
    let (_program, _) = beside(&world, &["copy", &file.display().to_string()], "Copied").await?;
    raise(&world, &app).await?;
    app.textbox("Message").fill("What does this say?").await?;
    world.desktop.press_keys(&["ctrl+v"]).await?;
    app.button("Remove Pasted picture.png").wait().await?;
    assert_eq!(app.textbox("Message").value().await?, "What does this say?", "the words are as they were");
    app.screenshot("1-pasted").await?;
    app.close().await?;

    let app = world.start().await?;
    app.button("Remove Pasted picture.png").wait().await?;
    assert_eq!(app.textbox("Message").value().await?, "What does this say?", "a restart loses neither");
    app.textbox("Message").click().await?;
    app.press("Enter").await?;
    app.log("Conversation").article("Copilot").wait_count(1).await?;
    app.button("Stop").wait_gone().await?;
    assert_eq!(pictures(&world)?, ["data:image/png;base64,"], "the model has it, as a picture");
    app.button("Remove Pasted picture.png").wait_gone().await?;
    let shown = app.log("Conversation").button("Show Pasted picture.png");
    shown.wait().await?;
    app.wait_until("document.querySelector('.attached-thumb')?.complete === true").await?;
    app.screenshot("2-sent").await?;
    shown.click().await?;
    app.wait_until("document.querySelector('.viewer-picture')?.naturalWidth === 1400").await?;
    app.screenshot("3-large").await?;
    app.press("Escape").await?;
    app.close().await
}

#[tokio::test]
async fn files_are_chosen_in_the_desktop_s_own_dialog() -> Result<()> {
    let world = World::new("dialog").await?;
    let app = world.signed_in().await?;
    let file = world.desktop.home().join("upload-log.csv");
    std::fs::write(&file, "minute,uploads\n1,40\n2,3\n")?;
    raise(&world, &app).await?;
    app.button("Attach").click().await?;
    let dialog = world.desktop.wait_for_window("Attach files").await?;
    // The dialog is the toolkit's: a path typed into it opens its own box for that.
    world.desktop.click_in(&dialog, 200, 200).await?;
    world.desktop.type_text("/").await?;
    tokio::time::sleep(Duration::from_millis(800)).await;
    world.desktop.type_text(file.display().to_string().trim_start_matches('/')).await?;
    world.desktop.press_keys(&["Return"]).await?;
    app.button("Remove upload-log.csv").wait().await?;
    app.textbox("Message").fill("How many uploads?").await?;
    app.press("Enter").await?;
    app.log("Conversation").article("Copilot").wait_count(1).await?;
    app.button("Stop").wait_gone().await?;
    let asked = world.asked().pop().context("asked")?.body;
    assert!(asked.contains("minute,uploads") && asked.contains("upload-log.csv"), "its text, under its name: {asked}");
    app.log("Conversation").button("Show upload-log.csv").click().await?;
    app.wait_text("minute,uploads").await?;
    app.screenshot("text").await?;
    app.close().await
}

#[tokio::test]
async fn a_drop_is_taken_anywhere_on_the_window() -> Result<()> {
    dropped("drop", "1").await
}

#[tokio::test]
async fn a_drop_is_taken_on_a_screen_of_high_density() -> Result<()> {
    dropped("drop-dense", "2").await
}

async fn dropped(story: &str, scale: &str) -> Result<()> {
    let world = World::new(story).await?;
    let app = world.wingman()?.env("GDK_SCALE", scale).start().await?;
    world.sign_in(&app).await?;
    let ratio: f64 = app.evaluate("devicePixelRatio").await?;
    assert_eq!(ratio.to_string(), scale, "the screen is as dense as the story says");
    let window = raise(&world, &app).await?;
    world.desktop.place(&window, 0, 0).await?;
    let photo = picture(&world, "trace.png", "640x400").await?;
    let notes = world.desktop.home().join("笔记.txt");
    std::fs::write(&notes, "The burst is 40.\n")?;
    let paths = [&photo, &notes].map(|path: &PathBuf| Path::new(path).display().to_string());
    let (_program, files) = beside(&world, &["drag", &paths[0], &paths[1]], "Files").await?;
    world.desktop.place(&files, 20, 20).await?;
    // Far from the composer, and in the lower half: where a wrong scale would miss the window.
    let over = async || {
        let seen: bool = app.evaluate("document.querySelector('.drop') !== null").await?;
        if seen {
            app.screenshot("over").await?;
        }
        Ok(seen)
    };
    world.desktop.drag(&files, &window, 500, 520, over).await?;
    app.button("Remove trace.png").wait().await?;
    app.button("Remove 笔记.txt").wait().await?;
    app.wait_until("document.querySelector('.drop') === null").await?;
    app.screenshot("dropped").await?;
    app.textbox("Message").fill("Compare them").await?;
    app.press("Enter").await?;
    app.log("Conversation").article("Copilot").wait_count(1).await?;
    app.button("Stop").wait_gone().await?;
    assert_eq!(pictures(&world)?.len(), 1, "the picture");
    assert!(world.asked().pop().context("asked")?.body.contains("The burst is 40."), "and the text");
    app.close().await
}
