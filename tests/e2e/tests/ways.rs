//! The other ways to become an account, and several of them at once: with the real browser, keychain and clipboard.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use wingman_e2e::{SERVICE, World, ask};
use wingman_sandbox::{Answer, Client, Kind, Sandbox};

/// Whom the questions with this text were sent for.
fn payers(sandbox: &Sandbox, text: &str) -> Vec<String> {
    let asked = sandbox.requests().into_iter().filter(|it| it.path.starts_with("/chat") || it.path == "/responses");
    let asked = asked.filter(|it| it.body.contains(text));
    asked.filter_map(|it| it.authorization().map(|it| it.trim_start_matches("Bearer ").to_owned())).collect()
}

fn token_of(sandbox: &Sandbox, login: &str) -> Result<String> {
    let live = sandbox.live_tokens().into_iter().rev().find(|token| token.login == login);
    Ok(live.context("no token works")?.access_token)
}

/// Sets Wingman up for a company's host too.
fn two_hosts(world: &World, company: &Sandbox) -> Result<()> {
    let (home, work) = (world.sandbox.url().to_owned(), company.url().to_owned());
    world.configure(&format!(
        "[github]\nclient_id = \"wingman-sandbox\"\nweb_url = \"{home}\"\napi_url = \"{home}\"\n\
         [hosts.\"octo.ghe.com\"]\nclient_id = \"wingman-sandbox\"\nweb_url = \"{work}\"\napi_url = \"{work}/api/v3\"\n"
    ))?;
    world.desktop.trust(&work, wingman_e2e::SCHEME)
}

#[tokio::test]
async fn a_code_is_typed_in_on_github_s_own_page() -> Result<()> {
    let world = World::new("by-code").await?;
    let app = world.start().await?;
    app.button("Sign in with a code").click().await?;
    app.button("Copy code").wait().await?;
    app.screenshot("shown").await?;
    let page: String = app.evaluate("document.querySelector('.user-code').textContent").await?;

    let browser = world.desktop.browser().await?;
    browser.turn_to("/login/device").await?;
    browser.textbox("Code").fill(page.trim()).await?;
    browser.button("Authorize").click().await?;
    app.textbox("Message").wait().await?;
    ask(&app, "signed in with a code").await?;
    let token = token_of(&world.sandbox, "ada-lind")?;
    assert_eq!(payers(&world.sandbox, "signed in with a code"), [token.as_str()], "the account pays");
    let stored = world.desktop.secret(SERVICE, wingman_e2e::ADA).await?.unwrap_or_default();
    assert!(stored.contains(&token), "the token is in the keychain");
    assert_eq!(world.desktop.search_files(&token).await?, Vec::<PathBuf>::new(), "and in no file");
    app.close().await
}

#[tokio::test]
async fn a_copied_token_goes_to_the_keychain_and_never_into_the_window() -> Result<()> {
    let world = World::new("by-token").await?;
    let token = world.sandbox.issue_token("ada-lind", "wingman-sandbox", &["read:user", "read:org"]).context("made")?;
    world.person_copies(&token);
    let app = world.start().await?;
    app.button("Use a token").click().await?;
    app.button("Use the copied token").wait().await?;
    app.screenshot("steps").await?;

    // What people copy first is often the wrong one.
    world.desktop.open_link(&format!("{}/login/device", world.sandbox.url())).await?;
    let browser = world.desktop.browser().await?;
    let copy = async |text: &str| -> Result<()> {
        browser.textbox("Code").wait().await?;
        browser.execute("document.querySelector('#code').removeAttribute('maxlength')", Vec::new()).await?;
        browser.textbox("Code").fill(text).await?;
        browser.press("Control+a").await?;
        browser.press("Control+c").await
    };
    copy("ghp_abcdefghijklmnopqrstuvwxyz0123456789").await?;
    app.button("Use the copied token").click().await?;
    app.alert().wait().await?;
    app.screenshot("classic").await?;
    copy(&token).await?;
    app.button("Use the copied token").click().await?;
    app.textbox("Message").wait().await?;

    let stored = world.desktop.secret(SERVICE, wingman_e2e::ADA).await?.unwrap_or_default();
    assert!(stored.contains(&token), "the token is in the keychain");
    let page: String = app.evaluate("document.documentElement.outerHTML").await?;
    assert!(!page.contains(&token), "it never was in the page");
    assert!(!app.storage().await?.to_string().contains(&token), "nor in the window's storage");
    browser.textbox("Code").fill("").await?;
    browser.press("Control+v").await?;
    assert_eq!(browser.textbox("Code").value().await?, "", "it is on the clipboard no more");
    ask(&app, "signed in with a token").await?;
    assert_eq!(payers(&world.sandbox, "signed in with a token"), [token], "it pays");
    app.close().await
}

