use std::path::Path;

use secrecy::ExposeSecret;

use super::*;
use crate::error::{Code, Error};

fn load(text: &str) -> Result<Config, ConfigFault> {
    load_with(text, BuildDefaults::default())
}

fn load_with(text: &str, build: BuildDefaults) -> Result<Config, ConfigFault> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(ConfigSource { file: Some(path), build })
}

fn built_in() -> BuildDefaults {
    BuildDefaults { client_id: Some("built-in".into()), client_secret: Some("built-in-secret".into()) }
}

#[test]
fn without_a_file_the_defaults_hold() {
    let config = Config::load(ConfigSource { file: None, build: built_in() }).unwrap();
    assert_eq!(config.github.host.endpoints.host().as_str(), "github.com", "github.com unless told otherwise");
    assert_eq!(config.github.scopes, ["read:user", "read:org"], "the least that sign-in needs");
    assert_eq!(config.github.host.client.unwrap().id, "built-in", "the client that was built in");
    assert_eq!((config.copilot.model.as_str(), config.copilot.handover), ("auto", Handover::Door), "the safe way");
    assert!(!config.sandbox, "the real thing");
}

#[test]
fn everything_that_can_be_said_is_heard() {
    let config = load(
        r#"
        [github]
        host = "github.com"
        client_id = "mine"
        client_secret = "hush"
        scopes = ["read:user"]
        web_url = "http://127.0.0.1:9000"
        api_url = "http://127.0.0.1:9000/api/v3"
        [copilot]
        model = "gpt-5.1"
        runtime = "in-process"
        handover = "sdk"
        api_url = "http://127.0.0.1:9000"
        runtime_dir = "/opt/runtime"
        [sandbox]
        enabled = true
        "#,
    )
    .unwrap();
    let client = config.github.host.client.as_ref().unwrap();
    assert_eq!(client.id, "mine", "the file's client");
    assert_eq!(client.secret.as_ref().unwrap().expose_secret(), "hush", "with its secret");
    assert_eq!(
        config.github.host.endpoints.api(&["user"]).as_str(),
        "http://127.0.0.1:9000/api/v3/user",
        "the stand-in"
    );
    assert_eq!(config.copilot.model, "gpt-5.1", "the default model");
    assert_eq!(config.copilot.handover, Handover::Sdk, "the escape hatch");
    assert_eq!(config.copilot.runtime_dir.as_deref(), Some(Path::new("/opt/runtime")), "where the runtime is");
    assert_eq!(config.keychain_service(), "dev.wingman.desktop.sandbox", "a service of its own");
    assert!(!format!("{config:?}").contains("hush"), "a secret is not printed");
}

#[test]
fn a_shared_runtime_is_heard() {
    let config = load("[copilot]\nruntime = \"tcp://127.0.0.1:4100\"").unwrap();
    let address = config.copilot.runtime.address().expect("it is shared");
    assert_eq!(address.to_string(), "127.0.0.1:4100", "this machine's end of the tunnel");
    let config = load("").unwrap();
    assert_eq!(config.copilot.runtime, RuntimeAt::InProcess, "unless told otherwise nothing leaves this process");
}

#[test]
fn a_client_serves_the_host_it_is_registered_at_and_no_other() {
    let other_host = load_with("[github]\nhost = \"octo.ghe.com\"", built_in()).unwrap();
    assert!(other_host.github.host.client.is_none(), "the built-in client is github.com's");

    let other_client = load_with("[github]\nclient_id = \"mine\"", built_in()).unwrap();
    assert!(other_client.github.host.client.unwrap().secret.is_none(), "another client's secret is never sent along");
}

