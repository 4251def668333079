//! What ChatGPT gives to its users: `conversations.json`, a list of trees of messages.
//!
//! Its trees hold more than was said: instructions, tools and what they answered. Only what the person and the assistant
//! wrote comes over; an answer that was written in several messages becomes one turn. The shape is read leniently, as
//! it is documented nowhere and changes.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::Value;

use super::{Contents, Incoming, titled};
use crate::chat::{ConversationId, Role, Shelf, TurnId};
use crate::error::{Code, Error, Result};
use crate::store::turns::{Progress, TurnRecord, Usage};
use crate::time::Millis;

/// Messages that one tree may hold, and turns that it may become: an answer is repeated in each version that goes on
/// from its middle.
const MOST: usize = 100_000;

#[derive(Deserialize)]
struct Tree {
    title: Option<String>,
    create_time: Option<f64>,
    update_time: Option<f64>,
    mapping: HashMap<String, Node>,
    current_node: Option<String>,
    conversation_id: Option<String>,
    id: Option<String>,
    is_archived: Option<bool>,
    is_starred: Option<bool>,
}

#[derive(Deserialize)]
struct Node {
    message: Option<Message>,
    parent: Option<String>,
    #[serde(default)]
    children: Vec<String>,
}

#[derive(Deserialize)]
struct Message {
    author: Author,
    /// A tool, or everybody.
    recipient: Option<String>,
    create_time: Option<f64>,
    #[serde(default)]
    content: Value,
    #[serde(default)]
    metadata: Value,
}

#[derive(Deserialize)]
struct Author {
    role: String,
}

pub(super) fn read(bytes: &[u8]) -> Result<Contents> {
    let all: Vec<Value> = serde_json::from_slice(bytes).map_err(|_| Error::new(Code::ImportUnreadable))?;
    let mut contents = Contents::default();
    for one in all {
        match serde_json::from_value::<Tree>(one).ok().and_then(|tree| incoming(&tree)) {
            // Somebody opened it and said nothing.
            Some(incoming) if incoming.turns.is_empty() => {}
            Some(incoming) => contents.conversations.push(incoming),
            None => contents.damaged += 1,
        }
    }
    // A list of something else.
    if contents.conversations.is_empty() && contents.damaged > 0 {
        return Err(Code::ImportUnreadable.into());
    }
    Ok(contents)
}

/// A turn that may still grow: the messages that follow it are part of the same answer.
struct Open {
    turn: TurnRecord,
    /// The message that was read last.
    last: String,
}

fn incoming(tree: &Tree) -> Option<Incoming> {
    let name = tree.conversation_id.clone().or_else(|| tree.id.clone())?;
    let mut left_out = 0;
    let mut turns = Turns::default();
    // Where each message ended up, for the one that is shown.
    let mut home: HashMap<&str, TurnId> = HashMap::new();
    let is_root = |node: &Node| node.parent.as_ref().is_none_or(|parent| !tree.mapping.contains_key(parent));
    let mut roots: Vec<&str> =
        tree.mapping.iter().filter(|(_, node)| is_root(node)).map(|(id, _)| id.as_str()).collect();
    roots.sort_unstable();
    let mut waiting: Vec<(&str, Option<Open>)> = roots.into_iter().map(|root| (root, None)).collect();
    let mut read = 0;
    while let Some((id, above)) = waiting.pop() {
        read += 1;
        if read > MOST || turns.all.len() > MOST {
            return None; // a circle, or a tree that nobody has spoken
        }
        let node = tree.mapping.get(id)?;
        let said = node.message.as_ref().and_then(|message| said(message, &mut left_out));
        let open = match (said, above) {
            (None, above) => above,
            (Some((Role::Copilot, text)), Some(Open { turn, .. })) if turn.role == Role::Copilot => {
                let text = format!("{}\n\n{text}", turn.text);
                Some(Open { turn: TurnRecord { text, ..turn }, last: id.to_owned() })
            }
            (Some((role, text)), above) => {
                let parent = above.map(|open| turns.finished(open));
                let message = node.message.as_ref()?;
                Some(Open { turn: record(id, parent, role, text, message, tree), last: id.to_owned() })
            }
        };
        if let Some(open) = &open {
            home.insert(id, TurnId(open.last.clone()));
        }
        let children: Vec<&str> =
            node.children.iter().map(String::as_str).filter(|child| tree.mapping.contains_key(*child)).collect();
        if children.is_empty() {
            if let Some(open) = open {
                turns.finished(open);
            }
            continue;
        }
        for child in children.into_iter().rev() {
            let open = open.as_ref().map(|open| Open { turn: open.turn.clone(), last: open.last.clone() });
            waiting.push((child, open));
        }
    }
    let turns = turns.all;
    let (title, titled_by) = titled(tree.title.as_deref().unwrap_or_default(), &turns);
    let last = turns.iter().map(|turn| turn.created_at).max().unwrap_or(Millis(0));
    let created_at = tree.create_time.map_or_else(|| turns.first().map_or(Millis(0), |turn| turn.created_at), millis);
    Some(Incoming {
        names: vec![format!("chatgpt:{name}")],
        title,
        titled_by,
        model: None,
        created_at,
        updated_at: tree.update_time.map_or(last, millis),
        shelf: match (tree.is_archived, tree.is_starred) {
            (Some(true), _) => Shelf::Archive,
            (_, Some(true)) => Shelf::Pinned,
            _ => Shelf::List,
        },
        draft: String::new(),
        leaf: tree.current_node.as_deref().and_then(|node| home.get(node)).map(|turn| turn.0.clone()),
        turns,
        left_out,
    })
}

