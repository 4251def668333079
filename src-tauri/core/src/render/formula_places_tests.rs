//! Formulas of every kind of marks, in every kind of place, whole and while they come.

use super::{BlockKind, Stream, plain_text, render};

fn html(markdown: &str) -> String {
    render(markdown).into_iter().map(|block| block.html).collect()
}

/// The LaTeX of each formula that is shown as one.
fn formulas(markdown: &str) -> Vec<String> {
    html(markdown)
        .split("<annotation encoding=\"application/x-tex\">")
        .skip(1)
        .map(|rest| {
            rest.split("</annotation>")
                .next()
                .unwrap_or_default()
                .replace("&amp;", "&")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
        })
        .collect()
}

#[test]
fn every_kind_of_marks_makes_a_formula() {
    for (text, display) in [
        ("$x_1$", false),
        ("\\(x_1\\)", false),
        ("$$x_1$$", true),
        ("\\[x_1\\]", true),
        ("$$\nx_1\n$$", true),
        ("\\[\nx_1\n\\]", true),
        ("```math\nx_1\n```", true),
    ] {
        assert_eq!(formulas(text), ["x_1"], "{text:?}");
        assert_eq!(html(text).contains("display=\"block\""), display, "{text:?} has a line of its own or not");
    }
    assert_eq!(render("```math\nx\n```")[0].kind, BlockKind::Text, "a formula is no code");
    assert_eq!(formulas("so \\(a\\), $b$ and \\[c\\] in $$d$$ one"), ["a", "b", "c", "d"], "in one line");
}

#[test]
fn no_line_of_a_formula_is_taken_for_markdown() {
    let latex = "a\n- b\n+ c\n= d\n===\n1. e\n> 0";
    for text in [format!("$$\n{latex}\n$$"), format!("\\[\n{latex}\n\\]"), format!("Text: $$\n{latex}\n$$ goes on")] {
        assert!(formulas(&text)[0].contains("- b"), "{text:?}");
        assert_eq!(render(&text).len(), 1, "one paragraph: {text:?}");
    }
    assert_eq!(formulas("\\(a*b*c_1 \\| d_2\\)"), ["a*b*c_1 \\| d_2"], "nor is what is in a line");
    assert_eq!(formulas("| a | b |\n|---|---|\n| \\(x|y\\) | $z$ |"), ["x|y", "z"], "a cell ends at no formula's bar");
}

#[test]
fn formulas_stand_in_lists_and_quotations() {
    assert_eq!(formulas("1. so\n   $$\n   a\n   - b\n   $$\n2. next"), ["a\n- b"], "without the list's margin");
    assert_eq!(formulas("> so\n> \\[\n> a\n> - b\n> \\]"), ["a\n- b"], "nor the quotation's");
    assert!(html("- $$\n  a\n  $$\n- b").matches("<li>").count() == 2, "and the list goes on");
}

#[test]
fn code_and_raw_html_hold_no_formula() {
    for text in [
        "`$x$` `\\(x\\)`",
        "```sh\necho $$ \\(a\\)\necho $$\n```",
        "    $$\n    x\n    $$",
        "<div>\n\\(x\\)\n</div>",
        "~~~\n\\[x\\]\n~~~",
    ] {
        assert!(!html(text).contains("math"), "{text:?}: {}", html(text));
    }
    assert!(
        html("```sh\necho $$ \\(a\\)\n```").replace("<span class=\"t-variable\">", "").contains('$'),
        "nothing is lost"
    );
    assert_eq!(formulas("`\\(` opens \\(x\\)"), ["x"], "what is in code opens nothing outside");
}

#[test]
fn backslashes_survive() {
    assert_eq!(plain_text("a \\( b"), "a ( b", "an escape without an end is an escape");
    assert!(html("`C:\\(x\\)\\n`").contains("C:\\(x\\)\\n"), "code keeps each of them");
    assert!(!html("list\\[0\\] and \\[text\\](url) and \\[\\]").contains("<math"), "escaped brackets are brackets");
    assert_eq!(formulas("\\[ a \\\\[2pt] b \\]"), ["a \\\\[2pt] b"], "a line's end in a formula opens none");
}

#[test]
fn what_is_not_closed_swallows_nothing() {
    for text in [
        "$$\nx = 1\n\nAfter *all*",
        "\\[ x\n\nAfter *all*",
        "cost: $$\n\nAfter *all*",
        "\\( x\n```\ncode \\)\n```\nAfter *all*",
    ] {
        assert!(html(text).contains("After <em>all</em>"), "{text:?}: {}", html(text));
        assert!(!html(text).contains("<math"), "an empty line ends it: {text:?}");
    }
}

#[test]
fn a_formula_settles_when_it_is_closed_and_the_rest_is_shown_meanwhile() {
    let mut stream = Stream::new();
    stream.push("Before\n\n$$\na\n- b\n");
    assert_eq!(stream.settled_since(0).len(), 1, "what may be a formula is not final");
    assert!(stream.tail().contains('b'), "but can be read: {}", stream.tail());
    stream.push("$$\n\nAfter\n");
    assert!(stream.settled_since(1)[0].html.contains("<math"), "closed it is one");
    let mut stream = Stream::new();
    stream.push("It costs $$\n- a\n\nAfter\n\nLast\n");
    assert!(stream.settled_since(0).len() >= 2, "an empty line decides that it is none");
}
