//! Elements of a page, named the way a person with a screen reader names them: by role and accessible
//! name. Looked up afresh at each use; every use waits until it is possible.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::elements::{Element, ElementRef};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::artifacts;
use crate::page::{ComputedLabel, ComputedRole, Page};
use crate::wait;

/// Where WebDriver keeps the id of an element in an answer (W3C WebDriver, "web element identifier").
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// Control held, `a`, everything let go; and the Delete key (W3C WebDriver, "keyboard actions").
const SELECT_ALL: &str = "\u{E009}a\u{E000}";
const DELETE: &str = "\u{E017}";

/// How to find elements; made by the methods of [`Page`], narrowed by its own. Only what is visible and not
/// hidden from assistive technology is found.
///
/// A use that needs one element waits until there is exactly one; say [`first`](Self::first),
/// [`last`](Self::last) or [`nth`](Self::nth) where several are right.
#[derive(Clone, Debug)]
pub struct Locator<'page> {
    page: &'page Page,
    steps: Vec<Step>,
    limit: Option<Duration>,
}

#[derive(Clone, Debug, Serialize)]
struct Step {
    role: String,
    name: Option<String>,
    name_part: Option<String>,
    text: Option<String>,
    nth: Option<i32>,
}

/// The roles that have a method of their own, on a page and inside another element.
macro_rules! roles {
    ($($(#[$doc:meta])* $method:ident => $role:literal;)*) => {
        impl Page {
            $($(#[$doc])* pub fn $method(&self, name: &str) -> Locator<'_> { self.role($role).named(name) })*
        }
        impl<'page> Locator<'page> {
            $($(#[$doc])* #[must_use] pub fn $method(&self, name: &str) -> Locator<'page> { self.role($role).named(name) })*
        }
    };
}

roles! {
    /// The button of that accessible name.
    button => "button";
    /// The text box of that accessible name.
    textbox => "textbox";
    /// The search box of that accessible name.
    searchbox => "searchbox";
    /// The link of that accessible name.
    link => "link";
    /// The region of that accessible name.
    region => "region";
    /// The navigation of that accessible name.
    navigation => "navigation";
    /// The log of that accessible name.
    log => "log";
    /// The articles of that accessible name.
    article => "article";
    /// The heading of that accessible name.
    heading => "heading";
    /// The dialog of that accessible name.
    dialog => "dialog";
    /// The menu item of that accessible name.
    menuitem => "menuitem";
}

impl Page {
    /// Everything of a role; narrow it with [`Locator::named`] and its like.
    pub fn role(&self, role: &str) -> Locator<'_> {
        Locator { page: self, steps: Vec::new(), limit: None }.role(role)
    }

    /// What has the role `alert`: errors, and what needs a decision.
    pub fn alert(&self) -> Locator<'_> {
        self.role("alert")
    }

    /// What has the role `status`: progress and retries.
    pub fn status(&self) -> Locator<'_> {
        self.role("status")
    }

    /// What a person could read and use on the page, for the report of a failure.
    pub(crate) async fn describe(&self) -> Result<String> {
        Locator { page: self, steps: Vec::new(), limit: None }.ask("page", "").await
    }
}

impl Locator<'_> {
    /// Everything of a role inside what this finds.
    #[must_use]
    pub fn role(&self, role: &str) -> Self {
        let mut inner = self.clone();
        inner.steps.push(Step { role: role.into(), name: None, name_part: None, text: None, nth: None });
        inner
    }

    /// Only those with exactly this accessible name.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        self.narrowed(|step| step.name = Some(name.into()))
    }

    /// Only those with this part in their accessible name.
    #[must_use]
    pub fn name_contains(self, part: &str) -> Self {
        self.narrowed(|step| step.name_part = Some(part.into()))
    }

    /// Only those with this part in their visible text.
    #[must_use]
    pub fn with_text(self, part: &str) -> Self {
        self.narrowed(|step| step.text = Some(part.into()))
    }

    /// The first of several.
    #[must_use]
    pub fn first(self) -> Self {
        self.nth(0)
    }

    /// The last of several.
    #[must_use]
    pub fn last(self) -> Self {
        self.nth(-1)
    }

    /// One of several, counted from 0, or from the end with -1.
    #[must_use]
    pub fn nth(self, index: i32) -> Self {
        self.narrowed(|step| step.nth = Some(index))
    }

    /// Waits at most this long, instead of the page's own limit.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    fn narrowed(mut self, change: impl FnOnce(&mut Step)) -> Self {
        if let Some(step) = self.steps.last_mut() {
            change(step);
        }
        self
    }

    /// Waits until there is at least one.
    pub async fn wait(&self) -> Result<()> {
        self.until(format!("{self}"), async || Ok((self.count().await? > 0).then_some(()))).await
    }

    /// Waits until there is none.
    pub async fn wait_gone(&self) -> Result<()> {
        self.until(format!("{self} to go away"), async || Ok((self.count().await? == 0).then_some(()))).await
    }

    /// Waits until there are exactly `count`.
    pub async fn wait_count(&self, count: usize) -> Result<()> {
        self.until(format!("{count} of {self}"), async || Ok((self.count().await? == count).then_some(()))).await
    }

    /// Waits until the one has `part` in its visible text, and returns the text.
    pub async fn wait_text(&self, part: &str) -> Result<String> {
        let what = format!("{self} with the text {part:?}");
        self.until(what, async || Ok(self.one::<String>("texts", "").await?.filter(|text| text.contains(part)))).await
    }

    /// Waits until the one is enabled, or is not.
    pub async fn wait_enabled(&self, enabled: bool) -> Result<()> {
        let what = format!("{self} to be {}", if enabled { "enabled" } else { "disabled" });
        self.until(what, async || Ok(self.one("enabled", "").await?.filter(|is: &bool| *is == enabled).map(drop))).await
    }

    /// Waits until the one has the keyboard focus.
    pub async fn wait_focused(&self) -> Result<()> {
        let what = format!("{self} to have the focus");
        self.until(what, async || Ok(self.one("focused", "").await?.filter(|is: &bool| *is).map(drop))).await
    }

    /// How many there are now.
    pub async fn count(&self) -> Result<usize> {
        self.ask("count", "").await
    }

    /// Whether there is any now.
    pub async fn exists(&self) -> Result<bool> {
        Ok(self.count().await? > 0)
    }

    /// The visible text of the one.
    pub async fn text(&self) -> Result<String> {
        self.until(format!("{self}"), async || self.one("texts", "").await).await
    }

    /// The visible texts of all there are now.
    pub async fn texts(&self) -> Result<Vec<String>> {
        self.ask("texts", "").await
    }

    /// What is written in the one (a text box, a select).
    pub async fn value(&self) -> Result<String> {
        self.until(format!("{self}"), async || self.one("values", "").await).await
    }

    /// An attribute of the one.
    pub async fn attribute(&self, name: &str) -> Result<Option<String>> {
        self.until(format!("{self}"), async || self.one("attributes", name).await).await
    }

    /// Whether the one is enabled now.
    pub async fn is_enabled(&self) -> Result<bool> {
        self.until(format!("{self}"), async || self.one("enabled", "").await).await
    }

    /// Clicks the one with the mouse, once it is enabled and nothing covers it.
    pub async fn click(&self) -> Result<()> {
        self.until(format!("{self} to take a click"), async || {
            if self.one::<bool>("enabled", "").await? != Some(true) {
                return Ok(None);
            }
            let Some(element) = self.only().await? else {
                return Ok(None);
            };
            element.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Replaces what is written in the one. A line break is the Enter key.
    pub async fn fill(&self, text: &str) -> Result<()> {
        // Two calls: WebKit loses text that follows a chord in the same one.
        self.send(SELECT_ALL).await?;
        self.send(if text.is_empty() { DELETE } else { text }).await
    }

    /// Writes at the caret of the one. A line break is the Enter key.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        self.send(text).await
    }

    async fn send(&self, keys: &str) -> Result<()> {
        let element = self.element().await?;
        match element.send_keys(keys).await {
            Ok(()) => Ok(()),
            Err(error) => {
                Err(self.page.explain(anyhow::Error::new(error).context(format!("cannot type into {self}"))).await)
            }
        }
    }

    /// The role and the accessible name of the one as the engine computes them: what a screen reader gets.
    pub async fn computed(&self) -> Result<(String, String)> {
        let element = self.element().await?;
        let id = element.element_id();
        let role = self.page.client().issue_cmd(ComputedRole(id.clone())).await?;
        let name = self.page.client().issue_cmd(ComputedLabel(id)).await?;
        let text = |value: Value| value.as_str().unwrap_or_default().to_owned();
        Ok((text(role), text(name)))
    }

    /// A picture of the one in the artifacts folder, named after the story and `name`.
    pub async fn screenshot(&self, name: &str) -> Result<PathBuf> {
        let picture = self.element().await?.screenshot().await?;
        let path = artifacts::artifact(&format!("{}-{name}", self.page.story()), ".png")?;
        std::fs::write(&path, picture)?;
        Ok(path)
    }

    /// The WebDriver element of the one, for what this type has no method for.
    pub async fn element(&self) -> Result<Element> {
        self.until(format!("{self}"), async || self.only().await).await
    }

    async fn only(&self) -> Result<Option<Element>> {
        let answer: Vec<Value> = self.ask("elements", "").await?;
        let Some(element) = exactly_one(answer)? else {
            return Ok(None);
        };
        let id = element.get(ELEMENT).and_then(Value::as_str).context("the driver answered no element")?;
        Ok(Some(Element::from_element_id(self.page.client().clone(), ElementRef::from(id.to_owned()))))
    }

    async fn one<T: DeserializeOwned>(&self, usage: &str, detail: &str) -> Result<Option<T>> {
        exactly_one(self.ask(usage, detail).await?)
    }

    async fn ask<T: DeserializeOwned>(&self, usage: &str, detail: &str) -> Result<T> {
        let arguments = vec![serde_json::to_value(&self.steps)?, json!(usage), json!(detail)];
        Ok(serde_json::from_value(self.page.client().execute(include_str!("locator.js"), arguments).await?)?)
    }

    /// Tries until it works. A page that is being replaced or a click that something covered is no failure
    /// yet; a failure says what the page showed.
    async fn until<T>(&self, what: String, mut attempt: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
        let mut last = None;
        let limit = self.limit.unwrap_or(self.page.patience());
        let outcome = wait::until(&what, limit, async || match attempt().await {
            Ok(answer) => Ok(answer),
            Err(error) if Page::is_gone(&error) => Err(error),
            Err(error) => {
                last = Some(error);
                Ok(None)
            }
        })
        .await;
        match outcome {
            Ok(value) => Ok(value),
            Err(error) => {
                let error =
                    if let Some(last) = last { error.context(format!("last problem: {last:#}")) } else { error };
                Err(self.page.explain(error).await)
            }
        }
    }
}

fn exactly_one<T>(mut found: Vec<T>) -> Result<Option<T>> {
    if found.len() > 1 {
        bail!("{} elements match where one was meant", found.len());
    }
    Ok(found.pop())
}

impl fmt::Display for Locator<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            if index > 0 {
                f.write_str(" > ")?;
            }
            f.write_str(&step.role)?;
            if let Some(name) = &step.name {
                write!(f, " {name:?}")?;
            }
            if let Some(part) = &step.name_part {
                write!(f, " *{part:?}*")?;
            }
            if let Some(text) = &step.text {
                write!(f, " showing {text:?}")?;
            }
            if let Some(nth) = step.nth {
                write!(f, " [{nth}]")?;
            }
        }
        Ok(())
    }
}
