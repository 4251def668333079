//! Whether a person has configured an OAuth client, so that Wingman can sign in at the real GitHub.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// The variable that names another configuration file than the platform's.
pub const CONFIG_VARIABLE: &str = "WINGMAN_CONFIG";

/// The variable that gives a build its own OAuth client.
const CLIENT_VARIABLE: &str = "WINGMAN_CLIENT_ID";

/// Which OAuth client the app will find.
#[derive(Debug, PartialEq, Eq)]
pub enum Client {
    /// One that a person registered: the app signs in at the GitHub that its configuration names.
    Configured,
    /// None: only the sandbox can answer.
    None,
}

/// Looks where the app will look: the build's own client, then the configuration file.
pub fn find() -> Result<Client> {
    if env::var_os(CLIENT_VARIABLE).is_some_and(|id| !id.is_empty()) {
        return Ok(Client::Configured);
    }
    if let Some(named) = env::var_os(CONFIG_VARIABLE).filter(|path| !path.is_empty()) {
        return in_named(Path::new(&named));
    }
    Ok(default_file().and_then(|file| fs::read_to_string(file).ok()).map_or(Client::None, |text| in_text(&text)))
}

/// A file that a person names must exist: falling back to the sandbox would hide a slip of the pen.
fn in_named(file: &Path) -> Result<Client> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(in_text(&text)),
        Err(error) => bail!("{CONFIG_VARIABLE} names {}, which cannot be read: {error}", file.display()),
    }
}

/// A file that does not parse counts as a configured client: the app shows its line and column, and must get to.
fn in_text(text: &str) -> Client {
    let Ok(table) = text.parse::<toml::Table>() else {
        return Client::Configured;
    };
    let id = table.get("github").and_then(|github| github.get("client_id"));
    match id {
        None => Client::None,
        Some(id) if id.as_str() == Some("") => Client::None,
        Some(_) => Client::Configured,
    }
}

/// The platform's place, as the core's `config/places.rs` has it.
fn default_file() -> Option<PathBuf> {
    let home = env::home_dir()?;
    let folder = match env::consts::OS {
        "macos" => home.join("Library/Preferences/dev.wingman.desktop"),
        "windows" => home.join("AppData/Roaming/dev.wingman.desktop"),
        _ => match env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute()) {
            Some(folder) => folder.join("wingman"),
            None => home.join(".config/wingman"),
        },
    };
    Some(folder.join("config.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_id_in_any_of_tomls_spellings_counts() {
        for text in
            ["[github]\nclient_id = \"Ov23li\"", "github.client_id = 'Ov23li'", "github = { client_id = \"x\" }"]
        {
            assert_eq!(
                in_text(text),
                Client::Configured,
                "a person who configured a client wants the real GitHub: {text}"
            );
        }
    }

    #[test]
    fn a_file_without_a_client_id_leaves_the_sandbox() {
        for text in ["", "[github]\nhost = \"octo.ghe.com\"", "[github]\nclient_id = \"\"", "# client_id = \"x\""] {
            assert_eq!(in_text(text), Client::None, "without a client nobody can sign in at GitHub: {text}");
        }
    }

    #[test]
    fn a_broken_file_reaches_the_app_which_says_where_it_is_broken() {
        assert_eq!(
            in_text("[github\nclient_id = 1"),
            Client::Configured,
            "the sandbox would hide the person's mistake"
        );
    }

    #[test]
    fn a_named_file_that_is_missing_is_an_error() {
        let error = in_named(Path::new("/no/such/wingman.toml")).expect_err("there is no such file").to_string();
        assert!(error.contains("/no/such/wingman.toml"), "the person must see which path was meant: {error}");
    }
}
