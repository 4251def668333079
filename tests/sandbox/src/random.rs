//! Random text for tokens, codes and ids.

/// The alphabet of GitHub's tokens.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `length` letters and digits.
pub(crate) fn text(length: usize) -> String {
    bytes().map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()])).take(length).collect()
}

/// `length` lower-case hexadecimal digits, as in an OAuth code.
pub(crate) fn hex(length: usize) -> String {
    bytes().flat_map(|byte| format!("{byte:02x}").into_bytes()).map(char::from).take(length).collect()
}

/// Eight letters in two groups, as a person types them on the device page.
pub(crate) fn user_code() -> String {
    const CLEAR: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ"; // no vowels, so no words
    let letters: String = bytes().map(|byte| char::from(CLEAR[usize::from(byte) % CLEAR.len()])).take(8).collect();
    format!("{}-{}", &letters[..4], &letters[4..])
}

/// A version-4 UUID has six fixed bits, in bytes 6 and 8: those two are left out.
fn bytes() -> impl Iterator<Item = u8> {
    std::iter::repeat_with(|| uuid::Uuid::new_v4().into_bytes()).flat_map(|bytes| [&bytes[..6], &bytes[9..]].concat())
}
