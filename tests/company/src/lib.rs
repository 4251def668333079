//! A company's network: an authority of its own, servers behind its certificates, and a real proxy that asks for a name
//! and a password. What lies beyond the proxy is here, too, so no test needs the internet, or a name server.
//!
//! OpenSSL plays the other end of TLS: another implementation than the app's, and one that can still speak TLS 1.1.

mod authority;
mod outside;
mod proxy;

pub use authority::{Authority, Identity};
pub use outside::{Outside, Server};
pub use proxy::Tinyproxy;
