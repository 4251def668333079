//! Starting at login. The truth is the system's: it is asked each time, and a person may change it there.

#[cfg(target_os = "linux")]
pub use entry::{is_on, set};

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{is_on, set};

/// An entry of the desktop's autostart folder (Desktop Application Autostart Specification). Our own: `auto-launch`
/// quotes no path, looks past `XDG_CONFIG_HOME`, and takes an entry that was switched off for one that is on.
#[cfg(target_os = "linux")]
mod entry {
    use std::io::{ErrorKind, Result};
    use std::path::{Path, PathBuf};

    use tauri::{AppHandle, Manager as _};

    /// Whether Wingman starts at login.
    pub fn is_on(app: &AppHandle) -> Result<bool> {
        match std::fs::read_to_string(file(app)?) {
            Ok(entry) => Ok(starts(&entry)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Has Wingman start at login, or no longer.
    pub fn set(app: &AppHandle, on: bool) -> Result<()> {
        let file = file(app)?;
        if !on {
            return std::fs::remove_file(file).or_else(|error| match error.kind() {
                ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            });
        }
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // An AppImage is mounted anew each time; what is started is its file.
        let program = std::env::var_os("APPIMAGE").map_or_else(tauri::utils::platform::current_exe, |it| Ok(it.into()));
        let part = file.with_extension("part");
        std::fs::write(&part, entry(&program?))?;
        std::fs::rename(part, file)
    }

    fn file(app: &AppHandle) -> Result<PathBuf> {
        let folder = app.path().config_dir().map_err(std::io::Error::other)?;
        Ok(folder.join("autostart/wingman.desktop"))
    }

    fn entry(program: &Path) -> String {
        format!(
            "[Desktop Entry]\nType=Application\nName=Wingman\nExec={}\nIcon=wingman\nTerminal=false\n\
             StartupNotify=false\n",
            quoted(&program.to_string_lossy())
        )
    }

    /// A path as the `Exec` key has it: quoted, for the shell's signs and for the entry's own.
    fn quoted(path: &str) -> String {
        let mut quoted = String::from("\"");
        for sign in path.chars() {
            match sign {
                // A backslash is read twice, once as a string and once within quotes.
                '\\' => quoted.push_str("\\\\\\\\"),
                '"' | '`' | '$' => quoted.extend(["\\\\", sign.encode_utf8(&mut [0; 4])]),
                '%' => quoted.push_str("%%"),
                _ => quoted.push(sign),
            }
        }
        quoted.push('"');
        quoted
    }

    /// Whether the desktop starts this entry: one that is hidden or switched off it does not.
    fn starts(entry: &str) -> bool {
        let is = |key: &str, value: &str| {
            entry
                .lines()
                .filter_map(|line| line.split_once('='))
                .any(|(name, is)| name.trim() == key && is.trim().eq_ignore_ascii_case(value))
        };
        !is("Hidden", "true") && !is("X-GNOME-Autostart-enabled", "false")
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn an_entry_names_its_program_whatever_its_path_is() {
            let entry = entry(Path::new("/opt/my apps/100%/wing$man"));
            assert!(entry.contains("Exec=\"/opt/my apps/100%%/wing\\\\$man\"\n"), "nothing of it is read as a sign");
            assert!(starts(&entry), "and the desktop starts it");
        }

        #[test]
        fn an_entry_that_a_person_switched_off_elsewhere_is_off() {
            let entry = entry(Path::new("/usr/bin/wingman"));
            assert!(!starts(&format!("{entry}Hidden=true\n")), "as the specification has it");
            assert!(!starts(&format!("{entry}X-GNOME-Autostart-enabled=false\n")), "as GNOME has it");
        }
    }
}

/// A login item of macOS, a value of the registry on Windows.
#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::io::{Error, Result};

    use auto_launch::{AutoLaunch, AutoLaunchBuilder};
    use tauri::AppHandle;

    /// Whether Wingman starts at login.
    pub fn is_on(_app: &AppHandle) -> Result<bool> {
        item()?.is_enabled().map_err(Error::other)
    }

    /// Has Wingman start at login, or no longer.
    pub fn set(_app: &AppHandle, on: bool) -> Result<()> {
        let item = item()?;
        if on { item.enable() } else { item.disable() }.map_err(Error::other)
    }

    fn item() -> Result<AutoLaunch> {
        let program = tauri::utils::platform::current_exe()?;
        AutoLaunchBuilder::new()
            .set_app_name("Wingman")
            .set_app_path(&program.to_string_lossy())
            .build()
            .map_err(Error::other)
    }
}
