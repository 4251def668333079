//! An answer while it is being written: settled blocks stay, only what is still open is read again.

use super::blocks::{self, Definitions};
use super::code::Highlighted;
use super::{Block, html};

/// Up to this many bytes the open end is rendered at every [`Stream::tail`].
const ALWAYS: usize = 32 * 1024;
/// Beyond, only after it grew by this fraction, which keeps one endless paragraph linear instead of quadratic.
const GROWTH: usize = 8;

/// A longer line of nothing but marks (digits, most likely) is what is said, not what is said with it.
const LONGEST_MARKS: usize = 256;

/// Markdown that arrives in pieces of any size.
///
/// [`push`](Self::push) only stores; the work is done when somebody looks. After [`finish`](Self::finish) the blocks
/// are those of [`render`](super::render) for the same text, however it was cut into pieces.
#[derive(Debug, Default)]
pub struct Stream {
    text: String,
    settled: Vec<Block>,
    /// Byte where the open end begins.
    open: usize,
    definitions: Definitions,
    /// The text's length at the last attempt to settle something.
    tried: usize,
    tail: String,
    /// The open end's start and the text's length that `tail` shows.
    tail_of: (usize, usize),
    highlighted: Highlighted,
}

impl Stream {
    /// An empty answer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what just arrived.
    pub fn push(&mut self, delta: &str) {
        self.text.push_str(delta);
    }

    /// All Markdown so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The blocks that are final, from the `n`th on. They never change again.
    pub fn settled_since(&mut self, n: usize) -> &[Block] {
        self.settle();
        self.settled.get(n..).unwrap_or_default()
    }

    /// The HTML of what is not settled yet: one block or several, empty when there is none.
    ///
    /// Code in it is plain until its fence closes. A last line of nothing but marks (`-`, `#`, `|`) is held back,
    /// because the next character decides what it is. Beyond 32 KB the answer may lag behind by an eighth.
    pub fn tail(&mut self) -> &str {
        self.settle();
        let (open, shown) = self.tail_of;
        let fresh = open == self.open && (shown == self.text.len() || !self.has_grown(shown));
        if !fresh {
            self.render_tail();
        }
        &self.tail
    }

    /// Which open end [`tail`](Self::tail) answered with last: where it begins, and how long the text was. Two that are
    /// alike are the same HTML.
    pub const fn tail_of(&self) -> (usize, usize) {
        self.tail_of
    }

    /// The end of the answer: every block.
    pub fn finish(mut self) -> Vec<Block> {
        self.settle_up_to(self.text.len(), true);
        self.settled
    }

    /// Whether the open end grew enough since the text was `before` bytes long to be worth reading again.
    fn has_grown(&self, before: usize) -> bool {
        let size = self.text.len() - self.open;
        size <= ALWAYS || self.text.len() - before >= size / GROWTH
    }

    /// Settles what whole lines allow: all blocks but the last, and the last when its fence is closed.
    fn settle(&mut self) {
        if self.tried == self.text.len() || !self.has_grown(self.tried) {
            return;
        }
        let new_line = self.text.as_bytes()[self.tried..].contains(&b'\n');
        self.tried = self.text.len();
        if let Some(newline) = self.text[self.open..].rfind('\n').filter(|_| new_line) {
            self.settle_up_to(self.open + newline + 1, false);
        }
    }

    fn settle_up_to(&mut self, end: usize, all: bool) {
        let start = self.open;
        let blocks::Cuts { cuts, certain } = blocks::cuts(&self.text[start..end]);
        let count = match cuts.last() {
            _ if all => cuts.len(),
            Some(last) if last.may_vanish => cuts.len().saturating_sub(2).min(certain),
            Some(last) if !last.closed_fence => (cuts.len() - 1).min(certain),
            _ => certain,
        };
        for cut in &cuts[..count] {
            // Read alone, a piece may fall into smaller ones: the parser runs a list on over a definition it has just
            // removed. The smaller ones are what a stream would have seen.
            let (from, end) = (self.open, start + cut.end);
            let mut inner = blocks::cuts(&self.text[from..end]).cuts;
            inner.pop();
            for inner in inner {
                self.settle_block(from + inner.end);
            }
            self.settle_block(end);
        }
    }

    fn settle_block(&mut self, end: usize) {
        let range = self.open..end;
        let source = &self.text[range.clone()];
        let (html, kind) = html::block(source, &self.definitions, &mut |code| self.highlighted.closed(code));
        self.definitions.learn(source);
        self.open = end;
        self.settled.push(Block { html, kind, source: range });
    }

    fn render_tail(&mut self) {
        self.tail.clear();
        self.tail_of = (self.open, self.text.len());
        let end = self.open + decided(&self.text[self.open..]);
        let text = &self.text[self.open..end];
        let mut from = 0;
        for cut in blocks::cuts(text).cuts {
            let source = &text[from..cut.end];
            let (html, _) = html::block(source, &self.definitions, &mut |code| self.highlighted.open(code));
            self.tail.push_str(&html);
            from = cut.end;
        }
        self.highlighted.forget_unused();
    }
}

/// How much of the open end is worth showing: not a last line that is only marks so far.
fn decided(text: &str) -> usize {
    let line = text.rfind('\n').map_or(0, |newline| newline + 1);
    let only_marks = text.len() - line <= LONGEST_MARKS
        && text[line..].chars().all(|c| c.is_ascii_punctuation() || c.is_ascii_digit() || c.is_whitespace());
    if only_marks { line } else { text.len() }
}
