//! Building and starting the programs: the app, with the sandbox beside it when there is no OAuth client.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread;

use anyhow::{Context as _, Result, bail};

use crate::client::{self, Client};
use crate::node;
use crate::packages::{self, Purpose};
use crate::process::{self, announce};
use crate::project::Project;
use crate::runtime;
use crate::supply;
use crate::toolchain;

/// Brings the machine and the checkout to where the programs can be built; does nothing that was done before.
pub fn set_up(project: &Project, purpose: Purpose) -> Result<()> {
    packages::install(purpose)?;
    if purpose == Purpose::Test {
        toolchain::install_test_tools(project)?;
    }
    node::install(project)?;
    runtime::install(project, purpose)
}

/// Builds the app and starts it, and waits for its end.
pub fn run(project: &Project, release: bool) -> Result<()> {
    let client = client::find()?;
    set_up(project, Purpose::Run)?;
    build(project, release)?;

    let mut app = project.command(project.program(release, "wingman"));
    // Lives until the app has ended.
    let _sandbox = match client {
        Client::Configured => None,
        Client::None => {
            let sandbox = Sandbox::start(project, release)?;
            println!(
                "No OAuth client is configured, so Wingman talks to a built-in sandbox that plays GitHub and Copilot."
            );
            println!(
                "Sign in and try everything: no real account is touched. README.md says how to connect the real one."
            );
            app.env(client::CONFIG_VARIABLE, sandbox.write_config(project)?);
            Some(sandbox)
        }
    };
    announce("Starting Wingman");
    process::run(&mut app)
}

/// Measures release builds; the arguments go to `wingman-bench`.
pub fn bench(project: &Project, arguments: &[String]) -> Result<()> {
    set_up(project, Purpose::Test)?;
    build(project, true)?;
    announce("Building the bare window and the measurements");
    let mut floor = project.cargo();
    // The app's package again, so that both programs stand on the same build of every dependency.
    floor.args(["build", "--release", "--package", "wingman", "--package", "wingman-sandbox"]);
    floor.args(["--package", "wingman-floor", "--features", "wingman/custom-protocol,wingman-floor/custom-protocol"]);
    process::run(&mut floor)?;
    process::run(project.cargo().args(["build", "--release", "--package", "wingman-bench"]))?;
    announce("Measuring");
    process::run(project.command(project.program(true, "wingman-bench")).args(arguments))
}

/// Writes what is generated from the commands' declarations.
pub fn generate(project: &Project) -> Result<()> {
    node::build_pages(project)?;
    announce("Generating the TypeScript types and permissions");
    // The test that finds drift writes instead of comparing when it is told so: one piece of code knows both.
    let mut cargo = project.cargo();
    cargo.args(["test", "--workspace", "--lib", "--quiet", "commands::typescript"]).env("WINGMAN_GENERATE", "1");
    process::run(&mut cargo)
}

/// Builds the pages, then the app and the sandbox.
///
/// A debug build resolves features for the whole workspace, as the tests do, so that going from one to the other
/// compiles no dependency twice. A release build holds what is shipped and no more, and takes the pages from the
/// binary.
fn build(project: &Project, release: bool) -> Result<()> {
    node::build_pages(project)?;
    supply::write_licences(project)?;
    announce(if release { "Building Wingman, optimised" } else { "Building Wingman" });
    let mut cargo = project.cargo();
    cargo.arg("build");
    if release {
        cargo.args(["--package", "wingman", "--package", "wingman-sandbox"]);
        cargo.args(["--release", "--features", "wingman/custom-protocol"]);
    } else {
        cargo.args(["--workspace", "--bin", "wingman", "--bin", "wingman-sandbox"]);
    }
    process::run(&mut cargo)
}

/// Builds the app alone, as a package has it: the pages come from the binary.
pub fn build_app(project: &Project, release: bool) -> Result<()> {
    node::build_pages(project)?;
    announce(if release { "Building Wingman, optimised" } else { "Building Wingman" });
    let mut cargo = project.cargo();
    cargo.args(["build", "--package", "wingman", "--features", "custom-protocol"]);
    if release {
        cargo.arg("--release");
    }
    process::run(&mut cargo)
}

