//! What an answer's Markdown becomes in the real window: formulas, drawings, places, and what a person copies of it.

use anyhow::{Context as _, Result};
use wingman_e2e::{App, World, ask};
use wingman_headless::{Options, Theme};
use wingman_sandbox::Answer;

/// A little of everything that an answer may hold.
const EVERYTHING: &str = include_str!("everything.md");

#[tokio::test]
async fn everything_in_light() -> Result<()> {
    pictures(Options::new("prose-light").theme(Theme::Light), "Message", "Draw the diagram").await
}

#[tokio::test]
async fn everything_in_dark_and_chinese() -> Result<()> {
    pictures(Options::new("prose-zh-dark").theme(Theme::Dark).language("zh_CN"), "消息", "绘制此图").await
}

/// Pictures of a long answer from its beginning to its end, wide and narrow; nothing may stick out of the window.
async fn pictures(options: Options, message: &str, draw: &str) -> Result<()> {
    let world = World::with(options).await?;
    world.sandbox.answer(Answer { chunk_delay_ms: Some(0), chunks: Some(200), ..Answer::text(EVERYTHING) });
    let app = world.start().await?;
    let sign_in = if message == "Message" { "Sign in with GitHub" } else { "使用 GitHub 登录" };
    app.button(sign_in).click().await?;
    world.until("the page is opened", async || Ok(!world.desktop.opened_links().is_empty())).await?;
    world.authorize().await?;
    app.textbox(message).fill("Everything, please").await?;
    app.press("Enter").await?;
    app.wait_text("The very end").await?;
    app.wait_until("document.querySelector('article[aria-busy=false] .under') !== null").await?;
    app.button(draw).click().await?;
    app.wait_until("document.querySelector('[data-drawn]') !== null").await?;
    for (width, height) in [(1120, 780), (520, 780)] {
        app.resize(width, height).await?;
        let pages: f64 = app
            .evaluate(
                "(log => Math.ceil(log.scrollHeight / (log.clientHeight - 40)))(document.querySelector('[role=log]'))",
            )
            .await?;
        for page in 0.. {
            if f64::from(page) >= pages {
                break;
            }
            app.evaluate::<Option<()>>(&format!(
                "(log => {{ log.scrollTop = {page} * (log.clientHeight - 40); return null; }})(document.querySelector('[role=log]'))"
            ))
            .await?;
            app.screenshot(&format!("{width}-{page}")).await?;
        }
        let out: Vec<String> = app.evaluate(STICKS_OUT).await?;
        assert!(out.is_empty(), "at {width} pixels these are wider than their place: {out:?}");
    }
    app.close().await
}

/// What is wider than the column and does not scroll in itself.
const STICKS_OUT: &str = "[...document.querySelectorAll('.prose, .prose > *, .prose li, .prose p')]
    .filter((element) => element.getBoundingClientRect().right > document.querySelector('[role=log]').getBoundingClientRect().right)
    .map((element) => element.outerHTML.slice(0, 80))";

#[tokio::test]
async fn formulas_are_set_and_money_is_left_alone() -> Result<()> {
    let world = World::new("formulas").await?;
    let app = world.signed_in().await?;
    world.sandbox.answer(Answer::text("Here $x^2$ is for $5 and $10:\n\n$$\n\\frac{a}{b}\n- c\n$$\n"));
    ask(&app, "A formula").await?;
    let answer = app.log("Conversation").article("Copilot").text().await?;
    assert!(answer.contains("for $5 and $10"), "money is money: {answer}");
    let drawn: (f64, f64, f64) = app
        .evaluate("[document.querySelectorAll('math').length, ...[...document.querySelectorAll('mfrac > *')].map((part) => part.getBoundingClientRect().top).slice(0, 2)]")
        .await?;
    assert!(drawn.0 > 1.0 && drawn.2 > drawn.1 + 3.0, "the fraction's parts stand one above the other: {drawn:?}");
    app.close().await
}

#[tokio::test]
async fn what_is_copied_keeps_its_indentation_and_its_latex() -> Result<()> {
    let world = World::new("copying").await?;
    let app = world.signed_in().await?;
    world.sandbox.answer(Answer::text("So $\\alpha^2$ is:\n\n```python\nif a:\n    b(\"\\\\n\")\n\n\tc()\n```\n"));
    ask(&app, "Code, please").await?;
    copy_selection(&app, ".code pre").await?;
    assert_eq!(paste(&app).await?.trim_end(), "if a:\n    b(\"\\\\n\")\n\n\tc()", "code to the letter");
    copy_selection(&app, ".prose p").await?;
    assert_eq!(paste(&app).await?, "So $\\alpha^2$ is:", "a formula as what it was written as");
    app.close().await
}

