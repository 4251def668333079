//! Everything Wingman knows, and nothing of the desktop it runs on.
//!
//! Knowledge runs one way: [`app`] wires the rooms; [`auth`] and [`copilot`] know [`github`] and [`accounts`];
//! [`chat`] knows `render` and [`attachments`]; `github`, `render` and `attachments` know nobody. What the core needs from the desktop comes in
//! through [`desktop::Desktop`], so every story also runs without a window.

#![forbid(unsafe_code)]

pub mod accounts;
pub mod app;
pub mod attachments;
pub mod auth;
pub mod chat;
pub mod config;
pub mod copilot;
pub mod desktop;
pub mod error;
pub mod github;
pub mod http;
pub mod licences;
pub mod passphrase;
pub mod render;
pub mod store;
pub mod time;

pub use error::{Code, Error, Result};
