//! What a passphrase opens: bytes sealed under a key that Argon2id makes of it.
//!
//! Two things are sealed so: the database's key, for whoever has no keychain or wants a second way to it
//! ([`crate::store::sealed_key`]), and an export that goes to another computer. The form is written down for others in
//! `docs/sealed.md`: a line of JSON that says how the key is made, then pieces of 64 KiB, each with its place in the
//! nonce and the first line as associated data (XChaCha20-Poly1305 in the STREAM construction), so that nothing can be
//! cut off, left out or put elsewhere.
//!
//! Knows nobody.

use std::io::{self, BufRead, Read, Write};

use aead_stream::{DecryptorBE32, EncryptorBE32};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::Payload;
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The fewest characters that a new passphrase may have (NIST SP 800-63B asks for eight at least).
pub const SHORTEST: usize = 8;

/// How the first line of what is sealed begins.
pub const BEGINNING: &[u8] = b"{\"format\":\"wingman-sealed\"";

/// What is encrypted at once, in bytes.
const PIECE: usize = 64 * 1024;

/// What is added to each piece.
const TAG: usize = 16;

/// The longest first line that is read.
const LONGEST_HEAD: u64 = 1024;

/// The cost of a guess: the second choice that RFC 9106, section 4 recommends.
const COST: Cost = Cost { memory: 64 * 1024, passes: 3, lanes: 4 };

/// The most that a file may ask for: it may be anybody's.
const DEAREST: Cost = Cost { memory: 1024 * 1024, passes: 16, lanes: 16 };

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cost {
    /// In KiB.
    #[serde(rename = "memoryKib")]
    memory: u32,
    passes: u32,
    lanes: u32,
}

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    // First, so that the line can be told by its beginning.
    format: String,
    version: u32,
    kdf: String,
    #[serde(flatten)]
    cost: Cost,
    salt: String,
    nonce: String,
}

/// Why something sealed does not open.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Another passphrase, or the beginning is damaged: nobody can tell which.
    #[error("the passphrase does not open it")]
    Wrong,
    /// It is not sealed by Wingman, or not whole.
    #[error("it is damaged")]
    Damaged,
    /// A newer Wingman sealed it.
    #[error("it was sealed by a newer version")]
    Newer,
    /// The file cannot be read or written.
    #[error("{0}")]
    File(#[from] io::Error),
}

/// A passphrase as a window hands it over.
#[derive(TS)]
pub struct Typed(#[ts(type = "string")] pub SecretString);

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(SecretString::from(text)))
    }
}

/// Whether a new passphrase is long enough.
pub fn is_long_enough(passphrase: &SecretString) -> bool {
    passphrase.expose_secret().chars().count() >= SHORTEST
}

/// Seals everything that is written to it. Nothing of it opens before [`Sealing::finish`].
pub struct Sealing<W> {
    to: W,
    head: Vec<u8>,
    encryptor: EncryptorBE32<XChaCha20Poly1305>,
    waiting: Zeroizing<Vec<u8>>,
}

impl<W: Write> Sealing<W> {
    /// Begins. `fill` fills the slice with unpredictable bytes.
    pub fn begin(
        mut to: W,
        passphrase: &SecretString,
        fill: impl Fn(&mut [u8]) -> io::Result<()>,
    ) -> Result<Self, Failure> {
        let (mut salt, mut nonce) = ([0_u8; 16], [0_u8; 19]);
        fill(&mut salt)?;
        fill(&mut nonce)?;
        let head = Head {
            format: "wingman-sealed".to_owned(),
            version: 1,
            kdf: "argon2id".to_owned(),
            cost: COST,
            salt: STANDARD.encode(salt),
            nonce: STANDARD.encode(nonce),
        };
        let mut head = serde_json::to_vec(&head).map_err(io::Error::from)?;
        head.push(b'\n');
        to.write_all(&head)?;
        let encryptor = EncryptorBE32::from_aead(cipher(passphrase, &salt, COST)?, &nonce.into());
        Ok(Self { to, head, encryptor, waiting: Zeroizing::new(Vec::with_capacity(2 * PIECE)) })
    }

