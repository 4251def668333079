//! Reading the runtime's events of one turn: which of them the person is to see, in which form. Pure: events in,
//! [`AnswerEvent`]s out.

use std::collections::HashSet;

use github_copilot_sdk::types::SessionEvent;
use serde_json::Value;

use super::answer::{AnswerEvent, Usage};
use super::{AUTO, quota};
use crate::error::{Code, Error};

/// Nano units of AI credit in one credit.
const NANO: f64 = 1e9;

/// The runtime makes another attempt.
pub(super) const RETRY: &str = "assistant.turn_retry";

/// How far one turn is read.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a thing that was seen or not, in any combination")]
pub(super) struct Reading {
    /// The model that the session was told to use.
    model: String,
    /// At full speed events come twice, out of order: each counts once.
    seen: HashSet<String>,
    /// The question's event, once it came: what came before it may belong to an earlier turn.
    question: Option<String>,
    /// Parts that are whole: the runtime lets the model go on after its limit, in a message of its own.
    whole: String,
    /// The part being written.
    partial: String,
    /// The message that part belongs to.
    message: String,
    /// Whether the last request ended at the model's limit.
    cut_off: bool,
    filtered: bool,
    final_came: bool,
    failure: Option<Error>,
    /// The failure is the turn's end, whatever else comes.
    given_up: bool,
    usage: Option<Usage>,
    ended: bool,
}

impl Reading {
    pub(super) fn new(model: &str) -> Self {
        Self {
            model: model.to_owned(),
            seen: HashSet::new(),
            question: None,
            whole: String::new(),
            partial: String::new(),
            message: String::new(),
            cut_off: false,
            filtered: false,
            final_came: false,
            failure: None,
            given_up: false,
            usage: None,
            ended: false,
        }
    }

    /// Whether `Ended` was said.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Whether this event was read already.
    pub(super) fn is_known(&self, event: &str) -> bool {
        self.seen.contains(event)
    }

    /// The event of the question, once it came.
    pub(super) fn question(&self) -> Option<&str> {
        self.question.as_deref()
    }

    /// What this event means. `trouble` says what an error event means: the door may know better than the event.
    pub(super) fn read(&mut self, event: &SessionEvent, trouble: impl FnOnce(&Value) -> Error) -> Vec<AnswerEvent> {
        let of_another_agent = event.agent_id.as_deref().is_some_and(|agent| !agent.is_empty());
        if self.ended || of_another_agent || !self.seen.insert(event.id.clone()) {
            return Vec::new();
        }
        let data = &event.data;
        match event.event_type.as_str() {
            // "Please continue" of the runtime's own is a user.message as well: only the first is the question.
            "user.message" if self.question.is_none() => {
                self.question = Some(event.id.clone());
                vec![AnswerEvent::Asked { event_id: event.id.clone() }]
            }
            "assistant.message_delta" => self.grow(text(data, "messageId"), text(data, "deltaContent")),
            RETRY if !self.given_up => self.restart(),
            "session.model_change" => self.change_model(text(data, "newModel")),
            "assistant.usage" => {
                self.count(data);
                Vec::new()
            }
            "assistant.message" => self.settle(text(data, "messageId"), text(data, "content")),
            "session.error" if !self.given_up => {
                // Said at the end: the runtime may yet go on by itself.
                self.failure = Some(trouble(data));
                Vec::new()
            }
            "session.idle" if self.question.is_some() || self.failure.is_some() => {
                let aborted = data.get("aborted").and_then(Value::as_bool).unwrap_or_default();
                self.end(aborted)
            }
            _ => Vec::new(),
        }
    }

    fn grow(&mut self, message: &str, more: &str) -> Vec<AnswerEvent> {
        if more.is_empty() {
            return Vec::new();
        }
        self.turn_to(message);
        self.partial.push_str(more);
        vec![AnswerEvent::Delta(more.to_owned())]
    }

