//! What an entry of the list of models says beside its name and its price.
//!
//! Read leniently, field by field: one that is not as expected is as if it were not there, and costs nobody a model.
//! The endpoint writes names with underscores, a shared runtime in camel case; both mean the same.

use serde_json::Value;

use super::model::{Model, ModelNotice, Pictures, Withheld};

/// More than any notice is long, in characters.
const LONGEST_NOTICE: usize = 600;

/// Fills in what the entry says.
pub(super) fn describe(entry: &Value, model: &mut Model) {
    let limits = &entry["capabilities"]["limits"];
    model.context = tokens(&limits["max_context_window_tokens"]);
    model.vision = entry["capabilities"]["supports"]["vision"] == true || limits["vision"].is_object();
    model.pictures = pictures(&limits["vision"]);
    model.prompt_tokens = tokens(&limits["max_prompt_tokens"]);
    model.efforts = [
        &entry["capabilities"]["supports"]["reasoning_effort"],
        &entry["supported_reasoning_efforts"],
        &entry["supportedReasoningEfforts"],
    ]
    .into_iter()
    .map(words)
    .find(|words| !words.is_empty())
    .unwrap_or_default();
    let default = word(entry, "default_reasoning_effort", "defaultReasoningEffort");
    model.default_effort = default.filter(|default| model.efforts.contains(default));
    model.category = word(entry, "model_picker_category", "modelPickerCategory");
    model.preview = entry["preview"] == true;
    model.notices = notices(entry);
}

/// Why GitHub's policy withholds the model of this state; none when it may be used. A state that is not known is not
/// allowed.
pub(super) fn withheld(state: Option<&str>) -> Option<Withheld> {
    match state {
        None | Some("enabled") => None,
        Some("unconfigured") => Some(Withheld::NotEnabled),
        Some(_) => Some(Withheld::Disabled),
    }
}

fn pictures(limits: &Value) -> Pictures {
    Pictures {
        most: tokens(&limits["max_prompt_images"]),
        largest: tokens(&limits["max_prompt_image_size"]),
        media_types: words(&limits["supported_media_types"]),
    }
}

fn notices(entry: &Value) -> Vec<ModelNotice> {
    let of = |snake: &str, camel: &str, warning: bool| {
        let messages = entry[snake].as_array().or_else(|| entry[camel].as_array());
        let texts = messages.into_iter().flatten().filter_map(|message| message["message"].as_str());
        texts.map(|text| notice(text, warning)).collect::<Vec<_>>()
    };
    let retention = ["/warning_text/data_retention", "/warningText/dataRetention"];
    let mut notices = of("warning_messages", "warningMessages", true);
    notices.extend(
        retention.iter().find_map(|at| entry.pointer(at).and_then(Value::as_str)).map(|text| notice(text, true)),
    );
    notices.extend(of("info_messages", "infoMessages", false));
    notices.retain(|notice| !notice.text.is_empty());
    notices
}

fn notice(text: &str, warning: bool) -> ModelNotice {
    ModelNotice { warning, text: plain(text).trim().chars().take(LONGEST_NOTICE).collect() }
}

/// The words without the addresses of Markdown links: nothing in a list of models leads anywhere.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        plain.push_str(before);
        let parts = link.split_once("](").and_then(|(words, more)| Some((words, more.split_once(')')?.1)));
        match parts {
            Some((words, after)) if !words.contains(['[', ']']) => {
                plain.push_str(words);
                rest = after;
            }
            _ => {
                plain.push('[');
                rest = link;
            }
        }
    }
    plain + rest
}

fn word(entry: &Value, snake: &str, camel: &str) -> Option<String> {
    let word = entry[snake].as_str().or_else(|| entry[camel].as_str())?;
    (!word.is_empty()).then(|| word.to_owned())
}

