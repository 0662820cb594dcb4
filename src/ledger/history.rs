//! What the record tells: jobs, one job with its steps, and who has a lock. Nothing here writes.

use super::filter::Filter;
use super::fold::{self, Folded};
use super::local::Reading;
use super::read::{self, Found};
use super::trouble::Trouble;
use super::{Ledger, blocking, place};
use crate::job::JobView;
use crate::op::record::{JobNumber, JobUid, RecordError, StepRecord};
use crate::server::local::own_hostname;
use crate::server::row::Row;

/// Jobs of the file are looked up in the database, but not more than so many.
const LOOKED_UP: usize = 200;

/// Jobs, and what has to be known about them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// Newest first.
    pub jobs: Vec<JobView>,
    /// What is missing, in sentences without full stop.
    pub notes: Vec<String>,
}

/// Why a job cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// What was said names no job at all.
    #[error("{0:?} is not a job's name; it is a number (41), a number of this machine (L3) or the beginning of a uid")]
    Malformed(String),
    /// There is none of that name.
    #[error("there is no job {0} in the record")]
    Absent(String),
    /// There is more than one.
    #[error("several jobs begin with {0}")]
    Ambiguous(String),
    /// It may be in a database that cannot be read.
    #[error("{0}")]
    Unavailable(RecordError),
}

/// What a job is asked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    Number(JobNumber),
    Uid(String),
}

impl Ledger {
    /// The jobs that a filter admits, of every console, command and schedule; those of this machine alone when the database
    /// cannot be read.
    pub async fn history(&self, filter: &Filter) -> History {
        let reading = self.file_lines(false).await;
        let local = fold::jobs(&reading.lines);
        let mut notes = reading.notes;
        let found = match self.found(filter, &local).await {
            Ok(found) => found,
            Err(trouble) => {
                notes.extend(self.note(&trouble));
                Vec::new()
            }
        };
        let mut jobs = joined(found, &local);
        jobs.retain(|job| filter.admits(job));
        jobs.sort_by_key(|job| std::cmp::Reverse((job.submitted, job.number)));
        jobs.truncate(filter.limit);
        History { jobs, notes }
    }

    /// One job with its steps: `41`, `#41`, `L3`, a uid or the beginning of one that is no other's.
    ///
    /// # Errors
    /// [`LookupError`].
    pub async fn job(&self, name: &str) -> Result<(JobView, Vec<StepRecord>), LookupError> {
        let wanted = Name::parse(name).ok_or_else(|| LookupError::Malformed(name.to_owned()))?;
        let lines = self.file_lines(true).await.lines;
        let local: Vec<Folded> = fold::jobs(&lines).into_iter().filter(|job| wanted.is(&job.view)).collect();
        // A local number begins again where its file was lost: the last job of that number is meant.
        let local = match (&wanted, local) {
            (Name::Uid(_), several) if several.len() > 1 => return Err(LookupError::Ambiguous(name.to_owned())),
            (_, mut one) => one.pop(),
        };
        let (found, steps) = match self.found_one(&wanted, local.as_ref()).await {
            Ok(found) => found,
            Err(LookupError::Unavailable(_)) if local.is_some() => (None, Vec::new()),
            Err(error) => return Err(error),
        };
        let mut all = steps;
        local.iter().flat_map(|job| &job.steps).for_each(|step| fold::add_step(&mut all, step));
        let view = joined(found.into_iter().collect(), local.as_slice()).pop();
        view.map(|view| (view, all)).ok_or_else(|| LookupError::Absent(name.to_owned()))
    }

    /// Who has a named lock, as far as the record knows.
    pub(super) async fn holder_of(&self, lock: &str) -> Result<Option<String>, RecordError> {
        let host = own_hostname();
        let has = |locks: &[(String, u64)]| locks.iter().any(|(held, _)| held == lock);
        let local = fold::jobs(&self.file_lines(false).await.lines);
        let here = local.iter().filter(|job| has(&job.locks)).map(|job| job.shown(host.as_deref()));
        if let Some(job) = here.into_iter().find(|job| !job.state.is_over()) {
            return Ok(Some(in_words(&job)));
        }
        let Some(place) = &self.shared.place else { return Ok(None) };
        let rows = self.ask(&read::open()).await;
        let rows = rows.map_err(|trouble| RecordError(trouble.sentence(&place.database)))?;
        let found = rows.iter().filter_map(read::job).filter(|job| has(&job.locks));
        let mut jobs = found.map(|job| job.shown(host.as_deref())).filter(|job| !job.state.is_over());
        Ok(jobs.next().map(|job| in_words(&job)))
    }

    /// What the database has: what the filter admits, and the jobs that the file tells more about.
    async fn found(&self, filter: &Filter, local: &[Folded]) -> Result<Vec<Found>, Trouble> {
        if self.shared.place.is_none() {
            return Ok(Vec::new());
        }
        let mut rows = self.ask(&read::jobs(filter)).await?;
        let uids: Vec<&str> = local.iter().rev().take(LOOKED_UP).map(|job| job.view.uid.0.as_str()).collect();
        if !uids.is_empty() {
            rows.extend(self.ask(&read::by_uid(&uids)).await?);
        }
        let mut found: Vec<Found> = rows.iter().filter_map(read::job).collect();
        found.sort_by_key(|job| job.id);
        found.dedup_by_key(|job| job.id);
        Ok(found)
    }

