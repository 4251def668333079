//! The ways to become an account, as far as somebody may forbid them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A way to become an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Way {
    /// Through the browser and the deep link.
    #[default]
    Browser,
    /// With a code typed in at GitHub (the device flow, RFC 8628): for machines where the deep link cannot come back.
    Code,
    /// With a token that the person made and copied.
    Token,
}

impl Way {
    /// Every way, the one for nearly everybody first.
    pub const ALL: [Self; 3] = [Self::Browser, Self::Code, Self::Token];

    /// As it is written in a policy, and in an error.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Code => "code",
            Self::Token => "token",
        }
    }
}
