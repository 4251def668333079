//! How a person becomes an account, how an account stays one, and what a company asks of it: the authorization attempt
//! and its callback, the code of the device flow, a token that the person made, the refresh, required organisations.
//!
//! [`SignIn`] is a state machine without I/O, as [`Gate`] is; time and random bytes are passed in. [`finish`], [`device`],
//! [`pasted`] and [`check`] do what goes over the network. Knows `github` and `accounts`, no window.

mod attempt;
mod callback;
pub mod device;
mod flow;
mod gate;
mod grace;
pub mod pasted;
mod renewal;
mod step;
mod token_address;

pub use attempt::{Aim, Authorization, Exchange, Moment, SignIn, Verdict, Who};
pub use flow::{Scopes, SignedIn, finish, identify};
pub use gate::{Reason, Refusal, Standing, check};
pub use grace::{Admission, Gate, Passed, retry_at};
pub use renewal::OAuthRenewal;
pub use step::{SignInRequest, SignInStep};

pub use crate::config::Way;
