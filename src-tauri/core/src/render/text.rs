//! Text on its way into HTML: escaped, and without characters that deceive the reader.

use std::fmt::Write as _;

/// Where a text stands decides how honest it must be to the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Running text: direction overrides are dropped.
    Prose,
    /// Code, which people copy and run: direction overrides are shown, or what is read differs from what runs.
    Code,
}

/// Appends `text`, escaped for element content.
///
/// Control characters become their visible pictures, so a terminal escape stays harmless when it is copied.
pub(super) fn push(out: &mut String, text: &str, place: Place) {
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            '\n' | '\t' => out.push(character),
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' => out.push('\n'),
            '\0'..='\u{1f}' => out.push(char::from_u32(0x2400 + character as u32).unwrap_or('\u{fffd}')),
            '\u{7f}' => out.push('\u{2421}'),
            '\u{80}'..='\u{9f}' => out.push('\u{fffd}'),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                if place == Place::Code {
                    let _ = write!(out, "[U+{:04X}]", character as u32);
                }
            }
            _ => out.push(character),
        }
    }
}

/// Appends `value`, escaped for an attribute in double quotes.
pub(super) fn push_attribute(out: &mut String, value: &str) {
    for character in value.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, place: Place) -> String {
        let mut out = String::new();
        push(&mut out, text, place);
        out
    }

    #[test]
    fn control_characters_are_seen_and_not_obeyed() {
        assert_eq!(shown("\u{1b}[31mred", Place::Prose), "␛[31mred", "a terminal escape is a picture");
        assert_eq!(shown("a\0b\u{7f}\u{9b}", Place::Code), "a␀b␡\u{fffd}", "NUL, DEL and C1 as well");
        assert_eq!(shown("a\r\nb\rc\td\n", Place::Code), "a\nb\nc\td\n", "line ends and tabs are text");
    }

    #[test]
    fn direction_overrides_never_reorder_what_is_read() {
        let text = "a\u{202e}b\u{2066}c";
        assert_eq!(shown(text, Place::Prose), "abc", "prose drops them");
        assert_eq!(shown(text, Place::Code), "a[U+202E]b[U+2066]c", "code shows them");
        assert_eq!(shown("\u{200f}שלום", Place::Prose), "\u{200f}שלום", "plain marks of direction belong to the text");
    }
}
