//! The record of what was asked, for tests to read.

use std::{collections::BTreeMap, time::Duration};

use axum::http::request::Parts;
use serde::Serialize;

/// How the answer to a request went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Being worked on, or streaming.
    Open,
    /// Sent to its end.
    Complete,
    /// It ended early: the client went away, or a failure cut it.
    Broken,
}

/// One request.
#[derive(Debug, Clone, Serialize)]
pub struct Recorded {
    /// Its number, counted from 1 since the last reset. It stays when earlier ones are cleared.
    pub id: u64,
    /// Milliseconds since 1970 by the machine's clock at its arrival.
    pub at_ms: u64,
    /// `GET`, …
    pub method: String,
    /// The path as sent.
    pub path: String,
    /// What follows `?`, undecoded; empty without.
    pub query: String,
    /// Lower-case names. Repeated ones are joined with `, `.
    pub headers: BTreeMap<String, String>,
    /// The body as text.
    pub body: String,
    /// The answer's status, once it has begun.
    pub status: Option<u16>,
    /// Pieces of a streamed answer that were handed to the network.
    pub chunks_sent: usize,
    /// How the answer went.
    pub outcome: Outcome,
}

impl Recorded {
    /// The `Authorization` header.
    pub fn authorization(&self) -> Option<&str> {
        self.headers.get("authorization").map(String::as_str)
    }

    /// The body read as JSON; `Null` when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The body's field in form encoding.
    pub fn form_field(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.body.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

/// All requests since the last clearing.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: Vec<Recorded>,
    count: u64,
}

impl Journal {
    /// Notes an arrival; returns its number.
    pub(crate) fn arrived(&mut self, parts: &Parts, body: &[u8], at: Duration) -> u64 {
        self.count += 1;
        let mut headers = BTreeMap::new();
        for (name, value) in &parts.headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            headers
                .entry(name.as_str().to_owned())
                .and_modify(|known: &mut String| *known = format!("{known}, {value}"))
                .or_insert_with(|| value.into_owned());
        }
        self.entries.push(Recorded {
            id: self.count,
            at_ms: u64::try_from(at.as_millis()).unwrap_or(u64::MAX),
            method: parts.method.to_string(),
            path: parts.uri.path().into(),
            query: parts.uri.query().unwrap_or_default().into(),
            headers,
            body: String::from_utf8_lossy(body).into_owned(),
            status: None,
            chunks_sent: 0,
            outcome: Outcome::Open,
        });
        self.count
    }

    /// Notes how the answer goes. A request cleared meanwhile stays forgotten.
    pub(crate) fn update(&mut self, id: u64, change: impl FnOnce(&mut Recorded)) {
        if let Some(entry) = self.entries.iter_mut().rev().find(|entry| entry.id == id) {
            change(entry);
        }
    }

    pub(crate) fn all(&self) -> Vec<Recorded> {
        self.entries.clone()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}
