//! The windows: our pages and nothing else, each opened where it was, shown, hidden and closed.

use std::path::Path;
use std::time::Duration;

use tauri::webview::{Color, NewWindowResponse, PageLoadEvent, PageLoadPayload};
use tauri::{AppHandle, Manager as _, Monitor, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use wingman_core::chat::ConversationId;

use super::place::{Place, Screen};
use super::windows::Closing;
use super::{drawing, drops};
use crate::shell::Shell;

/// The first window; the others are `chat-2`, `chat-3` … (`capabilities/main.json` names both).
const MAIN: &str = "main";

/// No window is smaller, in logical pixels.
const SMALLEST: f64 = 480.0;

/// A window that is shown again takes the focus only once it is there.
const SHOWN: Duration = Duration::from_millis(60);

/// Opens a window, for this conversation or for a new chat.
pub fn open(app: &AppHandle, conversation: Option<ConversationId>) -> tauri::Result<()> {
    let shell = app.state::<Shell>();
    let label = shell.windows.free_label(MAIN);
    shell.windows.add(&label, conversation);
    let opened = build(app, &shell, &label);
    if opened.is_err() {
        shell.windows.remove(&label);
    }
    opened
}

fn build(app: &AppHandle, shell: &Shell, label: &str) -> tauri::Result<()> {
    let data = shell.core.places().cache.join("window");
    let screens: Vec<_> = app.available_monitors().unwrap_or_default().iter().map(screen).collect();
    let first = Place { width: 1120.0, height: 780.0, at: None, maximized: false };
    let place = shell.places.of(label).unwrap_or(first).within(&screens, SMALLEST);
    let builder = WebviewWindowBuilder::new(app, label, WebviewUrl::App("index.html".into()))
        .title("Wingman")
        .inner_size(place.width, place.height)
        .min_inner_size(SMALLEST, SMALLEST)
        .maximized(place.maximized)
        .always_on_top(shell.surroundings.settings().always_on_top)
        .data_directory(data)
        .background_color(background())
        .on_navigation(|url| is_ours(url) || drawing::is_page(url))
        .on_page_load(|window, load| stay(&window, &load))
        .on_new_window(|_url, _features| NewWindowResponse::Deny)
        // The page knows the title of its chat, in the person's language.
        .on_document_title_changed(|window, title| {
            let _ = window.set_title(&title);
        })
        .devtools(cfg!(debug_assertions));
    let window = builder.build()?;
    if let Some((x, y)) = place.at {
        let _ = window.set_position(tauri::PhysicalPosition::new(x, y));
    }
    let of = window.clone();
    window.on_window_event(move |event| happened(&of, event));
    drops::listen(&window);
    #[cfg(target_os = "linux")]
    super::spelling::enable(&window);
    Ok(())
}

fn screen(monitor: &Monitor) -> Screen {
    let (at, size) = (monitor.position(), monitor.size());
    Screen { at: (at.x, at.y), size: (size.width, size.height), scale: monitor.scale_factor() }
}

fn happened(window: &WebviewWindow, event: &WindowEvent) {
    let app = window.app_handle();
    let Some(shell) = app.try_state::<Shell>() else { return };
    let label = window.label();
    match event {
        WindowEvent::Focused(focused) => {
            shell.windows.focus(label, *focused);
            if *focused {
                looked_at(&shell, label);
            }
        }
        WindowEvent::Moved(_) | WindowEvent::Resized(_) => moved(window, &shell),
        WindowEvent::CloseRequested { api, .. } => {
            shell.places.keep();
            match shell.windows.closing(label, shell.surroundings.closes_to_tray()) {
                Closing::Window => {}
                Closing::Hide => {
                    api.prevent_close();
                    hide(app, label);
                }
                // Windows that were hidden by the shortcut would keep the program alive unseen.
                Closing::Quit => app.exit(0),
            }
        }
        WindowEvent::Destroyed => {
            shell.windows.remove(label);
            shell.surroundings.record(label, false);
        }
        _ => {}
    }
}

/// What the person sees in this window needs no notification any more.
pub fn looked_at(shell: &Shell, label: &str) {
    if let Some(conversation) = shell.windows.shown_in(label).filter(|shown| shell.windows.sees(shown)) {
        shell.surroundings.saw(&conversation);
    }
}

/// Notes where the window is, unless it fills its screen: then only that.
fn moved(window: &WebviewWindow, shell: &Shell) {
    if window.is_minimized().unwrap_or_default() || window.is_fullscreen().unwrap_or_default() {
        return;
    }
    let maximized = window.is_maximized().unwrap_or_default();
    shell.places.change(window.label(), |known| match known {
        Some(known) if maximized => Some(Place { maximized, ..known }),
        _ => {
            let size = window.inner_size().ok()?.to_logical::<f64>(window.scale_factor().ok()?);
            // A window that is being opened or closed may have no size for a moment.
            let real = size.width >= SMALLEST && size.height >= SMALLEST;
            let at = window.outer_position().ok().filter(|_| !super::is_wayland()).map(|at| (at.x, at.y));
            real.then_some(Place { width: size.width, height: size.height, at, maximized })
        }
    });
}

/// How the web view's process is told to paint: nothing, where it finds that out well by itself.
///
/// WebKitGTK composes its layers through OpenGL even where only a processor can do that: on a machine without a
/// graphics card (a virtual desktop, a remote one) it then keeps a software renderer with threads and buffers of its
/// own, some 90 MB, and paints no faster. There it paints straight into the window instead
/// (`WEBKIT_DISABLE_COMPOSITING_MODE`, <https://blogs.igalia.com/carlosgc/2017/03/20/>). Who has set it is obeyed, and
/// a window that is driven by WebDriver is left as it is: painting straight, WebKit makes no frame for a page on which
/// nothing changes, and a picture that WebDriver asks for would be waited for without end.
pub fn painting() -> Option<(&'static str, &'static str)> {
    const NAME: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";
    let chosen = [NAME, "TAURI_WEBVIEW_AUTOMATION"].iter().any(|name| std::env::var_os(name).is_some());
    (cfg!(target_os = "linux") && !chosen && !has_graphics_card(Path::new("/dev/dri"))).then_some((NAME, "1"))
}

/// Whether the kernel offers a card that can draw (`renderD128` …); a mere screen (`card0`) cannot.
fn has_graphics_card(devices: &Path) -> bool {
    let Ok(devices) = std::fs::read_dir(devices) else { return false };
    devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
}

/// Shows the window that was used last to the person, wherever it was.
pub fn bring_to_front(app: &AppHandle) {
    if let Some(label) = app.try_state::<Shell>().and_then(|shell| shell.windows.latest()) {
        bring(app, &label);
    }
}

/// Shows this window to the person.
pub fn bring(app: &AppHandle, label: &str) {
    let Some(window) = app.get_webview_window(label) else { return };
    let shell = app.state::<Shell>();
    // A window manager may place a window anew that comes back.
    let place = shell.windows.set_visible(label, true).then(|| shell.places.of(label)).flatten();
    // Each may fail on a desktop that does not allow it; the window is then where the person left it.
    let _ = window.unminimize();
    let _ = window.show();
    if let Some((x, y)) = place.and_then(|place| place.at) {
        let _ = window.set_position(tauri::PhysicalPosition::new(x, y));
    }
    let _ = window.set_focus();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(SHOWN).await;
        let _ = window.set_focus();
    });
}

