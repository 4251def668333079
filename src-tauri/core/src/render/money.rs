//! Dollar signs that are money or a shell's variables, found before the parser reads the text.
//!
//! The parser lets a `$` close a formula wherever no white space stands before it, and what is in a formula is no
//! Markdown any more: `**$20**/month or **$200**/year` would be one. So the parser reads a text in which each sign that
//! opens no formula is another character, as long as itself, which is put back into what comes out.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Parser, Tag};

use super::blocks::OPTIONS;
use super::html;

/// Stands for such a sign: a character that means nothing in Markdown, may stand in an address, and is in no text.
const STAND_IN: char = '\x7f';

/// The text with its signs of money replaced; none when there are none.
pub(super) fn blanked(text: &str) -> Option<String> {
    if text.bytes().filter(|byte| *byte == b'$').nth(1).is_none() || text.contains(STAND_IN) {
        return None;
    }
    let money = money(text);
    if money.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for at in money {
        out.push_str(&text[from..at]);
        out.push(STAND_IN);
        from = at + 1;
    }
    out.push_str(&text[from..]);
    Some(out)
}

/// The words of a blanked text as they were.
pub(super) fn restored(text: &str) -> String {
    text.replace(STAND_IN, "$")
}

/// What the parser says of a blanked text, with its words as they were.
pub(super) fn restored_in(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Text(text) => Event::Text(back(text)),
        Event::Code(text) => Event::Code(back(text)),
        Event::InlineMath(text) => Event::InlineMath(back(text)),
        Event::DisplayMath(text) => Event::DisplayMath(back(text)),
        Event::Html(text) => Event::Html(back(text)),
        Event::InlineHtml(text) => Event::InlineHtml(back(text)),
        Event::FootnoteReference(label) => Event::FootnoteReference(back(label)),
        Event::Start(Tag::FootnoteDefinition(label)) => Event::Start(Tag::FootnoteDefinition(back(label))),
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(back(info))))
        }
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: back(dest_url), title, id })
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Image { link_type, dest_url: back(dest_url), title, id })
        }
        other => other,
    }
}

