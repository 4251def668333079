//! One block's Markdown to HTML, by an allow-list of our own: what is not named here is text.

use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, BrokenLink, CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::blocks::{self, Definitions, OPTIONS};
use super::code::{self, Code};
use super::text::{self, Place};
use super::{BlockKind, clean, link};

/// Elements inside elements: deeper ones are flattened, because a page's own parser gets slow and strange there.
const MAX_DEPTH: usize = 48;
/// What a table needs below it, so that it is never cut in half.
const TABLE_DEPTH: usize = 4;

/// Renders the Markdown of one top-level block. `colour` turns its code into HTML.
pub(super) fn block(
    source: &str,
    definitions: &Definitions,
    colour: &mut dyn FnMut(Code<'_>) -> String,
) -> (String, BlockKind) {
    let (html, kind) = written(source, definitions, colour);
    (clean::clean(&html), kind)
}

/// [`block`] before the second wall, which finds nothing to do (a test says so).
pub(super) fn written(
    source: &str,
    definitions: &Definitions,
    colour: &mut dyn FnMut(Code<'_>) -> String,
) -> (String, BlockKind) {
    let resolve = |link: BrokenLink<'_>| definitions.resolve(&link);
    let parser = Parser::new_with_broken_link_callback(source, OPTIONS, Some(resolve));
    let mut writer = Writer {
        source,
        colour,
        html: String::with_capacity(source.len() * 2),
        kind: None,
        closers: Vec::new(),
        text: String::new(),
        code: None,
        image: None,
        items: Vec::new(),
        links: 0,
        in_label: false,
        columns: Vec::new(),
        column: 0,
        cell: 0,
        in_head: false,
        body_open: false,
    };
    for (event, range) in parser.into_offset_iter() {
        writer.event(event, range);
    }
    writer.flush_text();
    (writer.html, writer.kind.unwrap_or(BlockKind::Text))
}

struct Writer<'a> {
    source: &'a str,
    colour: &'a mut dyn FnMut(Code<'_>) -> String,
    html: String,
    kind: Option<BlockKind>,
    /// What closes each open tag; empty for one that was flattened or dropped.
    closers: Vec<&'static str>,
    /// Running text not yet written: the parser cuts it where it pleases.
    text: String,
    code: Option<OpenCode>,
    image: Option<OpenImage>,
    /// Where in `html` each open list item's attributes go.
    items: Vec<usize>,
    /// Depth of links, of which only the outermost is one.
    links: usize,
    /// A task's box is labelled by the text after it.
    in_label: bool,
    columns: Vec<Alignment>,
    column: usize,
    /// Where in `html` the open cell begins.
    cell: usize,
    in_head: bool,
    body_open: bool,
}

struct OpenCode {
    language: Option<String>,
    text: String,
    closed: bool,
}

struct OpenImage {
    address: String,
    alternative: String,
    /// Images in this image's text.
    depth: usize,
}

