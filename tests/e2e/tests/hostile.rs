//! The web view as hostile ground, in the real window: what an answer tries, what a script could try that ran there all
//! the same, and links that deceive.

use anyhow::Result;
use wingman_e2e::{App, World, ask};
use wingman_sandbox::Answer;

/// Hears what runs: what attacks call, what they break, and what the policy has to stop.
const TRAP: &str = "(() => {
    window.heard = [];
    const hear = (what) => (...given) => { heard.push(what + ' ' + given.map(String).join(' ').slice(0, 120)); };
    for (const name of ['alert', 'confirm', 'prompt', 'trap', 'open', 'print']) window[name] = hear(name);
    addEventListener('error', (event) => { if (event instanceof ErrorEvent) heard.push('error ' + event.message); }, true);
    addEventListener('securitypolicyviolation', (event) => heard.push('stopped ' + event.violatedDirective + ' ' + event.blockedURI));
    return null;
})()";

/// Every ninth of the published attacks is some five hundred: all of them are tried in `ui/tests-browser/hostile.test.ts`.
const EACH: usize = 9;

#[tokio::test]
async fn hostile_answers_stay_text() -> Result<()> {
    let world = World::new("hostile").await?;
    let app = world.signed_in().await?;
    let url = world.sandbox.url().trim_end_matches('/').to_owned();
    let published: Vec<String> =
        serde_json::from_str(include_str!("../../../src-tauri/core/tests/xss/brs-kb-4.0.2.json"))?;
    let attacks: Vec<&str> = published.iter().step_by(EACH).map(String::as_str).collect();
    assert!(attacks.len() > 490, "a good part of what was published: {}", attacks.len());
    let own = format!(
        "<img src=\"{url}/attack-html\" onerror=trap(1)> ![remote]({url}/attack-markdown) ![by reference][r]\n\n\
         [r]: {url}/attack-reference\n\n<script>trap(1)</script>\n\n[click](javascript:trap(1)) [file](file:///etc/passwd)\n\n\
         <svg onload=trap(1)><image href=\"{url}/attack-svg\"/></svg>\n\n<math><mi xlink:href=\"javascript:trap(1)\">x</mi></math>\n\n\
         <style>*{{background:url({url}/attack-style)}}</style> <div style=\"background:url({url}/attack-inline)\">x</div>\n\n\
         <form action=\"{url}/attack-form\"><input autofocus onfocus=trap(1)></form> <iframe src=\"{url}/attack-frame\"></iframe>\n\n\
         <link rel=stylesheet href=\"{url}/attack-link\"> <meta http-equiv=refresh content=\"0;url={url}/attack-meta\">\n\n\
         <a href=\"{url}/attack-anchor\" ping=\"{url}/attack-ping\" onmouseover=trap(1)>link</a> $\\href{{{url}/attack-formula}}{{x}}$\n\n"
    );
    app.evaluate::<Option<()>>(TRAP).await?;
    let text = format!("{own}{}\n\n```\n```\n\nThe end.", attacks.join("\n\n").replace("evil.example", &url));
    world.sandbox.answer(Answer { chunk_delay_ms: Some(0), chunks: Some(60), ..Answer::text(&text) });
    ask(&app, "Attack me").await?;
    app.log("Conversation").article("Copilot").wait_text("The end.").await?;
    // A pointer over everything, and whatever an engine tells of.
    app.evaluate::<Option<()>>(
        "(document.querySelectorAll('[role=log] .prose *').forEach((one) => ['mouseover', 'focus', 'load', 'error', 'toggle', 'animationstart']
            .forEach((type) => one.dispatchEvent(new Event(type, { bubbles: true })))), null)",
    )
    .await?;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let heard: Vec<String> = app.evaluate("heard").await?;
    assert!(heard.is_empty(), "nothing of an answer runs, and the policy has nothing to stop: {heard:?}");
    assert_eq!(attacked(&world), Vec::<String>::new(), "nothing of an answer loads anything");
    assert!(world.desktop.opened_links().iter().all(|link| !link.contains("attack")), "nothing opens by itself");
    let dangerous: Vec<String> = app
        .evaluate(
            "[...document.querySelectorAll('[role=log] .prose :is(script, iframe, object, embed, form, link, style, meta, base, svg, img, [onerror], [onload], [style], [id])')]
                .filter((one) => !one.closest('button')).map((one) => one.outerHTML.slice(0, 100))",
        )
        .await?;
    assert!(dangerous.is_empty(), "and none of it is in the page: {dangerous:?}");
    app.close().await
}

/// What reached the network of it.
fn attacked(world: &World) -> Vec<String> {
    world.sandbox.requests().into_iter().map(|request| request.path).filter(|path| path.contains("attack")).collect()
}

