//! A page driven from outside, the app's or the browser's: what is common to both.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::Client;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::ElementRef;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::session::Session;
use crate::{artifacts, screen, wait};

const PATIENCE: Duration = Duration::from_secs(10);
/// What may be spent on the report of a failure; a page that hangs must not hang the report.
const REPORT: Duration = Duration::from_secs(5);

/// A page. Waits ten seconds at most, unless told otherwise; a wait that ends in vain is an error with the
/// page's visible text, a picture of the screen and the logs.
#[derive(Debug)]
pub struct Page {
    client: Client,
    session: Arc<Session>,
    patience: Duration,
}

impl Page {
    pub(crate) fn new(client: Client, session: Arc<Session>) -> Self {
        Self { client, session, patience: PATIENCE }
    }

    /// The WebDriver client, for what this type has no method for.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// How long waits of this page take at most.
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// Changes how long waits of this page take at most.
    pub fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    pub(crate) fn story(&self) -> &str {
        &self.session.name
    }

    pub(crate) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// How many windows of the program can be driven.
    pub async fn windows(&self) -> Result<usize> {
        Ok(self.client.windows().await?.len())
    }

    /// Waits until so many windows can be driven.
    pub async fn wait_windows(&self, count: usize) -> Result<()> {
        let what = format!("{count} windows");
        wait::until(what, self.patience, async || Ok((self.windows().await? == count).then_some(()))).await
    }

    /// The name of the window that is driven now.
    pub async fn driven(&self) -> Result<String> {
        Ok(self.client.window().await?.into())
    }

    /// Drives that window from now on.
    pub async fn drive(&self, name: &str) -> Result<()> {
        Ok(self.client.switch_to_window(name.to_owned().try_into()?).await?)
    }

    /// Drives the other one of two windows from now on, and returns the name of the one that was driven.
    pub async fn drive_other(&self) -> Result<String> {
        let now = self.driven().await?;
        let windows = self.client.windows().await?.into_iter().map(String::from);
        let other = windows.into_iter().find(|name| *name != now).context("there is no other window")?;
        self.drive(&other).await?;
        self.wait_until("document.readyState === 'complete' && location.href !== 'about:blank'").await?;
        Ok(now)
    }

    /// The page's address.
    pub async fn url(&self) -> Result<Url> {
        Ok(self.client.current_url().await?)
    }

    /// The page's title.
    pub async fn title(&self) -> Result<String> {
        Ok(self.client.title().await?)
    }

    /// The text that a person sees.
    pub async fn text(&self) -> Result<String> {
        self.evaluate("document.body.innerText").await
    }

    /// Runs a script as the body of a function and returns what it returns.
    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// The value of a JavaScript expression.
    pub async fn evaluate<T: DeserializeOwned>(&self, expression: &str) -> Result<T> {
        let value = self.client.execute(&format!("return ({expression});"), Vec::new()).await?;
        serde_json::from_value(value).with_context(|| format!("{expression} is of another type"))
    }

