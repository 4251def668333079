//! Models as the window sees them.

use serde::Serialize;
use ts_rs::TS;

/// A model of the account's list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
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
    /// How many tokens a conversation with it can have, its answer included.
    pub context: Option<u32>,
    /// Whether it sees pictures.
    pub vision: bool,
    /// What it takes of them. For the core alone: the window is told what does not fit.
    #[serde(skip)]
    pub pictures: Pictures,
    /// How much it reads at once, in tokens, when the list says so.
    #[serde(skip)]
    pub prompt_tokens: Option<u32>,
    /// How hard it can be told to think, from little to much; empty where it cannot be told.
    pub efforts: Vec<String>,
    /// How hard it thinks by itself, when the list says so.
    pub default_effort: Option<String>,
    /// What it is good for, in the list's own word (`lightweight`, `versatile`, `powerful`).
    pub category: Option<String>,
    /// It may change or go away.
    pub preview: bool,
    /// What whoever serves it wants people to read.
    pub notices: Vec<ModelNotice>,
    /// Why it cannot be used, where it cannot.
    pub withheld: Option<Withheld>,
}

/// What a model takes of pictures. A limit that the list does not name is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pictures {
    /// How many go with one question.
    pub most: Option<u32>,
    /// How large one may be, in bytes.
    pub largest: Option<u32>,
    /// The kinds that it takes, such as `image/png`; with none named, the common ones.
    pub media_types: Vec<String>,
}

impl Model {
    /// How hard it is told to think. Where nobody chose, its own default is said: the runtime takes silence for what it
    /// was told before.
    pub(super) fn effort(&self, chosen: Option<&str>) -> Option<String> {
        let chosen = chosen.filter(|chosen| self.efforts.iter().any(|effort| effort == chosen));
        chosen.map(str::to_owned).or_else(|| self.default_effort.clone())
    }
}

/// What whoever serves a model wants people to read, in their words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ModelNotice {
    /// Something is to be minded; else it is only good to know.
    pub warning: bool,
    /// Plain text.
    pub text: String,
}

/// Why a model of the list cannot be used: the policy that GitHub keeps of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Withheld {
    /// It was switched off.
    Disabled,
    /// Nobody has switched it on yet.
    NotEnabled,
}

/// What an account may choose from.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Models {
    /// In the order in which the account's list names them; only those whose policy allows them.
    pub models: Vec<Model>,
    /// Those that the list names and GitHub's policy withholds, with why.
    pub withheld: Vec<Model>,
    /// Whether the choice may be left to Copilot, by the id `auto`.
    pub auto: bool,
    /// The id that a new chat uses: the account's own or the configured one when it is offered, else the first.
    pub default: Option<String>,
    /// The configured model when it is not offered: the window says which was chosen instead, and why.
    pub missing: Option<String>,
}
