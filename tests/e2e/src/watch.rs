//! The search that ends every story: no token, refresh token, verifier or device code of GitHub's lies anywhere but in
//! the keychain, and a single-use code only in the link that carries it and in the browser.
//!
//! No story has to ask for it. The sandbox knows every secret there ever was; the windows of a story search before they
//! close, and its world when it ends. A search that cannot be made counts as a find.
//!
//! At the end the program's log is searched, too, for every line of what was asked and answered.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result};
use wingman_headless::{Desktop, Needles, Trace};
use wingman_sandbox::Sandbox;

use crate::{SCHEME, database};

/// The processes that show the window, and fetch for it.
const WEB: [&str; 3] = ["WebKitWebProcess", "WebKitNetworkProcess", "WebKitGPUProcess"];

/// The person's browser.
const BROWSER: [&str; 2] = ["chromium", "chrome"];

/// What is looked for, and where it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    AccessToken,
    RefreshToken,
    Verifier,
    DeviceCode,
    /// In the browser, which brings it, and in the argument that is the link.
    Code,
    /// A token that the person carries from the browser to the window themselves: in the browser.
    Carried,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "an access token",
            Self::RefreshToken => "a refresh token",
            Self::Verifier => "a verifier",
            Self::DeviceCode => "a device code",
            Self::Code => "a single-use code",
            Self::Carried => "a token that the person has copied",
        }
    }

    const fn may_be_in_the_browser(self) -> bool {
        matches!(self, Self::Code | Self::Carried)
    }
}

/// A story's secrets, and where they were found.
#[derive(Debug)]
pub(crate) struct Watch {
    desktop: Arc<Desktop>,
    sandboxes: Mutex<Vec<Arc<Sandbox>>>,
    carried: Mutex<BTreeSet<String>>,
    found: Mutex<BTreeSet<String>>,
}

/// The secrets of this moment.
struct Secrets {
    kinds: Vec<Kind>,
    needles: Needles,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watch {
    pub(crate) fn new(desktop: &Arc<Desktop>) -> Self {
        Self {
            desktop: Arc::clone(desktop),
            sandboxes: Mutex::default(),
            carried: Mutex::default(),
            found: Mutex::default(),
        }
    }

    /// The secrets of this GitHub are looked for too.
    pub(crate) fn over(&self, sandbox: &Arc<Sandbox>) {
        held(&self.sandboxes).push(Arc::clone(sandbox));
    }

    /// The person has this token in the browser, and copies it.
    pub(crate) fn carried(&self, token: &str) {
        held(&self.carried).insert(token.to_owned());
    }

    /// Searches what goes when a window closes: the memory of the processes that show it, and what every process was
    /// started with.
    pub(crate) fn before_a_window_closes(&self) {
        self.note(|secrets| {
            let (mut found, read) = self.memory(secrets, &WEB, |_| false)?;
            if read == 0 {
                found.push("the window's memory could not be searched: no process shows it".to_owned());
            }
            found.extend(self.starts(secrets));
            Ok(found)
        });
    }

    /// Searches what a page has stored.
    pub(crate) fn storage(&self, stored: &str) {
        self.note(|secrets| {
            let found = secrets.needles.found_in(stored.as_bytes()).into_iter();
            Ok(found.map(|which| format!("{} lies in the window's storage", secrets.kinds[which].name())).collect())
        });
    }

    /// Searches what is left at the end, and answers with all that was ever found.
    pub(crate) fn at_the_end(&self, database: &Path) -> Vec<String> {
        self.note(|secrets| Ok(self.starts(secrets)));
        self.note(|secrets| self.files(secrets));
        self.note(|secrets| Ok(self.memory(secrets, &BROWSER, Kind::may_be_in_the_browser)?.0));
        let found = self.logs().unwrap_or_else(|error| vec![format!("the logs could not be searched: {error:#}")]);
        held(&self.found).extend(found);
        self.note(|secrets| {
            let found =
                database::search(&self.desktop, database, &secrets.needles).context("the database")?.into_iter();
            Ok(found
                .map(|(which, place)| format!("{} lies in the database, in {place}", secrets.name(which)))
                .collect())
        });
        held(&self.found).iter().cloned().collect()
    }

    fn note(&self, search: impl FnOnce(&Secrets) -> Result<Vec<String>>) {
        let told = match self.secrets() {
            Ok(secrets) if secrets.kinds.is_empty() => return,
            Ok(secrets) => search(&secrets),
            Err(error) => Err(error),
        };
        let told = told.unwrap_or_else(|error| vec![format!("a search could not be made: {error:#}")]);
        held(&self.found).extend(told);
    }

    /// What was asked and answered, looked for in the program's own log.
    fn logs(&self) -> Result<Vec<String>> {
        let mut said = BTreeSet::new();
        for sandbox in held(&self.sandboxes).iter() {
            said.extend(sandbox.said().iter().flat_map(|text| lines(text)));
        }
        let said = Needles::new(said)?;
        let mut found = Vec::new();
        for folder in ["wingman", "wingman-sandbox"] {
            let folder = self.desktop.home().join(".local/state").join(folder);
            let Ok(files) = std::fs::read_dir(&folder) else { continue };
            for file in files {
                let file = file?.path();
                let named = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("wingman.log"));
                if named && !said.found_in(&std::fs::read(&file)?).is_empty() {
                    found.push(format!("words of a conversation lie in {}", file.display()));
                }
            }
        }
        Ok(found)
    }

