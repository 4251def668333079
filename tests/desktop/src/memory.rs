//! The memory of a running process, as `/proc` shows it to whoever may debug it. Knows the needles only.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::FileExt;
use std::path::Path;

use anyhow::{Context, Result};

use crate::search::Needles;

/// So much is read at once.
const PIECE: usize = 1 << 20;

/// The kernel's unit of memory, on every machine that this runs on.
const PAGE: u64 = 4096;

/// A page is there, or is swapped out (the kernel's documentation, "pagemap"): only then the process has written to it.
const WRITTEN: u64 = 0b11 << 62;

/// So many pages are looked at in one step.
const PAGES: usize = 512;

/// Which needles the process holds; `None` when it has ended, and with it its memory.
pub(crate) fn search(process: u32, needles: &Needles) -> Result<Option<Vec<usize>>> {
    let ended = || !Path::new(&format!("/proc/{process}/exe")).exists();
    let open = |file: &str| File::open(format!("/proc/{process}/{file}"));
    let opened =
        fs::read_to_string(format!("/proc/{process}/maps")).and_then(|maps| Ok((maps, open("mem")?, open("pagemap")?)));
    let (maps, memory, pages) = match opened {
        Ok(opened) => opened,
        Err(_) if ended() => return Ok(None),
        Err(error) => {
            let help = "this user may not debug it: be root, or set kernel.yama.ptrace_scope to 0";
            return Err(error).context(format!("the memory of process {process} cannot be read; {help}"));
        }
    };
    let (mut found, mut read) = (Vec::new(), 0);
    let mut piece = vec![0; PIECE + needles.reach()];
    for region in maps.lines().filter_map(region) {
        let written = match region.written(&pages) {
            // It ended while it was looked at.
            Err(_) if ended() => return Ok(None),
            written => written?,
        };
        for written in written {
            read += written.search(&memory, &mut piece, needles, &mut found);
        }
    }
    if read == 0 && ended() {
        return Ok(None);
    }
    // A kernel that opens the file and then gives nothing is no proof of anything.
    anyhow::ensure!(read > 0, "nothing of the memory of process {process} could be read");
    found.sort_unstable();
    found.dedup();
    Ok(Some(found))
}

struct Region {
    start: u64,
    end: u64,
    shared: bool,
}

/// A line of `maps`: a region that the process can have put something into. What is only read from a file is searched
/// as that file.
fn region(line: &str) -> Option<Region> {
    let mut words = line.split_whitespace();
    let (range, rights) = (words.next()?, words.next()?);
    let name = words.nth(3).unwrap_or_default();
    let shared = ["/memfd:", "/dev/shm/", "/SYSV"].iter().any(|begin| name.starts_with(begin));
    let own = rights.contains('w') || name.is_empty() || name.starts_with('[') || shared;
    let kernel = name.starts_with("[v");
    let (start, end) = range.split_once('-')?;
    let address = |text| u64::from_str_radix(text, 16).ok();
    let region = Region { start: address(start)?, end: address(end)?, shared: rights.ends_with('s') };
    (rights.starts_with('r') && own && !kernel).then_some(region)
}

impl Region {
    /// The parts of it that exist: a browser reserves tens of gigabytes and uses some megabytes. What is shared exists
    /// whether this process has looked at it or not.
    fn written(self, pages: &File) -> Result<Vec<Self>> {
        if self.shared {
            return Ok(vec![self]);
        }
        // A page that does not exist may carry one other mark, that nobody has asked for changes since.
        let absent = [[0; PAGES * 8], [0, 0, 0, 0, 0, 0, 128, 0].repeat(PAGES).try_into().unwrap_or([0; PAGES * 8])];
        let (mut parts, mut entries, mut at) = (Vec::<Self>::new(), [0; PAGES * 8], self.start);
        while at < self.end {
            let left = usize::try_from((self.end - at) / PAGE).unwrap_or(usize::MAX).min(PAGES);
            let Some(some) = entries.get_mut(..left * 8) else { break };
            pages.read_exact_at(some, at / PAGE * 8).context("the list of its pages")?;
            if !absent.iter().any(|absent| absent.starts_with(some)) {
                for (index, entry) in some.as_chunks().0.iter().enumerate() {
                    if u64::from_le_bytes(*entry) & WRITTEN == 0 {
                        continue;
                    }
                    let start = at + index as u64 * PAGE;
                    match parts.last_mut().filter(|last| last.end == start) {
                        Some(last) => last.end += PAGE,
                        None => parts.push(Self { start, end: start + PAGE, shared: false }),
                    }
                }
            }
            at += left as u64 * PAGE;
        }
        Ok(parts)
    }

    /// Answers with how many bytes were read. What went away meanwhile, and what a device shows, cannot be.
    fn search(&self, memory: &File, piece: &mut [u8], needles: &Needles, found: &mut Vec<usize>) -> u64 {
        let (mut at, mut all) = (self.start, 0);
        while at < self.end {
            let wanted = usize::try_from(self.end - at).unwrap_or(usize::MAX).min(piece.len());
            let Some(place) = piece.get_mut(..wanted) else { break };
            let length = match memory.read_at(place, at) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            found.extend(needles.plainly_in(place.get(..length).unwrap_or_default()));
            all += length as u64;
            if at + length as u64 >= self.end {
                break;
            }
            // The next piece begins where a needle could lie across the two.
            at += length.saturating_sub(needles.reach()).max(1) as u64;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};

    #[test]
    fn what_a_process_has_read_is_found_in_its_memory() {
        let mut shell = Command::new("sh")
            .args(["-c", "read -r word; echo ready; read -r end"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = shell.stdin.take().unwrap();
        input.write_all(b"ghr_told-to-another-process\n").unwrap();
        let mut answer = String::new();
        BufReader::new(shell.stdout.take().unwrap()).read_line(&mut answer).unwrap();
        let needles = Needles::new(["ghr_told-to-another-process", "ghr_told-to-nobody-at-all"]).unwrap();
        let found = search(shell.id(), &needles).unwrap();
        assert_eq!(found, Some(vec![0]), "a shell keeps what it has read in a variable, and nothing else");
        drop(input);
        shell.wait().unwrap();
    }

    #[test]
    fn a_process_that_has_ended_holds_nothing() {
        let mut child = Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        let needles = Needles::new(["whatever-it-was"]).unwrap();
        assert_eq!(search(child.id(), &needles).unwrap(), None, "it is told apart from one that holds nothing");
    }

    #[test]
    fn memory_is_told_from_files_that_are_only_read() {
        let written = [
            "7f00-7f10 rw-p 00000000 00:00 0",
            "7f00-7f10 rw-p 00000000 00:00 0                          [heap]",
            "7f00-7f10 rw-s 00000000 00:01 2051                       /memfd:WebKitSharedMemory (deleted)",
            "7f00-7f10 r--s 00000000 00:01 2051                       /dev/shm/.org.chromium.x (deleted)",
            "7f00-7f10 rw-p 00001000 08:01 77                         /usr/lib/libc.so.6",
        ];
        assert!(written.iter().all(|line| region(line).is_some()), "a process can have written into each of these");
        let only_read = [
            "7f00-7f10 r-xp 00000000 08:01 77                         /usr/lib/libc.so.6",
            "7f00-7f10 ---p 00000000 00:00 0",
            "7f00-7f10 r--p 00000000 00:00 0                          [vvar]",
        ];
        assert!(only_read.iter().all(|line| region(line).is_none()), "and into none of these");
    }
}
