//! System packages: installed on Debian and Ubuntu, listed elsewhere.

use std::collections::HashSet;
use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::process::{self, announce};

/// What the packages are for; testing needs all that running needs, and more.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Building and starting the app.
    Run,
    /// The whole test suite with its headless desktop.
    Test,
}

/// Debian's names of what building and running needs.
const DEBIAN_RUN: [&str; 9] = [
    "build-essential",
    "desktop-file-utils", // registers the address that the browser hands back
    "libdbus-1-dev",
    "librsvg2-dev",
    "libssl-dev", // SQLCipher's cryptography
    "libwebkit2gtk-4.1-dev",
    "perl",
    "pkg-config",
    "xdg-utils", // opens the browser
];

/// Debian's names of what the headless desktop needs in addition.
const DEBIAN_TEST: [&str; 23] = [
    "at-spi2-core", // the bus that a screen reader listens on
    "dbus",
    "dbus-x11",
    "fonts-inter",
    "fonts-noto-cjk",
    "fonts-noto-color-emoji",
    "gnome-keyring",
    "ibus", // an input method, its way into GTK, and Chinese by its sound
    "ibus-gtk3",
    "ibus-libpinyin",
    "imagemagick",
    "libglib2.0-bin",
    "libsecret-tools",
    "openbox",
    "procps",
    "strace",        // whom a program speaks to, with nothing missed
    "tinyproxy-bin", // a company's proxy; the program alone, without the service
    "util-linux",
    "webkit2gtk-driver",
    "wmctrl",
    "x11-utils",
    "xdotool",
    "xvfb",
];

/// Real packages on Debian; on Ubuntu a shell around a snap, which cannot use the private folders of the tests.
const DEBIAN_BROWSER: [&str; 2] = ["chromium", "chromium-driver"];

/// What the compiler links against, by pkg-config's names.
const LIBRARIES: [&str; 4] = ["dbus-1", "librsvg-2.0", "openssl", "webkit2gtk-4.1"];

const FEDORA: &str = "sudo dnf install gcc gcc-c++ make perl pkgconf-pkg-config webkit2gtk4.1-devel librsvg2-devel \
    openssl-devel dbus-devel xdg-utils desktop-file-utils";
const ARCH: &str = "sudo pacman -S --needed base-devel perl webkit2gtk-4.1 librsvg openssl dbus xdg-utils \
    desktop-file-utils";
const MACOS: &str = "xcode-select --install";
const WINDOWS: &str = "winget install Microsoft.VisualStudio.2022.BuildTools --override \
    \"--wait --passive --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended\"\n  \
    winget install StrawberryPerl.StrawberryPerl\n  \
    winget install Microsoft.EdgeWebView2Runtime      (part of Windows 11)";

const STORIES_ELSEWHERE: &str = "the stories on the headless desktop run on Debian and Ubuntu; the lints and the \
    unit tests run everywhere: `cargo xtask test --fast`";

/// A family of Linux distributions that share their packages' names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Debian,
    Ubuntu,
    Fedora,
    Arch,
    Other,
}

/// Installs what is missing, or says what a person has to install.
pub fn install(purpose: Purpose) -> Result<()> {
    match env::consts::OS {
        "linux" => on_linux(family(&fs::read_to_string("/etc/os-release").unwrap_or_default()), purpose),
        "macos" => elsewhere(process::succeeds(Command::new("xcode-select").arg("-p")), MACOS, purpose),
        // MSVC and WebView2 leave nothing on PATH to look for; Perl, which compiles OpenSSL, does.
        "windows" => elsewhere(process::is_installed("perl"), WINDOWS, purpose),
        other => bail!("Wingman runs on Linux, macOS and Windows, this is {other}"),
    }
}

fn on_linux(family: Family, purpose: Purpose) -> Result<()> {
    let list = match family {
        Family::Debian | Family::Ubuntu => {
            with_apt(&wanted(family, purpose, has_keychain()))?;
            return if family == Family::Ubuntu && purpose == Purpose::Test { check_browser() } else { Ok(()) };
        }
        Family::Fedora => FEDORA,
        Family::Arch => ARCH,
        Family::Other => "",
    };
    let linkable =
        LIBRARIES.iter().all(|library| process::succeeds(Command::new("pkg-config").args(["--exists", library])));
    if !list.is_empty() {
        return elsewhere(linkable, list, purpose);
    }
    let names = format!("(with your package manager) the development files of {}, and xdg-utils", LIBRARIES.join(", "));
    elsewhere(linkable, &names, purpose)
}

fn elsewhere(present: bool, list: &str, purpose: Purpose) -> Result<()> {
    if !present {
        bail!("these system packages are needed; install them, then run this again:\n\n  {list}\n");
    }
    if purpose == Purpose::Test {
        bail!("{STORIES_ELSEWHERE}");
    }
    Ok(())
}

/// The family by `ID` and `ID_LIKE` of `/etc/os-release`.
fn family(os_release: &str) -> Family {
    let value = |key: &str| {
        let line = os_release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.unwrap_or_default().trim_matches('"').to_owned()
    };
    let names = format!("{} {}", value("ID"), value("ID_LIKE"));
    let is = |name: &str| names.split_whitespace().any(|known| known == name);
    // Ubuntu calls itself Debian's like, so it is asked for first.
    if is("ubuntu") {
        Family::Ubuntu
    } else if is("debian") {
        Family::Debian
    } else if is("fedora") {
        Family::Fedora
    } else if is("arch") {
        Family::Arch
    } else {
        Family::Other
    }
}

