//! A setup goes on record as everything else does: written down before it is done, step by step, and settled after.
//!
//! The database of the record does not exist when a first setup begins: until it does, the record is in this machine's own
//! file, and it is merged later as after any outage.

use std::sync::Arc;

use chrono::Utc;

use super::answers::Answers;
use super::step::{Act, Step};
use crate::op::record::{Entry, JobRecord, JobState, JobUid, Operator, Origin, RecordError, Recorder, StepRecord};

/// A setup that is being recorded.
pub struct Recording {
    /// Who keeps the record, also of the jobs that this setup has done.
    pub recorder: Arc<dyn Recorder>,
    /// Who asked for it.
    pub operator: Operator,
    /// Where.
    pub origin: Origin,
    job: JobUid,
    step: Option<StepRecord>,
    count: u64,
}

impl Recording {
    /// Writes down that it begins.
    ///
    /// # Errors
    /// It cannot be written down; then nothing is to be done.
    pub async fn open(
        recorder: Arc<dyn Recorder>,
        operator: Operator,
        origin: Origin,
        answers: &Answers,
        steps: &[Step],
    ) -> Result<Self, RecordError> {
        let due = steps.iter().filter(|step| step.is_due()).count();
        let record = JobRecord {
            uid: JobUid::draw(),
            operation: "init".to_owned(),
            line: "init".to_owned(),
            origin,
            operator: operator.clone(),
            databases: answers.databases.iter().map(|database| database.name.clone()).collect(),
            server: answers.endpoint.to_string(),
            account: answers.admin.user.clone(),
            plan: None,
            summary: format!("{due} of {} steps to be done", steps.len()),
            resumes: None,
            submitted: Utc::now(),
        };
        recorder.open(&record).await?;
        recorder.write(&record.uid, Entry::Started { at: Utc::now(), locks: Vec::new() }).await?;
        Ok(Self { recorder, operator, origin, job: record.uid, step: None, count: 0 })
    }

    /// A step begins.
    ///
    /// # Errors
    /// It cannot be written down; then it is not to be done.
    pub async fn begins(&mut self, step: &Step) -> Result<(), RecordError> {
        self.count += 1;
        let sql = match &step.act {
            Act::Statements { statements, .. } => {
                statements.iter().map(ToString::to_string).collect::<Vec<_>>().join(";\n")
            }
            Act::Migrations { pending } => format!("dbdeck migrate: {}", pending.join(", ")),
            Act::File { path, .. } => format!("write {}", path.display()),
        };
        let record = StepRecord {
            seq: self.count,
            title: step.title.clone(),
            sql,
            began: Utc::now(),
            ended: None,
            outcome: String::new(),
            rows: 0,
        };
        self.step = Some(record.clone());
        self.recorder.write(&self.job, Entry::Step(record)).await
    }

    /// The step that began is over.
    ///
    /// # Errors
    /// It cannot be written down.
    pub async fn ended(&mut self, outcome: &str) -> Result<(), RecordError> {
        let Some(step) = self.step.take() else { return Ok(()) };
        let step = StepRecord { ended: Some(Utc::now()), outcome: outcome.to_owned(), ..step };
        self.recorder.write(&self.job, Entry::Step(step)).await
    }

    /// It is over.
    ///
    /// # Errors
    /// It cannot be written down.
    pub async fn settle(self, state: JobState, message: &str) -> Result<(), RecordError> {
        let (rows, bytes) = (0, 0);
        let entry = Entry::Settled { at: Utc::now(), state, message: message.to_owned(), rows, bytes };
        self.recorder.write(&self.job, entry).await
    }
}
