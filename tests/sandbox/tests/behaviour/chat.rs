//! Models and answers, in the wire format that the Copilot runtime reads.

use reqwest::Response;
use serde_json::{Value, json};
use wingman_sandbox::{Answer, Pace, Sandbox};

use super::{get, http, sandbox, token};

async fn ask(sandbox: &Sandbox, path: &str, body: Value) -> Response {
    let request = http().post(format!("{}{path}", sandbox.url())).bearer_auth(token(sandbox));
    request.json(&body).send().await.expect("the sandbox answers")
}

fn question(model: &str, text: &str) -> Value {
    json!({ "model": model, "stream": true, "messages": [{ "role": "user", "content": text }] })
}

/// The data of each event, in order.
async fn events(answer: Response) -> Vec<String> {
    let text = answer.text().await.expect("the stream ends well");
    text.lines().filter_map(|line| line.strip_prefix("data: ").map(str::to_owned)).collect()
}

fn parsed(events: &[String]) -> Vec<Value> {
    events.iter().filter_map(|event| serde_json::from_str(event).ok()).collect()
}

fn content(chunks: &[Value]) -> String {
    chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str()).collect()
}

#[tokio::test]
async fn chunks_come_in_order_and_end_with_reason_usage_and_done() {
    let sandbox = sandbox().await;
    let events = events(ask(&sandbox, "/chat/completions", question("claude-sonnet-4.5", "Hello, wing!")).await).await;
    assert_eq!(events.last().map(String::as_str), Some("[DONE]"), "the stream says that it is over");
    let chunks = parsed(&events);
    assert_eq!(content(&chunks), "You said: Hello, wing!", "the pieces make up the answer exactly");
    assert!(chunks.len() > 2, "it is streamed, not sent at once");
    assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant", "the first says who speaks");
    let last = chunks.last().unwrap();
    assert_eq!(last["choices"][0]["finish_reason"], "stop", "the last says why it ended");
    let usage = &last["usage"];
    assert_eq!(
        usage["total_tokens"].as_u64(),
        Some(usage["prompt_tokens"].as_u64().unwrap() + usage["completion_tokens"].as_u64().unwrap()),
        "the sum adds up"
    );
    assert!(last["copilot_usage"]["total_nano_aiu"].as_u64() > Some(0), "a premium model costs credits");
    for chunk in &chunks[..chunks.len() - 1] {
        assert_eq!(chunk["choices"][0]["finish_reason"], Value::Null, "only the last ends it");
        assert_eq!(chunk["id"], last["id"], "one answer has one id");
    }
}

#[tokio::test]
async fn responses_come_as_the_documented_sequence_of_events() {
    let sandbox = sandbox().await;
    let body = json!({
        "model": "gpt-5.1", "stream": true, "instructions": "Be kind.",
        "input": [{ "role": "user", "content": [{ "type": "input_text", "text": "你好，林薇" }] }],
    });
    let events = parsed(&events(ask(&sandbox, "/responses", body).await).await);
    let kinds: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    let mut order = kinds.clone();
    order.dedup();
    assert_eq!(
        order,
        [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed",
        ],
        "the runtime reads them in this order"
    );
    let numbers: Vec<u64> = events.iter().filter_map(|event| event["sequence_number"].as_u64()).collect();
    assert_eq!(numbers, (0..events.len() as u64).collect::<Vec<_>>(), "numbered without a gap");
    let deltas: String = events.iter().filter_map(|event| event["delta"].as_str()).collect();
    let whole = &events.last().unwrap()["response"];
    assert_eq!(deltas, "You said: 你好，林薇", "the pieces make up the answer");
    assert_eq!(whole["output"][0]["content"][0]["text"], deltas, "and the end repeats it whole");
    assert!(whole["usage"]["input_tokens"].as_u64() > Some(0), "usage comes with the end");
}

#[tokio::test]
async fn without_streaming_the_answer_comes_whole() {
    let sandbox = sandbox().await;
    let body = json!({ "model": "gpt-5-mini", "messages": [{ "role": "user", "content": "Hi" }] });
    let chat: Value = ask(&sandbox, "/chat/completions", body).await.json().await.unwrap();
    assert_eq!(chat["choices"][0]["message"]["content"], "You said: Hi", "the same answer");
    let response: Value =
        ask(&sandbox, "/responses", json!({ "model": "gpt-5.1", "input": "Hi" })).await.json().await.unwrap();
    assert_eq!(response["output"][0]["content"][0]["text"], "You said: Hi", "over both endpoints");
}

#[tokio::test]
async fn the_long_text_streams_in_exactly_1264_chunks_over_both_endpoints() {
    let sandbox = sandbox().await;
    let chunks = parsed(
        &events(ask(&sandbox, "/chat/completions", question("claude-sonnet-4.5", "A long text, please")).await).await,
    );
    let deltas = chunks.iter().filter(|chunk| chunk["choices"][0]["delta"]["content"].is_string());
    assert_eq!(deltas.count(), 1_264, "the figure that the targets name");
    let text = content(&chunks);
    assert!((24_000..27_000).contains(&text.len()), "about 25 KB, not {}", text.len());

    let body = json!({ "model": "gpt-5.1", "stream": true, "input": "long text" });
    let events = parsed(&events(ask(&sandbox, "/responses", body).await).await);
    let deltas: Vec<&str> = events.iter().filter_map(|event| event["delta"].as_str()).collect();
    assert_eq!(deltas.len(), 1_264, "the same over the other endpoint");
    assert_eq!(deltas.concat(), text, "and the same text each time");
}

