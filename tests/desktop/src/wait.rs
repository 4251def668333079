//! Waiting for a condition instead of for a time.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

const STEP: Duration = Duration::from_millis(15);

/// Asks `attempt` again and again until it answers, at most for `limit`; `what` completes "waited … for".
pub(crate) async fn until<T>(
    what: impl std::fmt::Display,
    limit: Duration,
    mut attempt: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(value) = attempt().await? {
            return Ok(value);
        }
        if start.elapsed() > limit {
            bail!("waited {:.1} s for {what}", start.elapsed().as_secs_f32());
        }
        tokio::time::sleep(STEP).await;
    }
}
