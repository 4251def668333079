//! A server that answers as a test says, in GitHub's place.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::Response;
use parking_lot::Mutex;
use url::Url;

use super::{Endpoints, GitHub, Host};
use crate::http::{Http, Limits};
use crate::time::Millis;

/// The wall clock's time in these tests.
pub(crate) const NOW: Millis = Millis(1_800_000_000_000);

/// Whose token it is, as GitHub says it.
pub(crate) const USER: &str = r#"{"id":1001,"login":"ada-lind","name":"Ada Lind","avatar_url":null}"#;

/// A request as it arrived: the host it was sent to, method and path, what follows `?`,
/// `authorization`, body.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) host: String,
    pub(crate) line: String,
    pub(crate) query: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
}

/// A server that answers by a closure and remembers what it was asked.
pub(crate) struct StandIn {
    pub(crate) url: Url,
    pub(crate) seen: Arc<Mutex<Vec<Seen>>>,
}

impl StandIn {
    pub(crate) async fn start(answer: impl Fn(&Seen) -> Response<Body> + Clone + Send + Sync + 'static) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let app = axum::Router::new().fallback(move |request: Request| {
            let (answer, log) = (answer.clone(), Arc::clone(&log));
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, 1 << 20).await.unwrap();
                let text = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
                let seen = Seen {
                    host: text("host").unwrap_or_default(),
                    line: format!("{} {}", parts.method, parts.uri.path()),
                    query: parts.uri.query().unwrap_or_default().to_owned(),
                    authorization: text("authorization"),
                    body: String::from_utf8(body.to_vec()).unwrap(),
                };
                log.lock().push(seen.clone());
                answer(&seen)
            }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, seen }
    }

    pub(crate) fn github(&self) -> GitHub {
        let limits = Limits { whole: Duration::from_secs(20), ..Limits::default() };
        GitHub::new(Http::new(limits, Arc::new(|| NOW)).unwrap(), self.endpoints(), None)
    }

    pub(crate) fn endpoints(&self) -> Endpoints {
        Endpoints::stand_in(&Host::github_com(), self.url.clone(), self.url.clone())
    }

    pub(crate) fn count(&self, line: &str) -> usize {
        self.seen.lock().iter().filter(|seen| seen.line == line).count()
    }
}

pub(crate) fn answer(status: u16, kind: &str, body: &str) -> Response<Body> {
    Response::builder()
        .status(status)
        .header("content-type", kind)
        .header("x-github-request-id", "0000:1")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

pub(crate) fn json(body: &str) -> Response<Body> {
    answer(200, "application/json; charset=utf-8", body)
}

/// GitHub's refusal in these words, with more headers.
pub(crate) fn refused(status: u16, message: &str, headers: &[(&'static str, &str)]) -> Response<Body> {
    let mut response = answer(status, "application/json; charset=utf-8", &format!(r#"{{"message":"{message}"}}"#));
    for (name, value) in headers {
        response.headers_mut().insert(*name, value.parse().unwrap());
    }
    response
}

/// The beginning that two different refusals share.
pub(crate) const ALTHOUGH: &str =
    "Although you appear to have the correct authorization credentials, the `acme-corp` organization has";
