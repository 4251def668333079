//! The one door to the network: every request of ours leaves through an [`Http`].
//!
//! It holds what must be the same for all of them: the operating system's certificates and proxy, or the configured
//! ones ([`Network`]), TLS 1.2 or newer, no redirects (a redirect could carry a token or a code to another host), time limits, and `http` on loopback
//! only. It knows no GitHub and no account. Nothing of a request or an answer but its host and its status reaches
//! an error.
//!
//! What carries a secret goes to a [`Destination`], which only a list of hosts makes; what goes anywhere else is a GET
//! that carries nothing ([`Http::get`]).

mod destination;
mod network;

mod transport;

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{HeaderMap, header};
use parking_lot::Mutex;
use reqwest::{Method, RequestBuilder, Response, StatusCode, redirect};
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use url::{Host, Url};

pub use destination::Destination;
pub(crate) use destination::{Place, SecretHosts};
pub use network::{Authorities, Network, Proxy, ProxyServer};
pub(crate) use transport::of_transport;

use transport::innermost;

use crate::error::{Code, Error, Result};
use crate::time::Millis;

/// What a person's patience and a fair network allow.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// To reach the host, name look-up and TLS included.
    pub connect: Duration,
    /// For a whole REST request, from its start to the last byte of its answer. Streams are not REST requests: the
    /// request handler that carries them watches their silence itself.
    pub whole: Duration,
    /// The largest answer that is read, in bytes.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), whole: Duration::from_secs(30), body: 4 << 20 }
    }
}

/// An answer up to this size is read without a copy of any of it, in bytes.
const ROOM: usize = 16 * 1024;

/// The wall clock, which turns "in 60 seconds" into a point in time.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// The HTTP client. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Http {
    outside: reqwest::Client,
    loopback: reqwest::Client,
    limits: Limits,
    clock: Clock,
    told: Arc<Mutex<Option<(Millis, Instant)>>>,
}

impl Http {
    /// Builds the client; fails only where the system's certificates cannot be used (`Internal`).
    pub fn new(limits: Limits, clock: Clock) -> Result<Self> {
        Self::over(&Network::default(), None, limits, clock)
    }

