//! The models on offer: several makers, both endpoints, one that a policy forbids, one that nobody has enabled yet, one
//! that no picker shows, one that looks at no pictures; some that can be told how hard to think, some with something to say about themselves.

use serde_json::{Value, json};

/// Tokens in a billing batch.
pub(super) const BATCH: u64 = 1_000_000;

/// What auto mode picks from, the first first.
pub(super) const AUTO: [&str; 2] = ["claude-sonnet-4.5", "gpt-5-mini"];

/// One model.
pub(super) struct Model {
    pub(super) id: &'static str,
    name: &'static str,
    vendor: &'static str,
    family: &'static str,
    /// The only endpoint that serves it.
    pub(super) endpoint: &'static str,
    /// Premium requests that a question costs.
    pub(super) multiplier: f64,
    /// For a batch, in billionths of an AI credit.
    pub(super) input_price: u64,
    /// For a batch, in billionths of an AI credit.
    pub(super) output_price: u64,
    context: u64,
    output: u64,
    category: &'static str,
    price_category: &'static str,
    efforts: &'static [&'static str],
    /// How many pictures it looks at with one question.
    pub(super) pictures: u64,
    preview: bool,
    picker: bool,
    /// `enabled`, `disabled` by an administrator, or `unconfigured`: nobody has said yes to it yet.
    policy: &'static str,
    /// What the service says about it: a code, a text, and whether it is a warning.
    message: Option<(&'static str, &'static str, bool)>,
}

/// Pictures that most take with one question, and the size of each in bytes.
const MOST_PICTURES: u64 = 5;
const LARGEST_PICTURE: u64 = 3_145_728;

const CREDIT: u64 = 1_000_000_000;
const CHAT: &str = "/chat/completions";
const RESPONSES: &str = "/responses";

const MODELS: [Model; 8] = [
    Model {
        id: "claude-sonnet-4.5",
        name: "Claude Sonnet 4.5",
        vendor: "Anthropic",
        family: "claude-sonnet-4.5",
        endpoint: CHAT,
        multiplier: 1.0,
        input_price: 300 * CREDIT,
        output_price: 1_500 * CREDIT,
        context: 200_000,
        output: 32_000,
        category: "versatile",
        price_category: "medium",
        efforts: &[],
        pictures: MOST_PICTURES,
        preview: false,
        picker: true,
        policy: "enabled",
        message: None,
    },
    Model {
        id: "gpt-5.1",
        name: "GPT-5.1",
        vendor: "OpenAI",
        family: "gpt-5.1",
        endpoint: RESPONSES,
        multiplier: 1.0,
        input_price: 125 * CREDIT,
        output_price: 1_000 * CREDIT,
        context: 264_000,
        output: 64_000,
        category: "versatile",
        price_category: "medium",
        efforts: &["low", "medium", "high"],
        pictures: MOST_PICTURES,
        preview: false,
        picker: true,
        policy: "enabled",
        message: None,
    },
    Model {
        id: "gpt-5-mini",
        name: "GPT-5 mini",
        vendor: "Azure OpenAI",
        family: "gpt-5-mini",
        endpoint: CHAT,
        multiplier: 0.0,
        input_price: 25 * CREDIT,
        output_price: 200 * CREDIT,
        context: 264_000,
        output: 64_000,
        category: "lightweight",
        price_category: "low",
        efforts: &["low", "medium", "high"],
        pictures: MOST_PICTURES,
        preview: false,
        picker: true,
        policy: "enabled",
        message: None,
    },
    Model {
        id: "claude-haiku-4.5",
        name: "Claude Haiku 4.5",
        vendor: "Anthropic",
        family: "claude-haiku-4.5",
        endpoint: CHAT,
        multiplier: 0.33,
        input_price: 100 * CREDIT,
        output_price: 500 * CREDIT,
        context: 200_000,
        output: 32_000,
        category: "lightweight",
        price_category: "low",
        efforts: &[],
        pictures: MOST_PICTURES,
        preview: false,
        picker: true,
        policy: "enabled",
        message: Some(("model_retiring", "Retires on 1 March. Claude Sonnet 4.5 takes its place.", true)),
    },
    Model {
        id: "gemini-3-pro-preview",
        name: "Gemini 3 Pro (Preview)",
        vendor: "Google",
        family: "gemini-3-pro",
        endpoint: CHAT,
        multiplier: 1.0,
        input_price: 200 * CREDIT,
        output_price: 1_200 * CREDIT,
        context: 128_000,
        output: 64_000,
        category: "powerful",
        price_category: "medium",
        efforts: &[],
        pictures: 0,
        preview: true,
        picker: true,
        policy: "enabled",
        message: Some(("model_new", "New here, and still changing.", false)),
    },
    Model {
        id: "claude-opus-4.5",
        name: "Claude Opus 4.5",
        vendor: "Anthropic",
        family: "claude-opus-4.5",
        endpoint: CHAT,
        multiplier: 3.0,
        input_price: 500 * CREDIT,
        output_price: 2_500 * CREDIT,
        context: 200_000,
        output: 32_000,
        category: "powerful",
        price_category: "high",
        efforts: &[],
        pictures: MOST_PICTURES,
        preview: false,
        picker: true,
        policy: "disabled",
        message: None,
    },
    Model {
        id: "grok-code-2",
        name: "Grok Code 2",
        vendor: "xAI",
        family: "grok-code",
        endpoint: CHAT,
        multiplier: 0.25,
        input_price: 20 * CREDIT,
        output_price: 150 * CREDIT,
        context: 128_000,
        output: 64_000,
        category: "lightweight",
        price_category: "low",
        efforts: &["low", "high"],
        pictures: MOST_PICTURES,
        preview: false,
        picker: true,
        policy: "unconfigured",
        message: None,
    },
    Model {
        id: "gpt-4o-mini",
        name: "GPT-4o mini",
        vendor: "Azure OpenAI",
        family: "gpt-4o-mini",
        endpoint: CHAT,
        multiplier: 0.0,
        input_price: 0,
        output_price: 0,
        context: 128_000,
        output: 4_096,
        category: "lightweight",
        price_category: "low",
        efforts: &[],
        pictures: MOST_PICTURES,
        preview: false,
        picker: false,
        policy: "enabled",
        message: None,
    },
];

