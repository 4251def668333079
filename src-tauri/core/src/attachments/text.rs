//! Text, known by its content: UTF-8, UTF-16 with or without its mark, and what was written before there was Unicode.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

/// How much of a file is looked at to see whether it is UTF-16 without a mark, in bytes.
const GLANCE: usize = 4096;

/// The text; none when it is no text.
pub(super) fn read(bytes: &[u8]) -> Option<String> {
    unicode(bytes).or_else(|| of_before(bytes))
}

/// The text, when it is Unicode: nothing but text reads as that.
pub(super) fn unicode(bytes: &[u8]) -> Option<String> {
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

/// The text, in the encoding that its bytes look most like: GBK, Big5, Shift_JIS, Windows' and ISO's.
fn of_before(bytes: &[u8]) -> Option<String> {
    // None of these has such bytes in text, and hardly any other file has none. Asked first: guessing takes longer.
    if !bytes.iter().all(|byte| is_of_text(char::from(*byte))) {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    let (mut letters, mut odd) = (0_usize, 0_usize);
    for character in text.chars().filter(|c| !c.is_ascii()) {
        match character {
            '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' | '\u{fffd}' => return None,
            _ if character.is_alphanumeric() => letters += 1,
            _ => odd += usize::from(!stands_between_words(character)),
        }
    }
    // Text has more letters than signs; bytes that mean something else are read as anything.
    (letters >= odd || odd * 20 < text.len()).then(|| text.into_owned())
}

/// Spaces and punctuation beyond ASCII's.
fn stands_between_words(c: char) -> bool {
    let latin = "\u{a0}§©«®°·»¡¿".contains(c);
    latin
        || matches!(c, '\u{2010}'..='\u{203a}' | '\u{20a0}'..='\u{20cf}' | '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff65}')
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
    fn text_of_before_unicode_is_read() {
        let words = [
            (encoding_rs::GBK, "你好，世界。这是一个用旧编码保存的文本文件。\r\n第二行。\r\n"),
            (encoding_rs::BIG5, "這是一個用舊編碼儲存的文字檔案，內容是繁體中文。\n"),
            (encoding_rs::SHIFT_JIS, "これは古い文字コードで保存されたテキストです。\n"),
            (encoding_rs::WINDOWS_1252, "Le café de l’été coûte 3 € – à côté d’un garçon.\n"),
            (encoding_rs::WINDOWS_1251, "Это старый текстовый файл на русском языке.\n"),
        ];
        for (encoding, words) in words {
            let (bytes, _, lost) = encoding.encode(words);
            assert!(!lost && std::str::from_utf8(&bytes).is_err(), "{}: written in it", encoding.name());
            assert_eq!(read(&bytes).as_deref(), Some(words), "{}", encoding.name());
            assert_eq!(unicode(&bytes), None, "{} is no Unicode", encoding.name());
        }
        assert_eq!(read(b"caf\xe9").as_deref(), Some("café"), "however short");
    }

    #[test]
    fn what_is_no_text_is_not_taken_for_it() {
        let odd: Vec<u8> = [b"\xff\xfe", &b"a\0b"[..]].concat();
        for bytes in
            [&b"\x7fELF\x02\x01\x01\0\0\0"[..], b"\xff\xfe\x00\xd8", &odd, b"a\0b\0\0\0c", b"\x01\x02", b"caf\xe9\x01"]
        {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
        // What is packed: every byte that text may have, and none of its order.
        let mut state = 7_u32;
        let mut packed: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(4_000)
        .collect();
        packed.retain(|byte| is_of_text(char::from(*byte)));
        assert_eq!(read(&packed), None, "not in any encoding");
    }
}
