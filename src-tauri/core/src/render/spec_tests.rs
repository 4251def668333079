//! The examples of the CommonMark and GFM specifications: what survives our allow-list.
//!
//! Both sides are brought into one form, which knows the differences that are there by design (the rules in
//! [`Form`]). What then still differs is listed, each with its reason; an example that changes sides fails the test.

use pulldown_cmark::{Event, Parser};

use super::blocks::OPTIONS;
use super::{link, render};

const COMMONMARK: &str = include_str!("../../tests/markdown-spec/commonmark-0.31.2.txt");
const GFM: &str = include_str!("../../tests/markdown-spec/gfm-0.29-extensions.txt");

/// Examples of CommonMark that come out differently, and why that is wanted.
const DIFFERENT: &[(&str, &[usize])] = &[
    (DEFINED_LATER, LATER),
    ("the same, inside of another block", &[214, 218]),
    ("a bare address is a link, which GFM adds", &[602, 608, 611]),
    ("an address is what a browser understands, not how it was spelled", &[20, 526, 538, 603]),
];
const DEFINED_LATER: &str = "a link is defined only after the block that uses it, which has settled by then";
const LATER: &[usize] = &[
    23, 33, 203, 204, 527, 528, 529, 530, 531, 532, 533, 534, 535, 539, 540, 542, 543, 549, 553, 554, 555, 556, 557,
    558, 559, 560, 561, 562, 565, 566, 568, 569, 570, 571, 573, 576, 577, 582, 583, 584, 585, 586, 587, 588, 589, 591,
    593,
];

struct Example {
    number: usize,
    markdown: String,
    html: String,
}

fn examples(spec: &str) -> Vec<Example> {
    let fence = "`".repeat(32);
    let text = spec.replace('→', "\t");
    text.split(&format!("{fence} example\n"))
        .skip(1)
        .enumerate()
        .filter_map(|(index, rest)| {
            let example = rest.split(&format!("{fence}\n")).next()?;
            // An example may begin with its own separator.
            let (markdown, html) = match example.strip_prefix(".\n") {
                Some(html) => ("", html),
                None => example.split_once("\n.\n")?,
            };
            Some(Example { number: index + 1, markdown: format!("{markdown}\n"), html: html.to_owned() })
        })
        .collect()
}

fn has_raw_html(markdown: &str) -> bool {
    Parser::new_ext(markdown, OPTIONS).any(|event| matches!(event, Event::Html(_) | Event::InlineHtml(_)))
}

fn ours(markdown: &str) -> String {
    Form::of(&render(markdown).into_iter().map(|block| block.html + "\n").collect::<String>())
}

/// HTML in the one form. The rules:
///
/// - frames of ours (a table's and code's scrolling groups, a task's label, colours) are looked through, and so are
///   attributes that say nothing about the text (directions, anchors, languages);
/// - a link leads to the web or to a mailbox, or is its words; it has no title, its address stands there by itself;
/// - an image is a link, named by its text;
/// - space between blocks says nothing.
#[derive(Default)]
struct Form {
    out: String,
    links: Vec<bool>,
    in_pre: bool,
    in_caption: bool,
}

#[allow(clippy::format_push_string, reason = "read once in a test")]
impl Form {
    fn of(html: &str) -> String {
        let mut form = Self::default();
        let mut rest = html;
        while let Some((words, tag)) = rest.split_once('<') {
            form.words(words);
            let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
            form.tag(tag.trim_end_matches('/').trim());
            rest = after;
        }
        form.words(rest);
        // A table without rows has a body only on one side.
        form.out.replace("<tbody>\u{1}</tbody>\u{1}", "").trim().to_owned()
    }

    fn words(&mut self, words: &str) {
        if self.in_caption {
            return;
        }
        let plain = words.replace("&quot;", "\"").replace("&nbsp;", "\u{a0}");
        for character in plain.chars() {
            let space = matches!(character, ' ' | '\n' | '\t') && !self.in_pre;
            if !space {
                self.out.push(character);
            } else if !self.out.ends_with([' ', '\u{1}']) && !self.out.is_empty() {
                self.out.push(' ');
            }
        }
    }

