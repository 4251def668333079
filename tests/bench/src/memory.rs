//! Memory of the whole process tree: the program, the page's process, the network process.
//!
//! Counted as PSS (pages that several processes share are divided among them), five seconds after the last thing
//! happened. Ours: started with a stored account, one question asked and answered in the window. Against a bare window
//! whose process has loaded the same runtime and received one answer, and against a bare window. In turn, one at a
//! time. And once more after ten conversations of 400 turns were opened and scrolled to their beginnings, against the
//! same window before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use wingman_e2e::ask;
use wingman_sandbox::Outcome;

use crate::figures::Samples;
use crate::lab::{Lab, Side};
use crate::table::{Goal, Row, Unit};
use crate::{processes, script, years};

/// So many conversations are read, of so many turns.
const READ: usize = 10;
const LONG: usize = 400;

const SETTLED: Duration = Duration::from_secs(5);

/// The sizes of one tree in bytes, by program.
type Sizes = BTreeMap<String, f64>;

/// Takes the figures.
pub async fn measure(lab: &Lab, samples: usize) -> Result<Vec<Row>> {
    let (mut ours, mut runtime, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for sample in 1..=samples {
        eprintln!("memory: {sample} of {samples}");
        let (sizes, library) = with_a_chat(lab).await?;
        ours.push(sizes);
        runtime.push(with_the_runtime(lab, &library).await?);
        bare.push(bare_window(lab).await?);
    }
    let (before, after) = reading(lab).await?;
    let row = |work, against, floor: &[Sizes], goal, note| -> Result<Row> {
        Ok(Row { work, against, unit: Unit::Megabytes, ours: whole(&ours)?, floor: whole(floor)?, goal, note })
    };
    let parts = format!("Wingman: {}; bare window with the runtime: {}", parts(&ours)?, parts(&runtime)?);
    let work = "PSS of the process tree, signed in, one chat";
    Ok(vec![
        row(work, "a bare window with the runtime and one answer in it", &runtime, Goal::Above(60.0), Some(parts))?,
        row(work, "a bare window", &bare, Goal::None, None)?,
        Row {
            work: "the same after ten long conversations were read",
            against: "before they were",
            unit: Unit::Megabytes,
            ours: whole(&[after])?,
            floor: whole(&[before])?,
            goal: Goal::Above(40.0),
            note: None,
        },
    ])
}

/// Before and after ten long conversations were read.
async fn reading(lab: &Lab) -> Result<(Sizes, Sizes)> {
    let store = years::store(lab).await?;
    let title = |number: usize| format!("Long reading {number}");
    for number in 0..READ {
        years::add(&store, &title(number), LONG, 50).await?;
    }
    store.close().await?;
    let app = lab.open_chat().await?;
    ask(&app, "Hello!").await?;
    let before = settled(lab, Side::Ours).await?;
    for number in 0..READ {
        eprintln!("reading: {} of {READ}", number + 1);
        app.navigation("Conversations").button(&title(number)).click().await?;
        app.log("Conversation").wait_text(&format!("The end of {}.", title(number))).await?;
        script::frames(&app, None).await?;
    }
    app.button("New chat").click().await?;
    let after = settled(lab, Side::Ours).await?;
    app.close().await?;
    Ok((before, after))
}

/// And the library that it has loaded.
async fn with_a_chat(lab: &Lab) -> Result<(Sizes, PathBuf)> {
    let app = lab.open_chat().await?;
    ask(&app, "Hello!").await?;
    let sizes = settled(lab, Side::Ours).await?;
    let library = processes::mapped(&processes::tree(app.program())?, "runtime.node")?;
    app.close().await?;
    Ok((sizes, library))
}

async fn with_the_runtime(lab: &Lab, library: &Path) -> Result<Sizes> {
    let sandbox = &lab.world.sandbox;
    sandbox.clear_requests();
    let app = lab
        .launch(Side::Floor)
        .env("WINGMAN_FLOOR_CHAT", sandbox.url())
        .env("COPILOT_CLI_PATH", library)
        .env("COPILOT_GITHUB_TELEMETRY_DISABLED", "true")
        .start()
        .await?;
    lab.world
        .until("the bare window has its answer", async || {
            Ok(sandbox.requests_to("/chat/completions").iter().any(|request| request.outcome == Outcome::Complete))
        })
        .await?;
    let sizes = settled(lab, Side::Floor).await?;
    app.close().await?;
    Ok(sizes)
}

async fn bare_window(lab: &Lab) -> Result<Sizes> {
    let app = lab.launch(Side::Floor).start().await?;
    let sizes = settled(lab, Side::Floor).await?;
    app.close().await?;
    Ok(sizes)
}

async fn settled(lab: &Lab, side: Side) -> Result<Sizes> {
    tokio::time::sleep(SETTLED).await;
    processes::memory(&processes::tree(&lab.program(side)?)?)
}

/// The whole trees, in megabytes.
fn whole(trees: &[Sizes]) -> Result<Samples> {
    Samples::new(trees.iter().map(|sizes| sizes.values().sum::<f64>() / 1e6).collect()).context("there are samples")
}

/// What each program of the tree takes, by the medians.
fn parts(trees: &[Sizes]) -> Result<String> {
    let names = trees.first().context("there are samples")?.keys();
    let parts = names.map(|name| {
        let sizes = trees.iter().filter_map(|sizes| sizes.get(name)).map(|size| size / 1e6).collect();
        let median = Samples::new(sizes).context("there are samples")?.median();
        Ok(format!("{name} {median:.0} MB"))
    });
    Ok(parts.collect::<Result<Vec<_>>>()?.join(", "))
}
