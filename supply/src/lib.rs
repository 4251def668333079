//! What Wingman is made of: every part that is shipped, with its licence, its texts, its hash and where it is from.
//!
//! Knows the lock files, the sources that cargo and npm fetched for them, and the Copilot runtime; never the network.
//! [`notices`] makes of it the list that people read under *About*, [`bill`] the bill of materials (CycloneDX), and
//! [`lock`] judges npm's lock files by rules of ours.

pub mod bill;
pub mod checkout;
mod crates;
pub mod lock;
mod native;
pub mod notices;
mod npm;
pub mod part;
mod runtime;
mod texts;

use anyhow::Result;

pub use checkout::Checkout;
pub use part::{Kind, Part};

/// Every part of what is shipped for the checkout's target, sorted by kind and name. Fails when one has no licence.
pub fn parts(checkout: &Checkout) -> Result<Vec<Part>> {
    let mut parts = crates::shipped(checkout)?;
    parts.extend(npm::shipped(checkout)?);
    parts.push(runtime::shipped(checkout)?);
    parts.extend(native::shipped(checkout, &parts)?);
    parts.sort_by(|one, other| {
        (one.kind, one.name.to_lowercase(), &one.version).cmp(&(other.kind, other.name.to_lowercase(), &other.version))
    });
    Ok(parts)
}
