//! Names of files out of titles, which every operating system takes.

use std::collections::HashSet;

/// Characters of a title that go into a name.
const LONGEST: usize = 80;

/// What Windows calls its devices, whatever the ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// The title, as far as it can be a file's name.
pub(super) fn safe(title: &str) -> String {
    let clean = |c: char| if c.is_control() || "/\\:*?\"<>|".contains(c) { '-' } else { c };
    let name: String = title.chars().map(clean).take(LONGEST).collect();
    let name = name.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let device = DEVICES.contains(&stem.trim_end_matches(|c: char| c.is_ascii_digit()));
    match name {
        "" => "chat".to_owned(),
        name if device => format!("_{name}"),
        name => name.to_owned(),
    }
}

/// Names in one folder: none is given twice, whatever its case.
#[derive(Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    pub(super) fn next(&mut self, title: &str, ending: &str) -> String {
        let stem = safe(title);
        let names = std::iter::once(stem.clone()).chain((2..).map(|count| format!("{stem} ({count})")));
        let mut free = names.filter(|name| self.0.insert(name.to_lowercase()));
        format!("{}.{ending}", free.next().unwrap_or(stem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_title_is_a_name_that_every_system_takes() {
        assert_eq!(safe("a/b: c?"), "a-b- c-", "signs of paths and patterns");
        assert_eq!(safe("..\u{7}"), "-", "nothing hidden, nothing that rings");
        assert_eq!(safe("  "), "chat", "something at least");
        assert_eq!(safe("Con.txt"), "_Con.txt", "no device of Windows");
        assert_eq!(safe("限流器"), "限流器", "every language");
        assert_eq!(safe(&"x".repeat(300)).len(), 80, "of a length that fits");
    }

    #[test]
    fn two_chats_of_one_title_are_two_files() {
        let mut names = Names::default();
        assert_eq!(names.next("One", "md"), "One.md", "as it is");
        assert_eq!(names.next("one", "md"), "one (2).md", "some systems do not tell them apart");
    }
}