/// Takes the window off the screen; what goes on in it goes on.
pub fn hide(app: &AppHandle, label: &str) {
    let Some(window) = app.get_webview_window(label) else { return };
    if window.hide().is_ok() {
        let windows = &app.state::<Shell>().windows;
        windows.set_visible(label, false);
        windows.focus(label, false);
    }
}

/// The person pressed the keys for it: the window that has the keyboard is hidden, else the last one is shown.
pub fn summon(app: &AppHandle) {
    match app.state::<Shell>().windows.in_front() {
        Some(label) => hide(app, &label),
        None => bring_to_front(app),
    }
}

/// Between the surfaces of the light and the dark theme, so that neither starts with a flash.
const fn background() -> Color {
    Color(255, 255, 255, 255)
}

/// A frame's page is asked for in the same words as the window's own, and only the window's loading is told here: what
/// the frame may show never takes the window's place.
fn stay(window: &WebviewWindow, load: &PageLoadPayload<'_>) {
    if load.event() == PageLoadEvent::Started && !is_ours(load.url()) {
        tracing::warn!(scheme = load.url().scheme(), "a page that is not ours took the window's place");
        let home = if cfg!(windows) { "http://tauri.localhost/" } else { "tauri://localhost/" };
        if let Ok(home) = Url::parse(home)
            && let Err(error) = window.navigate(home)
        {
            tracing::error!(%error, "the window could not be led back");
        }
    }
}

/// Only pages that came with the program; links open in the browser, through a command.
fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => true,
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        // Also what a frame shows before its page is there.
        "about" => url.as_str() == "about:blank",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_for_its_own_pages() {
        let ours = |url: &str| is_ours(&Url::parse(url).unwrap());
        assert!(ours("tauri://localhost/index.html") && ours("http://tauri.localhost/"), "what came with the program");
        for other in [
            "https://github.com/",
            "wingman-drawing://localhost/",
            "http://wingman-drawing.localhost/",
            "data:text/html,x",
            "file:///etc/passwd",
        ] {
            assert!(!ours(other), "{other} never takes the window's place");
        }
    }

    #[test]
    fn a_screen_without_a_graphics_card_is_painted_by_the_processor() {
        let devices = tempfile::tempdir().unwrap();
        assert!(!has_graphics_card(&devices.path().join("dri")), "no such folder, no card");
        std::fs::write(devices.path().join("card0"), "").unwrap();
        assert!(!has_graphics_card(devices.path()), "a virtual machine's screen draws nothing by itself");
        std::fs::write(devices.path().join("renderD128"), "").unwrap();
        assert!(has_graphics_card(devices.path()), "a card that draws is left to do it");
    }
}