    fn tag(&mut self, tag: &str) {
        let (name, attributes) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
        let value = |wanted: &str| {
            let (_, rest) = attributes.split_once(&format!("{wanted}=\""))?;
            Some(rest.split('"').next().unwrap_or_default().replace("&amp;", "&").replace("&quot;", "\""))
        };
        match name {
            "figcaption" | "/figcaption" => self.in_caption = name == "figcaption",
            "figure" | "/figure" | "div" | "/div" | "label" | "/label" | "span" | "/span" => {}
            "a" => {
                let address = value("href").and_then(|address| link::allowed(&address));
                self.links.push(address.is_some());
                if let Some(address) = address {
                    self.out += &format!("[{address}](");
                }
            }
            "/a" => {
                if self.links.pop() == Some(true) {
                    self.out.push(')');
                }
            }
            "img" => {
                let words = value("alt").unwrap_or_default();
                let address = value("src").and_then(|address| link::allowed(&address));
                match address.filter(|_| self.links.is_empty()) {
                    Some(address) if words.is_empty() => self.out += &format!("[{address}]({address})"),
                    Some(address) => self.out += &format!("[{address}]({words})"),
                    None => self.words(&words),
                }
            }
            "ol" => {
                let first = value("start").map(|first| format!(" from {first}"));
                self.block(&format!("<ol{}>", first.unwrap_or_default()));
            }
            "th" | "td" => {
                let all = format!("{attributes} ");
                let place = if all.contains("center") {
                    " center"
                } else if all.contains("right") || all.contains("align-end") {
                    " end"
                } else {
                    ""
                };
                self.block(&format!("<cell{place}>"));
            }
            "/th" | "/td" => self.block("</cell>"),
            "input" => self.out += if attributes.contains("checked") { "[x]" } else { "[ ]" },
            "em" | "/em" | "strong" | "/strong" | "del" | "/del" | "code" | "/code" => {
                self.out += &format!("<{name}>");
            }
            "br" => {
                self.out = self.out.trim_end_matches(' ').to_owned();
                self.out += "<br>\u{1}";
            }
            "pre" | "/pre" => {
                self.block(&format!("<{name}>"));
                self.in_pre = name == "pre";
            }
            _ => self.block(&format!("<{name}>")),
        }
    }

    fn block(&mut self, tag: &str) {
        if !self.in_pre {
            self.out = self.out.trim_end_matches(' ').to_owned();
        }
        self.out += tag;
        // After it, space says nothing.
        self.out.push('\u{1}');
    }
}

/// How many examples without raw HTML come out as they should, which do not, and how many have raw HTML.
fn compared(spec: &str) -> (usize, Vec<usize>, usize) {
    let (mut same, mut different, mut raw) = (0, Vec::new(), 0);
    for example in examples(spec) {
        if has_raw_html(&example.markdown) {
            raw += 1;
        } else if ours(&example.markdown) == Form::of(&example.html) {
            same += 1;
        } else {
            different.push(example.number);
        }
    }
    (same, different, raw)
}

#[test]
fn the_examples_of_commonmark_come_out_as_they_should_or_differ_for_a_reason() {
    let (same, different, raw) = compared(COMMONMARK);
    let mut expected: Vec<usize> = DIFFERENT.iter().flat_map(|(_, numbers)| numbers.iter().copied()).collect();
    expected.sort_unstable();
    let unlisted: Vec<_> = examples(COMMONMARK)
        .iter()
        .filter(|example| different.contains(&example.number) && !expected.contains(&example.number))
        .map(|example| {
            format!(
                "{}: {:?}\n  {}\n  {}",
                example.number,
                example.markdown,
                Form::of(&example.html),
                ours(&example.markdown)
            )
        })
        .collect();
    assert!(unlisted.is_empty(), "a reason is missing:\n{}", unlisted.join("\n"));
    for example in examples(COMMONMARK).iter().filter(|example| LATER.contains(&example.number)) {
        let (words, definitions) = example.markdown.split_once("\n\n").unwrap_or_default();
        let moved = format!("{definitions}\n{words}\n");
        assert_eq!(
            ours(&moved),
            Form::of(&example.html),
            "{}: defined before, it comes out as it should",
            example.number
        );
    }
    assert_eq!(different, expected, "each difference is listed with its reason, and nothing is listed that is none");
    assert_eq!((same, raw), (524, 72), "so many of 652 match, and so many have raw HTML, which is text here");
}

#[test]
fn the_examples_of_gfm_come_out_as_they_should() {
    let (same, different, raw) = compared(GFM);
    let shown: Vec<_> = examples(GFM)
        .iter()
        .filter(|example| different.contains(&example.number))
        .map(|example| format!("{:?}\n  {}\n  {}", example.markdown, Form::of(&example.html), ours(&example.markdown)))
        .collect();
    assert_eq!((same, raw), (14, 0), "tables, tasks and strikethrough: {}", shown.join("\n"));
}
