//! Another program on a person's desktop: one that a picture is copied in, and one that files are dragged out of.
//!
//! `wingman-other-program copy PICTURE` owns the clipboard until it is ended; `wingman-other-program drag FILE…` shows a
//! window, titled *Files*, all of which is what can be dragged.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    ExitCode::FAILURE // the headless desktop is a Linux one
}

#[cfg(target_os = "linux")]
mod linux {
    use std::process::ExitCode;

    use gtk::gdk::{DragAction, ModifierType};
    use gtk::gdk_pixbuf::Pixbuf;
    use gtk::prelude::*;
    use gtk::{Clipboard, EventBox, TargetEntry, TargetFlags, Window, WindowType, gdk, glib};

    pub(super) fn main() -> ExitCode {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        if gtk::init().is_err() {
            return ExitCode::FAILURE;
        }
        let begun = match arguments.split_first() {
            Some((what, [picture])) if what == "copy" => copy(picture).is_ok(),
            Some((what, files)) if what == "drag" => drag(files).is_ok(),
            _ => false,
        };
        if !begun {
            return ExitCode::FAILURE;
        }
        gtk::main();
        ExitCode::SUCCESS
    }

    fn copy(picture: &str) -> Result<(), glib::Error> {
        let picture = Pixbuf::from_file(picture)?;
        Clipboard::get(&gdk::SELECTION_CLIPBOARD).set_image(&picture);
        // Told by a window: whoever waits for it knows that the clipboard is owned.
        let window = Window::new(WindowType::Toplevel);
        window.set_title("Copied");
        window.set_default_size(40, 40);
        window.show_all();
        Ok(())
    }

    fn drag(files: &[String]) -> Result<(), glib::Error> {
        let uris = files.iter().map(|file| glib::filename_to_uri(file, None)).collect::<Result<Vec<_>, _>>()?;
        let handle = EventBox::new();
        let targets = [TargetEntry::new("text/uri-list", TargetFlags::OTHER_APP, 0)];
        handle.drag_source_set(ModifierType::BUTTON1_MASK, &targets, DragAction::COPY);
        handle.connect_drag_data_get(move |_, _, data, _, _| {
            let uris: Vec<&str> = uris.iter().map(glib::GString::as_str).collect();
            data.set_uris(&uris);
        });
        let window = Window::new(WindowType::Toplevel);
        window.set_title("Files");
        window.set_default_size(160, 120);
        window.add(&handle);
        window.show_all();
        Ok(())
    }
}
