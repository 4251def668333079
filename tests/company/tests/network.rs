//! The one door in a company's network: through a real proxy that asks for a name and a password, to servers whose
//! certificates only the company vouches for.
//!
//! The host is one that no name server knows: only the proxy leads to it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;
use wingman_company::{Authority, Identity, Outside, Server, Tinyproxy};
use wingman_sandbox::{Options, Sandbox};

const HOST: &str = "git.octocorp.example";
const USER: &str = "ada";
const PASSWORD: &str = "correcthorsebatterystaple";

/// A GitHub beyond a proxy.
struct Company {
    sandbox: Sandbox,
    token: String,
    outside: Outside,
    proxy: Tinyproxy,
    folder: TempDir,
}

impl Company {
    async fn start() -> Result<Self> {
        let sandbox = Sandbox::start(Options::default()).await?;
        let token = sandbox.issue_token("ada-lind", "wingman-sandbox", &["read:user"]).context("a token")?;
        let authority = Authority::new()?;
        let outside = Outside::start(&authority.certify(&[HOST])?, plain(&sandbox)?)?;
        let proxy = Tinyproxy::start(USER, PASSWORD, outside.port())?;
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("company.pem"), authority.pem()?)?;
        Ok(Self { sandbox, token, outside, proxy, folder })
    }

    fn authority(&self) -> String {
        self.folder.path().join("company.pem").display().to_string()
    }

    /// What comes of asking under this `[network]`, with these variables, and with a password in the keychain.
    fn ask(&self, network: &str, environment: &[(&str, String)], password: &str) -> Result<Value> {
        let configuration = format!("[github]\nhost = \"{HOST}\"\n[network]\n{network}\n");
        ask(self.folder.path(), &configuration, &self.token, environment, password)
    }

    /// The proxy as it is configured, with the name that it asks for.
    fn configured(&self) -> String {
        let (address, file) = (self.proxy.address(), self.authority());
        format!("proxy = \"{address}\"\nproxy_user = \"{USER}\"\nca_file = \"{file}\"")
    }
}

fn plain(sandbox: &Sandbox) -> Result<std::net::SocketAddr> {
    Ok(sandbox.url().strip_prefix("http://").context("it is plain")?.parse()?)
}