impl Writer<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        if let Some(code) = &mut self.code {
            match event {
                Event::Text(text) => code.text.push_str(&text),
                _ => self.end_code(),
            }
            return;
        }
        if self.image.is_some() {
            self.image_event(&event);
            return;
        }
        match event {
            Event::InlineHtml(tag) if is_break(&tag) => self.void("<br>"),
            Event::Text(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::InlineHtml(text)
            | Event::Html(text) => self.text.push_str(&text),
            Event::SoftBreak => self.text.push('\n'),
            Event::HardBreak => self.void("<br>"),
            Event::Rule => {
                self.end_label();
                self.void("<hr>");
            }
            Event::Code(code) => {
                self.flush_text();
                self.html.push_str("<code>");
                text::push(&mut self.html, &code, Place::Code);
                self.html.push_str("</code>");
            }
            Event::FootnoteReference(label) => {
                self.flush_text();
                self.footnote_mark(&label);
            }
            Event::TaskListMarker(done) => self.task(done),
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
        }
    }

    fn void(&mut self, tag: &str) {
        self.flush_text();
        self.html.push_str(tag);
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        self.flush_text();
        if is_block(&tag) {
            self.end_label();
        }
        self.kind.get_or_insert_with(|| kind_of(&tag));
        // Direction is decided once for each top-level block and each cell; what is inside follows it.
        let auto = if self.closers.is_empty() { " dir=\"auto\"" } else { "" };
        let depth = self.closers.len() + if matches!(tag, Tag::Table(_)) { TABLE_DEPTH } else { 0 };
        let flat = depth >= MAX_DEPTH;
        let html = &mut self.html;
        let closer = match tag {
            Tag::CodeBlock(kind) => {
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => code::label(info).map(str::to_owned),
                    CodeBlockKind::Indented => None,
                };
                let closed = blocks::nested_fence_is_closed(&self.source[range]);
                self.code = Some(OpenCode { language, text: String::new(), closed });
                return;
            }
            Tag::Image { dest_url, .. } => {
                let address = dest_url.into_string();
                self.image = Some(OpenImage { address, alternative: String::new(), depth: 0 });
                return;
            }
            Tag::Link { dest_url, link_type, .. } => {
                self.links += 1;
                let address = if link_type == pulldown_cmark::LinkType::Email && !dest_url.starts_with("mailto:") {
                    link::allowed(&format!("mailto:{dest_url}"))
                } else {
                    link::allowed(&dest_url)
                };
                match address.filter(|_| self.links == 1) {
                    Some(address) => {
                        start_link(html, &address);
                        "</a>"
                    }
                    None => "",
                }
            }
            // An HTML block is a paragraph of text at any depth: what holds it takes one.
            Tag::HtmlBlock => {
                let _ = write!(html, "<p{auto}>");
                "</p>"
            }
            _ if flat => {
                html.push(' ');
                ""
            }
            Tag::Paragraph => {
                let _ = write!(html, "<p{auto}>");
                "</p>"
            }
            Tag::Heading { level, .. } => {
                let _ = write!(html, "<{level}{auto}>");
                ["</h1>", "</h2>", "</h3>", "</h4>", "</h5>", "</h6>"][level as usize - 1]
            }
            Tag::BlockQuote(kind) => {
                html.push_str("<blockquote");
                if let Some(kind) = kind {
                    let _ = write!(html, " data-alert=\"{}\"", alert(kind));
                }
                let _ = write!(html, "{auto}>");
                "</blockquote>"
            }
            Tag::List(None) => {
                let _ = write!(html, "<ul{auto}>");
                "</ul>"
            }
            Tag::List(Some(first)) => {
                html.push_str("<ol");
                if first != 1 {
                    let _ = write!(html, " start=\"{first}\"");
                }
                let _ = write!(html, "{auto}>");
                "</ol>"
            }
            Tag::Item => {
                html.push_str("<li");
                self.items.push(html.len());
                html.push('>');
                "</li>"
            }
            Tag::FootnoteDefinition(label) => {
                let _ = write!(html, "<div class=\"footnote\"{auto}>");
                self.footnote_mark(&label);
                "</div>"
            }
            Tag::Table(columns) => {
                html.push_str("<div class=\"table\" role=\"group\" tabindex=\"0\"><table>");
                self.columns = columns;
                self.body_open = false;
                "</table></div>"
            }
            Tag::TableHead => {
                html.push_str("<thead><tr>");
                self.in_head = true;
                self.column = 0;
                "</tr></thead>"
            }
            Tag::TableRow => {
                if !std::mem::replace(&mut self.body_open, true) {
                    html.push_str("<tbody>");
                }
                html.push_str("<tr>");
                self.column = 0;
                "</tr>"
            }
            Tag::TableCell => {
                self.cell = html.len();
                self.start_cell()
            }
            Tag::Emphasis => {
                html.push_str("<em>");
                "</em>"
            }
            Tag::Strong => {
                html.push_str("<strong>");
                "</strong>"
            }
            Tag::Strikethrough => {
                html.push_str("<del>");
                "</del>"
            }
            // Not switched on in `OPTIONS`; if that changes, their text is shown.
            _ => "",
        };
        self.closers.push(closer);
    }

    fn end(&mut self, tag: TagEnd) {
        if tag == TagEnd::HtmlBlock {
            self.break_lines();
        }
        self.flush_text();
        let closer = self.closers.pop().unwrap_or_default();
        match tag {
            TagEnd::Paragraph => self.end_label(),
            TagEnd::Item => {
                self.end_label();
                if !closer.is_empty() {
                    self.items.pop();
                }
            }
            TagEnd::Link => self.links = self.links.saturating_sub(1),
            TagEnd::Table if self.body_open && !closer.is_empty() => self.html.push_str("</tbody>"),
            TagEnd::TableHead => self.in_head = false,
            TagEnd::TableCell if !closer.is_empty() => {
                self.column += 1;
                // A heading that says nothing is no heading.
                if closer == "</th>" && self.html.ends_with('>') && self.html[self.cell..].matches('>').count() == 1 {
                    self.html.truncate(self.cell);
                    self.html.push_str("<td></td>");
                    return;
                }
            }
            _ => {}
        }
        self.html.push_str(closer);
    }

    /// Writes raw HTML so that its lines stay lines.
    fn break_lines(&mut self) {
        let raw = std::mem::take(&mut self.text);
        for (index, line) in raw.trim_end().lines().enumerate() {
            if index > 0 {
                self.void("<br>");
            }
            self.text.push_str(line);
        }
    }

    fn start_cell(&mut self) -> &'static str {
        let (tag, closer) = if self.in_head { ("<th scope=\"col\"", "</th>") } else { ("<td", "</td>") };
        self.html.push_str(tag);
        match self.columns.get(self.column) {
            Some(Alignment::Center) => self.html.push_str(" class=\"align-center\""),
            Some(Alignment::Right) => self.html.push_str(" class=\"align-end\""),
            _ => {}
        }
        self.html.push_str(" dir=\"auto\">");
        closer
    }

    /// The box of a task, labelled by the text after it.
    fn task(&mut self, done: bool) {
        self.flush_text();
        let Some(item) = self.items.last() else { return };
        self.html.insert_str(*item, " class=\"task\"");
        let checked = if done { " checked=\"\"" } else { "" };
        let _ = write!(self.html, "<label><input type=\"checkbox\" disabled=\"\"{checked}> ");
        self.in_label = true;
    }

    fn end_label(&mut self) {
        if std::mem::take(&mut self.in_label) {
            self.html.push_str("</label>");
        }
    }

    fn footnote_mark(&mut self, label: &str) {
        self.html.push_str("<sup class=\"footnote-mark\">");
        text::push(&mut self.html, label, Place::Prose);
        self.html.push_str("</sup>");
    }

    /// `figure.code` as the design has it, with an empty place in its head for the window's button.
    fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        self.html.push_str("<figure class=\"code\"");
        let language = code.language.as_deref();
        if let Some(language) = language {
            self.html.push_str(" data-language=\"");
            text::push_attribute(&mut self.html, language);
            self.html.push('"');
        }
        self.html.push_str("><figcaption class=\"code-head\"><span>");
        text::push(&mut self.html, language.unwrap_or_default(), Place::Code);
        self.html.push_str("</span></figcaption><pre dir=\"ltr\" role=\"group\" tabindex=\"0\"><code>");
        self.html.push_str(&(self.colour)(Code { language, text: &code.text, closed: code.closed }));
        self.html.push_str("</code></pre></figure>");
    }

    /// Inside an image only its text counts, and at its end it becomes a link: nothing is ever loaded.
    fn image_event(&mut self, event: &Event<'_>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => image.alternative.push_str(text),
            Event::SoftBreak | Event::HardBreak => image.alternative.push(' '),
            Event::Start(Tag::Image { .. }) => image.depth += 1,
            Event::End(TagEnd::Image) if image.depth > 0 => image.depth -= 1,
            Event::End(TagEnd::Image) => {
                let Some(image) = self.image.take() else { return };
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
    fn flush_text(&mut self) {
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

    /// Text whose `[^1]` are footnote marks, also when their notes come later or never.
    fn marked_text(&mut self, text: &str) {
        let mut rest = text;
        let mut from = 0;
        while let Some(found) = rest[from..].find("[^") {
            let start = from + found;
            let label = start + 2;
            let digits = rest[label..].bytes().take(4).take_while(u8::is_ascii_digit).count();
            if (1..=3).contains(&digits) && rest[label + digits..].starts_with(']') {
                text::push(&mut self.html, &rest[..start], Place::Prose);
                self.footnote_mark(&rest[label..label + digits]);
                rest = &rest[label + digits + 1..];
                from = 0;
            } else {
                from = label;
            }
        }
        text::push(&mut self.html, rest, Place::Prose);
    }
}

fn start_link(html: &mut String, address: &str) {
    html.push_str("<a href=\"");
    text::push_attribute(html, address);
    html.push_str("\" rel=\"noreferrer noopener\">");
}

/// The one piece of raw HTML that is obeyed: models write it in table cells, where Markdown has no line break.
fn is_break(tag: &str) -> bool {
    ["<br>", "<br/>", "<br />"].iter().any(|form| tag.eq_ignore_ascii_case(form))
}

fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

fn kind_of(tag: &Tag<'_>) -> BlockKind {
    match tag {
        Tag::List(_) => BlockKind::List,
        Tag::Table(_) => BlockKind::Table,
        Tag::BlockQuote(_) => BlockKind::Quote,
        Tag::FootnoteDefinition(_) => BlockKind::Footnote,
        Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
            BlockKind::Code { language: code::label(info).map(str::to_owned) }
        }
        Tag::CodeBlock(CodeBlockKind::Indented) => BlockKind::Code { language: None },
        _ => BlockKind::Text,
    }
}

fn alert(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "note",
        BlockQuoteKind::Tip => "tip",
        BlockQuoteKind::Important => "important",
        BlockQuoteKind::Warning => "warning",
        BlockQuoteKind::Caution => "caution",
    }
}
