use proptest::prelude::*;

use super::*;

fn asked(words: &str, link: &str) -> Option<Destination> {
    destination(&address(link).unwrap_or_else(|_| panic!("{link} may be opened")), Some(words))
}

fn names(words: &str, link: &str) -> Option<String> {
    asked(words, link)?.doubts.into_iter().find_map(|doubt| match doubt {
        Doubt::OtherHost { named } => Some(named),
        Doubt::LookAlike | Doubt::SaysMuch => None,
    })
}

#[test]
fn ordinary_links_open_at_once() {
    for (words, link) in [
        ("the docs", "https://doc.rust-lang.org/std/"),
        ("https://doc.rust-lang.org/std/", "https://doc.rust-lang.org/std/"),
        ("GitHub.com", "https://github.com/"),
        ("github.com/rust-lang", "https://www.github.com/rust-lang"),
        ("docs.github.com", "https://docs.github.com/en/copilot?query=chat"),
        ("github.com", "https://docs.github.com/en"),
        ("docs.python.org", "https://python.org/"),
        ("https://github.com:443/a", "https://github.com/a"),
        ("Node.js", "https://nodejs.org/"),
        ("os.path.join", "https://docs.python.org/3/library/os.path.html"),
        ("std::fs", "https://doc.rust-lang.org/std/fs/"),
        ("README.md", "https://github.com/octocat/hello/blob/main/README.md"),
        ("src/main.rs", "https://github.com/octocat/hello/blob/main/src/main.rs"),
        ("ASP.NET Core", "https://learn.microsoft.com/aspnet/core"),
        ("version 1.2.3", "https://example.com/releases"),
        ("e.g. this", "https://example.com/"),
        ("见 https://例子.example/路径。", "https://xn--fsqu00a.example/"),
        ("ada@example.com", "mailto:ada@example.com?subject=Hello"),
        (
            "编程语言列表",
            "https://zh.wikipedia.org/wiki/%E7%BC%96%E7%A8%8B%E8%AF%AD%E8%A8%80%E5%88%97%E8%A1%A8%E4%B8%8E%E5%85%B6%E4%BB%96%E5%BE%88%E5%A4%9A%E5%BE%88%E5%A4%9A%E7%9A%84%E5%AD%97",
        ),
        ("", "http://127.0.0.1:8080/"),
    ] {
        let other_than_letters = asked(words, link)
            .map(|asked| asked.doubts)
            .unwrap_or_default()
            .into_iter()
            .find(|doubt| *doubt != Doubt::LookAlike);
        assert_eq!(other_than_letters, None, "[{words}]({link}) is what it looks like");
    }
}

#[test]
fn words_that_name_another_host_are_asked_about() {
    for (words, link, named) in [
        ("https://github.com/login", "https://evil.example/login", "github.com"),
        ("HTTPS://GITHUB.COM", "https://evil.example/", "github.com"),
        ("github.com", "https://github.com.evil.example/", "github.com"),
        ("github.com", "https://evil.example/github.com", "github.com"),
        ("github.com", "https://evilgithub.com/", "github.com"),
        ("sign in at github.com/login, please", "https://evil.example/", "github.com"),
        ("(www.github.com)", "https://evil.example/", "www.github.com"),
        ("www.intranet", "https://evil.example/", "www.intranet"),
        ("http://localhost:3000", "https://evil.example/", "localhost"),
        ("https://192.168.0.1/", "https://evil.example/", "192.168.0.1"),
        ("https://github.com@evil.example/", "https://other.example/", "evil.example"),
        ("git\u{200b}hub.c\u{ad}om", "https://evil.example/", "github.com"),
        ("\u{200e}github.com", "https://evil.example/", "github.com"),
        ("github．com", "https://evil.example/", "github.com"),
        ("аррӏе.com", "https://evil.example/", "xn--80ak6aa92e.com"),
        ("security@github.com", "https://evil.example/", "github.com"),
        ("security@github.com", "mailto:security@evil.example", "github.com"),
        ("security@github.com", "mailto:security@Evil.Example", "github.com"),
        ("银行官网：icbc.com.cn", "https://evil.example/", "icbc.com.cn"),
        ("install.sh", "https://evil.example/other", "install.sh"),
    ] {
        assert_eq!(names(words, link).as_deref(), Some(named), "[{words}]({link}) says something else than it does");
    }
}

