//! The screen as somebody hears it: a screen reader on the session's accessibility bus (AT-SPI), which reads the tree of
//! what is shown and listens to what the programs tell. Nothing of it comes from a page or its driver.
//!
//! What becomes of an event is what Orca makes of it: a change inside a live region is said, politely or at once, with
//! the words that came; what takes the focus is named.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use atspi::events::object::{ChildrenChangedEvent, TextChangedEvent};
use atspi::object_ref::{ObjectRef, ObjectRefOwned};
use atspi::proxy::accessible::{AccessibleProxy, ObjectRefExt as _};
use atspi::proxy::bus::{BusProxy, StatusProxy};
use atspi::proxy::registry::RegistryProxy;
use atspi::proxy::text::TextProxy;
use atspi::{Event, Interface, ObjectEvents, Operation, Politeness, Role, State, StateSet};
use futures_util::StreamExt as _;
use zbus::fdo::DBusProxy;
use zbus::names::{BusName, OwnedBusName};
use zbus::proxy::CacheProperties;
use zbus::zvariant::OwnedObjectPath;
use zbus::{Connection, MatchRule, MessageStream};

use crate::{Desktop, wait};

/// The bus starts the accessibility bus by this name, and that bus the registry of who listens to what.
pub(crate) const SERVICE: &str = "org.a11y.Bus";
const LIMIT: Duration = Duration::from_secs(15);
/// How deep a tree is followed; a page that is deeper has a ring in it.
const DEPTH: usize = 60;
/// What a listener has to ask for: nobody tells what nobody wants to hear.
const WANTED: [&str; 3] = ["object:", "window:", "focus:"];

/// Fails, with what installs it, where no accessibility bus can be started.
pub(crate) fn check() -> Result<()> {
    let service = Path::new("/usr/share/dbus-1/services").join(format!("{SERVICE}.service"));
    if service.is_file() {
        return Ok(());
    }
    bail!("a screen reader needs the accessibility bus (at-spi2-core).\nInstall it with: cargo xtask setup")
}

/// How a screen reader puts something in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// When what is being said has ended.
    Polite,
    /// At once.
    Assertive,
}

/// What a person hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Words that come by themselves.
    Said(Urgency, String),
    /// Where the keyboard is now.
    Focus(Element),
}

/// Something on the screen, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// How deep it lies.
    pub depth: usize,
    /// What it is, in AT-SPI's words.
    pub role: Role,
    /// What it is called.
    pub name: String,
    /// What is said of it besides.
    pub description: String,
    /// What it is at the moment.
    pub states: StateSet,
    /// What its toolkit tells of it besides: `xml-roles`, `live` and so on.
    pub attributes: HashMap<String, String>,
    /// Its own words, where it has some; objects inside them are left out.
    pub text: String,
}

impl Element {
    /// Its role by the page's own name, such as `article`, which AT-SPI has coarser ones for.
    pub fn page_role(&self) -> &str {
        self.attributes.get("xml-roles").map_or("", String::as_str)
    }
}

/// A screen reader. It hears from its start on.
#[derive(Debug)]
pub struct ScreenReader {
    bus: Connection,
    heard: Arc<Mutex<Vec<Heard>>>,
    listening: tokio::task::JoinHandle<()>,
}

impl Drop for ScreenReader {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Desktop {
    /// Starts a screen reader, on a desktop that has been asked for one. Programs tell those that they start after.
    pub async fn screen_reader(&self) -> Result<ScreenReader> {
        let session = self.bus()?.build().await?;
        let address = BusProxy::new(&session).await?.get_address().await.context("no accessibility bus")?;
        let status = StatusProxy::new(&session).await?;
        status.set_is_enabled(true).await?;
        status.set_screen_reader_enabled(true).await?;

        let bus = zbus::connection::Builder::address(address.as_str())?.build().await?;
        // Before anybody is asked to tell something.
        let rule =
            MatchRule::builder().msg_type(zbus::message::Type::Signal).path_namespace("/org/a11y/atspi/accessible")?;
        let mut events = MessageStream::for_match_rule(rule.build(), &bus, Some(4096)).await?;
        let registry = RegistryProxy::new(&bus).await?;
        for kind in WANTED {
            registry.register_event(kind).await?;
        }
        let heard = Arc::<Mutex<Vec<Heard>>>::default();
        let (ear, wire) = (Arc::clone(&heard), bus.clone());
        let listening = tokio::spawn(async move {
            let mut last = Vec::new();
            while let Some(Ok(message)) = events.next().await {
                let Ok(event) = Event::try_from(&message) else { continue };
                // What has gone meanwhile says nothing any more.
                let what = hear(&wire, &event).await.unwrap_or_default();
                // A region that is said as a whole changes with each of its parts, and is said once.
                if !what.is_empty() && what != last {
                    ear.lock().unwrap_or_else(PoisonError::into_inner).extend(what.iter().cloned());
                    last = what;
                }
            }
        });
        Ok(ScreenReader { bus, heard, listening })
    }
}

impl ScreenReader {
    /// Everything that was heard since the start or [`ScreenReader::forget`].
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What came by itself, without where the keyboard went.
    pub fn said(&self) -> Vec<(Urgency, String)> {
        let said = |heard| match heard {
            Heard::Said(urgency, words) => Some((urgency, words)),
            Heard::Focus(_) => None,
        };
        self.heard().into_iter().filter_map(said).collect()
    }