/// The turns that are whole.
#[derive(Default)]
struct Turns {
    all: Vec<TurnRecord>,
    names: HashSet<TurnId>,
}

impl Turns {
    /// Puts the turn among the others, once, and answers with its name: that of its last message.
    fn finished(&mut self, open: Open) -> TurnId {
        let id = TurnId(open.last);
        if self.names.insert(id.clone()) {
            self.all.push(TurnRecord { id: id.clone(), ..open.turn });
        }
        id
    }
}

fn record(id: &str, parent: Option<TurnId>, role: Role, text: String, message: &Message, tree: &Tree) -> TurnRecord {
    let at = message.create_time.or(tree.create_time).map_or(Millis(0), millis);
    TurnRecord {
        id: TurnId(id.to_owned()),
        conversation: ConversationId(String::new()),
        parent,
        role,
        text,
        progress: Progress::Complete,
        notices: Vec::new(),
        model: message
            .metadata
            .get("model_slug")
            .and_then(Value::as_str)
            .filter(|_| role == Role::Copilot)
            .map(str::to_owned),
        usage: Usage::default(),
        created_at: at,
        ended_at: Some(at).filter(|_| role == Role::Copilot),
        remembered: true,
        event: None,
        session: None,
        attachments: Vec::new(),
    }
}

/// Who said what; none for what nobody was shown.
fn said(message: &Message, left_out: &mut u32) -> Option<(Role, String)> {
    let role = match message.author.role.as_str() {
        "user" => Role::You,
        "assistant" => Role::Copilot,
        _ => return None,
    };
    let hidden = |key| message.metadata.get(key).and_then(Value::as_bool).unwrap_or(false);
    if hidden("is_visually_hidden_from_conversation") || hidden("is_user_system_message") {
        return None;
    }
    // What the assistant hands to a tool is not said to anybody.
    if message.recipient.as_deref().is_some_and(|recipient| recipient != "all") {
        return None;
    }
    let text = text(&message.content, left_out);
    (!text.trim().is_empty()).then_some((role, text))
}

fn text(content: &Value, left_out: &mut u32) -> String {
    let word = |key: &str| content.get(key).and_then(Value::as_str);
    let mut omitted = |what: &str| {
        *left_out += 1;
        format!("[{what}: not imported]")
    };
    match word("content_type").unwrap_or("text") {
        "text" | "multimodal_text" => {
            let parts = content.get("parts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let parts: Vec<String> = parts
                .iter()
                .map(|part| match part {
                    Value::String(text) => text.clone(),
                    Value::Null => String::new(),
                    // Spoken words are kept as text beside the recording.
                    part => match part.get("text").and_then(Value::as_str) {
                        Some(text) => text.to_owned(),
                        None => omitted(kind(part.get("content_type").and_then(Value::as_str).unwrap_or_default())),
                    },
                })
                .filter(|part| !part.is_empty())
                .collect();
            parts.join("\n\n")
        }
        "code" => match word("text") {
            Some(code) if !code.trim().is_empty() => {
                format!("```{}\n{code}\n```", word("language").filter(|name| *name != "unknown").unwrap_or(""))
            }
            _ => String::new(),
        },
        // How it came to its answer, which it shows folded up.
        "thoughts" | "reasoning_recap" | "model_editable_context" | "user_editable_context" => String::new(),
        other => omitted(kind(other)),
    }
}

fn kind(content_type: &str) -> &str {
    match content_type {
        kind if kind.contains("image") => "Image",
        kind if kind.contains("audio") => "Audio",
        kind if kind.contains("video") => "Video",
        kind if kind.contains("file") => "File",
        _ => "Something else",
    }
}

/// Their times are seconds, with a fraction.
fn millis(seconds: f64) -> Millis {
    #[allow(clippy::cast_possible_truncation, reason = "what is no time becomes the end of the scale, and then now")]
    Millis((seconds * 1000.0) as i64)
}
