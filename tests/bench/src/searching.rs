//! Search over 100,000 turns: from the last letter typed to the first hit on the page. Against the search itself, in
//! this process, on the same file.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use wingman_core::accounts::AccountId;
use wingman_core::store::search;

use crate::figures::Samples;
use crate::lab::Lab;
use crate::table::{Goal, Row, Unit};
use crate::{script, years};

const CONVERSATIONS: usize = 50;
const TURNS: usize = 2_000;

/// Takes the figures.
pub async fn measure(lab: &Lab, samples: usize) -> Result<Vec<Row>> {
    let store = years::store(lab).await?;
    for number in 0..CONVERSATIONS {
        eprintln!("a hundred thousand turns: {number} of {CONVERSATIONS}");
        years::add(&store, &format!("Year {number}"), TURNS, 997).await?;
    }
    let mut bare = Vec::new();
    for _ in 0..=samples {
        let begun = Instant::now();
        let found = store
            .read(|look| {
                let mut found = 0;
                search::places(look, &AccountId::new("github.com", 1001), years::RARE, |_| {
                    found += 1;
                    found < 20
                })?;
                Ok(found)
            })
            .await?;
        ensure!(found > 1, "it stands in some turns");
        bare.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    store.close().await?;

    let app = lab.open_chat().await?;
    let mut ours = Vec::new();
    for sample in 0..=samples {
        eprintln!("searching: {sample} of {samples}");
        app.role("searchbox").named("Search").fill("").await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        app.execute(script::WATCH_SEARCH, vec![json!(years::RARE)]).await?;
        app.wait_until(&format!("({}) !== null", script::SEEN)).await?;
        if sample > 0 {
            ours.push(app.evaluate(script::SEEN).await?);
        }
    }
    app.close().await?;
    Ok(vec![Row {
        work: "search over 100,000 turns: last letter → first hit on the page",
        against: "the index's own answer, first 20",
        unit: Unit::Milliseconds,
        ours: Samples::new(ours).context("there are samples")?,
        floor: Samples::new(bare).context("there are samples")?,
        goal: Goal::AtMost(50.0),
        note: None,
    }])
}