#[test]
fn a_host_of_other_letters_is_shown_both_ways() {
    let asked = asked("Apple", "https://аррӏе.com/store?a=xn--80ak6aa92e.com#x").expect("it can be taken for another");
    assert_eq!(asked.doubts, [Doubt::LookAlike], "for its letters alone");
    assert_eq!(asked.unicode.as_deref(), Some("аррӏе.com"), "as it would be read");
    assert_eq!(
        (asked.before.as_str(), asked.host.as_str(), asked.after.as_str()),
        ("https://", "xn--80ak6aa92e.com", "/store?a=xn--80ak6aa92e.com#x"),
        "and as it is looked up"
    );
    for host in ["gіthub.com", "例え.jp", "xn--80ak6aa92e.com", "login.xn--80ak6aa92e.com", "ｍünchen.de"] {
        let doubts = destination(&address(&format!("https://{host}/")).unwrap(), None).map(|asked| asked.doubts);
        assert_eq!(doubts, Some(vec![Doubt::LookAlike]), "{host} has letters that can look like others");
    }
    let mailbox = address("mailto:a@gіthub.com").unwrap();
    let asked = destination(&mailbox, None).expect("a mailbox can be at another's, too");
    assert_eq!((asked.doubts, asked.unicode.as_deref()), (vec![Doubt::LookAlike], Some("gіthub.com")), "and says so");
    let wide = address("https://ｇithub.com/").unwrap();
    assert_eq!(destination(&wide, None), None, "a wide letter is the letter itself: the address says github.com");
}

#[test]
fn an_address_that_says_much_is_asked_about() {
    let secret = "the%20whole%20chat%20".repeat(12);
    for link in [
        format!("https://evil.example/?q={secret}"),
        format!("https://evil.example/{secret}"),
        format!("https://evil.example/a/{secret}/b.png"),
        format!("https://evil.example/#{secret}{secret}"),
        format!("https://{}.evil.example/", ["a".repeat(60), "b".repeat(60)].join(".")),
        format!("mailto:a@evil.example?body={secret}"),
    ] {
        let asked = asked("more", &link).map(|asked| asked.doubts);
        assert_eq!(asked, Some(vec![Doubt::SaysMuch]), "{link} can carry the chat away");
    }
    let asked = asked("write to us", &format!("mailto:a@evil.example?body={secret}")).unwrap();
    assert_eq!(
        (asked.before.as_str(), asked.host.as_str()),
        ("mailto:a@", "evil.example"),
        "a mailbox has a host, too"
    );
}

#[test]
fn only_the_web_and_a_mailbox_are_opened_and_nobody_hides_before_the_host() {
    for bad in [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "dev.wingman.desktop://oauth/callback?code=1&state=2",
        "vscode://evil/run",
        "data:text/html,x",
        "//evil.example",
        "",
        "https://github.com@evil.example/",
        "https://github.com:443@evil.example/",
        "https://:x@evil.example/",
        "mailto:a@b.example?attach=/etc/passwd",
        "mailto:a@b.example?Subject=x&ATTACHMENT=/etc/passwd",
    ] {
        let refused = address(bad).err().map(|error| error.code);
        assert_eq!(refused, Some(Code::LinkRefused), "{bad:?} is not opened, asked about or not");
    }
    assert!(address("mailto:a@b.example?Subject=x&body=y&cc=c@d.example").is_ok(), "a letter with its beginning");
}

proptest! {
    #[test]
    fn whatever_is_clicked_is_judged_and_shown_to_the_letter(words in "\\PC{0,60}", link in "(https?://|mailto:)[a-zа-я0-9@.:-]{1,20}[\\PC]{0,40}") {
        if let Ok(url) = address(&link)
            && let Some(asked) = destination(&url, Some(&words))
        {
            prop_assert_eq!(format!("{}{}{}", asked.before, asked.host, asked.after), url.as_str());
            prop_assert!(!asked.doubts.is_empty());
        }
    }

    #[test]
    fn a_named_host_is_asked_about_wherever_it_stands(before in "[a-z ]{0,20}", after in "[a-z ]{0,20}", path in "[a-z/]{0,20}") {
        let words = format!("{before} https://github.com/{path} {after}");
        prop_assert_eq!(names(&words, &format!("https://evil.example/{path}")), Some("github.com".to_owned()));
        prop_assert_eq!(names(&words, &format!("https://github.com/{path}")), None);
    }
}
