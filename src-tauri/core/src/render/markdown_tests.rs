//! What people expect of Markdown, and the exact shape the window's styles rely on.

use super::{Block, BlockKind, render};

fn html(markdown: &str) -> String {
    render(markdown).into_iter().map(|block| block.html).collect()
}

fn only(markdown: &str) -> Block {
    let mut blocks = render(markdown);
    assert_eq!(blocks.len(), 1, "{markdown:?} is one block");
    blocks.remove(0)
}

#[test]
fn text_headings_and_rules() {
    assert_eq!(
        html("a *b* **c** ~~d~~ `e<f`"),
        "<p dir=\"auto\">a <em>b</em> <strong>c</strong> <del>d</del> <code>e&lt;f</code></p>",
        "inline marks"
    );
    for level in 1..=6 {
        let expected = format!("<h{level} dir=\"auto\" data-anchor=\"title\">Title</h{level}>");
        assert_eq!(html(&format!("{} Title", "#".repeat(level))), expected, "headings carry no ids to clash");
    }
    assert_eq!(html("Title\n==="), "<h1 dir=\"auto\" data-anchor=\"title\">Title</h1>", "underlined headings too");
    assert_eq!(html("# ?"), "<h1 dir=\"auto\">?</h1>", "a heading without a name is no place");
    assert_eq!(html("a\n\n---\n\nb"), "<p dir=\"auto\">a</p><hr><p dir=\"auto\">b</p>", "a rule between");
    assert_eq!(html("a  \nb\\\nc\nd"), "<p dir=\"auto\">a<br>b<br>c\nd</p>", "hard and soft breaks");
    assert_eq!(html("\"a\" -- b..."), "<p dir=\"auto\">\"a\" -- b...</p>", "punctuation stays as it was typed");
}

#[test]
fn lists_tight_loose_nested_and_numbered() {
    assert_eq!(html("- a\n- b\n"), "<ul dir=\"auto\"><li>a</li><li>b</li></ul>", "tight");
    assert_eq!(html("- a\n\n- b\n"), "<ul dir=\"auto\"><li><p>a</p></li><li><p>b</p></li></ul>", "loose");
    assert_eq!(
        html("3. a\n   - b\n     1. c\n"),
        "<ol start=\"3\" dir=\"auto\"><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li></ol>",
        "nested, and numbers go on where the model began"
    );
    assert_eq!(only("- a\n").kind, BlockKind::List, "a list says so");
    assert_eq!(render("- a\n* b\n").len(), 2, "another mark is another list");
}

#[test]
fn tasks_are_boxes_nobody_can_tick_and_have_names() {
    assert_eq!(
        html("- [x] done\n  - [ ] open\n"),
        "<ul dir=\"auto\"><li class=\"task\"><label><input type=\"checkbox\" disabled=\"\" checked=\"\"> done</label>\
         <ul><li class=\"task\"><label><input type=\"checkbox\" disabled=\"\"> open</label></li></ul></li></ul>",
        "the text is the label"
    );
    assert!(html("- [ ] a\n\n- [ ] b\n").contains("<li class=\"task\"><p><label><input"), "loose ones as well");
}

#[test]
fn tables_scroll_in_a_group() {
    let block = only("| a | b | |\n|---|--:|:-:|\n| `x|` | <br>y |\n");
    assert_eq!(block.kind, BlockKind::Table, "a table says so");
    let table = only("| a | b | |\n|---|--:|:-:|\n| 1<br>2 | 3 | 4 |\n").html;
    assert_eq!(
        table,
        "<div class=\"table\" role=\"group\" tabindex=\"0\"><table><thead><tr><th scope=\"col\" dir=\"auto\">a</th>\
         <th scope=\"col\" class=\"align-end\" dir=\"auto\">b</th><td></td></tr></thead><tbody><tr><td dir=\"auto\">1<br>2</td>\
         <td class=\"align-end\" dir=\"auto\">3</td><td class=\"align-center\" dir=\"auto\">4</td></tr></tbody></table></div>",
        "as the design has it; an empty heading is no heading"
    );
}

