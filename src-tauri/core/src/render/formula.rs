//! LaTeX to MathML, which is put in after the walls: it is ours, and read once more before it is.
//!
//! The converter recurses as deep as a formula nests, and a formula may come from anybody: a long one is converted on
//! a stack of its own, a longer one stays its source. What comes out holds only the tags and attributes listed here;
//! the converter's inline styles, which the window's policy forbids, become classes.

use std::fmt::Write as _;
use std::sync::LazyLock;

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use super::text::{self, Place};

/// A formula that counts more marks which can nest stays its source.
const MAX_MARKS: usize = 4_000;
/// Up to here the caller's stack is enough.
const FEW_MARKS: usize = 100;
/// Measured: five kilobytes a level, and twice that to be sure.
const STACK: usize = 64 * 1024 * 1024;
/// Elements in elements: more are no formula that anybody reads.
const MAX_DEPTH: usize = 100;

/// What models write beyond the converter's own commands.
const MACROS: &[(&str, &str)] = &[
    ("boxed", r"\begin{array}{|c|}\hline #1 \\ \hline\end{array}"),
    ("bm", r"\boldsymbol{#1}"),
    ("label", r"\phantom{}"),
    ("mathbbm", r"\mathbb{#1}"),
    ("substack", r"\begin{matrix}#1\end{matrix}"),
    ("tag", r"\qquad(\mathrm{#1})"),
    ("textcolor", r"{\color{#1}#2}"),
];

const TAGS: &[&str] = &[
    "annotation",
    "math",
    "menclose",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "ms",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    "semantics",
];

const ATTRIBUTES: &[&str] = &[
    "accent",
    "accentunder",
    "columnalign",
    "depth",
    "display",
    "displaystyle",
    "encoding",
    "fence",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "notation",
    "rspace",
    "scriptlevel",
    "separator",
    "stretchy",
    "symmetric",
    "voffset",
    "width",
];

/// Declarations of the converter's inline styles and the class that each becomes; others, colours among them, are
/// dropped.
const STYLES: &[(&str, &str)] = &[
    ("text-align:right", "m-end"),
    ("text-align:left", "m-start"),
    ("padding-left:0", "m-tight-left"),
    ("padding-right:0", "m-tight-right"),
    ("padding-left:1em", "m-gap"),
    ("width:100%", "m-wide"),
    ("width:50%", "m-half"),
    ("border-top", "m-line-top"),
    ("border-right", "m-line-right"),
    ("border-bottom", "m-line-bottom"),
    ("border-left", "m-line-left"),
];

static CONVERTER: LazyLock<Option<LatexToMathML>> = LazyLock::new(|| {
    let macros = MACROS.iter().map(|(name, meaning)| ((*name).to_owned(), (*meaning).to_owned())).collect();
    // A test says that the list above is understood.
    LatexToMathML::new(MathCoreConfig { annotation: true, macros, ..Default::default() }).ok()
});

/// A formula as it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Formula {
    /// What stands between its marks.
    pub(super) latex: String,
    /// A line of its own.
    pub(super) display: bool,
    /// As it was written, marks and all.
    pub(super) source: String,
}

/// Writes the place of the `n`th formula, for [`put_in`] to find behind the walls.
pub(super) fn push_place(html: &mut String, n: usize) {
    let _ = write!(html, "{OPEN}{n}{CLOSE}");
}

const OPEN: &str = "<span class=\"math\">";
const CLOSE: &str = "</span>";