    fn secrets(&self) -> Result<Secrets> {
        let (mut kinds, mut texts) = (Vec::new(), Vec::new());
        let carried = held(&self.carried).clone();
        for sandbox in held(&self.sandboxes).iter() {
            let all = sandbox.secrets();
            for (kind, some) in [
                (Kind::AccessToken, all.access_tokens),
                (Kind::RefreshToken, all.refresh_tokens),
                (Kind::Verifier, all.verifiers),
                (Kind::DeviceCode, all.device_codes),
                (Kind::Code, all.codes),
            ] {
                for text in some {
                    kinds.push(if carried.contains(&text) { Kind::Carried } else { kind });
                    texts.push(text);
                }
            }
        }
        Ok(Secrets { kinds, needles: Needles::new(texts)? })
    }

    fn memory(
        &self,
        secrets: &Secrets,
        programs: &[&str],
        allowed: impl Fn(Kind) -> bool,
    ) -> Result<(Vec<String>, usize)> {
        let (found, read) = self.desktop.search_memory(&secrets.needles, programs)?;
        let found = found.into_iter().filter(|(which, _)| !allowed(secrets.kinds[*which]));
        Ok((found.map(|(which, trace)| told(secrets.kinds[which], &trace)).collect(), read))
    }

    /// Environments and arguments.
    fn starts(&self, secrets: &Secrets) -> Vec<String> {
        let found = self.desktop.search_all_environments(&secrets.needles).into_iter();
        let found = found.filter(|(which, trace)| {
            let link = secrets.kinds[*which] == Kind::Code && trace.place == "arguments";
            !(link && only_in_links(secrets, *which, trace))
        });
        found.map(|(which, trace)| told(secrets.kinds[which], &trace)).collect()
    }

    fn files(&self, secrets: &Secrets) -> Result<Vec<String>> {
        let browsers = [".config/browser", ".cache/browser"].map(|folder| self.desktop.home().join(folder));
        let found = self.desktop.search_all_files(&secrets.needles)?.into_iter();
        let found = found.filter(|(which, file)| {
            !(secrets.kinds[*which].may_be_in_the_browser() && browsers.iter().any(|own| file.starts_with(own)))
        });
        Ok(found.map(|(which, file)| format!("{} lies in {}", secrets.kinds[which].name(), file.display())).collect())
    }
}

/// What of a text is long enough to be no chance find: its lines, and of a long one its beginning.
fn lines(text: &str) -> impl Iterator<Item = String> {
    const LEAST: usize = 12;
    const MOST: usize = 40;
    const LINES: usize = 50;
    let lines = text.lines().map(str::trim).filter(|line| line.len() >= LEAST).take(LINES);
    lines.map(|line| line.chars().take(MOST).collect())
}

/// Whether the arguments that hold the code are links that bring it.
fn only_in_links(secrets: &Secrets, which: usize, trace: &Trace) -> bool {
    let arguments = std::fs::read(format!("/proc/{}/cmdline", trace.process)).unwrap_or_default();
    let arguments = arguments.split(|byte| *byte == 0);
    let mut holding = arguments.filter(|argument| secrets.needles.found_in(argument).contains(&which));
    holding.all(|argument| argument.starts_with(SCHEME.as_bytes()))
}

fn told(kind: Kind, trace: &Trace) -> String {
    format!("{} lies in the {} of {}", kind.name(), trace.place, trace.program.display())
}

impl Secrets {
    fn name(&self, which: usize) -> &'static str {
        self.kinds[which].name()
    }
}
