//! Which windows there are, which was used last, and what each shows. Knows nothing of Tauri.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use wingman_core::accounts::AccountId;
use wingman_core::chat::{ConversationId, Desk, Draft};

use super::state::WindowMessage;

/// Takes a message into a window; answers whether the window is still there.
pub type Hears = Arc<dyn Fn(WindowMessage) -> bool + Send + Sync>;

/// On X11 keys that are taken from everywhere take the keyboard for as long as they are pressed: a window that lost it
/// so short a time ago is the one that the person looks at.
const JUST: Duration = Duration::from_millis(300);

/// What the labels of all windows but the first begin with; their number follows.
const FURTHER: &str = "chat-";

/// What becomes of a window whose person closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// It goes; others stay.
    Window,
    /// It is hidden, and the program goes on in the tray.
    Hide,
    /// The program ends.
    Quit,
}

/// What a window shows.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Shows {
    /// Nothing yet, or the way in.
    Nothing,
    /// A new chat.
    NewChat,
    /// A conversation.
    Conversation(ConversationId),
}

struct Window {
    label: String,
    begins_with: Option<ConversationId>,
    shows: Shows,
    hears: Option<Hears>,
    focused: bool,
    lost_focus: Option<Instant>,
    visible: bool,
}

/// All windows, the one that was used last at the end.
#[derive(Default)]
pub struct Windows {
    inner: Mutex<Vec<Window>>,
}

impl Windows {
    /// A label that no open window has. The lowest, so that each remembers its place.
    pub fn free_label(&self, main: &str) -> String {
        let inner = self.inner.lock();
        let taken = |label: &str| inner.iter().any(|window| window.label == label);
        if !taken(main) {
            return main.to_owned();
        }
        let mut numbers = 2..=inner.len() + 2;
        numbers.find_map(|number| Some(format!("{FURTHER}{number}")).filter(|label| !taken(label))).unwrap_or_default()
    }

    /// A window is being opened, for this conversation or for a new chat.
    pub fn add(&self, label: &str, begins_with: Option<ConversationId>) {
        let mut inner = self.inner.lock();
        inner.retain(|window| window.label != label);
        let window = Window {
            label: label.to_owned(),
            begins_with,
            shows: Shows::Nothing,
            hears: None,
            focused: false,
            lost_focus: None,
            visible: true,
        };
        inner.push(window);
    }

    /// A window is gone.
    pub fn remove(&self, label: &str) {
        self.inner.lock().retain(|window| window.label != label);
    }

    /// A page has begun to listen. Answers what its window was opened for.
    pub fn listen(&self, label: &str, hears: Hears) -> Option<ConversationId> {
        self.with(label, |window| {
            window.hears = Some(hears);
            window.begins_with.clone()
        })
        .flatten()
    }

    /// A window shows this conversation from here on, or a new chat.
    pub fn show(&self, label: &str, conversation: Option<ConversationId>) {
        self.with(label, |window| {
            // A page that is loaded anew comes back to what it showed.
            window.begins_with.clone_from(&conversation);
            window.shows = conversation.map_or(Shows::NewChat, Shows::Conversation);
        });
    }

    /// The number of a window, by its label: each has a new chat of its own.
    pub fn desk(label: &str) -> Desk {
        label.strip_prefix(FURTHER).and_then(|number| number.parse().ok()).map_or_else(Desk::default, Desk)
    }

    /// Where what is typed or attached in this window lies: with the conversation, or in the window's own new chat.
    pub fn draft(label: &str, account: AccountId, conversation: Option<ConversationId>) -> Draft {
        Draft::at(account, conversation, Self::desk(label))
    }

    /// A window has got the keyboard, or lost it.
    pub fn focus(&self, label: &str, focused: bool) {
        let mut inner = self.inner.lock();
        let Some(at) = inner.iter().position(|window| window.label == label) else { return };
        inner[at].lost_focus = (inner[at].focused && !focused).then(Instant::now);
        inner[at].focused = focused;
        if focused {
            let window = inner.remove(at);
            inner.push(window);
        }
    }

    /// A window was shown or hidden. Answers whether that is news.
    pub fn set_visible(&self, label: &str, visible: bool) -> bool {
        self.with(label, |window| std::mem::replace(&mut window.visible, visible) != visible).unwrap_or_default()
    }

    /// The window that was used last.
    pub fn latest(&self) -> Option<String> {
        self.inner.lock().last().map(|window| window.label.clone())
    }

    /// The window in front of the person, who has just pressed keys: it has the keyboard, or had it until they were
    /// pressed.
    pub fn in_front(&self) -> Option<String> {
        let inner = self.inner.lock();
        let had = |window: &&Window| window.focused || window.lost_focus.is_some_and(|lost| lost.elapsed() < JUST);
        inner.iter().filter(|window| window.visible).find(had).map(|window| window.label.clone())
    }

    /// Whether no window is on the screen.
    pub fn none_visible(&self) -> bool {
        !self.inner.lock().iter().any(|window| window.visible)
    }

    /// What this window shows, when that is a conversation.
    pub fn shown_in(&self, label: &str) -> Option<ConversationId> {
        let shows = self.with(label, |window| window.shows.clone())?;
        if let Shows::Conversation(conversation) = shows { Some(conversation) } else { None }
    }

