//! What holds however an answer is cut into pieces.

use proptest::prelude::*;

use super::{Block, BlockKind, Stream, html, render};

/// Lines that meet each other in every way Markdown has: containers, lazy lines, late definitions, open fences.
const LINES: &[&str] = &[
    "",
    "",
    "",
    "text",
    "  text",
    "    indented",
    "\ttab",
    "# heading",
    "#",
    "===",
    "---",
    "***",
    "- item",
    "-",
    "* other",
    "+ [ ] task",
    "- [x]",
    "  - nested",
    "  continued",
    "   - deeper",
    "1. one",
    "2) two",
    "10. ten",
    "> quote",
    ">",
    "> - q",
    ">> deep",
    "> ```",
    "> [!NOTE]",
    "```",
    "```rust",
    "````",
    "~~~",
    "~~~ py",
    "  ```",
    "let x = \"<b>\"; // 注",
    "| a | b |",
    "|---|:-:|",
    "a | b",
    "| c |",
    "<div>",
    "</div>",
    "<!-- open",
    "-->",
    "<script>",
    "</script>",
    "<br>",
    "[ref]: https://example.com",
    "[Ref]: /other",
    "[ref",
    "ref]: x",
    "\"title\"",
    "'half",
    "see [ref] and [ref][] and [it][ref]",
    "[link](https://example.com \"t\")",
    "![i](https://example.com/i.png)",
    "[^1]: note",
    "[^n]: named",
    "    more of the note",
    "a[^1] b[^n]",
    "*em **strong* both**",
    "`code",
    "`` ` ``",
    "https://example.com/a_b.",
    "中文，加粗**重点**。",
    "שלום עולם",
    "back\\",
    "two  ",
    "&lt;script&gt; &#x202e; &amp;",
    "~~gone~~",
    "\u{b}",
    "\u{feff}",
    "\\[ref]",
    "[a](<b c>)",
    "1",
    "-- -",
    "=",
    "| - |",
    "$$",
    "a $$ b",
    "\\[",
    "x \\] y",
    "\\(a_1\\)",
    "in \\( two",
    "lines \\)",
    "$x$ for $5",
    "```math",
    "[^later] [up](#heading)",
    "[^later]: at the end",
];

fn document() -> impl Strategy<Value = String> {
    let ending = prop_oneof![8 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\n\n")];
    let line = (0..LINES.len(), ending).prop_map(|(line, ending)| format!("{}{ending}", LINES[line]));
    (prop::collection::vec(line, 0..24), 0..LINES.len(), any::<bool>()).prop_map(|(lines, last, ended)| {
        let text = lines.concat();
        if ended { text } else { text + LINES[last] }
    })
}

/// Feeds `text` in pieces of the given sizes (in characters, cycled), looking at it after each or not.
fn streamed(text: &str, sizes: &[usize], look: bool) -> Result<Vec<Block>, TestCaseError> {
    let mut stream = Stream::new();
    let mut seen: Vec<Block> = Vec::new();
    let mut characters = text.chars().peekable();
    let mut sizes = sizes.iter().cycle();
    while characters.peek().is_some() {
        let size = sizes.next().copied().unwrap_or(1).max(1);
        stream.push(&characters.by_ref().take(size).collect::<String>());
        if look {
            let new = stream.settled_since(seen.len()).to_vec();
            seen.extend(new);
            prop_assert_eq!(&seen[..], stream.settled_since(0), "a settled block never changes");
            let tail = stream.tail().to_owned();
            let tail = without_formulas(&tail);
            prop_assert_eq!(super::clean::clean(&tail), tail.clone(), "the tail is as safe as the rest");
        }
    }
    prop_assert_eq!(stream.text(), text, "nothing of the text is lost");
    let blocks = stream.finish();
    prop_assert_eq!(&blocks[..seen.len()], &seen[..], "the end keeps what was settled");
    Ok(blocks)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(400)))]

    #[test]
    fn the_pieces_make_no_difference(text in document(), sizes in prop::collection::vec(1_usize..12, 1..8)) {
        // Known limit: the parser reports only the first definition of a label, so after a list a second one of the
        // same label may be counted to the list in the whole and to the next block in the stream.
        prop_assume!(text.to_lowercase().matches("ref]: ").count() < 2);
        let whole = render(&text);
        prop_assert_eq!(&streamed(&text, &sizes, true)?, &whole, "watched while it came");
        prop_assert_eq!(&streamed(&text, &[1], true)?, &whole, "character by character");
        prop_assert_eq!(&streamed(&text, &sizes, false)?, &whole, "not watched at all");
    }

    #[test]
    fn blocks_cover_their_sources_in_order(text in document()) {
        let mut end = 0;
        for block in render(&text) {
            prop_assert_eq!(block.source.start, end, "a block begins where the one before ended");
            prop_assert!(text.get(block.source.clone()).is_some(), "and its source is a piece of the text");
            end = block.source.end;
        }
    }

    #[test]
    fn the_second_wall_finds_nothing_to_do(text in prop_oneof![document(), any::<String>(), "[-<>a\\[\\]()!`*_~#|:^1 \n\"'&;/=]{0,80}"]) {
        let mut plain = |code: super::code::Code<'_>| super::code::plain(code.text);
        let mut from = 0;
        for cut in super::blocks::cuts(&text).cuts {
            let html = html::written(&text[from..cut.end], &super::blocks::Definitions::default(), &mut plain).html;
            prop_assert_eq!(&super::clean::clean(&html), &html, "the first wall alone is safe and well-formed");
            from = cut.end;
        }
    }

    #[test]
    fn any_text_at_all_is_rendered_safely(text in any::<String>()) {
        let whole = render(&text);
        for block in &whole {
            let html = without_formulas(&block.html);
            prop_assert_eq!(&super::clean::clean(&html), &html, "cleaning again changes nothing");
        }
        prop_assert_eq!(&streamed(&text, &[3, 1], true)?, &whole, "in pieces as well");
    }
}

