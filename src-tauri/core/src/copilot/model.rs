//! Models as the window sees them.

use serde::Serialize;
use ts_rs::TS;

/// A model the account may use.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// What is sent.
    pub id: String,
    /// What is shown.
    pub name: String,
    /// Who makes it, when the list says so.
    pub vendor: Option<String>,
    /// What a request counts, where requests are counted.
    pub multiplier: Option<f64>,
    /// Credits for a million tokens of input, where tokens are priced.
    pub input_price: Option<f64>,
    /// Credits for a million tokens of output, where tokens are priced.
    pub output_price: Option<f64>,
}

/// What an account may choose from.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Models {
    /// In the order in which the account's list names them; only those whose policy allows them.
    pub models: Vec<Model>,
    /// The id that a new chat uses: the configured one when it is offered, else the first.
    pub default: Option<String>,
    /// The configured model when it is not offered: the window says which was chosen instead, and why.
    pub missing: Option<String>,
}