#[test]
fn code_blocks_have_the_design_s_frame_and_no_words() {
    let block = only("```rust title=x\nlet a = \"<b>\";\n```");
    assert_eq!(block.kind, BlockKind::Code { language: Some("rust".into()) }, "the language is data");
    assert!(
        block.html.starts_with(
            "<figure class=\"code\" data-language=\"rust\"><figcaption class=\"code-head\"><span>rust</span></figcaption>\
             <pre dir=\"ltr\" role=\"group\" tabindex=\"0\"><code><span class=\"t-keyword\">let</span> "
        ),
        "{}",
        block.html
    );
    assert!(block.html.contains("<span class=\"t-string\">\"&lt;b&gt;\"</span>"), "{}", block.html);
    assert_eq!(only("    indented\n").kind, BlockKind::Code { language: None }, "indented code has no language");
    assert_eq!(text_of_code(&only("```\na\n\n  b\n```").html), "a\n\n  b\n", "the text is the code, to the letter");
    assert_eq!(text_of_code(&only("```py\r\nif a:\r\n\tb\r\n```").html), "if a:\n\tb\n", "with one kind of line end");
    assert!(
        only("```<b>\na\n```").html.contains("<figure class=\"code\"><figcaption"),
        "a label that is no name is none"
    );
    assert!(only("```nosuchlanguage\nfn\n```").html.contains("<code>fn\n</code>"), "an unknown language is plain");
    assert!(only("```rust\nfn main").html.contains("t-keyword"), "code without an end is over when the answer is");
}

/// What the window copies: the `textContent` of the code.
fn text_of_code(html: &str) -> String {
    let code = html.split_once("<code>").and_then(|(_, rest)| rest.split_once("</code>")).map_or("", |(code, _)| code);
    let mut text = String::new();
    let mut rest = code;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}

#[test]
fn quotations_and_alerts() {
    assert_eq!(
        html("> a\nlazy\n>> b"),
        "<blockquote dir=\"auto\"><p>a\nlazy</p><blockquote><p>b</p></blockquote></blockquote>",
        "lazy lines belong"
    );
    assert_eq!(
        html("> [!WARNING]\n> careful"),
        "<blockquote data-alert=\"warning\" dir=\"auto\"><p>careful</p></blockquote>",
        "its word is the window's"
    );
    assert_eq!(only("> a").kind, BlockKind::Quote, "a quotation says so");
}

#[test]
fn links_lead_to_the_web_and_say_nothing_of_us() {
    let link = |address: &str, text: &str| {
        format!("<p dir=\"auto\"><a href=\"{address}\" rel=\"noreferrer noopener\">{text}</a></p>")
    };
    assert_eq!(
        html("[a](https://example.com/?a=1&b=2 \"title\")"),
        link("https://example.com/?a=1&amp;b=2", "a"),
        "a link"
    );
    assert_eq!(html("<https://example.com>"), link("https://example.com/", "https://example.com"), "in angle brackets");
    assert_eq!(html("<ada@example.com>"), link("mailto:ada@example.com", "ada@example.com"), "a mailbox");
    assert_eq!(
        html("https://example.com/a_b_c"),
        link("https://example.com/a_b_c", "https://example.com/a_b_c"),
        "bare"
    );
    assert_eq!(html("[a](./local.md)"), "<p dir=\"auto\">a</p>", "there is no place here that it could be relative to");
    assert_eq!(html("[https://a.example](https://b.example)").matches("<a ").count(), 1, "no link in a link");
    assert_eq!(html("`https://example.com`"), "<p dir=\"auto\"><code>https://example.com</code></p>", "code is code");
}

#[test]
fn an_image_is_a_link_and_never_loaded() {
    assert_eq!(
        html("![a *cat*](https://example.com/c.png)"),
        "<p dir=\"auto\"><a href=\"https://example.com/c.png\" rel=\"noreferrer noopener\">a cat</a></p>",
        "named by its text"
    );
    assert!(html("![](https://example.com/c.png)").contains(">https://example.com/c.png</a>"), "or by its address");
    assert_eq!(
        html("[![badge](https://example.com/b.svg)](https://example.com)"),
        "<p dir=\"auto\"><a href=\"https://example.com/\" rel=\"noreferrer noopener\">badge</a></p>",
        "inside a link it is the link's text"
    );
    assert_eq!(html("![dot](data:image/svg+xml;base64,AA)"), "<p dir=\"auto\">dot</p>", "elsewhere it is its text");
    let dot = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";
    assert_eq!(
        html(&format!("![a \"dot\"]({dot})")),
        format!("<p dir=\"auto\"><img src=\"{dot}\" alt=\"a &quot;dot&quot;\"></p>"),
        "what the answer holds itself is shown"
    );
    assert_eq!(
        html("![a bomb](data:image/gif;base64,R0lGODlh/////wAAACwAAAAA/////wACAkwBADs=)"),
        "<p dir=\"auto\">a bomb</p>",
        "unless it would fill the memory"
    );
}