/// `WINGMAN_CASES` multiplies the cases for a long night.
fn cases(usual: u32) -> u32 {
    std::env::var("WINGMAN_CASES").ok().and_then(|factor| factor.parse::<u32>().ok()).unwrap_or(1) * usual
}

/// What the walls have let through. Formulas are put in behind them, and have a test of their own for what they hold.
fn without_formulas(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    let opens = ["<span class=\"math\" dir", "<span class=\"math math-display\"", "<code class=\"math-source\""];
    while let Some(at) = opens.iter().filter_map(|open| rest.find(open)).min() {
        out.push_str(&rest[..at]);
        let close = if rest[at..].starts_with("<code") { "</code>" } else { "</math></span>" };
        rest = rest[at..].split_once(close).map_or("", |(_, after)| after);
    }
    out + rest
}

fn htmls(blocks: &[Block]) -> String {
    blocks.iter().map(|block| block.html.as_str()).collect()
}

#[test]
fn a_block_settles_when_the_next_begins() {
    let mut stream = Stream::new();
    stream.push("# Title\n\nA paragraph\nwith two lines\n");
    assert_eq!(stream.settled_since(0).len(), 1, "the paragraph may still grow or become a heading");
    stream.push("\n- item\n");
    assert_eq!(stream.settled_since(0).len(), 2, "a list began, so the paragraph is done");
    stream.push("\n- loose item\n\n");
    assert_eq!(stream.settled_since(0).len(), 2, "the list may still go on, tight or loose");
    stream.push("After");
    assert_eq!(stream.settled_since(0).len(), 2, "a line that is not complete decides nothing");
    stream.push(" the list\n");
    assert_eq!(stream.settled_since(2).len(), 1, "now the list is done");
    assert!(stream.settled_since(2)[0].html.contains("<p>loose item</p>"), "and known to be loose");
    assert!(stream.settled_since(99).is_empty(), "there is no block beyond the last");
}

#[test]
fn code_is_plain_until_its_fence_closes() {
    let mut stream = Stream::new();
    stream.push("```rust\nfn main() {}\n");
    assert!(stream.tail().contains("fn main() {}"), "open code has no colours: {}", stream.tail());
    assert!(stream.tail().contains("<figure class=\"code\" data-language=\"rust\">"), "but looks like code already");
    stream.push("```");
    assert!(!stream.tail().contains("t-keyword"), "the fence's line is not complete");
    assert!(!stream.tail().contains("```"), "and not shown as code either: {}", stream.tail());
    stream.push("\n");
    assert_eq!(stream.settled_since(0).len(), 1, "a closed fence settles at once");
    assert!(stream.settled_since(0)[0].html.contains("t-keyword"), "with its colours");
    assert_eq!(stream.tail(), "", "nothing is left open");
}