    /// Writes the end, and gives back what was written to.
    pub fn finish(mut self) -> io::Result<W> {
        let piece = Payload { msg: &self.waiting, aad: &self.head };
        let sealed = self.encryptor.encrypt_last(piece).map_err(io::Error::other)?;
        self.to.write_all(&sealed)?;
        self.to.flush()?;
        Ok(self.to)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE);
        self.waiting.extend_from_slice(&bytes[..taken]);
        // The last piece is told from the others, so one waits until more has come.
        if self.waiting.len() > PIECE {
            let piece = Payload { msg: &self.waiting[..PIECE], aad: &self.head };
            let sealed = self.encryptor.encrypt_next(piece).map_err(io::Error::other)?;
            self.to.write_all(&sealed)?;
            self.waiting.drain(..PIECE);
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Opens what was sealed: all of it, or nothing. At most `limit` bytes.
pub fn open(from: impl BufRead, passphrase: &SecretString, limit: u64) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut from = from;
    let mut line = Vec::new();
    (&mut from).take(LONGEST_HEAD).read_until(b'\n', &mut line)?;
    let head: Head = serde_json::from_slice(&line).map_err(|_| Failure::Damaged)?;
    if head.format != "wingman-sealed" {
        return Err(Failure::Damaged);
    }
    if head.version != 1 || head.kdf != "argon2id" {
        return Err(Failure::Newer);
    }
    let Cost { memory, passes, lanes } = head.cost;
    if memory > DEAREST.memory || passes > DEAREST.passes || lanes > DEAREST.lanes {
        return Err(Failure::Damaged);
    }
    let salt = STANDARD.decode(&head.salt).map_err(|_| Failure::Damaged)?;
    let nonce: [u8; 19] =
        STANDARD.decode(&head.nonce).ok().and_then(|nonce| nonce.try_into().ok()).ok_or(Failure::Damaged)?;
    let mut decryptor = DecryptorBE32::from_aead(cipher(passphrase, &salt, head.cost)?, &nonce.into());

    let mut opened = Zeroizing::new(Vec::new());
    let mut piece = Vec::with_capacity(PIECE + TAG);
    loop {
        let first = opened.is_empty();
        piece.clear();
        (&mut from).take((PIECE + TAG) as u64).read_to_end(&mut piece)?;
        let last = from.fill_buf()?.is_empty();
        let sealed = Payload { msg: &piece, aad: &line };
        let failed = |_| if first { Failure::Wrong } else { Failure::Damaged };
        if (opened.len() + piece.len()) as u64 > limit.saturating_add(TAG as u64) {
            return Err(Failure::Damaged);
        }
        if last {
            opened.extend_from_slice(&Zeroizing::new(decryptor.decrypt_last(sealed).map_err(failed)?));
            return Ok(opened);
        }
        opened.extend_from_slice(&Zeroizing::new(decryptor.decrypt_next(sealed).map_err(failed)?));
    }
}

fn cipher(passphrase: &SecretString, salt: &[u8], cost: Cost) -> Result<XChaCha20Poly1305, Failure> {
    let mut key = Zeroizing::new([0_u8; 32]);
    let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(key.len())).map_err(|_| Failure::Damaged)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose_secret().as_bytes(), salt, key.as_mut_slice())
        .map_err(|_| Failure::Damaged)?;
    Ok(XChaCha20Poly1305::new((&*key).into()))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn passphrase(text: &str) -> SecretString {
        SecretString::from(text)
    }

    fn sealed(text: &[u8], with: &str) -> Vec<u8> {
        let fill = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|error| io::Error::other(error.to_string()));
        let mut sealing = Sealing::begin(Vec::new(), &passphrase(with), fill).expect("memory takes it");
        sealing.write_all(text).expect("memory takes it");
        sealing.finish().expect("memory takes it")
    }

    fn opened(bytes: &[u8], with: &str) -> Result<Vec<u8>, Failure> {
        open(Cursor::new(bytes), &passphrase(with), 1 << 20).map(|opened| opened.to_vec())
    }

    #[test]
    fn what_is_sealed_comes_back_whole_whatever_its_length() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17] {
            let text: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).expect("small")).collect();
            let sealed = sealed(&text, "correct horse");
            assert!(sealed.starts_with(BEGINNING), "a reader knows it by its first line");
            assert!(opened(&sealed, "correct horse").expect("it opens") == text, "{length} bytes, at the seams too");
        }
    }

    #[test]
    fn no_word_of_it_is_seen_and_no_two_are_alike() {
        let one = sealed(b"Zyzzogeton-quagga", "correct horse");
        assert!(!one.windows(10).any(|window| window == b"Zyzzogeton"), "sealed is sealed");
        assert_ne!(one, sealed(b"Zyzzogeton-quagga", "correct horse"), "salt and nonce are drawn anew");
    }

    #[test]
    fn another_passphrase_opens_nothing() {
        let sealed = sealed(b"words", "correct horse");
        for wrong in ["", "correct hors", "Correct horse", "correct horse "] {
            assert!(matches!(opened(&sealed, wrong), Err(Failure::Wrong)), "{wrong:?} is another one");
        }
    }

    #[test]
    fn nothing_can_be_changed_cut_off_or_moved() {
        let text = vec![7_u8; 2 * PIECE + 5];
        let whole = sealed(&text, "correct horse");
        let head = whole.iter().position(|byte| *byte == b'\n').expect("a first line") + 1;
        let mut moved = whole[..head].to_vec();
        moved.extend_from_slice(&whole[head + PIECE + TAG..head + 2 * (PIECE + TAG)]);
        moved.extend_from_slice(&whole[head..head + PIECE + TAG]);
        moved.extend_from_slice(&whole[head + 2 * (PIECE + TAG)..]);
        let mut turned = whole.clone();
        turned[head + PIECE + TAG + 3] ^= 1;
        for (bytes, what) in [
            (&whole[..whole.len() - 1], "a byte at its end"),
            (&whole[..head + PIECE + TAG], "its later pieces"),
            (&whole[..head], "all but its first line"),
            (&moved, "the order of its pieces"),
            (&turned, "one bit"),
        ] {
            assert!(opened(bytes, "correct horse").is_err(), "{what} is missed");
        }
    }

    #[test]
    fn a_file_of_anybody_s_costs_no_more_than_a_fair_one() {
        for head in [
            r#"{"format":"wingman-sealed","version":1,"kdf":"argon2id","memoryKib":4294967295,"passes":3,"lanes":4,"salt":"AAAAAAAAAAAAAAAAAAAAAA==","nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAA=="}"#,
            r#"{"format":"wingman-sealed","version":1,"kdf":"argon2id","memoryKib":64,"passes":1,"lanes":0,"salt":"AAAA","nonce":"AAAA"}"#,
            r#"{"format":"other"}"#,
            "",
        ] {
            assert!(
                matches!(opened(head.as_bytes(), "correct horse"), Err(Failure::Damaged)),
                "{head} is refused unread"
            );
        }
        let later = r#"{"format":"wingman-sealed","version":2,"kdf":"argon2id","memoryKib":64,"passes":1,"lanes":1,"salt":"AAAA","nonce":"AAAA"}"#;
        assert!(matches!(opened(later.as_bytes(), "x"), Err(Failure::Newer)), "a later form is told as that");
    }
}
