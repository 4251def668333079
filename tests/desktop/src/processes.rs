//! Which processes belong to a session, read from `/proc`. Knows nobody.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::folders::MARK;

/// What makes a process one of the session's.
#[derive(Clone, Debug)]
pub(crate) enum Home {
    /// It lives in this process namespace.
    Namespace {
        /// The namespace's first process, as seen from outside.
        leader: u32,
        /// The namespace's name, such as `pid:[4026532281]`.
        namespace: PathBuf,
    },
    /// Its environment names this tree, or its arguments do (the browser writes over its environment).
    Marked(PathBuf),
}

/// A process of the session.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    /// Its id as seen from the test.
    pub(crate) pid: u32,
    /// Its id as seen inside the session: what a window's `_NET_WM_PID` holds.
    pub(crate) inner_pid: u32,
    /// The program it runs.
    pub(crate) program: PathBuf,
}

impl Process {
    pub(crate) fn environment(&self) -> Vec<u8> {
        fs::read(format!("/proc/{}/environ", self.pid)).unwrap_or_default()
    }

    pub(crate) fn arguments(&self) -> Vec<u8> {
        fs::read(format!("/proc/{}/cmdline", self.pid)).unwrap_or_default()
    }
}

impl Home {
    /// The namespace of the child of `unshare`, whose own id is `parent`.
    pub(crate) fn namespace_of_child(parent: u32) -> Result<Self> {
        let leader = ids()
            .find(|pid| status(*pid, "PPid:").and_then(|parent| parent.parse().ok()) == Some(parent))
            .context("the session's first process is gone")?;
        let namespace =
            fs::read_link(format!("/proc/{leader}/ns/pid")).context("cannot read the session's namespace")?;
        Ok(Self::Namespace { leader, namespace })
    }

    fn holds(&self, pid: u32) -> bool {
        match self {
            Self::Namespace { namespace, .. } => {
                fs::read_link(format!("/proc/{pid}/ns/pid")).is_ok_and(|found| found == *namespace)
            }
            Self::Marked(root) => {
                let mark = format!("{MARK}={}", root.display());
                let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
                let arguments = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
                let named = format!("={}/", root.display());
                environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
                    || arguments.windows(named.len()).any(|part| part == named.as_bytes())
            }
        }
    }
}

/// Every process of the session that still runs (a process that has ended but was not collected has no program).
pub(crate) fn of(home: &Home) -> Vec<Process> {
    ids().filter(|pid| home.holds(*pid)).filter_map(describe).collect()
}

fn describe(pid: u32) -> Option<Process> {
    let program = fs::read_link(format!("/proc/{pid}/exe")).ok()?;
    let inner_pid = status(pid, "NSpid:")?.split_whitespace().last()?.parse().ok()?;
    Some(Process { pid, inner_pid, program })
}

fn ids() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir(Path::new("/proc")).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn status(pid: u32, field: &str) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix(field)).map(|value| value.trim().to_owned())
}
