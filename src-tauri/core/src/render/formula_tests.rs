use super::*;
use crate::render::{Stream, render};

fn shown(latex: &str) -> String {
    let mut html = String::new();
    push(&mut html, &Formula { latex: latex.into(), display: false, source: format!("${latex}$") });
    html
}

fn is_read(latex: &str) -> bool {
    shown(latex).contains("<math")
}

#[test]
fn what_models_write_is_read() {
    for latex in [
        "x",
        r"\frac{a}{b}",
        r"\sum_{i=1}^{n} i = \frac{n(n+1)}{2}",
        r"\int_0^\infty e^{-x^2}\,dx",
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\begin{align*} a &= b \\ c &= d \end{align*}",
        r"\begin{cases} x & \text{if } x>0 \\ 0 & \text{otherwise} \end{cases}",
        r"\begin{array}{c|c} 1 & 2 \\ \hline 3 & 4 \end{array}",
        r"\mathbb{R}^n \mathcal{O}(n \log n)",
        r"\operatorname{softmax}(x)_i",
        r"\left\{ x \mid x > 0 \right\}",
        r"\lim_{x \to 0} \frac{\sin x}{x}",
        r"\underbrace{a+b}_{c} \overline{x} \hat{y} \vec{v}",
        r"a \equiv b \pmod{n}",
        r"\xrightarrow{f} \binom{n}{k} \sqrt[3]{x}",
        r"\boxed{E = mc^2}",
        r"\textcolor{red}{x} \color{blue} y",
        r"\sum_{\substack{i<n \\ j<m}}",
        r"x = 1 \tag{1}",
        r"\text{价格} = 5\%",
        r"\lVert x \rVert_2 \ldots \cdots",
    ] {
        assert!(is_read(latex), "{latex} is a formula");
    }
}

#[test]
fn its_latex_goes_along_for_whoever_copies_it() {
    assert!(
        shown("a<b")
            .ends_with("<annotation encoding=\"application/x-tex\">a&lt;b</annotation></semantics></math></span>"),
        "{}",
        shown("a<b")
    );
}

#[test]
fn what_cannot_be_read_is_shown_as_it_was_written() {
    for latex in [r"\frac{1", r"\nosuchcommand{x}", r"\href{javascript:alert(1)}{x}", "x & y", r"\left(", "a\u{202e}b"]
    {
        assert!(!is_read(latex), "{latex} is no formula");
    }
    assert_eq!(
        shown(r"\frac{<b>"),
        "<code class=\"math-source\" dir=\"ltr\">$\\frac{&lt;b&gt;$</code>",
        "its source, whole and escaped"
    );
}

#[test]
fn layout_comes_in_classes_and_never_in_styles() {
    let html = shown(
        r"\begin{array}{r|l} 1 & 2 \\ \hline 3 & 4 \end{array} \begin{align*} a &= b \end{align*} \color{red} x \! y",
    );
    assert!(html.contains("<math"), "{html}");
    assert!(!html.contains(" style="), "the window's policy forbids them: {html}");
    for class in ["m-end", "m-start", "m-line-right", "m-line-top"] {
        assert!(html.contains(class), "{class} is kept: {html}");
    }
}

#[test]
fn only_listed_mathml_comes_in() {
    assert_eq!(
        checked("<math><mi>x</mi><mspace/></math>").as_deref(),
        Some("<math><mi>x</mi><mspace></mspace></math>"),
        "plain"
    );
    for bad in [
        "<math><script>x</script></math>",
        "<math href=\"https://x\"><mi>x</mi></math>",
        "<math onclick=\"x\"></math>",
        "<math><mi>x</math>",
        "<math><mi>a > b</mi></math>",
        "<math><mo><</mo></math>",
        "<math display='block'></math>",
        "<math display=\"a\"b\"></math>",
        "<math></math>after",
        "<math>",
        "<annotation-xml encoding=\"text/html\"></annotation-xml>",
    ] {
        assert_eq!(checked(bad), None, "{bad} is not put in");
    }
}

#[test]
fn however_deep_a_formula_goes_the_window_stays_open() {
    for piece in [
        "{",
        "\\sqrt",
        "\\frac",
        "\\left(",
        "\\begin{matrix}",
        "\\hat{",
        "\\not",
        "x^{",
        "\\color{red}",
        "\\mathbf",
        "'",
        "[",
        "\\overline ",
    ] {
        for times in [90, 400, 3_900, 100_000] {
            let deep = piece.repeat(times);
            let closed = format!("{deep}x{}", "}".repeat(times));
            assert!(!shown(&deep).is_empty() && !shown(&closed).is_empty(), "{piece} × {times} ends in something");
        }
    }
}

