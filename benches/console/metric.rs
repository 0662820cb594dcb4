//! What is measured: one row of the table each, with its unit and its budget.
//!
//! The budgets are those the product promises; a row without one is there for the comparison.

use serde::Serialize;

/// A row of the table; the order here is the order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    Start,
    ProcessorQuiet,
    ProcessorBusy,
    Memory,
    ServerProcessor,
    TerminalQuiet,
    TerminalBusy,
    Refreshes,
    Statements,
    BytesSent,
    BytesReceived,
    KeyIdle,
    KeyCrowded,
    KeyFrozen,
    KeyDeleting,
    NoticeFrozen,
    ReturnFrozen,
    NoticeKilled,
    ReturnKilled,
}

/// What a figure counts, which also decides its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Milliseconds,
    Seconds,
    PercentOfOneCore,
    Mebibytes,
    KibibytesPerSecond,
    Kibibytes,
    Count,
}

/// How a metric is presented.
pub struct Row {
    pub what: &'static str,
    pub unit: Unit,
    /// The most that is promised.
    pub budget: Option<f64>,
}

impl Metric {
    pub fn row(self) -> Row {
        use Unit::{Count, Kibibytes, KibibytesPerSecond, Mebibytes, Milliseconds, PercentOfOneCore, Seconds};
        let (what, unit, budget) = match self {
            Self::Start => ("start to first complete overview, median", Milliseconds, Some(100.0)),
            Self::ProcessorQuiet => ("processor use, little changes", PercentOfOneCore, Some(1.0)),
            Self::ProcessorBusy => ("processor use, under load", PercentOfOneCore, Some(1.0)),
            Self::Memory => ("resident memory at the end", Mebibytes, Some(20.0)),
            Self::ServerProcessor => ("the server's own processor use, no load", PercentOfOneCore, None),
            Self::TerminalQuiet => ("to the terminal, little changes", KibibytesPerSecond, Some(1.0)),
            Self::TerminalBusy => ("to the terminal, under load", KibibytesPerSecond, None),
            Self::Refreshes => ("refreshes in the window (SHOW STATUS)", Count, None),
            Self::Statements => ("statements per refresh", Count, Some(4.0)),
            Self::BytesSent => ("from the server per refresh", Kibibytes, None),
            Self::BytesReceived => ("to the server per refresh", Kibibytes, None),
            Self::KeyIdle => ("key to frame, p99, server idle", Milliseconds, Some(16.0)),
            Self::KeyCrowded => ("key to frame, p99, crowd listed", Milliseconds, Some(16.0)),
            Self::KeyFrozen => ("key to frame, p99, server frozen", Milliseconds, Some(16.0)),
            Self::KeyDeleting => ("key to frame, p99, own job deletes", Milliseconds, Some(16.0)),
            Self::NoticeFrozen => ("frozen server: noticed after", Seconds, Some(3.0)),
            Self::ReturnFrozen => ("frozen server: live again after", Seconds, Some(3.0)),
            Self::NoticeKilled => ("killed server: noticed after", Seconds, Some(3.0)),
            Self::ReturnKilled => ("killed server: live again after", Seconds, Some(3.0)),
        };
        Row { what, unit, budget }
    }
}

impl Unit {
    /// The figure with its unit, as the table shows it.
    pub fn show(self, value: f64) -> String {
        let (digits, suffix) = match self {
            Self::Milliseconds => (1, " ms"),
            Self::Seconds => (2, " s"),
            Self::PercentOfOneCore => (2, " %"),
            Self::Mebibytes => (1, " MiB"),
            Self::KibibytesPerSecond => (2, " KiB/s"),
            Self::Kibibytes => (2, " KiB"),
            Self::Count => (1, ""),
        };
        format!("{value:.digits$}{suffix}")
    }
}