fn ask(
    folder: &Path,
    configuration: &str,
    token: &str,
    environment: &[(&str, String)],
    password: &str,
) -> Result<Value> {
    let file = folder.join("config.toml");
    std::fs::write(&file, configuration)?;
    let mut client = Command::new(env!("CARGO_BIN_EXE_wingman-company-client"))
        .arg(&file)
        .arg(token)
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    client.stdin.take().context("it listens")?.write_all(password.as_bytes())?;
    let output = client.wait_with_output()?;
    ensure!(output.status.success(), "the client failed: {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Whether it came through.
fn came_through(told: &Value) -> bool {
    told["login"] == "ada-lind"
}

#[tokio::test]
async fn a_configured_proxy_is_passed_with_the_name_and_the_password_that_it_asks_for() -> Result<()> {
    let company = Company::start().await?;
    let told = company.ask(&company.configured(), &[], PASSWORD)?;
    assert!(came_through(&told), "the proxy is the only way there: {told}\n{}", company.proxy.log());
    let heads = company.outside.heads();
    assert!(heads[0].starts_with(&format!("CONNECT {HOST}:443 ")), "the proxy learns the host: {heads:?}");
    let asked = company.sandbox.requests();
    let leaked = asked.iter().any(|it| it.headers.contains_key("proxy-authorization"));
    assert!(!leaked, "the password ends at the proxy: {asked:?}");
    let carried = heads.concat();
    assert!(!carried.contains(&company.token), "and nothing of the request: {carried}");
    Ok(())
}

#[tokio::test]
async fn a_wrong_password_is_told_and_not_repeated() -> Result<()> {
    let company = Company::start().await?;
    for password in ["", "wronghorse"] {
        let told = company.ask(&company.configured(), &[], password)?;
        assert!(!came_through(&told), "the proxy lets nobody pass without: {told}");
        let words = told.to_string();
        assert!(password.is_empty() || !words.contains(password), "an error repeats no password: {words}");
        assert_eq!(told["error"]["params"]["host"], HOST, "which host could not be reached is said: {words}");
    }
    assert!(company.outside.heads().is_empty(), "nothing has passed");
    Ok(())
}

#[tokio::test]
async fn the_system_s_proxy_is_used_unless_another_is_configured_or_none() -> Result<()> {
    let company = Company::start().await?;
    let (port, file) = (company.proxy.port(), company.authority());
    let system = [("HTTPS_PROXY", format!("http://{USER}:{PASSWORD}@127.0.0.1:{port}"))];
    let believe = format!("ca_file = \"{file}\"");
    for (network, through) in [
        (believe.clone(), true),
        (format!("proxy = \"system\"\n{believe}"), true),
        (format!("proxy = \"none\"\n{believe}"), false),
        // Nobody listens there.
        (format!("proxy = \"http://127.0.0.1:1\"\n{believe}"), false),
    ] {
        let told = company.ask(&network, &system, "")?;
        assert_eq!(came_through(&told), through, "{network}: {told}");
        assert!(!told.to_string().contains(PASSWORD), "no error repeats the password: {told}");
    }
    let told = company.ask(&believe, &[system[0].clone(), ("NO_PROXY", HOST.to_owned())], "")?;
    assert!(!came_through(&told), "what the system takes out of it is not asked for there: {told}");
    Ok(())
}

#[tokio::test]
async fn what_goes_past_a_configured_proxy_is_named() -> Result<()> {
    let company = Company::start().await?;
    let network = format!("{}\nno_proxy = [\"octocorp.example\"]", company.configured());
    let told = company.ask(&network, &[], PASSWORD)?;
    assert!(!came_through(&told), "the host lies below a name that goes past it, where nobody knows it: {told}");
    assert!(company.outside.heads().is_empty(), "the proxy was not asked");
    Ok(())
}

#[tokio::test]
async fn an_authority_is_believed_where_it_is_configured_or_the_system_knows_it() -> Result<()> {
    let company = Company::start().await?;
    let (address, file) = (company.proxy.address(), company.authority());
    let proxy = format!("proxy = \"{address}\"\nproxy_user = \"{USER}\"");
    let told = company.ask(&proxy, &[], PASSWORD)?;
    assert!(!came_through(&told), "an authority that nobody vouches for is not believed: {told}");
    assert!(company.sandbox.requests().is_empty(), "and hears no token");

    assert!(came_through(&company.ask(&company.configured(), &[], PASSWORD)?), "one that is configured is");
    let system = [("SSL_CERT_FILE", file)];
    assert!(came_through(&company.ask(&proxy, &system, PASSWORD)?), "and so is one that the system is told of");
    Ok(())
}

/// A GitHub on this machine, behind TLS.
fn local(port: u16, authority: &str) -> String {
    let url = format!("https://localhost:{port}");
    format!("[github]\nweb_url = \"{url}\"\napi_url = \"{url}\"\n[network]\nca_file = \"{authority}\"\n")
}

#[tokio::test]
async fn a_server_that_speaks_nothing_newer_than_tls_1_1_is_refused_and_the_person_told() -> Result<()> {
    let company = Company::start().await?;
    let (authority, to) = (Authority::new()?, plain(&company.sandbox)?);
    std::fs::write(company.folder.path().join("local.pem"), authority.pem()?)?;
    let file = company.folder.path().join("local.pem").display().to_string();
    let identity: Identity = authority.certify(&["localhost"])?;

    let today = Server::start(&identity, to)?;
    let told = ask(company.folder.path(), &local(today.port(), &file), &company.token, &[], "")?;
    assert!(came_through(&told), "the same server is asked when it speaks TLS 1.2 or newer: {told}");

    let yesterday = Server::of_yesterday(&identity, to)?;
    let asked = company.sandbox.requests().len();
    let told = ask(company.folder.path(), &local(yesterday.port(), &file), &company.token, &[], "")?;
    assert_eq!(company.sandbox.requests().len(), asked, "no token goes over TLS 1.1: {told}");
    let reason = told["error"]["params"]["reason"].as_str().unwrap_or_default().to_lowercase();
    assert!(reason.contains("version") || reason.contains("protocol"), "and the person is told why: {told}");
    Ok(())
}

#[tokio::test]
async fn this_machine_is_never_asked_for_at_a_proxy() -> Result<()> {
    let company = Company::start().await?;
    let url = company.sandbox.url();
    let network = company.configured();
    let configuration = format!("[github]\nweb_url = \"{url}\"\napi_url = \"{url}\"\n[network]\n{network}\n");
    let told = ask(company.folder.path(), &configuration, &company.token, &[], PASSWORD)?;
    assert!(came_through(&told), "a proxy asked for 127.0.0.1 would look at itself: {told}");
    assert!(company.outside.heads().is_empty(), "so it is not asked");
    Ok(())
}