async fn copy_selection(app: &App, selector: &str) -> Result<()> {
    app.evaluate::<Option<()>>(&format!(
        "(document.querySelector('[role=log]').focus(), getSelection().selectAllChildren(document.querySelector('{selector}')), null)"
    ))
    .await?;
    app.press("Control+c").await
}

/// What a text box gets from the clipboard.
async fn paste(app: &App) -> Result<String> {
    let message = app.textbox("Message");
    message.fill("").await?;
    message.click().await?;
    app.press("Control+v").await?;
    app.wait_until("document.querySelector('textarea').value !== ''").await?;
    let pasted = message.value().await?;
    message.fill("").await?;
    Ok(pasted)
}

#[tokio::test]
async fn a_link_to_a_heading_goes_there_and_nowhere_else() -> Result<()> {
    let world = World::new("places").await?;
    let app = world.signed_in().await?;
    let filler = "Some words.\n\n".repeat(60);
    world.sandbox.answer(Answer::text(&format!(
        "[to the end](#the-end) and a note[^why]\n\n{filler}\n## The end\n\n[^why]: Because.\n"
    )));
    ask(&app, "Long, please").await?;
    let before = app.url().await?;
    app.log("Conversation").role("link").named("to the end").click().await?;
    app.wait_until("document.activeElement.matches('[data-anchor=the-end]') && document.activeElement.getBoundingClientRect().top < innerHeight").await?;
    app.log("Conversation").role("link").named("Footnote why").click().await?;
    app.wait_until("document.activeElement.matches('[data-anchor=fn-why]')").await?;
    assert_eq!(app.url().await?, before, "the window stays where it is");
    app.close().await
}

