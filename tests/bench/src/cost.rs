//! What something costs the page's main thread: the processor time it takes while it happens, less what the same
//! window takes in the same time when nothing happens (the caret blinks). Scripts, styles, layout and painting alike.

use std::time::{Duration, Instant};

use anyhow::Result;
use wingman_headless::Program;

use crate::processes;

/// Milliseconds of the page's main thread that `work` costs.
pub async fn of(program: &Program, work: impl AsyncFnOnce() -> Result<()>) -> Result<f64> {
    // What came before has come to rest.
    tokio::time::sleep(Duration::from_millis(700)).await;
    let (begin, before) = (Instant::now(), processes::page_thread(program)?);
    work().await?;
    let (long, busy) = (begin.elapsed(), processes::page_thread(program)?.saturating_sub(before));
    tokio::time::sleep(Duration::from_millis(700)).await;
    let before = processes::page_thread(program)?;
    tokio::time::sleep(long).await;
    let idle = processes::page_thread(program)?.saturating_sub(before);
    Ok((busy.as_secs_f64() - idle.as_secs_f64()) * 1000.0)
}
