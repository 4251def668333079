//! The clipboard after a sign-in: what Wingman put there for it, and the token that it took from there, do not stay.
//!
//! Only that very text is removed; whatever the person has copied since is theirs. A program that keeps a history of the
//! clipboard may have kept it all the same.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

use super::House;
use crate::desktop::Desktop;
use crate::error::{Code, Error, Result};

impl House {
    /// Puts the link or the code of the attempt under way on the clipboard, for as long as it is of use.
    pub(super) fn copy_for_sign_in(&self, text: &str) -> Result<()> {
        self.desktop.copy(text).map_err(|failure| Error::new(Code::Internal).with("reason", failure))?;
        *self.copied.lock() = Some(text.into());
        Ok(())
    }

    /// Takes back what is of no use any more: the attempt that it belongs to waits no longer.
    pub(super) fn tidy_clipboard(&self) {
        let (link, code) = {
            let sign_in = self.sign_in.lock();
            (sign_in.link(), sign_in.user_code())
        };
        let mut copied = self.copied.lock();
        let of_use = |text: &SecretString| {
            let text = Some(text.expose_secret());
            text == link.as_ref().map(url::Url::as_str) || text == code.as_deref()
        };
        if let Some(over) = copied.take_if(|text| !of_use(text)) {
            self.take_back(over);
        }
    }

    /// Takes this text off the clipboard, where it is still there.
    pub(super) fn take_back(&self, text: SecretString) {
        let desktop = self.desktop.clone();
        // A clipboard's owner is another program, which may take its time.
        self.tasks.spawn_blocking(move || take_back(&desktop, &text));
    }

    /// The program ends, and with it the attempt.
    pub(super) async fn clear_what_was_copied(&self) {
        let copied = self.copied.lock().take();
        if let Some(text) = copied {
            let desktop = self.desktop.clone();
            // A panic in there has been reported, and nothing else hangs on it.
            let _ = tokio::task::spawn_blocking(move || take_back(&desktop, &text)).await;
        }
    }
}

fn take_back(desktop: &Arc<dyn Desktop>, text: &SecretString) {
    if let Err(failure) = desktop.take_back(text) {
        tracing::warn!(%failure, "the clipboard could not be cleared");
    }
}
