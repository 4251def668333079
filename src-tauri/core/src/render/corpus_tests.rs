//! A published collection of attacks, and chance, against the renderer.
//!
//! `tests/xss/brs-kb-4.0.2.json` holds every payload of BRS-KB 4.0.2 (a knowledge base of cross-site scripting on PyPI,
//! MIT, `tests/xss/LICENSE-brs-kb`), each once. What comes out of the renderer is read here tag by tag, and put into
//! real engines by `ui/tests-browser/hostile.test.ts`. `WINGMAN_SOAK=1` hides each attack in every kind of block and
//! lets chance try longer.

use proptest::prelude::*;

use super::attack_tests::{ATTACKS, assert_safe};
use super::{Stream, render};

/// As many as were published: a collection that got shorter proves less.
const PUBLISHED: usize = 4_462;

fn is_soak() -> bool {
    std::env::var("WINGMAN_SOAK").is_ok_and(|value| value == "1")
}

fn published() -> Vec<String> {
    serde_json::from_str(include_str!("../../tests/xss/brs-kb-4.0.2.json")).expect("a list of attacks")
}

/// The attack in the `n`th kind of block.
fn hidden(attack: &str, n: usize) -> String {
    match n % 10 {
        0 => format!("- {}\n- b", attack.replace('\n', "\n  ")),
        1 => format!("> {}", attack.replace('\n', "\n> ")),
        2 => format!("# {attack}"),
        3 => format!("| a |\n|---|\n| {attack} |"),
        4 => format!("[{attack}](https://example.com) [x]({attack}) [x](<{attack}>)"),
        5 => format!("![{attack}]({attack})"),
        6 => format!("```{attack}\n{attack}\n```"),
        7 => format!("[^1]: {attack}\n\n[x][y]\n\n[y]: {attack}\n\n[y]"),
        8 => format!("$${attack}$$ and $\\text{{{attack}}}$"),
        _ => format!("- [x] *{attack}* `{attack}` https://example.com/{attack}"),
    }
}

#[test]
fn no_published_attack_gets_through() {
    let attacks = published();
    assert_eq!(attacks.len(), PUBLISHED, "all of them");
    let kinds = if is_soak() { 10 } else { 1 };
    for (at, attack) in attacks.iter().enumerate() {
        for text in std::iter::once(attack.clone()).chain((0..kinds).map(|kind| hidden(attack, at + kind))) {
            for block in render(&text) {
                assert_safe(&block.html, &text);
            }
            let mut stream = Stream::new();
            stream.push(&text);
            assert_safe(stream.tail(), &text);
        }
    }
}

/// Text made of what Markdown, HTML and the attacks above are made of.
fn hostile() -> impl Strategy<Value = String> {
    let marks = prop::sample::select(vec![
        "<",
        ">",
        "\"",
        "'",
        "`",
        "```",
        "~~~",
        "[",
        "](",
        ")",
        "![",
        "*",
        "_",
        "~~",
        "|",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "1. ",
        "# ",
        "$",
        "$$",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "&",
        "&#",
        ";",
        "&lt;",
        "&quot;",
        "&#x0A;",
        "\\",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "[^1]",
        "[^1]: ",
        "    ",
        "\t",
        "\0",
        "\u{1b}[31m",
        "\u{202e}",
        "\u{2066}",
        "\u{feff}",
        "\u{200b}",
        "://",
        "https://",
        "javascript:",
        "data:image/png;base64,",
        "mailto:",
        "#",
        "@",
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "</p>",
        "</a>",
        "</code></pre>",
        "</math>",
        "<br>",
        "<style>",
        "\\href{javascript:alert(1)}{x}",
        "\\text{",
        "}",
        "{",
        "style=",
        "onclick=alert(1)",
        "class=\"math\"",
        "<span class=\"math\">0</span>",
    ]);
    let piece = prop_oneof![
        6 => marks.prop_map(str::to_owned),
        2 => prop::sample::select(ATTACKS).prop_map(str::to_owned),
        2 => prop::sample::select(published()),
        1 => "\\PC{0,8}",
        1 => "[a-z ]{1,8}",
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if is_soak() { 200_000 } else { 1_500 }, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_chance_makes_gets_through(text in hostile(), cut in 0_usize..200) {
        for block in render(&text) {
            assert_safe(&block.html, &text);
        }
        // Half of it, as it stands while it streams, and then the rest.
        let cut = text.floor_char_boundary(cut);
        let mut stream = Stream::new();
        stream.push(&text[..cut]);
        assert_safe(stream.tail(), &text);
        stream.push(&text[cut..]);
        assert_safe(stream.tail(), &text);
    }
}