fn wanted(family: Family, purpose: Purpose, has_keychain: bool) -> Vec<&'static str> {
    let mut wanted = DEBIAN_RUN.to_vec();
    // Without any keychain a person would have to sign in at each start.
    if !has_keychain {
        wanted.push("gnome-keyring");
    }
    if purpose == Purpose::Test {
        wanted.extend(DEBIAN_TEST);
        if family == Family::Debian {
            wanted.extend(DEBIAN_BROWSER);
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// Whether some desktop's keychain answers to the Secret Service's name.
fn has_keychain() -> bool {
    Path::new("/usr/share/dbus-1/services/org.freedesktop.secrets.service").is_file()
        || ["gnome-keyring-daemon", "ksecretd", "kwalletd6", "keepassxc"].iter().any(|name| process::is_installed(name))
}

fn with_apt(wanted: &[&'static str]) -> Result<()> {
    let query = Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status} ${Package}\\n"])
        .args(wanted)
        .stderr(Stdio::null()) // names each unknown package; that is what we ask for
        .output()
        .context("dpkg-query lists the installed packages")?;
    let missing = missing(wanted, &String::from_utf8_lossy(&query.stdout));
    if missing.is_empty() {
        return Ok(());
    }
    announce(&format!("Installing system packages: {}", missing.join(" ")));
    let mut install =
        vec!["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", "--no-install-recommends"];
    install.extend(&missing);
    if process::is_installed("sudo") && !is_root() {
        // What is missing in an outdated list shows at the installation; a mirror that is down need not stop us.
        process::wait(Command::new("sudo").args(["apt-get", "update"]))?;
        process::run(Command::new("sudo").args(install))
    } else if is_root() {
        process::wait(Command::new("apt-get").arg("update"))?;
        process::run(Command::new(install[0]).args(&install[1..]))
    } else {
        bail!("there is no sudo here; as root, run:\n\n  apt-get update && apt-get install {}\n", missing.join(" "))
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The wanted packages that dpkg does not call installed. A removed one whose configuration is left is missing, too.
fn missing<'a>(wanted: &[&'a str], dpkg: &str) -> Vec<&'a str> {
    let installed: HashSet<&str> = dpkg.lines().filter_map(|line| line.strip_prefix("installed ")).collect();
    wanted.iter().copied().filter(|package| !installed.contains(package)).collect()
}

/// The one thing that apt cannot give on Ubuntu. What else may be missing, the headless desktop tells by itself.
fn check_browser() -> Result<()> {
    let missing: Vec<&str> =
        ["chromium", "chromedriver"].into_iter().filter(|name| !process::is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!(
        "the stories on the headless desktop need programs that are missing: {}\n\
         Ubuntu has Chromium as a snap only, and a snap cannot use the private folders of the tests. Fetch others, for \
         example with\n\n  npx @puppeteer/browsers install chrome@stable\n  \
         npx @puppeteer/browsers install chromedriver@stable\n\n\
         and put links to them, named `chromium` and `chromedriver`, into a folder of PATH.",
        missing.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_dpkg_calls_installed_is_there() {
        let dpkg = "installed perl\nconfig-files xvfb\nnot-installed openbox\ninstalled libssl-dev\n";
        assert_eq!(
            missing(&["libssl-dev", "openbox", "perl", "wmctrl", "xvfb"], dpkg),
            ["openbox", "wmctrl", "xvfb"],
            "unknown, removed and half-installed packages must be installed, and nothing that is there"
        );
    }

    #[test]
    fn a_distribution_is_known_by_itself_or_by_its_parent() {
        let known = [
            ("ID=debian", Family::Debian),
            ("ID=ubuntu\nID_LIKE=debian", Family::Ubuntu),
            ("NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"", Family::Ubuntu),
            ("ID=raspbian\nID_LIKE=debian", Family::Debian),
            ("ID=fedora", Family::Fedora),
            ("ID=nobara\nID_LIKE=\"rhel centos fedora\"", Family::Fedora),
            ("ID=manjaro\nID_LIKE=arch", Family::Arch),
            ("ID=nixos", Family::Other),
            ("", Family::Other),
        ];
        for (text, expected) in known {
            assert_eq!(family(text), expected, "the package names follow the family: {text:?}");
        }
    }

    #[test]
    fn running_asks_for_no_test_tool_and_a_keychain_only_where_there_is_none() {
        let here = wanted(Family::Debian, Purpose::Run, true);
        assert!(!here.contains(&"xvfb") && !here.contains(&"chromium"), "a person who runs the app needs no test tool");
        assert!(!here.contains(&"gnome-keyring"), "a second keychain beside KWallet would only disturb");
        assert!(wanted(Family::Debian, Purpose::Run, false).contains(&"gnome-keyring"), "without one nothing is kept");
    }

    #[test]
    fn ubuntu_is_spared_the_snap() {
        assert!(wanted(Family::Debian, Purpose::Test, true).contains(&"chromium"), "Debian has the real package");
        assert!(!wanted(Family::Ubuntu, Purpose::Test, true).contains(&"chromium"), "the snap cannot be used");
    }
}
