//! The log: our own messages only, in five files of two megabytes at most, readable by their person alone.
//!
//! Other crates are left out because some of them print URLs, and a callback's URL holds a code.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;
use wingman_core::config::Places;

/// A file that has grown so far is put aside, in bytes.
const LARGEST: u64 = 2_000_000;

/// How many are kept aside; with the one that is written there are five.
const KEPT: u8 = 4;

/// Starts logging into the state folder; without a writable folder there is no log, and Wingman runs all the same.
pub fn begin(places: &Places) {
    let Ok(files) = Files::open(&places.state) else { return };
    let ours = EnvFilter::new("off,wingman=info,wingman_core=info");
    // A second subscriber in one process is a test's business; the first stays.
    let _ = tracing_subscriber::fmt().with_env_filter(ours).with_ansi(false).with_writer(Mutex::new(files)).try_init();
}

/// `wingman.log`, and before it `wingman.log.1` to `.4`, the newest first.
///
/// Our own: `file-rotate`, the library that rotates by size, panics when the folder cannot be written any more, and a full
/// disk must cost the log alone.
struct Files {
    current: PathBuf,
    file: File,
    written: u64,
}

impl Files {
    fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let current = folder.join("wingman.log");
        // Also those that an older version wrote for everybody.
        for number in 0..=KEPT {
            let _ = for_the_person_alone(&numbered(&current, number));
        }
        let file = append(&current)?;
        let written = file.metadata()?.len();
        Ok(Self { current, file, written })
    }

    /// Puts the file aside and begins another. When that cannot be done the same one is emptied: it never grows beyond
    /// its size.
    fn rotate(&mut self) -> io::Result<()> {
        for number in (0..KEPT).rev() {
            let (from, to) = (numbered(&self.current, number), numbered(&self.current, number + 1));
            match fs::rename(from, to) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => break,
                _ => {}
            }
        }
        if let Ok(file) = append(&self.current) {
            self.file = file;
        }
        if self.file.metadata()?.len() > 0 {
            self.file.set_len(0)?;
        }
        self.written = 0;
        Ok(())
    }
}

impl Write for Files {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let length = u64::try_from(line.len()).unwrap_or(u64::MAX);
        if self.written > 0 && self.written.saturating_add(length) > LARGEST {
            self.rotate()?;
        }
        let written = self.file.write(line)?;
        self.written += u64::try_from(written).unwrap_or_default();
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn numbered(current: &Path, number: u8) -> PathBuf {
    match number {
        0 => current.to_owned(),
        _ => current.with_extension(format!("log.{number}")),
    }
}

fn append(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

#[cfg(unix)]
fn for_the_person_alone(file: &Path) -> io::Result<()> {
    fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600))
}

/// A person's folders are theirs alone there.
#[cfg(not(unix))]
fn for_the_person_alone(_file: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(folder: &Path) -> Vec<(String, u64)> {
        let mut found: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().len()))
            .collect();
        found.sort();
        found
    }

    #[test]
    fn however_much_is_written_five_files_of_two_megabytes_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = Files::open(folder.path()).unwrap();
        for number in 0..15_000 {
            let line = format!("{number:08} {}\n", "x".repeat(990));
            files.write_all(line.as_bytes()).unwrap();
        }
        let kept = sizes(folder.path());
        let names: Vec<&str> = kept.iter().map(|(name, _)| name.as_str()).collect();
        let expected = ["wingman.log", "wingman.log.1", "wingman.log.2", "wingman.log.3", "wingman.log.4"];
        assert_eq!(names, expected, "fifteen megabytes were written");
        assert!(kept.iter().all(|(_, size)| (1..=LARGEST).contains(size)), "none grows beyond its size: {kept:?}");
        let newest = fs::read_to_string(folder.path().join("wingman.log")).unwrap();
        assert!(newest.contains("\n00014999 "), "the newest line is in the newest file");
        let before = fs::read_to_string(folder.path().join("wingman.log.1")).unwrap();
        let (last, first) = (before.lines().last().unwrap(), newest.lines().next().unwrap());
        let number = |line: &str| line[..8].parse::<u32>().unwrap();
        assert_eq!(number(last) + 1, number(first), "and nothing is lost between two of them");
    }

    #[test]
    fn a_start_goes_on_where_the_last_one_ended() {
        let folder = tempfile::tempdir().unwrap();
        for run in ["first", "second"] {
            Files::open(folder.path()).unwrap().write_all(format!("{run}\n").as_bytes()).unwrap();
        }
        let log = fs::read_to_string(folder.path().join("wingman.log")).unwrap();
        assert_eq!(log, "first\nsecond\n", "what went before is what one looks for after a crash");
    }

    #[test]
    fn a_log_that_cannot_be_put_aside_starts_over() {
        let folder = tempfile::tempdir().unwrap();
        // Nothing can be renamed to where a folder with something in it lies.
        fs::create_dir_all(folder.path().join("wingman.log.4/occupied")).unwrap();
        fs::write(folder.path().join("wingman.log.3"), "in the way\n").unwrap();
        let mut files = Files::open(folder.path()).unwrap();
        let line = "x".repeat(999) + "\n";
        for _ in 0..5_000 {
            files.write_all(line.as_bytes()).unwrap();
        }
        let size = fs::metadata(folder.path().join("wingman.log")).unwrap().len();
        assert!(size <= LARGEST, "it never fills the disk: {size}");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_a_log() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        for name in ["wingman.log", "wingman.log.1"] {
            fs::write(folder.path().join(name), "from an older version\n").unwrap();
            fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o644)).unwrap();
        }
        let mut files = Files::open(folder.path()).unwrap();
        files.rotate().unwrap();
        for entry in fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{} is the person's alone", entry.path().display());
        }
    }
}
