//! Files that are dropped on a window.
//!
//! WebKitGTK tells a page that something is dragged over it and keeps its files from it, so the desktop's own events are
//! taken. The whole window is the target: where on it something is dropped, and at what scale the screen is, plays no
//! part. The page hears that files have come and gets a number for what was dropped; their paths stay here.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tauri::{DragDropEvent, Manager as _, WebviewWindow, WindowEvent};

use crate::shell::Shell;

/// What was dropped last, by its number: whoever was told of it takes it at once.
#[derive(Default)]
pub struct Drops(Mutex<(u32, Vec<PathBuf>)>);

impl Drops {
    fn keep(&self, files: Vec<PathBuf>) -> u32 {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = (last.0.wrapping_add(1), files);
        last.0
    }

    /// The files of a drop; none when they were taken, or another came after it.
    pub fn take(&self, drop: u32) -> Vec<PathBuf> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.0 == drop { std::mem::take(&mut last.1) } else { Vec::new() }
    }
}

/// Tells the window's page of what is dragged over it and dropped on it.
pub fn listen(window: &WebviewWindow) {
    let page = window.clone();
    window.on_window_event(move |event| {
        let WindowEvent::DragDrop(event) = event else { return };
        let told = match event {
            DragDropEvent::Enter { paths, .. } if are_files(paths) => r#"{ kind: "over" }"#.to_owned(),
            DragDropEvent::Leave => r#"{ kind: "left" }"#.to_owned(),
            DragDropEvent::Drop { paths, .. } if are_files(paths) => {
                let drop = page.state::<Shell>().drops.keep(paths.clone());
                format!(r#"{{ kind: "dropped", drop: {drop} }}"#)
            }
            _ => return,
        };
        // A page that is gone needs to hear nothing.
        let _ = page.eval(format!("dispatchEvent(new CustomEvent('wingman-drop', {{ detail: {told} }}))"));
    });
}

/// A link that is dragged out of a browser comes as one, too.
fn are_files(paths: &[PathBuf]) -> bool {
    !paths.is_empty() && paths.iter().all(|path| path.is_absolute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_dropped_is_taken_once_and_by_who_was_told_of_it() {
        let drops = Drops::default();
        let first = drops.keep(vec!["/a".into()]);
        let second = drops.keep(vec!["/b".into()]);
        assert!(drops.take(first).is_empty(), "another came after it");
        assert_eq!(drops.take(second), [PathBuf::from("/b")], "the last one");
        assert!(drops.take(second).is_empty(), "and only once");
        assert!(are_files(&["/a".into()]) && !are_files(&["https://example.com/a".into()]), "a link is no file");
    }
}