/// Puts the formulas into the cleaned HTML. Nobody else can have made a place: raw HTML is text by then.
pub(super) fn put_in(html: String, formulas: &[Formula]) -> String {
    if formulas.is_empty() {
        return html;
    }
    let mut out = String::with_capacity(html.len() + formulas.len() * 400);
    let mut rest = html.as_str();
    while let Some((before, after)) = rest.split_once(OPEN) {
        out.push_str(before);
        let Some((number, behind)) = after.split_once(CLOSE) else { break };
        if let Some(formula) = number.parse::<usize>().ok().and_then(|n| formulas.get(n)) {
            push(&mut out, formula);
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// The formula, or its source with a mild mark when it cannot be read.
fn push(html: &mut String, formula: &Formula) {
    match mathml(formula) {
        Some(mathml) if formula.display => {
            html.push_str("<span class=\"math math-display\" dir=\"ltr\" role=\"group\" tabindex=\"0\">");
            html.push_str(&mathml);
            html.push_str("</span>");
        }
        Some(mathml) => {
            html.push_str("<span class=\"math\" dir=\"ltr\">");
            html.push_str(&mathml);
            html.push_str("</span>");
        }
        None => {
            html.push_str("<code class=\"math-source\" dir=\"ltr\">");
            text::push(html, &formula.source, Place::Code);
            html.push_str("</code>");
        }
    }
}

fn mathml(formula: &Formula) -> Option<String> {
    let latex = formula.latex.trim().replace("\r\n", "\n").replace('\r', "\n");
    let latex = latex.as_str();
    // An override of direction would show another formula than the one that is copied.
    let deceives = |c: char| c.is_control() && !matches!(c, '\n' | '\t') || text::overrides(c);
    if latex.is_empty() || latex.contains(deceives) {
        return None;
    }
    let marks = latex.bytes().filter(|byte| matches!(byte, b'\\' | b'{' | b'[' | b'(' | b'^' | b'_')).count();
    let converted = if marks <= FEW_MARKS {
        convert(latex, formula.display)
    } else if marks <= MAX_MARKS {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK);
            thread.spawn_scoped(scope, || convert(latex, formula.display)).ok()?.join().ok()?
        })
    } else {
        None
    };
    converted.as_deref().and_then(checked)
}

fn convert(latex: &str, display: bool) -> Option<String> {
    let display = if display { MathDisplay::Block } else { MathDisplay::Inline };
    Some(CONVERTER.as_ref()?.convert_with_local_state(latex, display).ok()?.mathml)
}

/// MathML of the listed tags and attributes, well-formed and not too deep, or nothing.
fn checked(mathml: &str) -> Option<String> {
    let mut out = String::with_capacity(mathml.len());
    let mut open: Vec<&str> = Vec::new();
    let mut rest = mathml;
    while let Some((words, tag)) = rest.split_once('<') {
        if words.contains('>') {
            return None;
        }
        out.push_str(words);
        let (tag, after) = tag.split_once('>')?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return None;
            }
            let _ = write!(out, "</{name}>");
            continue;
        }
        let (tag, alone) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag.trim_end(), true));
        let end = tag.find(' ').unwrap_or(tag.len());
        let name = &tag[..end];
        if !TAGS.contains(&name) || open.len() >= MAX_DEPTH {
            return None;
        }
        let _ = write!(out, "<{name}");
        push_attributes(&mut out, &tag[end..])?;
        out.push('>');
        if alone {
            let _ = write!(out, "</{name}>");
        } else {
            open.push(name);
        }
    }
    (open.is_empty() && rest.is_empty()).then_some(out)
}

fn push_attributes(out: &mut String, mut attributes: &str) -> Option<()> {
    let mut classes: Vec<&str> = Vec::new();
    while let Some(attribute) =
        attributes.trim_start().strip_prefix(|c: char| c.is_ascii_lowercase()).map(|_| attributes.trim_start())
    {
        let (name, value) = attribute.split_once("=\"")?;
        let (value, after) = value.split_once('"')?;
        attributes = after;
        match name {
            "style" => classes.extend(value.split(';').filter_map(class_of)),
            "class" => {}
            _ if ATTRIBUTES.contains(&name)
                && value.bytes().all(|c| c.is_ascii_alphanumeric() || b" .%+-/".contains(&c)) =>
            {
                let _ = write!(out, " {name}=\"{value}\"");
            }
            _ => return None,
        }
    }
    if !classes.is_empty() {
        let _ = write!(out, " class=\"{}\"", classes.join(" "));
    }
    attributes.trim().is_empty().then_some(())
}

fn class_of(declaration: &str) -> Option<&'static str> {
    let declaration: String = declaration.chars().filter(|c| *c != ' ').collect();
    let lines = declaration.starts_with("border");
    let fits = |style: &str| if lines { declaration.starts_with(style) } else { declaration == style };
    STYLES.iter().find(|(style, _)| fits(style)).map(|(_, class)| *class)
}

#[cfg(test)]
#[path = "formula_tests.rs"]
mod tests;
