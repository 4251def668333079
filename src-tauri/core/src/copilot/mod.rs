//! The Copilot client in this process.

mod model;

pub use model::{Model, Models};
