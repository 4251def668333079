//! Where top-level blocks end, and the link definitions that later blocks may use.

use std::collections::HashMap;

use pulldown_cmark::{BrokenLink, CowStr, Event, Options, Parser, Tag};

use super::{formula_places, money};

/// What of Markdown we read beyond CommonMark: what models write.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_MATH)
    .union(Options::ENABLE_GFM);

/// The end of one top-level block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    /// Byte after the block, always the start of a line or the end of the text.
    pub(super) end: usize,
    /// The block is fenced code with its closing fence, so nothing that follows can change it.
    pub(super) closed_fence: bool,
    /// The block is a paragraph that may still turn out to be a definition, which the parser counts to the list or
    /// quotation before it. Until it is over, the block before it has no certain end either.
    pub(super) may_vanish: bool,
}

/// Where a text falls apart.
#[derive(Debug)]
pub(super) struct Cuts {
    pub(super) cuts: Vec<Cut>,
    /// How many of them stay where they are even if a formula that may have begun is closed later.
    pub(super) certain: usize,
}

/// The ends of the top-level blocks of `text`, in order.
///
/// What stands between two blocks (empty lines, definitions) belongs to the second.
pub(super) fn cuts(text: &str) -> Cuts {
    let places = formula_places::find(text);
    let text = &*places.text;
    let mut cuts: Vec<Cut> = Vec::new();
    let mut depth = 0_usize;
    let parser = Parser::new_ext(text, OPTIONS);
    // Definitions at the margin end every list and quotation, though the parser counts them to the one before.
    let mut margins: Vec<usize> = parser.reference_definitions().iter().map(|(_, it)| it.span.start).collect();
    margins.retain(|start| {
        let line = text[..*start].rfind('\n').map_or(0, |newline| newline + 1);
        *start - line < 2 && text[line..*start].trim_start_matches(' ').is_empty()
    });
    margins.sort_unstable();
    for (event, range) in parser.into_offset_iter() {
        let ends_here = match &event {
            Event::Start(_) => {
                depth += 1;
                depth == 1
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        };
        if !ends_here {
            continue;
        }
        let margin = margins.get(margins.partition_point(|start| *start <= range.start)).copied().unwrap_or(text.len());
        let end = if margin < range.end {
            text[..margin].rfind('\n').map_or(margin, |newline| newline + 1)
        } else {
            line_end(text, range.end)
        };
        let may_vanish = matches!(event, Event::Start(Tag::Paragraph))
            && text[range.start..].trim_start().starts_with(['[', '"', '\'', '(']);
        let closed_fence = matches!(event, Event::Start(Tag::CodeBlock(_))) && fence_is_closed(&text[range.clone()]);
        // The parser may count a line to a list that it then finds to be outside of it: a block ends at the latest
        // where the next begins.
        let begins = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
        let floor = cuts.len().checked_sub(2).map_or(0, |before| cuts[before].end);
        match cuts.last_mut() {
            Some(last) if last.end > begins && begins > floor => last.end = begins,
            _ => {}
        }
        if cuts.last().is_none_or(|last| last.end < end) {
            cuts.push(Cut { end, closed_fence, may_vanish });
        }
    }
    let certain = places.undecided.map_or(cuts.len(), |from| cuts.partition_point(|cut| cut.end <= from));
    Cuts { cuts, certain }
}

/// The start of the line after `position`, or `position` when a line starts there.
fn line_end(text: &str, position: usize) -> usize {
    if position == 0 || text.as_bytes()[position - 1] == b'\n' {
        return position;
    }
    text[position..].find('\n').map_or(text.len(), |newline| position + newline + 1)
}

/// Whether a top-level code block's source ends with the fence that closes it. False for indented code.
pub(super) fn fence_is_closed(source: &str) -> bool {
    closes(source, |line| {
        let marks = line.trim_start_matches(' ');
        if line.len() - marks.len() <= 3 { marks } else { "" }
    })
}

/// The same for code inside lists and quotations, where each line carries its containers' marks.
///
/// Looks through whatever may be such a mark, so it can be wrong about code that holds a fence itself; it serves the
/// open end only, never what is final.
pub(super) fn nested_fence_is_closed(source: &str) -> bool {
    closes(source, |line| line.trim_start_matches([' ', '\t', '>']))
}

fn closes(source: &str, inner: impl Fn(&str) -> &str) -> bool {
    let Some((first, rest)) = source.split_once('\n') else {
        return false;
    };
    let opening = inner(first);
    let Some(fence) = opening.chars().next().filter(|c| *c == '`' || *c == '~') else {
        return false;
    };
    let length = opening.chars().take_while(|c| *c == fence).count();
    let last = rest.strip_suffix('\n').unwrap_or(rest).rsplit('\n').next().unwrap_or_default();
    let closing = inner(last).trim_end();
    length >= 3 && closing.len() >= length && closing.chars().all(|c| c == fence)
}

/// Link definitions that were settled, by normalized label. The first of a label counts, as in CommonMark.
#[derive(Debug, Default)]
pub(super) struct Definitions(HashMap<String, String>);

impl Definitions {
    /// Takes over the definitions of a settled piece of text.
    pub(super) fn learn(&mut self, source: &str) {
        if !source.contains("]:") {
            return;
        }
        for (label, definition) in
            Parser::new_ext(&formula_places::find(source).text, OPTIONS).reference_definitions().iter()
        {
            self.0.entry(normal(label)).or_insert_with(|| money::restored(&definition.dest));
        }
    }

    /// What the parser asks for when a text names a label it does not know.
    pub(super) fn resolve(&self, link: &BrokenLink<'_>) -> Option<(CowStr<'static>, CowStr<'static>)> {
        let target = self.0.get(&normal(&link.reference))?;
        Some((target.clone().into(), "".into()))
    }
}

fn normal(label: &str) -> String {
    money::restored(label).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        let mut from = 0;
        cuts(text).cuts.iter().map(|cut| &text[std::mem::replace(&mut from, cut.end)..cut.end]).collect()
    }

    #[test]
    fn a_text_is_cut_between_its_blocks() {
        assert_eq!(
            pieces("# a\nb\nc\n\n- d\n\n- e\n\nf\n***\n```\ng\n```\n    h"),
            ["# a\n", "b\nc\n", "\n- d\n\n- e\n\n", "f\n", "***\n", "```\ng\n```\n", "    h"],
            "each piece read alone is the block it was in the whole"
        );
    }

    #[test]
    fn definitions_belong_to_the_block_after_them() {
        assert_eq!(pieces("a\n\n[x]: /y\n\nb [x]\n"), ["a\n", "\n[x]: /y\n\nb [x]\n"], "so that block can use them");
    }

    #[test]
    fn a_fence_is_closed_by_its_own_kind_only() {
        for closed in ["```rust\na\n```", "~~~\n~~~~\n", "```\n   ``` \n", "````\n```\n````"] {
            assert!(fence_is_closed(closed), "{closed:?}");
        }
        for open in [
            "```",
            "```\n",
            "```\na",
            "````\n```",
            "```\n~~~",
            "``` a\n``` b",
            "    a\n    b",
            "```\n> ```",
            "```\n    ```",
            "```\n```\n\n",
        ] {
            assert!(!fence_is_closed(open), "{open:?}");
        }
        assert!(nested_fence_is_closed("```\n> > a\n> > ```"), "marks of containers are looked through");
    }
}