#[tokio::test]
async fn two_accounts_on_two_hosts_chat_side_by_side() -> Result<()> {
    let world = World::new("two-hosts").await?;
    let company = world.another_github().await?;
    two_hosts(&world, &company)?;
    let app = world.start().await?;
    world.sign_in(&app).await?;
    ask(&app, "a question from home").await?;

    app.role("button").name_contains("ada-lind").first().click().await?;
    app.role("menuitem").name_contains("Add account").click().await?;
    app.button("Use a company host").click().await?;
    app.textbox("Company host").fill("evilghe.com").await?;
    app.press("Enter").await?;
    app.alert().wait().await?;
    app.screenshot("refused").await?;
    app.textbox("Company host").fill("octo.ghe.com").await?;
    app.press("Enter").await?;
    let browser = world.desktop.browser().await?;
    browser.turn_to(&format!("{}/login/oauth/authorize?", company.url())).await?;
    browser.button("Authorize").click().await?;
    app.role("button").name_contains("octo.ghe.com").first().wait().await?;
    ask(&app, "a question from work").await?;
    app.role("button").name_contains("ada-lind").first().click().await?;
    app.role("menuitem").name_contains("Add account").wait().await?;
    app.screenshot("switcher").await?;
    app.press("Escape").await?;

    let words: Vec<String> = (1..=40).map(|number| format!("word{number} ")).collect();
    let slow = Answer { text: words.concat(), chunks: Some(40), chunk_delay_ms: Some(200), ..Answer::default() };
    let use_account = async |host: &str| -> Result<()> {
        app.role("button").name_contains("ada-lind").first().click().await?;
        app.role("menuitemradio").name_contains(&format!("on {host}")).click().await
    };
    for (host, sandbox, question) in
        [("github.com", &world.sandbox, "both at once, at home"), ("octo.ghe.com", &company, "both at once, at work")]
    {
        sandbox.answer(Answer { containing: Some(question.to_owned()), ..slow.clone() });
        use_account(host).await?;
        app.press("Control+n").await?;
        app.textbox("Message").fill(question).await?;
        app.press("Enter").await?;
        app.wait_text("word2").await?;
    }
    use_account("github.com").await?;
    app.button("both at once, at home").click().await?;
    app.button("Stop").wait().await?; // one is being written still, and the other has begun
    app.wait_text("word40").await?;
    use_account("octo.ghe.com").await?;
    app.button("both at once, at work").click().await?;
    app.wait_text("word40").await?;

    let (at_home, at_work) = (token_of(&world.sandbox, "ada-lind")?, token_of(&company, "ada-lind")?);
    assert_eq!(payers(&world.sandbox, "a question from home"), [at_home.as_str()], "home pays at home");
    assert_eq!(payers(&company, "a question from work"), [at_work.as_str()], "work pays at work");
    let at_once = [payers(&world.sandbox, "both at once, at home"), payers(&company, "both at once, at work")];
    assert_eq!(at_once, [[at_home.as_str()], [at_work.as_str()]], "each at its own, while the other is answered");
    for (sandbox, other) in [(&world.sandbox, &at_work), (&company, &at_home)] {
        let carried =
            sandbox.requests().iter().any(|it| it.authorization().is_some_and(|it| it.contains(other.as_str())));
        assert!(!carried, "no request carries a token to another host");
    }
    app.close().await
}

