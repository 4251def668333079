//! What ChatGPT gives to its users: `conversations.json`, a list of trees of messages.
//!
//! Its trees hold more than was said: instructions, tools and what they answered. Only what the person and the assistant
//! wrote comes over; an answer that was written in several messages becomes one turn. The shape is read leniently, as
//! it is documented nowhere and changes.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Allowance, Contents, Incoming, each, titled};
use crate::chat::{ConversationId, LONGEST_TEXT, Role, Shelf, TurnId};
use crate::error::{Code, Result};
use crate::store::turns::{Progress, TurnRecord, Usage};
use crate::time::Millis;

/// Messages that one tree may hold, and children that one message may name.
const MOST: usize = 100_000;

/// What one message may be long, in bytes as it is written, pictures' and tools' descriptions included.
const LONGEST_MESSAGE: usize = 4 * LONGEST_TEXT;

#[derive(Deserialize)]
struct Tree<'f> {
    title: Option<String>,
    create_time: Option<f64>,
    update_time: Option<f64>,
    #[serde(borrow, deserialize_with = "nodes")]
    mapping: HashMap<String, Node<'f>>,
    current_node: Option<String>,
    conversation_id: Option<String>,
    id: Option<String>,
    is_archived: Option<bool>,
    is_starred: Option<bool>,
}

/// A node. What may be long in it is understood only where it is read, and is the file's own bytes until then.
#[derive(Deserialize)]
struct Node<'f> {
    #[serde(borrow)]
    message: Option<&'f RawValue>,
    parent: Option<String>,
    #[serde(borrow)]
    children: Option<&'f RawValue>,
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

/// No more nodes than a tree may hold.
fn nodes<'de, D: Deserializer<'de>>(json: D) -> std::result::Result<HashMap<String, Node<'de>>, D::Error> {
    struct Nodes;
    impl<'de> Visitor<'de> for Nodes {
        type Value = HashMap<String, Node<'de>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("messages by their names")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> std::result::Result<Self::Value, A::Error> {
            let mut nodes = HashMap::new();
            while let Some((name, node)) = object.next_entry()? {
                nodes.insert(name, node);
                if nodes.len() > MOST {
                    return Err(A::Error::custom("a tree that nobody has spoken"));
                }
            }
            Ok(nodes)
        }
    }
    json.deserialize_map(Nodes)
}

/// Adds the conversations of this file to those of others.
pub(super) fn read(bytes: &[u8], contents: &mut Contents, allowance: &mut Allowance) -> Result<()> {
    each::of_list(bytes, |one| match serde_json::from_str::<Tree<'_>>(one).ok() {
        Some(tree) => match incoming(&tree, allowance)? {
            Some(incoming) => contents.take(incoming, allowance),
            None => contents.is_damaged(),
        },
        None => contents.is_damaged(),
    })
}

/// A turn that may still grow: the messages that follow it are part of the same answer. Its versions share what they
/// have in common.
#[derive(Clone, Copy)]
struct Open {
    /// The message that it began with, among those that begin a turn.
    first: usize,
    /// The message that was read last.
    last: Piece,
}

/// A message among all that were said.
type Piece = usize;

/// What one message said.
struct Said<'f> {
    name: &'f str,
    text: String,
    /// The message before it in the same turn.
    before: Option<Piece>,
    /// How long the turn is with it, in bytes.
    length: usize,
}