#[test]
fn raw_html_is_text() {
    assert_eq!(html("a <b>c</b>"), "<p dir=\"auto\">a &lt;b&gt;c&lt;/b&gt;</p>", "inline");
    assert_eq!(
        html("<div>\na\n</div>\n"),
        "<p dir=\"auto\">&lt;div&gt;<br>a<br>&lt;/div&gt;</p>",
        "and in blocks, line by line"
    );
    assert_eq!(html("a<br>b<BR/>c"), "<p dir=\"auto\">a<br>b<br>c</p>", "only a line break is obeyed");
    assert_eq!(html("<!-- note -->"), "<p dir=\"auto\">&lt;!-- note --&gt;</p>", "comments hide nothing");
}

#[test]
fn footnotes_are_raised_numbers_that_lead_to_the_note_and_back() {
    let mark = |label: &str| {
        format!(
            "<sup class=\"footnote-mark\" data-anchor=\"ref-{label}\"><a href=\"#fn-{label}\" rel=\"noreferrer noopener\">{label}</a></sup>"
        )
    };
    let blocks = render("a[^1] b[^12] c[^x] d[^0-9]\n\n[^1]: the *note*\n");
    assert_eq!(
        blocks[0].html,
        format!("<p dir=\"auto\">a{} b{} c[^x] d[^0-9]</p>", mark("1"), mark("12")),
        "numbers are marks wherever the note is, an expression is not"
    );
    assert_eq!(blocks[1].kind, BlockKind::Footnote, "the note says so");
    assert_eq!(
        blocks[1].html,
        "<div class=\"footnote\" dir=\"auto\" data-anchor=\"fn-1\"><sup class=\"footnote-mark\"><a href=\"#ref-1\" rel=\"noreferrer noopener\">1</a></sup>\
         <p>the <em>note</em></p></div>",
        "and stands where it was written, without ids"
    );
    let named = render("see[^src]\n\nMore.\n\n[^src]: the source\n");
    assert_eq!(
        named[0].html, "<p dir=\"auto\">see<span class=\"footnote-name\">[^src]</span></p>",
        "a name may be an expression until its note has come, which the window sees"
    );
    assert!(named[2].html.contains("data-anchor=\"fn-src\""), "{}", named[2].html);
}

#[test]
fn links_lead_to_headings_of_the_answer() {
    assert_eq!(
        html("[up](#The%20First) [no](#)\n"),
        "<p dir=\"auto\"><a href=\"#the-first\" rel=\"noreferrer noopener\">up</a> no</p>",
        "by the name that the heading has"
    );
    assert!(html("## The *First*!\n").contains("data-anchor=\"the-first\""), "which comes of its words");
}

#[test]
fn a_nested_list_has_one_bullet_an_item() {
    let nested = html("- a\n  - b\n    - c\n* \n  * d\n");
    assert_eq!(nested.matches("<li>").count(), 5, "one element an item: {nested}");
    assert!(!nested.contains(['•', '◦', '*', '-']), "and no bullet in its words: {nested}");
}

#[test]
fn every_script_reads_in_its_direction() {
    assert_eq!(
        html("中文**加粗**，`代码`。"),
        "<p dir=\"auto\">中文<strong>加粗</strong>，<code>代码</code>。</p>",
        "Chinese, no spaces needed"
    );
    assert_eq!(html("שלום"), "<p dir=\"auto\">שלום</p>", "right to left by its own letters");
    assert_eq!(
        html("a\u{202e}b &#x202E;c `d\u{202e}`"),
        "<p dir=\"auto\">ab c <code>d[U+202E]</code></p>",
        "but never by force, entities included"
    );
    assert_eq!(html("a\u{1b}[31m &#27;"), "<p dir=\"auto\">a␛[31m ␛</p>", "terminal escapes are seen");
}

