//! What is seen of a job.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::op::record::{JobNumber, JobRecord, JobState, JobUid, Origin};
use crate::op::{Live, OpError};
use crate::units::DatabaseName;

/// A job as it is now; the same for one of this process and one read from the record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JobView {
    /// Its name.
    pub uid: JobUid,
    /// What people call it; `None` until it is recorded.
    pub number: Option<JobNumber>,
    /// The operation's id.
    pub operation: String,
    /// The canonical command line.
    pub line: String,
    /// Where it was asked for.
    pub origin: Origin,
    /// Who asked for it, `user@host`.
    pub operator: String,
    /// The databases it is about.
    pub databases: Vec<DatabaseName>,
    /// The servers they are on.
    pub server: String,
    /// The plan that was approved.
    pub plan: Option<String>,
    /// That plan in one line.
    pub summary: String,
    /// What it is in.
    pub state: JobState,
    /// What it waits for, as long as it is queued.
    pub waits: Option<String>,
    /// How far it is.
    pub live: Live,
    /// How it ended, in a sentence.
    pub message: String,
    /// What kept it from its end, when something did and it was here that it ended.
    #[serde(skip)]
    pub fault: Option<Fault>,
    /// When it was asked for, began, was last heard of, and ended.
    pub submitted: DateTime<Utc>,
    /// When it had its turn.
    pub began: Option<DateTime<Utc>>,
    /// When it was last heard of.
    pub heard: Option<DateTime<Utc>>,
    /// When it was over.
    pub ended: Option<DateTime<Utc>>,
    /// The interrupted job it goes on with.
    pub resumes: Option<JobUid>,
    /// Whether it can be paused, and resumed after an interruption.
    pub resumable: bool,
}

/// What can keep a job from its end, as far as a script wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Another process of dbdeck is at work there.
    Held,
    /// A server cannot be reached.
    Unreachable,
    /// What was planned is not what is there.
    Changed,
    /// What was done is not known.
    Doubt,
    /// A parameter is wrong.
    Usage,
    /// Anything else: the message says it.
    Other,
}

impl Fault {
    /// The kind of an error.
    pub fn of(error: &OpError) -> Self {
        match error {
            OpError::Usage(_) => Self::Usage,
            OpError::Held(_) => Self::Held,
            OpError::Changed(_) => Self::Changed,
            OpError::Doubt(_) => Self::Doubt,
            error if error.is_unreachable() => Self::Unreachable,
            _ => Self::Other,
        }
    }
}

impl JobView {
    /// A job that has just been asked for.
    pub fn queued(record: &JobRecord, resumable: bool) -> Self {
        Self {
            uid: record.uid.clone(),
            number: None,
            operation: record.operation.clone(),
            line: record.line.clone(),
            origin: record.origin,
            operator: record.operator.to_string(),
            databases: record.databases.clone(),
            server: record.server.clone(),
            plan: record.plan.as_ref().map(ToString::to_string),
            summary: record.summary.clone(),
            state: JobState::Queued,
            waits: None,
            live: Live::default(),
            message: String::new(),
            fault: None,
            submitted: record.submitted,
            began: None,
            heard: None,
            ended: None,
            resumes: record.resumes.clone(),
            resumable,
        }
    }

    /// Its number, or that it has none yet.
    pub fn name(&self) -> String {
        self.number.map_or_else(|| "#-".to_owned(), |number| number.to_string())
    }

    /// The databases, in a few words.
    pub fn about(&self) -> String {
        self.databases.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}