/// The running sandbox; dropping it ends it.
struct Sandbox {
    child: Child,
    url: String,
}

impl Sandbox {
    fn start(project: &Project, release: bool) -> Result<Self> {
        announce("Starting the sandbox");
        let program = project.program(release, "wingman-sandbox");
        let mut command = project.command(&program);
        // It watches us, so that it ends with us even when we are killed.
        command.args(["--parent-pid", &std::process::id().to_string()]).stdin(Stdio::null()).stdout(Stdio::piped());
        // Whoever signed in stays signed in at the next start, as at GitHub.
        fs::create_dir_all(project.path("target/sandbox"))?;
        command.arg("--keep").arg(project.path("target/sandbox/tokens.json"));
        let mut child = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        let mut output = BufReader::new(child.stdout.take().context("its output is piped")?);
        let mut ready = String::new();
        output.read_line(&mut ready)?;
        let Some(url) = url_in(&ready) else {
            drop(child.kill());
            bail!("the sandbox did not start (its first line was {:?})", ready.trim_end());
        };
        // A full pipe would stop it.
        thread::spawn(move || output.read_to_end(&mut Vec::new()));
        Ok(Self { child, url })
    }

    /// A configuration that leads to this sandbox, in a file of its own beside nobody's real one.
    fn write_config(&self, project: &Project) -> Result<PathBuf> {
        let file = project.path("target/sandbox/config.toml");
        fs::write(&file, config(&self.url)).with_context(|| format!("writing {}", file.display()))?;
        Ok(file)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The address in the sandbox's first line, `{"url":"http://127.0.0.1:PORT"}`; nothing but this machine will do.
fn url_in(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("\"url\"")?;
    let value = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let (url, _) = value.split_once('"')?;
    let port = url.strip_prefix("http://127.0.0.1:")?.trim_end_matches('/');
    port.parse::<u16>().ok().map(|port| format!("http://127.0.0.1:{port}"))
}

fn config(url: &str) -> String {
    format!(
        "# Written by `cargo xtask run` at each start without an OAuth client: leads to the built-in sandbox.\n\
         \n\
         [github]\n\
         host = \"github.com\"\n\
         client_id = \"wingman-sandbox\"\n\
         web_url = \"{url}\"\n\
         api_url = \"{url}\"\n\
         \n\
         [copilot]\n\
         api_url = \"{url}\"\n\
         \n\
         [sandbox]\n\
         enabled = true\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sandbox_says_where_it_listens() {
        let url = "http://127.0.0.1:40123";
        assert_eq!(url_in("{\"url\":\"http://127.0.0.1:40123\"}\n").as_deref(), Some(url), "this is the promised line");
        assert_eq!(
            url_in("{ \"pid\": 7, \"url\": \"http://127.0.0.1:40123/\" }").as_deref(),
            Some(url),
            "spaces and further members may come"
        );
    }

    #[test]
    fn only_an_address_on_this_machine_is_taken() {
        for line in
            ["", "thread main panicked", "{\"url\":\"http://example.org:80\"}", "{\"url\":\"http://127.0.0.1:x\"}"]
        {
            assert_eq!(url_in(line), None, "the app must never be led elsewhere: {line:?}");
        }
    }

    #[test]
    fn the_generated_configuration_leads_everything_to_the_sandbox() {
        let table: toml::Table = config("http://127.0.0.1:1").parse().expect("the app must be able to read it");
        let at = |section: &str, key: &str| table[section][key].as_str().map(str::to_owned);
        for (section, key) in [("github", "web_url"), ("github", "api_url"), ("copilot", "api_url")] {
            assert_eq!(
                at(section, key).as_deref(),
                Some("http://127.0.0.1:1"),
                "{section}.{key} must not reach GitHub"
            );
        }
        assert_eq!(table["sandbox"]["enabled"].as_bool(), Some(true), "own folder and keychain depend on this switch");
    }
}
