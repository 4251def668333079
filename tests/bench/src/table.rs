//! The table: one row for each figure, ours beside the floor's, and whether the goal is met. Knows figures only.

use std::fmt::Write as _;

use serde::{Serialize, Serializer, ser::SerializeStruct as _};

use crate::figures::Samples;

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum Unit {
    /// Milliseconds.
    #[serde(rename = "ms")]
    Milliseconds,
    /// A million bytes.
    #[serde(rename = "MB")]
    Megabytes,
}

/// What ours should be, by the medians.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// At most so many times the floor.
    Times(f64),
    /// At most the floor and so much more.
    Above(f64),
    /// At most this, whatever the floor.
    AtMost(f64),
    /// Reported without one.
    None,
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was done.
    pub work: &'static str,
    /// What the floor is.
    pub against: &'static str,
    /// What both are counted in.
    pub unit: Unit,
    /// Wingman's.
    pub ours: Samples,
    /// The machine's.
    pub floor: Samples,
    /// What ours should be.
    pub goal: Goal,
    /// Said below the table.
    pub note: Option<String>,
}

impl Row {
    fn is_met(&self) -> Option<bool> {
        let (ours, floor) = (self.ours.median(), self.floor.median());
        match self.goal {
            Goal::Times(factor) => Some(ours <= floor * factor),
            Goal::Above(more) => Some(ours <= floor + more),
            Goal::AtMost(most) => Some(ours <= most),
            Goal::None => None,
        }
    }

    /// Ours against the floor, in the words of the goal.
    fn compared(&self) -> String {
        let (ours, floor) = (self.ours.median(), self.floor.median());
        match self.goal {
            Goal::Times(_) => format!("{:.2} ×", ours / floor),
            _ => format!("{:+.0} {}", ours - floor, self.unit()),
        }
    }

    fn wanted(&self) -> String {
        match self.goal {
            Goal::Times(factor) => format!("≤ {factor} × floor"),
            Goal::Above(more) => format!("≤ floor + {more} {}", self.unit()),
            Goal::AtMost(most) => format!("≤ {most} {}", self.unit()),
            Goal::None => "–".into(),
        }
    }

    fn unit(&self) -> &'static str {
        match self.unit {
            Unit::Milliseconds => "ms",
            Unit::Megabytes => "MB",
        }
    }

    fn told(&self, samples: &Samples) -> String {
        let (least, most) = samples.spread();
        // A few milliseconds deserve their tenths.
        let digits = usize::from(most < 20.0);
        let (median, unit) = (samples.median(), self.unit());
        format!("{median:.digits$} {unit} ({least:.digits$}–{most:.digits$})")
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct("Row", 8)?;
        row.serialize_field("work", self.work)?;
        row.serialize_field("against", self.against)?;
        row.serialize_field("unit", &self.unit)?;
        row.serialize_field("ours", &self.ours)?;
        row.serialize_field("floor", &self.floor)?;
        row.serialize_field("goal", &self.wanted())?;
        row.serialize_field("met", &self.is_met())?;
        row.serialize_field("note", &self.note)?;
        row.end()
    }
}

/// The table as Markdown.
pub fn markdown(rows: &[Row], samples: usize) -> String {
    let mut text = String::from("| work | Wingman | floor | the floor is | compared | goal | met |\n");
    text.push_str("|---|---|---|---|---|---|---|\n");
    for row in rows {
        let met = match row.is_met() {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "–",
        };
        let (ours, floor) = (row.told(&row.ours), row.told(&row.floor));
        let (compared, wanted) = (row.compared(), row.wanted());
        let _ = writeln!(text, "| {} | {ours} | {floor} | {} | {compared} | {wanted} | {met} |", row.work, row.against);
    }
    let _ = writeln!(text, "\nMedian (least–most) of {samples}; ours and the floor's taken in turn, release builds.");
    for row in rows {
        if let Some(note) = &row.note {
            let _ = writeln!(text, "\n{}: {note}", row.work);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ours: f64, floor: f64, goal: Goal) -> Row {
        let one = |value| Samples::new(vec![value]).unwrap();
        let (ours, floor) = (one(ours), one(floor));
        Row { work: "w", against: "a", unit: Unit::Milliseconds, ours, floor, goal, note: None }
    }

    #[test]
    fn a_goal_is_met_up_to_its_edge_and_not_beyond() {
        for (met, row) in [
            (true, row(150.0, 100.0, Goal::Times(1.5))),
            (false, row(151.0, 100.0, Goal::Times(1.5))),
            (true, row(140.0, 100.0, Goal::Above(40.0))),
            (false, row(141.0, 100.0, Goal::Above(40.0))),
            (true, row(200.0, 500.0, Goal::AtMost(200.0))),
            (false, row(201.0, 1.0, Goal::AtMost(200.0))),
        ] {
            assert_eq!(row.is_met(), Some(met), "the table must not flatter: {row:?}");
        }
        assert_eq!(row(1.0, 1.0, Goal::None).is_met(), None, "without a goal there is nothing to meet");
    }

    #[test]
    fn the_table_says_what_was_missed() {
        let text = markdown(&[row(300.0, 100.0, Goal::Times(1.5))], 1);
        assert!(text.contains("3.00 ×") && text.contains("**no**"), "a miss must be seen: {text}");
    }
}
