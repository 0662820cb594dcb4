//! A short memory of one figure, for sparklines and maxima.

use std::collections::VecDeque;

/// The last values of one figure, oldest first; a gap (nothing was read) is `None`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ring {
    values: VecDeque<Option<f32>>,
    pushed: usize,
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
        self.pushed = self.pushed.wrapping_add(1);
    }

    /// The values, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Option<f32>> + ExactSizeIterator + '_ {
        self.values.iter().copied()
    }

    /// The largest of every so many values, oldest first, the last group perhaps not full yet. A value stays in its
    /// group as long as it is remembered, so what is drawn of groups moves only when one is full.
    pub fn grouped(&self, size: usize) -> Vec<Option<f32>> {
        let size = size.max(1);
        let forgotten = self.pushed.wrapping_sub(self.values.len());
        let mut groups: Vec<Option<f32>> = Vec::with_capacity(self.values.len() / size + 2);
        for (index, value) in self.values.iter().enumerate() {
            let begins = index == 0 || (forgotten.wrapping_add(index)).is_multiple_of(size);
            match groups.last_mut().filter(|_| !begins) {
                Some(group) => *group = group.map_or(*value, |most| Some(value.map_or(most, |value| most.max(value)))),
                None => groups.push(*value),
            }
        }
        groups
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

    #[test]
    fn groups_stay_what_they_are() {
        let mut ring = Ring::default();
        assert_eq!(ring.grouped(5), []);
        for value in 0..7 {
            ring.push((value != 2).then_some(f64::from(value)));
        }
        assert_eq!(ring.grouped(5), [Some(4.0), Some(6.0)]);
        ring.push(None);
        assert_eq!(ring.grouped(5), [Some(4.0), Some(6.0)]);
        for value in 8..LENGTH + 3 {
            ring.push(Some(value as f64));
        }
        let groups = ring.grouped(5);
        assert_eq!((groups.len(), groups[0], groups[1]), (61, Some(4.0), Some(9.0)), "two of the first five are left");
        assert_eq!(groups.last(), Some(&Some(302.0)));
    }
}
