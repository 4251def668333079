//! What an answer says while it passes the door: whether words of it are to be read, whether it came to its end, and
//! whether it says itself that it failed. Pure: bytes in.
//!
//! The runtime tries again whatever fails, also after words; and it says of an attempt that failed nothing until the
//! next one begins. So the door listens itself.

use serde::Deserialize;
use serde_json::Value;

/// A line beyond this is not listened to: no frame that ends an answer is so long.
const LONGEST: usize = 1 << 20;

/// How far one answer was heard.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a thing that was heard or not, in any combination")]
#[allow(clippy::option_option, reason = "whether it failed, and whether it said of what")]
pub(super) struct Hearing {
    line: Vec<u8>,
    /// The rest of this line is passed over.
    deaf: bool,
    /// Words came that a person reads.
    pub(super) words: bool,
    /// It said why it ends.
    finished: bool,
    /// It said that it failed, and of what; or it makes no sense.
    failed: Option<Option<String>>,
    /// It speaks in a way that is not known here.
    foreign: bool,
}

/// One frame of `/chat/completions`, of `/responses`, or of `/messages`.
#[derive(Deserialize)]
struct Frame {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    r#type: Option<String>,
    #[serde(default)]
    delta: Value,
    #[serde(default)]
    error: Option<Value>,
    #[serde(default)]
    code: Option<Value>,
    #[serde(default)]
    response: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Value,
    #[serde(default)]
    finish_reason: Option<Value>,
}

impl Hearing {
    /// More of the answer.
    pub(super) fn hear(&mut self, mut bytes: &[u8]) {
        while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
            self.keep(&bytes[..end]);
            bytes = &bytes[end + 1..];
            let line = std::mem::take(&mut self.line);
            if !std::mem::take(&mut self.deaf) {
                self.read(&line);
            }
        }
        self.keep(bytes);
    }

    /// What it failed of by its own words: an error's code where it named one. None when it did not.
    #[allow(clippy::option_option, reason = "whether it failed, and whether it said of what")]
    pub(super) fn failed(&self) -> Option<Option<&str>> {
        self.failed.as_ref().map(Option::as_deref)
    }

    /// Whether an answer that ends now is a whole one, as far as that is known.
    pub(super) fn is_whole(&self) -> bool {
        self.failed.is_none() && (self.finished || self.foreign)
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.deaf |= self.line.len() + bytes.len() > LONGEST;
        if self.deaf {
            self.line = Vec::new();
        } else {
            self.line.extend_from_slice(bytes);
        }
    }

    fn read(&mut self, line: &[u8]) {
        let line = line.trim_ascii();
        let Some(data) = line.strip_prefix(b"data:").map(<[u8]>::trim_ascii) else { return };
        if data.is_empty() || data == b"[DONE]" || self.finished {
            return;
        }
        let Ok(frame) = serde_json::from_slice::<Frame>(data) else {
            self.failed.get_or_insert(None);
            return;
        };
        match frame.r#type.as_deref() {
            None => self.read_choices(frame),
            Some("response.output_text.delta") => self.words |= is_text(&frame.delta),
            Some("content_block_delta") => self.words |= is_text(&frame.delta["text"]),
            Some("response.completed" | "response.incomplete" | "message_stop") => self.finished = true,
            Some("response.failed") => {
                let error = frame.response.as_ref().and_then(|response| response.get("error"));
                self.fail(error.and_then(|error| error.get("code")));
            }
            Some("error") => self.fail(frame.code.as_ref().or(frame.error.as_ref().and_then(|it| it.get("code")))),
            Some(_) => {}
        }
    }

    fn read_choices(&mut self, frame: Frame) {
        if let Some(error) = frame.error.as_ref().filter(|error| !error.is_null()) {
            return self.fail(error.get("code"));
        }
        if frame.choices.is_empty() {
            // Filter results and usage have no choices.
            return;
        }
        for choice in frame.choices {
            self.words |= is_text(&choice.delta["content"]);
            self.finished |= choice.finish_reason.is_some_and(|reason| reason.is_string());
        }
    }

    fn fail(&mut self, code: Option<&Value>) {
        let code = code.and_then(Value::as_str).map(str::to_owned);
        self.failed.get_or_insert(code);
    }

    /// Listens to nothing: this is no stream of events.
    pub(super) fn to_nothing() -> Self {
        Self { foreign: true, ..Self::default() }
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> Hearing {
        let mut hearing = Hearing::default();
        // However it is cut.
        for piece in text.as_bytes().chunks(7) {
            hearing.hear(piece);
        }
        hearing
    }

    #[test]
    fn words_and_the_end_are_heard_in_every_dialect() {
        for (dialect, text) in [
            (
                "chat completions",
                "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n\
                 data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
            ),
            (
                "responses",
                "event: x\r\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\r\n\r\n\
                 data: {\"type\":\"response.completed\",\"response\":{}}\r\n\r\n",
            ),
            (
                "messages",
                "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\n\
                 data: {\"type\":\"message_stop\"}\n\n",
            ),
        ] {
            let hearing = heard(text);
            assert!(hearing.words, "{dialect}: words came");
            assert!(hearing.is_whole(), "{dialect}: and the end");
        }
    }

    #[test]
    fn what_nobody_reads_is_no_word() {
        let hearing = heard(
            ": keep-alive\n\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\",\
             \"reasoning_text\":\"thinking\"},\"finish_reason\":null}]}\n\ndata: {\"choices\":[]}\n\n",
        );
        assert!(!hearing.words, "thoughts are not shown: an attempt that broke among them may be made again");
        assert!(!hearing.is_whole(), "and it did not end");
    }

    #[test]
    fn an_answer_that_fails_by_its_own_words_says_of_what() {
        let error = "data: {\"error\":{\"code\":\"server_error\",\"message\":\"gho_secret\"}}\n\n";
        assert_eq!(heard(error).failed(), Some(Some("server_error")), "by its code, never by its sentence");
        let failed =
            "data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"rate_limit_exceeded\"}}}\n\n";
        assert_eq!(heard(failed).failed(), Some(Some("rate_limit_exceeded")), "in the other dialect too");
        assert_eq!(heard("data: {\"choices\":[{\"del\n\n").failed(), Some(None), "what makes no sense has no code");
        assert_eq!(heard("data: {\"choices\":[]}\n\n").failed(), None, "most say nothing of the kind");
    }

    #[test]
    fn a_line_without_end_takes_no_memory() {
        let mut hearing = Hearing::default();
        hearing.hear(b"data: \"");
        for _ in 0..64 {
            hearing.hear(&vec![b'a'; 64 * 1024]);
        }
        assert!(hearing.line.capacity() <= 2 * LONGEST, "{} bytes are kept of it", hearing.line.capacity());
        hearing.hear(b"\"\n\ndata: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n");
        assert!(hearing.is_whole(), "and what follows is heard again");
    }
}