#[test]
fn a_fault_says_where_and_what_was_expected() {
    for (text, line, column, expected) in [
        ("[github\nhost = 1", 1, 8, "]"),
        ("[github]\nhost = 5", 2, 8, "string"),
        ("[github]\nhots = \"github.com\"", 2, 1, "`client_id`"),
        ("[github]\nhots = \"github.com\"", 2, 1, "not `hots`"),
        ("[githab]", 1, 2, "`github`"),
        ("[github]\n  host = \"http://github.com\"", 2, 10, "https"),
        ("[github]\nhost = \"evilghe.com\"", 2, 8, "looks like"),
        ("[github]\nclient_secret = 12345", 2, 17, "string"),
        ("[github]\nclient_secret = \"x\"", 2, 17, "client_id"),
        ("[github]\nclient_id = \"\"", 2, 13, "client id"),
        ("[github]\nscopes = [\"a b\"]", 2, 10, "scopes"),
        ("[github]\nscopes = \"read:user\"", 2, 10, "sequence"),
        ("[github]\nweb_url = \"https://git.example.com\"", 2, 11, "api_url"),
        ("[github]\nweb_url = \"http://git.example.com\"\napi_url = \"http://127.0.0.1\"", 2, 11, "https"),
        ("[github]\nweb_url = \"http://127.0.0.1\"\napi_url = \"https://api.github.com\"", 3, 11, "both"),
        ("[copilot]\napi_url = \"http://example.com\"", 2, 11, "https"),
        ("[copilot]\napi_url = \"https://u:p@example.com\"", 2, 11, "without user"),
        ("[copilot]\nhandover = \"both\"", 2, 12, "\"door\" or \"sdk\""),
        ("[copilot]\nruntime = \"tcp://10.0.0.7:4100\"", 2, 11, "TLS tunnel"),
        ("[copilot]\nmodel = \"auto\"\n  runtime = \"tcp://copilot.example:4100\"", 3, 13, "this machine"),
        ("[copilot]\nruntime = \"tcp://127.0.0.1\"", 2, 11, "127.0.0.1:PORT"),
        ("[copilot]\nruntime = 4100", 2, 11, "string"),
        ("[copilot]\nruntime = \"tcp://[::1]:1\"\nhandover = \"sdk\"", 3, 12, "no handover beside"),
        ("[copilot]\nruntime_dir = \"here\"", 2, 15, "absolute"),
        ("[organization]\nrequired = [\"acme corp\"]", 2, 12, "a list of organizations' logins"),
        ("[organization]\nmatch = \"some\"", 2, 9, "any"),
        ("[sandbox]\nenabled = \"yes\"", 2, 11, "boolean"),
        ("# ünïcode\n[sandbox]\nénabled = true", 3, 1, ""),
    ] {
        let fault = load(text).expect_err(text);
        assert_eq!((fault.line, fault.column), (line, column), "the place of the fault in {text:?} ({fault})");
        assert!(fault.expected.contains(expected), "{text:?} expects {expected:?}, said {:?}", fault.expected);
        assert!(!fault.expected.contains("12345"), "a secret is not repeated, even when it is of the wrong kind");
    }
}

#[test]
fn a_named_file_that_is_not_there_stops_the_start() {
    let fault = Config::load(ConfigSource { file: Some("/nowhere/config.toml".into()), build: built_in() });
    let error = Error::from(fault.expect_err("the person meant that file, not the defaults"));
    assert_eq!(error.code, Code::ConfigInvalid, "said in the window");
    assert_eq!(error.params["file"], "/nowhere/config.toml", "with its name");
}

#[test]
fn a_local_stand_in_never_shares_the_real_keychain() {
    let text = "[github]\nclient_id = \"x\"\nweb_url = \"http://localhost:1\"\napi_url = \"http://localhost:1\"";
    let config = load(text).unwrap();
    assert!(config.sandbox, "a stand-in for github.com must not be handed github.com's tokens");
    assert_eq!(config.keychain_service(), "dev.wingman.desktop.sandbox", "so it has a service of its own");
}

#[test]
fn bytes_that_are_no_text_are_a_fault_with_a_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, b"[github]\nhost = \"\xff\"").unwrap();
    let fault = Config::load(ConfigSource { file: Some(path), build: built_in() }).expect_err("not UTF-8");
    assert_eq!((fault.line, fault.column), (2, 9), "the first bad byte");
}

#[test]
fn each_host_has_a_client_of_its_own() {
    let config = load_with(
        r#"
        [github]
        host = "octo.ghe.com"
        client_id = "octo"
        [hosts."git.example.com"]
        client_id = "server"
        client_secret = "hush"
        "#,
        built_in(),
    )
    .unwrap();
    let client = |host: &str| {
        let known = config.github.at(&Host::parse(host).unwrap())?;
        known.client.as_ref().map(|client| (client.id.as_str(), client.secret.is_some()))
    };
    assert_eq!(client("octo.ghe.com"), Some(("octo", false)), "the one under [github]");
    assert_eq!(client("git.example.com"), Some(("server", true)), "the one under its own name");
    assert_eq!(client("github.com"), Some(("built-in", true)), "the built-in one stays where it is registered");
    assert_eq!(client("other.ghe.com"), None, "nothing is guessed for a host that is not configured");
    assert_eq!(config.github.all().count(), 3, "and each is there once");
}

#[test]
fn a_host_is_configured_once_and_strictly() {
    for (text, line) in [
        ("[github]\nhost = \"octo.ghe.com\"\n[hosts.\"Octo.ghe.com\"]\nclient_id = \"x\"", 3),
        ("[hosts.\"evilghe.com\"]\nclient_id = \"x\"", 1),
        ("[hosts.\"octo.ghe.com\"]\nclient_secret = \"x\"", 2),
        ("[hosts.\"octo.ghe.com\"]\nweb_url = \"http://127.0.0.1:1\"", 2),
        ("[hosts.\"octo.ghe.com\"]\nscopes = []", 2),
    ] {
        let fault = load(text).expect_err(text);
        assert_eq!(fault.line, line, "{text}: {}", fault.expected);
    }
    let mixed = load("[hosts.\"octo.ghe.com\"]\nweb_url = \"http://127.0.0.1:1\"\napi_url = \"http://127.0.0.1:1\"");
    assert!(
        mixed.is_err(),
        "a stand-in beside the real thing would send tokens of the one under the names of the other"
    );
}