#[test]
fn code_in_an_open_list_gets_its_colours_too() {
    let mut stream = Stream::new();
    stream.push("1. first\n\n   ```rust\n   fn main() {}\n");
    assert!(!stream.tail().contains("t-keyword"), "plain while open");
    stream.push("   ```\n2. sec");
    assert!(stream.tail().contains("t-keyword"), "coloured once closed: {}", stream.tail());
    assert!(stream.settled_since(0).is_empty(), "though the list goes on");
}

#[test]
fn what_is_not_finished_stays_as_it_was_written() {
    let mut stream = Stream::new();
    stream.push("some **bold");
    assert!(stream.tail().contains("some **bold"), "open emphasis is literal");
    stream.push("** text\n-");
    assert!(stream.tail().contains("<strong>bold</strong> text"), "closed emphasis is emphasis");
    assert!(!stream.tail().contains("<h2"), "a dash that may begin a list does not make a heading for a moment");
    stream.push(" item\n");
    assert!(stream.tail().contains("<li>item"), "it began a list");
}

#[test]
fn a_definition_counts_from_where_it_stands() {
    let text = "[early]\n\n[early]: https://example.com/1\n\n[early] and [EARLY][]\n\n[early]: https://example.com/2\n\n[early]\n";
    let whole = render(text);
    assert!(whole[0].html.contains("[early]"), "before it, the text stays: {}", whole[0].html);
    assert_eq!(whole[1].html.matches("https://example.com/1").count(), 2, "after it, links: {}", whole[1].html);
    assert!(whole[2].html.contains("https://example.com/2"), "a block's own definitions come first");
    let later = render(&format!("{text}\n[early]\n"));
    assert!(later[3].html.contains("https://example.com/1"), "then the first one counts, as in CommonMark");
}

#[test]
fn a_definition_over_two_lines_is_waited_for() {
    let text = "- # [a b]\n[a\nb]: https://example.com\ntext [a b]\n";
    let mut stream = Stream::new();
    for line in text.split_inclusive('\n') {
        stream.push(line);
        stream.settled_since(0);
    }
    assert_eq!(stream.finish(), render(text), "the list before it ends where it ends in the whole text");
}

#[test]
fn nothing_arrives_as_nothing() {
    assert!(render("").is_empty(), "no text, no blocks");
    assert!(render("\n \n[a]: https://example.com\n").is_empty(), "a definition alone shows nothing");
    let mut stream = Stream::new();
    assert_eq!(stream.tail(), "", "and no tail");
    stream.push("");
    assert!(stream.settled_since(0).is_empty(), "an empty piece changes nothing");
}

#[test]
fn a_table_appears_with_its_second_line() {
    let mut stream = Stream::new();
    stream.push("| a | b |\n|--");
    assert!(!stream.tail().contains("|--"), "half a separator is held back: {}", stream.tail());
    stream.push("-|---|\n| 1 ");
    assert!(stream.tail().contains("<table>"), "then it is a table: {}", stream.tail());
    stream.push("| 2 |\n\nAfter\n");
    assert_eq!(stream.settled_since(0)[0].kind, BlockKind::Table, "and says so");
}

#[test]
fn one_endless_line_is_rendered_a_bounded_number_of_times() {
    let mut stream = Stream::new();
    let piece = "word ".repeat(200);
    let mut renders = 0;
    let mut before = String::new();
    for _ in 0..1_000 {
        stream.push(&piece);
        let tail = stream.tail();
        if tail != before {
            renders += 1;
            tail.clone_into(&mut before);
        }
    }
    // One a piece up to 32 KB, then one for each growth by an eighth: about 33 + ln(1000/33)/ln(8/7).
    assert!(renders < 80, "1 MB in 1,000 pieces was rendered {renders} times");
    assert_eq!(htmls(&stream.finish()).matches("word").count(), 200_000, "and the end has every word");
}

#[test]
fn a_long_line_of_digits_is_shown_while_it_comes() {
    let mut stream = Stream::new();
    stream.push("123");
    assert_eq!(stream.tail(), "", "it may become the number of a list");
    stream.push(&"14159 ".repeat(100));
    assert!(stream.tail().contains("14159 14159"), "but not any more: {}", stream.tail());
}
