//! Power that fails in the middle of a write: whatever of it had reached the disk, the database opens, with a beginning of
//! what was committed; and with all of it once its commit was said to be done.
//!
//! A disk is asked to keep the log at each commit, and the file only once the log is safe. So what can be left is: a log
//! that ends anywhere, with anything behind its end; or a whole log, and a file of which any sectors are new.
//! A soak (`WINGMAN_SOAK`) tries every place, a suite some of them.

#![allow(clippy::print_stdout, reason = "a soak says how much it tried")]

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::*;

const LOG_HEAD: usize = 32;
const FRAME_HEAD: usize = 24;
const PAGE: usize = 4096;
const FRAME: usize = FRAME_HEAD + PAGE;
const SECTOR: usize = 512;

/// So many commits.
const COMMITS: usize = 24;

fn soak() -> bool {
    std::env::var_os("WINGMAN_SOAK").is_some()
}

/// The database file, and its log with the commits in it, as they are on the disk while the store is open.
struct Disk {
    file: Vec<u8>,
    log: Vec<u8>,
}

impl Disk {
    /// Of a history of questions and answers, none of which was moved into the file.
    fn after_a_history() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(&folder);
        begin(&store, "q");
        store.close_blocking().expect("a clean end");
        // The next start writes, too: nobody writes the answer any more.
        open(&folder).close_blocking().expect("a clean end");
        let store = open(&folder);
        for number in 0..COMMITS {
            store.write_blocking(move |c| note(c, number)).expect("a commit");
        }
        let read = |name: &str| fs::read(folder.path().join("data").join(name)).expect("it is there");
        Self { file: read("wingman.db"), log: read("wingman.db-wal") }
    }

    /// How many commits a log of this length holds.
    fn commits_in(&self, length: usize) -> usize {
        let frames = self.log[LOG_HEAD..].chunks_exact(FRAME).take(length.saturating_sub(LOG_HEAD) / FRAME);
        frames.filter(|frame| frame[4..8] != [0; 4]).count()
    }
}

/// One commit: an answer that grows, or a question of some length.
fn note(c: &Connection, number: usize) -> Result<(), StoreError> {
    if number.is_multiple_of(3) {
        let text = format!("question {number} {}", "of several pages ".repeat(number * 60));
        return turns::add(c, &turn(&format!("n{number:03}"), "c", Some("a"), Role::You, &text));
    }
    turns::add(c, &turn(&format!("n{number:03}"), "c", Some("a"), Role::You, "a short one"))
}

/// Opens what was left, and counts the commits in it: they must be the first ones, each whole.
fn history_of(folder: &Path, file: &[u8], log: &[u8]) -> Result<usize, StoreError> {
    let data = folder.join("data");
    let _ = fs::remove_dir_all(&data);
    fs::create_dir_all(&data).expect("a folder");
    fs::write(data.join("wingman.db"), file).expect("a file");
    fs::write(data.join("wingman.db-wal"), log).expect("a log");
    let store = Store::open(Place::File { path: data.join("wingman.db"), key: &key() })?;
    let (names, sound) = store.read_blocking(|c| {
        let mut rows = c.prepare("SELECT id, length(text) FROM turn WHERE id GLOB 'n*' ORDER BY id")?;
        let names: Vec<(String, usize)> = rows
            .query_map([], |row| Ok((row.get(0)?, usize::try_from(row.get::<_, i64>(1)?).unwrap_or_default())))?
            .collect::<rusqlite::Result<_>>()?;
        let sound: String = c.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        Ok((names, sound))
    })?;
    assert_eq!(sound, "ok", "it is whole");
    for (number, (name, length)) in names.iter().enumerate() {
        assert_eq!(*name, format!("n{number:03}"), "a beginning of the history, with no gap");
        assert!(*length >= 11, "and every text whole");
    }
    // It can be written on.
    store.write_blocking(|c| turns::add(c, &turn("z", "c", Some("a"), Role::You, "after it"))).expect("it goes on");
    Ok(names.len())
}

