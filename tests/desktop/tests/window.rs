//! The window under test: driven, looked at, ended and started again.

use std::time::Duration;

use anyhow::Result;
use wingman_headless::{App, Desktop, Needles, Options, Theme, built};

async fn floor(desktop: &Desktop) -> Result<App> {
    desktop.app(built("wingman-floor")?).start().await
}

#[tokio::test]
async fn the_window_appears_and_takes_what_is_typed() -> Result<()> {
    let desktop = Desktop::start(Options::new("window")).await?;
    let app = floor(&desktop).await?;
    let message = app.textbox("Message");

    message.fill("Hello, 世界").await?;
    assert_eq!(message.value().await?, "Hello, 世界", "WebDriver's keys arrive in the text box");
    message.fill("again").await?;
    assert_eq!(message.value().await?, "again", "filling replaces what was written");
    app.press("Shift+Enter").await?;
    assert_eq!(message.value().await?, "again\n", "a chord arrives as one");

    app.raise().await?;
    message.wait_focused().await?;
    desktop.press_keys(&["ctrl+a", "Delete"]).await?;
    desktop.type_text("by hand").await?;
    app.wait_until("document.querySelector('textarea').value === 'by hand'").await?;

    let computed = message.computed().await?;
    assert_eq!(computed, ("textbox".into(), "Message".into()), "the engine names it as the locator does");

    app.resize(480, 480).await?;
    for picture in [app.screenshot("page").await?, desktop.screenshot("screen").await?] {
        assert!(std::fs::metadata(&picture)?.len() > 500, "{} is a picture", picture.display());
    }

    let program = app.program().clone();
    app.close().await?;
    assert!(!program.is_running(), "the close button ends the program");
    Ok(())
}

#[tokio::test]
async fn the_page_sees_the_colours_and_the_language_of_the_desktop() -> Result<()> {
    let desktop = Desktop::start(Options::new("theme").theme(Theme::Dark).language("zh_CN")).await?;
    let app = floor(&desktop).await?;
    assert!(app.prefers_dark().await?, "a dark desktop asks for dark from the first page on");
    assert_eq!(app.language().await?, "zh-CN", "the page is told the desktop's language");

    desktop.set_theme(Theme::Light).await?;
    app.wait_until("matchMedia('(prefers-color-scheme: light)').matches").await?;
    app.kill().await?;

    desktop.set_language("en_GB")?;
    let app = floor(&desktop).await?;
    assert!(!app.prefers_dark().await?, "the next start is in the colours that were set last");
    assert_eq!(app.language().await?, "en-GB", "the next start is in the language that was set last");
    app.quit().await
}

#[tokio::test]
async fn a_wait_in_vain_says_what_the_page_showed() -> Result<()> {
    let desktop = Desktop::start(Options::new("in-vain")).await?;
    let app = floor(&desktop).await?;
    app.execute("document.body.append('Something went wrong')", Vec::new()).await?;
    let error =
        app.button("Send").within(Duration::from_millis(200)).click().await.expect_err("there is no such button");
    let report = format!("{error:#}");
    for part in
        ["button \"Send\"", "Something went wrong", "textbox: \"Message\"", "in-vain-failure.png", "in-vain-logs"]
    {
        assert!(report.contains(part), "the report names {part}: {report}");
    }
    Ok(())
}

#[tokio::test]
async fn a_link_starts_the_program_cold() -> Result<()> {
    let desktop = Desktop::start(Options::new("cold")).await?;
    let path = built("wingman-floor")?;
    let program = desktop.program(&path)?;
    desktop.handle_links("dev.wingman.floor", &format!("exec '{}' \"$1\"", path.display())).await?;

    assert!(!program.is_running(), "nobody has started it yet");
    desktop.open_link("dev.wingman.floor://hello").await?;
    assert_eq!(program.window().await?.title, "Floor", "the link started the program, and its window is there");
    program.kill().await?;

    desktop.app(&path).spawn()?;
    program.close().await?;
    assert!(!program.is_running(), "a plain start ends by its close button too");
    Ok(())
}

#[tokio::test]
async fn what_a_page_holds_is_found_in_the_memory_of_its_process() -> Result<()> {
    let desktop = Desktop::start(Options::new("memory")).await?;
    let app = floor(&desktop).await?;
    let needles = Needles::new(["gho_planted-in-a-page-as-latin-1", "gho_planted-in-a-page-as-utf-16"])?;
    let web = ["WebKitWebProcess", "WebKitNetworkProcess"];
    let (found, read) = desktop.search_memory(&needles, &web)?;
    assert!(found.is_empty() && read == 2, "both processes are read, and nothing is planted yet: {read}, {found:?}");
    // In halves, so that what is found is the string that the page has made and not the script that made it.
    let plant = "window.planted = ['latin-1', 'utf-16中'].map((as) => ['gho_planted', 'in', 'a', 'page', 'as', as].join('-')).length";
    app.evaluate::<u32>(plant).await?;
    let (found, _) = desktop.search_memory(&needles, &web)?;
    let which: Vec<usize> = found.iter().map(|(needle, _)| *needle).collect();
    assert_eq!(which, [0, 1], "a page's strings are found in either of the forms that it keeps them in");
    assert!(found.iter().all(|(_, trace)| trace.program.ends_with("WebKitWebProcess")), "and it is told where");
    Ok(())
}
