//! The private folder tree of one desktop: home, runtime folder, logs, and the settings that a desktop
//! environment would have written. Knows the options, nothing that runs.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::options::{Options, Theme};
use crate::{accessibility, programs};

/// The bus may start these on demand and nothing else: settings, and the prompt of a locked keyring. The
/// Secret Service is not among them: it is there when the session starts it, and only then.
const SERVICES: [&str; 3] = ["ca.desrt.dconf", "org.gnome.keyring.SystemPrompter", "org.gnome.keyring.PrivatePrompter"];

/// The tree. Removed when dropped.
#[derive(Debug)]
pub(crate) struct Folders {
    root: TempDir,
    /// The desktop environment's name, where there is one.
    environment: Option<String>,
    /// Whether the accessibility bus may be started.
    screen_reader: bool,
}

impl Folders {
    pub(crate) fn make(options: &Options) -> Result<Self> {
        // Short: the path of a socket in it may have 107 bytes at most.
        let root = tempfile::Builder::new()
            .prefix("wingman-desktop-")
            .tempdir()
            .context("cannot make a folder for the desktop")?;
        let folders = Self { root, environment: options.environment.clone(), screen_reader: options.screen_reader };
        for folder in [folders.config(), folders.data().join("applications"), folders.state(), folders.cache()] {
            fs::create_dir_all(folder)?;
        }
        for folder in [
            folders.runtime(),
            folders.temporary(),
            folders.log(),
            folders.bin(),
            folders.inner("locale"),
            folders.inner("services"),
        ] {
            fs::create_dir_all(folder)?;
        }
        fs::set_permissions(folders.runtime(), Permissions::from_mode(0o700))?;
        folders.write_bus_configuration()?;
        folders.write_theme(options.theme)?;
        folders.offer_language(&options.language)?;
        Ok(folders)
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn inner(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.inner("home")
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.home().join(".config")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.home().join(".local/share")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.home().join(".local/state")
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.home().join(".cache")
    }

    pub(crate) fn runtime(&self) -> PathBuf {
        self.inner("run")
    }

    pub(crate) fn temporary(&self) -> PathBuf {
        self.inner("tmp")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.inner("log")
    }

    /// Scripts of the session: the browser's wrapper, handlers of schemes.
    pub(crate) fn bin(&self) -> PathBuf {
        self.inner("bin")
    }

    /// The environment of the session, whole: nothing of the test's own environment gets in but the search
    /// path and where the Rust tools are.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let mut environment: Vec<(String, String)> = [
            ("HOME", self.home()),
            ("XDG_RUNTIME_DIR", self.runtime()),
            ("XDG_CONFIG_HOME", self.config()),
            ("XDG_DATA_HOME", self.data()),
            ("XDG_STATE_HOME", self.state()),
            ("XDG_CACHE_HOME", self.cache()),
            ("TMPDIR", self.temporary()),
            ("LOCPATH", self.inner("locale")),
            (MARK, self.root().to_path_buf()),
        ]
        .map(|(name, path)| (name.to_owned(), path.display().to_string()))
        .to_vec();
        let plain = [
            ("PATH", programs::search_path()),
            ("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", self.runtime().join("bus").display())),
            ("GDK_BACKEND", "x11".into()),
            // No portals: none is in this session, and looking for them costs time.
            ("GTK_USE_PORTAL", "0".into()),
        ];
        environment.extend(plain.map(|(name, value)| (name.to_owned(), value)));
        // The same of the accessibility bus, where nobody listens.
        if !self.screen_reader {
            environment.push(("NO_AT_BRIDGE".to_owned(), "1".to_owned()));
        }
        environment.extend(self.environment.iter().map(|name| ("XDG_CURRENT_DESKTOP".to_owned(), name.clone())));
        for name in ["CARGO_HOME", "RUSTUP_HOME", "USER", "LOGNAME"] {
            if let Ok(value) = std::env::var(name) {
                environment.push((name.to_owned(), value));
            }
        }
        environment
    }

    /// What GTK, and through it the page's `prefers-color-scheme`, reads when a program starts.
    pub(crate) fn write_theme(&self, theme: Theme) -> Result<()> {
        let dark = u8::from(theme == Theme::Dark);
        let folder = self.config().join("gtk-3.0");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("settings.ini"), format!("[Settings]\ngtk-application-prefer-dark-theme={dark}\n"))?;
        Ok(())
    }

    /// Makes `setlocale` accept the language: a locale of that name with the data of `C.UTF-8`, which every
    /// machine has. Programs only need its name.
    pub(crate) fn offer_language(&self, language: &str) -> Result<()> {
        let link = self.inner("locale").join(format!("{language}.UTF-8"));
        let data =
            ["/usr/lib/locale/C.utf8", "/usr/lib/locale/C.UTF-8"].into_iter().map(Path::new).find(|path| path.is_dir());
        if let (Some(data), false) = (data, link.exists()) {
            symlink(data, link)?;
        }
        Ok(())
    }

    fn write_bus_configuration(&self) -> Result<()> {
        let services = self.inner("services");
        let hearing = self.screen_reader.then_some(accessibility::SERVICE);
        for service in SERVICES.into_iter().chain(hearing) {
            let file = format!("{service}.service");
            let installed = Path::new("/usr/share/dbus-1/services").join(&file);
            if installed.is_file() {
                fs::copy(installed, services.join(file))?;
            }
        }
        let configuration = format!(
            r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={bus}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
            bus = self.runtime().join("bus").display(),
            services = services.display(),
        );
        fs::write(self.inner("bus.conf"), configuration)?;
        Ok(())
    }
}

/// The variable that marks every process of a session; its value is the root of the tree.
pub(crate) const MARK: &str = "WINGMAN_DESKTOP";
