//! Retention: chats in which nothing was said for as long as a policy or the person says are deleted.
//!
//! A clock that is wrong must not delete anything: the days are counted only while this machine's clock and GitHub's
//! agree. A machine that is never online keeps what it has.

use std::sync::Arc;
use std::time::Duration;

use super::{House, Open};
use crate::time::Millis;

/// How often it is looked for chats whose time is over.
const EVERY: Duration = Duration::from_hours(1);

/// How often it is looked whether GitHub has told the time.
const LOOK: Duration = Duration::from_secs(1);

/// So far two clocks that are right may be apart.
const AGREE: i64 = DAY;

const DAY: i64 = 24 * 60 * 60 * 1000;

impl House {
    /// Deletes old chats for as long as the program runs, while somebody says after how many days.
    pub(super) fn begin_deleting_old_chats(self: &Arc<Self>, open: &Open) {
        let (house, open) = (self.clone(), open.clone());
        self.tasks.spawn(async move {
            loop {
                let wait = match (house.days_to_keep(), house.trusted_time(&open)) {
                    (None, _) => EVERY,
                    (Some(_), None) => LOOK,
                    (Some(days), Some(now)) => {
                        let end = now.plus(-DAY * i64::from(days));
                        match open.chat.delete_untouched_since(end).await {
                            Ok(0) => {}
                            Ok(count) => {
                                tracing::info!(count, days, "chats were deleted whose time was over");
                                house.leave_nothing_behind(&open);
                            }
                            Err(error) => tracing::warn!(code = ?error.code, "old chats could not be deleted"),
                        }
                        EVERY
                    }
                };
                tokio::select! {
                    biased;
                    () = open.ending.cancelled() => return,
                    () = house.keeping.notified() => {}
                    () = tokio::time::sleep(wait) => {}
                }
            }
        });
    }

    /// The time, when this machine's clock and GitHub's agree about it.
    fn trusted_time(&self, open: &Open) -> Option<Millis> {
        let (told, own) = (open.hosts.http().told_time()?, self.desktop.now());
        (told.0.abs_diff(own.0) <= AGREE.unsigned_abs()).then_some(own)
    }
}
