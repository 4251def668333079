//! Where a link may lead, and addresses that stand bare in the text.

use url::Url;

/// The address a link may carry, in normal form, or `None` when it may not be a link at all.
///
/// Only http, https and mailto; no user name or password, which serve to disguise a host. What is written into the
/// page is what the URL parser understood, never the model's own spelling.
pub(super) fn allowed(address: &str) -> Option<String> {
    let url = Url::parse(address.trim()).ok()?;
    match url.scheme() {
        "http" | "https" if url.username().is_empty() && url.password().is_none() => Some(url.into()),
        "mailto" if !url.path().is_empty() => Some(url.into()),
        _ => None,
    }
}

/// The next bare `http://` or `https://` address in `text`: where it stands.
pub(super) fn find_bare(text: &str) -> Option<std::ops::Range<usize>> {
    let mut from = 0;
    while let Some(found) = text[from..].find("http") {
        let start = from + found;
        from = start + "http".len();
        let rest = &text[from..];
        let Some(after) = rest.strip_prefix("://").or_else(|| rest.strip_prefix("s://")) else {
            continue;
        };
        if text[..start].chars().next_back().is_some_and(|before| before.is_ascii_alphanumeric()) {
            continue;
        }
        let body = text.len() - after.len();
        let end = body + end_of_address(after);
        if end > body {
            return Some(start..end);
        }
        from = body;
    }
    None
}

/// How far an address reaches: to a space, a quote or full-width punctuation, and without the sentence's own
/// punctuation after it.
fn end_of_address(text: &str) -> usize {
    let stops = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | '"' | '`' | '|' | '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff65}' | '“' | '”' | '‘' | '’')
    };
    let mut address = &text[..text.find(stops).unwrap_or(text.len())];
    // Brackets are balanced once: asking again for each trailing one would be quadratic.
    let mut surplus = [('(', ')'), ('[', ']')]
        .map(|(open, close)| (close, address.matches(close).count().saturating_sub(address.matches(open).count())));
    while let Some(last) = address.chars().next_back() {
        let belongs = match last {
            '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '*' | '_' | '~' => false,
            _ => match surplus.iter_mut().find(|(close, _)| *close == last) {
                Some((_, count)) if *count > 0 => {
                    *count -= 1;
                    false
                }
                _ => true,
            },
        };
        if belongs {
            break;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_and_mail_addresses_are_links() {
        for good in
            ["https://example.com/a?b=c#d", "HTTP://example.com", "mailto:ada@example.com", " https://例え.jp/路 "]
        {
            assert!(allowed(good).is_some(), "{good} leads to the web or to a mailbox");
        }
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "\u{1}javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "vbscript:x",
            "dev.wingman.desktop://oauth/callback?code=1",
            "//example.com",
            "/relative",
            "#anchor",
            "",
            "https://",
            "mailto:",
            "https://github.com@evil.example/",
            "blob:https://example.com/1",
        ] {
            assert_eq!(allowed(bad), None, "{bad:?} leads somewhere else");
        }
    }

    #[test]
    fn a_disguised_host_is_written_out() {
        assert_eq!(
            allowed("https://xn--80ak6aa92e.com").as_deref(),
            allowed("https://аррӏе.com").as_deref(),
            "a look-alike name becomes its punycode"
        );
        assert_eq!(
            allowed("https:\\\\example.com\\a").as_deref(),
            Some("https://example.com/a"),
            "as a browser reads it"
        );
    }

    #[test]
    fn a_bare_address_ends_where_the_sentence_goes_on() {
        for (text, address) in [
            ("see https://a.example/x.", Some("https://a.example/x")),
            ("(https://a.example/x_(y))", Some("https://a.example/x_(y)")),
            ("在https://a.example/路。好", Some("https://a.example/路")),
            ("http:// and https://", None),
            ("xhttps://a.example", None),
            ("httpd http https", None),
            ("**https://a.example**", Some("https://a.example")),
        ] {
            assert_eq!(find_bare(text).map(|range| &text[range]), address, "in {text:?}");
        }
    }
}