fn back(text: CowStr<'_>) -> CowStr<'_> {
    if text.contains(STAND_IN) { restored(&text).into() } else { text }
}

/// Where the signs stand that the parser would take for a formula's first, and that are none.
fn money(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut money = Vec::new();
    let mut open = None;
    for sign in signs(text) {
        let (at, opens) = match sign {
            Sign::Barrier => {
                open = None;
                continue;
            }
            Sign::InCode(at) => (at, false),
            Sign::Plain(at) => (at, bytes.get(at + 1).is_some_and(|next| !next.is_ascii_whitespace())),
        };
        // As the parser has it: the next sign closes what the one before it opened, or nothing does.
        if let Some(start) = open.take()
            && !bytes[at - 1].is_ascii_whitespace()
        {
            if !is_no_formula(text, &(start..at + 1)) {
                continue;
            }
            money.push(start);
        }
        open = opens.then_some(at);
    }
    money
}

enum Sign {
    /// In running text.
    Plain(usize),
    /// In code between backticks, which the parser overlooks when a formula was opened before it.
    InCode(usize),
    /// No formula reaches from before it to behind it.
    Barrier,
}

fn signs(text: &str) -> Vec<Sign> {
    // Code as it is when nothing is a formula; each block begins at an edge.
    let (mut edges, mut code, mut raw) = (Vec::new(), Vec::new(), Vec::new());
    for (event, range) in
        Parser::new_ext(text, OPTIONS.difference(pulldown_cmark::Options::ENABLE_MATH)).into_offset_iter()
    {
        match event {
            Event::Code(_) => code.push(range),
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => raw.push(range),
            Event::Start(tag) if html::is_block(&tag) => edges.push(range.start),
            _ => {}
        }
    }
    let bytes = text.as_bytes();
    let mut signs = Vec::new();
    let (mut edges, mut code, mut raw) = (edges.into_iter().peekable(), code.iter().peekable(), raw.iter().peekable());
    let mut at = 0;
    while at < bytes.len() {
        while edges.next_if(|edge| *edge <= at).is_some() {
            signs.push(Sign::Barrier);
        }
        while code.next_if(|range| range.end <= at).is_some() {}
        while raw.next_if(|range| range.end <= at).is_some() {}
        if let Some(range) = raw.peek().filter(|range| range.start <= at) {
            signs.push(Sign::Barrier);
            at = range.end;
            continue;
        }
        let in_code = code.peek().is_some_and(|range| range.start <= at);
        at += match (bytes[at], bytes.get(at + 1)) {
            (b'\\', Some(next)) if !in_code && next.is_ascii_punctuation() => 2,
            // Two of them are another formula's, as far as that goes.
            (b'$', Some(b'$')) if !in_code => {
                signs.push(Sign::Barrier);
                let end = edges.peek().map_or(text.len(), |edge| (*edge).max(at + 2));
                bytes[at + 2..end].windows(2).position(|two| two == b"$$").map_or(2, |length| length + 4)
            }
            (b'$', _) => {
                signs.push(if in_code { Sign::InCode(at) } else { Sign::Plain(at) });
                1
            }
            _ => 1,
        };
    }
    signs
}

/// What may stand directly before a sign that begins something, and is not the end of a formula.
const OPENERS: &[char] = &['*', '_', '~', '"', '\'', '`', '(', '[', '{', '“', '‘', '（', '「', '『', '《', '【'];

/// Whether `$…$` in running text is money or a shell's variable and no formula. `around` is where it stands in
/// `text`, marks included.
pub(super) fn is_no_formula(text: &str, around: &Range<usize>) -> bool {
    let inside = text.get(around.start + 1..around.end.saturating_sub(1)).unwrap_or_default();
    let before = text[..around.start].chars().next_back();
    let after = text[around.end..].chars().next();
    // "US$5 …$", "$5/$10": the second sign belongs to what follows it.
    if before.is_some_and(|c| c.is_ascii_alphanumeric()) || after.is_some_and(|c| c.is_ascii_digit()) {
        return true;
    }
    if begins_anew(inside, before, after) || is_sum(inside) {
        return true;
    }
    // "$HOME/$USER"
    is_name(inside) && after.is_some_and(|c| c.is_ascii_alphabetic())
}

/// "$5 (or 10$)": a sum, and words after it, or marks of Markdown.
fn is_sum(inside: &str) -> bool {
    if !inside.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    // Each further line of a quotation has its mark.
    let mut lines = inside.lines().map(|line| line.trim_start_matches([' ', '>']));
    let latex = |c: char| matches!(c, '\\' | '^' | '_' | '{' | '=' | '+' | '<' | '>' | '*');
    let words = inside.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() > 1);
    ["**", "~~", "`", "]("].iter().any(|mark| inside.contains(mark))
        || !lines.any(|line| line.contains(latex)) && (words || inside.contains(' '))
}

/// `"$HOME" and "$PATH"`, `**$a** and **$b**`, `$HOME/bin:$PATH`: whether the second sign begins something itself. What
/// comes after it may not have been written yet.
fn begins_anew(inside: &str, before: Option<char>, after: Option<char>) -> bool {
    let named = after.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '{' | '('));
    let words = inside.trim_end_matches(OPENERS);
    let marks = &inside[words.len()..];
    let Some(last) = words.chars().next_back() else { return named && !marks.is_empty() };
    if marks.is_empty() {
        let joins = match after {
            None => matches!(last, '/' | ':' | '-' | '–' | '—' | ',' | ';'),
            Some(_) => named && matches!(last, '/' | ':' | '=' | '@' | '>'),
        };
        // In Chinese no space stands between a name and the words around it. A formula may end in words as well, and a
        // text with it.
        let calculates = inside.contains(['=', '\\', '^', '_', '+']);
        return joins || (named || after.is_none() && !calculates) && last >= '\u{2e80}';
    }
    // "$f'$s", "$x^*$s": the marks are the formula's.
    let prime = marks.chars().all(|c| c == '\'')
        && (last.is_ascii_alphanumeric() || matches!(last, ')' | '}'))
        && before != Some('\'')
        && !is_name(words);
    let raised = inside.ends_with("^*") || inside.ends_with("_*");
    if prime || raised {
        return false;
    }
    named || last.is_whitespace() || after.is_none() && matches!(last, '/' | ',')
}

/// A shell's variable, as most are written.
fn is_name(words: &str) -> bool {
    let name = |c: char| c.is_ascii_uppercase() || matches!(c, '_' | '/' | ':' | '.' | '-');
    words.len() > 2 && words.chars().all(name)
}