#[tokio::test]
async fn a_chat_goes_on_with_another_account_once_the_person_has_agreed() -> Result<()> {
    let world = World::new("hand-over").await?;
    let company = world.another_github().await?;
    two_hosts(&world, &company)?;
    let app = world.start().await?;
    world.sign_in(&app).await?;
    ask(&app, "my cat is called Ada").await?;
    assert_eq!(app.role("button").name_contains("pays").count().await?, 0, "one account alone has nothing to choose");
    app.wait_text("ada-lind pays").await?;

    app.role("button").name_contains("ada-lind").first().click().await?;
    app.role("menuitem").name_contains("Add account").click().await?;
    app.button("Use a company host").click().await?;
    app.textbox("Company host").fill("octo.ghe.com").await?;
    app.press("Enter").await?;
    let browser = world.desktop.browser().await?;
    browser.turn_to(&format!("{}/login/oauth/authorize?", company.url())).await?;
    browser.button("Authorize").click().await?;
    app.role("button").name_contains("octo.ghe.com").first().click().await?;
    app.role("menuitemradio").name_contains("on github.com").click().await?;
    app.button("my cat is called Ada").click().await?;
    app.textbox("Message").fill("what is").await?;

    let payer = app.role("button").name_contains("ada-lind (github.com) pays");
    let other = app.role("menuitem").named("Continue with ada-lind (octo.ghe.com)");
    app.button("More for “my cat is called Ada”").click().await?;
    other.wait().await?;
    app.screenshot("row").await?;
    app.press("Escape").await?;
    payer.click().await?;
    other.wait_focused().await?;
    app.screenshot("menu").await?;
    app.press("Enter").await?;
    let question = app.role("dialog").named("Continue with ada-lind on octo.ghe.com?");
    question.wait().await?;
    app.screenshot("asked").await?;
    app.press("Escape").await?;
    question.wait_gone().await?;
    assert!(company.requests().iter().all(|it| !it.body.contains("my cat")), "who hesitates has given nothing away");

    payer.click().await?;
    other.click().await?;
    app.button("Copy and continue").click().await?;
    app.role("button").name_contains("ada-lind (octo.ghe.com) pays").wait().await?;
    app.log("Conversation").wait_text("You said: my cat is called Ada").await?;
    app.log("Conversation").wait_text("paid by ada-lind (github.com)").await?;
    app.textbox("Message").wait_focused().await?;
    assert_eq!(app.textbox("Message").value().await?, "what is", "what was typed and not sent is there too");
    app.screenshot("handed-over").await?;
    company.answer(Answer::text("She is called Ada."));
    ask(&app, "what is she called?").await?;
    app.log("Conversation").wait_text("She is called Ada.").await?;
    app.screenshot("answered").await?;
    app.resize(740, 780).await?;
    app.screenshot("beside-the-list").await?;
    app.resize(520, 780).await?;
    app.role("button").name_contains("ada-lind (octo.ghe.com) pays").click().await?;
    app.role("menuitem").named("Continue with ada-lind (github.com)").wait_focused().await?;
    app.screenshot("narrow").await?;

    let at_work = token_of(&company, "ada-lind")?;
    assert_eq!(payers(&company, "what is she called?"), [at_work.as_str()], "the second account pays");
    assert_eq!(payers(&company, "my cat is called Ada"), [at_work.as_str()], "and its model is told what was said");
    assert!(payers(&world.sandbox, "what is she called?").is_empty(), "the first one hears nothing of it");
    app.close().await
}

#[tokio::test]
async fn a_token_that_ends_in_the_night_is_renewed_unseen() -> Result<()> {
    let world = World::new("github-app").await?;
    world.sandbox.register(Client { kind: Kind::GithubApp, ..Client::new("github-app") });
    let url = world.sandbox.url();
    world.configure(&format!(
        "[github]\nclient_id = \"github-app\"\nweb_url = \"{url}\"\napi_url = \"{url}\"\n\n[copilot]\napi_url = \"{url}\"\n"
    ))?;
    let app = world.start().await?;
    world.sign_in(&app).await?;
    ask(&app, "good evening").await?;
    let first = token_of(&world.sandbox, "ada-lind")?;
    world.sandbox.advance_clock(std::time::Duration::from_hours(9));
    ask(&app, "good morning").await?;
    app.log("Conversation").wait_text("You said: good morning").await?;
    assert_eq!(app.alert().count().await?, 0, "nobody is told of it");
    let second = token_of(&world.sandbox, "ada-lind")?;
    assert_ne!(first, second, "the token is another");
    let stored = world.desktop.secret(SERVICE, wingman_e2e::ADA).await?.unwrap_or_default();
    assert!(stored.contains(&second) && !stored.contains(&first), "and the keychain has the new one alone");
    app.close().await
}

#[tokio::test]
async fn a_required_organisation_keeps_out_and_lets_in() -> Result<()> {
    let world = World::new("organization").await?;
    let url = world.sandbox.url();
    world.configure(&format!(
        "[github]\nclient_id = \"wingman-sandbox\"\nweb_url = \"{url}\"\napi_url = \"{url}\"\n\n\
         [copilot]\napi_url = \"{url}\"\n\n[organization]\nrequired = [\"nordwind\"]\n"
    ))?;
    world.sandbox.set_organization(wingman_sandbox::Organization::named("nordwind"));
    let app = world.start().await?;
    world.sign_in(&app).await?;
    app.alert().wait_text("nordwind").await?;
    app.screenshot("outside").await?;
    world.sandbox.set_membership("ada-lind", "nordwind", wingman_sandbox::Membership::Active);
    app.button("Check again").click().await?;
    app.alert().wait_gone().await?;
    ask(&app, "let in").await?;
    app.close().await
}
