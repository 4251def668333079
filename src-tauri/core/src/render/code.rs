//! Code, coloured by class.
//!
//! Grammars are regular expressions with look-around, run over text that anybody may have written: the size is
//! capped, and so is the time.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::text::{self, Place};

/// Longer code stays plain.
const MAX_CODE: usize = 200 * 1024;
/// Code with a longer line stays plain: it is data or hostile, and costs the most.
const MAX_LINE: usize = 10 * 1024;
/// The rest of a block stays plain when colouring took this long.
const BUDGET: Duration = Duration::from_secs(2);

static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Names that models use and the grammars do not.
const ALIASES: &[(&str, &str)] = &[
    ("c#", "cs"),
    ("console", "sh"),
    ("csharp", "cs"),
    ("cxx", "cpp"),
    ("docker", "dockerfile"),
    ("f#", "fs"),
    ("fsharp", "fs"),
    ("golang", "go"),
    ("javascriptreact", "tsx"),
    ("json5", "json"),
    ("jsonc", "json"),
    ("jsonl", "json"),
    ("jsx", "tsx"),
    ("objective-c", "m"),
    ("objectivec", "m"),
    ("objc", "m"),
    ("python3", "py"),
    ("shell", "sh"),
    ("shell-session", "sh"),
    ("terraform", "tf"),
    ("typescriptreact", "tsx"),
    ("vb.net", "vb"),
    ("vbnet", "vb"),
    ("viml", "vim"),
    ("zshrc", "zsh"),
];

/// What a scope is coloured as. The longest prefix that matches a scope wins; an empty class means *not coloured,
/// and neither is what is around it*.
const CLASSES: &[(&str, &str)] = &[
    ("comment", "t-comment"),
    ("punctuation.definition.comment", "t-comment"),
    ("string", "t-string"),
    ("constant", "t-constant"),
    ("support.constant", "t-constant"),
    ("variable.other.constant", "t-constant"),
    ("keyword", "t-keyword"),
    ("keyword.operator", ""),
    ("keyword.operator.word", "t-keyword"),
    ("keyword.operator.logical.python", "t-keyword"),
    ("keyword.operator.new", "t-keyword"),
    ("storage", "t-keyword"),
    ("variable.language", "t-keyword"),
    ("entity.name", "t-entity"),
    ("entity.other", "t-entity"),
    ("variable.function", "t-entity"),
    ("variable.annotation", "t-entity"),
    ("support.function", "t-entity"),
    ("support.class", "t-entity"),
    ("support.type", "t-entity"),
    ("support.macro", "t-entity"),
    ("variable.parameter", "t-variable"),
    ("variable.other.readwrite.shell", "t-variable"),
    ("variable.other.bracket.shell", "t-variable"),
    ("variable.other.php", "t-variable"),
    ("markup.heading", "t-keyword"),
    ("markup.inserted", "t-string"),
    ("markup.deleted", "t-keyword"),
    ("markup.raw", "t-string"),
    ("meta.diff.range", "t-entity"),
    ("meta.interpolation", ""),
];

static SCOPES: LazyLock<Vec<(Scope, &'static str)>> = LazyLock::new(|| {
    let mut scopes: Vec<_> =
        CLASSES.iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class))).collect();
    scopes.sort_by_key(|(scope, _)| std::cmp::Reverse(scope.len()));
    scopes
});

/// A code block as the Markdown has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Code<'a> {
    /// The language label, if it has one.
    pub(super) language: Option<&'a str>,
    /// The code itself.
    pub(super) text: &'a str,
    /// Whether its fence is known to be closed.
    pub(super) closed: bool,
}

/// Code that was coloured while its block was still open, so a list with code in it colours that code once.
#[derive(Debug, Default)]
pub(super) struct Highlighted {
    known: HashMap<(String, String), String>,
    used: HashMap<(String, String), String>,
}

impl Highlighted {
    /// The HTML of code in a settled block.
    pub(super) fn closed(&mut self, code: Code<'_>) -> String {
        let Some(language) = code.language else {
            return plain(code.text);
        };
        let key = (language.to_owned(), code.text.to_owned());
        self.known.get(&key).cloned().unwrap_or_else(|| highlight(language, code.text))
    }

    /// The HTML of code in the open end: plain until its fence closes.
    pub(super) fn open(&mut self, code: Code<'_>) -> String {
        let Some(language) = code.language.filter(|_| code.closed) else {
            return plain(code.text);
        };
        let key = (language.to_owned(), code.text.to_owned());
        let html = self.known.remove(&key).or_else(|| self.used.get(&key).cloned());
        let html = html.unwrap_or_else(|| highlight(language, code.text));
        self.used.insert(key, html.clone());
        html
    }

    /// Ends one look at the open end: what was not seen in it is gone.
    pub(super) fn forget_unused(&mut self) {
        self.known = std::mem::take(&mut self.used);
    }
}

/// The label for a fence's info string: its first word, when it looks like a language's name.
pub(super) fn label(info: &str) -> Option<&str> {
    let word = info.split(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | ':' | ';')).next()?;
    let fits = !word.is_empty()
        && word.len() <= 32
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-' | '_' | '.'));
    fits.then_some(word)
}

