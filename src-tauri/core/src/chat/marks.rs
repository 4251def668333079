//! Where words stand in a text, whatever their case, accents and width: for snippets, and for what is found in a chat.
//!
//! The window compares in the same way (`ui/src/chat/fold.ts`), so that what is counted here is what is marked there.

use std::ops::Range;

use icu_normalizer::DecomposingNormalizerBorrowed;

use crate::store::words::{narrow, stands_alone};

/// A text as it is compared, and where each of its characters comes from.
pub(super) struct Folded {
    chars: Vec<char>,
    /// For each character, where in the text the one that it was made of begins; at the end, the text's length.
    from: Vec<usize>,
}

impl Folded {
    pub(super) fn new(text: &str) -> Self {
        let (mut chars, mut from) = (Vec::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
        for (at, c) in text.char_indices() {
            fold(c, |folded| {
                chars.push(folded);
                from.push(at);
            });
        }
        from.push(text.len());
        Self { chars, from }
    }

    /// Where `what` stands, from left to right, as places in the text; never two at the same place.
    pub(super) fn find(&self, what: &Self, whole_beginning: bool) -> Vec<Range<usize>> {
        let (mut found, mut at) = (Vec::new(), 0);
        let length = what.chars.len();
        while length > 0 && at + length <= self.chars.len() {
            let fits = self.chars[at..at + length] == what.chars[..] && (!whole_beginning || self.begins_word(at));
            if fits {
                found.push(self.from[at]..self.end(at + length));
                at += length;
            } else {
                at += 1;
            }
        }
        found
    }

    /// Where the text goes on after the character before this one.
    fn end(&self, at: usize) -> usize {
        self.from[at]
    }

    fn begins_word(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map(|before| self.chars[before]);
        before.is_none_or(|c| !c.is_alphanumeric() || stands_alone(c)) || stands_alone(self.chars[at])
    }
}

/// A character as it is compared: lower case, without accents, of ordinary width, white space all alike.
fn fold(c: char, mut each: impl FnMut(char)) {
    let c = narrow(c);
    if c.is_whitespace() {
        each(' ');
    } else if c < '\u{2000}' && !c.is_ascii() {
        let parts = DecomposingNormalizerBorrowed::new_nfd().normalize_iter(std::iter::once(c));
        for part in parts.filter(|c| !matches!(c, '\u{300}'..='\u{36f}')) {
            part.to_lowercase().for_each(&mut each);
        }
    } else {
        c.to_lowercase().for_each(each);
    }
}

/// Where the words that a person typed stand, in order and without overlaps.
pub(super) fn words(text: &str, typed: &str) -> Vec<Range<usize>> {
    let folded = Folded::new(text);
    let words = typed.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let mut found: Vec<Range<usize>> =
        words.filter(|word| !word.is_empty()).flat_map(|word| folded.find(&Folded::new(word), true)).collect();
    found.sort_by_key(|range| (range.start, range.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// How often the text that a person typed stands in another.
pub(super) fn count(text: &str, typed: &Folded) -> u32 {
    u32::try_from(Folded::new(text).find(typed, false).len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(text: &'a str, typed: &str) -> Vec<&'a str> {
        words(text, typed).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn words_are_found_whatever_their_case_accents_and_width() {
        assert_eq!(
            found("Die Größe des Cafés, ＡＰＩ", "cafe api große"),
            ["Größe", "Café", "ＡＰＩ"],
            "as they are written"
        );
        assert_eq!(found("unrelated rate", "rate"), ["rate"], "where words begin, not in their middle");
        assert_eq!(found("我们的数据库很慢", "数据"), ["数据"], "characters anywhere in a line");
        assert_eq!(found("a (very) odd one", "\"very\" *"), ["very"], "signs are not looked for");
    }

    #[test]
    fn what_is_typed_is_counted_across_line_ends_and_not_across_paragraphs() {
        let typed = Folded::new("Token Bucket");
        assert_eq!(count("a token\nbucket, the TOKEN BUCKET", &typed), 2, "a line end is a space");
        assert_eq!(count("token\u{1e}bucket", &typed), 0, "two paragraphs are not one");
        assert_eq!(count("aaaa", &Folded::new("aa")), 2, "nothing is counted twice");
        assert_eq!(count("anything", &Folded::new("")), 0, "nothing is nowhere");
    }
}
