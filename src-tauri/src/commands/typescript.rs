//! The TypeScript of the bridge, made from the list of commands and the types they name.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use ts_rs::{Config, TS, TypeVisitor};

/// One command.
pub(super) struct Command {
    pub name: &'static str,
    pub arguments: Vec<(&'static str, String)>,
    pub stream: Option<String>,
    pub answer: String,
}

/// The types met so far, by name, so that the file does not depend on the order of commands.
pub(super) struct Types {
    config: Config,
    seen: HashSet<TypeId>,
    declared: BTreeMap<String, String>,
}

impl Types {
    fn new() -> Self {
        Self { config: Config::new().with_large_int("number"), seen: HashSet::new(), declared: BTreeMap::new() }
    }

    /// The type's name in TypeScript; it and all it is made of are declared.
    pub(super) fn name<T: TS + 'static + ?Sized>(&mut self) -> String {
        self.visit::<T>();
        T::name(&self.config)
    }
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let declaration = format!("{docs}export {}", T::decl(&self.config));
            let declaration = declaration.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
            self.declared.insert(T::ident(&self.config), declaration);
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

/// The whole of `ui/src/bridge/generated.ts`.
fn generated() -> String {
    let mut types = Types::new();
    let commands = super::declared(&mut types);
    types.visit::<wingman_core::Error>();

    let mut text =
        String::from("// Made by `cargo xtask generate` from src-tauri/src/commands/list.rs. Do not edit.\n\n");
    for declaration in types.declared.values() {
        let _ = writeln!(text, "{declaration}\n");
    }
    text.push_str("/** Every command: its arguments, what it answers, and what it streams until it is dropped. */\n");
    text.push_str("export interface Commands {\n");
    for command in commands {
        let arguments: Vec<_> =
            command.arguments.iter().map(|(name, kind)| format!("{}: {kind}", camel(name))).collect();
        let arguments = if arguments.is_empty() {
            "Record<string, never>".into()
        } else {
            format!("{{ {} }}", arguments.join("; "))
        };
        let stream = command.stream.as_deref().unwrap_or("never");
        let answer = &command.answer;
        let _ = writeln!(text, "  {}: {{ arguments: {arguments}; stream: {stream}; answer: {answer} }};", command.name);
    }
    text.push_str("}\n");
    text
}

/// The whole of `src-tauri/capabilities/main.json`: the window's own commands, and nothing of any plugin.
fn capability() -> String {
    let commands = super::declared(&mut Types::new());
    let permissions: Vec<_> =
        commands.iter().map(|command| format!("    \"allow-{}\"", command.name.replace('_', "-"))).collect();
    format!(
        r#"{{
  "$schema": "../gen/schemas/desktop-schema.json",
  "identifier": "main",
  "description": "What the windows may call: their own commands, nothing of any plugin. Made by `cargo xtask generate`.",
  "windows": ["main", "chat-*"],
  "permissions": [
{}
  ]
}}
"#,
        permissions.join(",\n")
    )
}

/// Tauri takes the arguments of a command in camel case.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(1);
        camel += &first.to_uppercase();
        camel += rest;
    }
    camel
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// `cargo xtask generate` runs this test with `WINGMAN_GENERATE` set, and then it writes instead.
    fn is_current(file: &str, expected: &str) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        if std::env::var_os("WINGMAN_GENERATE").is_some() {
            std::fs::write(&file, expected).expect("the checkout can be written");
        }
        let found = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(found == expected, "{} is not what the commands say; run `cargo xtask generate`", file.display());
    }

    #[test]
    fn the_generated_typescript_fits_the_commands() {
        is_current("../ui/src/bridge/generated.ts", &super::generated());
    }

    #[test]
    fn the_window_may_call_the_commands_and_nothing_else() {
        is_current("capabilities/main.json", &super::capability());
    }
}