#[test]
fn a_log_that_ends_anywhere_opens_with_a_beginning_of_the_history() {
    let disk = Disk::after_a_history();
    assert_eq!(disk.commits_in(disk.log.len()), COMMITS, "each commit is in the log");
    let folder = tempfile::tempdir().expect("a folder");
    let frames = (disk.log.len() - LOG_HEAD) / FRAME;
    let step = if soak() { 1 } else { (frames / 12).max(1) };
    let mut tried = 0;
    let edges = (0..=frames).step_by(step).chain([frames]).map(|frame| LOG_HEAD + frame * FRAME);
    let mut ends: Vec<usize> = [0, 1, LOG_HEAD - 1]
        .into_iter()
        .chain(edges.flat_map(|edge| [edge, edge + 1, edge + FRAME_HEAD, edge + FRAME_HEAD + SECTOR, edge + FRAME - 1]))
        .filter(|end| *end <= disk.log.len())
        .collect();
    ends.dedup();
    for (number, end) in ends.into_iter().enumerate() {
        let whole = &disk.log[..end];
        let garbage: Vec<u8> = (0..FRAME).map(|at| u8::try_from(at * 31 % 251).unwrap_or(0)).collect();
        let old = &disk.log[LOG_HEAD..(LOG_HEAD + 2 * FRAME).min(disk.log.len())];
        let tails: [(&str, &[u8]); 4] =
            [("nothing", &[]), ("zeros", &[0; FRAME]), ("garbage", &garbage), ("frames of before", old)];
        for (what, tail) in tails.iter().enumerate().filter(|(at, _)| soak() || at % 2 == number % 2).map(|(_, t)| t) {
            let left = [whole, tail].concat();
            let found = history_of(folder.path(), &disk.file, &left)
                .unwrap_or_else(|error| panic!("a log of {end} bytes with {what} behind it: {error}"));
            let expected = disk.commits_in(end);
            assert_eq!(
                found, expected,
                "a log of {end} bytes with {what} behind it has the commits that are whole in it"
            );
            tried += 1;
        }
    }
    println!("{tried} ends of the log tried");
}

#[test]
fn a_file_that_was_being_written_from_the_log_is_whole_with_the_log() {
    let disk = Disk::after_a_history();
    let folder = tempfile::tempdir().expect("a folder");
    // The file as it is once all of the log was moved into it.
    history_of(folder.path(), &disk.file, &disk.log).expect("the whole log");
    let after = {
        let data = folder.path().join("data");
        fs::write(data.join("wingman.db"), &disk.file).expect("a file");
        fs::write(data.join("wingman.db-wal"), &disk.log).expect("a log");
        let store = Store::open(Place::File { path: data.join("wingman.db"), key: &key() }).expect("the whole log");
        store.close_blocking().expect("it moves the log");
        fs::read(data.join("wingman.db")).expect("a file")
    };
    assert_ne!(after, disk.file, "something was moved");
    let seed = 0x5eed;
    let mut random = fastrand::Rng::with_seed(seed);
    let count = if soak() { 500 } else { 16 };
    for number in 0..count {
        let length =
            if random.bool() { after.len() } else { disk.file.len() + random.usize(..=after.len() - disk.file.len()) };
        let share = random.u8(1..=100);
        let mut torn = after[..length].to_vec();
        for (at, sector) in torn.chunks_mut(SECTOR).enumerate() {
            if random.u8(..100) < share {
                let old =
                    disk.file.get(at * SECTOR..(at * SECTOR + sector.len()).min(disk.file.len())).unwrap_or_default();
                sector.fill(0);
                sector[..old.len()].copy_from_slice(old);
            }
        }
        let found = history_of(folder.path(), &torn, &disk.log)
            .unwrap_or_else(|error| panic!("file {number} of seed {seed:#x}: {error}"));
        assert_eq!(found, COMMITS, "file {number} of seed {seed:#x}: nothing that was committed is missing");
    }
    println!("{count} files torn between two states tried");
}
