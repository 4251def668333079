//! From what went wrong to the one error that the window knows. Pure: bytes and events in, an [`Error`] out.
//!
//! The door sees the real answer of the server (status, headers, error code); the runtime's own event often no longer
//! says it. So what the door saw wins, and the event decides only where the door saw nothing. No text of a server or
//! of the runtime is taken over: only statuses, times, and codes that look like codes.

use http::HeaderMap;
use serde_json::Value;

use crate::error::{Code, Error};
use crate::time::Millis;

/// Who was asked, to fill the words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// The host of the Copilot endpoint.
    pub(super) host: &'a str,
    /// The login of the account that asked.
    pub(super) login: &'a str,
}

/// What an answer of the server that is not a success means.
pub(super) fn of_answer(asked: Asked<'_>, status: u16, headers: &HeaderMap, body: &[u8], now: Millis) -> Error {
    let code = error_code(body);
    let until = retry_after(headers, now);
    let with_until = |error: Error| match until {
        Some(until) => error.with("until", until.0),
        None => error,
    };
    if let Some(known) = code.as_deref().and_then(|code| of_code(asked, code)) {
        return with_until(known);
    }
    match status {
        402 => with_until(Error::new(Code::QuotaUsed).with("login", asked.login)),
        403 => Error::new(Code::NoCopilot).with("login", asked.login),
        413 => Error::new(Code::TooLong),
        429 => with_until(Error::new(Code::RateLimited).retryable()),
        407 => Error::new(Code::ProxySignIn).with("host", asked.host).retryable(),
        // A 401 of GitHub's own is settled before this; one that arrives here came from somebody in between, as a page
        // does that calls itself a success, and a redirect that was followed would lead to.
        200..=399 | 401 => {
            Error::new(Code::AnswerUnexpected).with("host", asked.host).with("status", status).retryable()
        }
        400..=499 => Error::new(Code::RequestRefused).with("reason", code.unwrap_or_else(|| status.to_string())),
        _ => with_until(Error::new(Code::ServerFailed).with("host", asked.host).with("status", status).retryable()),
    }
}

/// What a `session.error` means, when the door saw nothing of it.
pub(super) fn of_event(asked: Asked<'_>, data: &Value) -> Error {
    let text = |name: &str| data.get(name).and_then(Value::as_str).unwrap_or_default();
    if let Some(known) = of_code(asked, text("errorCode")) {
        return known;
    }
    let status = data.get("statusCode").and_then(Value::as_u64);
    match (text("errorType"), status) {
        ("persistence", _) => Error::new(Code::StoreFailed).with("reason", "the session could not be written"),
        // To the runtime a refusal is one like the other.
        ("authorization", Some(403)) => Error::new(Code::NoCopilot).with("login", asked.login),
        ("authorization" | "authentication", _) => Error::new(Code::SignInNeeded).with("login", asked.login),
        ("quota", _) => Error::new(Code::QuotaUsed).with("login", asked.login),
        ("rate_limit", _) => Error::new(Code::RateLimited).retryable(),
        ("context_limit", _) | (_, Some(413)) => Error::new(Code::TooLong),
        (_, Some(status @ 400..=499)) => Error::new(Code::RequestRefused).with("reason", status),
        (_, Some(status @ 500..=599)) => {
            Error::new(Code::ServerFailed).with("host", asked.host).with("status", status).retryable()
        }
        // Malformed, dropped, or ended without saying why: the connection was there and broke.
        _ => Error::new(Code::Interrupted).with("host", asked.host).retryable(),
    }
}

/// What an answer means that says in its middle that it failed, of what where it named a code.
pub(super) fn of_stream(asked: Asked<'_>, code: Option<&str>) -> Error {
    match code {
        None => Error::new(Code::Interrupted).with("host", asked.host).retryable(),
        Some(code) => {
            of_code(asked, code).unwrap_or_else(|| Error::new(Code::ServerFailed).with("host", asked.host).retryable())
        }
    }
}

fn of_code(asked: Asked<'_>, code: &str) -> Option<Error> {
    Some(match code {
        "model_max_prompt_tokens_exceeded" | "context_length_exceeded" | "string_above_max_length" => {
            Error::new(Code::TooLong)
        }
        "content_filter" | "content_filtered" | "responsible_ai_policy_violation" => Error::new(Code::Filtered),
        "quota_exceeded" | "quota_exhausted" | "billing_not_configured" => {
            Error::new(Code::QuotaUsed).with("login", asked.login)
        }
        "rate_limited" | "rate_limit_exceeded" | "too_many_requests" => Error::new(Code::RateLimited).retryable(),
        _ => return None,
    })
}