#[tokio::test]
async fn the_model_remembers_what_this_request_carried_and_nothing_else() {
    let sandbox = sandbox().await;
    ask(&sandbox, "/chat/completions", question("gpt-5-mini", "I like owls")).await.text().await.unwrap();
    let mut body = json!({ "model": "gpt-5-mini", "messages": [
        { "role": "system", "content": "Be kind." },
        { "role": "user", "content": "<current_datetime>now</current_datetime>\n\nI like herons" },
        { "role": "assistant", "content": "You said: I like herons" },
        { "role": "user", "content": "What did I say first?" },
    ] });
    let remembered: Value = ask(&sandbox, "/chat/completions", body.clone()).await.json().await.unwrap();
    assert_eq!(
        remembered["choices"][0]["message"]["content"], "Before this you said:\n\n1. I like herons",
        "the memory is the request's own, without what the runtime wrapped around it"
    );
    body["messages"] = json!([{ "role": "user", "content": "What did I say before?" }]);
    let forgotten: Value = ask(&sandbox, "/chat/completions", body).await.json().await.unwrap();
    assert_eq!(
        forgotten["choices"][0]["message"]["content"], "You have not said anything before this.",
        "the sandbox itself keeps nothing"
    );
}

#[tokio::test]
async fn a_decided_answer_comes_as_often_in_as_many_pieces_and_with_the_end_that_was_asked_for() {
    let sandbox = sandbox().await;
    sandbox.set_pace(Pace { chunk_chars: 4, chunk_delay_ms: Some(0) });
    let mut answer = Answer::text("Half an answ");
    answer.times = Some(1);
    answer.chunks = Some(3);
    answer.finish_reason = Some("length".into());
    sandbox.answer(answer);
    let first = parsed(&events(ask(&sandbox, "/chat/completions", question("gpt-5-mini", "Go")).await).await);
    assert_eq!(content(&first), "Half an answ", "the text that was decided");
    assert_eq!(first.len(), 3 + 1, "three pieces and the end");
    assert_eq!(first[3]["choices"][0]["finish_reason"], "length", "cut at the limit");
    let second = parsed(&events(ask(&sandbox, "/chat/completions", question("gpt-5-mini", "Go")).await).await);
    assert_eq!(content(&second), "You said: Go", "after that the sandbox's own again");
}

#[tokio::test]
async fn models_carry_what_a_picker_shows_and_work_over_their_endpoint_only() {
    let sandbox = sandbox().await;
    let models: Value = get(&sandbox, "/models", &token(&sandbox)).await.json().await.unwrap();
    let models = models["data"].as_array().unwrap();
    for model in models {
        for field in ["/name", "/vendor", "/billing/multiplier", "/billing/token_prices/input_price", "/policy/state"] {
            assert!(model.pointer(field).is_some_and(|value| !value.is_null()), "{} lacks {field}", model["id"]);
        }
        assert_eq!(model["capabilities"]["supports"]["streaming"], true, "{} streams", model["id"]);
    }
    assert!(models.iter().any(|model| model["policy"]["state"] == "disabled"), "one that a policy forbids");
    assert!(models.iter().any(|model| model["policy"]["state"] == "unconfigured"), "one that nobody has enabled yet");
    assert!(models.iter().any(|model| model["model_picker_enabled"] == false), "one that no picker shows");
    for kind in ["warning_messages", "info_messages"] {
        assert!(models.iter().any(|model| model[kind][0]["message"].is_string()), "one with {kind}");
    }

    let code = async |path: &str, model: &str| -> Value {
        let answer = ask(&sandbox, path, question(model, "Hi")).await;
        assert_eq!(answer.status(), 400, "{model} over {path}");
        answer.json::<Value>().await.unwrap()["error"]["code"].clone()
    };
    assert_eq!(code("/chat/completions", "gpt-5.1").await, "unsupported_api_for_model", "the wrong endpoint");
    assert_eq!(code("/chat/completions", "gpt-99").await, "model_not_supported", "no such model");
    assert_eq!(code("/chat/completions", "claude-opus-4.5").await, "model_not_supported", "not enabled");
}

#[tokio::test]
async fn a_question_to_a_premium_model_uses_up_the_quota() {
    let sandbox = sandbox().await;
    for model in ["claude-sonnet-4.5", "gpt-5-mini"] {
        ask(&sandbox, "/chat/completions", question(model, "Hi")).await.text().await.unwrap();
    }
    let record: Value = get(&sandbox, "/copilot_internal/user", &token(&sandbox)).await.json().await.unwrap();
    assert_eq!(
        record["quota_snapshots"]["premium_interactions"]["remaining"], 299.0,
        "one premium question was asked, the other model is included"
    );
}
