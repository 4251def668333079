//! The account's Copilot record: what it may use and where.
//!
//! `GET /copilot_internal/user` is not documented. Everything but the endpoint is passed on as it came; the endpoint
//! decides where a token goes, so it is checked.

use reqwest::{Method, StatusCode};
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use super::GitHub;
use crate::error::{Code, Error, Result};

/// What GitHub says of an account's Copilot.
#[derive(Clone, Debug, PartialEq)]
pub struct CopilotUser {
    /// The record as it came, for the runtime.
    pub record: Value,
    /// Where the account's Copilot requests go: checked against the account's host, or the configured replacement.
    pub endpoint: Url,
    /// The plan's name, for display; unreliable as a sign of access.
    pub plan: Option<String>,
}

impl GitHub {
    /// The Copilot record of the token's account. `NoCopilot` when it has no access, `SignInNeeded` when GitHub itself
    /// refuses the token, `AnswerUnexpected` when the record names an endpoint that no token of this host may go to.
    pub async fn copilot_user(&self, token: &SecretString) -> Result<CopilotUser> {
        let url = self.endpoints.api(&["copilot_internal", "user"]);
        let answer = self.send(self.authorized(Method::GET, &url, token)?, &url).await?;
        if answer.status == StatusCode::NOT_FOUND && answer.is_from_github() {
            return Err(Error::new(Code::NoCopilot));
        }
        answer.success()?;
        let record: Value = serde_json::from_slice(&answer.body).map_err(|_| answer.unexpected())?;
        if !record.is_object() {
            return Err(answer.unexpected());
        }
        // `copilot_plan` still reads "individual" without access; only this field tells.
        if record["access_type_sku"] == "no_access" {
            return Err(Error::new(Code::NoCopilot));
        }
        let endpoint = self.copilot_endpoint(&record).ok_or_else(|| answer.unexpected())?;
        let plan = record["copilot_plan"].as_str().map(str::to_owned);
        Ok(CopilotUser { record, endpoint, plan })
    }

    fn copilot_endpoint(&self, record: &Value) -> Option<Url> {
        if let Some(configured) = &self.copilot_api {
            return Some(configured.clone());
        }
        match &record["endpoints"]["api"] {
            Value::Null => self.endpoints.default_copilot(),
            named => Url::parse(named.as_str()?).ok().filter(|url| self.endpoints.may_name_copilot(url)),
        }
    }
}
