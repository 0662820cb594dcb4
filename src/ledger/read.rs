//! The statements that read, and what their rows mean.

use super::filter::{Filter, SILENT};
use super::fold::{clean_step, clean_view, is_resumable, not_heard};
use super::local::is_running;
use super::words::{time_of, value_of};
use crate::job::JobView;
use crate::op::Live;
use crate::op::record::{JobNumber, JobUid, StepRecord};
use crate::server::row::Row;
use crate::server::sql;

/// The columns of a job, as [`job()`] expects them.
const JOB: &str = "id, uid, operation, command, origin, who, host, targets, server, plan, summary, resumes, state, live, \
                   message, rows_done, bytes_done, submitted, began, heard, ended, locks, pid";

fn select(condition: &str, tail: &str) -> String {
    format!("SELECT {JOB}, {SILENT} FROM dbdeck_jobs WHERE {condition} {tail}")
}

/// The jobs that a filter admits, newest first.
pub fn jobs(filter: &Filter) -> String {
    select(&filter.condition(), &format!("ORDER BY submitted DESC, id DESC LIMIT {}", filter.limit))
}

/// The jobs with these uids.
pub fn by_uid(uids: &[&str]) -> String {
    select(&format!("uid IN ({})", sql::list(uids)), "")
}

/// The job of that number.
pub fn by_number(number: u64) -> String {
    select(&format!("id = {number}"), "")
}

/// Two of the jobs whose uid begins so; digits only are given.
pub fn by_prefix(prefix: &str) -> String {
    select(&format!("uid LIKE {}", sql::literal(&format!("{prefix}%"))), "LIMIT 2")
}

/// The jobs that are not over.
pub fn open() -> String {
    select("ended IS NULL", "ORDER BY id")
}

/// The steps of a job, in their order.
pub fn steps(job: u64) -> String {
    format!(
        "SELECT seq, title, statement, began, ended, outcome, rows_done FROM dbdeck_job_steps WHERE job_id = {job} \
         ORDER BY seq"
    )
}

/// A job of the tables.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its number.
    pub id: u64,
    /// As it was written.
    pub view: JobView,
    /// Whether it has not been heard of for too long.
    pub silent: bool,
    /// Its process.
    pub pid: u32,
    /// The named locks it has.
    pub locks: Vec<(String, u64)>,
}

/// A row of a job; `None` when it was written by a later version that knows more.
pub fn job(row: &Row) -> Option<Found> {
    let text = |column| row.verbatim(column).unwrap_or_default();
    let time = |column: usize| time_of(&row.text(column)?);
    let json = |column| serde_json::from_str(&text(column)).ok();
    let live: Live = serde_json::from_str(&text(13)).unwrap_or_default();
    let id = row.u64(0)?;
    let mut view = JobView {
        uid: JobUid(row.text(1)?),
        number: Some(JobNumber::Shared(id)),
        resumable: is_resumable(&text(2)),
        operation: text(2),
        line: text(3),
        origin: value_of(&text(4))?,
        operator: format!("{}@{}", text(5), text(6)),
        databases: serde_json::from_str(&text(7)).ok()?,
        server: text(8),
        plan: row.verbatim(9),
        summary: text(10),
        resumes: row.text(11).map(JobUid),
        state: value_of(&text(12))?,
        waits: None,
        live: Live { rows: row.u64(15)?.max(live.rows), bytes: row.u64(16)?.max(live.bytes), ..live },
        message: text(14),
        fault: None,
        submitted: time(17)?,
        began: time(18),
        heard: time(19),
        ended: time(20),
    };
    clean_view(&mut view);
    let pid = row.u64(22)?.try_into().ok()?;
    Some(Found { id, view, silent: row.flag(23) == Some(true), pid, locks: json(21).unwrap_or_default() })
}

impl Found {
    /// As it is seen. A job of this machine that could not say so for a while is known to be alive by its process.
    pub fn shown(self, host: Option<&str>) -> JobView {
        let mut view = self.view;
        let is_here = host.is_some() && host == view.operator.rsplit('@').next();
        if self.silent && !(is_here && is_running(self.pid, view.submitted)) {
            not_heard(&mut view);
        }
        view
    }
}

/// A row of a step.
pub fn step(row: &Row) -> Option<StepRecord> {
    let time = |column: usize| time_of(&row.text(column)?);
    Some(clean_step(StepRecord {
        seq: row.u64(0)?,
        title: row.verbatim(1)?,
        sql: row.verbatim(2)?,
        began: time(3)?,
        ended: time(4),
        outcome: row.verbatim(5)?,
        rows: row.u64(6)?,
    }))
}
