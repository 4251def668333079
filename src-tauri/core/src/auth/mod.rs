//! How a person becomes an account: the authorization attempt, its callback, and the exchange.
//!
//! [`SignIn`] is a state machine without I/O; time and random bytes are passed in. [`finish`] does what goes over the
//! network once a callback fits. Knows `github` and `accounts`, no window.

mod attempt;
mod callback;
mod exchange;
mod flow;
mod step;

pub use attempt::{Authorization, Exchange, Moment, SignIn, Verdict};
pub use flow::{Scopes, SignedIn, finish};
pub use step::SignInStep;
