//! A person's picture, fetched once and kept: the window loads nothing remote.

use url::Url;

use super::GitHub;
use crate::http::host_of;

/// The largest picture that is kept, in bytes.
const LARGEST: usize = 256 * 1024;

/// A picture in a format that a web view shows and that cannot carry a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    /// The file as it came.
    pub bytes: Vec<u8>,
    /// Its type, by its first bytes: what a server says of it proves nothing.
    pub mime: &'static str,
}

impl GitHub {
    /// The picture at this address, sent for without a token. None when it cannot be had, is too large or is no
    /// picture: nothing hangs on it.
    pub async fn avatar(&self, address: &str) -> Option<Avatar> {
        let mut url = Url::parse(address).ok().filter(|url| self.endpoints.may_name_avatar(url))?;
        if host_of(&url) == "avatars.githubusercontent.com" {
            url.query_pairs_mut().append_pair("s", "96"); // twice the largest size it is shown in
        }
        let answer = self.http.get(&url, LARGEST).await.ok()?;
        if !answer.status.is_success() {
            return None;
        }
        let mime = mime_of(&answer.body)?;
        Some(Avatar { bytes: answer.body.to_vec(), mime })
    }
}

fn mime_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_bytes() {
        assert_eq!(mime_of(b"\x89PNG\r\n\x1a\n"), Some("image/png"), "a PNG");
        assert_eq!(mime_of(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"), "a WebP");
        assert_eq!(mime_of(b"<svg onload=alert(1)>"), None, "an SVG can carry a script");
        assert_eq!(mime_of(b"<!doctype html>"), None, "a page is no picture");
        assert_eq!(mime_of(b""), None, "nothing is no picture");
    }
}
