//! Texts as the search index has them, and what a person types as a question to it.
//!
//! FTS5 parts words where letters end, and some languages write without spaces: there each character becomes a word of
//! its own, and what is looked for becomes a phrase of such words. So one character inside a long line is found, and
//! two only where they stand together.

use std::fmt::Write as _;

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use super::StoreError;

/// Makes `segmented` known to the triggers that fill the index.
pub(super) fn set_up(connection: &Connection) -> Result<(), StoreError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("segmented", 1, flags, |context| Ok(segmented(context.get_raw(0).as_str()?)))?;
    Ok(())
}

/// The text with a space around each character of a script that is written without spaces. An entry is taken out of the
/// index by giving its text once more, so this must go on answering the same (see the migration).
fn segmented(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut alone = false;
    for c in text.chars() {
        let c = narrow(c);
        if stands_alone(c) {
            out.push(' ');
            alone = true;
        } else if alone && !is_mark(c) {
            out.push(' ');
            alone = false;
        }
        // SQLite ends a text at its first NUL.
        out.push(if c == '\0' { ' ' } else { c });
    }
    out
}

/// What a person typed, as a question to the index: all of the words, in any order, the last one perhaps not typed to
/// its end. Nothing of it is syntax. None when there is no word in it.
pub(super) fn question(typed: &str) -> Option<String> {
    let mut question = String::new();
    let words: Vec<&str> = typed.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    for (place, word) in words.iter().enumerate() {
        let phrase = segmented(word).replace('"', " ");
        let _ = write!(question, "{}\"{}\"", if place > 0 { " " } else { "" }, phrase.trim());
        let open = place + 1 == words.len() && !typed.ends_with(char::is_whitespace);
        // One letter begins half of all words: looked for as a word of its own, it answers at once.
        let begun = word.chars().rev().take_while(|c| c.is_alphanumeric() && !stands_alone(narrow(*c))).count();
        if open && begun > 1 {
            question.push('*');
        }
    }
    (!question.is_empty()).then_some(question)
}

/// Full-width letters and digits as the ordinary ones.
pub(crate) fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Whether the character belongs to a script that is written without spaces: Thai to Khmer, Chinese, Japanese, Korean.
pub(crate) const fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{0e01}'..='\u{0e2e}' | '\u{0e40}'..='\u{0e44}' | '\u{0e81}'..='\u{0eae}' | '\u{0ec0}'..='\u{0ec4}'
        | '\u{1000}'..='\u{102a}' | '\u{1780}'..='\u{17b3}'
        | '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}'
        | '\u{309d}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{3105}'..='\u{312f}'
        | '\u{3131}'..='\u{318e}' | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9d}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether it is written on the character before it.
const fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036f}' | '\u{0e31}' | '\u{0e34}'..='\u{0e3a}' | '\u{0e47}'..='\u{0e4e}' | '\u{0eb1}'
        | '\u{0eb4}'..='\u{0ebc}' | '\u{0ec8}'..='\u{0ece}' | '\u{102b}'..='\u{103e}' | '\u{17b4}'..='\u{17d3}'
        | '\u{3099}' | '\u{309a}' | '\u{fe00}'..='\u{fe0f}' | '\u{ff9e}' | '\u{ff9f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_of_a_script_without_spaces_is_a_word() {
        assert_eq!(segmented("我用Rust写"), " 我 用 Rust 写", "and Latin words between them stay whole");
        assert_eq!(segmented("plain text"), "plain text", "what has spaces is left as it is");
        assert_eq!(segmented("ＡＰＩ２"), "API2", "full-width letters are the same letters");
    }

    #[test]
    fn what_is_typed_is_words_and_never_syntax() {
        assert_eq!(question("rate lim").as_deref(), Some("\"rate\" \"lim\"*"), "the last word may go on");
        assert_eq!(question("rate lim ").as_deref(), Some("\"rate\" \"lim\""), "unless it was ended");
        assert_eq!(question("a\"b* OR (c").as_deref(), Some("\"a b*\" \"OR\" \"(c\""), "operators are words");
        assert_eq!(question("数据").as_deref(), Some("\"数 据\""), "two characters stand together");
        assert_eq!(question(" \"*-() "), None, "signs alone ask nothing");
    }
}
