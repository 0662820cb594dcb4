//! A short memory of one figure, for sparklines and maxima.

use std::collections::VecDeque;

/// The last values of one figure, oldest first; a gap (nothing was read) is `None`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ring {
    values: VecDeque<Option<f32>>,
}

/// Five minutes at one reading a second: more than the widest sparkline.
const LENGTH: usize = 300;

impl Ring {
    /// Adds a value and forgets the oldest.
    #[allow(clippy::cast_possible_truncation)] // a sparkline has eight steps
    pub fn push(&mut self, value: Option<f64>) {
        if self.values.len() == LENGTH {
            self.values.pop_front();
        }
        self.values.push_back(value.map(|value| value as f32));
    }

    /// The values, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Option<f32>> + ExactSizeIterator + '_ {
        self.values.iter().copied()
    }

    /// The largest value remembered.
    pub fn max(&self) -> Option<f32> {
        self.values.iter().flatten().copied().reduce(f32::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_value_goes_first() {
        let mut ring = Ring::default();
        ring.push(Some(1e6));
        for value in 0..LENGTH {
            ring.push(Some(value as f64));
        }
        assert_eq!(ring.iter().len(), LENGTH);
        assert_eq!(ring.iter().next(), Some(Some(0.0)));
        assert_eq!(ring.max(), Some(299.0), "the million is forgotten");
    }
}
