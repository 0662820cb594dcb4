//! How many rows one transaction takes: as many as fit into the target time, found by measuring the last one.

use std::time::Duration;

/// The first batch is small: nothing is known of the table yet.
const FIRST: u64 = 500;

/// A batch never falls below this, or a slow disk would make it crawl for ever.
const LEAST: u64 = 20;

/// A batch never grows beyond this, however fast it was: the next one may meet colder pages.
const MOST: u64 = 50_000;

/// Grows and shrinks the batches.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    target: Duration,
    most: u64,
    rows: u64,
}

impl Pace {
    /// Batches that take so long each, of at most so many rows.
    pub fn new(target: Duration, most: u64) -> Self {
        let most = most.clamp(LEAST, MOST);
        Self { target, most, rows: FIRST.min(most) }
    }

    /// Rows of the next batch.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// A batch of so many rows took so long. The next one at most doubles and never shrinks below a third: one outlier
    /// (a flush, a busy moment) must not throw the pace over.
    pub fn took(&mut self, rows: u64, time: Duration) {
        if rows == 0 {
            return;
        }
        let share = self.target.as_secs_f64() / time.as_secs_f64().max(1e-6);
        let next = (rows as f64 * share.clamp(0.34, 2.0)).round();
        // A batch that came out short says nothing against a larger one.
        let floor = if share >= 1.0 { self.rows as f64 } else { 0.0 };
        self.set(next.max(floor));
    }

    /// A batch met a lock: fewer rows meet fewer locks.
    pub fn collided(&mut self) {
        self.set(self.rows as f64 / 2.0);
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to a range of whole numbers
    fn set(&mut self, rows: f64) {
        self.rows = (rows as u64).clamp(LEAST, self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_follows_the_time_the_last_one_took() {
        let check = |rows: u64, took: u64, expected: u64| {
            let mut pace = Pace::new(Duration::from_millis(50), u64::MAX);
            pace.rows = rows;
            pace.took(rows, Duration::from_millis(took));
            assert_eq!(pace.rows(), expected, "{rows} rows in {took} ms");
        };
        check(1000, 50, 1000);
        check(1000, 40, 1250);
        check(1000, 1, 2000);
        check(1000, 100, 500);
        check(1000, 5000, 340);
        check(40_000, 10, 50_000);
        check(25, 60_000, 20);
    }

    #[test]
    fn a_short_batch_and_a_lock_are_no_measure() {
        let mut pace = Pace::new(Duration::from_millis(50), 4_000);
        for _ in 0..20 {
            pace.took(pace.rows(), Duration::from_millis(1));
        }
        assert_eq!(pace.rows(), 4_000);
        pace.took(3, Duration::from_millis(1));
        pace.took(0, Duration::from_millis(900));
        assert_eq!(pace.rows(), 4_000);
        pace.collided();
        assert_eq!(pace.rows(), 2_000);
    }

    #[test]
    fn the_pace_settles_at_the_target() {
        let mut pace = Pace::new(Duration::from_millis(50), u64::MAX);
        for _ in 0..50 {
            let time = Duration::from_micros(2_000 + 10 * pace.rows());
            pace.took(pace.rows(), time);
        }
        let time = 2_000 + 10 * pace.rows();
        assert!((48_000..52_000).contains(&time), "{} rows in {time} µs", pace.rows());
    }
}
