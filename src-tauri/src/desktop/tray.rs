//! The icon in the tray of a Linux desktop, over the bus (`StatusNotifierItem`): a desktop without a tray, or one whose
//! tray comes later, costs nothing and is told.

use ksni::menu::{MenuItem, StandardItem};
use ksni::{Handle, Icon, OfflineReason, ToolTip, TrayMethods as _};
use tauri::AppHandle;

use super::state::{DesktopWords, TrayState};
use super::surroundings::{self, TrayChoice};
use super::window;

/// An icon that is there, until it is taken away.
pub struct Tray(Handle<Item>);

/// Puts the icon into the tray; none where there is not even a bus.
pub async fn show(app: &AppHandle, words: &DesktopWords) -> Option<Tray> {
    surroundings::tray_is(app, TrayState::Shown);
    let item = Item { app: app.clone(), words: words.clone(), icon: icon() };
    match item.assume_sni_available(true).spawn().await {
        Ok(handle) => Some(Tray(handle)),
        Err(error) => {
            tracing::info!(%error, "there is no tray");
            surroundings::tray_is(app, TrayState::Absent);
            None
        }
    }
}

impl Tray {
    /// Says the same in other words.
    pub async fn say(&self, words: &DesktopWords) {
        self.0.update(|item| item.words.clone_from(words)).await;
    }

    /// Takes the icon away.
    pub async fn take_away(self) {
        self.0.shutdown().await;
    }
}

struct Item {
    app: AppHandle,
    words: DesktopWords,
    icon: Vec<Icon>,
}

impl Item {
    fn row(label: &str, choice: TrayChoice) -> MenuItem<Self> {
        let row = StandardItem {
            label: label.replace('_', "__"),
            activate: Box::new(move |item: &mut Self| choice.run(&item.app)),
            ..StandardItem::default()
        };
        row.into()
    }
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        "wingman".into()
    }

    fn title(&self) -> String {
        "Wingman".into()
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        self.icon.clone()
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip { title: self.title(), ..ToolTip::default() }
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        window::bring_to_front(&self.app);
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        vec![
            Self::row(&self.words.open, TrayChoice::Open),
            Self::row(&self.words.new_chat, TrayChoice::NewChat),
            MenuItem::Separator,
            Self::row(&self.words.quit, TrayChoice::Quit),
        ]
    }

    fn watcher_online(&self) {
        surroundings::tray_is(&self.app, TrayState::Shown);
    }

    fn watcher_offline(&self, _reason: OfflineReason) -> bool {
        surroundings::tray_is(&self.app, TrayState::Absent);
        true // it may come: the session may be starting still
    }
}

/// Wingman's icon, as the bus has pictures: alpha first.
fn icon() -> Vec<Icon> {
    let drawn = [&include_bytes!("../../../icons/32x32.png")[..], &include_bytes!("../../../icons/128x128.png")[..]];
    let pictures = drawn.into_iter().filter_map(|png| tauri::image::Image::from_bytes(png).ok());
    let icons = pictures.filter_map(|picture| {
        let mut data = picture.rgba().to_vec();
        for pixel in data.chunks_exact_mut(4) {
            pixel.rotate_right(1);
        }
        let (width, height) = (i32::try_from(picture.width()).ok()?, i32::try_from(picture.height()).ok()?);
        Some(Icon { width, height, data })
    });
    icons.collect()
}
