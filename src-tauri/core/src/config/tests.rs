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
    Config::load(ConfigSource { file: Some(path), policy: None, build })
}

fn built_in() -> BuildDefaults {
    BuildDefaults { client_id: Some("built-in".into()), client_secret: Some("built-in-secret".into()) }
}

#[test]
fn without_a_file_the_defaults_hold() {
    let config = Config::load(ConfigSource { file: None, policy: None, build: built_in() }).unwrap();
    assert_eq!(config.github.host.endpoints.host().as_str(), "github.com", "github.com unless told otherwise");
    assert_eq!(config.github.scopes, ["read:user", "read:org"], "the least that sign-in needs");
    assert_eq!(config.github.host.client.unwrap().id, "built-in", "the client that was built in");
    assert_eq!((config.copilot.model.as_str(), config.copilot.handover), ("auto", Handover::Door), "the safe way");
    assert!(!config.sandbox, "the real thing");
    assert_eq!(config.grace, Duration::from_hours(72), "a weekend's outage locks nobody out");
    assert_eq!(config.copilot.silence, Duration::from_mins(2), "two minutes of silence are borne");
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
        ("[organization]\ngrace_hours = 1000", 2, 15, "from 0 to 720"),
        ("[copilot]\nsilence_seconds = 5", 2, 19, "from 10 to 3600"),
        ("[copilot]\nsilence_seconds = \"long\"", 2, 19, "i64"),
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
    let fault =
        Config::load(ConfigSource { file: Some("/nowhere/config.toml".into()), policy: None, build: built_in() });
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
    let fault =
        Config::load(ConfigSource { file: Some(path), policy: None, build: built_in() }).expect_err("not UTF-8");
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

/// A person's file, and above it a policy.
fn ruled(text: &str, policy: &str) -> Result<Config, ConfigFault> {
    let folder = tempfile::tempdir().unwrap();
    let (file, rules) = (folder.path().join("config.toml"), folder.path().join("policy.toml"));
    std::fs::write(&file, text).unwrap();
    std::fs::write(&rules, policy).unwrap();
    Config::load(ConfigSource { file: Some(file), policy: Some(rules), build: built_in() })
}

const MINE: &str = r#"
    [github]
    host = "github.com"
    client_id = "mine"
    client_secret = "hush"
    scopes = ["read:user"]
    web_url = "http://127.0.0.1:9000"
    api_url = "http://127.0.0.1:9000/api/v3"
    [hosts."mine.ghe.com"]
    web_url = "http://127.0.0.1:9001"
    api_url = "http://127.0.0.1:9001"
    [organization]
    required = ["my-friends"]
    [copilot]
    model = "gpt-4.1"
    runtime = "tcp://127.0.0.1:4100"
    api_url = "http://127.0.0.1:9000"
"#;

#[test]
fn a_policy_wins_over_everything_that_a_person_configures() {
    let config = ruled(
        MINE,
        r#"
        name = "Octocorp"
        [github]
        host = "octocorp.ghe.com"
        client_id = "theirs"
        scopes = ["read:user", "read:org"]
        [hosts."github.com"]
        client_id = "theirs-too"
        [organization]
        required = ["octocorp", "octolabs"]
        match = "all"
        grace_hours = 8
        [sign_in]
        ways = ["code", "browser"]
        [copilot]
        models = ["gpt-5.1", "claude-*"]
        model = "claude-sonnet-5"
        runtime = "in-process"
        handover = "door"
        [retention]
        days = 90
        [updates]
        enabled = false
        "#,
    )
    .unwrap();
    let client = |host: &HostConfig| host.client.as_ref().map(|client| client.id.clone());
    let host = &config.github.host;
    assert_eq!(
        host.endpoints.api(&["user"]).as_str(),
        "https://api.octocorp.ghe.com/user",
        "the policy's host, itself"
    );
    assert_eq!(client(host).as_deref(), Some("theirs"), "with the policy's client");
    assert!(host.client.as_ref().unwrap().secret.is_none(), "and nothing of the person's own beside it");
    let others: Vec<_> = config.github.others.iter().map(|it| (it.endpoints.host().to_string(), client(it))).collect();
    assert_eq!(
        others,
        [("github.com".to_owned(), Some("theirs-too".to_owned()))],
        "the policy's hosts are all there are"
    );
    assert!(config.github.closed, "so that no other can be typed either");
    assert_eq!(config.copilot.api_url, None, "a stand-in of the person's would get the tokens of the policy's host");
    assert!(!config.sandbox, "nothing of the stand-in is left");
    assert_eq!(config.github.scopes, ["read:user", "read:org"], "the policy's scopes");
    let Requirement { organizations, all } = &config.organization;
    assert_eq!(
        (organizations.as_slice(), *all),
        (&["octocorp".to_owned(), "octolabs".to_owned()][..], true),
        "its gate"
    );
    assert_eq!(config.ways, [Way::Browser, Way::Code], "in the order in which they are offered");
    assert!(config.copilot.models.allows("claude-opus-5") && !config.copilot.models.allows("gpt-4.1"), "its models");
    assert_eq!(config.copilot.model, "claude-sonnet-5", "its default");
    assert_eq!(config.copilot.runtime, RuntimeAt::InProcess, "its runtime");
    assert_eq!(config.retention, Some(90), "its retention");
    let managed = config.managed.unwrap();
    assert_eq!(managed.name.as_deref(), Some("Octocorp"), "people are told whose rules these are");
    assert!(managed.file.ends_with("policy.toml"), "and where they stand");
    assert_eq!(config.grace, Duration::from_hours(8), "its grace");
    assert_eq!(managed.rules.len(), 11, "each of them: {:?}", managed.rules);
    assert!(managed.rules.contains(&Rule::Updates { enabled: false }), "who brings Wingman up to date, too");
}

#[test]
fn what_a_policy_does_not_name_stays_the_person_s() {
    let config = ruled(MINE, "[copilot]\nmodels = [\"gpt-4.1\"]").unwrap();
    assert_eq!(config.github.host.client.as_ref().unwrap().id, "mine", "their client");
    assert!(!config.github.closed && config.sandbox, "their hosts, stand-ins as they are");
    assert_eq!(config.copilot.runtime.address().unwrap().port(), 4100, "their runtime");
    assert_eq!((config.copilot.model.as_str(), config.ways.len()), ("gpt-4.1", 3), "their model, every way");
    assert_eq!(config.managed.unwrap().rules.len(), 1, "and one rule is shown");
    let empty = ruled(MINE, "# nothing decided yet\nname = \"Octocorp\"").unwrap();
    assert_eq!(empty.managed, None, "who decides nothing manages nothing");
}

#[test]
fn no_rule_of_a_policy_is_half_applied() {
    let config = ruled(MINE, "[copilot]\nhandover = \"door\"").unwrap();
    assert_eq!(config.copilot.runtime, RuntimeAt::InProcess, "a shared runtime of the person's would get the token");
    let sandboxed = format!("{MINE}\n[sandbox]\nenabled = true");
    let config = ruled(&sandboxed, "[github]\nhost = \"octo.ghe.com\"").unwrap();
    assert!(!config.sandbox, "a banner would say that nothing leaves this computer, and it would");
}

#[test]
fn a_policy_for_github_com_brings_its_client_or_the_one_that_was_built_in() {
    let config = ruled(MINE, "[github]\nhost = \"github.com\"").unwrap();
    let host = &config.github.host;
    assert_eq!(host.client.as_ref().unwrap().id, "built-in", "a person's own client is not the organisation's choice");
    assert_eq!(host.endpoints.api(&["user"]).as_str(), "https://api.github.com/user", "nor is their stand-in");
    assert!(config.github.others.is_empty() && config.github.closed, "no other host");
}

#[test]
fn a_policy_that_cannot_be_used_stops_the_start_and_says_where() {
    for (policy, line, column, expected) in [
        ("[github\n", 1, 8, "]"),
        ("[githib]\n", 1, 2, "not `githib`"),
        ("[sandbox]\nenabled = true", 1, 2, "not `sandbox`"),
        ("name = \"\"", 1, 8, "name"),
        ("[github]\nclient_id = \"x\"", 2, 13, "host under [github]"),
        ("[hosts.\"octo.ghe.com\"]\nclient_id = \"x\"", 1, 8, "host under [github]"),
        ("[github]\nhost = \"http://octo.ghe.com\"", 2, 8, "https"),
        ("[github]\nhost = \"octo.ghe.com\"\nclient_secret = \"hush\"", 3, 17, "client_id"),
        ("[organization]\nrequired = []", 2, 12, "at least one"),
        ("[organization]\nmatch = \"all\"", 2, 9, "required beside"),
        ("[sign_in]\nways = []", 2, 8, "at least one"),
        ("[sign_in]\nways = [\"browser\", \"password\"]", 2, 8, "\"code\""),
        ("[sign_in]\nmethods = [\"browser\"]", 2, 1, "`ways`"),
        ("[copilot]\nmodels = []", 2, 10, "a list of models' ids"),
        ("[copilot]\nmodels = [\"*\"]", 2, 10, "a list of models' ids"),
        ("[copilot]\nmodels = [\"auto\"]", 2, 10, "would choose among all"),
        (
            "[github]\nhost = \"octo.ghe.com\"\n[hosts.\"github.com\"]\n[copilot]\nruntime = \"tcp://127.0.0.1:1\"",
            5,
            11,
            "several hosts",
        ),
        ("[copilot]\nmodels = [\"gpt-5.1\"]\nmodel = \"gpt-4.1\"", 3, 9, "allowed under models"),
        ("[copilot]\nruntime = \"tcp://10.0.0.7:1\"", 2, 11, "TLS tunnel"),
        ("[copilot]\nruntime = \"tcp://127.0.0.1:1\"\nhandover = \"door\"", 3, 12, "no handover"),
        ("[copilot]\nruntime_dir = \"/opt\"", 2, 1, "not `runtime_dir`"),
        ("[copilot]\napi_url = \"https://api.example.com\"", 2, 11, "host under [github]"),
        ("[retention]\ndays = 0", 2, 8, "from 1 to 3650"),
        ("[retention]\ndays = \"90\"", 2, 8, "i64"),
        ("[updates]\nenabled = \"no\"", 2, 11, "boolean"),
    ] {
        let fault = ruled(MINE, policy).expect_err(policy);
        assert_eq!((fault.line, fault.column), (line, column), "the place of the fault in {policy:?} ({fault})");
        assert!(fault.expected.contains(expected), "{policy:?} expects {expected:?}, said {:?}", fault.expected);
        let error = Error::from(fault);
        assert_eq!(error.code, Code::PolicyInvalid, "whoever administers the computer must mend it");
        assert!(error.params["file"].ends_with("policy.toml") && error.retryable, "in this file, then it starts");
    }
    let fault = ruled("[github\n", "[github\n").unwrap_err();
    assert!(fault.policy, "of two faulty files the policy's fault is told first");
    let fault = Config::load(ConfigSource { file: None, policy: Some("/etc".into()), build: built_in() }).unwrap_err();
    assert_eq!((fault.policy, fault.line), (true, 0), "one that is there and cannot be read is no missing one");
}

#[test]
fn the_computer_s_own_policy_goes_before_one_that_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (machine, named) = (folder.path().join("policy.toml"), folder.path().join("trial.toml"));
    let find = || policy::find(Some(machine.clone()), Some(named.clone()));
    assert_eq!(find().as_ref(), Some(&named), "to try one before it is rolled out");
    std::fs::write(&machine, "").unwrap();
    assert_eq!(find().as_ref(), Some(&machine), "an environment variable takes nobody out of a policy");
    assert_eq!(policy::find(Some(named.clone()), None), None, "no policy is none");
    #[cfg(unix)]
    {
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink(folder.path().join("not mounted yet"), &link).unwrap();
        assert_eq!(policy::find(Some(link.clone()), Some(named)), Some(link), "a link that leads nowhere is a fault");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_policy_lies_where_only_administrators_write() {
    assert_eq!(Places::policy_file().as_deref(), Some(Path::new("/etc/wingman/policy.toml")), "as it is documented");
}

#[test]
fn the_documented_policy_is_one() {
    let readme = include_str!("../../../../README.md");
    let policy = readme.split("```toml").skip(1).filter_map(|block| block.split("```").next());
    let policy: Vec<_> = policy.filter(|toml| toml.contains("[sign_in]")).collect();
    assert_eq!(policy.len(), 1, "there is one example of a policy");
    let config = ruled("", policy[0]).unwrap_or_else(|fault| panic!("whoever copies it gets a policy: {fault}"));
    let rules = config.managed.map_or(0, |managed| managed.rules.len());
    assert_eq!(rules, 12, "and sees every kind of rule but the certificates, whose file has to be there");
}
