//! The session's keychain, looked at from outside with the desktop's own tools.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::process::Command;

use crate::{Desktop, Window, wait};

const LIMIT: Duration = Duration::from_secs(10);
/// How long one try of the password may take to open the keyring.
const ATTEMPT: Duration = Duration::from_secs(5);
/// The one that `session.sh` makes the login keyring with.
const PASSWORD: &[u8] = b"correct horse";
const NAME: &str = "org.freedesktop.secrets";

impl Desktop {
    /// The secret that the login keyring holds for a service and a user name; `None` when it holds none.
    /// An error when the keychain is absent, or when it is locked and so did not answer within ten seconds.
    pub async fn secret(&self, service: &str, user: &str) -> Result<Option<String>> {
        let mut command = self.session().command("secret-tool");
        command.args(["lookup", "service", service, "username", user]);
        let output = tokio::time::timeout(LIMIT, command.output())
            .await
            .context("the keychain did not answer: is it locked?")??;
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

    /// Takes a secret out of the login keyring, as a person with a keyring program could.
    pub async fn forget_secret(&self, service: &str, user: &str) -> Result<()> {
        self.session().run("secret-tool", &["clear", "service", service, "username", user], LIMIT).await?;
        Ok(())
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

    /// Unlocks the login keyring, as the login with the person's password does. A prompt that is already open
    /// stays open.
    pub async fn unlock_keychain(&self) -> Result<()> {
        let socket = self.session().folders.runtime().join("keyring/control");
        let answer =
            tokio::time::timeout(LIMIT, send_password(&socket)).await.context("the keychain did not answer")??;
        if answer != 0 || self.keychain_is_locked().await? {
            bail!("the login keyring did not unlock (answer {answer})");
        }
        Ok(())
    }

    /// Waits for the prompt that a locked keyring shows (ten seconds at most) and answers it as the person
    /// does: the password, with real keys. The prompt is drawn before its field listens, so the first keys of
    /// somebody fast are lost on a busy machine; like that person, this one tries again, three times in all.
    pub async fn answer_keychain_prompt(&self) -> Result<()> {
        let mut refused = None;
        for _ in 0..3 {
            self.keychain_prompt().await?;
            self.press_keys(&["ctrl+a"]).await?;
            self.type_text(&String::from_utf8_lossy(PASSWORD)).await?;
            self.press_keys(&["Return"]).await?;
            let unlocked = async || Ok((!self.keychain_is_locked().await?).then_some(()));
            match wait::until("the login keyring to unlock", ATTEMPT, unlocked).await {
                Ok(()) => return Ok(()),
                Err(error) => refused = Some(error),
            }
        }
        Err(refused.context("nothing was tried")?)
    }

    /// Waits for the prompt that a locked keyring shows, until it has the keyboard; ten seconds at most.
    pub async fn keychain_prompt(&self) -> Result<Window> {
        wait::until("a prompt of the keychain", LIMIT, async || {
            let active = self.active_window().await?;
            Ok(active.filter(|window| window.class.to_lowercase().contains("prompter")))
        })
        .await
    }

    /// Whether the login keyring is locked.
    pub async fn keychain_is_locked(&self) -> Result<bool> {
        let call = ["call", "--session", "--dest", NAME, "--object-path", "/org/freedesktop/secrets/collection/login"];
        let question =
            ["--method", "org.freedesktop.DBus.Properties.Get", "org.freedesktop.Secret.Collection", "Locked"];
        Ok(self.session().run("gdbus", &[&call[..], &question[..]].concat(), LIMIT).await?.contains("true"))
    }
}

/// Speaks to the daemon as the login does (gnome-keyring, `daemon/control`): a byte that carries the
/// credentials, then the packet's length, the operation 1 (unlock) and the password with its length, all
/// big-endian. The answer is its length and a code, 0 for success. Starting `gnome-keyring-daemon --unlock`
/// again would start a second daemon instead.
async fn send_password(socket: &Path) -> Result<u32> {
    let mut stream = UnixStream::connect(socket).await.context("the keychain has no control socket")?;
    let length = u32::try_from(PASSWORD.len())?;
    let mut message = vec![0];
    for number in [12 + length, 1, length] {
        message.extend(number.to_be_bytes());
    }
    message.extend(PASSWORD);
    stream.write_all(&message).await?;
    let _length = stream.read_u32().await?;
    Ok(stream.read_u32().await?)
}

async fn feed(mut command: Command, input: &[u8]) -> Result<()> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut pipe = child.stdin.take().context("no standard input")?;
    pipe.write_all(input).await?;
    drop(pipe);
    let output =
        tokio::time::timeout(LIMIT, child.wait_with_output()).await.context("the keychain did not answer")??;
    if !output.status.success() {
        bail!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
