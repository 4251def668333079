//! The second wall: a parse as a browser's, and a strict allow-list.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::link;

/// The tags an answer may hold, and what each may carry besides.
const TAGS: &[(&str, &[&str])] = &[
    ("a", &["href"]),
    ("blockquote", &[]),
    ("br", &[]),
    ("code", &[]),
    ("del", &[]),
    ("div", &["data-anchor"]),
    ("em", &[]),
    ("figcaption", &[]),
    ("figure", &["data-language"]),
    ("h1", &["data-anchor"]),
    ("h2", &["data-anchor"]),
    ("h3", &["data-anchor"]),
    ("h4", &["data-anchor"]),
    ("h5", &["data-anchor"]),
    ("h6", &["data-anchor"]),
    ("hr", &[]),
    ("img", &["alt", "src"]),
    ("input", &[]),
    ("label", &[]),
    ("li", &[]),
    ("ol", &["start"]),
    ("p", &[]),
    ("pre", &[]),
    ("span", &[]),
    ("strong", &[]),
    ("sup", &["data-anchor"]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &[]),
    ("th", &[]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &[]),
];

/// Attributes that may hold these values and no other.
const VALUES: &[(&str, &str, &[&str])] = &[
    ("blockquote", "data-alert", &["note", "tip", "important", "warning", "caution"]),
    ("blockquote", "dir", &["auto"]),
    ("div", "dir", &["auto"]),
    ("div", "role", &["group"]),
    ("div", "tabindex", &["0"]),
    ("h1", "dir", &["auto"]),
    ("h2", "dir", &["auto"]),
    ("h3", "dir", &["auto"]),
    ("h4", "dir", &["auto"]),
    ("h5", "dir", &["auto"]),
    ("h6", "dir", &["auto"]),
    ("input", "checked", &[""]),
    ("input", "disabled", &[""]),
    ("input", "type", &["checkbox"]),
    ("ol", "dir", &["auto"]),
    ("p", "dir", &["auto"]),
    ("pre", "dir", &["ltr"]),
    ("pre", "role", &["group"]),
    ("pre", "tabindex", &["0"]),
    ("td", "dir", &["auto"]),
    ("th", "dir", &["auto"]),
    ("th", "scope", &["col"]),
    ("ul", "dir", &["auto"]),
];

/// The classes each tag may have: ours, so that an answer cannot dress up as the window.
const CLASSES: &[(&str, &[&str])] = &[
    ("div", &["footnote", "table"]),
    ("figcaption", &["code-head"]),
    ("figure", &["code"]),
    ("li", &["task"]),
    ("span", &["footnote-name", "math", "t-comment", "t-constant", "t-entity", "t-keyword", "t-string", "t-variable"]),
    ("sup", &["footnote-mark"]),
    ("td", &["align-center", "align-end"]),
    ("th", &["align-center", "align-end"]),
];

static WALL: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let set = |values: &[&'static str]| values.iter().copied().collect::<HashSet<_>>();
    let mut values: HashMap<&str, HashMap<&str, HashSet<&str>>> = HashMap::new();
    for (tag, attribute, allowed) in VALUES {
        values.entry(tag).or_default().insert(attribute, set(allowed));
    }
    let mut wall = Builder::empty();
    wall.tags(TAGS.iter().map(|(tag, _)| *tag).collect())
        .tag_attributes(TAGS.iter().map(|(tag, attributes)| (*tag, set(attributes))).collect())
        .tag_attribute_values(values)
        .allowed_classes(CLASSES.iter().map(|(tag, classes)| (*tag, set(classes))).collect())
        // Whatever an `input` claims to be, it is a box nobody can tick.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .url_schemes(set(&["http", "https", "mailto", "data"]))
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(address)
        .link_rel(Some("noreferrer noopener"));
    wall
});

/// The schemes are the same for every tag, so what is an address in each is decided here: a link leads to the web, a
/// mailbox or a place in the answer; an image is in the answer itself.
fn address<'a>(tag: &str, attribute: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let fine = match (tag, attribute) {
        ("a", "href") => link::allowed(value).is_some() || link::anchor(value).is_some_and(|anchor| anchor == value),
        ("img", "src") => link::image(value).is_some(),
        (_, "data-anchor") => link::slug(value) == value,
        _ => true,
    };
    fine.then_some(Cow::Borrowed(value))
}

/// `html` without anything that is not on the list.
pub(super) fn clean(html: &str) -> String {
    WALL.clean(html).to_string()
}

/// Builds the list.
pub(super) fn warm() {
    LazyLock::force(&WALL);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_wall_holds_alone() {
        for (attack, rest) in [
            ("<script>alert(1)</script>", ""),
            ("<p onclick=x style=y id=z class=composer>a</p>", "<p>a</p>"),
            ("<img src=x onerror=y>", "<img>"),
            ("<a href=javascript:x>a</a>", "<a rel=\"noreferrer noopener\">a</a>"),
            ("<a href=/local>a</a>", "<a rel=\"noreferrer noopener\">a</a>"),
            ("<a href=data:text/html,x>a</a>", "<a rel=\"noreferrer noopener\">a</a>"),
            ("<img src=https://evil.example/x>", "<img>"),
            ("<img src=data:image/svg+xml;base64,AA>", "<img>"),
            ("<svg><script>x</script></svg>", ""),
            ("<iframe src=//x></iframe><form action=x>a</form>", "a"),
            ("<div role=alert tabindex=1 class=notice>a</div>", "<div class=\"\">a</div>"),
        ] {
            let cleaned = clean(attack);
            for forbidden in [
                "script", "onclick", "onerror", "style", "id=", "composer", "notice", "alert(", "src=", "<svg",
                "<form", "data:", "/local",
            ] {
                assert!(!cleaned.contains(forbidden), "{attack} leaves {cleaned}");
            }
            assert_eq!(cleaned, rest, "and of {attack} what is harmless stays");
        }
        assert!(clean("<input type=password name=p autofocus>").starts_with("<input "), "a box stays");
        assert!(!clean("<input type=password name=p autofocus>").contains("password"), "but asks for nothing");
    }
}