    fn restart(&mut self) -> Vec<AnswerEvent> {
        self.partial.clear();
        let mut told = vec![AnswerEvent::Restarted];
        if !self.whole.is_empty() {
            told.push(AnswerEvent::Delta(self.whole.clone()));
        }
        told
    }

    fn change_model(&mut self, chosen: &str) -> Vec<AnswerEvent> {
        if chosen.is_empty() || chosen == self.model {
            return Vec::new();
        }
        let asked = std::mem::replace(&mut self.model, chosen.to_owned());
        if asked == AUTO {
            return Vec::new(); // the choice was left to Copilot
        }
        vec![AnswerEvent::ModelChanged { asked, chosen: chosen.to_owned() }]
    }

    fn count(&mut self, data: &Value) {
        let tokens = |name: &str| data.get(name).and_then(Value::as_u64).unwrap_or_default();
        let finish = text(data, "finishReason");
        self.cut_off = finish == "length";
        self.filtered |= finish == "content_filter"
            || data.get("contentFilterTriggered").and_then(Value::as_bool).unwrap_or_default();
        let usage = self.usage.get_or_insert_default();
        text(data, "model").clone_into(&mut usage.model);
        usage.input_tokens += tokens("inputTokens");
        usage.output_tokens += tokens("outputTokens");
        if let Some(nano) = data.pointer("/copilotUsage/totalNanoAiu").and_then(Value::as_f64) {
            usage.credits = Some(usage.credits.unwrap_or_default() + nano / NANO);
        }
        // The last request knows best.
        usage.quota = quota::seen(&data["quotaSnapshots"]).or(usage.quota);
    }

    /// A part of another message than before: after the model's limit the one before is whole, and gets no message of
    /// its own. (A part that was begun in vain is gone by now: a retry is told before it starts.)
    fn turn_to(&mut self, message: &str) {
        if self.message != message {
            self.whole.push_str(&std::mem::take(&mut self.partial));
            message.clone_into(&mut self.message);
        }
    }

    fn settle(&mut self, message: &str, content: &str) -> Vec<AnswerEvent> {
        self.turn_to(message);
        self.partial.clear();
        if content.is_empty() {
            return Vec::new();
        }
        self.whole.push_str(content);
        self.final_came = true;
        if !self.given_up {
            self.failure = None;
        }
        vec![AnswerEvent::Final(self.whole.clone())]
    }

    /// The turn is over.
    pub(super) fn end(&mut self, aborted: bool) -> Vec<AnswerEvent> {
        if self.ended {
            return Vec::new();
        }
        self.ended = true;
        let mut told = Vec::new();
        told.extend(self.usage.take().map(AnswerEvent::Usage));
        if aborted && !self.given_up {
            told.push(AnswerEvent::Stopped);
        } else if let Some(failure) = self.failure.take() {
            told.push(AnswerEvent::Failed(failure));
        } else if self.filtered {
            // To the runtime this looks like success.
            told.push(AnswerEvent::Failed(Error::new(Code::Filtered)));
        } else if self.final_came && self.partial.is_empty() {
            told.extend(self.cut_off.then_some(AnswerEvent::CutOff));
        } else if self.whole.is_empty() && self.partial.is_empty() {
            told.push(AnswerEvent::Failed(Error::new(Code::Interrupted).retryable()));
        } else {
            // The last part got no message of its own, as after the model's limit.
            told.push(AnswerEvent::Final(format!("{}{}", self.whole, self.partial)));
            told.extend(self.cut_off.then_some(AnswerEvent::CutOff));
        }
        told.push(AnswerEvent::Ended);
        told
    }

    /// Whether words came that a person reads.
    pub(super) fn has_words(&self) -> bool {
        !self.whole.is_empty() || !self.partial.is_empty()
    }

    /// The turn is to end over this: what came stays, and nothing begins anew.
    pub(super) fn give_up(&mut self, error: Error) {
        (self.failure, self.given_up) = (Some(error), true);
    }

    /// The turn is over because of this.
    pub(super) fn fail(&mut self, error: Error) -> Vec<AnswerEvent> {
        self.failure = Some(error);
        self.end(false)
    }
}