pub(super) fn get(id: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.id == id)
}

/// As `/models` lists them.
pub(super) fn list() -> Vec<Value> {
    MODELS.iter().map(Model::listed).collect()
}

impl Model {
    /// Whether it answers.
    pub(super) fn is_enabled(&self) -> bool {
        self.policy == "enabled"
    }

    fn listed(&self) -> Value {
        let mut supports = json!({
            "streaming": true,
            "tool_calls": true,
            "parallel_tool_calls": true,
            "structured_outputs": true,
            "vision": self.pictures > 0,
        });
        if !self.efforts.is_empty() {
            supports["reasoning_effort"] = json!(self.efforts);
        }
        let mut limits = json!({
            "max_context_window_tokens": self.context,
            "max_prompt_tokens": self.context - self.output,
            "max_output_tokens": self.output,
        });
        if self.pictures > 0 {
            limits["vision"] = json!({
                "max_prompt_image_size": LARGEST_PICTURE,
                "max_prompt_images": self.pictures,
                "supported_media_types": ["image/jpeg", "image/png", "image/webp"],
            });
        }
        let mut listed = json!({
            "id": self.id,
            "name": self.name,
            "vendor": self.vendor,
            "version": self.id,
            "object": "model",
            "preview": self.preview,
            "is_chat_default": self.id == MODELS[0].id,
            "is_chat_fallback": self.id == "gpt-5-mini",
            "model_picker_enabled": self.picker,
            "model_picker_category": self.category,
            "model_picker_price_category": self.price_category,
            "supported_endpoints": [self.endpoint],
            "policy": {
                "state": self.policy,
                "terms": format!("Enable access to {} from {}.", self.name, self.vendor),
            },
            "billing": {
                "is_premium": self.multiplier > 0.0,
                "multiplier": self.multiplier,
                "token_prices": {
                    "batch_size": BATCH,
                    "input_price": self.input_price,
                    "output_price": self.output_price,
                    "cache_price": self.input_price / 10,
                },
            },
            "capabilities": {
                "object": "model_capabilities",
                "type": "chat",
                "family": self.family,
                "tokenizer": "o200k_base",
                "limits": limits,
                "supports": supports,
            },
        });
        if let Some((code, message, warning)) = self.message {
            let kind = if warning { "warning_messages" } else { "info_messages" };
            listed[kind] = json!([{ "code": code, "message": message }]);
        }
        if !self.efforts.is_empty() {
            listed["default_reasoning_effort"] = json!(self.efforts[self.efforts.len() / 2]);
        }
        listed
    }
}
