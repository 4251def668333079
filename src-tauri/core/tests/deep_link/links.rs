//! Links made by mutation: pieces of the corpus cut, joined, repeated, and bytes of them changed; and who hears whether
//! anything is logged of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// A small generator whose numbers are repeated by their seed (xorshift64*, Vigna 2016).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap_or_default() % end.max(1)
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Stands in the corpus where the state of the attempt goes.
const STATE: &str = "STATE";

/// What links of this kind are made of, and what confuses parsers.
const PIECES: &[&str] = &[
    "dev.wingman.desktop://oauth/callback?code=c&state=STATE",
    "dev.wingman.desktop:",
    "://",
    "oauth",
    "/callback",
    "?",
    "&",
    "=",
    "#",
    "%",
    "%00",
    "%0a",
    "%26",
    "%3D",
    "%ff",
    "%F0%9F%92%A9",
    "+",
    ";",
    "..",
    "/./",
    "//",
    "\\",
    "@",
    ":",
    ":0",
    "[::1]",
    "\0",
    "\t",
    "\n",
    "\r\n",
    " ",
    "\u{feff}",
    "\u{202e}",
    "é",
    "💩",
    "\u{fffd}",
    "code=",
    "&code=d",
    "state=STATE",
    "&state=STATE",
    "&state=",
    "error=access_denied",
    "&error=",
    "&iss=https%3A%2F%2Fgithub.com%2Flogin%2Foauth",
    "&iss=https://evil.example",
    "error_description=",
    "javascript:",
    "file:///",
    "xn--",
    "STATE",
    "--help",
];

/// The corpus.
pub struct Links(Vec<String>);

impl Links {
    pub fn read() -> Self {
        let links: Vec<String> = serde_json::from_str(include_str!("links.json")).expect("a list of links");
        assert!(links.len() >= 60, "the corpus has what it had");
        // What the fuzzer has found to be worth trying.
        let found = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus");
        let found = std::fs::read_dir(found).expect("the fuzzer's corpus is there");
        let mut found: Vec<_> = found.filter_map(|entry| std::fs::read(entry.ok()?.path()).ok()).collect();
        found.sort();
        Self(links.into_iter().chain(found.iter().map(|link| String::from_utf8_lossy(link).into_owned())).collect())
    }

    /// A link that nobody has sent yet, about an attempt of this state.
    pub fn mutated(&self, random: &mut Random, state: &str) -> String {
        let mut bytes = random.of(&self.0).replace(STATE, state).into_bytes();
        for _ in 0..[0, 1, 1, 2, 3, 5, 9][random.below(7)] {
            self.mutate(&mut bytes, random, state);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn mutate(&self, bytes: &mut Vec<u8>, random: &mut Random, state: &str) {
        let at = random.below(bytes.len() + 1);
        let end = (at + 1 + random.below(12)).min(bytes.len());
        match random.below(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = random.below(256).to_le_bytes()[0],
            2 => drop(bytes.drain(at.min(end)..end)),
            3 => bytes.truncate(at),
            4 => {
                let piece = bytes[at.min(end)..end].to_vec();
                let times = [1, 2, 40, 900][random.below(4)];
                bytes.splice(at..at, piece.repeat(times));
            }
            5 | 6 => drop(bytes.splice(at..at, random.of(PIECES).replace(STATE, state).into_bytes())),
            7 => {
                let other = random.of(&self.0).replace(STATE, state).into_bytes();
                bytes.truncate(at);
                bytes.extend_from_slice(&other[random.below(other.len() + 1)..]);
            }
            _ => {
                let other = random.of(&self.0).replace(STATE, state);
                bytes.extend_from_slice(b"&");
                bytes.extend_from_slice(other.split_once('?').map_or(other.as_str(), |(_, query)| query).as_bytes());
            }
        }
    }
}

/// Hears every line that would be logged, at any level.
#[derive(Clone, Default)]
pub struct Ear(Arc<AtomicUsize>);

impl Ear {
    /// How many lines and spans there were.
    pub fn lines(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Subscriber for Ear {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        self.0.fetch_add(1, Ordering::Relaxed);
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
