//! Scripts run in the pages through WebDriver. Beside the accessible names they know nothing of Wingman's page.

use std::time::Duration;

use anyhow::Result;
use fantoccini::wd::TimeoutConfiguration;
use serde_json::json;
use wingman_headless::App;

/// Notes when *Send* is clicked, and the first animation frame after `arguments[0]` stood in an answer that was not
/// there before. Read with [`SEEN`].
pub const WATCH: &str = r#"
const answers = () => document.querySelectorAll('[role=log] article[aria-label="Copilot"]');
const [sought] = arguments, before = answers().length;
const times = window.__times = { clicked: null, seen: null };
document.addEventListener('click', (event) => {
    if (event.target.closest('button[aria-label="Send"]')) times.clicked ??= event.timeStamp;
}, { capture: true });
const look = () => {
    if (!answers()[before]?.textContent.includes(sought)) return;
    watcher.disconnect();
    requestAnimationFrame(() => { times.seen = performance.now(); });
};
const watcher = new MutationObserver(look);
watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
"#;

/// What [`WATCH`] noted, in milliseconds; null until both are known.
pub const SEEN: &str = "__times.clicked !== null && __times.seen !== null ? __times.seen - __times.clicked : null";

/// When *Send* was clicked, in milliseconds since 1970.
pub const CLICKED: &str = "performance.timeOrigin + __times.clicked";

/// Clicks *Send*.
pub const SEND: &str = r#"document.querySelector('button[aria-label="Send"]').click();"#;

/// Whether the page is painted (`arguments[0]`); it is laid out in any case.
pub const SHOW: &str = "document.documentElement.style.visibility = arguments[0] ? '' : 'hidden';";

/// The blocks of the last answer, as HTML.
pub const BLOCKS: &str = r#"[...[...document.querySelectorAll('[role=log] article[aria-label="Copilot"]')].at(-1)
    .firstElementChild.children].map((block) => block.outerHTML)"#;

/// Puts the blocks `arguments[0]` on the page, one a frame, and keeps the end in sight.
pub const REPLAY: &str = r"
const [blocks, done] = arguments;
document.body.replaceChildren();
const host = document.body.appendChild(document.createElement('div'));
const next = () => {
    const block = blocks.shift();
    if (block === undefined) return done(true);
    host.insertAdjacentHTML('beforeend', block);
    document.scrollingElement.scrollTop = document.scrollingElement.scrollHeight;
    requestAnimationFrame(next);
};
requestAnimationFrame(next);
";

/// Notes when the conversation named `arguments[0]` is clicked, and the first animation frame after `arguments[1]` stood
/// in its last answer. Read with [`SEEN`].
pub const WATCH_OPENING: &str = r#"
const [title, sought] = arguments;
const times = window.__times = { clicked: null, seen: null };
document.addEventListener('click', (event) => {
    if (event.target.closest('button')?.textContent.includes(title)) times.clicked ??= event.timeStamp;
}, { capture: true });
const look = () => {
    const last = [...document.querySelectorAll('[role=log] article[aria-label="Copilot"]')].at(-1);
    if (!last?.textContent.includes(sought)) return;
    watcher.disconnect();
    requestAnimationFrame(() => { times.seen = performance.now(); });
};
const watcher = new MutationObserver(look);
watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
"#;

/// Scrolls the log to its beginning, a screen every sixth frame, waiting for what is fetched; or leaves it alone for as
/// many frames as its argument says. Answers with the times between two frames, in milliseconds.
const FRAMES: &str = r"
const [alone, done] = arguments;
const log = document.querySelector('[role=log]');
log.dispatchEvent(new WheelEvent('wheel', { deltaY: -1 }));
let before = performance.now(), frame = 0, still = 0;
const frames = [];
const next = (now) => {
    frames.push(now - before);
    before = now;
    if (++frame % 6 === 0 && alone === null) {
        still = log.scrollTop === 0 ? still + 1 : 0;
        log.scrollTop -= log.clientHeight;
    }
    if (still > 30 || frame >= (alone ?? 20000)) done(frames);
    else requestAnimationFrame(next);
};
requestAnimationFrame((now) => { before = now; requestAnimationFrame(next); });
";

/// How long each frame took, in milliseconds, while the open chat is scrolled to its beginning, or left alone for so many
/// frames.
pub async fn frames(app: &App, alone: Option<usize>) -> Result<Vec<f64>> {
    // It takes as long as it takes; half a minute is what a driver gives a script.
    app.client().update_timeouts(TimeoutConfiguration::new(Some(Duration::from_mins(10)), None, None)).await?;
    Ok(serde_json::from_value(app.client().execute_async(FRAMES, vec![json!(alone)]).await?)?)
}

/// Notes for each key in the composer how long it took until the frame after its letter: `__keys`.
pub const WATCH_KEYS: &str = r#"
const keys = window.__keys = [];
const box = document.querySelector('textarea[aria-label="Message"]');
let pressed = null;
if (!window.__watchesKeys) {
    window.__watchesKeys = true;
    box.addEventListener('keydown', (event) => { window.__pressed = event.timeStamp; });
    box.addEventListener('input', () => {
        const at = window.__pressed;
        // After the frame was made, not when it began.
        requestAnimationFrame(() => setTimeout(() => { if (at) window.__keys.push(performance.now() - at); }));
    });
}
"#;

/// Types `arguments[0]` into the search box at once, and notes the first frame with a hit. Read with [`SEEN`].
pub const WATCH_SEARCH: &str = r"
const times = window.__times = { clicked: null, seen: null };
const box = document.querySelector('input[type=search]');
const watcher = new MutationObserver(() => {
    if (!document.querySelector('nav mark')) return;
    watcher.disconnect();
    requestAnimationFrame(() => { times.seen = performance.now(); });
});
watcher.observe(document.body, { childList: true, subtree: true });
box.value = arguments[0];
times.clicked = performance.now();
box.dispatchEvent(new InputEvent('input', { bubbles: true }));
";
