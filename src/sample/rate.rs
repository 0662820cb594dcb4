//! Rates from counters that only grow, until a restart or a reset makes them start again.

use std::time::Duration;

use crate::server::read::Counters;
use crate::units::Rate;

/// Events per second between two readings; `None` after a reset, or when no time has passed.
pub fn rate(before: u64, after: u64, elapsed: Duration) -> Option<Rate> {
    let events = after.checked_sub(before)?;
    let seconds = elapsed.as_secs_f64();
    (seconds > 0.0).then(|| Rate(events as f64 / seconds))
}

/// What the counters say per second; every field is `None` until two readings of one run of the server exist.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rates {
    /// Statements.
    pub queries: Option<Rate>,
    /// Statements over the server's own limit.
    pub slow: Option<Rate>,
    /// Bytes from clients.
    pub received: Option<Rate>,
    /// Bytes to clients.
    pub sent: Option<Rate>,
    /// Rows read.
    pub rows_read: Option<Rate>,
    /// Rows changed.
    pub rows_written: Option<Rate>,
    /// Waits for row locks.
    pub row_lock_waits: Option<Rate>,
}

impl Rates {
    /// The rates between two readings; none at all when the server was restarted in between.
    pub fn between(before: &Counters, after: &Counters, elapsed: Duration) -> Self {
        if after.uptime < before.uptime {
            return Self::default();
        }
        let of = |field: fn(&Counters) -> u64| rate(field(before), field(after), elapsed);
        Self {
            queries: of(|c| c.questions),
            slow: of(|c| c.slow_queries),
            received: of(|c| c.bytes_received),
            sent: of(|c| c.bytes_sent),
            rows_read: of(|c| c.rows_read),
            rows_written: of(|c| c.rows_written),
            row_lock_waits: of(|c| c.row_lock_waits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_rate_survives_resets() {
        assert_eq!(rate(10, 30, SECOND * 2), Some(Rate(10.0)));
        assert_eq!(rate(30, 10, SECOND), None, "FLUSH STATUS set it back");
        assert_eq!(rate(10, 30, Duration::ZERO), None, "two readings at one instant");
    }

    #[test]
    fn a_restart_gives_no_rate_at_all() {
        let before = Counters { uptime: 1000, questions: 5, ..Counters::default() };
        let after = Counters { uptime: 2, questions: 90, ..Counters::default() };
        assert_eq!(Rates::between(&before, &after, SECOND), Rates::default());
        let later = Counters { uptime: 1001, questions: 9, ..Counters::default() };
        assert_eq!(Rates::between(&before, &later, SECOND).queries, Some(Rate(4.0)));
    }
}
