//! The database's key: 32 random bytes, kept in the keychain and passed raw, so that opening costs no derivation.

use std::fmt::{self, Write as _};

use secrecy::zeroize::{Zeroize, Zeroizing};
use secrecy::{ExposeSecret, SecretBox, SecretString};

/// How many bytes a key has.
const LENGTH: usize = 32;

/// The key of the database. Wiped when dropped, never shown.
pub struct DatabaseKey(SecretBox<[u8; LENGTH]>);

impl DatabaseKey {
    /// A new key. `fill` fills the slice with unpredictable bytes (`Desktop::random`).
    pub fn generate<E>(fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        fill(bytes.as_mut_slice())?;
        Ok(Self::from_bytes(&bytes))
    }

    /// The key made of these bytes; the caller wipes its own copy.
    pub fn from_bytes(bytes: &[u8; LENGTH]) -> Self {
        Self(SecretBox::init_with_mut(|inner: &mut [u8; LENGTH]| {
            inner.copy_from_slice(bytes);
        }))
    }

    /// The key as the keychain holds it (64 hexadecimal digits); none when that is not what stands there.
    pub fn from_text(text: &SecretString) -> Option<Self> {
        let text = text.expose_secret().as_bytes();
        if text.len() != 2 * LENGTH {
            return None;
        }
        let mut bytes = Zeroizing::new([0_u8; LENGTH]);
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            *byte = u8::try_from(high << 4 | low).ok()?;
        }
        Some(Self::from_bytes(&bytes))
    }

    /// The key for the keychain: 64 hexadecimal digits.
    pub fn to_text(&self) -> SecretString {
        let mut digits = self.digits("", "");
        let text = SecretString::from(digits.as_str());
        digits.zeroize();
        text
    }

    /// The key as SQLCipher takes it, raw.
    pub(super) fn raw(&self) -> Zeroizing<String> {
        self.digits("x'", "'")
    }

    /// The statement that unlocks a connection. It must not reach a log or an error: see [`super::connection`].
    pub(super) fn pragma(&self) -> Zeroizing<String> {
        self.digits("PRAGMA key = \"x'", "'\"")
    }

    /// The digits between two texts, in one allocation, so that growing leaves no copy behind.
    fn digits(&self, before: &str, after: &str) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(before.len() + 2 * LENGTH + after.len()));
        text.push_str(before);
        for byte in self.0.expose_secret() {
            let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        }
        text.push_str(after);
        text
    }
}

impl Clone for DatabaseKey {
    fn clone(&self) -> Self {
        Self::from_bytes(self.0.expose_secret())
    }
}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_the_keychain_as_it_went_in() {
        let key = DatabaseKey::from_bytes(&std::array::from_fn(|i| u8::try_from(i * 7).unwrap()));
        let text = key.to_text();
        assert_eq!(text.expose_secret().len(), 64, "a raw SQLCipher key is 64 hexadecimal digits");
        let again = DatabaseKey::from_text(&text).expect("what we wrote is a key");
        assert_eq!(*again.pragma(), *key.pragma(), "another key would lock the person out of the history");
    }

    #[test]
    fn what_is_not_a_key_is_refused() {
        for text in ["", "abc", &"g".repeat(64), &"0".repeat(63), &"é".repeat(32)] {
            assert!(
                DatabaseKey::from_text(&SecretString::from(text)).is_none(),
                "{text:?} must not be taken for a key: the database would count as damaged"
            );
        }
    }

    #[test]
    fn a_key_is_never_shown() {
        let shown = format!("{:?}", DatabaseKey::from_bytes(&[0xef; 32]));
        assert_eq!(shown, "DatabaseKey(…)", "a key in a log opens the whole history");
    }
}
