//! What is around the windows: the tray, the summoning keys, how the windows are stacked, the start at login. One task
//! brings the desktop to what is set, one thing after another, and tells the windows what became of it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tauri::{AppHandle, Manager as _, WebviewWindow};
use tokio::sync::{Notify, mpsc};
use wingman_core::app::{App, AppEvent, AppState, DesktopSettings, Phase};
use wingman_core::chat::ConversationId;

use super::state::{DesktopState, DesktopWords, ShortcutState, TrayState, WindowMessage};
use super::tray::{self, Tray};
use super::{is_wayland, login_start, notification, shortcut, window};
use crate::shell::Shell;

/// So long a window manager may take to say where it has put a window.
const STACKED: Duration = Duration::from_millis(300);

/// What a person may choose in the tray.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrayChoice {
    /// The window.
    Open,
    /// The window, with a new chat.
    NewChat,
    /// The end of the program.
    Quit,
}

impl TrayChoice {
    /// Its name in a menu.
    #[cfg(not(target_os = "linux"))]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::NewChat => "new-chat",
            Self::Quit => "quit",
        }
    }

    /// Does it.
    pub fn run(self, app: &AppHandle) {
        match self {
            Self::Open => window::bring_to_front(app),
            Self::NewChat => {
                let windows = &app.state::<Shell>().windows;
                if let Some(latest) = windows.latest() {
                    windows.tell(&latest, WindowMessage::NewChat);
                }
                window::bring_to_front(app);
            }
            Self::Quit => app.exit(0),
        }
    }
}

/// What is wanted, and what became of it.
struct Wanted {
    /// None until the database has said so.
    settings: Option<DesktopSettings>,
    words: Option<DesktopWords>,
    /// The window in which a person presses keys to choose them: they must reach its page.
    recording: Option<String>,
    state: DesktopState,
    /// Notifications that stand on the screen, by the conversation they speak of.
    told: HashMap<ConversationId, Arc<Notify>>,
}

/// The desktop around the windows.
pub struct Surroundings {
    wanted: Mutex<Wanted>,
    changed: Notify,
}

impl Surroundings {
    /// Nothing is asked of the desktop yet.
    pub fn new() -> Self {
        let program = tauri::utils::platform::current_exe().unwrap_or_default();
        let state = DesktopState {
            tray: TrayState::Off,
            shortcut: ShortcutState::Off,
            starts_at_login: None,
            stays_below: false,
            notifications: None,
            summon_command: format!("{} --show", program.display()),
        };
        let wanted = Wanted { settings: None, words: None, recording: None, state, told: HashMap::new() };
        Self { wanted: Mutex::new(wanted), changed: Notify::new() }
    }

    /// What is set; the defaults until it is known.
    pub fn settings(&self) -> DesktopSettings {
        self.wanted.lock().settings.clone().unwrap_or_default()
    }

    /// What became of it.
    pub fn state(&self) -> DesktopState {
        self.wanted.lock().state.clone()
    }

    /// The words outside the page; none until a page has said them.
    pub fn words(&self) -> Option<DesktopWords> {
        self.wanted.lock().words.clone()
    }

    /// The page's words, in another language perhaps.
    pub fn say(&self, words: DesktopWords) {
        self.wanted.lock().words = Some(words);
        self.changed.notify_one();
    }

    /// While keys are being chosen none are taken: in this window, or no longer in it.
    pub fn record(&self, label: &str, recording: bool) {
        {
            let mut wanted = self.wanted.lock();
            if !recording && wanted.recording.as_deref() != Some(label) {
                return;
            }
            wanted.recording = recording.then(|| label.to_owned());
        }
        self.changed.notify_one();
    }

    /// Whether the last window that is closed goes to the tray: only where there is one to come back from.
    pub fn closes_to_tray(&self) -> bool {
        let wanted = self.wanted.lock();
        let asked = wanted.settings.as_ref().is_some_and(|settings| settings.tray && settings.close_to_tray);
        asked && wanted.state.tray == TrayState::Shown
    }

    /// A notification of this conversation stands on the screen, until what is answered here is done.
    #[cfg(target_os = "linux")]
    pub fn telling(&self, conversation: &ConversationId) -> Arc<Notify> {
        let over = Arc::new(Notify::new());
        if let Some(before) = self.wanted.lock().told.insert(conversation.clone(), over.clone()) {
            before.notify_one();
        }
        over
    }

    /// That notification is gone.
    #[cfg(target_os = "linux")]
    pub fn told(&self, conversation: &ConversationId, over: &Arc<Notify>) {
        let told = &mut self.wanted.lock().told;
        if told.get(conversation).is_some_and(|known| Arc::ptr_eq(known, over)) {
            told.remove(conversation);
        }
    }

    /// The person sees this conversation now: nothing need tell of it any more.
    pub fn saw(&self, conversation: &ConversationId) {
        if let Some(over) = self.wanted.lock().told.remove(conversation) {
            over.notify_one();
        }
    }

    fn want(&self, settings: &DesktopSettings) {
        let mut wanted = self.wanted.lock();
        if wanted.settings.as_ref() != Some(settings) {
            wanted.settings = Some(settings.clone());
            self.changed.notify_one();
        }
    }
}

