//! A conversation as a page that needs nothing else: no script, nothing loaded, light or dark as the reader's system.
//! The answers are the HTML of the window, cleaned by the same rules.

use std::fmt::Write as _;

use super::places::Places;
use super::{ExportWords, Whole, minute};
use crate::chat::Role;
use crate::render;
use crate::store::turns::Progress;

const STYLE: &str = include_str!("page.css");

pub(super) fn page(whole: &Whole, words: &ExportWords) -> String {
    let title = escaped(&whole.row.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1 dir=\"auto\">{title}</h1>\n",
        language = escaped(&words.language),
    );
    for (number, turn) in whole.path.iter().enumerate() {
        let (class, who) = match turn.role {
            Role::You => ("you", &words.you),
            Role::Copilot => ("copilot", &words.copilot),
        };
        let model = turn.model.as_ref().map(|model| format!(" · {}", escaped(model))).unwrap_or_default();
        let _ = write!(
            out,
            "<article class=\"{class}\">\n<h2>{}</h2>\n<p class=\"when\">{}{model}</p>\n",
            escaped(who),
            minute(turn.created_at)
        );
        match turn.role {
            Role::You => {
                for attachment in &turn.attachments {
                    let _ = writeln!(out, "<p class=\"note\" dir=\"auto\">{}</p>", escaped(&attachment.name));
                }
                // Files can go without a word.
                if !turn.text.is_empty() {
                    let _ = writeln!(out, "<p class=\"said\" dir=\"auto\">{}</p>", escaped(&turn.text));
                }
            }
            Role::Copilot => {
                out.push_str("<div class=\"prose\">\n");
                let mut places = Places::new(number, &words.alerts);
                for block in render::render(&turn.text) {
                    places.push(&mut out, &block.html);
                    out.push('\n');
                }
                out.push_str("</div>\n");
            }
        }
        let ended = match turn.progress {
            Progress::Complete => None,
            Progress::Answering | Progress::Stopped => Some(&words.stopped),
            Progress::Failed(_) => Some(&words.failed),
        };
        if let Some(words) = ended {
            let _ = writeln!(out, "<p class=\"note\">{}</p>", escaped(words));
        }
        out.push_str("</article>\n");
    }
    let _ = write!(out, "</main>\n<footer>{}</footer>\n</body>\n</html>\n", escaped(&words.footer));
    out
}

pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\0' => {}
            c => out.push(c),
        }
    }
    out
}