/// A diagram that would load, run and leave if it could.
const HOSTILE: &str = "```mermaid
%%{init: {\"securityLevel\": \"loose\", \"htmlLabels\": true}}%%
graph TD
  A[\"<img src='SANDBOX/pixel-of-a-label' onerror='document.title=1'> Start\"] --> B{Choice}
  B --> C[\"![picture](SANDBOX/pixel-of-markdown)\"]
  click A href \"SANDBOX/clicked\"
  click B call alert(1)
```
";

#[tokio::test]
async fn a_diagram_is_drawn_on_request_where_it_can_reach_nothing() -> Result<()> {
    let world = World::new("drawing").await?;
    let app = world.signed_in().await?;
    world.sandbox.answer(Answer::text(&HOSTILE.replace("SANDBOX", world.sandbox.url().trim_end_matches('/'))));
    ask(&app, "A diagram, please").await?;
    assert!(!app.evaluate::<bool>("document.querySelector('iframe') !== null").await?, "nothing is drawn by itself");
    let before = world.sandbox.requests().len();
    app.button("Draw the diagram").click().await?;
    app.button("Save drawing").wait().await?;
    app.screenshot("drawn").await?;

    // From here on in the frame, as whatever ran in it could do.
    let client = app.client();
    client.enter_frame(0).await.context("the frame is there")?;
    let inside = client.execute(INSIDE, vec![]).await?;
    assert_eq!(inside["drawn"], true, "the picture is there: {inside}");
    assert_eq!(inside["origin"], "null", "it is nobody's: {inside}");
    assert_eq!(inside["tauri"], serde_json::json!(["undefined", "undefined", "undefined"]), "without Tauri: {inside}");
    assert_eq!(inside["above"], "SecurityError", "it cannot look at the page around it: {inside}");
    let url = world.sandbox.url();
    let tried = client.execute_async(ATTEMPTS, vec![serde_json::json!(url.trim_end_matches('/'))]).await?;
    let outcomes = tried.as_object().context("each attempt has an outcome")?;
    assert!(outcomes.len() >= 8, "all were tried: {tried}");
    for (attempt, outcome) in outcomes {
        assert_eq!(outcome, "refused", "{attempt} must not work: {tried}");
    }
    client.enter_parent_frame().await?;

    // The forged commands were to sign everybody out and to delete all that there is.
    app.wait_drawn().await?;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    app.textbox("Message").wait().await?;
    assert_eq!(world.sandbox.live_tokens().len(), 1, "no command of the frame's was heard");
    let requested: Vec<String> =
        world.sandbox.requests().into_iter().skip(before).map(|request| request.path).collect();
    let by_the_frame = |path: &&String| ["pixel", "clicked", "attempt"].iter().any(|part| path.contains(part));
    assert_eq!(requested.iter().find(by_the_frame), None, "nothing of it reached the network: {requested:?}");

    app.button("Show code").click().await?;
    app.wait_until("document.querySelector('iframe') === null").await?;
    app.close().await
}

const INSIDE: &str = "return {
    drawn: document.querySelector('svg') !== null && document.querySelector('svg').textContent.includes('Choice'),
    origin: self.origin,
    tauri: [typeof window.__TAURI_INTERNALS__, typeof window.__TAURI__, typeof window.ipc],
    above: (() => { try { return typeof parent.document; } catch (error) { return error.name; } })(),
};";

const ATTEMPTS: &str = "const [sandbox, done] = arguments;
    const refused = (attempt) => Promise.race([
        Promise.resolve().then(attempt).then(() => 'done', () => 'refused'),
        new Promise((resolve) => setTimeout(resolve, 3000, 'refused')),
    ]);
    const loads = (element, address) => new Promise((resolve, reject) => {
        element.onload = resolve;
        element.onerror = reject;
        element.src = address;
        document.body.append(element);
    });
    const message = (cmd) => JSON.stringify({ cmd, callback: 1, error: 2, payload: {}, options: {}, __TAURI_INVOKE_KEY__: 'guess' });
    // The page's own handler may be within reach; what it is told without the key is not heard (below, by its effect).
    for (const cmd of ['sign_out_all', 'plugin:window|close', 'plugin:app|exit']) {
        try { window.webkit.messageHandlers.ipc.postMessage(message(cmd)); } catch {}
    }
    const post = { method: 'POST', headers: { 'Tauri-Invoke-Key': 'guess', 'Tauri-Callback': '1', 'Tauri-Error': '2' }, body: '{}' };
    const attempts = {
        ipc: () => fetch('ipc://localhost/sign_out_all', post),
        page: () => fetch('tauri://localhost/index.html'),
        itself: () => fetch('wingman-drawing://localhost/drawing.js'),
        network: () => fetch(sandbox + '/attempt-fetch', { mode: 'no-cors' }),
        beacon: () => { if (!navigator.sendBeacon(sandbox + '/attempt-beacon', 'x')) throw 1; return new Promise((_, no) => setTimeout(no, 300)); },
        image: () => loads(new Image(), sandbox + '/attempt-image.png'),
        script: () => loads(document.createElement('script'), sandbox + '/attempt-script.js'),
        frame: () => new Promise((resolve, reject) => {
            const frame = document.createElement('iframe');
            document.addEventListener('securitypolicyviolation', reject, { once: true });
            frame.src = sandbox + '/attempt-frame';
            frame.onload = () => setTimeout(reject, 300);
            document.body.append(frame);
        }),
        socket: () => new Promise((resolve, reject) => {
            const socket = new WebSocket(sandbox.replace('http', 'ws') + '/attempt-socket');
            socket.onopen = resolve;
            socket.onerror = reject;
        }),
        code: () => (0, eval)('1'),
        storage: () => localStorage.setItem('a', 'b'),
        window: () => { if (!window.open(sandbox + '/attempt-window')) throw 1; },
        top: () => { top.location.href = sandbox + '/attempt-top'; },
    };
    Promise.all(Object.entries(attempts).map(async ([name, attempt]) => [name, await refused(attempt)]))
        .then((outcomes) => done(Object.fromEntries(outcomes)));";

#[tokio::test]
async fn what_the_frame_shows_never_takes_the_window_s_place() -> Result<()> {
    let world = World::new("frame-alone").await?;
    let app = world.signed_in().await?;
    app.evaluate::<Option<()>>("(setTimeout(() => { location.href = 'wingman-drawing://localhost/'; }), null)").await?;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    app.textbox("Message").wait().await?;
    assert_eq!(app.url().await?.scheme(), "tauri", "the window is led back to its own page");
    app.close().await
}

#[tokio::test]
async fn what_cannot_be_drawn_says_why() -> Result<()> {
    let world = World::new("not-drawn").await?;
    let app = world.signed_in().await?;
    world.sandbox.answer(Answer::text("```mermaid\ngraph TD\n  A --> --> B\n```\n"));
    ask(&app, "A broken diagram, please").await?;
    app.button("Draw the diagram").click().await?;
    app.alert().wait_text("This diagram cannot be drawn").await?;
    app.screenshot("not-drawn").await?;
    app.close().await
}
