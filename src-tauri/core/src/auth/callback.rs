//! What a deep link says, read strictly: any program, and any page, can send one.

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use url::Url;

/// The callback's scheme.
const SCHEME: &str = "dev.wingman.desktop";

/// Where GitHub sends the browser back to. Registered with the OAuth client, letter by letter.
pub(super) const REDIRECT: &str = "dev.wingman.desktop://oauth/callback";

/// No callback of GitHub's comes near it, in bytes.
const LONGEST_URL: usize = 8 * 1024;

/// A code or a state is far shorter, in bytes.
const LONGEST_VALUE: usize = 1024;

/// A callback with exactly one `state`. What it says is only believed once the state fits an attempt.
pub(super) struct Callback {
    pub(super) state: SecretString,
    pub(super) issuer: Option<String>,
    pub(super) answer: Answer,
}

/// What the rest of a callback says.
pub(super) enum Answer {
    /// The person agreed.
    Code(SecretString),
    /// GitHub's error code; other texts are not taken over.
    Refused(String),
    /// It contradicts itself: the reason, in a word.
    Senseless(&'static str),
}

/// The callback in this link; none when it is not one, or names no single state.
pub(super) fn read(link: &str) -> Option<Callback> {
    // As it is registered, to the letter: a parser forgives more than a browser writes.
    if link.len() > LONGEST_URL || !link.starts_with(REDIRECT) {
        return None;
    }
    let url = Url::parse(link).ok()?;
    let ours = url.scheme() == SCHEME
        && url.host_str() == Some("oauth")
        && url.path() == "/callback"
        && url.username().is_empty()
        && url.password().is_none()
        && url.port().is_none();
    if !ours {
        return None;
    }
    let mut found = Found::default();
    for (name, value) in url.query_pairs() {
        let value = Zeroizing::new(value.into_owned());
        match &*name {
            "code" => found.code.push(value),
            "state" => found.state.push(value),
            "error" => found.error.push(value),
            "iss" => found.iss.push(value),
            _ => {} // `error_description` and whatever GitHub adds: words for nobody
        }
    }
    found.callback()
}

#[derive(Default)]
struct Found {
    code: Vec<Zeroizing<String>>,
    state: Vec<Zeroizing<String>>,
    error: Vec<Zeroizing<String>>,
    iss: Vec<Zeroizing<String>>,
}

impl Found {
    fn callback(self) -> Option<Callback> {
        let [state] = self.state.as_slice() else { return None };
        if state.is_empty() || state.len() > LONGEST_VALUE {
            return None;
        }
        let twice = self.code.len() > 1 || self.error.len() > 1 || self.iss.len() > 1;
        let answer = match (self.code.first(), self.error.first()) {
            _ if twice => Answer::Senseless("repeated"),
            (Some(_), Some(_)) => Answer::Senseless("code-and-error"),
            (Some(code), None) if (1..=LONGEST_VALUE).contains(&code.len()) => {
                Answer::Code(SecretString::from(code.as_str()))
            }
            (None, Some(error)) => Answer::Refused(error_code(error)),
            _ => Answer::Senseless("code"),
        };
        Some(Callback {
            state: SecretString::from(state.as_str()),
            issuer: self.iss.first().map(|issuer| issuer.to_string()),
            answer,
        })
    }
}

/// An error code as OAuth writes them. Anything else could be a text that somebody wants on our screen.
pub(super) fn error_code(text: &str) -> String {
    let well_formed = (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if well_formed { text.to_owned() } else { "unknown".to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_callback_is_read() {
        let callback = read(
            "dev.wingman.desktop://oauth/callback?code=c%2Bd&state=s&iss=https%3A%2F%2Fgithub.com%2Flogin%2Foauth",
        );
        let callback = callback.expect("what GitHub sends");
        assert_eq!(callback.state.expose_secret(), "s", "its state");
        assert_eq!(callback.issuer.as_deref(), Some("https://github.com/login/oauth"), "its issuer");
        assert!(
            matches!(callback.answer, Answer::Code(code) if code.expose_secret() == "c+d"),
            "its code, decoded once"
        );
    }

    #[test]
    fn what_is_not_our_callback_is_nothing() {
        for link in [
            "",
            "dev.wingman.desktop:",
            "dev.wingman.desktop://oauth/callback",
            "dev.wingman.desktop://oauth/callback?code=c",
            "dev.wingman.desktop://oauth/callback?code=c&state=",
            "dev.wingman.desktop://oauth/callback?code=c&state=a&state=a",
            "dev.wingman.desktop://oauth/callback/?code=c&state=s",
            "dev.wingman.desktop://oauth/other?code=c&state=s",
            "dev.wingman.desktop://evil/callback?code=c&state=s",
            "dev.wingman.desktop://u@oauth/callback?code=c&state=s",
            "dev.wingman.desktop://oauth:1/callback?code=c&state=s",
            "dev.wingman.desktop:oauth/callback?code=c&state=s",
            "https://oauth/callback?code=c&state=s",
            "--help",
        ] {
            assert!(read(link).is_none(), "{link:?} names no attempt");
        }
        let huge = format!("{REDIRECT}?code=c&state=s&x={}", "x".repeat(LONGEST_URL));
        assert!(read(&huge).is_none(), "a huge link is not even parsed");
        let long_state = format!("{REDIRECT}?code=c&state={}", "s".repeat(LONGEST_VALUE + 1));
        assert!(read(&long_state).is_none(), "no state of ours is that long");
    }

    #[test]
    fn contradictions_are_seen() {
        for (query, reason) in [
            ("code=c&error=access_denied&state=s", "code-and-error"),
            ("code=c&code=d&state=s", "repeated"),
            ("code=c&iss=a&iss=a&state=s", "repeated"),
            ("error=a&error=b&state=s", "repeated"),
            ("state=s", "code"),
            ("code=&state=s", "code"),
        ] {
            let callback = read(&format!("{REDIRECT}?{query}")).expect("one state");
            assert!(
                matches!(callback.answer, Answer::Senseless(why) if why == reason),
                "{query} is refused as {reason}"
            );
        }
    }

    #[test]
    fn an_error_that_is_no_code_is_not_shown() {
        assert_eq!(error_code("access_denied"), "access_denied", "GitHub's own");
        for text in ["Call +1 555 0100", "<b>x</b>", "", &"a".repeat(65)] {
            assert_eq!(error_code(text), "unknown", "{text:?} could be anybody's words");
        }
    }

    proptest! {
        #[test]
        fn no_link_makes_it_stumble(link in "\\PC{0,200}", query in "([a-z]{0,6}=?[&%\\PC]{0,12}){0,8}") {
            let _ = read(&link);
            let _ = read(&format!("{REDIRECT}?{query}"));
        }
    }
}
