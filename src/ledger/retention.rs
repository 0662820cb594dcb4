//! The record's own retention: what is older than it is kept goes, a little at a time.
//!
//! Every job that is written into the database takes a few old ones with it (three short statements that an index
//! serves), so that the tables stay as small as they may be without a clock of their own.

use chrono::TimeDelta;

use super::desk::Desk;
use super::trouble::Trouble;
use super::write::numbers;

/// Jobs, and steps, that go at once.
const JOBS: usize = 20;
const STEPS: u64 = 1000;

/// What went.
pub enum Removed {
    /// So many jobs; none when there is none left to go.
    Jobs(u64),
    /// Steps of jobs that have more of them.
    Steps,
}

/// Removes some jobs that ended, or were last heard of, before `keep`; their steps go first.
pub async fn remove_some(desk: &mut Desk, keep: TimeDelta) -> Result<Removed, Trouble> {
    let before = format!("UTC_TIMESTAMP(6) - INTERVAL {} SECOND", keep.num_seconds());
    let old = format!(
        "(SELECT id FROM dbdeck_jobs WHERE ended < {before} ORDER BY ended LIMIT {JOBS}) UNION ALL \
         (SELECT id FROM dbdeck_jobs WHERE ended IS NULL AND heard < {before} LIMIT {JOBS})"
    );
    let ids: Vec<u64> = desk.rows(&old).await?.iter().filter_map(|row| row.u64(0)).collect();
    if ids.is_empty() {
        return Ok(Removed::Jobs(0));
    }
    let ids = numbers(&ids);
    let steps = format!("DELETE FROM dbdeck_job_steps WHERE job_id IN ({ids}) LIMIT {STEPS}");
    if desk.run(&[steps]).await?.first() == Some(&STEPS) {
        return Ok(Removed::Steps);
    }
    let jobs = desk.run(&[format!("DELETE FROM dbdeck_jobs WHERE id IN ({ids})")]).await?;
    Ok(Removed::Jobs(jobs.first().copied().unwrap_or(0)))
}
