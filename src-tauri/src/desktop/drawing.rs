//! The frame in which a diagram is drawn: a page of its own under a scheme of its own, with nothing of Wingman in it.
//!
//! A diagram is a program's text that came out of an answer, and what draws it is large and not ours. So it runs where
//! it can do nothing: sandboxed to an origin that is nobody's, without network, without Tauri's scripts (they go into
//! the top page only, and with them the key without which no command is heard). The text comes in and the picture's
//! size goes out by messages between the two pages.

use tauri::http::{Request, Response, StatusCode, header};
use tauri::{AppHandle, Runtime, Url};

/// The scheme. Windows and Android know it as `http://wingman-drawing.localhost`.
pub const SCHEME: &str = "wingman-drawing";

/// What the frame's page may do: run the two scripts that it names. Its styles are written by what draws, inside of the
/// picture; the sandbox holds even where somebody opens the page outside of a frame.
const POLICY: &str = "default-src 'none'; script-src wingman-drawing://localhost http://wingman-drawing.localhost; \
    style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; sandbox allow-scripts";

const PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\"><title>Drawing</title>\
    <script src=\"mermaid.js\"></script><script src=\"drawing.js\" defer></script></head><body></body></html>";

/// Answers a request of the frame: its page, and the scripts that came with the program.
pub fn answer<R: Runtime>(app: &AppHandle<R>, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let found = match request.uri().path() {
        "/" => Some(("text/html", PAGE.as_bytes().to_vec())),
        "/mermaid.js" | "/drawing.js" => {
            let script = app.asset_resolver().get(format!("drawing{}", request.uri().path()));
            script.map(|script| ("text/javascript", script.bytes))
        }
        _ => None,
    };
    let (status, (kind, body)) =
        found.map_or((StatusCode::NOT_FOUND, Default::default()), |found| (StatusCode::OK, found));
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
    response
}

/// Whether this is the frame's page, the only one of the scheme that may be gone to.
pub fn is_page(url: &Url) -> bool {
    let place = match url.scheme() {
        SCHEME => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("wingman-drawing.localhost"),
        _ => false,
    };
    place && url.path() == "/" && url.query().is_none() && url.port().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_s_page_is_the_only_one_of_its_scheme() {
        let is = |url: &str| is_page(&Url::parse(url).unwrap());
        assert!(is("wingman-drawing://localhost/"), "on Linux and macOS");
        assert!(is("http://wingman-drawing.localhost/"), "on Windows");
        for other in [
            "wingman-drawing://evil/",
            "wingman-drawing://localhost/drawing.js",
            "http://wingman-drawing.localhost:80/x",
            "https://localhost/",
            "tauri://localhost/",
        ] {
            assert!(!is(other), "{other} is something else");
        }
    }

    #[test]
    fn the_frame_may_reach_nothing() {
        for rule in ["default-src 'none'", "sandbox allow-scripts", "base-uri 'none'", "form-action 'none'"] {
            assert!(POLICY.contains(rule), "{rule} is part of the policy");
        }
        for hole in ["connect-src", "unsafe-eval", "allow-same-origin", "https:", "*", "'self'"] {
            assert!(!POLICY.contains(hole), "{hole} is not");
        }
    }
}
