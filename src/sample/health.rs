//! How a server is, as far as can be told from here.

use std::time::{Duration, Instant};

/// What the sampling task knows.
#[derive(Debug, Clone, PartialEq)]
pub enum Health {
    /// The first attempt is under way.
    Connecting,
    /// The last question was answered.
    Live,
    /// It accepts connections, or did, and does not answer in time.
    Silent {
        /// Since when.
        since: Instant,
        /// What was waited for.
        why: String,
        /// When the next attempt begins.
        next_try: Instant,
    },
    /// It cannot be reached, or lets nobody in.
    Down {
        /// Since when.
        since: Instant,
        /// The reason in its or the system's words.
        why: String,
        /// When the next attempt begins.
        next_try: Instant,
    },
}

/// What is shown at a certain instant: a silence counts before the task has given up waiting.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Nothing was read yet.
    Connecting,
    /// The figures are fresh.
    Live,
    /// The figures are of that age.
    Stale {
        /// Since the last answer.
        age: Duration,
    },
    /// There is no server to ask.
    Down {
        /// For how long.
        age: Duration,
        /// Why.
        why: String,
        /// Until the next attempt.
        next_try: Duration,
    },
}

impl Health {
    /// What to show now. Fresh figures are younger than two refreshes and a quarter, and a second at least: with a tick of
    /// the console on top, a server that fell silent is named within three seconds.
    pub fn at(&self, now: Instant, answered: Option<Instant>, interval: Duration) -> State {
        let age = answered.map(|answered| now.saturating_duration_since(answered));
        match (self, age) {
            (Self::Down { since, why, next_try }, _) | (Self::Silent { since, why, next_try }, None) => State::Down {
                age: now.saturating_duration_since(*since),
                why: why.clone(),
                next_try: next_try.saturating_duration_since(now),
            },
            (Self::Silent { .. }, Some(age)) => State::Stale { age },
            (Self::Connecting | Self::Live, None) => State::Connecting,
            (Self::Connecting | Self::Live, Some(age)) if age > fresh(interval) => State::Stale { age },
            (Self::Connecting | Self::Live, Some(_)) => State::Live,
        }
    }
}

fn fresh(interval: Duration) -> Duration {
    (interval * 9 / 4).max(Duration::from_secs(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_silence_shows_before_the_budget_is_used_up() {
        let start = Instant::now();
        let at = |seconds| Health::Live.at(start + SECOND * seconds, Some(start), SECOND);
        assert_eq!(at(2), State::Live);
        assert_eq!(at(3), State::Stale { age: SECOND * 3 });
    }

    #[test]
    fn a_server_that_never_answered_is_down_not_stale() {
        let start = Instant::now();
        let silent = Health::Silent { since: start, why: "no answer within 2 s".into(), next_try: start + SECOND };
        assert_eq!(silent.at(start + SECOND * 9, Some(start), SECOND), State::Stale { age: SECOND * 9 });
        let never = silent.at(start, None, SECOND);
        assert!(matches!(never, State::Down { next_try: SECOND, .. }), "{never:?}");
    }
}
