#![allow(clippy::disallowed_methods, reason = "what is told apart is what the library itself says")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use reqwest::{Client, Proxy};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use super::*;
use crate::http::{Destination, Http, Limits};
use crate::time::Millis;

/// Serves each connection with whatever the closure makes of it.
async fn listening<F>(serve: impl Fn(tokio::net::TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port of this machine's");
    let at = listener.local_addr().expect("it has an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    at
}

/// Reads what was asked and answers this.
async fn answering(answer: &'static str) -> SocketAddr {
    listening(move |mut stream| async move {
        let mut asked = [0; 4096];
        let _ = stream.read(&mut asked).await;
        let _ = stream.write_all(answer.as_bytes()).await;
    })
    .await
}

/// A port where nobody listens.
async fn closed() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port of this machine's");
    listener.local_addr().expect("it has an address")
}

/// Speaks TLS, with a certificate that it made itself.
async fn certified(change: impl FnOnce(&mut CertificateParams)) -> SocketAddr {
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
    change(&mut params);
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .expect("they belong together");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    listening(move |stream| {
        let acceptor = acceptor.clone();
        async move { drop(acceptor.accept(stream).await) }
    })
    .await
}

async fn fails(client: &Client, url: &str) -> Error {
    let answer = client.get(url).send().await;
    of_transport("HOST", &answer.expect_err("nobody answers as asked"))
}

/// Without the proxy that this machine may have.
async fn directly(url: &str) -> Error {
    let client = Client::builder().no_proxy().connect_timeout(Duration::from_secs(5)).build().expect("a client");
    fails(&client, url).await
}

async fn through(proxy: SocketAddr) -> Error {
    let proxy = Proxy::all(format!("http://{proxy}")).expect("an address");
    fails(&Client::builder().proxy(proxy).build().expect("a client"), "https://api.example.invalid/").await
}

#[tokio::test]
async fn a_closed_port_is_no_connection() {
    let error = directly(&format!("https://{}/", closed().await)).await;
    assert_eq!((error.code, error.retryable), (Code::Offline, true), "it may be there in a moment: {error:?}");
    assert_eq!(error.params["host"], "HOST", "and the person reads where");
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_told_apart() {
    let error = directly("https://copilot.wingman.invalid/").await;
    assert_eq!((error.code, error.retryable), (Code::HostNotFound, true), "a VPN may know it: {error:?}");
}

#[tokio::test]
async fn a_certificate_is_told_apart_by_what_is_wrong_with_it() {
    let url = |at: SocketAddr| format!("https://{at}/");
    let error = directly(&url(certified(|_| {}).await)).await;
    assert_eq!(error.code, Code::CertificateUntrusted, "nobody vouches for it: {error:?}");
    let past = certified(|params| {
        (params.not_before, params.not_after) = (date_time_ymd(2019, 1, 1), date_time_ymd(2020, 1, 1));
    });
    let error = directly(&url(past.await)).await;
    assert_eq!(error.code, Code::CertificateExpired, "the person looks at the clock first: {error:?}");
    let future = certified(|params| params.not_before = date_time_ymd(2090, 1, 1));
    let error = directly(&url(future.await)).await;
    assert_eq!(error.code, Code::CertificateExpired, "also where it goes wrong: {error:?}");
    assert!(error.retryable, "once it is mended the same button asks again");
}

#[tokio::test]
async fn what_speaks_no_tls_is_no_certificate_s_fault() {
    let at = answering("HTTP/1.1 302 Found\r\nlocation: http://sign-in.example\r\n\r\n").await;
    let error = directly(&format!("https://{at}/")).await;
    assert_eq!(error.code, Code::TlsFailed, "a sign-in page of the network: {error:?}");
}

#[tokio::test]
async fn a_proxy_that_asks_refuses_or_is_not_there_is_told_apart() {
    let asks = "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm=\"x\"\r\n\r\n";
    assert_eq!(through(answering(asks).await).await.code, Code::ProxySignIn, "a name and a password are wanted");
    for refusal in ["HTTP/1.1 403 Forbidden\r\n\r\n", "HTTP/1.1 502 Bad Gateway\r\n\r\n", "no HTTP at all\r\n\r\n"] {
        assert_eq!(
            through(answering(refusal).await).await.code,
            Code::ProxyRefused,
            "{refusal}: it lets nobody through"
        );
    }
    assert_eq!(through(closed().await).await.code, Code::ProxyUnreachable, "another network's proxy, most likely");
    assert_eq!(through(answering("").await).await.code, Code::ProxyUnreachable, "one that hangs up is none");
}

#[tokio::test]
async fn what_breaks_off_was_there_and_is_asked_for_again_by_rest() {
    let at = answering("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await;
    let url = format!("http://{at}/");
    let client = Client::builder().no_proxy().build().expect("a client");
    let answer = client.get(&url).send().await.expect("its head comes");
    let error = of_transport("HOST", &answer.bytes().await.expect_err("its body does not"));
    assert_eq!(error.code, Code::Interrupted, "the connection was there: {error:?}");

    let http = Http::new(Limits::default(), Arc::new(|| Millis(0))).expect("a client");
    let here = Destination::on_this_machine(&url.parse().expect("an address")).expect("this machine's");
    let request = http.request(reqwest::Method::GET, &here).expect("it is allowed");
    let error = http.send("HOST", request).await.err().expect("it breaks off");
    assert_eq!((error.code, error.retryable), (Code::Offline, true), "no answer of Copilot's broke here: {error:?}");
}
