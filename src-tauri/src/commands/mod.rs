//! What the window may ask for: arguments in, one call into the core, the answer out.
//!
//! `list.rs` declares every command once; this module makes of it the functions that Tauri calls, the handler, and
//! the TypeScript of the bridge. A command that is declared `from(window)` is told the label of the window that asks:
//! Tauri knows it, and no page is believed.

mod app;
mod attach;
mod auth;
mod chat;
mod choices;
mod desktop;
mod files;
mod history;
mod library;
mod prose;
#[cfg(test)]
mod typescript;

use tauri::ipc::Channel;
use wingman_core::accounts::AccountId;
use wingman_core::app::{AppEvent, AppState, Destination, Diagnostics, Link, Settings};
use wingman_core::attachments::{Attachment, AttachmentId, Picked, Shown};
use wingman_core::auth::SignInRequest;
use wingman_core::chat::{
    Chosen, ConversationId, ConversationPage, ConversationPatch, ConversationView, ExportFormat, ExportWords, Finding,
    Imported, MonthOfUse, Prompt, PromptId, Question, SearchPage, Sent, Turn, TurnId, WaitingId, WatchId,
};
use wingman_core::copilot::Models;
use wingman_core::licences::ThirdParty;
use wingman_core::passphrase::Typed;
use wingman_core::store::choices::AccountChoices;

use crate::desktop::state::{DesktopWords, WindowMessage, WindowStart};
use crate::shell::Shell;

macro_rules! commands {
    ($($domain:ident::$name:ident($($argument:ident: $type:ty),*) $(streams($item:ty))? $(from($window:ident))? -> $answer:ty;)*) => {
        mod handlers {
            use super::*;
            $(
                #[tauri::command]
                pub async fn $name(
                    shell: tauri::State<'_, Shell>,
                    $($window: tauri::WebviewWindow,)?
                    $($argument: $type,)*
                    $(channel: Channel<$item>,)?
                ) -> wingman_core::Result<$answer> {
                    super::$domain::$name(&shell, $($window.label(),)? $($argument,)* $({
                        let channel: Channel<$item> = channel;
                        channel
                    })?).await
                }
            )*
        }

        /// Everything the window can call.
        pub fn handler() -> impl Fn(tauri::ipc::Invoke<tauri::Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$(handlers::$name),*]
        }

        /// The commands for the TypeScript side.
        #[cfg(test)]
        fn declared(types: &mut typescript::Types) -> Vec<typescript::Command> {
            vec![$(typescript::Command {
                name: stringify!($name),
                arguments: vec![$((stringify!($argument), types.name::<$type>())),*],
                stream: None$(.or(Some(types.name::<$item>())))?,
                answer: types.name::<$answer>(),
            }),*]
        }
    };
}

include!("list.rs");
