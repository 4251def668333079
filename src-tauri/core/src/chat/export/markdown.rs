//! A conversation as Markdown: the answers as they were written, with who speaks above each. Raw HTML
//! is words here as it is in the window.

use std::fmt::Write as _;

use super::{ExportWords, Whole, minute};
use crate::chat::Role;
use crate::render;
use crate::store::turns::Progress;

pub(super) fn page(whole: &Whole, words: &ExportWords) -> String {
    let mut out = format!("# {}\n", line(&whole.row.title));
    for turn in &whole.path {
        let who = if turn.role == Role::You { &words.you } else { &words.copilot };
        let model = turn.model.as_ref().map(|model| format!(" · {}", line(model))).unwrap_or_default();
        let _ = write!(out, "\n---\n\n## {who}\n\n*{}{model}*\n", minute(turn.created_at));
        for attachment in &turn.attachments {
            let _ = write!(out, "\n`{}`\n", line(&attachment.name).replace('`', "'"));
        }
        // What a stopped answer left open, or a question began, must not swallow what follows.
        let _ = write!(out, "\n{}\n", render::contained(turn.text.trim_end()));
        match turn.progress {
            Progress::Complete => {}
            Progress::Answering | Progress::Stopped => {
                let _ = write!(out, "\n*{}*\n", words.stopped);
            }
            Progress::Failed(_) => {
                let _ = write!(out, "\n*{}*\n", words.failed);
            }
        }
    }
    let _ = write!(out, "\n---\n\n*{}*\n", words.footer);
    out
}

/// In one line, whatever was put into it.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
