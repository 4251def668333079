//! How a person becomes an account.

mod step;

pub use step::SignInStep;