fn incoming(tree: &Tree<'_>, allowance: &Allowance) -> Result<Option<Incoming>> {
    let Some(name) = tree.conversation_id.as_ref().or(tree.id.as_ref()) else { return Ok(None) };
    let mut left_out = 0;
    let mut turns = Turns::default();
    // Where each message ended up, for the one that is shown.
    let mut home: HashMap<&str, TurnId> = HashMap::new();
    let is_root = |node: &Node<'_>| node.parent.as_ref().is_none_or(|parent| !tree.mapping.contains_key(parent));
    let mut roots: Vec<&str> =
        tree.mapping.iter().filter(|(_, node)| is_root(node)).map(|(id, _)| id.as_str()).collect();
    roots.sort_unstable();
    // Each is read once, however often it is named.
    let mut seen: HashSet<&str> = roots.iter().copied().collect();
    let mut waiting: Vec<(&str, Option<Open>)> = roots.into_iter().map(|root| (root, None)).collect();
    while let Some((id, above)) = waiting.pop() {
        let Some((id, node)) = tree.mapping.get_key_value(id) else { return Ok(None) };
        let Ok(message) = node.message.map(message).transpose() else { return Ok(None) };
        let said = message.as_ref().and_then(|message| said(message, &mut left_out));
        let open = match (said, &message) {
            (Some((role, text)), Some(message)) => {
                let grown = above.filter(|open| role == Role::Copilot && turns.begun[open.first].role == role);
                let open = match (grown, above) {
                    (Some(open), _) => turns.say(id, text, Some(open)),
                    (None, above) => {
                        let parent = above.map(|open| turns.finished(open, allowance)).transpose()?;
                        turns.begun.push(record(id, parent, role, message, tree));
                        turns.say(id, text, None)
                    }
                };
                let Some(open) = open else { return Ok(None) };
                Some(open)
            }
            _ => above,
        };
        if let Some(open) = &open {
            home.insert(id, TurnId(turns.said[open.last].name.to_owned()));
        }
        let Some(children) = children(node) else { return Ok(None) };
        let mut below: Vec<&str> = Vec::new();
        for child in &children {
            if let Some((child, _)) = tree.mapping.get_key_value(&**child)
                && seen.insert(child)
            {
                below.push(child);
            }
        }
        match open {
            Some(open) if below.is_empty() => {
                turns.finished(open, allowance)?;
            }
            _ => waiting.extend(below.into_iter().rev().map(|child| (child, open))),
        }
    }
    // A circle.
    if seen.is_empty() && !tree.mapping.is_empty() {
        return Ok(None);
    }
    let turns = turns.all;
    let (title, titled_by) = titled(tree.title.as_deref().unwrap_or_default(), &turns);
    let last = turns.iter().map(|turn| turn.created_at).max().unwrap_or(Millis(0));
    let created_at = tree.create_time.map_or_else(|| turns.first().map_or(Millis(0), |turn| turn.created_at), millis);
    Ok(Some(Incoming {
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
    }))
}

fn message(raw: &RawValue) -> serde_json::Result<Message> {
    if raw.get().len() > LONGEST_MESSAGE {
        return Err(serde_json::Error::custom("a message that nobody has written"));
    }
    serde_json::from_str(raw.get())
}

fn children<'f>(node: &Node<'f>) -> Option<Vec<Cow<'f, str>>> {
    #[derive(Deserialize)]
    struct Name<'f>(#[serde(borrow)] Cow<'f, str>);
    let mut children = Vec::new();
    let Some(raw) = node.children else { return Some(children) };
    each::of_list(raw.get().as_bytes(), |child| {
        let Name(child) = serde_json::from_str(child).map_err(|_| Code::ImportUnreadable)?;
        children.push(child);
        if children.len() > MOST { Err(Code::ImportUnreadable.into()) } else { Ok(()) }
    })
    .ok()?;
    Some(children)
}

/// What was said, and the turns that became of it.
#[derive(Default)]
struct Turns<'f> {
    said: Vec<Said<'f>>,
    /// The beginning of each turn, without its text.
    begun: Vec<TurnRecord>,
    /// Those that are whole.
    all: Vec<TurnRecord>,
    names: HashSet<TurnId>,
    text: u64,
}

impl<'f> Turns<'f> {
    /// A message of the turn that is open, or of the one that was begun last. None where the turn becomes too long.
    fn say(&mut self, name: &'f str, text: String, open: Option<Open>) -> Option<Open> {
        let before = open.map(|open| open.last);
        let length = text.len() + before.map_or(0, |before| self.said[before].length + SEPARATOR.len());
        if length > LONGEST_TEXT {
            return None;
        }
        self.said.push(Said { name, text, before, length });
        Some(Open { first: open.map_or(self.begun.len() - 1, |open| open.first), last: self.said.len() - 1 })
    }

    /// Puts the turn among the others, once, and answers with its name: that of its last message. An answer is repeated
    /// in each version that goes on from its middle, so what becomes of a file can be longer than itself.
    fn finished(&mut self, open: Open, allowance: &Allowance) -> Result<TurnId> {
        let last = &self.said[open.last];
        let id = TurnId(last.name.to_owned());
        if self.names.insert(id.clone()) {
            self.text += last.length as u64;
            if self.text > allowance.text || self.all.len() >= allowance.turns {
                return Err(allowance.full());
            }
            let mut pieces = vec![last.text.as_str()];
            let mut before = last.before;
            while let Some(piece) = before {
                pieces.push(&self.said[piece].text);
                before = self.said[piece].before;
            }
            pieces.reverse();
            let text = pieces.join(SEPARATOR);
            self.all.push(TurnRecord { id: id.clone(), text, ..self.begun[open.first].clone() });
        }
        Ok(id)
    }
}

/// Between the messages of an answer.
const SEPARATOR: &str = "\n\n";

fn record(id: &str, parent: Option<TurnId>, role: Role, message: &Message, tree: &Tree<'_>) -> TurnRecord {
    let at = message.create_time.or(tree.create_time).map_or(Millis(0), millis);
    TurnRecord {
        id: TurnId(id.to_owned()),
        conversation: ConversationId(String::new()),
        parent,
        role,
        text: String::new(),
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
