//! The statements that write: each can be repeated without doing anything twice.

use chrono::{DateTime, Utc};

use super::fold::found_by;
use super::words::{json, optional, text, time, word};
use crate::op::Live;
use crate::op::record::{Entry, JobRecord, JobState, JobUid, StepRecord};
use crate::server::sql;

/// Room of a `TEXT` column in characters of any width.
const TEXT: usize = 16_000;
/// So much of a statement is kept.
const STATEMENT: usize = 100_000;

/// When something was written, as far as the sign of life is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Now.
    Now,
    /// Then, into this machine's file.
    Then,
}

impl Told {
    /// The sign of life, never ahead of the server's clock.
    fn heard(self, at: DateTime<Utc>) -> String {
        match self {
            Self::Now => "UTC_TIMESTAMP(6)".to_owned(),
            Self::Then => format!("LEAST({}, UTC_TIMESTAMP(6))", time(at)),
        }
    }
}

/// Writes a job down, unless it is there.
pub fn open(record: &JobRecord, told: Told) -> String {
    let who = &record.operator;
    let values = [
        text(&record.uid.0, 16),
        text(&record.operation, 64),
        text(&record.line, TEXT),
        text(&word(&record.origin), 16),
        text(&who.user, 64),
        text(&who.host, 255),
        who.pid.to_string(),
        text(&record.account, 255),
        text(&record.server, 500),
        json(&record.databases),
        optional(record.plan.as_ref().map(|plan| plan.0.as_str()), 64),
        text(&record.summary, TEXT),
        optional(record.resumes.as_ref().map(|uid| uid.0.as_str()), 16),
        text(&word(&JobState::Queued), 16),
        json(&Live::default()),
        time(record.submitted),
        told.heard(record.submitted),
    ];
    format!(
        "INSERT INTO dbdeck_jobs (uid, operation, command, origin, who, host, pid, account, server, targets, plan, summary, \
         resumes, state, live, submitted, heard) VALUES ({}) ON DUPLICATE KEY UPDATE uid = uid",
        values.join(", ")
    )
}

/// Writes what has become of a job; changes no row when the job is not there.
pub fn entry(job: &JobUid, entry: &Entry, told: Told) -> String {
    match entry {
        Entry::Started { at, locks } => started(job, *at, locks, told),
        Entry::Beat { at, state, live } => beat(job, *at, *state, live, told),
        Entry::Step(record) => step(job, record),
        Entry::Settled { at, state, message, rows, bytes } => format!(
            "UPDATE dbdeck_jobs SET state = {}, message = {}, rows_done = {rows}, bytes_done = {bytes}, ended = {}, \
             found_by = NULL, heard = GREATEST(heard, {}) WHERE uid = {} AND (ended IS NULL OR found_by IS NOT NULL)",
            text(&word(state), 16),
            text(message, TEXT),
            time(*at),
            told.heard(*at),
            uid(job)
        ),
    }
}

fn started(job: &JobUid, at: DateTime<Utc>, locks: &[(String, u64)], told: Told) -> String {
    format!(
        "UPDATE dbdeck_jobs SET state = {}, began = {}, locks = {}, heard = GREATEST(heard, {}) \
         WHERE uid = {} AND ended IS NULL",
        text(&word(&JobState::Running), 16),
        time(at),
        json(&locks),
        told.heard(at),
        uid(job)
    )
}

fn beat(job: &JobUid, at: DateTime<Utc>, state: JobState, live: &Live, told: Told) -> String {
    format!(
        "UPDATE dbdeck_jobs SET state = {}, live = {}, heard = GREATEST(heard, {}) WHERE uid = {} AND ended IS NULL",
        text(&word(&state), 16),
        json(live),
        told.heard(at),
        uid(job)
    )
}

/// An end that is known is not taken back by a beginning that arrives late.
fn step(job: &JobUid, step: &StepRecord) -> String {
    let ended = step.ended.map_or_else(|| "NULL".to_owned(), time);
    let outcome = text(&step.outcome, TEXT);
    let update = match step.ended {
        None => "seq = dbdeck_job_steps.seq".to_owned(),
        Some(_) => format!("ended = {ended}, outcome = {outcome}, rows_done = {}", step.rows),
    };
    format!(
        "INSERT INTO dbdeck_job_steps (job_id, seq, title, statement, began, ended, outcome, rows_done) \
         SELECT id, {}, {}, {}, {}, {ended}, {outcome}, {} FROM dbdeck_jobs WHERE uid = {} \
         ON DUPLICATE KEY UPDATE {update}",
        step.seq,
        text(&step.title, TEXT),
        text(&step.sql, STATEMENT),
        time(step.began),
        step.rows,
        uid(job)
    )
}

/// Settles jobs whose process is proved to have ended: the finder has their lock.
pub fn found_dead(ids: &[u64], finder: &JobUid, name: &str) -> String {
    format!(
        "UPDATE dbdeck_jobs SET state = {}, message = {}, ended = heard, found_by = {} \
         WHERE id IN ({}) AND ended IS NULL AND uid <> {}",
        text(&word(&JobState::Interrupted), 16),
        text(&found_by(name), TEXT),
        uid(finder),
        numbers(ids),
        uid(finder)
    )
}

/// A sign of life of jobs that wait for their turn.
pub fn still_here(jobs: &[JobUid]) -> String {
    let jobs: Vec<&str> = jobs.iter().map(|job| job.0.as_str()).collect();
    format!("UPDATE dbdeck_jobs SET heard = UTC_TIMESTAMP(6) WHERE uid IN ({}) AND ended IS NULL", sql::list(&jobs))
}

/// Numbers for `IN (…)`.
pub fn numbers(ids: &[u64]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    if ids.is_empty() { "NULL".to_owned() } else { ids.join(", ") }
}

/// A job's uid, quoted.
pub fn uid(job: &JobUid) -> String {
    sql::literal(&job.0)
}
