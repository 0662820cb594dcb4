//! What is kept of a job: who wanted what, where and when, what was done step by step, and how it ended.
//!
//! Where it is kept is [`crate::ledger`]'s business; here is what is kept, and the promise of who keeps it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::plan::Digest;
use super::progress::Live;
use crate::units::DatabaseName;

/// What names a job everywhere and for ever: 16 hexadecimal digits, drawn when it is submitted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct JobUid(pub String);

impl JobUid {
    /// A new one.
    pub fn draw() -> Self {
        Self(format!("{:016x}", fastrand::u64(..)))
    }
}

impl fmt::Display for JobUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What people call a job: `#41` where all consoles count together, `#L3` where only this machine knows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobNumber {
    /// Counted in the ledger's database.
    Shared(u64),
    /// Counted in this machine's file.
    Local(u64),
}

impl fmt::Display for JobNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shared(number) => write!(f, "#{number}"),
            Self::Local(number) => write!(f, "#L{number}"),
        }
    }
}

/// Where a job was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A key or the palette.
    Console,
    /// The command line.
    Command,
    /// The schedule.
    Schedule,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Console => "console",
            Self::Command => "command",
            Self::Schedule => "schedule",
        })
    }
}

/// Who asked for a job.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Operator {
    /// The user of the operating system.
    pub user: String,
    /// The machine dbdeck runs on.
    pub host: String,
    /// dbdeck's process there.
    pub pid: u32,
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.user, self.host)
    }
}

/// A job, as it is written down before anything is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobRecord {
    /// Its name.
    pub uid: JobUid,
    /// The operation's id.
    pub operation: String,
    /// The canonical command line, without the program's name.
    pub line: String,
    /// Where it was asked for.
    pub origin: Origin,
    /// By whom.
    pub operator: Operator,
    /// The databases it is about.
    pub databases: Vec<DatabaseName>,
    /// The servers they are on, as configured.
    pub server: String,
    /// The account that does it.
    pub account: String,
    /// The plan that was approved.
    pub plan: Option<Digest>,
    /// That plan in one line.
    pub summary: String,
    /// The job it goes on with, when that one was interrupted.
    pub resumes: Option<JobUid>,
    /// When it was asked for.
    pub submitted: DateTime<Utc>,
}

/// What a job is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waiting for its turn.
    Queued,
    /// At work.
    Running,
    /// Held by the operator, at a point where nothing is half-done.
    Paused,
    /// Asked to stop; the server has not confirmed it yet.
    Stopping,
    /// Did what was asked for.
    Done,
    /// Ended with an error.
    Failed,
    /// Stopped on request.
    Cancelled,
    /// Its process or its connection ended before it did; what was done is recorded.
    Interrupted,
    /// Never begun: not allowed, not possible, or held by another run.
    Refused,
    /// Left to another process of dbdeck.
    HandedOver,
}

impl JobState {
    /// Whether nothing more will happen.
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Queued | Self::Running | Self::Paused | Self::Stopping)
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopping => "stopping",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
            Self::Refused => "refused",
            Self::HandedOver => "handed over",
        })
    }
}

/// What is written about a job after it was opened, in this order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// It has its turn and its locks.
    Started {
        /// When.
        at: DateTime<Utc>,
        /// The named locks it holds, with the server's id of the connection that holds them.
        locks: Vec<(String, u64)>,
    },
    /// It is alive, and this far. May be lost.
    Beat {
        /// When.
        at: DateTime<Utc>,
        /// Running, paused or stopping.
        state: JobState,
        /// How far.
        live: Live,
    },
    /// A step: written before the act (`ended` is none) and once more, with the same `seq`, after it.
    Step(StepRecord),
    /// It is over.
    Settled {
        /// When.
        at: DateTime<Utc>,
        /// How it ended.
        state: JobState,
        /// In a sentence.
        message: String,
        /// Rows changed.
        rows: u64,
        /// Bytes written, read or freed.
        bytes: u64,
    },
}

/// One step of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Its place in the job, from 1.
    pub seq: u64,
    /// What is done.
    pub title: String,
    /// The statement, or its form.
    pub sql: String,
    /// When it began.
    pub began: DateTime<Utc>,
    /// When it ended; `None` while it runs, and for ever when nobody knows.
    pub ended: Option<DateTime<Utc>>,
    /// How it ended, in a few words.
    pub outcome: String,
    /// Rows changed.
    pub rows: u64,
}

/// Why something could not be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RecordError(pub String);

/// A write on its way.
pub type Write<'a, T> = Pin<Box<dyn Future<Output = Result<T, RecordError>> + Send + 'a>>;

/// Who keeps the record. Every write is durable when its future is done, but for a [`Entry::Beat`].
pub trait Recorder: Send + Sync {
    /// Writes a job down before anything is done, and numbers it.
    fn open<'a>(&'a self, record: &'a JobRecord) -> Write<'a, JobNumber>;
    /// Writes what has become of it.
    fn write<'a>(&'a self, job: &'a JobUid, entry: Entry) -> Write<'a, ()>;
    /// Who holds a named lock, in words: operation, who, from where, since when. `None` when the record does not know.
    fn holder<'a>(&'a self, lock: &'a str) -> Write<'a, Option<String>>;
}
