//! An answer's blocks on a page with others: the places that its links lead to get names that are the page's own, and
//! what only the window knows of a block is put in.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::{AlertWords, html};

/// The HTML of an answer's blocks, as it stands on a page whose `number`th turn it is.
pub(super) struct Places<'a> {
    number: usize,
    alerts: &'a AlertWords,
    /// The names that were given, each to the first who has it.
    taken: HashSet<String>,
}

impl<'a> Places<'a> {
    pub(super) fn new(number: usize, alerts: &'a AlertWords) -> Self {
        Self { number, alerts, taken: HashSet::new() }
    }

    /// Writes a block.
    pub(super) fn push(&mut self, out: &mut String, html: &str) {
        let mut rest = html;
        while let Some((words, tag)) = rest.split_once('<') {
            out.push_str(words);
            let (tag, after) = tag.split_at(end(tag));
            self.push_tag(out, tag);
            rest = after;
        }
        out.push_str(rest);
    }

    /// A tag without its `<`. No value of an attribute has a quote in it, so what looks like one is one.
    fn push_tag(&mut self, out: &mut String, tag: &str) {
        const ANCHOR: &str = " data-anchor=\"";
        const LINK: &str = " href=\"#";
        out.push('<');
        let number = self.number;
        if let Some((before, name, after)) = value(tag, ANCHOR) {
            out.push_str(before);
            if self.taken.insert(name.to_owned()) {
                let _ = write!(out, " id=\"t{number}-{name}\"");
            }
            out.push_str(after);
        } else if let Some((before, name, after)) = value(tag, LINK) {
            let _ = write!(out, "{before}{LINK}t{number}-{name}\"{after}");
        } else {
            out.push_str(tag);
        }
        if let Some((_, kind, _)) = value(tag, " data-alert=\"") {
            let words = match kind {
                "tip" => &self.alerts.tip,
                "important" => &self.alerts.important,
                "warning" => &self.alerts.warning,
                "caution" => &self.alerts.caution,
                _ => &self.alerts.note,
            };
            let _ = write!(out, "<p class=\"alert-kind\">{}</p>", html::escaped(words));
        }
    }
}

/// Where a tag ends, its `>` included: one between quotes is an attribute's.
fn end(tag: &str) -> usize {
    let mut quoted = false;
    let end = tag.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b'>' && !quoted
    });
    end.map_or(tag.len(), |end| end + 1)
}

/// What stands before an attribute, in it, and behind it.
fn value<'t>(tag: &'t str, attribute: &str) -> Option<(&'t str, &'t str, &'t str)> {
    let (before, rest) = tag.split_once(attribute)?;
    let (value, after) = rest.split_once('"')?;
    Some((before, value, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_look_like_an_attribute_are_words() {
        let mut out = String::new();
        let block = "<p dir=\"auto\">a data-anchor=\"b\" href=\"#c\" <img src=\"x\" alt=\"> href='#d'\"></p>";
        Places::new(1, &AlertWords::default()).push(&mut out, block);
        assert_eq!(out, block, "only tags are changed");
    }
}