/// Follows what is set, for as long as the program runs.
pub fn follow(app: &AppHandle, core: &App) {
    let (state, events) = core.watch();
    tauri::async_runtime::spawn(take_settings(app.clone(), state, events));
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut done = Done::default();
        loop {
            app.state::<Shell>().surroundings.changed.notified().await;
            done.bring(&app).await;
        }
    });
}

/// Settings count once the database has said what they are: before that nothing of the person's is known.
async fn take_settings(app: AppHandle, state: AppState, mut events: mpsc::UnboundedReceiver<AppEvent>) {
    let take = |state: &AppState| {
        if matches!(state.phase, Phase::Ready) {
            app.state::<Shell>().surroundings.want(&state.settings.desktop);
        }
    };
    take(&state);
    while let Some(event) = events.recv().await {
        if let AppEvent::State { state } = event {
            take(&state);
        }
    }
}

/// What the desktop was brought to.
#[derive(Default)]
struct Done {
    tray: Option<(Tray, DesktopWords)>,
    keys: Option<String>,
    above: bool,
}

impl Done {
    async fn bring(&mut self, app: &AppHandle) {
        let (settings, words, recording) = {
            let shell = app.state::<Shell>();
            let wanted = shell.surroundings.wanted.lock();
            (wanted.settings.clone(), wanted.words.clone(), wanted.recording.is_some())
        };
        let Some(settings) = settings else { return };
        self.bring_tray(app, words.filter(|_| settings.tray)).await;
        self.bring_keys(app, settings.shortcut.filter(|_| !recording), recording).await;
        self.bring_above(app, settings.always_on_top).await;
    }

    async fn bring_tray(&mut self, app: &AppHandle, words: Option<DesktopWords>) {
        match (self.tray.take(), words) {
            (None, None) => {}
            (Some((tray, said)), Some(words)) => {
                if said != words {
                    tray.say(&words).await;
                }
                self.tray = Some((tray, words));
            }
            (Some((tray, _)), None) => {
                tray.take_away().await;
                tray_is(app, TrayState::Off);
                // A window that is in the tray could not be found any more.
                let windows = &app.state::<Shell>().windows;
                if windows.latest().is_some() && windows.none_visible() {
                    window::bring_to_front(app);
                }
            }
            (None, Some(words)) => self.tray = tray::show(app, &words).await.map(|tray| (tray, words)),
        }
    }

    async fn bring_keys(&mut self, app: &AppHandle, keys: Option<String>, recording: bool) {
        if self.keys == keys {
            if keys.is_none() && !recording {
                change(app, |now| now.shortcut = ShortcutState::Off);
            }
            return;
        }
        let (before, wanted, of) = (self.keys.take(), keys.clone(), app.clone());
        let taken = tokio::task::spawn_blocking(move || shortcut::take(&of, before.as_deref(), wanted.as_deref()));
        let state = taken.await.unwrap_or(ShortcutState::Refused);
        // Keys that another program has are tried again whenever they are set, not given back.
        self.keys = keys.filter(|_| state == ShortcutState::Ready);
        if !recording {
            change(app, |now| now.shortcut = state);
        }
    }

    async fn bring_above(&mut self, app: &AppHandle, above: bool) {
        if self.above == above {
            return;
        }
        self.above = above;
        for window in app.webview_windows().values() {
            let _ = window.set_always_on_top(above);
        }
        tokio::time::sleep(STACKED).await;
        // GTK does not say how an X11 window manager has stacked a window, and they all obey; a Wayland one never does.
        let obeys = |window: &WebviewWindow| {
            if cfg!(target_os = "linux") { !is_wayland() } else { window.is_always_on_top().unwrap_or(true) }
        };
        let below = above && !app.webview_windows().values().all(obeys);
        change(app, |now| now.stays_below = below);
    }
}

/// Asks the system how things stand there: a person may have changed them outside Wingman.
pub async fn check(app: &AppHandle) {
    let of = app.clone();
    let asked = tokio::task::spawn_blocking(move || (login_start::is_on(&of).ok(), notification::is_possible())).await;
    if let Ok((login, notifications)) = asked {
        change(app, |now| {
            now.starts_at_login = login;
            now.notifications = Some(notifications);
        });
    }
}

/// Has Wingman start at login, or no longer, and reads back whether it does.
pub async fn start_at_login(app: &AppHandle, on: bool) -> std::io::Result<()> {
    let of = app.clone();
    let set = tokio::task::spawn_blocking(move || login_start::set(&of, on)).await.map_err(std::io::Error::other);
    check(app).await;
    set?
}

/// The tray is now this.
pub fn tray_is(app: &AppHandle, state: TrayState) {
    change(app, |now| now.tray = state);
}

/// Changes what became of the settings, and tells every window when that is news.
fn change(app: &AppHandle, change: impl FnOnce(&mut DesktopState)) {
    let Some(shell) = app.try_state::<Shell>() else { return };
    let news = {
        let mut wanted = shell.surroundings.wanted.lock();
        let before = wanted.state.clone();
        change(&mut wanted.state);
        (wanted.state != before).then(|| wanted.state.clone())
    };
    if let Some(state) = news {
        shell.windows.tell_others(None, &WindowMessage::Desktop { state });
    }
}