    async fn found_one(
        &self,
        wanted: &Name,
        local: Option<&Folded>,
    ) -> Result<(Option<Found>, Vec<StepRecord>), LookupError> {
        let Some(place) = &self.shared.place else { return Ok((None, Vec::new())) };
        let statement = match (wanted, local) {
            (_, Some(job)) => read::by_uid(&[&job.view.uid.0]),
            (Name::Number(JobNumber::Shared(number)), None) => read::by_number(*number),
            (Name::Number(JobNumber::Local(_)), None) => return Ok((None, Vec::new())),
            (Name::Uid(prefix), None) => read::by_prefix(prefix),
        };
        let unavailable = |trouble: Trouble| LookupError::Unavailable(RecordError(trouble.sentence(&place.database)));
        let rows = self.ask(&statement).await.map_err(unavailable)?;
        if let (Name::Uid(prefix), true) = (wanted, rows.len() > 1) {
            return Err(LookupError::Ambiguous(prefix.clone()));
        }
        let Some(found) = rows.first().and_then(read::job) else { return Ok((None, Vec::new())) };
        let rows = self.ask(&read::steps(found.id)).await.map_err(unavailable)?;
        Ok((Some(found), rows.iter().filter_map(read::step).collect()))
    }

    async fn ask(&self, sql: &str) -> Result<Vec<Row>, Trouble> {
        let Some(place) = &self.shared.place else { return Ok(Vec::new()) };
        place::ask(place, &mut *self.shared.reader.lock().await, sql).await
    }

    /// A file that cannot be read is a note like its torn lines.
    async fn file_lines(&self, with_merged: bool) -> Reading {
        let files = self.shared.files.clone();
        let read = blocking(move || if with_merged { files.read_with_merged() } else { files.read() }).await;
        read.unwrap_or_else(|error| Reading { lines: Vec::new(), notes: vec![error.0] })
    }

    fn note(&self, trouble: &Trouble) -> Option<String> {
        let database = &self.shared.place.as_ref()?.database;
        Some(match trouble {
            Trouble::Missing => format!("{database} has no record yet; this machine's own is shown"),
            trouble => format!("{}; only this machine's own record is shown", trouble.sentence(database)),
        })
    }
}

/// What the database has, with what the file knows beyond it.
fn joined(found: Vec<Found>, local: &[Folded]) -> Vec<JobView> {
    let host = own_hostname();
    let known: Vec<JobUid> = found.iter().map(|job| job.view.uid.clone()).collect();
    let mut jobs: Vec<JobView> = Vec::new();
    for job in found {
        jobs.push(match local.iter().find(|folded| folded.view.uid == job.view.uid) {
            Some(folded) => {
                let mut view = folded.on_top_of(job.view);
                folded.judge(&mut view, host.as_deref());
                view
            }
            None => job.shown(host.as_deref()),
        });
    }
    let unknown = local.iter().filter(|job| !known.contains(&job.view.uid));
    jobs.extend(unknown.map(|job| job.shown(host.as_deref())));
    jobs
}

/// `#41 cleanup of client by alice@host1 since 14:03:05 (console)`.
fn in_words(job: &JobView) -> String {
    let since = fold::clock(job.began.unwrap_or(job.submitted));
    format!("{} {} of {} by {} since {since} ({})", job.name(), job.operation, job.about(), job.operator, job.origin)
}

/// Digits of a uid that are shown where there is no number.
const SHOWN_OF_UID: usize = 8;

impl Name {
    fn parse(text: &str) -> Option<Self> {
        let plain = text.strip_prefix('#').unwrap_or(text).to_ascii_lowercase();
        let number = |digits: &str| digits.parse::<u64>().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()));
        if let Some(number) = plain.strip_prefix('l').and_then(number) {
            return Some(Self::Number(JobNumber::Local(number)));
        }
        // The beginning of a uid, as it is shown, may be all digits; no service has had ten million jobs.
        let is_number = text.starts_with('#') || plain.len() < SHOWN_OF_UID;
        if let Some(number) = number(&plain).filter(|_| is_number) {
            return Some(Self::Number(JobNumber::Shared(number)));
        }
        let is_uid = (4..=16).contains(&plain.len()) && plain.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_uid.then_some(Self::Uid(plain))
    }

    fn is(&self, job: &JobView) -> bool {
        match self {
            Self::Number(number) => job.number == Some(*number),
            Self::Uid(prefix) => job.uid.0.starts_with(prefix.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_has_several_names() {
        let check = |text: &str, expected: Option<Name>| assert_eq!(Name::parse(text), expected, "{text}");
        check("41", Some(Name::Number(JobNumber::Shared(41))));
        check("#41", Some(Name::Number(JobNumber::Shared(41))));
        check("L3", Some(Name::Number(JobNumber::Local(3))));
        check("#l3", Some(Name::Number(JobNumber::Local(3))));
        check("00AB12", Some(Name::Uid("00ab12".to_owned())));
        check("1234567890123456", Some(Name::Uid("1234567890123456".to_owned())));
        check("21663391", Some(Name::Uid("21663391".to_owned())));
        check("#21663391", Some(Name::Number(JobNumber::Shared(21_663_391))));
        check("abc", None);
        check("", None);
        check("'; --", None);
    }
}
