//! Where formulas stand that the Markdown parser does not know of: `\(…\)`, `\[…\]`, and `$$…$$` over several lines.
//!
//! The parser reads a text in which each of these is a `$$…$$` of one line and of letters, of the same length byte for
//! byte: so no line of a formula becomes a list or a heading, no backslash is lost, and every position still fits.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::blocks::OPTIONS;
use super::money;

/// A formula is not longer; what claims to be is text.
const MAX_LENGTH: usize = 16 * 1024;

/// A text as the parser is to see it.
#[derive(Debug)]
pub(super) struct Places<'a> {
    /// As long as the text itself.
    pub(super) text: Cow<'a, str>,
    /// The formulas in it, marks included.
    regions: Vec<Range<usize>>,
    /// Where a formula may have begun whose end is still to come: nothing from here on is certain.
    pub(super) undecided: Option<usize>,
    /// Whether `text` has stand-ins for signs of money.
    blanked: bool,
}

impl Places<'_> {
    /// What the parser says of `text`, in the words of the text itself.
    pub(super) fn restored<'e>(&self, event: Event<'e>) -> Event<'e> {
        if self.blanked { money::restored_in(event) } else { event }
    }

    /// The LaTeX of the formula at `range` of `source`, when it is one of those found here, and whether it has a line
    /// of its own.
    pub(super) fn latex(&self, source: &str, range: &Range<usize>) -> Option<(String, bool)> {
        let at = self.regions.binary_search_by_key(&range.start, |region| region.start).ok()?;
        if self.regions[at] != *range {
            return None;
        }
        let inside = source.get(range.start + 2..range.end - 2)?;
        let line = source[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
        let quoted = source[line..range.start].trim_start().starts_with('>');
        // Each further line carries the marks of what it stands in.
        let marks = |c: char| c == ' ' || c == '\t' || (quoted && c == '>');
        let latex = inside.split('\n').map(|line| line.trim_start_matches(marks)).collect::<Vec<_>>().join("\n");
        Some((latex, !source[range.start..].starts_with("\\(")))
    }
}

/// Finds them.
pub(super) fn find(text: &str) -> Places<'_> {
    let plain = money::blanked(text);
    let blanked = plain.is_some();
    let plain: Cow<'_, str> = plain.map_or(Cow::Borrowed(text), Cow::Owned);
    if !["\\(", "\\[", "$$"].iter().any(|mark| text.contains(mark)) {
        return Places { text: plain, regions: Vec::new(), undecided: None, blanked };
    }
    let (mut regions, undecided) = scan(&plain, &code(&plain));
    // A few rounds: what hides formulas in several layers is no answer.
    for _ in 0..4 {
        if regions.is_empty() {
            break;
        }
        let masked = masked(&plain, &regions);
        // What the parser does not take for a formula, in raw HTML for instance, is none.
        let seen: Vec<Range<usize>> = Parser::new_ext(&masked, OPTIONS)
            .into_offset_iter()
            .filter_map(|(event, range)| matches!(event, Event::DisplayMath(_)).then_some(range))
            .collect();
        let before = regions.len();
        regions.retain(|region| {
            seen.binary_search_by_key(&region.start, |range| range.start).is_ok_and(|at| seen[at] == *region)
        });
        if regions.len() == before {
            return Places { text: Cow::Owned(masked), regions, undecided, blanked };
        }
    }
    Places { text: plain, regions: Vec::new(), undecided, blanked }
}

fn masked(text: &str, regions: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for region in regions {
        out.push_str(&text[from..region.start]);
        out.push_str("$$");
        out.extend(std::iter::repeat_n('x', region.len() - 4));
        out.push_str("$$");
        from = region.end;
    }
    out.push_str(&text[from..]);
    out
}

/// Where code stands, in which nothing is a formula.
fn code(text: &str) -> Vec<Range<usize>> {
    Parser::new_ext(text, OPTIONS)
        .into_offset_iter()
        .filter_map(|(event, range)| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))).then_some(range))
        .collect()
}

/// What counts for formulas in a text, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// What opens a formula of this kind.
    Open(Kind),
    /// What closes one.
    Close(Kind),
    /// `$$`, which does both.
    Dollars,
    /// An empty line or a fence, which no formula goes beyond.
    Barrier,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Round,
    Square,
    Dollars,
}

