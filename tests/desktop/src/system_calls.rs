//! What a program and everything that it starts asks the kernel for: whom they speak to, where they listen, what they
//! start. strace notes every call, so a connection of a millisecond is not missed. Reads its notes; knows nobody.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

/// The arguments before the program's own: all its processes and threads, and only the calls that are read here, so that
/// it runs nearly as fast as ever.
pub(crate) const STRACE: [&str; 9] = [
    "-f",
    "-q",
    "--seccomp-bpf",
    "-yy",
    "-s",
    "400",
    "-e",
    "trace=connect,sendto,sendmsg,sendmmsg,bind,listen,execve,clone,clone3,fork,vfork",
    "-o",
];

/// What was noted.
#[derive(Clone, Debug, Default)]
pub struct SystemCalls {
    /// Whom they connected or sent something to, as `ADDRESS:PORT`.
    pub contacts: BTreeSet<String>,
    /// What was sent to name servers, as it was sent.
    pub lookups: Vec<String>,
    /// Where they opened a port for others.
    pub listening: Vec<String>,
    /// The programs that were started, by the process, as it is numbered inside the session.
    pub programs: BTreeMap<u32, Vec<String>>,
}

impl SystemCalls {
    /// Reads notes. A process that runs a program of which `others` is true is somebody else's, with all that it starts:
    /// the person's browser, that a link opens.
    pub fn read(file: &Path, others: impl Fn(&str) -> bool) -> Result<Self> {
        let notes = std::fs::read(file).context("strace has noted nothing")?;
        Self::of(&String::from_utf8_lossy(&notes), others)
    }

    fn of(notes: &str, others: impl Fn(&str) -> bool) -> Result<Self> {
        let calls: Vec<(u32, &str)> = notes
            .lines()
            .filter_map(|line| {
                let (id, call) = line.split_once(' ')?;
                Some((id.parse().ok()?, call.trim_start()))
            })
            .collect();
        ensure!(!calls.is_empty(), "strace has noted no call");
        let (mut parents, mut foreign) = (HashMap::new(), BTreeSet::new());
        for (id, call) in &calls {
            if let Some(child) = started(call) {
                parents.insert(child, *id);
            }
            if program(call).is_some_and(&others) {
                foreign.insert(*id);
            }
        }
        let is_foreign = |id: u32| {
            let mut next = Some(id);
            while let Some(id) = next {
                if foreign.contains(&id) {
                    return true;
                }
                next = parents.get(&id).copied();
            }
            false
        };
        let mut seen = Self::default();
        for (id, call) in calls {
            // What a process did before it became somebody else's counts as theirs, too: it is the way there.
            if is_foreign(id) {
                continue;
            }
            if let Some(program) = program(call) {
                seen.programs.entry(id).or_default().push(program.to_owned());
            }
            let name = call.split('(').next().unwrap_or_default();
            if matches!(name, "connect" | "sendto" | "sendmsg" | "sendmmsg") {
                seen.contacts.extend(address(call));
                if name != "connect" && call.contains(":53]") {
                    seen.lookups.push(call.to_owned());
                }
            }
            if name == "listen" && !call.contains("<UNIX") {
                seen.listening.push(call.to_owned());
            }
        }
        Ok(seen)
    }
}

/// The process or thread that a call has started.
fn started(call: &str) -> Option<u32> {
    let name = call.trim_start_matches("<... ").split(['(', ' ']).next()?;
    if !matches!(name, "clone" | "clone3" | "fork" | "vfork") {
        return None;
    }
    call.rsplit_once(" = ")?.1.split([' ', '<']).next()?.parse().ok().filter(|id| *id > 0)
}

/// The program that a call has started, or tried to.
fn program(call: &str) -> Option<&str> {
    call.strip_prefix("execve(\"")?.split('"').next()
}

/// Whom a call names, beyond the sockets of this session.
fn address(call: &str) -> Option<String> {
    let port = |name: &str| call.split_once(&format!("{name}=htons("))?.1.split(')').next();
    if call.contains("sa_family=AF_INET6") {
        let address = call.split_once("inet_pton(AF_INET6, \"")?.1.split('"').next()?;
        return Some(format!("[{address}]:{}", port("sin6_port")?));
    }
    if call.contains("sa_family=AF_INET") {
        let address = call.split_once("inet_addr(\"")?.1.split('"').next()?;
        return Some(format!("{address}:{}", port("sin_port")?));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTES: &str = r#"
10 execve("/usr/bin/wingman", ["wingman"], 0x7ffd /* 20 vars */) = 0
10 clone3({flags=CLONE_VM|CLONE_THREAD, stack_size=0x7fff00}, 88) = 11
11 connect(9<TCP:[48001]>, {sa_family=AF_INET, sin_port=htons(4000), sin_addr=inet_addr("127.0.0.1")}, 16) = -1 EINPROGRESS (Operation now in progress)
11 connect(10<UNIX-STREAM:[48002]>, {sa_family=AF_UNIX, sun_path="/run/user/0/bus"}, 110) = 0
10 vfork( <unfinished ...>
12 execve("/usr/bin/xdg-open", ["xdg-open", "http://127.0.0.1:4000"], 0x7ffd /* 20 vars */) = 0
10 <... vfork resumed>) = 12
12 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = 13
13 execve("/usr/bin/chromium", ["chromium"], 0x7ffd /* 20 vars */) = 0
13 connect(9<TCP:[48005]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("93.184.216.34")}, 16) = 0
13 clone(child_stack=NULL, flags=SIGCHLD) = 14
14 listen(10<TCP:[127.0.0.1:9222]>, 10) = 0
11 sendmmsg(12<UDP:[10.0.0.2:40000->10.0.0.1:53]>, [{msg_hdr={msg_name=NULL, msg_iov=[{iov_base="\10account\7invalid\0"}]}}], 2, MSG_NOSIGNAL) = 2
11 sendto(13<UDPv6:[48009]>, "x", 1, 0, {sa_family=AF_INET6, sin6_port=htons(5353), inet_pton(AF_INET6, "ff02::fb", &sin6_addr)}, 28) = 1
11 listen(14<UNIX-STREAM:[48010,"/run/x"]>, 10) = 0
11 listen(15<TCP:[0.0.0.0:8080]>, 10) = 0
"#;

    #[test]
    fn whom_they_speak_to_and_where_they_listen_is_seen_and_the_browser_left_out() {
        let seen = SystemCalls::of(NOTES, |program| program.ends_with("chromium")).unwrap();
        let contacts: Vec<&str> = seen.contacts.iter().map(String::as_str).collect();
        assert_eq!(contacts, ["127.0.0.1:4000", "[ff02::fb]:5353"], "one connected to, one just sent to");
        assert_eq!(seen.lookups.len(), 1, "a question to a name server: {:?}", seen.lookups);
        assert_eq!(seen.listening.len(), 1, "a port is open, a socket of this session's is none: {:?}", seen.listening);
        let programs: Vec<&str> = seen.programs.values().flatten().map(String::as_str).collect();
        assert_eq!(programs, ["/usr/bin/wingman", "/usr/bin/xdg-open"], "what it started itself");
        let all = SystemCalls::of(NOTES, |_| false).unwrap();
        assert_eq!((all.contacts.len(), all.listening.len()), (3, 2), "who is nobody else's is looked at whole");
    }

    #[test]
    fn notes_without_a_call_are_no_evidence() {
        assert!(SystemCalls::of("", |_| false).is_err(), "an empty file must not look like silence");
    }
}
