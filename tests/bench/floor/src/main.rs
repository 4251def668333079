//! The floor: a bare Tauri window with one text box and nothing else. What the machine needs for this much is
//! what Wingman's start and memory are measured against.
//!
//! With `WINGMAN_FLOOR_CHAT=<address of a sandbox>` (and `COPILOT_CLI_PATH=<folder>/runtime.node`) it also loads the
//! Copilot runtime into its process and receives one answer, of which it shows nothing: the least memory that any
//! window with the runtime in it takes.

mod chat;

fn main() -> tauri::Result<()> {
    let sandbox = std::env::var("WINGMAN_FLOOR_CHAT").ok();
    tauri::Builder::default()
        .setup(move |app| {
            if let Some(sandbox) = sandbox {
                let app = app.handle().clone();
                tauri::async_runtime::spawn(async move {
                    match chat::answer(&sandbox).await {
                        // Stays where it is, with all that it holds: that is what is measured.
                        Ok(_held) => std::future::pending().await,
                        Err(error) => {
                            #[allow(clippy::print_stderr, reason = "goes to the log that a failed measurement keeps")]
                            {
                                eprintln!("no answer: {error:#}");
                            }
                            app.exit(1);
                        }
                    }
                });
            }
            Ok(())
        })
        .run(tauri::generate_context!())
}