impl Mark {
    fn opens(self) -> Option<Kind> {
        match self {
            Self::Open(kind) => Some(kind),
            Self::Dollars => Some(Kind::Dollars),
            _ => None,
        }
    }

    fn closes(self) -> Option<Kind> {
        match self {
            Self::Close(kind) => Some(kind),
            Self::Dollars => Some(Kind::Dollars),
            _ => None,
        }
    }
}

/// Where a mark's formula would end.
#[derive(Clone, Copy)]
enum End {
    At(usize),
    Never,
    Later,
}

fn scan(text: &str, code: &[Range<usize>]) -> (Vec<Range<usize>>, Option<usize>) {
    let marks = marks(text, code);
    let ends = ends(&marks);
    let (mut regions, mut undecided) = (Vec::new(), None);
    let mut at = 0;
    while let Some((start, mark)) = marks.get(at) {
        at += 1;
        match ends[at - 1] {
            End::At(end) if marks[end].0 - start <= MAX_LENGTH => {
                at = end + 1;
                let inside = &text[start + 2..marks[end].0];
                // One in a single line is the parser's own; escaped brackets around nothing but marks are
                // brackets, and so are those of a link.
                let ours = *mark != Mark::Dollars || inside.contains('\n');
                let is_link = text[marks[end].0 + 2..].starts_with('(');
                if ours && !is_link && inside.contains(char::is_alphanumeric) {
                    regions.push(*start..marks[end].0 + 2);
                }
            }
            End::Later if text.len() - start <= MAX_LENGTH => undecided = undecided.or(Some(*start)),
            _ => {}
        }
    }
    (regions, undecided)
}

/// For each mark that opens, the next one that closes it. From the end to the beginning, so that no text makes it slow.
fn ends(marks: &[(usize, Mark)]) -> Vec<End> {
    let mut ends = vec![End::Never; marks.len()];
    let mut next = [End::Later; 3];
    for (index, (_, mark)) in marks.iter().enumerate().rev() {
        if *mark == Mark::Barrier {
            next = [End::Never; 3];
        }
        if let Some(kind) = mark.opens() {
            ends[index] = next[kind as usize];
        }
        if let Some(kind) = mark.closes() {
            next[kind as usize] = End::At(index);
        }
    }
    ends
}

fn marks(text: &str, code: &[Range<usize>]) -> Vec<(usize, Mark)> {
    let mut marks = Vec::new();
    let mut code = code.iter().peekable();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        while code.next_if(|range| range.end <= at).is_some() {}
        if let Some(range) = code.peek().filter(|range| range.start <= at) {
            at = range.end;
            continue;
        }
        let mark = match (bytes[at], bytes.get(at + 1)) {
            (b'\\', Some(b'(')) => Some(Mark::Open(Kind::Round)),
            (b'\\', Some(b')')) => Some(Mark::Close(Kind::Round)),
            // `list\[0\]`: an index that was escaped.
            (b'\\', Some(b'[')) if at == 0 || !bytes[at - 1].is_ascii_alphanumeric() => Some(Mark::Open(Kind::Square)),
            (b'\\', Some(b']')) => Some(Mark::Close(Kind::Square)),
            (b'$', Some(b'$')) => Some(Mark::Dollars),
            (b'\n', _) if ends_a_paragraph(&bytes[at + 1..]) => Some(Mark::Barrier),
            _ => None,
        };
        marks.extend(mark.map(|mark| (at, mark)));
        // A backslash takes the meaning of the mark after it, another backslash's too.
        let escapes = bytes[at] == b'\\' && bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation);
        at += if escapes || mark == Some(Mark::Dollars) { 2 } else { 1 };
    }
    marks
}

/// Whether the line that begins here is empty, but for the marks of what it stands in, or a fence. A line that is not
/// complete is not empty yet.
fn ends_a_paragraph(rest: &[u8]) -> bool {
    let words = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'>' | b'\r'));
    words.is_some_and(|words| [&b"\n"[..], b"```", b"~~~"].iter().any(|end| rest[words..].starts_with(end)))
}
