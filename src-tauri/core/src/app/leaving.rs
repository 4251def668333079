//! Links that leave the app: which may be opened at all, and what one may hide, told before it is opened.
//!
//! The words of a link come from a model, and so does its target: the two may have nothing to do with each other. The
//! judgement is made here and not on the page, with the parser that the address is opened with. An ordinary link opens
//! at once; a question that comes at every link is one that nobody reads.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use url::Url;

use crate::error::{Code, Error, Result};

/// No page has a longer address, in bytes; it is handed to a program as an argument.
const LONGEST_LINK: usize = 16 * 1024;
/// What a person reads of a link is looked through so far, in characters.
const LONGEST_WORDS: usize = 4_000;
/// An address that says more in one part may carry away what was said in the chat, in characters once it is decoded.
const MUCH: Part = Part { host: 80, segment: 120, query: 150, fragment: 300 };

struct Part {
    host: usize,
    segment: usize,
    query: usize,
    fragment: usize,
}

/// A link that is to be opened.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// Where it leads.
    pub url: String,
    /// The words that were clicked, where they are an answer's.
    pub words: Option<String>,
    /// The person has read where it leads.
    pub agreed: bool,
}

/// Where a link leads that is asked about first: the address in three parts, of which the middle one decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Destination {
    /// What stands before the host.
    pub before: String,
    /// The host, as it is looked up: a name of other letters is written in its punycode.
    pub host: String,
    /// What stands behind the host.
    pub after: String,
    /// The host in the letters that it stands for, where those are others.
    pub unicode: Option<String>,
    /// Why it is asked about.
    pub doubts: Vec<Doubt>,
}

/// Why a link is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Doubt {
    /// Its words name another host.
    OtherHost {
        /// Which.
        named: String,
    },
    /// Its host has letters that can look like others.
    LookAlike,
    /// It says so much that it may carry away what was said in the chat.
    SaysMuch,
}

/// The address, where a link may lead there: the web or a mailbox, with nothing before the host that could pass for
/// one.
pub(super) fn address(link: &str) -> Result<Url> {
    let refused = |scheme: &str| Error::new(Code::LinkRefused).with("scheme", scheme);
    if link.len() > LONGEST_LINK {
        return Err(refused(""));
    }
    let url = Url::parse(link).map_err(|_| refused(""))?;
    let fine = match url.scheme() {
        "http" | "https" => url.username().is_empty() && url.password().is_none(),
        "mailto" => url.query_pairs().all(|(name, _)| is_harmless_header(&name)),
        _ => false,
    };
    if fine { Ok(url) } else { Err(refused(url.scheme())) }
}

/// What a link may put into a mail. Programs have taken others, `attach` among them, for orders (RFC 6068, 7).
fn is_harmless_header(name: &str) -> bool {
    ["to", "cc", "bcc", "subject", "body"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// What must be read before this is opened; nothing where a link is what it looks like.
pub(super) fn destination(url: &Url, words: Option<&str>) -> Option<Destination> {
    let doubts = doubts(url, words.unwrap_or_default());
    if doubts.is_empty() {
        return None;
    }
    let (whole, host) = (url.as_str(), written_host(url));
    // The parser has written the host once before anything that could repeat it, in a mailbox as the last part of it.
    let path = whole.find('?').unwrap_or(whole.len());
    let at = if url.scheme() == "mailto" { whole[..path].rfind(host) } else { whole.find(host) }.unwrap_or_default();
    let unicode = idna::domain_to_unicode(&host_of(url)).0;
    Some(Destination {
        before: whole[..at].to_owned(),
        host: host.to_owned(),
        after: whole[at + host.len()..].to_owned(),
        unicode: (!unicode.eq_ignore_ascii_case(host)).then_some(unicode),
        doubts,
    })
}

fn doubts(url: &Url, words: &str) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    let host = host_of(url);
    if let Some(named) = named_hosts(words, url).find(|named| !belong_together(named, &host)) {
        doubts.push(Doubt::OtherHost { named });
    }
    if host.split('.').any(|label| label.starts_with("xn--")) {
        doubts.push(Doubt::LookAlike);
    }
    let says = |part: Option<&str>, much: usize| part.is_some_and(|part| characters(part) > much);
    let path = if url.scheme() == "mailto" { None } else { Some(url.path()) };
    if host.len() > MUCH.host
        || says(url.query(), MUCH.query)
        || says(url.fragment(), MUCH.fragment)
        || path.is_some_and(|path| path.split('/').any(|part| says(Some(part), MUCH.segment)))
    {
        doubts.push(Doubt::SaysMuch);
    }
    doubts
}

/// The host that a link leads to, or that a mailbox is at, as it stands in the address.
fn written_host(url: &Url) -> &str {
    let mailbox = || url.path().rsplit_once('@').map(|(_, host)| host);
    url.host_str().or_else(mailbox).unwrap_or_default()
}

/// The same as it is looked up: a mailbox can be written in any letters.
fn host_of(url: &Url) -> String {
    let written = written_host(url);
    url::Host::parse(written).map_or_else(|_| written.to_ascii_lowercase(), |host| host.to_string())
}

/// One is the other, or a part of it: who has a name has all below it.
fn belong_together(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim_start_matches("www."), other.trim_start_matches("www."));
    let below = |name: &str, above: &str| name.strip_suffix(above).is_some_and(|rest| rest.ends_with('.'));
    one == other || below(one, other) || below(other, one)
}

