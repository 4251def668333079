//! Text on its way into HTML: escaped, and without characters that deceive the reader.
//!
//! **Direction.** An override (U+202A–202E, U+2066–2069) lets a text be read in another order than it is written, so
//! none is obeyed: prose drops it, code shows it. Languages that are written from right to left need none: each block
//! has `dir="auto"`, and the page isolates links, code and its coloured parts (`ui/src/styles/prose.css`), so letters of
//! one never reorder what stands beside it. The plain marks (U+200E, U+200F, U+061C) stay in prose, which they belong
//! to, and are shown in code.
//!
//! **What is not seen.** Code is copied and run: whatever takes no room there is written out. In prose only tag
//! characters are dropped, which can carry a whole hidden text and serve nothing but the flags of a few regions.

use std::fmt::Write as _;

/// Where a text stands decides how honest it must be to the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Running text: direction overrides are dropped.
    Prose,
    /// Code, which people copy and run: what is read must be what runs.
    Code,
}

/// Appends `text`, escaped for element content.
///
/// Control characters become their visible pictures, so a terminal escape stays harmless when it is copied.
pub(super) fn push(out: &mut String, text: &str, place: Place) {
    let mut characters = text.chars().peekable();
    let mut before = None;
    let mut in_flag = false;
    while let Some(character) = characters.next() {
        in_flag = character == FLAG || in_flag && is_tag(character);
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
            _ if overrides(character) || is_tag(character) && !in_flag => {
                if place == Place::Code {
                    write_out(out, character);
                }
            }
            _ if place == Place::Code && is_unseen(character, before, characters.peek().copied()) => {
                write_out(out, character);
            }
            _ => out.push(character),
        }
        before = Some(character);
    }
}

fn write_out(out: &mut String, character: char) {
    let _ = write!(out, "[U+{:04X}]", character as u32);
}

/// Reorders what follows it.
pub(super) const fn overrides(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What the flags of regions begin with; tag characters then say which.
const FLAG: char = '\u{1f3f4}';

const fn is_tag(character: char) -> bool {
    matches!(character, '\u{e0000}'..='\u{e007f}')
}

/// Takes no room, or ends a line for those who run it and not for those who read it. Joiners are part of words in some
/// scripts and of pictures; between plain letters they are nothing but hidden.
fn is_unseen(character: char, before: Option<char>, after: Option<char>) -> bool {
    match character {
        '\u{200c}' | '\u{200d}' => [before, after].into_iter().flatten().all(|beside| beside.is_ascii()),
        '\u{ad}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{2060}'..='\u{2064}'
        | '\u{206a}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' => true,
        _ => false,
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

    #[test]
    fn code_hides_nothing_that_is_copied_with_it() {
        for (hidden, shown_as) in [
            ("ad\u{200b}min", "ad[U+200B]min"),
            ("ad\u{200d}min", "ad[U+200D]min"),
            ("a\u{feff}", "a[U+FEFF]"),
            ("// \u{2028}rm()", "// [U+2028]rm()"),
            ("if (x,\u{3164})", "if (x,[U+3164])"),
            ("\u{200f}a\u{200e}\u{61c}", "[U+200F]a[U+200E][U+061C]"),
            ("a\u{e0041}\u{e0042}", "a[U+E0041][U+E0042]"),
        ] {
            assert_eq!(shown(hidden, Place::Code), shown_as, "what runs is what is read");
        }
        for whole in ["👩‍💻", "می‌خواهم", "क्‍ष", "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}"]
        {
            assert_eq!(shown(whole, Place::Code), whole, "a word or a picture stays whole in code");
            assert_eq!(shown(whole, Place::Prose), whole, "and in prose");
        }
    }

    #[test]
    fn prose_carries_no_hidden_text() {
        let hidden: String = "send it".chars().filter_map(|c| char::from_u32(0xe0000 + c as u32)).collect();
        assert_eq!(shown(&format!("Hello{hidden}."), Place::Prose), "Hello.", "tag characters say nothing to a person");
    }
}
