//! How an account stays one: its next token, got with the refresh token where it has one.

use std::sync::Arc;

use async_trait::async_trait;

use super::token_address;
use crate::accounts::{AccountId, Renewal, TokenRecord};
use crate::config::OAuthClient;
use crate::error::Result;
use crate::github::{Host, Hosts};
use crate::http::Clock;

/// Refreshes at the account's own host, as the client that the token was made for.
pub struct OAuthRenewal {
    hosts: Hosts,
    /// The clients that are configured, with their hosts.
    clients: Vec<(Host, OAuthClient)>,
    clock: Clock,
}

impl OAuthRenewal {
    /// With these hosts and their clients.
    pub fn new(hosts: Hosts, clients: Vec<(Host, OAuthClient)>, clock: Clock) -> Arc<Self> {
        Arc::new(Self { hosts, clients, clock })
    }
}

#[async_trait]
impl Renewal for OAuthRenewal {
    async fn renew(&self, account: &AccountId, record: &TokenRecord) -> Result<TokenRecord> {
        let github = self.hosts.named(account.host())?;
        let endpoints = github.endpoints();
        // A secret belongs to its id: another client's is never sent along.
        let client =
            self.clients.iter().find(|(host, client)| host == endpoints.host() && client.id == record.client_id);
        let secret = client.and_then(|(_, client)| client.secret.as_ref());
        token_address::refresh(github.http(), endpoints, secret, record, (self.clock)()).await
    }
}

#[cfg(test)]
#[path = "renewal_tests.rs"]
mod tests;
