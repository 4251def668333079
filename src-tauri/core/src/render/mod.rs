//! Markdown to safe HTML blocks, all at once or while an answer is still being written.
//!
//! For the chat: it feeds what the model says and gets ready blocks for the window. Knows nobody else in the core.
//!
//! **Safety.** Everything here comes from a model, so from anybody. Two walls, each enough alone: [`html`] writes
//! only the tags of its own list and shows raw HTML as text; [`clean`] parses the result like a browser and removes
//! whatever is not on the allow-list. Nothing loads from the network: an image is shown when the answer holds its
//! bytes, and becomes a link otherwise. Formulas come in behind the walls, as MathML that [`formula`] makes and reads
//! once more.
//!
//! **Words.** A block carries none of the interface's words. The window finds what to name by class and data
//! attribute: `figure.code[data-language]` with an empty place in `.code-head`, `div.table`,
//! `blockquote[data-alert]`, `.footnote`, `.task`, `.math`. There are no ids, of which a page with many answers could
//! have two: what a link in the answer leads to is the `data-anchor` of its name in the same answer.
//!
//! **The rule for what comes later.** A block is final when the next one begins, so each top-level block is read
//! with the link definitions before it and inside it, never those after it: a link that is defined only later stays
//! as it was written, in the stream and in the whole text alike. A footnote mark needs no definition: it is a raised
//! number that leads to its note, wherever the model puts that; `.footnote-name` becomes one when its note has come.
//! Where a formula may have begun, nothing is final until it is closed or can no longer be.

mod blocks;
mod clean;
mod code;
mod contained;
mod formula;
mod formula_places;
mod html;
mod inline;
mod link;
mod money;
mod plain;
mod stream;
mod text;

#[cfg(test)]
mod attack_tests;
#[cfg(test)]
mod corpus_tests;
#[cfg(test)]
mod formula_places_tests;
#[cfg(test)]
mod markdown_tests;
#[cfg(test)]
mod spec_tests;
#[cfg(test)]
mod stream_tests;

use std::ops::Range;

pub use contained::contained;
pub use plain::{BOUNDARY, plain, plain_text};
pub use stream::Stream;

/// One top-level piece of an answer: a paragraph, a list, a code block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Safe HTML, one or more whole elements for the answer's `.prose`.
    pub html: String,
    /// What it is, for the window to decorate.
    pub kind: BlockKind,
    /// Where it came from: bytes of the Markdown.
    pub source: Range<usize>,
}

/// What a [`Block`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockKind {
    /// Paragraph, heading, rule, or raw HTML shown as text.
    Text,
    /// Bulleted, numbered or task list.
    List,
    /// Code, whose plain text is the `textContent` of its `pre`.
    Code {
        /// The language as the model named it, cut to a label; also in `data-language`.
        language: Option<String>,
    },
    /// Table, in a group that scrolls.
    Table,
    /// Quotation or alert.
    Quote,
    /// A footnote's text.
    Footnote,
}

/// Renders a whole text.
pub fn render(markdown: &str) -> Vec<Block> {
    let mut stream = Stream::new();
    stream.push(markdown);
    stream.finish()
}

/// Loads the grammars, so that the first code block does not pay for it. Takes tens of milliseconds; call it from a
/// background thread.
pub fn warm() {
    code::warm();
    clean::warm();
}
