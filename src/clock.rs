//! The only source of "now".
//!
//! A [`Moment`] is taken once at the edge (a refresh, a tick of the console) and handed down, so that everything
//! below is a function of its arguments and a test can live at any time it likes.

use std::time::{Duration, Instant};

use chrono::{DateTime, Local};

/// One instant, on the clock that never jumps and on the one that people read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Monotonic: for ages and rates.
    pub instant: Instant,
    /// Wall clock: for people.
    pub wall: DateTime<Local>,
}

impl Moment {
    /// The present.
    pub fn now() -> Self {
        Self { instant: Instant::now(), wall: Local::now() }
    }

    /// How long ago `earlier` was; zero when it is in the future.
    pub fn since(&self, earlier: Instant) -> Duration {
        self.instant.saturating_duration_since(earlier)
    }
}
