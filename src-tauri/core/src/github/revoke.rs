//! Making a token worthless at GitHub.

use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::GitHub;
use crate::error::Result;

impl GitHub {
    /// Revokes the token: with the client's secret where there is one (`DELETE /applications/{client_id}/token`), else
    /// by the call that needs no sign-in (`POST /credentials/revoke`). A token that is dead already counts as revoked.
    pub async fn revoke(&self, client_id: &str, secret: Option<&SecretString>, token: &SecretString) -> Result<()> {
        self.revoke_with(client_id, secret, token, None).await
    }

    /// The same, with the refresh token that came with it where there is no secret: an access token that has ended by
    /// itself leaves its refresh token alive.
    pub async fn revoke_with(
        &self,
        client_id: &str,
        secret: Option<&SecretString>,
        token: &SecretString,
        refresh: Option<&SecretString>,
    ) -> Result<()> {
        // The bodies are made here and sent at once; the token stands in them, so they are never kept or printed.
        let (request, url) = if let Some(secret) = secret {
            let url = self.endpoints.api(&["applications", client_id, "token"]);
            let request = self
                .rest(Method::DELETE, &url)?
                .basic_auth(client_id, Some(secret.expose_secret()))
                .json(&json!({ "access_token": token.expose_secret() }));
            (request, url)
        } else {
            let url = self.endpoints.api(&["credentials", "revoke"]);
            let credentials: Vec<_> = std::iter::once(token).chain(refresh).map(ExposeSecret::expose_secret).collect();
            let body = json!({ "credentials": credentials });
            (self.rest(Method::POST, &url)?.json(&body), url)
        };
        let answer = self.send(request, &url).await?;
        // 404 from GitHub itself, with the client's own credentials: there is no such token (any more).
        if secret.is_some() && answer.status == StatusCode::NOT_FOUND && answer.is_from_github() {
            return Ok(());
        }
        answer.success()
    }
}