    /// Waits until a JavaScript expression is true.
    pub async fn wait_until(&self, expression: &str) -> Result<()> {
        let script = format!("return Boolean({expression});");
        let outcome = wait::until(expression, self.patience, async || {
            match self.client.execute(&script, Vec::new()).await {
                Ok(value) => Ok((value == Value::Bool(true)).then_some(())),
                // A page that is being replaced cannot answer; the next one can.
                Err(CmdError::Standard(_)) => Ok(None),
                Err(error) => Err(error.into()),
            }
        });
        match outcome.await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.explain(error).await),
        }
    }

    /// Waits until the page shows `part` somewhere.
    pub async fn wait_text(&self, part: &str) -> Result<()> {
        let part = serde_json::to_string(part)?;
        self.wait_until(&format!("document.body?.innerText.includes({part})")).await
    }

    /// Waits until the page no longer shows `part`.
    pub async fn wait_text_gone(&self, part: &str) -> Result<()> {
        let part = serde_json::to_string(part)?;
        self.wait_until(&format!("!document.body?.innerText.includes({part})")).await
    }

    /// Presses a key or a chord where the focus is: `Enter`, `Control+n`, `Shift+Enter`, `?`.
    pub async fn press(&self, chord: &str) -> Result<()> {
        let keys = chord_keys(chord)?;
        let mut actions = KeyActions::new("keyboard".into());
        for value in &keys {
            actions = actions.then(KeyAction::Down { value: *value });
        }
        for value in keys.iter().rev() {
            actions = actions.then(KeyAction::Up { value: *value });
        }
        self.client.perform_actions(actions).await.with_context(|| format!("cannot press {chord}"))
    }

    /// Whether the page is asked for dark colours.
    pub async fn prefers_dark(&self) -> Result<bool> {
        self.evaluate("matchMedia('(prefers-color-scheme: dark)').matches").await
    }

    /// The language that the page is told, such as `zh-CN`.
    pub async fn language(&self) -> Result<String> {
        self.evaluate("navigator.language").await
    }

    /// Everything that the page has stored: local and session storage, cookies that scripts may read, and the
    /// names of databases and caches. Search its text for what must not be there.
    pub async fn storage(&self) -> Result<Value> {
        const SCRIPT: &str = "
            const done = arguments[arguments.length - 1];
            const entries = (read) => { try { return { ...read() }; } catch (error) { return String(error); } };
            const names = (read) => Promise.resolve().then(read).catch(String);
            Promise.all([names(() => indexedDB.databases()), names(() => caches.keys())]).then(([databases, caches]) => done({
                local: entries(() => localStorage), session: entries(() => sessionStorage),
                cookies: (() => { try { return document.cookie; } catch (error) { return String(error); } })(),
                databases, caches }));";
        Ok(self.client.execute_async(SCRIPT, Vec::new()).await?)
    }

    /// Waits until the page has drawn what it holds now: two animation frames. The X screen may still be a
    /// moment behind.
    pub async fn wait_drawn(&self) -> Result<()> {
        const SCRIPT: &str = "const done = arguments[arguments.length - 1];
            requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";
        self.client.execute_async(SCRIPT, Vec::new()).await?;
        Ok(())
    }

    /// A picture of the page in the artifacts folder, named after the story and `name`. Fonts are loaded and
    /// animations have ended when it is taken.
    pub async fn screenshot(&self, name: &str) -> Result<PathBuf> {
        const SETTLED: &str = "document.fonts.status === 'loaded' && document.getAnimations().every((animation) =>
            animation.playState !== 'running' || animation.effect?.getComputedTiming().iterations === Infinity)";
        self.wait_until(SETTLED).await?;
        self.wait_drawn().await?;
        let path = artifacts::artifact(&format!("{}-{name}", self.story()), ".png")?;
        std::fs::write(&path, self.client.screenshot().await?)?;
        Ok(path)
    }

    /// Whether an error means that the driver or the page's program is gone, so that waiting is in vain.
    pub(crate) fn is_gone(error: &anyhow::Error) -> bool {
        match error.downcast_ref::<CmdError>() {
            Some(CmdError::Standard(problem)) => problem.error() == "invalid session id",
            Some(CmdError::Lost(_) | CmdError::Failed(_) | CmdError::FailedC(_)) => true,
            _ => false,
        }
    }

    /// Adds to an error what a person would have seen.
    pub(crate) async fn explain(&self, error: anyhow::Error) -> anyhow::Error {
        let shown = match tokio::time::timeout(REPORT, self.describe()).await {
            Ok(Ok(text)) => text,
            Ok(Err(problem)) => format!("(no page: {problem:#})"),
            Err(_) => "(the page does not answer)".into(),
        };
        let picture = match screen::screenshot(&self.session, "failure").await {
            Ok(path) => format!("screen: {}", path.display()),
            Err(problem) => format!("no picture of the screen: {problem:#}"),
        };
        let logs = self.session.keep_logs();
        anyhow::anyhow!("{error:#}\n---- the page ----\n{}\n------------------\n{picture}\n{logs}", shown.trim())
    }
}

/// The characters that WebDriver knows the keys of a chord by.
fn chord_keys(chord: &str) -> Result<Vec<char>> {
    let mut keys = Vec::new();
    let mut rest = chord;
    while let Some((name, after)) = rest.split_once('+').filter(|(name, after)| !name.is_empty() && !after.is_empty()) {
        keys.push(key(name)?);
        rest = after;
    }
    keys.push(key(rest)?);
    Ok(keys)
}

fn key(name: &str) -> Result<char> {
    let named = match name {
        "Control" | "Ctrl" => Key::Control,
        "Shift" => Key::Shift,
        "Alt" => Key::Alt,
        "Meta" => Key::Meta,
        "Enter" => Key::Enter,
        "Tab" => Key::Tab,
        "Escape" => Key::Escape,
        "Backspace" => Key::Backspace,
        "Delete" => Key::Delete,
        "Up" => Key::Up,
        "Down" => Key::Down,
        "Left" => Key::Left,
        "Right" => Key::Right,
        "Home" => Key::Home,
        "End" => Key::End,
        "PageUp" => Key::PageUp,
        "PageDown" => Key::PageDown,
        "Space" => return Ok(' '),
        _ => {
            let mut characters = name.chars();
            return match (characters.next(), characters.next()) {
                (Some(character), None) => Ok(character),
                _ => bail!("{name:?} is not a key"),
            };
        }
    };
    Ok(char::from(named))
}

/// W3C WebDriver, "Get Computed Role".
#[derive(Debug)]
pub(crate) struct ComputedRole(pub(crate) ElementRef);

/// W3C WebDriver, "Get Computed Label".
#[derive(Debug)]
pub(crate) struct ComputedLabel(pub(crate) ElementRef);

impl WebDriverCompatibleCommand for ComputedRole {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/element/{}/computedrole", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::GET, None)
    }
}

impl WebDriverCompatibleCommand for ComputedLabel {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/element/{}/computedlabel", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::GET, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords_are_read_as_people_write_them() {
        assert_eq!(chord_keys("Control+n").unwrap(), [char::from(Key::Control), 'n'], "a modifier and a letter");
        assert_eq!(chord_keys("+").unwrap(), ['+'], "a plus alone is the key plus");
        assert_eq!(chord_keys("Control++").unwrap(), [char::from(Key::Control), '+'], "zooming in is Control and plus");
        assert!(chord_keys("Controll+n").is_err(), "a misspelt key is an error, not six letters");
    }
}
