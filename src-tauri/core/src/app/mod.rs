//! The whole application as one value: the rooms wired together, and its state for the window.

mod state;

pub use state::{AppEvent, AppState, Diagnostics, KeychainState, Language, Phase, Settings, Theme};
