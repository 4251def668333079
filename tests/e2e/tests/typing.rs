//! Writing Chinese with a real input method, with real keys, in the real window.

use anyhow::Result;
use wingman_e2e::World;

/// Where the box is that one writes in, in pixels of the page.
const BOX: &str = "(({ left, top, right, bottom }) => [left, top, right, bottom].map(Math.round))\
    (document.querySelector('textarea').getBoundingClientRect())";

#[tokio::test]
async fn a_word_is_composed_beside_the_caret_and_its_enter_sends_nothing() -> Result<()> {
    let world = World::new("typing").await?;
    let method = world.desktop.input_method()?;
    method.choose("libpinyin").await?;
    let app = world.wingman()?.env("GTK_IM_MODULE", "ibus").start().await?;
    world.sign_in(&app).await?;
    app.raise().await?;
    app.textbox("Message").click().await?;
    app.textbox("Message").wait_focused().await?;
    method.choose("libpinyin").await?;

    let holds =
        async |text: &str| app.wait_until(&format!("document.querySelector('textarea').value === '{text}'")).await;
    world.desktop.type_text("nihao").await?;
    let candidates = method.candidates().await?;
    let window = world.desktop.area(&app.program().window().await?).await?;
    let [left, top, right, bottom]: [i32; 4] = app.evaluate(BOX).await?;
    world.desktop.screenshot("candidates").await?;
    let (left, top, right, bottom) = (window.x + left, window.y + top, window.x + right, window.y + bottom);
    let text = format!("box {left}–{right} × {top}–{bottom}, candidates {candidates:?}");
    assert!((left - 60..left + 200).contains(&candidates.x) && candidates.x < right, "at the caret: {text}");
    let gap = if candidates.y >= top { candidates.y - bottom } else { top - (candidates.y + candidates.height) };
    assert!((-40..40).contains(&gap), "right above or below the line: {text}");

    // The first key of all counted, and the space took the first candidate.
    world.desktop.press_keys(&["space"]).await?;
    holds("你好").await?;
    method.candidates_gone().await?;
    world.desktop.type_text("ma").await?;
    method.candidates().await?;
    world.desktop.press_keys(&["Return"]).await?;
    holds("你好ma").await?;
    assert!(world.asked().is_empty(), "an Enter that takes what is composed sends nothing");
    app.close().await
}
