//! What is measured: [`SCENARIOS`] in the order of a run, each a file's function and the metrics it must deliver.

mod keys;
mod outage;
mod start;
mod watch;

use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::contender::{Contender, Key};
use crate::metric::Metric;
use crate::stage::Stage;
use crate::terminal::Terminal;

pub const SCENARIOS: &[Scenario] = &[
    Scenario { title: "starts", metrics: &[Metric::Start], run: start::start },
    Scenario { title: "watches, little changes", metrics: watch::QUIET, run: watch::quiet },
    Scenario { title: "watches under load", metrics: watch::BUSY, run: watch::busy },
    Scenario { title: "keys, server idle", metrics: &[Metric::KeyIdle], run: keys::idle },
    Scenario { title: "keys, crowd listed", metrics: &[Metric::KeyCrowded], run: keys::crowded },
    Scenario { title: "keys, server frozen", metrics: &[Metric::KeyFrozen], run: keys::frozen },
    Scenario { title: "keys, own job deletes", metrics: &[Metric::KeyDeleting], run: keys::deleting },
    Scenario { title: "server frozen", metrics: &[Metric::NoticeFrozen, Metric::ReturnFrozen], run: outage::frozen },
    Scenario { title: "server killed", metrics: &[Metric::NoticeKilled, Metric::ReturnKilled], run: outage::killed },
];

/// A figure, or why there is none.
pub type Finding = Result<f64, String>;
/// Figures by metric.
pub type Findings = Vec<(Metric, Finding)>;

/// One thing that is done with every contender.
pub struct Scenario {
    pub title: &'static str,
    metrics: &'static [Metric],
    run: fn(&mut Stage, &Contender, Effort) -> Result<Findings>,
}

impl Scenario {
    /// A finding for each of its metrics, whatever happens.
    pub fn measure(&self, stage: &mut Stage, contender: &Contender, effort: Effort) -> Findings {
        match (self.run)(stage, contender, effort) {
            Ok(findings) => findings,
            Err(error) => self.metrics.iter().map(|&metric| (metric, Err(format!("{error:#}")))).collect(),
        }
    }
}

/// How long and how often.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Effort {
    /// Starts, of which the median counts.
    pub starts: usize,
    /// Length of an observation, in seconds.
    pub window_seconds: u64,
    /// Keys pressed per condition.
    pub keys: usize,
    /// Idle connections in the crowd.
    pub crowd: usize,
    /// Rows that a job removes meanwhile.
    pub expired: u64,
    /// How long the server is away, in seconds.
    pub outage_seconds: u64,
    /// The longest wait for something to be noticed, in seconds.
    pub patience_seconds: u64,
}

impl Effort {
    pub fn full() -> Self {
        Self {
            starts: 7,
            window_seconds: 60,
            keys: 200,
            crowd: 5_000,
            expired: 12_000_000,
            outage_seconds: 15,
            patience_seconds: 30,
        }
    }

    pub fn quick() -> Self {
        Self {
            starts: 1,
            window_seconds: 4,
            keys: 10,
            crowd: 500,
            expired: 400_000,
            outage_seconds: 4,
            patience_seconds: 6,
        }
    }

    fn window(self) -> Duration {
        Duration::from_secs(self.window_seconds)
    }

    fn outage(self) -> Duration {
        Duration::from_secs(self.outage_seconds)
    }

    fn patience(self) -> Duration {
        Duration::from_secs(self.patience_seconds)
    }
}

/// The longest wait for a first screen or for the effect of a key.
const LIMIT: Duration = Duration::from_secs(10);

/// Starts the contender and waits for its first complete screen.
fn ready(contender: &Contender) -> Result<Terminal> {
    let terminal = Terminal::start(&contender.command)?;
    let seen = terminal.wait(&contender.ready, LIMIT);
    seen.with_context(|| format!("no first screen; it showed:\n{}", terminal.screen()))?;
    Ok(terminal)
}

fn press(terminal: &mut Terminal, key: &Key) -> Result<Duration> {
    let took = terminal.press(key.press, &key.shows, LIMIT);
    took.with_context(|| format!("it showed:\n{}", terminal.screen()))
}

fn milliseconds(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}