/// Money, and a shell's variables.
const NO_FORMULAS: &[&str] = &[
    "$5 and $10",
    "US$ 3",
    "US$5 or C$6",
    "`$x` and $x alone",
    "it costs $5.",
    "$5/$10",
    "from $1,000–$2,000 a year",
    "$10k-$20k",
    "pay $5 (or 10$)",
    "$HOME/$USER",
    "\\$x\\$",
    "between $ a and b $",
    "20$ and 30$",
    "A$AP and B$",
    "**$20**/month or **$200**/year",
    "*$20* or *$200*, __$5__ or __$6__",
    "~~$20~~ now **$15**",
    "**20$** and **30$**",
    "**$5** (or **10$**)",
    "costs $5; set `$PATH`",
    "set `$PATH` for $5 (or `$HOME`)",
    "> between $5\n> and/$10",
    "> costs $5 or\n>$10",
    "> from $5 to\n> 10$, say",
    "- **$5**\n- **$6**",
    "| a | b |\n|---|---|\n| **$5** | **$6**/mo |\n|$7|$8|",
    "[for $5](https://a.example/?p=$5) and [for $6](https://a.example/?p=$6)",
    "<https://a.example/$a/$b>",
    "# **$5** or **$6**?",
    "价格从$5到$10",
    "**$HOME** and **$PATH**",
    "\"$HOME\" and \"$PATH\"",
    "'$HOME' and '$PATH'",
    "“$HOME” and “$PATH”",
    "\"${HOME}\" or \"${PATH}\"",
    "\"$1\" and \"$@\"",
    "use $HOME ($PATH)",
    "[$HOME] or [$PATH]",
    "$HOME or `$PATH`",
    "PATH=$HOME/bin:$PATH",
    "设置$HOME和$PATH",
    "**$foo** with **$bar**, *$baz*",
];

const FORMULAS: &[&str] = &[
    "$x$",
    "so $x$, and",
    "$2n$ steps",
    "$n$th",
    "$v = 位移/时间$",
    "为$x$时",
    "($5 + x$)",
    "$3$",
    "$\\$5$",
    "$p$-value",
    "$a$ or $b$",
    "**$x$**",
    "| $x$ |\n|---|",
    "\"$x$\" and ($y$)",
    "$f'$s slope, $x^*$s value",
    "$f'$",
    "$x^*$",
    "**$5** for $x$",
    "US$5, C$6: $x$",
    "costs **$5**/$6 and `$a`: **$x$**",
    "$$a$$ for **$5** and **$6**",
];

#[test]
fn money_is_left_alone() {
    for text in NO_FORMULAS {
        let html: String = render(text).into_iter().map(|block| block.html).collect();
        assert!(!html.contains("math"), "{text} holds no formula: {html}");
        let signs = |text: &str| text.matches('$').count();
        // An address is shown, too.
        let shown = signs(&html) - if text.starts_with('<') { 2 } else { 0 };
        assert_eq!(shown, signs(text), "and keeps its signs: {html}");
    }
    for text in FORMULAS {
        let html = render(text).remove(0).html;
        assert!(html.contains("<math"), "{text} holds one: {html}");
    }
}

#[test]
fn what_is_around_money_is_markdown() {
    for (text, expected) in [
        ("**$20**/month or **$200**/year", "<strong>$20</strong>/month or <strong>$200</strong>/year"),
        ("costs $5; set `$PATH`", "costs $5; set <code>$PATH</code>"),
        ("**$HOME** and **$PATH**", "<strong>$HOME</strong> and <strong>$PATH</strong>"),
        ("> costs $5 or\n>$10", "costs $5 or\n$10"),
        ("> from $5 to\n> 10$, say", "from $5 to\n10$, say"),
        ("costs **$5**; so **$x**", "costs <strong>$5</strong>; so <strong>$x</strong>"),
        ("[a $5](https://a.example/$5) [b](https://a.example/$6)", "href=\"https://a.example/$5\""),
        ("[p]: https://a.example/$8/$9\n\n[is $5/$6][p] $7", "href=\"https://a.example/$8/$9\""),
    ] {
        let html = render(text).remove(0).html;
        assert!(html.contains(expected), "{text}: {html}");
        assert!(!html.contains('\x7f'), "in the words of the text: {html:?}");
    }
    // A text that has such a character itself keeps it, as a picture of it.
    assert!(render("\x7f and $5/$6").remove(0).html.contains("␡ and $5/$6"), "nothing is taken for another");
}

#[test]
fn money_is_left_alone_while_it_comes() {
    for text in NO_FORMULAS {
        let mut stream = Stream::new();
        for character in text.chars() {
            stream.push(character.encode_utf8(&mut [0; 4]));
            let tail = stream.tail();
            assert!(!tail.contains("math"), "{text} flickers: {tail}");
        }
    }
}
