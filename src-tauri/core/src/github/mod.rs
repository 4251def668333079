//! GitHub over HTTP: hosts, REST calls and their errors. Knows no account and no UI.

mod avatar;
mod client;
mod copilot_user;
mod endpoints;
mod host;
mod hosts;
mod organizations;
mod revoke;
mod secret_hosts;

#[cfg(test)]
mod client_tests;
#[cfg(test)]
pub(crate) mod fake_github;
#[cfg(test)]
mod organizations_tests;

pub use avatar::Avatar;
pub use client::{GitHub, User};
pub use copilot_user::{CopilotUser, NoAccess, Quota};
pub use endpoints::Endpoints;
pub use host::{Host, HostKind, HostRefused};
pub use hosts::{Hosts, Known, Others};
pub use organizations::{Membership, Organization, Organizations, Profile, Requirement, Unseen, is_organization};
