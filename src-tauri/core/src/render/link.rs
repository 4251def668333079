//! Where a link may lead, and addresses that stand bare in the text.

use std::io::Cursor;
use std::panic::catch_unwind;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use image::{ImageFormat, ImageReader};
use url::{Url, form_urlencoded};

const MAX_SLUG: usize = 120;
const MAX_IMAGE: usize = 4 * 1024 * 1024;
/// What an image may unfold into: a small file can hold a picture that fills the memory.
const MAX_PIXELS: u64 = 40_000_000;
/// Where an image says how large it is, most often, in characters of Base64.
const HEAD: usize = 64 * 1024;

/// As a page reads it, which asks for no padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The address a link may carry, in normal form, or `None` when it may not be a link at all.
///
/// Only http, https and mailto; no user name or password, which serve to disguise a host, and no word of a mail that a
/// program may take for an order (`attach`; RFC 6068, 7). What is written into the page is what the URL parser
/// understood, never the model's own spelling.
pub(super) fn allowed(address: &str) -> Option<String> {
    let url = Url::parse(address.trim()).ok()?;
    let harmless = |name: &str| ["to", "cc", "bcc", "subject", "body"].iter().any(|it| name.eq_ignore_ascii_case(it));
    match url.scheme() {
        "http" | "https" if url.username().is_empty() && url.password().is_none() => Some(url.into()),
        "mailto" if !url.path().is_empty() && url.query_pairs().all(|(name, _)| harmless(&name)) => Some(url.into()),
        _ => None,
    }
}

/// A place inside the answer that a link leads to, as `#` and its [`slug`].
pub(super) fn anchor(address: &str) -> Option<String> {
    let words = address.trim().strip_prefix('#')?;
    // The URL parser knows how letters are written in an address.
    let decoded = form_urlencoded::parse(words.replace('+', "%2B").replace(['&', '='], "").as_bytes())
        .map(|(name, _)| name.into_owned())
        .next()?;
    let slug = slug(decoded.strip_prefix("user-content-").unwrap_or(&decoded));
    (!slug.is_empty()).then(|| format!("#{slug}"))
}

/// A heading's or a note's name in links, as GitHub makes it: small letters and digits of any script, `-` and `_`.
pub(super) fn slug(words: &str) -> String {
    let kept = words.trim().chars().flat_map(char::to_lowercase).filter_map(|c| match c {
        ' ' | '\n' => Some('-'),
        '-' | '_' => Some(c),
        _ => c.is_alphanumeric().then_some(c),
    });
    kept.take(MAX_SLUG).collect()
}

/// The address of an image that is part of the answer: a picture's own bytes, of a kind that cannot hold a script, and
/// no more pixels than can be shown.
pub(super) fn image(address: &str) -> Option<&str> {
    let (kind, bytes) = address.strip_prefix("data:image/")?.split_once(";base64,")?;
    let fits = ["png", "jpeg", "gif", "webp"].contains(&kind)
        && (1..=MAX_IMAGE).contains(&bytes.len())
        && bytes.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    let pixels = || pixels(&bytes[..bytes.len().min(HEAD)]).or_else(|| pixels(bytes));
    (fits && pixels().is_some_and(|pixels| pixels <= MAX_PIXELS)).then_some(address)
}

/// How many pixels an image claims to have. Only its head is read.
fn pixels(base64: &str) -> Option<u64> {
    let bytes = BASE64.decode(base64).ok()?;
    let read = catch_unwind(|| {
        let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
        let shown = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
        let (width, height) =
            if shown.contains(&reader.format()?) { reader.into_dimensions().ok()? } else { return None };
        Some(u64::from(width) * u64::from(height))
    });
    read.ok().flatten()
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
            "mailto:ada@example.com?attach=/etc/passwd",
            "https://github.com@evil.example/",
            "blob:https://example.com/1",
        ] {
            assert_eq!(allowed(bad), None, "{bad:?} leads somewhere else");
        }
    }

    #[test]
    fn a_place_in_the_answer_has_one_name_however_it_is_written() {
        assert_eq!(slug(" What's *new*, in 2.0? "), "whats-new-in-20", "as GitHub does");
        assert_eq!(slug("安装 与 使用"), "安装-与-使用", "letters of every script are letters");
        for (address, place) in [
            ("#whats-new", Some("#whats-new")),
            ("#What's%20New", Some("#whats-new")),
            ("#%E5%AE%89%E8%A3%85", Some("#安装")),
            ("#user-content-a", Some("#a")),
            ("#a\"><script>", Some("#ascript")),
            ("#", None),
            ("#?!", None),
            ("a#b", None),
            ("https://a.example/#b", None),
        ] {
            assert_eq!(anchor(address).as_deref(), place, "for {address:?}");
        }
    }

    #[test]
    fn only_a_picture_s_own_bytes_are_an_image() {
        let dot = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";
        assert_eq!(image(dot), Some(dot), "a picture in the answer");
        assert!(image(dot.trim_end_matches('=')).is_some(), "with padding or without");
        for bad in [
            "https://example.com/a.png",
            "data:image/svg+xml;base64,AA",
            "data:image/png,AA",
            "data:image/png;base64,",
            "data:image/png;base64,AA\" onerror=\"x",
            "data:text/html;base64,AA",
            "data:image/png;base64,AAAA",
            "data:image/png;base64,iVBORw0KGgo=",
        ] {
            assert_eq!(image(bad), None, "{bad:?} is none");
        }
    }

    #[test]
    fn a_picture_that_would_fill_the_memory_is_not_shown() {
        let gif = |width: u16, height: u16| {
            let sides = [width.to_le_bytes(), height.to_le_bytes()].concat();
            let parts = [&b"GIF89a"[..], &sides, b"\0\0\0,\0\0\0\0", &sides, b"\0\x02\x02\x4c\x01\0;"];
            format!("data:image/gif;base64,{}", BASE64.encode(parts.concat()))
        };
        assert!(image(&gif(8_000, 5_000)).is_some(), "forty megapixels are a large photograph");
        for (width, height) in [(8_001, 5_000), (u16::MAX, u16::MAX)] {
            assert_eq!(image(&gif(width, height)), None, "{width} × {height} of a few bytes are an attack");
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
