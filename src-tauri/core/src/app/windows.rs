//! The windows: the state they all see, and the events that tell them of changes.

use parking_lot::Mutex;
use tokio::sync::mpsc;

use super::{AppEvent, AppState};

/// Everyone who watches, and what they see.
pub(super) struct Windows {
    inner: Mutex<(AppState, Vec<mpsc::UnboundedSender<AppEvent>>)>,
}

impl Windows {
    pub(super) fn new(state: AppState) -> Self {
        Self { inner: Mutex::new((state, Vec::new())) }
    }

    /// The state now, and every event after it: taken together, so that none is missed or doubled.
    pub(super) fn watch(&self) -> (AppState, mpsc::UnboundedReceiver<AppEvent>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut inner = self.inner.lock();
        inner.1.push(sender);
        (inner.0.clone(), receiver)
    }

    pub(super) fn state(&self) -> AppState {
        self.inner.lock().0.clone()
    }

    /// Changes the state and tells everyone, when it really is another.
    pub(super) fn change(&self, change: impl FnOnce(&mut AppState)) {
        let mut inner = self.inner.lock();
        let before = inner.0.clone();
        change(&mut inner.0);
        if inner.0 != before {
            let event = AppEvent::State { state: Box::new(inner.0.clone()) };
            inner.1.retain(|window| window.send(event.clone()).is_ok());
        }
    }

    /// Tells everyone of something beside the state.
    pub(super) fn tell(&self, event: &AppEvent) {
        self.inner.lock().1.retain(|window| window.send(event.clone()).is_ok());
    }
}
