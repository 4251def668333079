//! Scripts run in the pages through WebDriver. Beside the accessible names they know nothing of Wingman's page.

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