fn text<'a>(data: &'a Value, name: &str) -> &'a str {
    data.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[allow(clippy::needless_pass_by_value, reason = "every caller makes it in place")]
    fn event(id: &str, kind: &str, data: Value) -> SessionEvent {
        serde_json::from_value(json!({ "id": id, "timestamp": "", "parentId": null, "type": kind, "data": data }))
            .expect("an event as the runtime sends it")
    }

    fn read_all(events: &[(&str, &str, Value)]) -> Vec<AnswerEvent> {
        let mut reading = Reading::new("asked-model");
        events
            .iter()
            .flat_map(|(id, kind, data)| {
                reading.read(&event(id, kind, data.clone()), |_| Error::new(Code::ServerFailed))
            })
            .collect()
    }

    fn delta(id: &'static str, text: &str) -> (&'static str, &'static str, Value) {
        (id, "assistant.message_delta", json!({ "deltaContent": text }))
    }

    const QUESTION: (&str, &str, Value) = ("q", "user.message", Value::Null);
    const IDLE: (&str, &str, Value) = ("i", "session.idle", Value::Null);

    fn asked() -> AnswerEvent {
        AnswerEvent::Asked { event_id: "q".into() }
    }

    #[test]
    fn an_event_that_comes_twice_counts_once() {
        let told = read_all(&[QUESTION, delta("1", "a"), delta("2", "b"), delta("1", "a"), IDLE, IDLE]);
        let expected = [
            asked(),
            AnswerEvent::Delta("a".into()),
            AnswerEvent::Delta("b".into()),
            AnswerEvent::Final("ab".into()),
            AnswerEvent::Ended,
        ];
        assert_eq!(told, expected, "at full speed the runtime repeats events, and the text must not");
    }

    #[test]
    fn a_new_attempt_takes_the_text_back() {
        let told = read_all(&[
            QUESTION,
            delta("1", "broken"),
            ("r", "assistant.turn_retry", json!({})),
            delta("2", "whole"),
            ("m", "assistant.message", json!({ "content": "whole" })),
            IDLE,
        ]);
        assert_eq!(told[2], AnswerEvent::Restarted, "the person must not read both attempts");
        assert!(told.contains(&AnswerEvent::Final("whole".into())), "the final text is the second attempt's alone");
        assert_eq!(told.last(), Some(&AnswerEvent::Ended), "and the turn ends");
    }

    #[test]
    fn what_is_given_up_keeps_what_came_and_begins_nothing_anew() {
        let mut reading = Reading::new("asked-model");
        let mut read = |id: &str, kind: &str, data: Value| {
            reading.read(&event(id, kind, data), |_| Error::new(Code::ServerFailed))
        };
        read("q", "user.message", Value::Null);
        read("1", "assistant.message_delta", json!({ "deltaContent": "half" }));
        reading.give_up(Error::new(Code::Interrupted));
        assert!(reading.has_words(), "half of it is there");
        let mut read = |id: &str, kind: &str, data: Value| {
            reading.read(&event(id, kind, data), |_| Error::new(Code::ServerFailed))
        };
        assert_eq!(read("r", RETRY, json!({})), [], "the half is not taken back");
        assert_eq!(read("e", "session.error", json!({})), [], "nor is the reason");
        let ended = [AnswerEvent::Failed(Error::new(Code::Interrupted)), AnswerEvent::Ended];
        assert_eq!(read("i", "session.idle", json!({ "aborted": true })), ended, "nobody stopped it but the failure");
    }

    #[test]
    fn a_text_continued_after_the_limit_is_one_text() {
        let told = read_all(&[
            QUESTION,
            delta("1", "one "),
            ("u1", "assistant.usage", json!({ "finishReason": "length", "inputTokens": 5, "outputTokens": 1 })),
            ("q2", "user.message", json!({ "content": "Please continue…" })),
            ("2", "assistant.message_delta", json!({ "messageId": "second", "deltaContent": "two" })),
            ("u2", "assistant.usage", json!({ "finishReason": "stop", "inputTokens": 7, "outputTokens": 2 })),
            ("m", "assistant.message", json!({ "messageId": "second", "content": "two" })),
            IDLE,
        ]);
        assert!(told.contains(&AnswerEvent::Final("one two".into())), "the first part gets no message of its own");
        let questions = told.iter().filter(|it| matches!(it, AnswerEvent::Asked { .. })).count();
        assert_eq!(questions, 1, "the runtime's own request to go on is no question of the person");
        let usage = told.iter().find_map(|it| match it {
            AnswerEvent::Usage(usage) => Some((usage.input_tokens, usage.output_tokens)),
            _ => None,
        });
        assert_eq!(usage, Some((12, 3)), "both requests were paid");
    }

    #[test]
    fn a_filtered_answer_is_no_success() {
        let told = read_all(&[
            QUESTION,
            ("u", "assistant.usage", json!({ "finishReason": "content_filter" })),
            ("m", "assistant.message", json!({ "content": "" })),
            IDLE,
        ]);
        let failed = AnswerEvent::Failed(Error::new(Code::Filtered));
        assert!(told.contains(&failed), "an empty answer without a word would leave the person guessing");
    }

    #[test]
    fn an_answer_cut_off_says_so() {
        let told = read_all(&[
            QUESTION,
            delta("1", "half"),
            ("u", "assistant.usage", json!({ "finishReason": "length" })),
            IDLE,
        ]);
        assert!(told.contains(&AnswerEvent::Final("half".into())), "what came is kept");
        assert!(told.contains(&AnswerEvent::CutOff), "and the person is told that there would be more");
    }

    #[test]
    fn an_error_is_told_at_the_end_and_only_if_it_stayed() {
        let error = ("e", "session.error", json!({ "errorType": "query" }));
        let told = read_all(&[QUESTION, error.clone(), IDLE]);
        let expected = [asked(), AnswerEvent::Failed(Error::new(Code::ServerFailed)), AnswerEvent::Ended];
        assert_eq!(told, expected, "the error ends the turn");
        let mended = ("m", "assistant.message", json!({ "content": "after all" }));
        let told = read_all(&[QUESTION, error, mended, IDLE]);
        assert!(!told.iter().any(|it| matches!(it, AnswerEvent::Failed(_))), "an answer came after all");
    }

    #[test]
    fn the_end_of_an_earlier_turn_ends_nothing() {
        let told = read_all(&[IDLE, QUESTION, delta("1", "a")]);
        assert_eq!(told, [asked(), AnswerEvent::Delta("a".into())], "a resumed session repeats its last events");
    }

    #[test]
    fn another_model_is_never_silent() {
        let change = ("c", "session.model_change", json!({ "newModel": "other" }));
        let same = ("s", "session.model_change", json!({ "newModel": "asked-model" }));
        let changed = AnswerEvent::ModelChanged { asked: "asked-model".into(), chosen: "other".into() };
        assert_eq!(read_all(&[same, change, QUESTION]), [changed, asked()], "and the same model is no change");
    }

    #[test]
    fn a_choice_left_to_copilot_is_no_replacement() {
        let mut reading = Reading::new(AUTO);
        let change = event("c", "session.model_change", json!({ "newModel": "other" }));
        assert_eq!(reading.read(&change, |_| Error::new(Code::ServerFailed)), [], "nobody asked for another one");
    }

    #[test]
    fn credits_are_counted_in_credits() {
        let told = read_all(&[
            QUESTION,
            ("u", "assistant.usage", json!({ "model": "m", "copilotUsage": { "totalNanoAiu": 2.5e9 } })),
            ("m", "assistant.message", json!({ "content": "a" })),
            IDLE,
        ]);
        let credits = told.iter().find_map(|it| match it {
            AnswerEvent::Usage(usage) => usage.credits,
            _ => None,
        });
        assert_eq!(credits, Some(2.5), "the event counts billionths");
    }
}
