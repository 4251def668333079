//! The deep link's parser, the very file, under libFuzzer: it must not panic, must stay within what a link is worth in
//! memory, and may take nothing for a callback that is none.

#![no_main]
#![allow(dead_code, reason = "the parser's neighbours are not here")]

#[path = "../src/auth/callback.rs"]
mod callback;

use callback::Answer;
use libfuzzer_sys::fuzz_target;
use secrecy::ExposeSecret as _;

fuzz_target!(|bytes: &[u8]| {
    let link = String::from_utf8_lossy(bytes);
    let Some(read) = callback::read(&link) else { return };
    let begin: String = link.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let begin = begin.trim_start_matches(|c: char| c <= ' ').to_ascii_lowercase();
    assert!(begin.starts_with("dev.wingman.desktop://oauth/"), "one scheme, one host");
    assert!(link.len() <= 8 * 1024, "nothing huge is read");
    let state = read.state.expose_secret().len();
    assert!((1..=1024).contains(&state), "a state as long as one can be");
    match read.answer {
        Answer::Code(code) => assert!((1..=1024).contains(&code.expose_secret().len()), "a code as long as one can be"),
        Answer::Refused(error) => {
            assert!(error.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "no words of anybody's")
        }
        Answer::Senseless(reason) => {
            assert!(["repeated", "code-and-error", "code"].contains(&reason), "a word of ours")
        }
    }
});
