use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::Response;
use oauth2::PkceCodeVerifier;
use parking_lot::Mutex;
use secrecy::ExposeSecret;
use url::Url;

use super::*;
use crate::auth::Authorization;
use crate::config::OAuthClient;
use crate::error::Error;
use crate::github::{Endpoints, Host};
use crate::http::{Http, Limits};

const NOW: Millis = Millis(1_800_000_000_000);
const TOKEN: &str = r#"{"access_token":"gho_sentinel","token_type":"bearer","scope":"read:user,read:org"}"#;
const USER: &str = r#"{"id":1001,"login":"ada-lind","name":"Ada Lind","avatar_url":null}"#;

/// A request as it arrived: method and path, `authorization`, body.
#[derive(Clone, Debug)]
struct Seen {
    line: String,
    authorization: Option<String>,
    body: String,
}

/// A server that answers by a closure and remembers what it was asked.
struct StandIn {
    url: Url,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl StandIn {
    async fn start(answer: impl Fn(&Seen) -> Response<Body> + Clone + Send + Sync + 'static) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let app = axum::Router::new().fallback(move |request: Request| {
            let (answer, log) = (answer.clone(), Arc::clone(&log));
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, 1 << 20).await.unwrap();
                let seen = Seen {
                    line: format!("{} {}", parts.method, parts.uri.path()),
                    authorization: parts
                        .headers
                        .get("authorization")
                        .map(|value| value.to_str().unwrap().to_owned()),
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

    fn github(&self) -> GitHub {
        let limits = Limits {
            whole: Duration::from_secs(20),
            ..Limits::default()
        };
        GitHub::new(Http::new(limits, Arc::new(|| NOW)).unwrap(), self.endpoints(), None)
    }

    fn endpoints(&self) -> Endpoints {
        Endpoints::stand_in(&Host::github_com(), self.url.clone(), self.url.clone())
    }

    fn attempt(&self, secret: Option<&str>) -> Exchange {
        Exchange {
            generation: 1,
            asked: Authorization {
                endpoints: self.endpoints(),
                client: OAuthClient {
                    id: "client".into(),
                    secret: secret.map(Into::into),
                },
                scopes: vec!["read:user".into(), "read:org".into()],
            },
            code: "the-code".into(),
            verifier: PkceCodeVerifier::new("the-verifier".into()),
        }
    }

    async fn finish(&self) -> Result<SignedIn> {
        finish(&self.github(), self.attempt(None), NOW).await
    }

    fn count(&self, line: &str) -> usize {
        self.seen.lock().iter().filter(|seen| seen.line == line).count()
    }
}

fn answer(status: u16, kind: &str, body: &str) -> Response<Body> {
    Response::builder()
        .status(status)
        .header("content-type", kind)
        .header("x-github-request-id", "0000:1")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

fn json(body: &str) -> Response<Body> {
    answer(200, "application/json; charset=utf-8", body)
}

/// Answers the exchange like this, and everything else as GitHub does.
async fn exchange_answers(status: u16, kind: &'static str, body: &'static str) -> StandIn {
    StandIn::start(move |seen| match seen.line.as_str() {
        "POST /login/oauth/access_token" => answer(status, kind, body),
        "GET /user" => json(USER),
        _ => answer(404, "application/json", "{}"),
    })
    .await
}

async fn exchange_error(status: u16, kind: &'static str, body: &'static str) -> Error {
    let server = exchange_answers(status, kind, body).await;
    let error = server.finish().await.expect_err(body);
    assert_eq!(
        server.seen.lock().len(),
        1,
        "a code is sent once and nothing follows a failure ({body})"
    );
    let printed = format!("{error:?}");
    assert!(
        !printed.contains("sentinel") && !printed.contains("127.0.0.1:"),
        "no body and no address: {printed}"
    );
    error
}

#[tokio::test]
async fn a_code_becomes_an_account() {
    let server = exchange_answers(200, "application/json; charset=utf-8", TOKEN).await;
    let signed_in = server.finish().await.unwrap();
    assert_eq!(
        signed_in.profile.id.as_str(),
        "github.com/1001",
        "named by host and user id"
    );
    assert_eq!(signed_in.profile.login, "ada-lind", "the profile is GitHub's");
    assert_eq!(
        signed_in.token.access.expose_secret(),
        "gho_sentinel",
        "the token is for the vault"
    );
    assert_eq!(
        signed_in.token.expires_at, None,
        "no expires_in means that it does not expire"
    );
    assert_eq!(
        signed_in.scopes.granted,
        ["read:user", "read:org"],
        "GitHub separates scopes by commas"
    );
    assert_eq!(signed_in.scopes.missing, [""; 0], "all were granted");

    let seen = server.seen.lock().clone();
    for part in [
        "grant_type=authorization_code",
        "code=the-code",
        "code_verifier=the-verifier",
        "client_id=client",
        "redirect_uri=dev.wingman.desktop%3A%2F%2Foauth%2Fcallback",
    ] {
        assert!(seen[0].body.contains(part), "the exchange says {part}");
    }
    assert!(
        !seen[0].body.contains("client_secret"),
        "a secret that there is not is not sent"
    );
    assert_eq!(
        seen[1].authorization.as_deref(),
        Some("Bearer gho_sentinel"),
        "the token goes to its own host"
    );
    assert!(
        !format!("{signed_in:?}").contains("sentinel"),
        "a result is not a place to read a token"
    );
}

#[tokio::test]
async fn a_configured_secret_is_sent_in_the_body() {
    let server = exchange_answers(200, "application/json", TOKEN).await;
    finish(&server.github(), server.attempt(Some("hush")), NOW)
        .await
        .unwrap();
    let seen = server.seen.lock().clone();
    assert!(seen[0].body.contains("client_secret=hush"), "where GitHub documents it");
    assert_eq!(seen[0].authorization, None, "and not as a header too");
}

#[tokio::test]
async fn an_expiring_token_comes_with_its_ends() {
    let body = r#"{"access_token":"ghu_x","token_type":"bearer","scope":"","expires_in":28800,
        "refresh_token":"ghr_x","refresh_token_expires_in":15897600}"#;
    let signed_in = exchange_answers(200, "application/json", body)
        .await
        .finish()
        .await
        .unwrap();
    let token = signed_in.token;
    assert_eq!(token.expires_at, Some(NOW.plus(28_800_000)), "eight hours from now");
    assert_eq!(
        token.refresh_expires_at,
        Some(NOW.plus(15_897_600_000)),
        "half a year from now"
    );
    assert_eq!(
        token.refresh.unwrap().expose_secret(),
        "ghr_x",
        "what gets the next one"
    );
    assert_eq!(
        signed_in.scopes.missing, [""; 0],
        "a GitHub App has permissions, no scopes to miss"
    );
}

#[tokio::test]
async fn fewer_scopes_are_told_and_larger_ones_count() {
    for (granted, missing) in [
        ("read:user", vec!["read:org"]),
        ("", vec!["read:user", "read:org"]),
        ("user,admin:org", vec![]),
        ("read:org read:user", vec![]),
    ] {
        let body = format!(r#"{{"access_token":"gho_x","token_type":"bearer","scope":"{granted}"}}"#);
        let server = StandIn::start(move |seen| {
            if seen.line == "GET /user" {
                json(USER)
            } else {
                json(&body)
            }
        })
        .await;
        assert_eq!(
            server.finish().await.unwrap().scopes.missing,
            missing,
            "what {granted:?} does not cover"
        );
    }
}

#[tokio::test]
async fn every_error_that_comes_with_http_200_has_its_own_words() {
    for (body, code, error) in [
        (
            r#"{"error":"bad_verification_code"}"#,
            Code::SignInRefused,
            Some("bad_verification_code"),
        ),
        (
            r#"{"error":"incorrect_client_credentials"}"#,
            Code::ClientRejected,
            Some("incorrect_client_credentials"),
        ),
        (
            r#"{"error":"redirect_uri_mismatch"}"#,
            Code::ClientRejected,
            Some("redirect_uri_mismatch"),
        ),
        (r#"{"error":"unverified_user_email"}"#, Code::EmailUnverified, None),
        (r#"{"error":"application_suspended"}"#, Code::ApplicationSuspended, None),
        (r#"{"error":"access_denied"}"#, Code::SignInDenied, None),
        (
            r#"{"error":"gho_sentinel is bad"}"#,
            Code::SignInRefused,
            Some("unknown"),
        ),
        (
            r#"{"error":"new_thing","error_description":"gho_sentinel"}"#,
            Code::SignInRefused,
            Some("new_thing"),
        ),
    ] {
        let told = exchange_error(200, "application/json; charset=utf-8", body).await;
        assert_eq!(told.code, code, "{body} is told as what it is");
        assert_eq!(
            told.params.get("error").map(String::as_str),
            error,
            "{body} with GitHub's code"
        );
    }
    let unknown_client = exchange_error(404, "application/json", r#"{"error":"Not Found"}"#).await;
    assert_eq!(
        unknown_client.code,
        Code::ClientRejected,
        "GitHub's answer to a client id that it does not know"
    );
}

#[tokio::test]
async fn what_is_no_answer_of_githubs_is_told_with_its_status() {
    for (status, kind, body, code) in [
        (
            200,
            "text/html",
            "<html>Log in to the hotel's network gho_sentinel</html>",
            Code::AnswerUnexpected,
        ),
        (200, "application/json", "[]", Code::AnswerUnexpected),
        (200, "application/json", "", Code::AnswerUnexpected),
        (
            200,
            "application/json",
            r#"{"access_token":5,"x":"gho_sentinel"}"#,
            Code::AnswerUnexpected,
        ),
        (
            200,
            "application/json",
            r#"{"token_type":"bearer"}"#,
            Code::AnswerUnexpected,
        ),
        (401, "text/html", "proxy", Code::AnswerUnexpected),
        (
            403,
            "application/json",
            r#"{"message":"gho_sentinel"}"#,
            Code::AnswerUnexpected,
        ),
        (502, "text/html", "Bad gateway", Code::ServerFailed),
        (503, "application/json", r#"{"error":"busy"}"#, Code::ServerFailed),
        (429, "text/plain", "", Code::RateLimited),
        (429, "application/json", r#"{"error":"slow_down"}"#, Code::RateLimited),
    ] {
        let error = exchange_error(status, kind, body).await;
        assert_eq!(error.code, code, "{status} {body:?}");
        assert!(
            !error.retryable,
            "the code may be spent: start again instead of sending it again"
        );
        if code != Code::RateLimited {
            assert_eq!(error.params["status"], status.to_string(), "with what came");
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_code() {
    let elsewhere = StandIn::start(|_| json(TOKEN)).await;
    let target = elsewhere.url.to_string();
    let server = StandIn::start(move |_| {
        Response::builder()
            .status(307)
            .header("location", &target)
            .body(Body::empty())
            .unwrap()
    })
    .await;
    let error = server.finish().await.unwrap_err();
    assert_eq!(
        (error.code, error.params["status"].as_str()),
        (Code::AnswerUnexpected, "307"),
        "told as it is"
    );
    assert_eq!(elsewhere.seen.lock().len(), 0, "code and verifier reached nobody else");
}

#[tokio::test]
async fn a_lost_answer_is_not_tried_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let accepted = Arc::new(Mutex::new(0));
    let count = Arc::clone(&accepted);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            *count.lock() += 1;
            stream.readable().await.unwrap();
            drop(stream); // after the request, before an answer
        }
    });
    let server = StandIn {
        url,
        seen: Arc::default(),
    };
    let error = server.finish().await.unwrap_err();
    assert_eq!(
        (error.code, error.retryable),
        (Code::Offline, false),
        "the code may be spent"
    );
    assert_eq!(*accepted.lock(), 1, "one request only");
}

#[tokio::test]
async fn a_token_nobody_will_hear_of_is_revoked() {
    let server = StandIn::start(|seen| match seen.line.as_str() {
        "POST /login/oauth/access_token" => json(TOKEN),
        "GET /user" => answer(500, "text/plain", ""),
        "POST /credentials/revoke" => answer(202, "application/json", ""),
        _ => answer(404, "application/json", "{}"),
    })
    .await;
    let error = server.finish().await.unwrap_err();
    assert_eq!(error.code, Code::ServerFailed, "the reason is what /user said");
    assert_eq!(server.count("GET /user"), 3, "asked again, since that is safe");
    assert_eq!(
        server.count("POST /login/oauth/access_token"),
        1,
        "but the code was sent once"
    );
    let seen = server.seen.lock().clone();
    let revoke = seen.last().unwrap();
    assert_eq!(
        revoke.line, "POST /credentials/revoke",
        "without a client secret this call revokes"
    );
    assert!(revoke.body.contains("gho_sentinel"), "it names the token");
    assert_eq!(revoke.authorization, None, "and needs none to authorise it");
}

#[tokio::test]
async fn only_githubs_own_401_makes_a_token_bad() {
    let server = StandIn::start(|_| answer(401, "application/json", r#"{"message":"Bad credentials"}"#)).await;
    let error = server.github().user(&"gho_x".into()).await.unwrap_err();
    assert_eq!(
        error.code,
        Code::SignInNeeded,
        "GitHub says who it is by its request id"
    );
    assert_eq!(
        server.count("GET /user"),
        1,
        "repeated bad credentials would lock the person out"
    );

    let proxy = StandIn::start(|_| Response::builder().status(401).body(Body::from("Proxy")).unwrap()).await;
    let error = proxy.github().user(&"gho_x".into()).await.unwrap_err();
    assert_eq!(
        (error.code, error.retryable),
        (Code::AnswerUnexpected, true),
        "a proxy's says nothing of the token"
    );
}

#[tokio::test]
async fn a_secret_revokes_by_the_applications_own_call() {
    let server = StandIn::start(|seen| match seen.line.as_str() {
        "DELETE /applications/client/token" => answer(204, "application/json", ""),
        _ => answer(404, "application/json", "{}"),
    })
    .await;
    server
        .github()
        .revoke("client", Some(&"hush".into()), &"gho_x".into())
        .await
        .expect("revoked");
    let seen = server.seen.lock().clone();
    assert_eq!(
        seen[0].authorization.as_deref(),
        Some("Basic Y2xpZW50Omh1c2g="),
        "client:hush"
    );
    assert_eq!(seen[0].body, r#"{"access_token":"gho_x"}"#, "the token to revoke");
    let gone = server
        .github()
        .revoke("other", Some(&"hush".into()), &"gho_x".into())
        .await;
    assert!(gone.is_ok(), "a token that is gone already counts as revoked");
    let failed = server.github().revoke("client", None, &"gho_x".into()).await;
    assert!(
        failed.is_err(),
        "without a secret a 404 means that the call does not exist there"
    );
}

#[tokio::test]
async fn the_copilot_record_tells_access_and_a_checked_endpoint() {
    for (status, body, expected) in [
        (
            200,
            r#"{"access_type_sku":"no_access","copilot_plan":"individual"}"#,
            Err(Code::NoCopilot),
        ),
        (404, "{}", Err(Code::NoCopilot)),
        (401, "{}", Err(Code::SignInNeeded)),
        (
            200,
            r#"{"endpoints":{"api":"https://evil.example"}}"#,
            Err(Code::AnswerUnexpected),
        ),
        (200, r#"{"endpoints":{"api":7}}"#, Err(Code::AnswerUnexpected)),
        (200, "[]", Err(Code::AnswerUnexpected)),
        (
            200,
            r#"{"endpoints":{"api":"http://127.0.0.1:9"},"copilot_plan":"business"}"#,
            Ok("http://127.0.0.1:9/"),
        ),
    ] {
        let server = StandIn::start(move |_| answer(status, "application/json", body)).await;
        let found = server.github().copilot_user(&"gho_x".into()).await;
        let found = found.map(|user| user.endpoint.to_string()).map_err(|error| error.code);
        assert_eq!(found, expected.map(str::to_owned), "{status} {body}");
    }

    let server = StandIn::start(|_| json(r#"{"endpoints":{"api":"https://evil.example"}}"#)).await;
    let configured = Url::parse("http://127.0.0.1:7/").unwrap();
    let http = Http::new(Limits::default(), Arc::new(|| NOW)).unwrap();
    let github = GitHub::new(http, server.endpoints(), Some(configured.clone()));
    let endpoint = github.copilot_user(&"gho_x".into()).await.unwrap().endpoint;
    assert_eq!(
        endpoint, configured,
        "what is configured for development stands before what is named"
    );
}

#[tokio::test]
async fn a_picture_is_fetched_without_a_token_and_only_when_it_is_one() {
    let server = StandIn::start(|seen| match seen.line.as_str() {
        "GET /large" => answer(200, "image/gif", &format!("GIF8{}", "x".repeat(256 * 1024))),
        "GET /small" => answer(200, "text/plain", "GIF89a"),
        _ => answer(200, "image/svg+xml", "<svg/>"),
    })
    .await;
    let github = server.github();
    let at = |path: &str| server.url.join(path).unwrap().to_string();
    let avatar = github.avatar(&at("small")).await.expect("a picture by its bytes");
    assert_eq!(
        (avatar.mime, avatar.bytes.as_slice()),
        ("image/gif", &b"GIF89a"[..]),
        "whatever the server calls it"
    );
    assert!(github.avatar(&at("large")).await.is_none(), "too large to keep");
    assert!(
        github.avatar(&at("x.svg")).await.is_none(),
        "not a picture that cannot carry a script"
    );
    assert!(
        github.avatar("not an address").await.is_none(),
        "and nothing hangs on it"
    );
    assert!(
        server.seen.lock().iter().all(|seen| seen.authorization.is_none()),
        "no token goes there"
    );
}
