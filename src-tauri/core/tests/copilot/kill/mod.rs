//! Killed at any moment, nothing is lost.
//!
//! The whole application without its window runs in a process of its own (`victim`), with the real runtime, and says on
//! its standard output what it has promised: the question whose `send` has returned, the words that a window was shown.
//! It is killed at a random moment, and the next one begins by looking whether all that was promised is there (`ledger`).
//! The keychain is a file, which outlives the process as the system's keychain does.

mod ledger;
pub mod old;
pub mod victim;

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, Result, bail, ensure};

use crate::endpoint::{Endpoint, Reply};
use ledger::Ledger;
use victim::{ENDPOINT, MIGRATING, PROMISES, SEED, VICTIM, Word};
pub use victim::{opens_an_old_database, victim};

/// How an answer of these stories reads: so many words, one after another.
const WORDS: usize = 120;
const PAUSE: Duration = Duration::from_millis(6);

/// No start takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// One process that is going to be killed, and what it says.
struct Victim {
    child: Child,
    words: Receiver<(Instant, Word)>,
}

impl Victim {
    fn start(folder: &Path, story: &str, told: &[(&str, String)]) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(story).env(crate::FOLDER, folder).envs(told.iter().map(|(name, value)| (*name, value)));
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn()?;
        let output = child.stdout.take().context("it has an output")?;
        let (said, words) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                // What was cut off in its middle by the kill was not said.
                let Some(word) = line.ok().and_then(|line| serde_json::from_str(&line).ok()) else { continue };
                if said.send((Instant::now(), word)).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, words })
    }

    /// Listens until this moment, or until it has said this.
    fn listen(&self, ledger: &mut Ledger, until: Instant, enough: impl Fn(&Word) -> bool) -> Result<bool> {
        loop {
            match self.words.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok((_, Word::Broken(what))) => bail!("after a kill: {what}"),
                Ok((at, word)) => {
                    let done = enough(&word);
                    ledger.note(at, word);
                    if done {
                        return Ok(true);
                    }
                }
                Err(RecvTimeoutError::Timeout) => return Ok(false),
                Err(RecvTimeoutError::Disconnected) => bail!("it ended by itself"),
            }
        }
    }

    /// Kills it, as nothing can be caught, and hears what it had said before.
    fn kill(mut self, ledger: &mut Ledger) -> Result<()> {
        let at = Instant::now();
        self.child.kill()?;
        self.child.wait()?;
        // Its end of the pipe is closed: this ends.
        while let Ok((heard, word)) = self.words.recv() {
            if let Word::Broken(what) = word {
                bail!("after a kill: {what}");
            }
            ledger.note(heard.min(at), word);
        }
        ledger.killed(at);
        Ok(())
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        // Also where the story fails before it comes to that. One that is dead already is no failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// So many in a suite, so many in a soak.
fn count(short: u32, long: u32) -> u32 {
    if std::env::var_os("WINGMAN_SOAK").is_some() { long } else { short }
}

/// The moments of this run. Printed, so that they can be had again: `WINGMAN_SEED`.
fn moments() -> (u64, fastrand::Rng) {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs();
    let seed = std::env::var("WINGMAN_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(now);
    (seed, fastrand::Rng::with_seed(seed))
}

pub async fn killed_at_any_moment_nothing_is_lost(folder: PathBuf) -> Result<()> {
    let endpoint = Endpoint::start().await?;
    let pieces = (1..=WORDS).map(|number| format!("w{number} ")).collect();
    endpoint.always("long", Reply::Paced(pieces, PAUSE));
    let (seed, mut moments) = moments();
    let kills = count(20, 200);
    let (mut ledger, mut early) = (Ledger::default(), 0);
    let promises = folder.join("promises.json");
    for number in 0..=kills {
        std::fs::write(&promises, serde_json::to_vec(&ledger.promised())?)?;
        let told = [
            (ENDPOINT, endpoint.url.to_string()),
            (PROMISES, promises.display().to_string()),
            (SEED, moments.u64(..).to_string()),
        ];
        let (folder, last) = (folder.clone(), number == kills);
        // One in five is killed while it starts; the next one looks after it.
        let in_its_start = !last && number > 0 && moments.u8(..5) == 0;
        let moment = Duration::from_millis(if in_its_start { moments.u64(..700) } else { moments.u64(..900) });
        early += u32::from(in_its_start);
        ledger = tokio::task::spawn_blocking(move || -> Result<Ledger> {
            let victim = Victim::start(&folder, VICTIM, &told)?;
            if !in_its_start {
                let begins = victim.listen(&mut ledger, Instant::now() + PATIENCE, |word| *word == Word::Begins);
                let begins = begins.with_context(|| format!("kill {number}, seed {seed}"))?;
                ensure!(begins, "start {number} (seed {seed}) did not come to its beginning");
            }
            if !last {
                victim.listen(&mut ledger, Instant::now() + moment, |_| false)?;
            }
            victim.kill(&mut ledger).with_context(|| format!("kill {number}, seed {seed}"))?;
            Ok(ledger)
        })
        .await??;
        for seen in endpoint.chats() {
            ledger.asked_once(&seen).with_context(|| format!("kill {number}, seed {seed}"))?;
        }
        endpoint.forget();
    }
    println!("{kills} kills survived ({early} of them in a start), seed {seed}; promised: {ledger}");
    ledger.is_worth_it()
}

pub async fn killed_while_it_migrates_everything_is_there(folder: PathBuf) -> Result<()> {
    let (seed, mut moments) = moments();
    let (kills, mut amid) = (count(8, 60), 0);
    let endpoint = Endpoint::start().await?;
    for number in 0..kills {
        let version = 1 + moments.usize(..old::RELEASED.len());
        let place = folder.join(format!("from-{number}"));
        old::make(&place, version)?;
        let told = [(ENDPOINT, endpoint.url.to_string())];
        let moment = Duration::from_millis(moments.u64(..250));
        let killed = place.clone();
        let again = tokio::task::spawn_blocking(move || -> Result<bool> {
            let mut ledger = Ledger::default();
            let victim = Victim::start(&killed, MIGRATING, &told)?;
            victim.listen(&mut ledger, Instant::now() + PATIENCE, |word| *word == Word::Begins)?;
            victim.listen(&mut ledger, Instant::now() + moment, |_| false)?;
            victim.kill(&mut ledger)?;
            let amid = old::is_amid(&killed, version)?;
            let victim = Victim::start(&killed, MIGRATING, &told)?;
            let whole = victim.listen(&mut ledger, Instant::now() + PATIENCE, |word| *word == Word::Whole)?;
            ensure!(whole, "it did not open again");
            victim.kill(&mut ledger)?;
            Ok(amid)
        });
        amid += u32::from(again.await?.with_context(|| format!("kill {number}, from version {version}, seed {seed}"))?);
    }
    println!("{kills} kills while migrating survived, {amid} of them between two steps, seed {seed}");
    Ok(())
}