    /// The same over a network that was configured. `password`: the proxy's, where it asks for one.
    pub fn over(network: &Network, password: Option<&SecretString>, limits: Limits, clock: Clock) -> Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "the one door")]
        let builder = || {
            reqwest::Client::builder()
                .user_agent(concat!("Wingman/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .referer(false)
                .connect_timeout(limits.connect)
        };
        let unusable = |error| Error::new(Code::Internal).with("reason", innermost(&error));
        let outside = network.apply(builder(), password).and_then(reqwest::ClientBuilder::build).map_err(unusable)?;
        Ok(Self {
            outside,
            loopback: network.apply_here(builder()).build().map_err(unusable)?,
            limits,
            clock,
            told: Arc::default(),
        })
    }

    /// The client for this address; `Internal` when the address may not be used at all.
    fn client(&self, url: &Url) -> Result<&reqwest::Client> {
        if !allowed(url) {
            return Err(Error::new(Code::Internal).with("reason", format!("{} is not https", host_of(url))));
        }
        Ok(if is_loopback(url) { &self.loopback } else { &self.outside })
    }

    /// A request that may carry a secret, with the time limit of a REST request.
    pub(crate) fn request(&self, method: Method, to: &Destination) -> Result<RequestBuilder> {
        Ok(self.stream(method, to)?.timeout(self.limits.whole))
    }

    /// A request that may carry a secret, for callers who watch the time of its answer themselves.
    pub(crate) fn stream(&self, method: Method, to: &Destination) -> Result<RequestBuilder> {
        Ok(self.client(to.url())?.request(method, to.url().clone()))
    }

    /// Asks any address for something that is no secret, carrying nothing, and reads at most `limit` bytes of it.
    pub(crate) async fn get(&self, url: &Url, limit: usize) -> Result<Answer> {
        let request = self.client(url)?.get(url.clone()).timeout(self.limits.whole);
        let response = request.send().await.map_err(|error| failure(host_of(url), &error))?;
        self.read(host_of(url), response, limit).await
    }

    /// Sends the request and reads its answer, whatever its status. `host` is for the words of an error.
    pub(crate) async fn send(&self, host: &str, request: RequestBuilder) -> Result<Answer> {
        let response = request.send().await.map_err(|error| failure(host, &error))?;
        self.read(host, response, self.limits.body).await
    }

    /// The time by the clock of whoever answered last, as it has gone on since; none before the first answer.
    pub(crate) fn told_time(&self) -> Option<Millis> {
        let (date, then) = (*self.told.lock())?;
        Some(date.plus(i64::try_from(then.elapsed().as_millis()).unwrap_or(i64::MAX)))
    }

    async fn read(&self, host: &str, mut response: Response, limit: usize) -> Result<Answer> {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        if let Some(date) = headers.get(header::DATE).and_then(|date| http_date(date.to_str().ok()?)) {
            *self.told.lock() = Some((date, Instant::now()));
        }
        // Room for every answer that can hold a token: a buffer that grows leaves copies behind.
        let mut body = Zeroizing::new(Vec::with_capacity(limit.min(ROOM)));
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(host, &error))? {
            if body.len().saturating_add(chunk.len()) > limit {
                return Err(Error::new(Code::AnswerUnexpected).with("host", host).with("status", status.as_u16()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { host: host.to_owned(), status, headers, body, at: (self.clock)() })
    }
}

/// An answer that was read to its end. It can hold a token, so it has no `Debug`, and its body is wiped when dropped.
pub(crate) struct Answer {
    host: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Zeroizing<Vec<u8>>,
    at: Millis,
}

impl Answer {
    /// The answer was not what it should be.
    pub(crate) fn unexpected(&self) -> Error {
        Error::new(Code::AnswerUnexpected).with("host", &self.host).with("status", self.status.as_u16())
    }

    /// What a status says that is no success, as far as every server means the same by it.
    pub(crate) fn failure(&self) -> Error {
        if let Some(limited) = self.rate_limited() {
            return limited;
        }
        if self.status.is_server_error() {
            return Error::new(Code::ServerFailed)
                .with("host", &self.host)
                .with("status", self.status.as_u16())
                .retryable();
        }
        self.unexpected()
    }

    /// 429, or a 403 that names a limit: an ordinary 403 is no limit.
    fn rate_limited(&self) -> Option<Error> {
        let text = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let exhausted = text("x-ratelimit-remaining") == Some("0");
        let retry_after = text("retry-after");
        let limited = self.status == StatusCode::TOO_MANY_REQUESTS
            || self.status == StatusCode::FORBIDDEN && (exhausted || retry_after.is_some());
        if !limited {
            return None;
        }
        let until = retry_after.and_then(|value| self.after(value)).or_else(|| {
            let seconds: i64 = text("x-ratelimit-reset").filter(|_| exhausted)?.parse().ok()?;
            let reset = Millis(seconds.saturating_mul(1000));
            // Told by the server's clock, and counted by ours.
            let told = text("date").and_then(http_date);
            Some(told.map_or(reset, |told| self.at.plus(reset.0.saturating_sub(told.0))))
        });
        let error = Error::new(Code::RateLimited).with("host", &self.host).retryable();
        Some(match until {
            Some(until) => error.with("until", until.0),
            None => error,
        })
    }

    /// `Retry-After` is a number of seconds or an HTTP date.
    fn after(&self, value: &str) -> Option<Millis> {
        if let Ok(seconds) = value.parse::<u32>() {
            return Some(self.at.plus(i64::from(seconds) * 1000));
        }
        http_date(value)
    }
}

/// RFC 9110, section 5.6.7, in the form that every server writes.
fn http_date(text: &str) -> Option<Millis> {
    Some(Millis(jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_millisecond()))
}

/// Whether anything may be sent there: `https` to a host, or `http` to this very machine.
pub fn allowed(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(url),
        _ => false,
    }
}

/// Whether the address is this machine's own. Names other than `localhost` are not looked up.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The host as it may stand in an error.
pub(crate) fn host_of(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

/// What a REST request failed of. One that breaks off is asked again as one that never arrived.
fn failure(host: &str, error: &reqwest::Error) -> Error {
    let failed = of_transport(host, error);
    if failed.code == Code::Interrupted { Error { code: Code::Offline, ..failed } } else { failed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &str)]) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Answer {
            host: "api.github.com".into(),
            status: StatusCode::from_u16(status).unwrap(),
            headers: map,
            body: Zeroizing::default(),
            at: Millis(1_000_000),
        }
    }

    #[test]
    fn only_https_and_this_machine_are_reached() {
        for url in ["https://github.com/", "http://127.0.0.1:8080/", "http://[::1]:1/", "http://localhost:3/"] {
            assert!(allowed(&Url::parse(url).unwrap()), "{url} is encrypted or never leaves the machine");
        }
        for url in [
            "http://github.com/",
            "http://localhost.evil.example/",
            "http://128.0.0.1/",
            "ftp://127.0.0.1/",
            "file:///etc",
        ] {
            assert!(!allowed(&Url::parse(url).unwrap()), "{url} would travel in clear text or is no web address");
        }
    }

    #[test]
    fn a_rate_limit_says_until_when() {
        let error = answer(429, &[("retry-after", "60")]).failure();
        assert_eq!(error.code, Code::RateLimited, "429 is a rate limit");
        assert_eq!(error.params["until"], "1060000", "sixty seconds after the answer came");

        let error = answer(429, &[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")]).failure();
        assert_eq!(error.params["until"], "784111777000", "an HTTP date is the other form of Retry-After");

        let error = answer(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1700000000")]).failure();
        assert_eq!(error.params["until"], "1700000000000", "GitHub's own header counts seconds since 1970");

        let reset = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "784111837")];
        let dated = [reset[0], reset[1], ("date", "Sun, 06 Nov 1994 08:49:37 GMT")];
        let error = answer(403, &dated).failure();
        assert_eq!(
            error.params["until"], "1060000",
            "a minute by the server's clock is a minute by a wrong one of ours"
        );

        let error = answer(429, &[("retry-after", "soon")]).failure();
        assert_eq!(error.code, Code::RateLimited, "a senseless value does not unmake the limit");
        assert!(!error.params.contains_key("until"), "no time is made up");
    }

    #[test]
    fn a_plain_403_is_no_rate_limit_and_502_is_the_servers_fault() {
        let forbidden = answer(403, &[("x-ratelimit-remaining", "4999")]).failure();
        assert_eq!(forbidden.code, Code::AnswerUnexpected, "a refusal must not be waited out");
        let failed = answer(502, &[]).failure();
        assert_eq!((failed.code, failed.retryable), (Code::ServerFailed, true), "a server's fault may pass");
    }
}
