//! `[network]`, in a person's file and in the policy.

use std::path::PathBuf;

use super::{BuildDefaults, Config, ConfigFault, ConfigSource};
use crate::http::{Proxy, ProxyServer};

fn load(person: &str, policy: Option<&str>) -> Result<Config, ConfigFault> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| -> PathBuf {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    };
    let file = Some(write("config.toml", person));
    let policy = policy.map(|text| write("policy.toml", text));
    Config::load(ConfigSource { file, policy, build: BuildDefaults::default() })
}

fn server(config: &Config) -> &ProxyServer {
    match &config.network.proxy {
        Proxy::At(server) => server,
        other => panic!("a server was configured, not {other:?}"),
    }
}

#[test]
fn the_network_is_heard() {
    for (text, proxy) in [
        ("", Proxy::System),
        ("[network]\nproxy = \"system\"", Proxy::System),
        ("[network]\nproxy = \"none\"", Proxy::None),
    ] {
        assert_eq!(load(text, None).unwrap().network.proxy, proxy, "{text:?}");
    }
    let text = "[network]\nproxy = \"http://proxy.example:8080\"\nproxy_user = \"ada\"\nno_proxy = [\"a.example\"]";
    let config = load(text, None).unwrap();
    let server = server(&config);
    assert_eq!(server.address.as_str(), "http://proxy.example:8080/", "where it is");
    assert_eq!((server.user.as_deref(), server.bypass.as_slice()), (Some("ada"), &["a.example".to_owned()][..]), "how");
    let entry = config.network.keychain_user();
    assert_eq!(entry.as_deref(), Some("proxy/ada@proxy.example:8080"), "where its password is looked for");
}

#[test]
fn what_is_wrong_with_the_network_is_said_with_its_place() {
    for (text, line, column, expected) in [
        ("[network]\nprxy = \"none\"", 2, 1, "`proxy`"),
        ("[network]\nproxy = 8080", 2, 9, "string"),
        ("[network]\nproxy = \"proxy.example:8080\"", 2, 9, "\"http://proxy.example:8080\""),
        ("[network]\nproxy = \"socks5://proxy.example\"", 2, 9, "\"system\""),
        ("[network]\nproxy = \"http://proxy.example/path\"", 2, 9, "an address"),
        ("[network]\nproxy = \"http://ada:hush@proxy.example\"", 2, 9, "proxy_user"),
        ("[network]\nproxy_user = \"ada\"", 2, 14, "a proxy's address"),
        ("[network]\nproxy = \"none\"\nproxy_user = \"ada\"", 3, 14, "a proxy's address"),
        ("[network]\nproxy = \"http://p\"\nproxy_user = \"ada:hush\"", 3, 14, "without a colon"),
        ("[network]\nno_proxy = [\"a\"]", 2, 12, "a proxy's address"),
        ("[network]\nproxy = \"http://p\"\nno_proxy = [\"a,b\"]", 3, 12, "a list of hosts"),
        ("[network]\nproxy = \"http://p\"\nno_proxy = [\"*\"]", 3, 12, "a list of hosts"),
        ("[network]\nca_file = \"company.pem\"", 2, 11, "absolute"),
        ("[network]\nca_file = \"/nowhere/company.pem\"", 2, 11, "can be read"),
        ("[network]\npassword = \"hush\"", 2, 1, "not `password`"),
    ] {
        let fault = load(text, None).expect_err(text);
        assert_eq!((fault.line, fault.column), (line, column), "the place of the fault in {text:?} ({fault})");
        assert!(fault.expected.contains(expected), "{text:?} expects {expected:?}, said {:?}", fault.expected);
        assert!(!fault.to_string().contains("hush"), "a password is not repeated: {fault}");
        let fault = load("", Some(text)).expect_err(text);
        assert!(fault.policy, "the same in a policy is the policy's fault: {fault}");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("company.pem");
    std::fs::write(&file, "no certificate").unwrap();
    let fault = load(&format!("[network]\nca_file = \"{}\"", file.display()), None).expect_err("nothing to believe in");
    assert!(fault.expected.contains("PEM"), "what should be in it is said: {fault}");
}

#[test]
fn a_policy_s_network_wins() {
    let person = "[network]\nproxy = \"http://own.example\"\nproxy_user = \"ada\"\nno_proxy = [\"own\"]";
    let config = load(person, Some("[network]\nproxy = \"http://company.example\"")).unwrap();
    let server = server(&config);
    assert_eq!(server.address.as_str(), "http://company.example/", "the company's proxy");
    assert!(server.bypass.is_empty(), "and nothing goes past it that the company has not named");
    assert_eq!(server.user.as_deref(), Some("ada"), "who passes is the person");
    assert_eq!(config.managed.unwrap().rules.len(), 1, "and it is shown as managed");

    let config = load(person, Some("[network]\nproxy = \"none\"")).unwrap();
    assert_eq!(config.network.proxy, Proxy::None, "a name for a proxy that is not used any more is no fault");
    let config = load(person, Some("name = \"Octocorp\"")).unwrap();
    assert_eq!(config.network.keychain_user().as_deref(), Some("proxy/ada@own.example:80"), "what is not named stays");
}
