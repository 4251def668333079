//! A copy of the database a day, and what is said when one had to stand in for it.

use std::sync::Arc;
use std::time::Duration;

use super::starting::blocking;
use super::state::Restored;
use super::{House, Open};
use crate::store::Store;
use crate::time::Millis;

/// How long after the start the first copy is made at the earliest: a start has better things to do.
const SOON: Duration = Duration::from_mins(2);

/// How often it is looked whether a day has passed.
const LOOK: Duration = Duration::from_hours(1);

const DAY: u64 = 24 * 60 * 60 * 1000;

impl House {
    /// Says that a copy stands in for the database.
    pub(super) fn tell_restored(&self, store: &Store) {
        let Some(restored) = store.restored() else { return };
        tracing::warn!("the database was damaged; a copy stands in for it");
        let restored = Restored { from: restored.from, aside: restored.aside.display().to_string() };
        self.windows.change(|state| state.restored = Some(restored));
    }

    /// Copies the database once a day for as long as the program runs.
    pub(super) fn begin_backing_up(self: &Arc<Self>, open: &Open) {
        let (house, store, ending) = (self.clone(), open.store.clone(), open.ending.clone());
        self.tasks.spawn(async move {
            let mut wait = SOON;
            loop {
                tokio::select! {
                    biased;
                    () = ending.cancelled() => return,
                    () = tokio::time::sleep(wait) => {}
                }
                wait = LOOK;
                let (store, now) = (store.clone(), house.desktop.now());
                let made = blocking(move || {
                    if is_due(store.backed_up_at()?, now) { store.back_up().map(|()| true) } else { Ok(false) }
                });
                match made.await {
                    Ok(true) => tracing::info!("the database was copied"),
                    Ok(false) => {}
                    Err(error) => tracing::warn!(code = ?error.code, "the database could not be copied"),
                }
            }
        });
    }
}

/// Whether a day has passed, by whichever way the clock went.
fn is_due(last: Option<Millis>, now: Millis) -> bool {
    last.is_none_or(|last| last.0.abs_diff(now.0) >= DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_due_once_a_day_even_after_the_clock_was_wrong() {
        let day = i64::try_from(DAY).expect("a day is short");
        let now = Millis(1_800_000_000_000);
        for (last, due, why) in [
            (None, true, "there is none yet"),
            (Some(now.plus(-day + 1)), false, "not a whole day has passed"),
            (Some(now.plus(-day)), true, "a day has"),
            (Some(now.plus(10 * day)), true, "a copy from the future must not hold up all others"),
        ] {
            assert_eq!(is_due(last, now), due, "{why}");
        }
    }
}
