//! What a story may choose about its desktop before it starts. Plain data, knows nobody.

/// How the desktop is set up. Everything has a default; a story says only what it is about.
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) name: String,
    pub(crate) size: (u32, u32),
    pub(crate) keychain: Keychain,
    pub(crate) theme: Theme,
    pub(crate) language: String,
    pub(crate) isolation: Isolation,
    pub(crate) trusted: Vec<(String, String)>,
    pub(crate) environment: Option<String>,
    pub(crate) screen_reader: bool,
}

/// The Secret Service that the session offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keychain {
    /// A login keyring, unlocked, as after a normal login.
    #[default]
    Unlocked,
    /// A login keyring that is locked: whoever needs it waits on a graphical prompt.
    Locked,
    /// No Secret Service on the bus, and none that could be started.
    Absent,
}

/// The colours that the desktop asks its programs for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Light, the default.
    #[default]
    Light,
    /// Dark.
    Dark,
}

/// How the processes of a session are kept together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    /// A process namespace when this user may make one, else marks.
    #[default]
    Automatic,
    /// No namespace: processes are found by a mark in their environment.
    Marks,
}

impl Options {
    /// The defaults under the story's name, which prefixes the files it leaves in the artifacts folder.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The screen's size in pixels; 1280 × 860 by default.
    #[must_use]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = (width, height);
        self
    }

    /// The keychain; unlocked by default.
    #[must_use]
    pub fn keychain(mut self, keychain: Keychain) -> Self {
        self.keychain = keychain;
        self
    }

    /// The colours; light by default.
    #[must_use]
    pub fn theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    /// The language as a locale without its encoding, `en_US` by default. No locale has to be installed.
    #[must_use]
    pub fn language(mut self, locale: impl Into<String>) -> Self {
        self.language = locale.into();
        self
    }

    /// Lets pages of `origin` (scheme, host and port) open links of `scheme` without the browser's
    /// "Open …?" prompt. A real click is still needed.
    #[must_use]
    pub fn trust(mut self, origin: impl Into<String>, scheme: impl Into<String>) -> Self {
        self.trusted.push((origin.into(), scheme.into()));
        self
    }

    /// No desktop environment but a window manager alone: links are opened by `xdg-open` itself. GNOME otherwise, as
    /// far as programs are told.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.environment = None;
        self
    }

    /// A person who hears the screen: the accessibility bus is there, and programs are told that somebody listens. Without
    /// it, looking for the bus would only cost each program time.
    #[must_use]
    pub fn screen_reader(mut self) -> Self {
        self.screen_reader = true;
        self
    }

    /// How processes are kept together; for tests of the desktop itself.
    #[must_use]
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = isolation;
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            name: "desktop".into(),
            size: (1280, 860),
            keychain: Keychain::default(),
            theme: Theme::default(),
            language: "en_US".into(),
            isolation: Isolation::default(),
            trusted: Vec::new(),
            environment: Some("GNOME".into()),
            screen_reader: false,
        }
    }
}
