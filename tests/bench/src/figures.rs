//! Samples and what is said of them: the median, and between which values they lie. Knows nobody.

use serde::Serialize;

/// The samples of one figure, smallest first. There is at least one.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// From samples in any order. None when there is none.
    pub fn new(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        (!values.is_empty()).then_some(Self(values))
    }

    /// The one in the middle; of an even number the mean of the two in the middle.
    pub fn median(&self) -> f64 {
        let (low, high) = (self.0[(self.0.len() - 1) / 2], self.0[self.0.len() / 2]);
        f64::midpoint(low, high)
    }

    /// The smallest and the largest.
    pub fn spread(&self) -> (f64, f64) {
        (self.0[0], self.0[self.0.len() - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle_whatever_the_order() {
        let odd = Samples::new(vec![9.0, 1.0, 2.0]).unwrap();
        assert_eq!((odd.median(), odd.spread()), (2.0, (1.0, 9.0)), "one slow start must not move the figure");
        let even = Samples::new(vec![4.0, 1.0, 2.0, 9.0]).unwrap();
        assert!((even.median() - 3.0).abs() < 1e-9, "between the two in the middle");
        assert!(Samples::new(vec![]).is_none(), "nothing measured is no figure");
    }
}
