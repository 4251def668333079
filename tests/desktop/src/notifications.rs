//! The session's notifications: a daemon as every desktop has one (`org.freedesktop.Notifications`), whose screen a
//! story looks at and clicks on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use zbus::zvariant::OwnedValue;
use zbus::{Connection, interface};

use crate::{Desktop, wait};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
const LIMIT: Duration = Duration::from_secs(15);

/// A notification on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its number.
    pub id: u32,
    /// Who shows it.
    pub program: String,
    /// Its first line.
    pub title: String,
    /// What stands below, as markup.
    pub text: String,
    /// Whether it says what a click on it does.
    pub clickable: bool,
}

/// What stands on the screen, in the order in which it came.
type Screen = Arc<Mutex<(u32, Vec<Shown>)>>;

/// The daemon; it is gone when this is dropped.
#[derive(Debug)]
pub struct Notifications {
    connection: Connection,
    screen: Screen,
}

impl Desktop {
    /// Starts a daemon that shows notifications; the session has none by itself.
    pub async fn notifications(&self) -> Result<Notifications> {
        let screen = Screen::default();
        let connection = self.bus()?.name(NAME)?.serve_at(PATH, Daemon { screen: Arc::clone(&screen) })?.build().await;
        Ok(Notifications { connection: connection.context("the notifications are not on the bus")?, screen })
    }

    /// The session's bus, to offer something on it.
    pub(crate) fn bus(&self) -> Result<zbus::connection::Builder<'static>> {
        let address = format!("unix:path={}", self.session().folders.runtime().join("bus").display());
        Ok(zbus::connection::Builder::address(address.as_str())?)
    }
}

impl Notifications {
    /// What stands on the screen now.
    pub fn shown(&self) -> Vec<Shown> {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Waits for a notification; 15 seconds at most.
    pub async fn wait(&self) -> Result<Shown> {
        wait::until("a notification", LIMIT, async || Ok(self.shown().pop())).await
    }

    /// Waits until none is left; 15 seconds at most.
    pub async fn wait_gone(&self) -> Result<()> {
        wait::until("the notification to go", LIMIT, async || Ok(self.shown().is_empty().then_some(()))).await
    }

    /// Clicks on it, as a person does: it goes, and who showed it hears of it.
    pub async fn click(&self, shown: &Shown) -> Result<()> {
        self.signal("ActionInvoked", &(shown.id, "default")).await?;
        self.screen.lock().unwrap_or_else(PoisonError::into_inner).1.retain(|known| known.id != shown.id);
        self.signal("NotificationClosed", &(shown.id, 2_u32)).await
    }

    async fn signal(&self, name: &str, body: &(impl serde::Serialize + zbus::zvariant::DynamicType)) -> Result<()> {
        Ok(self.connection.emit_signal(None::<&str>, PATH, NAME, name, body).await?)
    }
}

#[allow(
    clippy::unused_self,
    clippy::used_underscore_binding,
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
    reason = "an interface of the bus is made of methods, with the arguments that it has"
)]
mod daemon {
    use super::{Connection, HashMap, NAME, OwnedValue, PATH, PoisonError, Screen, Shown, interface};

    pub(super) struct Daemon {
        pub(super) screen: Screen,
    }

    #[interface(name = "org.freedesktop.Notifications")]
    impl Daemon {
        fn notify(
            &self,
            program: String,
            replaces: u32,
            _icon: String,
            title: String,
            text: String,
            actions: Vec<String>,
            _hints: HashMap<String, OwnedValue>,
            _timeout: i32,
        ) -> u32 {
            let mut screen = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
            screen.1.retain(|known| known.id != replaces);
            screen.0 += 1;
            let id = screen.0;
            let clickable = actions.iter().any(|action| action == "default");
            screen.1.push(Shown { id, program, title, text, clickable });
            id
        }

        #[zbus(name = "CloseNotification")]
        async fn close(&self, id: u32, #[zbus(connection)] connection: &Connection) -> zbus::fdo::Result<()> {
            self.screen.lock().unwrap_or_else(PoisonError::into_inner).1.retain(|known| known.id != id);
            connection.emit_signal(None::<&str>, PATH, NAME, "NotificationClosed", &(id, 3_u32)).await?;
            Ok(())
        }

        #[zbus(name = "GetCapabilities")]
        fn capabilities(&self) -> Vec<String> {
            ["actions", "body", "body-markup"].map(str::to_owned).to_vec()
        }

        #[zbus(name = "GetServerInformation")]
        fn information(&self) -> (String, String, String, String) {
            ("headless".into(), "wingman".into(), "1".into(), "1.2".into())
        }
    }
}

use daemon::Daemon;