fn words(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn tokens(count: &Value) -> Option<u32> {
    count.as_u64().filter(|count| *count > 0).map(|count| u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn described(entry: &Value) -> Model {
        let mut model = Model::default();
        describe(entry, &mut model);
        model
    }

    #[test]
    fn an_entry_says_what_a_model_can_do() {
        let model = described(&json!({
            "preview": true, "model_picker_category": "powerful", "default_reasoning_effort": "medium",
            "capabilities": {
                "limits": { "max_context_window_tokens": 264_000 },
                "supports": { "vision": true, "reasoning_effort": ["low", "medium", "high"] },
            },
            "warning_messages": [{ "code": "retiring", "message": "Goes away in May." }],
            "warning_text": { "data_retention": "Kept for [30 days](https://example.com/kept)." },
            "info_messages": [{ "code": "new", "message": "New here." }],
        }));
        assert_eq!((model.context, model.vision, model.preview), (Some(264_000), true, true), "as the entry says");
        assert_eq!(model.efforts, ["low", "medium", "high"], "in the list's order, from little to much");
        assert_eq!(model.default_effort.as_deref(), Some("medium"), "what it does by itself");
        assert_eq!(model.category.as_deref(), Some("powerful"), "the list's own word");
        let told: Vec<_> = model.notices.iter().map(|it| (it.warning, it.text.as_str())).collect();
        let expected = [(true, "Goes away in May."), (true, "Kept for 30 days."), (false, "New here.")];
        assert_eq!(told, expected, "warnings first, and no address in a picker");
    }

    #[test]
    fn what_a_model_takes_of_pictures_is_read_from_its_record() {
        let model = described(&json!({ "capabilities": { "limits": { "max_prompt_tokens": 168_000, "vision": {
            "max_prompt_images": 5, "max_prompt_image_size": 3_145_728, "supported_media_types": ["image/png"] } } } }));
        let told = Pictures { most: Some(5), largest: Some(3_145_728), media_types: vec!["image/png".to_owned()] };
        assert_eq!((model.vision, model.pictures), (true, told), "limits for pictures mean that there may be some");
        assert_eq!(model.prompt_tokens, Some(168_000), "text counts against this");
        let unlimited = described(&json!({ "capabilities": { "supports": { "vision": true } } }));
        assert_eq!((unlimited.vision, unlimited.pictures), (true, Pictures::default()), "it takes what comes");
    }

    #[test]
    fn a_shared_runtime_writes_the_same_in_its_own_way() {
        let model = described(&json!({
            "supportedReasoningEfforts": ["low", "high"], "defaultReasoningEffort": "low",
            "modelPickerCategory": "lightweight", "infoMessages": [{ "code": "a", "message": "A." }],
            "capabilities": { "supports": { "reasoning_effort": true, "vision": false } },
        }));
        assert_eq!(model.efforts, ["low", "high"], "a bare yes names no levels, the other field does");
        assert_eq!((model.default_effort.as_deref(), model.category.as_deref()), (Some("low"), Some("lightweight")));
        assert_eq!(model.notices.len(), 1, "and its notices");
    }

    #[test]
    fn what_is_odd_is_as_if_it_were_not_there() {
        let model = described(&json!({
            "preview": "yes", "default_reasoning_effort": "huge", "info_messages": "none", "warning_messages": [7],
            "capabilities": { "limits": { "max_context_window_tokens": "many" }, "supports": [] },
        }));
        assert_eq!(model, Model::default(), "an odd field must not cost a person the model");
        assert_eq!(plain("a [b] (c) [d](e"), "a [b] (c) [d](e", "what is no link stays as it is");
    }

    #[test]
    fn an_unknown_state_is_not_an_allowed_one() {
        assert_eq!(withheld(None), None, "no policy, no limit");
        assert_eq!(withheld(Some("enabled")), None);
        assert_eq!(withheld(Some("unconfigured")), Some(Withheld::NotEnabled));
        assert_eq!(withheld(Some("something new")), Some(Withheld::Disabled), "asking it would be refused");
    }
}
