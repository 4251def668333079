//! A picture of each screen, light and dark, English and Chinese, for people to look at; and what must hold on each.

use anyhow::Result;
use wingman_e2e::{World, ask};
use wingman_headless::{App, Options, Theme};

#[tokio::test]
async fn screens_in_english_and_light() -> Result<()> {
    tour("light", Options::new("screens-light").theme(Theme::Light), false).await
}

#[tokio::test]
async fn screens_in_english_and_dark() -> Result<()> {
    tour("dark", Options::new("screens-dark").theme(Theme::Dark), false).await
}

#[tokio::test]
async fn screens_in_chinese() -> Result<()> {
    tour("zh", Options::new("screens-zh").language("zh_CN"), true).await
}

async fn tour(name: &str, options: Options, chinese: bool) -> Result<()> {
    let (sign_in, message, cancel) = if chinese {
        ("使用 GitHub 登录", "消息", "取消登录")
    } else {
        ("Sign in with GitHub", "Message", "Cancel sign-in")
    };
    let world = World::with(options).await?;
    let app = world.start().await?;
    app.button(sign_in).wait().await?;
    fits(&app, "welcome").await?;
    app.screenshot("1-welcome").await?;
    app.button(sign_in).click().await?;
    app.button(cancel).wait().await?;
    fits(&app, "waiting").await?;
    app.screenshot("2-waiting").await?;
    let browser = world.desktop.browser().await?;
    browser.button("Authorize").wait().await?;
    browser.screenshot("3-browser").await?;
    browser.button("Authorize").click().await?;
    app.textbox(message).wait().await?;
    fits(&app, "empty chat").await?;
    app.screenshot("4-empty").await?;

    if !chinese {
        ask(&app, "Show me the Markdown showcase").await?;
        app.screenshot("5-chat").await?;
        app.evaluate::<Option<()>>("(document.querySelector('[role=log]').parentElement.scrollTop = 0, document.querySelectorAll('[role=log]').forEach((log) => { log.scrollTop = 0; }), null)").await?;
        app.screenshot("6-chat-top").await?;
        app.resize(520, 780).await?;
        fits(&app, "narrow chat").await?;
        app.screenshot("7-narrow").await?;
    }
    assert!(!name.is_empty(), "each tour has a name of its own");
    app.close().await
}

/// Nothing sticks out of the window.
async fn fits(app: &App, screen: &str) -> Result<()> {
    let wide: bool =
        app.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth").await?;
    assert!(!wide, "the {screen} screen fits the window's width");
    Ok(())
}
