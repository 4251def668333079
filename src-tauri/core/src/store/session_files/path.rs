//! Paths of a session's filesystem: absolute, with `/`, and never upwards.

use super::FileError;

/// Longer ones are a fault of the caller.
const LONGEST: usize = 4096;

/// A path in its one form: `/` or `/state/events.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path(String);

impl Path {
    /// The one form of what the runtime said: empty parts and `.` dropped, a relative path counted from `/`; `..` and
    /// NUL refused.
    pub(super) fn of(text: &str) -> Result<Self, FileError> {
        if text.len() > LONGEST || text.contains('\0') {
            return Err(FileError::PathRefused);
        }
        let mut path = String::with_capacity(text.len() + 1);
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => return Err(FileError::PathRefused),
                part => {
                    path.push('/');
                    path.push_str(part);
                }
            }
        }
        if path.is_empty() {
            path.push('/');
        }
        Ok(Self(path))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn is_root(&self) -> bool {
        self.0 == "/"
    }

    /// The folder it lies in; the root lies in itself.
    pub(super) fn parent(&self) -> Self {
        match self.0.rsplit_once('/') {
            None | Some(("", _)) => Self("/".to_owned()),
            Some((parent, _)) => Self(parent.to_owned()),
        }
    }

    /// The folders above it, outermost first, without the root.
    pub(super) fn ancestors(&self) -> Vec<Self> {
        let ends = self.0.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0);
        ends.map(|at| Self(self.0[..at].to_owned())).collect()
    }

    /// Whether it lies in `folder`, at any depth.
    pub(super) fn is_below(&self, folder: &Self) -> bool {
        folder.is_root() || self.0.strip_prefix(&folder.0).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The first and the last text between which, in the order of bytes, lie the paths below it: `/` is followed by
    /// `0`.
    pub(super) fn below(&self) -> (String, String) {
        let folder = if self.is_root() { "" } else { &self.0 };
        (format!("{folder}/"), format!("{folder}0"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_path_means_the_same_file() {
        for text in ["/state/events.jsonl", "state/events.jsonl", "//state/./events.jsonl/", "/state//events.jsonl"] {
            let path = Path::of(text).expect("an ordinary path");
            assert_eq!(path.as_str(), "/state/events.jsonl", "{text} would otherwise be a second file");
        }
        assert!(Path::of("").expect("the root").is_root(), "an empty path is the root");
    }

    #[test]
    fn no_path_leads_upwards() {
        for text in ["..", "/state/../x", "/state/..", "a\0b"] {
            assert_eq!(Path::of(text), Err(FileError::PathRefused), "{text:?} has no business here");
        }
        assert!(Path::of("/state/..x").is_ok(), "two dots in a name are a name");
    }

    #[test]
    fn a_path_knows_what_is_above_and_below() {
        let path = Path::of("/state/checkpoints/index.md").expect("an ordinary path");
        let above: Vec<_> = path.ancestors().iter().map(|folder| folder.as_str().to_owned()).collect();
        assert_eq!(above, ["/state", "/state/checkpoints"], "the folders to be made, outermost first");
        assert_eq!(path.parent().as_str(), "/state/checkpoints", "the folder it is listed in");
        let state = Path::of("/state").expect("an ordinary path");
        assert!(path.is_below(&state), "removing /state takes it along");
        assert!(!Path::of("/state2/x").expect("an ordinary path").is_below(&state), "a common beginning is no folder");
    }
}
