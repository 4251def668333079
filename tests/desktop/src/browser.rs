//! The system browser: a real Chromium, the session's default for web pages, started by whoever opens a
//! link and never by the test. The test attaches to it afterwards.

use std::fs;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::driver::Driver;
use crate::folders::Folders;
use crate::{Desktop, Page, wait};

const START: Duration = Duration::from_secs(20);
const DESKTOP_FILE: &str = "wingman-test-browser.desktop";

/// Chromium as the test sees it: one of its tabs. Its [`Page`] methods are at hand.
///
/// Dropping it leaves the browser open.
#[derive(Debug)]
pub struct Browser {
    page: Page,
    _driver: Driver,
}

impl Deref for Browser {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

impl Browser {
    /// Turns to the tab whose address contains `part`, waiting for it when it is not there yet.
    pub async fn turn_to(&self, part: &str) -> Result<()> {
        let outcome = wait::until(format!("a tab at {part:?}"), self.patience(), async || {
            self.find_tab(|url| url.contains(part)).await
        });
        match outcome.await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.explain(error).await),
        }
    }

    /// How many tabs are open.
    pub async fn tabs(&self) -> Result<usize> {
        Ok(self.client().windows().await?.len())
    }

    async fn find_tab(&self, wanted: impl Fn(&str) -> bool) -> Result<Option<()>> {
        for tab in self.client().windows().await?.into_iter().rev() {
            if self.client().switch_to_window(tab).await.is_ok()
                && self.url().await.is_ok_and(|url| wanted(url.as_str()))
            {
                return Ok(Some(()));
            }
        }
        Ok(None)
    }
}

impl Desktop {
    /// Attaches to the browser, waiting up to 20 seconds for somebody to have started it, and turns to its
    /// newest web page.
    pub async fn browser(&self) -> Result<Browser> {
        let port_file = profile(&self.session().folders).join("DevToolsActivePort");
        let port: u16 = wait::until("somebody to open the browser", START, async || {
            let Ok(text) = fs::read_to_string(&port_file) else {
                return Ok(None);
            };
            Ok(text.lines().next().and_then(|line| line.parse().ok()))
        })
        .await
        .with_context(|| self.session().keep_logs())?;
        let capabilities = json!({ "goog:chromeOptions": { "debuggerAddress": format!("127.0.0.1:{port}") } });
        let driver = Driver::start(self.session(), "chromedriver", "chromedriver.log", &capabilities, |_| {}).await?;
        let browser = Browser { page: Page::new(driver.client.clone(), Arc::clone(self.session())), _driver: driver };
        browser.turn_to("http").await?;
        Ok(browser)
    }

    /// The links that the browser was started with, in order; empty when nobody ever opened it.
    pub fn opened_links(&self) -> Vec<String> {
        let starts = fs::read_to_string(starts(&self.session().folders)).unwrap_or_default();
        starts.lines().map(str::to_owned).collect()
    }

    /// Whether a browser was ever started in this desktop.
    pub fn browser_was_started(&self) -> bool {
        !self.opened_links().is_empty()
    }

    /// As [`crate::Options::trust`], for an origin that is known only now. The browser must not have been
    /// started: it reads this once.
    pub fn trust(&self, origin: &str, scheme: &str) -> Result<()> {
        if self.browser_was_started() {
            bail!("the browser runs already; it would not notice that {origin} may open {scheme} links");
        }
        let path = profile(&self.session().folders).join("Default/Preferences");
        let mut preferences: Value =
            fs::read(&path).ok().map_or_else(|| Ok(json!({})), |text| serde_json::from_slice(&text))?;
        let pairs = &mut preferences["protocol_handler"]["allowed_origin_protocol_pairs"][origin];
        if !pairs.is_object() {
            *pairs = Value::Object(Map::new());
        }
        pairs[scheme] = true.into();
        fs::create_dir_all(profile(&self.session().folders).join("Default"))?;
        fs::write(path, preferences.to_string())?;
        Ok(())
    }

    /// Makes Chromium the session's browser.
    pub(crate) fn install_browser(&self) -> Result<()> {
        let folders = &self.session().folders;
        // No sandbox: it needs what containers do not give. No network but what the page asks for.
        let script = format!(
            r#"printf '%s\n' "$*" >>'{starts}'
exec chromium --no-sandbox --disable-gpu --disable-quic --no-first-run --no-default-browser-check \
  --disable-background-networking --disable-component-update --disable-sync --disable-default-apps \
  --disable-extensions --disable-search-engine-choice-screen --password-store=basic --disable-dev-shm-usage \
  --user-data-dir='{profile}' --remote-debugging-port=0 --remote-allow-origins='*' "$@" >>'{log}' 2>&1"#,
            starts = starts(folders).display(),
            profile = profile(folders).display(),
            log = folders.log().join("browser.log").display(),
        );
        let program = self.write_script("browser", &script)?;
        let kinds = ["x-scheme-handler/http", "x-scheme-handler/https", "text/html"];
        let entry = format!(
            "[Desktop Entry]\nType=Application\nName=Browser\nExec={} %u\nMimeType={};\n",
            program.display(),
            kinds.join(";")
        );
        self.write_desktop_file(DESKTOP_FILE, &entry)?;
        let defaults: Vec<String> = kinds.iter().map(|kind| format!("{kind}={DESKTOP_FILE}")).collect();
        fs::write(
            folders.config().join("mimeapps.list"),
            format!("[Default Applications]\n{}\n", defaults.join("\n")),
        )?;
        Ok(())
    }
}

fn profile(folders: &Folders) -> PathBuf {
    folders.config().join("browser")
}

fn starts(folders: &Folders) -> PathBuf {
    folders.log().join("browser-starts.log")
}
