//! Why a request got no answer, or no whole one, told apart where a person has to do something different. For REST and
//! for chat alike; the errors' types decide where they have some, never a sentence in the system's language.

use std::error::Error as StdError;
use std::io;

use rustls::{CertificateError, Error as TlsError};

use crate::error::{Code, Error};

/// What its tunnel through a proxy failed of has no public type: the client writes it in these English words, always.
const TUNNEL: &str = "tunnel error: ";

/// What became of a request that got no (whole) answer; `host` is for the words. Its `reason`, the innermost cause, names
/// no address. Everything but a fault of ours is worth another try once something was done about it.
pub(crate) fn of_transport(host: &str, error: &reqwest::Error) -> Error {
    let code = code_of(error);
    let error = Error::new(code).with("host", host).with("reason", innermost(error));
    if code == Code::Internal { error } else { error.retryable() }
}

fn code_of(error: &reqwest::Error) -> Code {
    if error.is_builder() {
        return Code::Internal;
    }
    if let Some(code) = causes(error).find_map(of_cause) {
        return code;
    }
    // Below the tunnel, or without one. A host that lets nobody in does not answer either.
    if error.is_dns() {
        Code::HostNotFound
    } else if error.is_timeout() {
        Code::TimedOut
    } else if error.is_connect() {
        Code::Offline
    } else {
        Code::Interrupted
    }
}

fn of_cause(cause: &(dyn StdError + 'static)) -> Option<Code> {
    if let Some(tls) = cause.downcast_ref::<TlsError>() {
        return Some(of_tls(tls));
    }
    let text = cause.to_string();
    let tunnel = text.strip_prefix(TUNNEL)?;
    Some(match tunnel {
        "proxy authorization required" => Code::ProxySignIn,
        "failed to create underlying connection" | "io error establishing tunnel" | "unexpected end of file" => {
            Code::ProxyUnreachable
        }
        _ => Code::ProxyRefused,
    })
}

fn of_tls(error: &TlsError) -> Code {
    match error {
        TlsError::InvalidCertificate(
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. },
        ) => Code::CertificateExpired,
        TlsError::InvalidCertificate(_) => Code::CertificateUntrusted,
        _ => Code::TlsFailed,
    }
}

/// The error's causes, outermost first. What an `io::Error` was made of is not among its sources and is looked at all
/// the same.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&cause| below(cause))
}

fn below<'a>(cause: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => cause.source(),
    }
}

pub(super) fn innermost(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| "unknown".to_owned(), ToString::to_string)
}

#[cfg(test)]
#[path = "transport_tests.rs"]
mod tests;
