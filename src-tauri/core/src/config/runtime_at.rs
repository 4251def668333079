//! Where the Copilot runtime is: in this process, or a server that a company shares.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Where the Copilot runtime is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuntimeAt {
    /// In this process.
    #[default]
    InProcess,
    /// A Copilot server that many share, or this machine's end of the tunnel to it.
    Shared {
        /// This machine: its protocol is plain TCP and carries tokens.
        host: IpAddr,
        /// The server's port, or the tunnel's.
        port: u16,
    },
}

impl RuntimeAt {
    /// What a configuration may say, and why nothing else.
    pub(super) const EXPECTED: &str = "\"in-process\", or \"tcp://127.0.0.1:PORT\" (also [::1] and localhost): the \
                                       protocol is plain TCP and carries tokens, so a server elsewhere is reached \
                                       through a TLS tunnel that ends on this machine";

    /// Reads the configured text; none when it is anything but [`Self::EXPECTED`].
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "in-process" {
            return Some(Self::InProcess);
        }
        let (host, port) = text.strip_prefix("tcp://")?.rsplit_once(':')?;
        let host = match host {
            // The name is not looked up: what it stands for must not hang on a file that others may write.
            "127.0.0.1" | "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
            "[::1]" => IpAddr::V6(Ipv6Addr::LOCALHOST),
            _ => return None,
        };
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = port.parse().ok().filter(|port| digits && *port > 0)?;
        Some(Self::Shared { host, port })
    }

    /// The shared server's address; none in process.
    pub const fn address(&self) -> Option<SocketAddr> {
        match *self {
            Self::InProcess => None,
            Self::Shared { host, port } => Some(SocketAddr::new(host, port)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_runtime_is_on_this_machine() {
        for (text, address) in [
            ("tcp://127.0.0.1:4100", "127.0.0.1:4100"),
            ("tcp://localhost:4100", "127.0.0.1:4100"),
            ("tcp://[::1]:65535", "[::1]:65535"),
        ] {
            let at = RuntimeAt::parse(text).and_then(|at| at.address()).map(|address| address.to_string());
            assert_eq!(at.as_deref(), Some(address), "{text} is this machine, under one name in the keychain");
        }
        assert_eq!(RuntimeAt::parse("in-process"), Some(RuntimeAt::InProcess), "and the default can be said");
    }

    #[test]
    fn nothing_else_is_a_place_for_tokens() {
        for text in [
            "",
            "tcp",
            "In-Process",
            "tcp://copilot.corp.example:4100",
            "tcp://10.0.0.7:4100",
            "tcp://0.0.0.0:4100",
            "tcp://127.0.0.1.example.com:4100",
            "tcp://127.0.0.1@evil.example:4100",
            "tcp://user@127.0.0.1:4100",
            "tcp://localhost.:4100",
            "tcp://[::ffff:127.0.0.1]:4100",
            "tcp://::1:4100",
            "tcp://127.0.0.1",
            "tcp://127.0.0.1:",
            "tcp://127.0.0.1:0",
            "tcp://127.0.0.1:+80",
            "tcp://127.0.0.1:65536",
            "tcp://127.0.0.1:4100/",
            "tcp://127.0.0.1:4100?token=x",
            " tcp://127.0.0.1:4100",
            "http://127.0.0.1:4100",
        ] {
            assert_eq!(RuntimeAt::parse(text), None, "{text:?} could carry tokens off this machine, or is a slip");
        }
    }
}
