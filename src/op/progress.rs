//! How far a job is: what is done of what, how fast, and until when, where that can honestly be said.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::units::{Bytes, Rows};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Rows of tables.
    #[default]
    Rows,
    /// Bytes of files or tables.
    Bytes,
    /// Whole tables, partitions, indexes.
    Tables,
    /// Migrations, each for one database.
    Migrations,
    /// Parts of a hundred, as the server itself counts.
    Percent,
}

impl Unit {
    /// A figure with its unit.
    pub fn show(self, amount: u64) -> String {
        match self {
            Self::Rows => Rows(amount).counted(),
            Self::Bytes => Bytes(amount).to_string(),
            Self::Tables if amount == 1 => "1 table".to_owned(),
            Self::Tables => format!("{amount} tables"),
            Self::Migrations if amount == 1 => "1 migration".to_owned(),
            Self::Migrations => format!("{amount} migrations"),
            Self::Percent => format!("{amount} %"),
        }
    }
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// What it is doing: `client_access_logs`.
    pub phase: String,
    /// What is counted.
    pub unit: Unit,
    /// How much is done.
    pub done: u64,
    /// Of how much; `None` when nobody knows.
    pub total: Option<u64>,
}

impl Progress {
    /// The part done, 0 to 1.
    pub fn part(&self) -> Option<f64> {
        let total = self.total.filter(|total| *total > 0)?;
        Some((self.done as f64 / total as f64).clamp(0.0, 1.0))
    }
}

/// Everything that changes while a job runs; readers get the latest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Live {
    /// How far it is.
    pub progress: Progress,
    /// Rows changed so far.
    pub rows: u64,
    /// Bytes written, read or freed so far.
    pub bytes: u64,
    /// Time spent at work: pauses, brakes and waits left out.
    pub worked: Duration,
    /// Why it is not moving though it runs: a brake, a lock, a silent server; since when is told by the text.
    pub held: Option<String>,
    /// Whether it rests because the operator wants it to.
    pub paused: bool,
    /// What the server says of the statement that is running: its stage, and the part done where it tells that.
    pub server: Option<String>,
}

/// An estimate is honest only when enough was seen: so much of the whole, for so long.
const ENOUGH_PART: f64 = 0.02;
const ENOUGH_TIME: Duration = Duration::from_secs(2);

impl Live {
    /// Units per second of work.
    pub fn rate(&self) -> Option<f64> {
        let seconds = self.worked.as_secs_f64();
        (seconds >= 0.5 && self.progress.unit != Unit::Percent).then(|| self.progress.done as f64 / seconds)
    }

    /// Time of work that is left; `None` before that can be said, and while it is held up.
    pub fn left(&self) -> Option<Duration> {
        let part = self.progress.part()?;
        let honest = part >= ENOUGH_PART && self.worked >= ENOUGH_TIME && self.held.is_none();
        (honest && self.progress.unit != Unit::Percent).then(|| self.worked.mul_f64((1.0 - part) / part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_given_when_enough_was_seen() {
        let live = |done, worked: u64, held: Option<&str>| Live {
            progress: Progress { done, total: Some(1000), ..Progress::default() },
            worked: Duration::from_secs(worked),
            held: held.map(str::to_owned),
            ..Live::default()
        };
        let check = |live: Live, expected: Option<u64>| assert_eq!(live.left().map(|left| left.as_secs()), expected);
        check(live(250, 10, None), Some(30));
        check(live(250, 1, None), None);
        check(live(5, 10, None), None);
        check(live(250, 10, Some("replica lags 40 s")), None);
        check(Live::default(), None);
    }
}
