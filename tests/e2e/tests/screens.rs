//! A picture of each screen, light and dark, English and Chinese, for people to look at; and what must hold on each.

use anyhow::Result;
use wingman_e2e::{App, World};
use wingman_headless::{Options, Theme};
use wingman_sandbox::Failure;

/// The names that the tour needs, in the window's language.
struct Words {
    sign_in: &'static str,
    message: &'static str,
}

const ENGLISH: Words = Words { sign_in: "Sign in with GitHub", message: "Message" };
const CHINESE: Words = Words { sign_in: "使用 GitHub 登录", message: "消息" };

#[tokio::test]
async fn screens_in_english_and_light() -> Result<()> {
    tour(Options::new("screens-light").theme(Theme::Light), &ENGLISH).await
}

#[tokio::test]
async fn screens_in_english_and_dark() -> Result<()> {
    tour(Options::new("screens-dark").theme(Theme::Dark), &ENGLISH).await
}

#[tokio::test]
async fn screens_in_chinese_and_light() -> Result<()> {
    tour(Options::new("screens-zh-light").theme(Theme::Light).language("zh_CN"), &CHINESE).await
}

#[tokio::test]
async fn screens_in_chinese_and_dark() -> Result<()> {
    tour(Options::new("screens-zh-dark").theme(Theme::Dark).language("zh_CN"), &CHINESE).await
}

async fn tour(options: Options, words: &Words) -> Result<()> {
    let world = World::with(options).await?;
    let app = world.start().await?;
    app.button(words.sign_in).wait().await?;
    picture(&app, "1-welcome").await?;

    app.button(words.sign_in).click().await?;
    app.button(words.sign_in).wait_gone().await?;
    picture(&app, "2-waiting").await?;
    let browser = world.desktop.browser().await?;
    browser.button("Cancel").click().await?;
    app.alert().wait().await?;
    picture(&app, "3-declined").await?;

    app.button(words.sign_in).click().await?;
    browser.turn_to("/login/oauth/authorize?").await?;
    browser.button("Authorize").wait().await?;
    browser.screenshot("4-browser").await?;
    browser.button("Authorize").click().await?;
    app.textbox(words.message).wait().await?;
    picture(&app, "5-empty").await?;

    say(&app, words, "Show me the Markdown showcase").await?;
    app.wait_text("That is all").await?;
    app.wait_until("document.querySelector('[role=log]').innerText.includes('Claude Sonnet 4.5')").await?;
    at_the_end(&app).await?;
    picture(&app, "6-chat-end").await?;
    let top = "(document.querySelectorAll('*').forEach((element) => { element.scrollTop = 0; }), null)";
    app.evaluate::<Option<()>>(top).await?;
    picture(&app, "7-chat-top").await?;
    let (narrow, wide): (f64, f64) = app.evaluate(CODE_WIDTHS).await?;
    assert!((narrow - wide).abs() < 0.5, "code is set in a monospaced face, an i ({narrow}) as wide as an M ({wide})");

    world.sandbox.fail(Failure::status("/chat/completions", 402));
    say(&app, words, "And one more?").await?;
    app.log(&log_name(&app).await?).role("alert").wait().await?;
    picture(&app, "8-error").await?;
    app.resize(520, 780).await?;
    picture(&app, "9-narrow").await?;
    app.close().await
}

/// How wide eight narrow and eight wide letters are in the face that code is set in.
const CODE_WIDTHS: &str = "['iiiiiiii', 'MMMMMMMM'].map((text) => {
    const probe = document.createElement('code');
    probe.textContent = text;
    document.querySelector('.prose p').append(probe);
    const { width } = probe.getBoundingClientRect();
    probe.remove();
    return width;
})";

async fn say(app: &App, words: &Words, text: &str) -> Result<()> {
    app.textbox(words.message).fill(text).await?;
    app.press("Enter").await
}

/// The log's own name, in whatever language.
async fn log_name(app: &App) -> Result<String> {
    app.evaluate("document.querySelector('[role=log]').getAttribute('aria-label')").await
}

/// The reader has not scrolled, so the end of the answer is in sight.
async fn at_the_end(app: &App) -> Result<()> {
    app.wait_until(
        "(() => { const last = [...document.querySelectorAll('[role=log] article')].pop().getBoundingClientRect();
            return last.bottom <= innerHeight; })()",
    )
    .await
}

/// Takes the picture; nothing may stick out of the window.
async fn picture(app: &App, screen: &str) -> Result<()> {
    let wide: bool =
        app.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth").await?;
    assert!(!wide, "{screen} fits the window's width");
    app.screenshot(screen).await?;
    Ok(())
}
