//! A program's processes as the kernel counts them: the tree, its memory, the work of a main thread. Knows `/proc`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use wingman_headless::Program;

/// A process of a tree.
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// The name of its program's file.
    pub name: String,
}

/// The program's own processes and everything that they started.
pub fn tree(program: &Program) -> Result<Vec<Process>> {
    let mut found = program.processes();
    ensure!(!found.is_empty(), "the program does not run");
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")?
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, parent(pid)?)))
        .collect();
    let mut at = 0;
    while at < found.len() {
        let children = parents.iter().filter(|(pid, parent)| *parent == found[at] && !found.contains(pid));
        let children: Vec<u32> = children.map(|(pid, _)| *pid).collect();
        found.extend(children);
        at += 1;
    }
    Ok(found.into_iter().filter_map(|pid| Some(Process { pid, name: name(pid)? })).collect())
}

/// The proportional set size in bytes (shared pages divided by those who share them), by the name of the program.
pub fn memory(tree: &[Process]) -> Result<BTreeMap<String, f64>> {
    let mut sizes = BTreeMap::new();
    for process in tree {
        let text = fs::read_to_string(format!("/proc/{}/smaps_rollup", process.pid))
            .with_context(|| format!("{} ended while it was measured", process.name))?;
        let size =
            text.lines().find_map(|line| line.strip_prefix("Pss:")).and_then(|rest| rest.split_whitespace().next());
        let kibibytes: u32 = size.context("the kernel tells the PSS")?.parse()?;
        *sizes.entry(process.name.clone()).or_default() += f64::from(kibibytes) * 1024.0;
    }
    Ok(sizes)
}

/// The file of that name that a process of the tree has mapped.
pub fn mapped(tree: &[Process], file: &str) -> Result<PathBuf> {
    let maps = tree.iter().filter_map(|process| fs::read_to_string(format!("/proc/{}/maps", process.pid)).ok());
    let paths = maps.flat_map(|text| {
        let paths = text.lines().filter_map(|line| line.find('/').map(|at| PathBuf::from(&line[at..])));
        paths.collect::<Vec<_>>()
    });
    let mut paths = paths.filter(|path| path.file_name().is_some_and(|name| name == file));
    paths.next().with_context(|| format!("no process has loaded {file}"))
}

/// How long the main thread of the page's process has had a processor so far.
pub fn page_thread(program: &Program) -> Result<Duration> {
    let tree = tree(program)?;
    let page = tree.iter().find(|process| process.name == "WebKitWebProcess").context("there is a page")?;
    let pid = page.pid;
    // The main thread has the process's id. The first number: nanoseconds on a processor.
    let text = fs::read_to_string(format!("/proc/{pid}/task/{pid}/schedstat")).context("the kernel counts it")?;
    let spent = text.split_whitespace().next().context("there are three numbers")?;
    Ok(Duration::from_nanos(spent.parse()?))
}

fn parent(pid: u32) -> Option<u32> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The program's name stands in brackets and may hold anything; after it come the state and the parent.
    text.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn name(pid: u32) -> Option<String> {
    let program = fs::read_link(format!("/proc/{pid}/exe")).ok()?;
    Some(program.file_name()?.to_string_lossy().into_owned())
}
