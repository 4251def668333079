//! Text, known by its content: UTF-8, and UTF-16 with or without its mark.

/// How much of a file is looked at to see whether it is UTF-16 without a mark, in bytes.
const GLANCE: usize = 4096;

/// The text; none when it is no text.
pub(super) fn read(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok()?,
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        _ => match zeros(bytes) {
            (0, 0) => String::from_utf8(bytes.to_vec()).ok()?,
            (even, odd) if odd > 8 * even => utf16(bytes, u16::from_le_bytes)?,
            (even, odd) if even > 8 * odd => utf16(bytes, u16::from_be_bytes)?,
            _ => return None,
        },
    };
    text.chars().all(is_of_text).then_some(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
    if rest.is_empty() { String::from_utf16(&units).ok() } else { None }
}

/// How many bytes are nought, at even and at odd places: in UTF-16 nearly all of them are on one side.
fn zeros(bytes: &[u8]) -> (usize, usize) {
    let glance = &bytes[..bytes.len().min(GLANCE)];
    let at = |first: usize| glance.iter().skip(first).step_by(2).filter(|&&byte| byte == 0).count();
    (at(0), at(1))
}

/// Whether a character stands in text: of those that control something only what moves or colours a terminal's text.
fn is_of_text(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\x08' | '\x0c' | '\x1b') || !('\0'..='\x1f').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_every_common_writing_is_read() {
        let words = "fn main() { /* héllo 你好 👋 */ }\r\n";
        let units = || words.encode_utf16();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        for (what, bytes) in [
            ("UTF-8", words.as_bytes().to_vec()),
            ("UTF-8 with a mark", [b"\xef\xbb\xbf", words.as_bytes()].concat()),
            ("UTF-16 of Windows", [b"\xff\xfe", &little[..]].concat()),
            ("UTF-16, big-endian", [b"\xfe\xff", &big[..]].concat()),
            ("UTF-16 without a mark", little.clone()),
            ("UTF-16 without a mark, big-endian", big),
        ] {
            assert_eq!(read(&bytes).as_deref(), Some(words), "{what}");
        }
        assert_eq!(read(b"\x1b[31mred\x1b[0m\tlog\n").as_deref(), Some("\x1b[31mred\x1b[0m\tlog\n"), "a coloured log");
    }

    #[test]
    fn what_is_no_text_is_not_taken_for_it() {
        let odd: Vec<u8> = [b"\xff\xfe", &b"a\0b"[..]].concat();
        for bytes in
            [&b"\x7fELF\x02\x01\x01\0\0\0"[..], b"caf\xe9", b"\xff\xfe\x00\xd8", &odd, b"a\0b\0\0\0c", b"\x01\x02"]
        {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}
