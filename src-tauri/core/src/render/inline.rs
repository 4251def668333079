//! What stands in running text: bare addresses, footnote marks, and images, of which only those are shown that are
//! part of the answer itself.

use std::fmt::Write as _;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::html::Writer;
use super::link;
use super::text::{self, Place};

/// A footnote's name is not longer; what claims to be is text.
const MAX_NAME: usize = 32;

impl Writer<'_> {
    /// A mark that leads to its note, which may come much later or never: the window finds out.
    pub(super) fn footnote_mark(&mut self, label: &str) {
        let anchor = link::slug(label);
        let _ = write!(self.html, "<sup class=\"footnote-mark\" data-anchor=\"ref-{anchor}\">");
        self.note_link(label, &format!("#fn-{anchor}"));
        self.html.push_str("</sup>");
    }

    /// The number before a note, which leads back to its mark.
    pub(super) fn note_number(&mut self, label: &str) {
        self.html.push_str("<sup class=\"footnote-mark\">");
        self.note_link(label, &format!("#ref-{}", link::slug(label)));
        self.html.push_str("</sup>");
    }

    fn note_link(&mut self, label: &str, address: &str) {
        let inside_a_link = self.links > 0;
        if !inside_a_link {
            start_link(&mut self.html, address);
        }
        text::push(&mut self.html, label, Place::Prose);
        if !inside_a_link {
            self.html.push_str("</a>");
        }
    }

    /// Inside an image only its text counts. At its end it is shown when it is part of the answer; any other becomes a
    /// link: nothing is ever loaded.
    pub(super) fn image_event(&mut self, event: &Event<'_>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) | Event::InlineMath(text) => {
                image.alternative.push_str(text);
            }
            Event::SoftBreak | Event::HardBreak => image.alternative.push(' '),
            Event::Start(Tag::Image { .. }) => image.depth += 1,
            Event::End(TagEnd::Image) if image.depth > 0 => image.depth -= 1,
            Event::End(TagEnd::Image) => {
                let Some(image) = self.image.take() else { return };
                if let Some(data) = link::image(&image.address) {
                    let mut alternative = String::new();
                    text::push(&mut alternative, image.alternative.trim(), Place::Prose);
                    let _ = write!(self.html, "<img src=\"{data}\" alt=\"{}\">", alternative.replace('"', "&quot;"));
                    return;
                }
                let address = link::allowed(&image.address).filter(|_| self.links == 0);
                if let Some(address) = &address {
                    start_link(&mut self.html, address);
                }
                let shown = match (&address, image.alternative.trim()) {
                    (Some(address), "") => address,
                    (_, alternative) => alternative,
                };
                text::push(&mut self.html, shown, Place::Prose);
                if address.is_some() {
                    self.html.push_str("</a>");
                }
            }
            _ => {}
        }
    }

    /// Writes the running text, with its bare addresses as links and its footnote marks raised.
    pub(super) fn flush_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        let mut rest = text.as_str();
        while self.links == 0
            && let Some(range) = link::find_bare(rest)
        {
            self.marked_text(&rest[..range.start]);
            let shown = &rest[range.clone()];
            match link::allowed(shown) {
                Some(address) => {
                    start_link(&mut self.html, &address);
                    text::push(&mut self.html, shown, Place::Prose);
                    self.html.push_str("</a>");
                }
                None => text::push(&mut self.html, shown, Place::Prose),
            }
            rest = &rest[range.end..];
        }
        self.marked_text(rest);
    }

    /// Text whose `[^1]` are footnote marks, also when their notes come later or never. What has a name may as well be
    /// an expression: it stays as it is, in a place of its own that the window makes a mark of once its note is there.
    fn marked_text(&mut self, text: &str) {
        let mut rest = text;
        let mut from = 0;
        while let Some(found) = rest[from..].find("[^") {
            let start = from + found;
            from = start + 2;
            let Some(length) = rest[from..].bytes().take(MAX_NAME + 1).position(|byte| byte == b']') else { continue };
            let label = &rest[from..from + length];
            let number = length <= 3 && label.bytes().all(|byte| byte.is_ascii_digit());
            let name = label.starts_with(|c: char| c.is_ascii_alphabetic())
                && length > 1
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            if length == 0 || !(number || name) {
                continue;
            }
            text::push(&mut self.html, &rest[..start], Place::Prose);
            if number {
                self.footnote_mark(label);
            } else {
                let _ = write!(self.html, "<span class=\"footnote-name\">[^{label}]</span>");
            }
            rest = &rest[from + length + 1..];
            from = 0;
        }
        text::push(&mut self.html, rest, Place::Prose);
    }
}

/// Begins a link. What `address` may be is decided in [`link`].
pub(super) fn start_link(html: &mut String, address: &str) {
    html.push_str("<a href=\"");
    text::push_attribute(html, address);
    html.push_str("\" rel=\"noreferrer noopener\">");
}