    /// Begins anew.
    pub fn forget(&self) {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Waits until words are said that hold `part`; 15 seconds at most.
    pub async fn wait_said(&self, part: &str) -> Result<(Urgency, String)> {
        let found = wait::until(format!("{part:?} to be said"), LIMIT, async || {
            Ok(self.said().into_iter().find(|(_, words)| words.contains(part)))
        });
        found.await.with_context(|| format!("heard: {:#?}", self.said()))
    }

    /// Waits until the keyboard was heard to go to something of this name; 15 seconds at most.
    pub async fn wait_focus(&self, name: &str) -> Result<Element> {
        let found = wait::until(format!("the focus on {name:?}"), LIMIT, async || {
            Ok(self.heard().into_iter().rev().find_map(|heard| match heard {
                Heard::Focus(element) if element.name == name => Some(element),
                _ => None,
            }))
        });
        found.await.with_context(|| format!("heard: {:#?}", self.heard()))
    }

    /// Waits for something of this role and name in the programs' windows; 15 seconds at most.
    pub async fn wait_for(&self, role: Role, name: &str) -> Result<Element> {
        let found = wait::until(format!("{role:?} {name:?}"), LIMIT, async || {
            Ok(self.tree().await?.into_iter().find(|element| element.role == role && element.name == name))
        });
        match found.await {
            Ok(element) => Ok(element),
            Err(error) => bail!("{error:#}, in\n{}", self.outline().await?),
        }
    }

    /// Waits until something of this role and name holds what is asked of it, and returns what is in it; 15 seconds at
    /// most.
    pub async fn wait_inside(
        &self,
        role: Role,
        name: &str,
        holds: impl Fn(&[Element]) -> bool,
    ) -> Result<Vec<Element>> {
        let found = wait::until(format!("what is asked of {role:?} {name:?}"), LIMIT, async || {
            let mut rest = self.tree().await?.into_iter().skip_while(|one| one.role != role || one.name != name);
            let Some(outer) = rest.next() else { return Ok(None) };
            let inside: Vec<Element> = rest.take_while(|one| one.depth > outer.depth).collect();
            Ok(holds(&inside).then_some(inside))
        });
        match found.await {
            Ok(inside) => Ok(inside),
            Err(error) => bail!("{error:#}, in\n{}", self.outline().await?),
        }
    }

    /// Everything that is shown, in the order in which it is read.
    pub async fn tree(&self) -> Result<Vec<Element>> {
        let root = AccessibleProxy::builder(&self.bus)
            .destination("org.a11y.atspi.Registry")?
            .cache_properties(CacheProperties::No)
            .build()
            .await?;
        let mut all = Vec::new();
        let mut waiting: Vec<(usize, ObjectRefOwned)> =
            children(&self.bus, &root).await?.into_iter().rev().map(|child| (0, child)).collect();
        while let Some((depth, object)) = waiting.pop() {
            // What goes while it is read is not there any more.
            let Ok(proxy) = object.as_accessible_proxy(&self.bus).await else { continue };
            let Ok(element) = read(&self.bus, &proxy, depth).await else { continue };
            all.push(element);
            if depth < DEPTH {
                let inside = children(&self.bus, &proxy).await.unwrap_or_default();
                waiting.extend(inside.into_iter().rev().map(|child| (depth + 1, child)));
            }
        }
        Ok(all)
    }

    /// The same, for who looks into a failure.
    pub async fn outline(&self) -> Result<String> {
        let mut outline = String::new();
        for element in self.tree().await? {
            let Element { depth, role, name, description, attributes, text, .. } = &element;
            let states: Vec<State> = element.states.iter().collect();
            let _ = writeln!(
                outline,
                "{:width$}{role:?} {name:?} {description:?} {text:?} {attributes:?} {states:?}",
                "",
                width = 2 * depth
            );
        }
        Ok(outline)
    }
}

/// What is said of an event.
async fn hear(bus: &Connection, event: &Event) -> Result<Vec<Heard>> {
    let Event::Object(event) = event else { return Ok(Vec::new()) };
    Ok(match event {
        ObjectEvents::Announcement(event) => {
            let urgency = if event.live == Politeness::Assertive { Urgency::Assertive } else { Urgency::Polite };
            vec![Heard::Said(urgency, event.text.clone())]
        }
        ObjectEvents::TextChanged(TextChangedEvent { item, operation: Operation::Insert, text, .. }) => {
            live(bus, item).await?.map(|(urgency, _)| Heard::Said(urgency, text.clone())).into_iter().collect()
        }
        ObjectEvents::ChildrenChanged(ChildrenChangedEvent { item, operation: Operation::Insert, child, .. }) => {
            let Some((urgency, whole)) = live(bus, item).await? else { return Ok(Vec::new()) };
            let words = words(bus, whole.as_ref().unwrap_or(child)).await?;
            if words.is_empty() { Vec::new() } else { vec![Heard::Said(urgency, words)] }
        }
        ObjectEvents::StateChanged(event) if event.state == State::Focused && event.enabled => {
            let proxy = event.item.as_accessible_proxy(bus).await?;
            vec![Heard::Focus(read(bus, &proxy, 0).await?)]
        }
        _ => Vec::new(),
    })
}

/// How a change in something is put in, as the nearest region around it says that is live; and that region, where it is
/// said as a whole.
async fn live(bus: &Connection, object: &ObjectRefOwned) -> Result<Option<(Urgency, Option<ObjectRefOwned>)>> {
    let mut object = object.clone();
    let mut attributes = object.as_accessible_proxy(bus).await?.get_attributes().await?;
    let urgency = match attributes.get("container-live").map(String::as_str) {
        Some("assertive") => Urgency::Assertive,
        Some("polite") => Urgency::Polite,
        _ => return Ok(None),
    };
    if attributes.get("container-atomic").is_none_or(|atomic| atomic != "true") {
        return Ok(Some((urgency, None)));
    }
    while !attributes.contains_key("live") {
        object = object.as_accessible_proxy(bus).await?.parent().await?;
        attributes = object.as_accessible_proxy(bus).await?.get_attributes().await?;
    }
    Ok(Some((urgency, Some(object))))
}

/// The words of something: its own, else its name, else those of what is in it.
async fn words(bus: &Connection, object: &ObjectRefOwned) -> Result<String> {
    let mut words: Vec<String> = Vec::new();
    let mut waiting = vec![object.clone()];
    while let Some(object) = waiting.pop() {
        let proxy = object.as_accessible_proxy(bus).await?;
        let element = read(bus, &proxy, 0).await?;
        match [element.text, element.name].into_iter().find(|own| !own.is_empty()) {
            Some(own) => words.push(own),
            None => waiting.extend(children(bus, &proxy).await?.into_iter().rev()),
        }
    }
    Ok(words.join(" "))
}

/// What is in something. A web view tells of its page only who asks for one child after the other, and names the page's
/// process by a well-known name, which the crate's own types do not read.
async fn children(bus: &Connection, proxy: &AccessibleProxy<'_>) -> Result<Vec<ObjectRefOwned>> {
    let mut inside: Vec<(OwnedBusName, OwnedObjectPath)> = proxy.inner().call("GetChildren", &()).await?;
    if inside.is_empty() {
        for index in 0..proxy.child_count().await? {
            inside.push(proxy.inner().call("GetChildAtIndex", &index).await?);
        }
    }
    let names = DBusProxy::new(bus).await?;
    let mut children = Vec::new();
    for (name, path) in inside {
        let owner = match name.inner() {
            BusName::Unique(name) => name.to_owned(),
            BusName::WellKnown(_) => names.get_name_owner(name.inner().clone()).await?.into_inner(),
        };
        children.push(ObjectRef::new_owned(owner, path.into_inner()));
    }
    Ok(children)
}

async fn read(bus: &Connection, proxy: &AccessibleProxy<'_>, depth: usize) -> Result<Element> {
    let text = if proxy.get_interfaces().await?.contains(Interface::Text) {
        let text = TextProxy::builder(bus)
            .destination(proxy.inner().destination().to_owned())?
            .path(proxy.inner().path().to_owned())?
            .cache_properties(CacheProperties::No)
            .build()
            .await?;
        // Where another object stands inside of the words.
        text.get_text(0, -1).await?.replace('\u{fffc}', " ").trim().to_owned()
    } else {
        String::new()
    };
    Ok(Element {
        depth,
        role: proxy.get_role().await?,
        name: proxy.name().await?,
        description: proxy.description().await?,
        states: proxy.get_state().await?,
        attributes: proxy.get_attributes().await.unwrap_or_default(),
        text,
    })
}
