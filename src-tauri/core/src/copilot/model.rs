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
    /// What it takes of pictures; none when it takes none.
    pub vision: Option<Vision>,
    /// How much it reads at once, in tokens, when the list says so.
    pub prompt_tokens: Option<u32>,
}

/// What a model takes of pictures. A limit that the list does not name is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Vision {
    /// How many go with one question.
    pub most: Option<u32>,
    /// How large one may be, in bytes.
    pub largest: Option<u32>,
    /// The kinds that it takes, such as `image/png`; with none named, the common ones.
    pub media_types: Vec<String>,
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
