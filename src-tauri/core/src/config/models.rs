//! Which models may be used, where a policy says so.

/// The models that may be used: all of an account's, unless a policy names some.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedModels {
    /// Ids; one that ends in `*` stands for all that begin so. None allows everything.
    patterns: Option<Vec<String>>,
}

impl AllowedModels {
    /// Only these; none when one of them is no id, with or without a `*` at its end.
    pub(super) fn only(patterns: Vec<String>) -> Option<Self> {
        let is_id = |text: &str| {
            !text.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "*?".contains(c))
        };
        let fits = |pattern: &String| is_id(pattern.strip_suffix('*').unwrap_or(pattern));
        let fits = |pattern: &String| fits(pattern) && pattern != "auto";
        (!patterns.is_empty() && patterns.iter().all(fits)).then_some(Self { patterns: Some(patterns) })
    }

    /// Whether the model may be used. Models differ in upper and lower case at no known endpoint, so that is ignored.
    pub fn allows(&self, model: &str) -> bool {
        let Some(patterns) = &self.patterns else { return true };
        let model = model.to_ascii_lowercase();
        patterns.iter().any(|pattern| {
            let pattern = pattern.to_ascii_lowercase();
            match pattern.strip_suffix('*') {
                Some(beginning) => model.starts_with(beginning),
                None => model == pattern,
            }
        })
    }

    /// Whether some may not be used.
    pub const fn is_limited(&self) -> bool {
        self.patterns.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(patterns: &[&str]) -> Option<AllowedModels> {
        AllowedModels::only(patterns.iter().map(|&pattern| pattern.to_owned()).collect())
    }

    #[test]
    fn what_is_named_may_be_used_and_nothing_else() {
        let allowed = only(&["gpt-5.1", "claude-*"]).unwrap();
        for model in ["gpt-5.1", "GPT-5.1", "claude-sonnet-5", "claude-"] {
            assert!(allowed.allows(model), "{model} is named, or begins so");
        }
        for model in ["gpt-5.1-mini", "gpt-5", "my-claude-x", "auto", ""] {
            assert!(!allowed.allows(model), "{model} is not named; what chooses for itself would be a way around");
        }
        assert!(AllowedModels::default().allows("anything") && !AllowedModels::default().is_limited(), "no rule");
    }

    #[test]
    fn what_is_no_id_is_no_rule() {
        for patterns in [&[][..], &[""], &["*"], &["auto"], &["a b"], &["*-mini"], &["a*b"], &["a**"], &["gpt-?"]] {
            assert_eq!(only(patterns), None, "{patterns:?} would be read differently by whoever wrote it");
        }
    }
}