/// How much an address says: characters once it is decoded, so that a title in Chinese is as long as it reads.
fn characters(part: &str) -> usize {
    // Of a byte that is written as `%XX` the digits do not count, nor does one that only continues a letter.
    let bytes = part.as_bytes();
    let written = |at: usize| bytes[at] == b'%' && bytes.len() > at + 2;
    let continues = |at: usize| written(at) && matches!(bytes[at + 1], b'8' | b'9' | b'a' | b'b' | b'A' | b'B');
    let (mut at, mut count) = (0, 0);
    while at < bytes.len() {
        count += usize::from(!continues(at));
        at += if written(at) { 3 } else { 1 };
    }
    count
}

/// The hosts that a link's words name.
fn named_hosts<'a>(words: &'a str, url: &'a Url) -> impl Iterator<Item = String> + 'a {
    let kept = words.chars().take(LONGEST_WORDS).filter(|c| !is_unseen(*c));
    // Dots that name registrars take for dots.
    let text: String = kept.map(|c| if matches!(c, '\u{ff0e}' | '\u{ff61}') { '.' } else { c }).collect();
    let splits = |c: char| c.is_whitespace() || "()[]{}<>\"'`“”‘’«»,;|、，。（）「」《》：！？→…".contains(c);
    let found: Vec<String> = text.split(splits).filter_map(|word| host_in(word, url)).collect();
    found.into_iter()
}

/// Takes no room: it can stand in the middle of a name that is read as if it were not there.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// The host that a word names: in an address, in a mailbox, or by itself where it can hardly be anything else.
fn host_in(word: &str, url: &Url) -> Option<String> {
    let (scheme, rest) = word.split_once("://").map_or((false, word), |(_, rest)| (true, rest));
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let place = rest[..end].rsplit('@').next()?;
    let name = place.split(':').next()?.trim_matches(|c: char| !c.is_alphanumeric());
    let last = name.rsplit_once('.').map(|(_, last)| last.to_lowercase());
    let whole = scheme || name.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("www."));
    let named = match last {
        Some(_) if whole => true,
        // The file or the product, where what it is about has its name too.
        Some(last) if ENDINGS.contains(&last.as_str()) => {
            !url.path().to_lowercase().ends_with(&format!("/{}", word.to_lowercase()))
        }
        Some(last) => DOMAINS.contains(&last.as_str()) && !PRODUCTS.contains(&name),
        None => scheme,
    };
    let host = url::Host::parse(name).ok().filter(|_| named)?;
    Some(host.to_string())
}

/// What a bare name ends with that is a host's: the domains that people meet, since `os.path` is none.
const DOMAINS: &[&str] = &[
    "com", "org", "net", "edu", "gov", "mil", "int", "info", "biz", "name", "pro", "io", "dev", "app", "ai", "co",
    "me", "tv", "xyz", "site", "online", "store", "shop", "cloud", "tech", "page", "link", "live", "click", "top",
    "icu", "club", "vip", "work", "wiki", "blog", "news", "bank", "pay", "support", "zip", "mov", "ac", "ad", "ae",
    "ag", "am", "ar", "at", "au", "be", "bg", "bi", "br", "by", "ca", "cf", "ch", "ci", "cl", "cm", "cn", "cz", "de",
    "dk", "ee", "eg", "es", "eu", "fi", "fm", "fr", "ga", "gd", "ge", "gg", "gl", "gq", "gr", "hk", "hr", "hu", "id",
    "ie", "il", "im", "in", "ir", "is", "it", "jp", "ke", "kr", "kz", "la", "li", "lt", "lu", "lv", "ly", "ma", "mk",
    "mn", "mx", "my", "ng", "nl", "no", "nu", "nz", "pe", "ph", "pk", "pt", "pw", "qa", "ro", "ru", "sa", "se", "sg",
    "si", "sk", "st", "su", "sx", "th", "tk", "tl", "tn", "to", "tr", "tw", "ua", "ug", "uk", "us", "uy", "uz", "vc",
    "ve", "vn", "ws", "za", "xn--p1ai", "рф", "中国", "中國", "公司", "网络", "网址", "香港", "台湾", "台灣", "한국",
];

/// Domains that are files' endings too.
const ENDINGS: &[&str] = &["cc", "md", "ml", "pl", "ps", "py", "rs", "sh", "so"];

/// Products that are called like hosts, as they are written.
const PRODUCTS: &[&str] = &["ASP.NET", "ADO.NET", "VB.NET", "ML.NET", "Json.NET"];

#[cfg(test)]
#[path = "leaving_tests.rs"]
mod tests;
