//! The headless desktop: a private Linux desktop session for each story, with a real browser, a real
//! keychain and the app's own window driven from outside. Linux and X11 only; knows nothing of
//! Wingman but its URL scheme and the place where artifacts go.
//!
//! ```no_run
//! # async fn story() -> anyhow::Result<()> {
//! use wingman_headless::{Desktop, Options};
//!
//! let desktop = Desktop::start(Options::new("first-sign-in").trust("http://127.0.0.1:4000", "dev.wingman.desktop")).await?;
//! let app = desktop.app("target/debug/wingman").env("WINGMAN_CONFIG", "config.toml").start().await?;
//! app.button("Sign in with GitHub").click().await?;
//! desktop.browser().await?.button("Authorize").click().await?;
//! app.textbox("Message").fill("Hello").await?;
//! app.press("Enter").await?;
//! app.log("Conversation").article("Copilot").last().wait_text("Hello").await?;
//! assert_eq!(desktop.secret("dev.wingman.desktop", "github.com/1").await?.as_deref(), Some("gho_…"));
//! app.close().await?;
//! # Ok(()) }
//! ```
//!
//! Everything ends when the [`Desktop`] is dropped, also on a panic or when the test is killed: the
//! session lives in a process namespace of its own (as root), or is found by a mark in its environment.

mod accessibility;
mod app;
mod artifacts;
mod browser;
mod desktop;
mod driver;
mod folders;
mod input_method;
mod keychain;
mod links;
mod locator;
mod memory;
mod notifications;
mod options;
mod page;
mod processes;
mod programs;
mod screen;
mod search;
mod session;
mod system_calls;
mod tray;
mod wait;

pub use accessibility::{Element, Heard, ScreenReader, Urgency};
pub use app::{App, Launch, Program, built};
pub use artifacts::artifacts_folder;
pub use atspi::{Role, State};
pub use browser::Browser;
pub use desktop::Desktop;
pub use input_method::{Area, InputMethod};
pub use locator::Locator;
pub use notifications::{Notifications, Shown};
pub use options::{Isolation, Keychain, Options, Theme};
pub use page::Page;
pub use screen::Window;
pub use search::{Needles, Trace};
pub use system_calls::SystemCalls;
pub use tray::Tray;
