//! Markdown that ends where it ends, for a place among other Markdown.

use std::borrow::Cow;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use super::blocks::{self, OPTIONS};
use super::{formula_places, html};

/// The same Markdown, of which nothing reaches into what is written below it: raw HTML is words, as it is on the page,
/// and code whose fence is still open is closed.
pub fn contained(markdown: &str) -> Cow<'_, str> {
    let mut text = without_html(markdown);
    if let Some(fence) = open_fence(&text) {
        let text = text.to_mut();
        text.push('\n');
        text.push_str(&fence);
    }
    text
}

/// Every `<` that begins raw HTML gets a backslash. A line break is none, being obeyed on the page too.
fn without_html(markdown: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(markdown);
    // What stood in an open comment is Markdown once the comment is words, and may hold the next.
    for _ in 0..8 {
        let places = formula_places::find(&text);
        let tags: Vec<usize> = Parser::new_ext(&places.text, OPTIONS)
            .into_offset_iter()
            .filter_map(|(event, range)| match event {
                Event::Html(_) => Some(range),
                Event::InlineHtml(tag) => (!html::is_break(&tag)).then_some(range),
                _ => None,
            })
            .flat_map(|range| {
                let start = range.start;
                text[range].match_indices('<').map(move |(at, _)| start + at).collect::<Vec<_>>()
            })
            .collect();
        if tags.is_empty() {
            break;
        }
        let mut escaped = String::with_capacity(text.len() + tags.len());
        let mut from = 0;
        for at in tags {
            escaped.push_str(&text[from..at]);
            escaped.push('\\');
            from = at;
        }
        escaped.push_str(&text[from..]);
        text = Cow::Owned(escaped);
    }
    text
}

/// What closes the code that the text ends in. Code in a list or a quotation ends with that.
fn open_fence(markdown: &str) -> Option<String> {
    let places = formula_places::find(markdown);
    let (mut depth, mut last) = (0_usize, None);
    for (event, range) in Parser::new_ext(&places.text, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if depth == 0 {
                    last = matches!(tag, Tag::CodeBlock(CodeBlockKind::Fenced(_))).then_some(range);
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ if depth == 0 => last = None,
            _ => {}
        }
    }
    let code = &markdown[last?];
    if blocks::fence_is_closed(code) {
        return None;
    }
    let mark = code.trim_start_matches(' ').chars().next()?;
    Some(code.trim_start_matches(' ').chars().take_while(|c| *c == mark).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{BlockKind, render};

    #[test]
    fn what_follows_is_not_swallowed() {
        for text in [
            "```rust\nfn main() {",
            "~~~~\n```\n~~~",
            "  ````\na",
            "```",
            "<!-- what",
            "<!-- what\n\n<!-- more\n\n```\nx",
            "a <!-- b",
            "<details>\n<summary>More</summary>\n\ntext",
            "so <b>bold\n<textarea>\n\n<script>\nx",
            "<?php\n\necho 1;",
            "<![CDATA[\n\n",
            "1. ```\n   code",
            "> ```\n> code",
            "```html\n<details>\n```",
        ] {
            let page = format!("{}\n\n---\n\n## Next\n", contained(text));
            let blocks = render(&page);
            let next = blocks.last().expect("there is one");
            assert!(next.html.contains(">Next</h2>") && next.kind == BlockKind::Text, "{text:?} swallows it: {page}");
            let html = Parser::new_ext(&page, OPTIONS).any(|it| matches!(it, Event::Html(_) | Event::InlineHtml(_)));
            assert!(!html, "{text:?} leaves HTML: {page}");
        }
    }

    #[test]
    fn what_holds_itself_stays_as_it_was_written() {
        for text in [
            "```html\n<details>\n```\n\nand `<b>`, a < b, <https://a.example>",
            "| a<br>b |\n|---|\n| **$5** < $6 |",
            "- ```\n  code\n  ```\n\n    indented",
            "",
        ] {
            assert_eq!(contained(text), text, "nothing to do");
        }
        assert_eq!(contained("a <b>c</b>"), "a \\<b>c\\</b>", "tags are read as words");
    }
}
