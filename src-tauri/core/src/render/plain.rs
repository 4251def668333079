//! An answer without Markdown's marks: as plain text, for places that know none, and as mere words, for what is
//! searched and quoted. Never shown as HTML.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::blocks::OPTIONS;
use super::{formula_places, money};

/// Stands between two pieces of text that do not belong together, such as paragraphs: no words are found across it.
pub const BOUNDARY: char = '\u{1e}';

/// The words of a text as they are read on the page: no address of a link, no mark of a list.
pub fn plain(markdown: &str) -> String {
    let places = formula_places::find(markdown);
    let mut out = String::with_capacity(markdown.len());
    let words = |out: &mut String, text: &str| out.extend(text.chars().filter(|c| *c != BOUNDARY));
    for (event, range) in Parser::new_ext(&places.text, OPTIONS).into_offset_iter() {
        match places.restored(event) {
            Event::InlineMath(latex) | Event::DisplayMath(latex) => {
                words(&mut out, &latex_at(markdown, &places, &latex, &range));
            }
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) | Event::Html(text) => {
                words(&mut out, &text);
            }
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

/// The words of a Markdown text. Lists keep their marks and code its indentation; the cells of a table are separated
/// by tabs, so a spreadsheet takes them; a link is followed by where it leads; a formula is its LaTeX.
pub fn plain_text(markdown: &str) -> String {
    let places = formula_places::find(markdown);
    let mut writer = Writer::default();
    for (event, range) in Parser::new_ext(&places.text, OPTIONS).into_offset_iter() {
        match places.restored(event) {
            Event::InlineMath(latex) | Event::DisplayMath(latex) => {
                writer.words(&latex_at(markdown, &places, &latex, &range));
            }
            event => writer.event(event),
        }
    }
    let length = writer.out.trim_end().len();
    writer.out.truncate(length);
    writer.out
}

fn latex_at(markdown: &str, places: &formula_places::Places<'_>, latex: &str, range: &Range<usize>) -> String {
    if let Some((latex, _)) = places.latex(markdown, range) {
        return latex.trim().to_owned();
    }
    let source = &markdown[range.clone()];
    let money = !source.starts_with("$$") && money::is_no_formula(markdown, range);
    if money { source.to_owned() } else { latex.trim().to_owned() }
}

#[derive(Default)]
struct Writer {
    out: String,
    /// What stands before each line of what is open: on its first line, and on the others.
    margins: Vec<Margin>,
    /// The number of each open list's next item; none is a bullet.
    lists: Vec<Option<u64>>,
    /// Where each open link's words begin, and where it leads.
    links: Vec<(usize, String)>,
    line_is_open: bool,
    /// An empty line comes before the next block.
    gap: bool,
    in_code: bool,
    cells: usize,
}

struct Margin {
    first: String,
    rest: String,
    used: bool,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) | Event::Html(text) => self.words(&text),
            Event::SoftBreak | Event::HardBreak => self.words("\n"),
            Event::Rule => self.alone("---"),
            Event::FootnoteReference(label) => self.words(&format!("[{label}]")),
            Event::TaskListMarker(done) => self.words(if done { "[x] " } else { "[ ] " }),
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::List(first) => {
                self.begin();
                self.lists.push(first);
            }
            Tag::Item => {
                self.begin();
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                let rest = " ".repeat(mark.len());
                self.margins.push(Margin { first: mark, rest, used: false });
            }
            Tag::BlockQuote(_) => {
                self.begin();
                self.margins.push(Margin { first: "> ".into(), rest: "> ".into(), used: false });
            }
            Tag::FootnoteDefinition(label) => {
                self.begin();
                self.margins.push(Margin { first: format!("[{label}] "), rest: String::new(), used: false });
            }
            Tag::CodeBlock(_) => {
                self.begin();
                self.in_code = true;
            }
            Tag::TableHead | Tag::TableRow => {
                self.begin();
                self.cells = 0;
            }
            Tag::TableCell => {
                if self.cells > 0 {
                    self.words("\t");
                }
                self.cells += 1;
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.open_line();
                self.links.push((self.out.len(), dest_url.into_string()));
            }
            Tag::Paragraph | Tag::Heading { .. } | Tag::HtmlBlock | Tag::Table(_) => self.begin(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::List(_) => {
                self.lists.pop();
                self.close_line();
                self.gap |= self.lists.is_empty();
            }
            TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => {
                // An item that says nothing is there all the same.
                if self.margins.last().is_some_and(|margin| !margin.used) {
                    self.open_line();
                }
                self.close_line();
                self.margins.pop();
                self.gap |= tag != TagEnd::Item;
            }
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.close_line();
                self.gap = true;
            }
            TagEnd::Link | TagEnd::Image => {
                let Some((from, address)) = self.links.pop() else { return };
                let shown = self.out[from..].trim();
                let bare = address.strip_prefix("mailto:").unwrap_or(&address);
                // A place in the answer leads nowhere outside of it, and the bytes of an image are not for reading.
                if shown == bare || address.starts_with(['#']) || address.starts_with("data:") || bare.is_empty() {
                    return;
                }
                let words = if shown.is_empty() { bare.to_owned() } else { format!(" ({bare})") };
                self.words(&words);
            }
            TagEnd::TableHead | TagEnd::TableRow => self.close_line(),
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::HtmlBlock | TagEnd::Table => {
                self.close_line();
                self.gap = true;
            }
            _ => {}
        }
    }

    fn alone(&mut self, line: &str) {
        self.begin();
        self.words(line);
        self.close_line();
        self.gap = true;
    }

    /// Begins a block on a line of its own.
    fn begin(&mut self) {
        self.close_line();
        if std::mem::take(&mut self.gap) && !self.out.is_empty() {
            let margin: String = self.margins.iter().map(|margin| margin.rest.as_str()).collect();
            self.out.push_str(margin.trim_end());
            self.out.push('\n');
        }
    }

    fn words(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.close_line();
                // An empty line of code is a line, too; the last one ends what is there.
                if self.in_code && line.is_empty() && index + 1 < text.split('\n').count() {
                    self.out.push('\n');
                    continue;
                }
            }
            if !line.is_empty() {
                self.open_line();
                self.out.push_str(line);
            }
        }
    }

    fn open_line(&mut self) {
        if std::mem::replace(&mut self.line_is_open, true) {
            return;
        }
        for margin in &mut self.margins {
            let used = std::mem::replace(&mut margin.used, true);
            self.out.push_str(if used { &margin.rest } else { &margin.first });
        }
    }

    fn close_line(&mut self) {
        if std::mem::take(&mut self.line_is_open) {
            let length = if self.in_code { self.out.len() } else { self.out.trim_end_matches(' ').len() };
            self.out.truncate(length);
            self.out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BOUNDARY, plain, plain_text};

    #[test]
    fn the_words_are_those_that_are_read() {
        let words = plain("# Use a **token** bucket\n\n- see [RFC 6585](https://example.com)\n- `rate`\n");
        assert_eq!(
            words.replace(BOUNDARY, "|"),
            "Use a token bucket|see RFC 6585|rate|",
            "no marks, no addresses, and what stands apart is apart"
        );
        assert_eq!(
            plain("from $5 to $9 for \\(x_1\\)").replace(BOUNDARY, "|"),
            "from $5 to $9 for x_1|",
            "money stays money, and a formula is its LaTeX"
        );
    }

    #[test]
    fn marks_go_and_words_stay() {
        assert_eq!(
            plain_text("# A *title*\n\nSome **bold** `code`,\nand ~~no~~ more.\n\n---\n\nEnd"),
            "A title\n\nSome bold code,\nand no more.\n\n---\n\nEnd",
            "paragraphs are kept apart by an empty line"
        );
        assert_eq!(
            plain_text("C:\\\\new \\*kept\\* a\\b"),
            "C:\\new *kept* a\\b",
            "a backslash is lost only where it is a mark"
        );
        assert_eq!(plain_text(""), "", "nothing is nothing");
    }

    #[test]
    fn lists_keep_their_marks_and_their_depth() {
        assert_eq!(
            plain_text("3. one\n   - deep\n     more\n4. two\n\nAfter\n\n- [x] done\n- [ ] open\n"),
            "3. one\n   - deep\n     more\n4. two\n\nAfter\n\n- [x] done\n- [ ] open",
            "one bullet for each item"
        );
        assert_eq!(plain_text("- a\n\n- b\n"), "- a\n\n- b", "loose ones stay loose");
        assert_eq!(plain_text("> a\n>\n> - b\n"), "> a\n>\n> - b", "quotations are marked as in a letter");
    }

    #[test]
    fn code_keeps_its_indentation() {
        assert_eq!(
            plain_text("Do:\n\n```python\nif a:\n    b()\n\n\tc()\n```\n\nDone"),
            "Do:\n\nif a:\n    b()\n\n\tc()\n\nDone",
            "to the letter, tabs and empty lines too"
        );
        assert_eq!(
            plain_text("- a\n\n  ```\n  x\n    y\n  ```\n"),
            "- a\n\n  x\n    y",
            "and stands where its item does"
        );
    }

    #[test]
    fn a_table_can_be_pasted_into_a_spreadsheet() {
        assert_eq!(plain_text("| a | b |\n|---|--:|\n| 1 | `2` |\n| | x |\n"), "a\tb\n1\t2\n\tx", "tabs between cells");
    }

    #[test]
    fn a_link_says_where_it_leads() {
        assert_eq!(
            plain_text(
                "[book](https://a.example) <https://b.example> <ada@c.example> ![cat](https://d.example/c.png) [up](#top)"
            ),
            "book (https://a.example) https://b.example ada@c.example cat (https://d.example/c.png) up",
            "once"
        );
        assert_eq!(
            plain_text("see [x]\n\n[x]: https://a.example\n"),
            "see x (https://a.example)",
            "defined elsewhere too"
        );
    }

    #[test]
    fn a_formula_is_its_latex() {
        assert_eq!(
            plain_text("so $x^2$ and \\(\\frac{a}{b}\\):\n\n\\[\na\n- b\n\\]\n\nfor $5 and US$ 3"),
            "so x^2 and \\frac{a}{b}:\n\na\n- b\n\nfor $5 and US$ 3",
            "with every backslash, and money is money"
        );
    }

    #[test]
    fn a_note_is_named() {
        assert_eq!(plain_text("a[^1]\n\n[^1]: the note\n"), "a[1]\n\n[1] the note", "in the text and before the note");
    }
}
