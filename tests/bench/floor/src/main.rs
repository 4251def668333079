//! The floor: a bare Tauri window with one text box and nothing else. What the machine needs for this much is
//! what Wingman's start and memory are measured against.

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!())
}
