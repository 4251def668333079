//! The session's keychain, looked at from outside with the desktop's own tools.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::Desktop;

const LIMIT: Duration = Duration::from_secs(10);
const PASSWORD: &[u8] = b"correct horse";
const NAME: &str = "org.freedesktop.secrets";

impl Desktop {
    /// The secret that the login keyring holds for a service and a user name; `None` when it holds none.
    /// An error when the keychain is absent, or when it is locked and so did not answer within ten seconds.
    pub async fn secret(&self, service: &str, user: &str) -> Result<Option<String>> {
        let mut command = self.session().command("secret-tool");
        command.args(["lookup", "service", service, "username", user]);
        let output = tokio::time::timeout(LIMIT, command.output()).await.context("the keychain did not answer: is it locked?")??;
        let complaint = String::from_utf8_lossy(&output.stderr);
        if !complaint.trim().is_empty() {
            bail!("the keychain refused: {}", complaint.trim());
        }
        Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
    }

    /// Puts a secret into the login keyring, as an earlier run of the app would have.
    pub async fn store_secret(&self, service: &str, user: &str, secret: &str) -> Result<()> {
        let mut command = self.session().command("secret-tool");
        command.args(["store", "--label", service, "service", service, "username", user]);
        feed(command, secret.as_bytes()).await.context("cannot store a secret")
    }

    /// Whether anything on the bus offers the Secret Service.
    pub async fn has_keychain(&self) -> Result<bool> {
        let call = ["call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus"];
        let question = ["--method", "org.freedesktop.DBus.NameHasOwner", NAME];
        Ok(self.session().run("gdbus", &[&call[..], &question[..]].concat(), LIMIT).await?.contains("true"))
    }

    /// Locks the login keyring: from now on whoever needs it waits on a graphical prompt.
    pub async fn lock_keychain(&self) -> Result<()> {
        let call = ["call", "--session", "--dest", NAME, "--object-path", "/org/freedesktop/secrets"];
        let lock = ["--method", "org.freedesktop.Secret.Service.Lock", "['/org/freedesktop/secrets/collection/login']"];
        let answer = self.session().run("gdbus", &[&call[..], &lock[..]].concat(), LIMIT).await?;
        if !self.keychain_is_locked().await? {
            bail!("the login keyring did not lock: {answer}");
        }
        Ok(())
    }

    /// Unlocks the login keyring, as the person's password would. A prompt that is already open stays open.
    pub async fn unlock_keychain(&self) -> Result<()> {
        let mut command = self.session().command("gnome-keyring-daemon");
        command.arg("--unlock");
        feed(command, PASSWORD).await.context("cannot unlock the login keyring")?;
        if self.keychain_is_locked().await? {
            bail!("the login keyring is still locked");
        }
        Ok(())
    }

    /// Whether the login keyring is locked.
    pub async fn keychain_is_locked(&self) -> Result<bool> {
        let call = ["call", "--session", "--dest", NAME, "--object-path", "/org/freedesktop/secrets/collection/login"];
        let question = ["--method", "org.freedesktop.DBus.Properties.Get", "org.freedesktop.Secret.Collection", "Locked"];
        Ok(self.session().run("gdbus", &[&call[..], &question[..]].concat(), LIMIT).await?.contains("true"))
    }
}

async fn feed(mut command: Command, input: &[u8]) -> Result<()> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut pipe = child.stdin.take().context("no standard input")?;
    pipe.write_all(input).await?;
    drop(pipe);
    let output = tokio::time::timeout(LIMIT, child.wait_with_output()).await.context("the keychain did not answer")??;
    if !output.status.success() {
        bail!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
