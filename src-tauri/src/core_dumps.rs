//! No core dumps: a crash must not leave the memory of the process, and the tokens in it, in a file.

/// Switches them off for this process and for what it starts.
///
/// Not by `PR_SET_DUMPABLE`, which would also take away from the desktop's portals what they know a program by
/// (`/proc/PID/root`), and with it dialogs, the dark theme and shortcuts.
pub fn switch_off() {
    // A limit that could not be set is no reason not to start: it only ever goes down, which is always allowed.
    #[cfg(unix)]
    let _ = rlimit::setrlimit(rlimit::Resource::CORE, 0, 0);
    // A program that the system pipes dumps into is started whatever the limit. Then there is nothing in them.
    #[cfg(target_os = "linux")]
    let _ = std::fs::write("/proc/self/coredump_filter", "0");
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_crash_leaves_nothing_of_the_memory_behind() {
        switch_off();
        let filter = std::fs::read_to_string("/proc/self/coredump_filter").unwrap();
        assert_eq!(u32::from_str_radix(filter.trim(), 16), Ok(0), "no mapping is dumped, whoever asks for the dump");
        let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
        let core: Vec<&str> =
            limits.lines().find(|line| line.starts_with("Max core")).unwrap().split_whitespace().collect();
        assert_eq!(core[4..6], ["0", "0"], "and no file is written, nor can be again");
    }
}
