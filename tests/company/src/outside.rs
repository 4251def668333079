//! Servers behind TLS. Each passes what it decrypts on to a plain server of this machine, and back.

use std::io::{self, BufRead as _, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use openssl::ssl::{SslAcceptor, SslMethod, SslStream, SslVersion};
use parking_lot::Mutex;

use crate::Identity;

/// How long one side is listened to before the other is.
const TURN: Duration = Duration::from_millis(5);

/// One TLS server on this machine.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    ended: Arc<AtomicBool>,
}

/// What a proxy finds beyond it: whoever is asked for (`CONNECT host:443`) answers, in each name that its certificate has.
#[derive(Debug)]
pub struct Outside {
    server: Server,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Speaks TLS 1.2 and newer, and passes everything on to `to`.
    pub fn start(identity: &Identity, to: SocketAddr) -> Result<Self> {
        Self::accepting(acceptor(identity, None)?, to, |stream| Ok(Some(stream)))
    }

    /// Speaks TLS 1.1 and nothing newer.
    pub fn of_yesterday(identity: &Identity, to: SocketAddr) -> Result<Self> {
        Self::accepting(acceptor(identity, Some(SslVersion::TLS1_1))?, to, |stream| Ok(Some(stream)))
    }

    /// The port on `localhost`.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    fn accepting(
        acceptor: SslAcceptor,
        to: SocketAddr,
        before: impl Fn(TcpStream) -> io::Result<Option<TcpStream>> + Send + Sync + 'static,
    ) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let (address, ended) = (listener.local_addr()?, Arc::<AtomicBool>::default());
        let (stop, acceptor, before) = (Arc::clone(&ended), Arc::new(acceptor), Arc::new(before));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (acceptor, before, stop) = (Arc::clone(&acceptor), Arc::clone(&before), Arc::clone(&stop));
                thread::spawn(move || {
                    // Whoever breaks off, or is refused, is told in TLS's own words; there is nobody else to tell.
                    if let Ok(Some(stream)) = before(stream)
                        && let Ok(encrypted) = acceptor.accept(stream)
                    {
                        let _ = pass(encrypted, to, &stop);
                    }
                });
            }
        });
        Ok(Self { address, ended })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // Wakes whoever waits for the next connection.
        let _ = TcpStream::connect(self.address);
    }
}

impl Outside {
    /// Everything that is asked for is at `to`.
    pub fn start(identity: &Identity, to: SocketAddr) -> Result<Self> {
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let heard = Arc::clone(&heads);
        let server = Server::accepting(acceptor(identity, None)?, to, move |stream| connect(stream, &heard))?;
        Ok(Self { server, heads })
    }

    /// The port that a proxy passes things on to.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// How every connection began: what the proxy asked for, with its headers.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().clone()
    }
}

/// Reads what a proxy asks for, and grants it.
fn connect(mut stream: TcpStream, heads: &Mutex<Vec<String>>) -> io::Result<Option<TcpStream>> {
    let mut head = String::new();
    // Byte by byte: what follows the head is TLS.
    let mut lines = BufReader::with_capacity(1, stream.try_clone()?);
    while !head.ends_with("\r\n\r\n") && !head.ends_with("\n\n") {
        if lines.read_line(&mut head)? == 0 {
            return Ok(None);
        }
    }
    let granted = head.starts_with("CONNECT ");
    heads.lock().push(head);
    let answer =
        if granted { "HTTP/1.1 200 Connection established\r\n\r\n" } else { "HTTP/1.1 400 Bad Request\r\n\r\n" };
    stream.write_all(answer.as_bytes())?;
    Ok(granted.then_some(stream))
}

fn acceptor(identity: &Identity, newest: Option<SslVersion>) -> Result<SslAcceptor> {
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    builder.set_private_key(&identity.key)?;
    builder.set_certificate(&identity.certificate)?;
    if newest.is_some() {
        // What is refused by default today.
        builder.set_cipher_list("DEFAULT@SECLEVEL=0")?;
        builder.clear_options(openssl::ssl::SslOptions::NO_TLSV1_1);
        builder.set_min_proto_version(Some(SslVersion::TLS1_1))?;
    }
    builder.set_max_proto_version(newest)?;
    Ok(builder.build())
}

/// Passes on in both directions until one side has ended.
fn pass(mut encrypted: SslStream<TcpStream>, to: SocketAddr, stop: &AtomicBool) -> io::Result<()> {
    let mut plain = TcpStream::connect(to)?;
    for stream in [encrypted.get_ref(), &plain] {
        stream.set_read_timeout(Some(TURN))?;
        stream.set_nodelay(true)?;
    }
    let mut piece = vec![0; 16 * 1024];
    while !stop.load(Ordering::Relaxed) {
        let ended = step(&mut encrypted, &mut plain, &mut piece)? || step(&mut plain, &mut encrypted, &mut piece)?;
        if ended {
            let _ = encrypted.shutdown();
            return Ok(());
        }
    }
    Ok(())
}

/// Passes on what has come; whether that was the end.
fn step(from: &mut impl Read, to: &mut impl Write, piece: &mut [u8]) -> io::Result<bool> {
    match from.read(piece) {
        Ok(0) => Ok(true),
        Ok(length) => to.write_all(&piece[..length]).map(|()| false),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}
