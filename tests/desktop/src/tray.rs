//! The session's tray: what a panel offers on the bus (`StatusNotifierWatcher`), and what a person does there.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use zbus::message::Header;
use zbus::{Connection, interface};

use crate::session::Session;
use crate::{Desktop, wait};

#[allow(
    clippy::unused_self,
    clippy::used_underscore_binding,
    clippy::needless_pass_by_value,
    reason = "an interface of the bus is made of methods"
)]
mod watcher {
    use super::{Header, Items, PoisonError, interface};

    pub(super) struct Watcher {
        pub(super) items: Items,
    }

    #[interface(name = "org.kde.StatusNotifierWatcher")]
    impl Watcher {
        fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
            // Some name their path only; then the name is the sender's.
            let sender = header.sender().map(ToString::to_string).unwrap_or_default();
            let item = if service.starts_with('/') { sender } else { service.to_owned() };
            self.items.lock().unwrap_or_else(PoisonError::into_inner).push(item);
        }

        fn register_status_notifier_host(&self, _service: &str) {}

        #[zbus(property)]
        fn registered_status_notifier_items(&self) -> Vec<String> {
            self.items.lock().unwrap_or_else(PoisonError::into_inner).clone()
        }

        #[zbus(property)]
        fn is_status_notifier_host_registered(&self) -> bool {
            true
        }

        #[zbus(property)]
        fn protocol_version(&self) -> i32 {
            0
        }
    }
}

use watcher::Watcher;

const NAME: &str = "org.kde.StatusNotifierWatcher";
const PATH: &str = "/StatusNotifierWatcher";
const LIMIT: Duration = Duration::from_secs(15);

type Items = Arc<Mutex<Vec<String>>>;

/// A tray; it is gone when this is dropped.
#[derive(Debug)]
pub struct Tray {
    _connection: Connection,
    items: Items,
    session: Arc<Session>,
}

impl Desktop {
    /// Starts a tray; the session has none by itself.
    pub async fn tray(&self) -> Result<Tray> {
        let items = Items::default();
        let connection = self.bus()?.name(NAME)?.serve_at(PATH, Watcher { items: Arc::clone(&items) })?.build().await;
        let connection = connection.context("the tray is not on the bus")?;
        Ok(Tray { _connection: connection, items, session: Arc::clone(self.session()) })
    }
}

impl Tray {
    /// Waits until there is an icon in it and returns what its menu offers; 15 seconds at most.
    pub async fn menu(&self) -> Result<Vec<String>> {
        wait::until("an icon in the tray", LIMIT, async || {
            let Ok(rows) = self.rows().await else { return Ok(None) };
            Ok((!rows.is_empty()).then(|| rows.into_iter().map(|(_, label)| label).collect()))
        })
        .await
    }

    /// Whether there is an icon in it.
    pub async fn is_empty(&self) -> bool {
        self.rows().await.is_err()
    }

    /// Chooses from the icon's menu.
    pub async fn choose(&self, wanted: &str) -> Result<()> {
        self.menu().await?;
        let rows = self.rows().await?;
        let Some((id, _)) = rows.iter().find(|(_, label)| label == wanted) else {
            bail!("the tray offers no {wanted:?} but {rows:?}");
        };
        self.call("/MenuBar", "com.canonical.dbusmenu.Event", &[id, "clicked", "<''>", "0"]).await.map(drop)
    }

    /// Clicks on the icon.
    pub async fn click(&self) -> Result<()> {
        self.call("/StatusNotifierItem", "org.kde.StatusNotifierItem.Activate", &["0", "0"]).await.map(drop)
    }

    /// The rows of the menu: number and words.
    async fn rows(&self) -> Result<Vec<(String, String)>> {
        Ok(rows(&self.call("/MenuBar", "com.canonical.dbusmenu.GetLayout", &["0", "-- -1", "[]"]).await?))
    }

    async fn call(&self, path: &str, method: &str, arguments: &[&str]) -> Result<String> {
        let item = self.items.lock().unwrap_or_else(PoisonError::into_inner).last().cloned();
        let item = item.context("the tray is empty")?;
        let call = ["call", "--session", "--dest", &item, "--object-path", path, "--method", method];
        // A number below zero would be taken for an option.
        let arguments = arguments.iter().flat_map(|argument| argument.split(' '));
        let all: Vec<&str> = call.into_iter().chain(arguments).collect();
        self.session.run("gdbus", &all, LIMIT).await
    }
}

/// Out of what `gdbus` prints of a menu: `… <(3, {'label': <'Quit'>, …}, @av [])> …`.
fn rows(layout: &str) -> Vec<(String, String)> {
    let rows = layout.split("<(").skip(1).filter_map(|row| {
        let (id, properties) = row.split_once(',')?;
        let label = properties.split_once("'label': <'")?.1.split_once("'>")?.0;
        Some((id.trim().trim_start_matches("int32 ").to_owned(), label.to_owned()))
    });
    rows.filter(|(_, label)| !label.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_menu_is_read_from_what_gdbus_prints() {
        let layout = "(uint32 1, (0, {'children-display': <'submenu'>}, [<(1, {'label': <'Open Wingman'>}, @av [])>, \
            <(2, {'type': <'separator'>}, @av [])>, <(3, {'enabled': <true>, 'label': <'Quit'>}, @av [])>]))";
        let found = rows(layout);
        let expected = [("1", "Open Wingman"), ("3", "Quit")].map(|(id, label)| (id.to_owned(), label.to_owned()));
        assert_eq!(found, expected, "lines between the rows are no rows");
    }
}