#[test]
fn line_ends_of_every_system_are_the_same() {
    let unix = "# a\n\nb\nc\n\n- d\n- e\n\n```py\nf\n\ng\n```\n\n| h |\n|---|\n| i |\n\n> j\n> k\n\n<div>\nl\n</div>\n";
    assert_eq!(html(&unix.replace('\n', "\r\n")), html(unix), "CRLF");
}

#[test]
fn the_common_languages_have_colours() {
    let known = [
        "rust",
        "rs",
        "python",
        "py",
        "javascript",
        "js",
        "jsx",
        "typescript",
        "ts",
        "tsx",
        "json",
        "jsonc",
        "yaml",
        "yml",
        "toml",
        "html",
        "css",
        "scss",
        "less",
        "xml",
        "svg",
        "sql",
        "bash",
        "sh",
        "shell",
        "zsh",
        "fish",
        "console",
        "bat",
        "c",
        "h",
        "cpp",
        "c++",
        "csharp",
        "cs",
        "c#",
        "java",
        "kotlin",
        "kt",
        "swift",
        "go",
        "golang",
        "ruby",
        "rb",
        "php",
        "perl",
        "lua",
        "r",
        "julia",
        "haskell",
        "hs",
        "elixir",
        "erlang",
        "clojure",
        "scala",
        "dart",
        "fsharp",
        "f#",
        "ocaml",
        "nim",
        "zig",
        "elm",
        "groovy",
        "objective-c",
        "dockerfile",
        "makefile",
        "cmake",
        "terraform",
        "hcl",
        "nix",
        "graphql",
        "protobuf",
        "proto",
        "diff",
        "ini",
        "markdown",
        "md",
        "latex",
        "vim",
        "vue",
        "svelte",
        "nginx",
        "asm",
    ];
    let unknown: Vec<_> = known.into_iter().filter(|name| !super::code::knows(name)).collect();
    assert!(unknown.is_empty(), "no grammar for {unknown:?}");
    // What holds a string, a number, a comment or a word of the language in one of its spellings.
    let bit = "\"a\" 'b' 1 # c\n// d\n-- e\n/* f */\nif return let function class def FROM alpine\nSELECT 1;\n<a href=\"b\">c</a>\nkey: \"v\"\n[x]\nkey = \"v\"\n+added\n@@ -1 +1 @@\n; g\n% h\n{\"a\": 1}\n\\begin{a}\n$x = 1;\n# Title\n";
    let plain: Vec<_> = known
        .into_iter()
        .filter(|name| !html(&format!("```{name}\n{bit}```\n")).contains("<span class=\"t-"))
        .collect();
    assert!(plain.is_empty(), "{plain:?} have a grammar and no colours");
    assert!(known.len() >= 60, "{} languages", known.len());
}

#[test]
fn the_six_classes_are_found_in_real_code() {
    let rust = only("```rust\n/// Doc\nfn take(now: u32) -> Option<u8> { self.a(\"s\", 1.5); true }\n```").html;
    for (class, text) in [
        ("keyword", "fn"),
        ("entity", "take"),
        ("variable", "now"),
        ("string", "\"s\""),
        ("constant", "1.5"),
        ("keyword", "self"),
    ] {
        let span = format!("<span class=\"t-{class}\">{text}</span>");
        assert!(rust.contains(&span), "{text} is a {class}: {rust}");
    }
    assert!(rust.contains("<span class=\"t-comment\">/// Doc\n</span>"), "a comment is one span: {rust}");
    assert!(!rust.contains("style="), "classes only");
}

#[test]
fn depth_has_an_end_and_text_survives_it() {
    for deep in
        [">".repeat(5_000) + " text", "- ".repeat(2_000) + "text", "*a ".repeat(3_000) + "text" + &" b*".repeat(3_000)]
    {
        let html = html(&deep);
        assert!(html.contains("text"), "the words are kept");
        assert!(html.matches("<blockquote").count() + html.matches("<li").count() <= 64, "the nesting is not");
    }
    let table = format!("{}| a | b |\n{}|---|---|\n", "> ".repeat(60), "> ".repeat(60));
    assert!(!html(&table).contains("<t"), "a table too deep is text as a whole");
}
