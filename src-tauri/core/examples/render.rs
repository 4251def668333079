//! Renders Markdown as the window gets it: a JSON list of texts on standard input, a list of their blocks' HTML on
//! standard output. For what only a real engine can tell of it (`ui/tests-browser/hostile.test.ts`).

use std::io::{Read as _, Write as _};

use wingman_core::render::render;

fn main() -> anyhow::Result<()> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let texts: Vec<String> = serde_json::from_str(&input)?;
    let blocks = |text: &String| render(text).into_iter().map(|block| block.html).collect::<Vec<_>>();
    let rendered: Vec<Vec<String>> = texts.iter().map(blocks).collect();
    Ok(std::io::stdout().write_all(&serde_json::to_vec(&rendered)?)?)
}