/// Code without colours.
pub(super) fn plain(code: &str) -> String {
    let mut html = String::with_capacity(code.len() + code.len() / 8);
    text::push(&mut html, code, Place::Code);
    html
}

/// Code with the `t-*` classes, or plain when the language is unknown or the code too big.
fn highlight(language: &str, code: &str) -> String {
    if code.len() > MAX_CODE || code.lines().any(|line| line.len() > MAX_LINE) {
        return plain(code);
    }
    match grammar(language) {
        Some(grammar) => coloured(grammar, code, BUDGET),
        None => plain(code),
    }
}

fn grammar(language: &str) -> Option<&'static SyntaxReference> {
    let name = language.to_ascii_lowercase();
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name.as_str(), |(_, known)| known);
    GRAMMARS.find_syntax_by_token(name)
}

fn coloured(grammar: &SyntaxReference, code: &str, budget: Duration) -> String {
    let started = Instant::now();
    let mut writer = Spans { html: String::with_capacity(code.len() * 2), class: "" };
    let mut state = ParseState::new(grammar);
    let mut stack = ScopeStack::new();
    let mut rest = code;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.find('\n').map_or(rest.len(), |newline| newline + 1));
        if started.elapsed() >= budget {
            break;
        }
        let Ok(changes) = state.parse_line(line, &GRAMMARS) else {
            break;
        };
        let mut from = 0;
        for (position, change) in changes {
            // A grammar's position that is not a character's boundary would be its bug, not a reason to fall.
            if let Some(piece) = line.get(from..position) {
                writer.push(piece, class_of(&stack));
                from = position;
            }
            if stack.apply(&change).is_err() {
                break;
            }
        }
        writer.push(line.get(from..).unwrap_or_default(), class_of(&stack));
        rest = after;
    }
    writer.push(rest, "");
    writer.push_class("");
    writer.html
}

/// The class of the innermost scope that has one.
fn class_of(stack: &ScopeStack) -> &'static str {
    let class = |scope: &Scope| SCOPES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, class)| *class);
    stack.as_slice().iter().rev().find_map(class).unwrap_or_default()
}

/// Writes runs of equal class as one span.
struct Spans {
    html: String,
    class: &'static str,
}

impl Spans {
    fn push(&mut self, piece: &str, class: &'static str) {
        if piece.is_empty() {
            return;
        }
        if class != self.class {
            // Space between two pieces needs no colour of its own.
            self.push_class(if piece.trim().is_empty() { "" } else { class });
        }
        text::push(&mut self.html, piece, Place::Code);
    }

    fn push_class(&mut self, class: &'static str) {
        if !self.class.is_empty() {
            self.html.push_str("</span>");
        }
        if !class.is_empty() {
            self.html.push_str("<span class=\"");
            self.html.push_str(class);
            self.html.push_str("\">");
        }
        self.class = class;
    }
}

/// Loads the grammars and compiles the first expressions.
pub(super) fn warm() {
    highlight("rust", "fn main() {}\n");
}

#[cfg(test)]
pub(super) fn knows(language: &str) -> bool {
    grammar(language).is_some_and(|grammar| grammar.name != "Plain Text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_the_first_word_if_it_looks_like_a_name() {
        for (info, expected) in [
            ("rust", Some("rust")),
            ("rust,ignore", Some("rust")),
            ("c++ title=\"a\"", Some("c++")),
            ("{.python}", None),
            ("js:app.js", Some("js")),
            ("", None),
            ("<b>", None),
            ("a very long one", Some("a")),
        ] {
            assert_eq!(label(info), expected, "for {info:?}");
        }
        assert_eq!(label(&"x".repeat(33)), None, "a label has to fit its place");
    }

    #[test]
    fn time_that_is_up_leaves_the_rest_plain_and_whole() {
        let rust = grammar("rust").expect("Rust has a grammar");
        let code = "fn main() {}\n// <end>\n";
        assert_eq!(coloured(rust, code, Duration::ZERO), plain(code), "no time, no colours, no loss");
        assert!(coloured(rust, code, Duration::from_mins(1)).contains("t-comment"), "with time, colours");
    }

    #[test]
    fn every_grammar_survives_awkward_code() {
        let awkward = "\"'`<!--{{#${(([*/+\n\t中文\u{0}é\r\n'''\"\"\"\n@a $b %c <?php ?> </a>\n";
        for grammar in GRAMMARS.syntaxes() {
            let html = coloured(grammar, awkward, Duration::from_mins(1));
            let balanced = html.matches("<span").count() == html.matches("</span>").count();
            assert!(balanced, "{} closes what it opens", grammar.name);
        }
    }

    #[test]
    fn code_is_coloured_once_however_often_the_open_end_is_looked_at() {
        let mut highlighted = Highlighted::default();
        let code = Code { language: Some("rust"), text: "fn a() {}\n", closed: true };
        let first = highlighted.open(code);
        highlighted.forget_unused();
        assert_eq!(highlighted.known.len(), 1, "it is remembered while it is on the screen");
        assert_eq!(highlighted.open(code), first, "and the same");
        highlighted.forget_unused();
        highlighted.forget_unused();
        assert!(highlighted.known.is_empty(), "and forgotten when it is not");
    }
}
