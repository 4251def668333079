//! Where each window was, so that it is there again. In a file of its own: the database is open only once the keychain
//! has answered, and the window is there long before. Nothing of a person is in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

/// So much of a window's upper edge must lie on a screen for a person to take hold of it, in pixels.
const GRIP: i32 = 96;

/// A window's size without its frame, in logical pixels, and the place of its frame, in physical ones.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// How wide.
    pub width: f64,
    /// How high.
    pub height: f64,
    /// From the left; none where the system says no places (Wayland).
    pub at: Option<(i32, i32)>,
    /// It fills its screen; the rest is what it has when it does not.
    pub maximized: bool,
}

/// A screen, in physical pixels.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Its upper left corner.
    pub at: (i32, i32),
    /// Its width and height.
    pub size: (u32, u32),
    /// Physical pixels in a logical one.
    pub scale: f64,
}

impl Place {
    /// The same on the screens there are now: never larger than one of them, and never out of reach.
    pub fn within(self, screens: &[Screen], smallest: f64) -> Self {
        let holds = |screen: &&Screen, (x, y): (i32, i32)| {
            let right = screen.at.0.saturating_add_unsigned(screen.size.0);
            let lower = screen.at.1.saturating_add_unsigned(screen.size.1);
            let reaches = x.saturating_add(pixels(self.width * screen.scale));
            y >= screen.at.1 && y <= lower - GRIP && x <= right - GRIP && reaches >= screen.at.0 + GRIP
        };
        let at = self.at.filter(|at| screens.iter().any(|screen| holds(&screen, *at)));
        let screen = at.and_then(|at| screens.iter().find(|screen| holds(screen, at))).or_else(|| screens.first());
        let Some(screen) = screen else { return Self { at, ..self } };
        let most = |size: u32| (f64::from(size) / screen.scale).max(smallest);
        Self {
            width: self.width.clamp(smallest, most(screen.size.0)),
            height: self.height.clamp(smallest, most(screen.size.1)),
            at,
            maximized: self.maximized,
        }
    }
}

#[allow(clippy::cast_possible_truncation, reason = "it saturates, and no screen is that large")]
fn pixels(length: f64) -> i32 {
    length as i32
}

/// The places of all windows, by label.
pub struct Places {
    file: PathBuf,
    known: Mutex<BTreeMap<String, Place>>,
}

impl Places {
    /// Reads what was kept; whatever cannot be read is as if it had never been.
    pub fn read(folder: &Path) -> Self {
        let file = folder.join("windows.json");
        let known = std::fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Self { file, known: Mutex::new(known) }
    }

    /// Where this window was.
    pub fn of(&self, label: &str) -> Option<Place> {
        self.known.lock().get(label).copied()
    }

    /// Changes what is known of this window.
    pub fn change(&self, label: &str, change: impl FnOnce(Option<Place>) -> Option<Place>) {
        let mut known = self.known.lock();
        if let Some(place) = change(known.get(label).copied()) {
            known.insert(label.to_owned(), place);
        }
    }

    /// Keeps them for the next start. Failing costs nothing but the places.
    pub fn keep(&self) {
        let known = self.known.lock().clone();
        let part = self.file.with_extension("part");
        let kept = serde_json::to_vec(&known)
            .map_err(std::io::Error::from)
            .and_then(|text| std::fs::write(&part, text))
            .and_then(|()| std::fs::rename(&part, &self.file));
        if let Err(error) = kept {
            tracing::warn!(%error, "where the windows are could not be kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Screen = Screen { at: (0, 0), size: (1920, 1080), scale: 1.0 };

    fn at(x: i32, y: i32) -> Place {
        Place { width: 1000.0, height: 700.0, at: Some((x, y)), maximized: false }
    }

    #[test]
    fn a_window_comes_back_to_its_place_and_never_out_of_reach() {
        for (place, back) in [
            (at(100, 80), true),
            (at(-700, 80), true),
            (at(-950, 80), false),
            (at(1900, 80), false),
            (at(100, 1070), false),
            (at(100, -300), false),
        ] {
            let found = place.within(&[SCREEN], 480.0);
            assert_eq!(
                found.at,
                place.at.filter(|_| back),
                "its upper edge can be taken hold of, or it is placed anew"
            );
        }
        let left = Screen { at: (-1920, 0), ..SCREEN };
        assert_eq!(
            at(-950, 80).within(&[SCREEN, left], 480.0).at,
            Some((-950, 80)),
            "there may be a screen on the left"
        );
        assert_eq!(at(-950, 80).within(&[SCREEN], 480.0).at, None, "which may be gone the next time");
    }

    #[test]
    fn a_window_is_never_larger_than_its_screen() {
        let dense = Screen { at: (0, 0), size: (1600, 1200), scale: 2.0 };
        let found = at(0, 0).within(&[dense], 480.0);
        assert_eq!((found.width, found.height), (800.0, 600.0), "by the screen's own pixels");
        let tiny = Screen { at: (0, 0), size: (320, 240), scale: 1.0 };
        assert_eq!(at(0, 0).within(&[tiny], 480.0).width.to_bits(), 480_f64.to_bits(), "and never unusably small");
    }

    #[test]
    fn places_outlive_the_program_and_a_damaged_file_costs_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::read(folder.path());
        assert_eq!(places.of("main"), None, "nobody knows yet");
        places.change("main", |_| Some(at(5, 6)));
        places.keep();
        assert_eq!(Places::read(folder.path()).of("main"), Some(at(5, 6)), "the next start knows");
        std::fs::write(folder.path().join("windows.json"), "{").unwrap();
        assert_eq!(Places::read(folder.path()).of("main"), None, "what is damaged is as if it had never been");
    }
}
