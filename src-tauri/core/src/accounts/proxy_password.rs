//! The password that a proxy asks for: an entry of the keychain beside the accounts'.

use secrecy::SecretString;

use super::Vault;
use crate::desktop::KeychainFailure;

impl Vault {
    /// The password under this entry; none where the keychain has none. Without it Wingman goes on, and the proxy says
    /// that it wants one.
    pub async fn proxy_password(&self, entry: &str) -> Option<SecretString> {
        match self.read(entry, self.limit()).await {
            Ok(Some(password)) => Some(password),
            Ok(None) | Err(KeychainFailure::Damaged | KeychainFailure::Absent) => {
                tracing::warn!("the keychain has no password for the proxy");
                None
            }
            Err(failure) => {
                tracing::warn!(%failure, "the proxy's password could not be read");
                None
            }
        }
    }
}
