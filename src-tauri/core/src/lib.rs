//! Everything Wingman knows, and nothing of the desktop it runs on.
//!
//! Knowledge runs one way: [`app`] wires the rooms; [`auth`] and [`copilot`] know [`github`] and [`accounts`];
//! [`chat`] knows `render`; `github` and `render` know nobody. What the core needs from the desktop comes in
//! through [`desktop::Desktop`], so every story also runs without a window.

#![forbid(unsafe_code)]

pub mod accounts;
pub mod app;
pub mod auth;
pub mod chat;
pub mod config;
pub mod copilot;
pub mod desktop;
pub mod error;
pub mod github;
pub mod http;
pub mod time;

pub use error::{Code, Error, Result};