/// What a script could try that ran in the window all the same. Each would lead out of it.
const WAYS_OUT: &[(&str, &str)] = &[
    ("navigation", "location.href = url"),
    ("replacement", "location.replace(url)"),
    ("link", "const a = document.createElement('a'); a.href = url; document.body.append(a); a.click()"),
    (
        "link elsewhere",
        "const a = document.createElement('a'); a.href = url; a.target = '_blank'; document.body.append(a); a.click()",
    ),
    (
        "download",
        "const a = document.createElement('a'); a.href = url; a.download = 'x'; document.body.append(a); a.click()",
    ),
    ("pop-up", "window.open(url, 'other', 'width=300,height=300')"),
    (
        "form",
        "const f = document.createElement('form'); f.action = url; f.method = 'post'; document.body.append(f); f.submit()",
    ),
    (
        "refresh",
        "const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url=' + url; document.head.append(m)",
    ),
    ("data page", "location.href = 'data:text/html,<script src=' + url + '></script>'"),
    ("file", "location.href = 'file:///etc/passwd'"),
    ("custom scheme", "location.href = 'dev.wingman.desktop://oauth/callback?code=attack&state=attack'"),
    ("frame", "const f = document.createElement('iframe'); f.src = url; document.body.append(f)"),
    ("image", "new Image().src = url"),
    ("fetch", "fetch(url, { mode: 'no-cors' }).catch(() => undefined)"),
    ("beacon", "navigator.sendBeacon(url, 'x')"),
    ("socket", "try { new WebSocket(url.replace('http', 'ws')) } catch {}"),
    (
        "style",
        "const s = document.createElement('style'); s.textContent = 'body{background:url(' + url + ')}'; document.head.append(s)",
    ),
    ("font", "new FontFace('x', 'url(' + url + ')').load().catch(() => undefined)"),
    ("script", "const s = document.createElement('script'); s.src = url; document.head.append(s)"),
    (
        "inline script",
        "const s = document.createElement('script'); s.textContent = 'new Image().src = \"' + url + '\"'; document.head.append(s)",
    ),
    ("prefetch", "const l = document.createElement('link'); l.rel = 'prefetch'; l.href = url; document.head.append(l)"),
    ("worker", "try { new Worker(url) } catch {}"),
];

#[tokio::test]
async fn nothing_leads_out_of_the_window_or_takes_its_place() -> Result<()> {
    let world = World::new("ways-out").await?;
    let app = world.signed_in().await?;
    let before = (app.url().await?, app.windows().await?, world.desktop.opened_links().len());
    for (way, script) in WAYS_OUT {
        let url = format!("{}/attack-{}", world.sandbox.url().trim_end_matches('/'), way.replace(' ', "-"));
        app.evaluate::<Option<()>>(&format!(
            "((url) => {{ setTimeout(() => {{ {script} }}); return null; }})('{url}')"
        ))
        .await?;
        tokio::time::sleep(std::time::Duration::from_millis(120)).await;
        assert_eq!(app.url().await?, before.0, "{way} does not take the window's place");
        assert_eq!(app.windows().await?, before.1, "{way} opens no window");
    }
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    app.textbox("Message").wait().await?;
    assert_eq!(attacked(&world), Vec::<String>::new(), "none of them asks for anything");
    assert_eq!(world.desktop.opened_links().len(), before.2, "and nothing opens in the browser");
    ask(&app, "Still here?").await?;
    app.close().await
}

#[tokio::test]
async fn a_link_that_may_deceive_asks_before_it_opens() -> Result<()> {
    let world = World::new("deceiving").await?;
    let app = world.signed_in().await?;
    let url = world.sandbox.url().trim_end_matches('/').to_owned();
    world.sandbox.answer(Answer::text(&format!(
        "[the documents]({url}/documents) and [https://github.com/login]({url}/stolen?q=1) and [our shop](https://аррӏе.com/)\n"
    )));
    ask(&app, "Links, please").await?;
    let opened = async |part: &str| world.desktop.opened_links().iter().any(|link| link.contains(part));

    let documents = app.log("Conversation").role("link").named("the documents");
    hover(&app, "the documents").await?;
    app.wait_until(&format!("document.querySelector('.link-target')?.textContent === '{url}/documents'")).await?;
    app.screenshot("where-it-leads").await?;
    documents.click().await?;
    world.until("an ordinary link opens at once", async || Ok(opened("/documents").await)).await?;

    let deceiving = app.log("Conversation").role("link").named("https://github.com/login");
    deceiving.click().await?;
    app.role("dialog")
        .name_contains("Open 127.0.0.1")
        .wait_text("The link’s words name another address: github.com.")
        .await?;
    app.wait_until("document.activeElement?.textContent === 'Cancel'").await?;
    app.screenshot("asked").await?;
    app.press("Escape").await?;
    app.role("dialog").wait_gone().await?;
    assert!(!opened("/stolen").await, "nobody who gives up has opened it");
    deceiving.click().await?;
    app.button("Open link").click().await?;
    world.until("who has read it opens it", async || Ok(opened("/stolen?q=1").await)).await?;

    app.log("Conversation").role("link").named("our shop").click().await?;
    app.role("dialog").named("Open xn--80ak6aa92e.com?").wait_text("In its own letters: аррӏе.com").await?;
    app.screenshot("other-letters").await?;
    app.button("Cancel").click().await?;
    assert!(!opened("xn--").await, "nor has it been opened");
    app.close().await
}

async fn hover(app: &App, words: &str) -> Result<()> {
    app.evaluate::<Option<()>>(&format!(
        "([...document.querySelectorAll('.prose a')].find((link) => link.textContent === '{words}').dispatchEvent(new PointerEvent('pointerover', {{ bubbles: true }})), null)"
    ))
    .await
    .map(drop)
}
