//! Failures on demand: which request fails, how, and how often.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::server;

/// A failure to play. Only `path` is needed; as JSON it is `{"path": "/models", "status": 500, "times": 1}`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Failure {
    /// The path it is for, without `/api/v3`; with `*` at the end all that begin so.
    pub path: String,
    /// The method it is for; all when missing.
    pub method: Option<String>,
    /// Text that the body or the `Authorization` header must contain.
    pub containing: Option<String>,
    /// How often; until cleared when missing.
    pub times: Option<u32>,
    /// Requests that pass before it begins.
    pub after: u32,
    /// Milliseconds before anything is answered.
    pub delay_ms: u64,
    /// Answers with this status instead of doing what was asked. With a `body` and no status: 200.
    pub status: Option<u16>,
    /// The answer: a string is sent as it is (as HTML unless `headers` say otherwise), anything else as JSON.
    pub body: Option<Value>,
    /// Added to the answer, also to a real one.
    pub headers: BTreeMap<String, String>,
    /// The answer comes from something in between: without GitHub's own headers.
    pub proxy: bool,
    /// Never answers.
    pub hang: bool,
    /// Does what was asked, then breaks the connection after so many pieces of the answer. With 0 the answer is lost.
    pub drop_after_chunks: Option<usize>,
    /// Does what was asked, then falls silent after so many pieces of the answer.
    pub stall_after_chunks: Option<usize>,
}

/// Where a streamed answer is cut.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cut {
    Drop { after: usize },
    Stall { after: usize },
}

impl Failure {
    /// Every request to `path` is answered with `status`.
    pub fn status(path: &str, status: u16) -> Self {
        Self { path: path.into(), status: Some(status), ..Self::default() }
    }

    /// Requests to `path` are never answered.
    pub fn hang(path: &str) -> Self {
        Self { path: path.into(), hang: true, ..Self::default() }
    }

    /// The same for the next `times` requests only.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// The same with an answer of its own.
    #[must_use]
    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    fn fits(&self, method: &Method, path: &str, body: &str, authorization: &str) -> bool {
        let path_fits = match self.path.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == self.path,
        };
        path_fits
            && self.method.as_ref().is_none_or(|own| own.eq_ignore_ascii_case(method.as_str()))
            && self.containing.as_ref().is_none_or(|text| body.contains(text) || authorization.contains(text))
    }

    /// The answer instead of the real one, when it is that kind of failure.
    pub(crate) fn answer(&self) -> Option<Response> {
        if self.status.is_none() && self.body.is_none() {
            return None;
        }
        let status = self.status.and_then(|status| StatusCode::from_u16(status).ok());
        let status = status.unwrap_or(StatusCode::OK);
        let reason = status.canonical_reason().unwrap_or("Failure");
        let mut response = match &self.body {
            Some(Value::String(text)) => {
                ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], text.clone()).into_response()
            }
            Some(body) => axum::Json(body).into_response(),
            None if status.is_redirection() => Body::empty().into_response(),
            None => {
                axum::Json(json!({ "message": reason, "error": { "message": reason, "code": "" } })).into_response()
            }
        };
        *response.status_mut() = status;
        Some(response)
    }

    /// Adds the headers that were asked for.
    pub(crate) fn decorate(&self, response: &mut Response) {
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                response.headers_mut().insert(name, value);
            }
        }
    }

    pub(crate) fn cut(&self) -> Option<Cut> {
        let drop = self.drop_after_chunks.map(|after| Cut::Drop { after });
        drop.or(self.stall_after_chunks.map(|after| Cut::Stall { after }))
    }

    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms)
    }
}

/// The failures that are switched on.
#[derive(Debug, Default)]
pub(crate) struct Failures(Vec<Failure>);

impl Failures {
    pub(crate) fn add(&mut self, failure: Failure) {
        self.0.push(failure);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn all(&self) -> &[Failure] {
        &self.0
    }

    /// The failure for this request, counted.
    pub(crate) fn take(&mut self, method: &Method, path: &str, body: &str, authorization: &str) -> Option<Failure> {
        let path = server::rest_path(path);
        let at = self.0.iter().position(|failure| failure.fits(method, path, body, authorization))?;
        let failure = &mut self.0[at];
        if failure.after > 0 {
            failure.after -= 1;
            return None;
        }
        let taken = failure.clone();
        match &mut failure.times {
            None => {}
            Some(left) if *left > 1 => *left -= 1,
            Some(_) => {
                self.0.remove(at);
            }
        }
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_played_as_often_as_asked_and_after_as_many_as_asked() {
        let mut failures = Failures::default();
        let mut failure = Failure::status("/models", 500).times(2);
        failure.after = 1;
        failures.add(failure);
        let mut play = || failures.take(&Method::GET, "/models", "", "").is_some();
        assert_eq!(
            [play(), play(), play(), play()],
            [false, true, true, false],
            "one passes, two fail, and then it is over"
        );
    }

    #[test]
    fn a_failure_finds_its_request_by_path_method_and_text() {
        let failure = Failure {
            path: "/applications/*".into(),
            method: Some("delete".into()),
            containing: Some("gho_x".into()),
            ..Failure::default()
        };
        assert!(failure.fits(&Method::DELETE, "/applications/a/token", "{gho_x}", ""), "all three fit");
        assert!(!failure.fits(&Method::POST, "/applications/a/token", "gho_x", ""), "another method");
        assert!(!failure.fits(&Method::DELETE, "/user", "gho_x", ""), "another path");
        assert!(!failure.fits(&Method::DELETE, "/applications/a/token", "", "Bearer gho_y"), "another token");
    }
}