/// `error.code` of a JSON answer, when it looks like a code and not like a sentence (or a secret).
fn error_code(body: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let code = answer.get("error")?.get("code")?.as_str()?;
    let plain = !code.is_empty() && code.len() <= 64 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    plain.then(|| code.to_owned())
}

/// `Retry-After` in either of its forms, as a point in time.
fn retry_after(headers: &HeaderMap, now: Millis) -> Option<Millis> {
    let value = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<i64>() {
        return (seconds >= 0).then(|| now.plus(seconds.saturating_mul(1_000)));
    }
    let date = jiff::fmt::rfc2822::parse(value).ok()?;
    Some(Millis(date.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use serde_json::json;

    use super::*;

    const ASKED: Asked<'_> = Asked { host: "api.example", login: "alice" };
    const NOW: Millis = Millis(1_000);

    fn answer(status: u16, body: &str) -> Error {
        of_answer(ASKED, status, &HeaderMap::new(), body.as_bytes(), NOW)
    }

    #[test]
    fn each_refusal_gets_the_code_that_says_what_to_do() {
        for (status, body, code) in [
            (402, "", Code::QuotaUsed),
            (403, "", Code::NoCopilot),
            (413, "", Code::TooLong),
            (400, r#"{"error":{"code":"model_max_prompt_tokens_exceeded"}}"#, Code::TooLong),
            (429, "", Code::RateLimited),
            (429, r#"{"error":{"code":"quota_exceeded"}}"#, Code::QuotaUsed),
            (400, r#"{"error":{"code":"content_filter"}}"#, Code::Filtered),
            (400, "", Code::RequestRefused),
            (500, "", Code::ServerFailed),
            (503, "<html>", Code::ServerFailed),
            (401, "", Code::AnswerUnexpected),
            (302, "", Code::AnswerUnexpected),
            (200, "<html>", Code::AnswerUnexpected),
            (407, "", Code::ProxySignIn),
        ] {
            assert_eq!(answer(status, body).code, code, "{status} {body} must be told apart from the others");
        }
    }

    #[test]
    fn a_limit_says_until_when() {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_static("2"));
        let error = of_answer(ASKED, 429, &headers, b"", NOW);
        assert_eq!(error.params["until"], "3000", "seconds count from now");
        headers.insert("retry-after", HeaderValue::from_static("Thu, 01 Jan 1970 00:01:00 GMT"));
        let error = of_answer(ASKED, 429, &headers, b"", NOW);
        assert_eq!(error.params["until"], "60000", "a date is a point in time already");
        headers.insert("retry-after", HeaderValue::from_static("soon"));
        let error = of_answer(ASKED, 429, &headers, b"", NOW);
        assert!(!error.params.contains_key("until"), "what cannot be read is not made up");
    }

    #[test]
    fn a_server_s_words_never_reach_the_error() {
        let error = answer(400, r#"{"error":{"code":"Token gho_secret is bad","message":"gho_secret"}}"#);
        assert!(!format!("{error:?}").contains("gho_secret"), "a code that is a sentence may hold anything");
        let error = of_event(ASKED, &json!({"errorType": "query", "message": "gho_secret", "statusCode": 400}));
        assert!(!format!("{error:?}").contains("gho_secret"), "the runtime repeats the server's words");
    }

    #[test]
    fn an_event_alone_is_enough_to_tell_what_happened() {
        for (data, code) in [
            (json!({"errorType": "authorization"}), Code::SignInNeeded),
            (json!({"errorType": "authorization", "statusCode": 401}), Code::SignInNeeded),
            (json!({"errorType": "authorization", "statusCode": 403}), Code::NoCopilot),
            (json!({"errorType": "quota"}), Code::QuotaUsed),
            (json!({"errorType": "rate_limit"}), Code::RateLimited),
            (json!({"errorType": "persistence"}), Code::StoreFailed),
            (json!({"errorType": "query", "statusCode": 404}), Code::RequestRefused),
            (json!({"errorType": "query", "statusCode": 500}), Code::ServerFailed),
            (json!({"errorType": "query"}), Code::Interrupted),
            (json!({}), Code::Interrupted),
        ] {
            assert_eq!(of_event(ASKED, &data).code, code, "{data} must be told apart from the others");
        }
    }
}