    /// What to do with a window that is being closed.
    pub fn closing(&self, label: &str, to_tray: bool) -> Closing {
        let inner = self.inner.lock();
        let mut others = inner.iter().filter(|window| window.label != label);
        match (others.clone().any(|window| window.visible), to_tray) {
            (false, true) => Closing::Hide,
            (false, false) if others.next().is_some() => Closing::Quit,
            // With its last window the program ends by itself.
            (true, _) | (false, false) => Closing::Window,
        }
    }

    /// Whether the person sees this conversation.
    pub fn sees(&self, conversation: &ConversationId) -> bool {
        let shown = Shows::Conversation(conversation.clone());
        self.inner.lock().iter().any(|window| window.focused && window.visible && window.shows == shown)
    }

    /// The window that shows this conversation; of several, the one that was used last.
    pub fn showing(&self, conversation: &ConversationId) -> Option<String> {
        let shown = Shows::Conversation(conversation.clone());
        self.inner.lock().iter().rfind(|window| window.shows == shown).map(|window| window.label.clone())
    }

    /// Tells one window.
    pub fn tell(&self, label: &str, message: WindowMessage) {
        let hears = self.with(label, |window| window.hears.clone()).flatten();
        if let Some(hears) = hears {
            hears(message);
        }
    }

    /// Tells every window but this one.
    pub fn tell_others(&self, label: Option<&str>, message: &WindowMessage) {
        let all: Vec<_> = {
            let inner = self.inner.lock();
            let others = inner.iter().filter(|window| Some(window.label.as_str()) != label);
            others.filter_map(|window| window.hears.clone()).collect()
        };
        for hears in all {
            hears(message.clone());
        }
    }

    fn with<T>(&self, label: &str, with: impl FnOnce(&mut Window) -> T) -> Option<T> {
        self.inner.lock().iter_mut().find(|window| window.label == label).map(with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> ConversationId {
        ConversationId(name.to_owned())
    }

    fn two() -> Windows {
        let windows = Windows::default();
        windows.add("main", None);
        windows.add("chat-2", Some(id("a")));
        windows
    }

    #[test]
    fn the_window_used_last_is_the_one_that_is_summoned() {
        let windows = two();
        assert_eq!(windows.latest().as_deref(), Some("chat-2"), "a new one is used at once");
        windows.focus("main", true);
        windows.focus("main", false);
        assert_eq!(windows.in_front().as_deref(), Some("main"), "keys that are pressed take the keyboard for a moment");
        std::thread::sleep(JUST);
        assert_eq!(windows.latest().as_deref(), Some("main"), "also after another program took the keyboard");
        assert_eq!(windows.in_front(), None, "then none of ours has it");
        windows.remove("main");
        assert_eq!(windows.latest().as_deref(), Some("chat-2"), "a window that is gone is not summoned");
    }

    #[test]
    fn only_the_last_window_that_is_seen_goes_to_the_tray_or_ends_the_program() {
        let windows = two();
        assert_eq!(windows.closing("main", true), Closing::Window, "another one is left, even of the main window");
        windows.set_visible("chat-2", false);
        assert_eq!(windows.closing("main", true), Closing::Hide, "a hidden one is nothing a person could see");
        assert_eq!(windows.closing("main", false), Closing::Quit, "nor does it keep a program alive that was closed");
        windows.remove("chat-2");
        assert_eq!(windows.closing("main", false), Closing::Window, "the last one ends it by itself");
    }

    #[test]
    fn a_conversation_is_seen_only_in_a_window_that_has_the_keyboard() {
        let windows = two();
        windows.show("chat-2", Some(id("a")));
        assert!(!windows.sees(&id("a")), "it is open behind another program");
        windows.focus("chat-2", true);
        assert!(windows.sees(&id("a")), "it is in front of the person");
        windows.show("chat-2", Some(id("b")));
        assert!(!windows.sees(&id("a")), "another chat is open there");
        windows.show("chat-2", Some(id("a")));
        windows.set_visible("chat-2", false);
        assert!(!windows.sees(&id("a")), "a hidden window shows nothing");
    }

    #[test]
    fn the_new_chats_of_two_windows_do_not_share_a_draft() {
        assert_eq!(Windows::desk("main"), Desk(1), "the first window has the first desk");
        assert_eq!(Windows::desk("chat-2"), Desk(2), "a further one its own");
        let windows = two();
        let label = windows.free_label("main");
        assert_eq!(Windows::desk(&label), Desk(3), "also the next, whatever the others show");
    }

    #[test]
    fn a_window_gets_the_lowest_free_label() {
        let windows = two();
        assert_eq!(windows.free_label("main"), "chat-3", "each has one of its own");
        windows.remove("chat-2");
        assert_eq!(windows.free_label("main"), "chat-2", "so that a second window is where the second was");
        windows.remove("main");
        assert_eq!(windows.free_label("main"), "main", "and so is the first");
    }

    #[test]
    fn a_message_reaches_the_windows_it_is_for() {
        let windows = two();
        let heard = Arc::new(Mutex::new(Vec::new()));
        for label in ["main", "chat-2"] {
            let heard = heard.clone();
            let begins = windows.listen(
                label,
                Arc::new(move |_| {
                    heard.lock().push(label);
                    true
                }),
            );
            assert_eq!(begins, (label == "chat-2").then(|| id("a")), "a window knows what it was opened for");
        }
        windows.tell("main", WindowMessage::NewChat);
        windows.tell_others(Some("main"), &WindowMessage::NewChat);
        windows.tell_others(None, &WindowMessage::NewChat);
        assert_eq!(*heard.lock(), ["main", "chat-2", "main", "chat-2"], "one, the other, both");
    }
}
