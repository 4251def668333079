//! A conversation's title, from its first question: no model is asked, so it is there at once and costs nothing.

/// Characters, at most; the list cuts to its own width.
const LONGEST: usize = 60;

/// The first line with words in it, without Markdown's marks, cut between words.
pub(super) fn of(question: &str) -> String {
    let line = question
        .lines()
        .map(|line| line.trim_start_matches(['#', '>', '-', '*', '`', ' ', '\t']).trim())
        .find(|line| line.chars().any(char::is_alphanumeric))
        .or_else(|| question.lines().map(str::trim).find(|line| !line.is_empty()))
        .unwrap_or_default();
    let words: Vec<_> = line.split_whitespace().collect();
    let line: String = words.join(" ").chars().filter(|c| !c.is_control() && !is_direction_mark(*c)).collect();
    if line.chars().count() <= LONGEST {
        return line;
    }
    let cut: String = line.chars().take(LONGEST).collect();
    // Text without spaces (Chinese, a URL) is cut where it is.
    let end = cut.rfind(' ').filter(|at| *at > LONGEST / 2).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end_matches([',', ';', ':', '.', ' ']))
}

/// Marks that would turn the row around them.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_short_question_is_its_own_title() {
        assert_eq!(of("Why is this query slow?"), "Why is this query slow?", "nothing to cut");
    }

    #[test]
    fn the_first_line_with_words_counts_and_loses_its_marks() {
        assert_eq!(of("\n```\n## Fix this **now**\nplease"), "Fix this **now**", "marks before the words go");
    }

    #[test]
    fn a_long_question_is_cut_between_words() {
        let title = of("Our mobile app uploads in bursts and the API answers 429, so explain the token bucket, please");
        assert!(title.ends_with("answers 429…"), "cut after a whole word, without its comma: {title}");
    }

    #[test]
    fn text_without_spaces_is_cut_at_the_limit() {
        let title = of(&"桶".repeat(200));
        assert_eq!(title.chars().count(), 61, "sixty characters and the ellipsis");
    }

    #[test]
    fn marks_that_turn_text_around_do_not_reach_the_list() {
        assert_eq!(of("a\u{202e}b\u{7}"), "ab", "a title must not reorder the row it stands in");
    }
}
