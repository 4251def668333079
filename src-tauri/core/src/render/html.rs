//! One block's Markdown to HTML, by an allow-list of our own: what is not named here is text.
//!
//! This is the frame, element by element; what stands in running text is in `inline`.

use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, BrokenLink, CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::blocks::{self, Definitions, OPTIONS};
use super::code::{self, Code};
use super::formula::{self, Formula};
use super::formula_places::{self, Places};
use super::text::{self, Place};
use super::{BlockKind, clean, inline, link, money};

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
    let written = written(source, definitions, colour);
    (formula::put_in(clean::clean(&written.html), &written.formulas), written.kind)
}

/// A block between the walls.
pub(super) struct Written {
    pub(super) html: String,
    pub(super) kind: BlockKind,
    /// What goes into the places that `html` has for formulas.
    pub(super) formulas: Vec<Formula>,
}

/// [`block`] before the second wall, which finds nothing to do (a test says so).
pub(super) fn written(source: &str, definitions: &Definitions, colour: &mut dyn FnMut(Code<'_>) -> String) -> Written {
    let resolve = |link: BrokenLink<'_>| definitions.resolve(&link);
    let places = formula_places::find(source);
    let parser = Parser::new_with_broken_link_callback(&places.text, OPTIONS, Some(resolve));
    let mut writer = Writer {
        source,
        places: &places,
        formulas: Vec::new(),
        heading: None,
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
        writer.event(places.restored(event), range);
    }
    writer.flush_text();
    Written { html: writer.html, kind: writer.kind.unwrap_or(BlockKind::Text), formulas: writer.formulas }
}

pub(super) struct Writer<'a> {
    source: &'a str,
    places: &'a Places<'a>,
    colour: &'a mut dyn FnMut(Code<'_>) -> String,
    pub(super) html: String,
    formulas: Vec<Formula>,
    /// Where in `html` the open heading's anchor goes, and its words so far.
    heading: Option<(usize, String)>,
    kind: Option<BlockKind>,
    /// What closes each open tag; empty for one that was flattened or dropped.
    closers: Vec<&'static str>,
    /// Running text not yet written: the parser cuts it where it pleases.
    pub(super) text: String,
    code: Option<OpenCode>,
    pub(super) image: Option<OpenImage>,
    /// Where in `html` each open list item's attributes go.
    items: Vec<usize>,
    /// Depth of links, of which only the outermost is one.
    pub(super) links: usize,
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

pub(super) struct OpenImage {
    pub(super) address: String,
    pub(super) alternative: String,
    /// Images in this image's text.
    pub(super) depth: usize,
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
        if let (Some((_, words)), Event::Text(text) | Event::Code(text) | Event::InlineMath(text)) =
            (&mut self.heading, &event)
        {
            words.push_str(text);
        }
        match event {
            Event::InlineHtml(tag) if is_break(&tag) => self.void("<br>"),
            Event::InlineMath(latex) | Event::DisplayMath(latex) => self.formula(&latex, &range),
            Event::Text(text) | Event::InlineHtml(text) | Event::Html(text) => self.text.push_str(&text),
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

    /// A formula's place, or the text itself when it is none.
    fn formula(&mut self, latex: &str, range: &Range<usize>) {
        let Some(source) = self.source.get(range.clone()) else { return };
        let display = source.starts_with("$$");
        let (latex, display) = match self.places.latex(self.source, range) {
            Some(found) => found,
            None if !display && money::is_no_formula(self.source, range) => {
                self.text.push_str(source);
                return;
            }
            None => (latex.to_owned(), display),
        };
        self.flush_text();
        formula::push_place(&mut self.html, self.formulas.len());
        self.formulas.push(Formula { latex, display, source: source.to_owned() });
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
                    link::allowed(&dest_url).or_else(|| link::anchor(&dest_url))
                };
                match address.filter(|_| self.links == 1) {
                    Some(address) => {
                        inline::start_link(html, &address);
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
                let _ = write!(html, "<{level}{auto}");
                self.heading = Some((html.len(), String::new()));
                html.push('>');
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
                let _ = write!(html, "<div class=\"footnote\"{auto} data-anchor=\"fn-{}\">", link::slug(&label));
                self.note_number(&label);
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
            TagEnd::Heading(_) => self.end_heading(),
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

    /// Headings are where links inside the answer lead. A heading that says nothing is no place.
    fn end_heading(&mut self) {
        let Some((at, words)) = self.heading.take() else { return };
        let anchor = link::slug(&words);
        if !anchor.is_empty() {
            self.html.insert_str(at, &format!(" data-anchor=\"{anchor}\""));
        }
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

    /// `figure.code` as the design has it, with an empty place in its head for the window's button.
    fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        if code.closed && is_formula(code.language.as_deref()) {
            self.html.push_str("<p>");
            formula::push_place(&mut self.html, self.formulas.len());
            self.html.push_str("</p>");
            self.formulas.push(Formula { source: code.text.clone(), latex: code.text, display: true });
            return;
        }
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
}

/// The one piece of raw HTML that is obeyed: models write it in table cells, where Markdown has no line break.
pub(super) fn is_break(tag: &str) -> bool {
    ["<br>", "<br/>", "<br />"].iter().any(|form| tag.eq_ignore_ascii_case(form))
}

/// Code that is LaTeX to be shown as the formula it means, as GitHub has it.
fn is_formula(language: Option<&str>) -> bool {
    language.is_some_and(|language| language.eq_ignore_ascii_case("math"))
}

pub(super) const fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

fn kind_of(tag: &Tag<'_>) -> BlockKind {
    match tag {
        Tag::List(_) => BlockKind::List,
        Tag::Table(_) => BlockKind::Table,
        Tag::BlockQuote(_) => BlockKind::Quote,
        Tag::FootnoteDefinition(_) => BlockKind::Footnote,
        Tag::CodeBlock(CodeBlockKind::Fenced(info)) if is_formula(code::label(info)) => BlockKind::Text,
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
