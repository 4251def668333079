//! Markdown's words without its marks, for what is searched and quoted. Never shown as HTML.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::blocks::OPTIONS;

/// Stands between two pieces of text that do not belong together, such as paragraphs: no words are found across it.
pub const BOUNDARY: char = '\u{1e}';

/// The words of a text as they are read on the page.
pub fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, OPTIONS) {
        match event {
            Event::Text(text)
            | Event::Code(text)
            | Event::InlineHtml(text)
            | Event::Html(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => out.extend(text.chars().filter(|c| *c != BOUNDARY)),
            Event::SoftBreak => out.push('\n'),
            Event::HardBreak | Event::Rule => boundary(&mut out),
            Event::Start(tag) if is_block(&tag) => boundary(&mut out),
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock | TagEnd::TableCell,
            ) => {
                boundary(&mut out);
            }
            Event::Start(_) | Event::End(_) | Event::TaskListMarker(_) | Event::FootnoteReference(_) => {}
        }
    }
    out
}

const fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}

fn boundary(out: &mut String) {
    if !out.is_empty() && !out.ends_with(BOUNDARY) {
        out.push(BOUNDARY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_that_are_read() {
        let words = plain("# Use a **token** bucket\n\n- see [RFC 6585](https://example.com)\n- `rate`\n");
        assert_eq!(
            words.replace(BOUNDARY, "|"),
            "Use a token bucket|see RFC 6585|rate|",
            "no marks, no addresses, and what stands apart is apart"
        );
    }
}
