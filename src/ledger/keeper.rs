//! Writes the record: into the database, else into this machine's file, and from there into the database.
//!
//! The entries of one job keep their order: as long as one of them is in the file, later ones follow it there until the
//! file is merged.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use chrono::Utc;

use super::desk::Desk;
use super::local::{Batch, FileError, Files, Line, What};
use super::place::Place;
use super::read;
use super::retention;
use super::trouble::Trouble;
use super::write::{self, Told};
use super::{Consent, Settings, blocking};
use crate::op::record::{Entry, JobNumber, JobRecord, JobUid, RecordError};

/// Lines that go into the database in one transaction.
const CHUNK: usize = 200;

/// A merge that failed is not tried again for so long by entries; a new job tries at once.
const REST: Duration = Duration::from_secs(5);

/// The one who writes.
pub struct Keeper {
    settings: Settings,
    place: Option<Place>,
    files: Files,
    desk: Option<Desk>,
    /// Jobs of this process that are not over.
    jobs: HashMap<JobUid, Kept>,
    /// Those with entries in the file.
    behind: HashSet<JobUid>,
    /// Whether anything may be in the file.
    backlog: bool,
    /// When it could last not be merged, and why.
    stuck: Option<(Instant, Trouble)>,
}

struct Kept {
    record: JobRecord,
    number: JobNumber,
    waits: bool,
}

/// What has become of the file.
#[derive(Debug, PartialEq, Eq)]
enum Merged {
    /// All of it is in the database.
    All,
    /// Another process is at it.
    ByAnother,
}

impl Keeper {
    /// Opens nothing.
    pub fn new(settings: Settings, place: Option<Place>, files: Files) -> Self {
        let desk = place.clone().map(Desk::new);
        let (jobs, behind) = (HashMap::new(), HashSet::new());
        Self { settings, place, files, desk, jobs, behind, backlog: true, stuck: None }
    }

    /// Writes a job down and numbers it.
    pub async fn open(&mut self, record: &JobRecord, consent: Consent) -> Result<JobNumber, RecordError> {
        let number = match self.open_shared(record, consent).await {
            Ok(number) => {
                self.tidy().await;
                JobNumber::Shared(number)
            }
            Err(trouble) => {
                self.allow_local(&trouble)?;
                self.open_local(record).await?
            }
        };
        let kept = Kept { record: record.clone(), number, waits: true };
        self.jobs.insert(record.uid.clone(), kept);
        Ok(number)
    }

    /// Writes what has become of a job.
    pub async fn write(&mut self, job: &JobUid, entry: Entry) -> Result<(), RecordError> {
        if let Err(trouble) = self.write_shared(job, &entry).await {
            self.allow_local(&trouble)?;
            self.write_local(job, entry.clone()).await?;
        }
        match entry {
            Entry::Settled { .. } => drop(self.jobs.remove(job)),
            Entry::Started { .. } => self.begins(job),
            Entry::Beat { .. } | Entry::Step(_) => {}
        }
        Ok(())
    }

    /// Writes a sign of life, of the job and of those that wait for their turn here; or does not.
    pub async fn beat(&mut self, job: &JobUid, entry: &Entry) {
        if self.desk.as_ref().is_none_or(Desk::rests) || self.catch_up(job).await.is_err() {
            return;
        }
        let waiting: Vec<JobUid> =
            self.jobs.iter().filter(|(_, kept)| kept.waits).map(|(uid, _)| uid.clone()).collect();
        let mut statements = vec![write::entry(job, entry, Told::Now)];
        if !waiting.is_empty() {
            statements.push(write::still_here(&waiting));
        }
        if let Some(desk) = &mut self.desk {
            // The next one says more.
            let _ = desk.run(&statements).await;
        }
    }

    /// Removes all jobs that are older than they are kept, and says how many.
    pub async fn prune(&mut self) -> Result<u64, Trouble> {
        let (mut removed, keep) = (0, self.settings.keep);
        loop {
            match retention::remove_some(self.desk()?, keep).await? {
                retention::Removed::Jobs(0) => return Ok(removed),
                retention::Removed::Jobs(jobs) => removed += jobs,
                retention::Removed::Steps => {}
            }
        }
    }

    fn desk(&mut self) -> Result<&mut Desk, Trouble> {
        self.desk.as_mut().ok_or_else(|| Trouble::Down("the record is kept on this machine only".to_owned()))
    }

    async fn open_shared(&mut self, record: &JobRecord, consent: Consent) -> Result<u64, Trouble> {
        let desk = self.desk()?;
        let statement = [write::open(record, Told::Now)];
        match desk.run(&statement).await {
            Err(Trouble::Missing) if consent == Consent::Given => {
                desk.create().await?;
                desk.run(&statement).await?;
            }
            answer => drop(answer?),
        }
        let rows = desk.rows(&format!("SELECT id FROM dbdeck_jobs WHERE uid = {}", write::uid(&record.uid))).await?;
        rows.first().and_then(|row| row.u64(0)).ok_or(Trouble::Forgotten)
    }

    /// What can be done now that the database answers. Where it fails, nothing is lost: the next one tries again.
    async fn tidy(&mut self) {
        let _ = self.merge().await;
        if let Some(desk) = &mut self.desk {
            let _ = retention::remove_some(desk, self.settings.keep).await;
        }
    }

    async fn write_shared(&mut self, job: &JobUid, entry: &Entry) -> Result<(), Trouble> {
        self.catch_up(job).await?;
        let mut statements = vec![write::entry(job, entry, Told::Now)];
        if let Entry::Started { locks, .. } = entry {
            statements.extend(self.dead(job, locks).await?);
        }
        let desk = self.desk()?;
        let affected = desk.run(&statements).await?;
        if affected.first() == Some(&0) {
            let known = desk.rows(&format!("SELECT 1 FROM dbdeck_jobs WHERE uid = {}", write::uid(job))).await?;
            known.first().ok_or(Trouble::Forgotten)?;
        }
        Ok(())
    }

    /// Brings what the file has of this job into the database before anything that comes after it.
    async fn catch_up(&mut self, job: &JobUid) -> Result<(), Trouble> {
        let is_behind = self.behind.contains(job);
        if let Some((_, trouble)) = self.stuck.as_ref().filter(|(since, _)| since.elapsed() < REST) {
            return if is_behind { Err(trouble.clone()) } else { Ok(()) };
        }
        if !self.backlog {
            return Ok(());
        }
        match self.merge().await {
            _ if !is_behind => Ok(()),
            Err(trouble) => Err(trouble),
            Ok(Merged::All) => Ok(()),
            Ok(Merged::ByAnother) => Err(Trouble::Down("another dbdeck is merging this machine's record".to_owned())),
        }
    }

    /// Settles the jobs that had these locks: who has one now proves that they are gone.
    async fn dead(&mut self, job: &JobUid, locks: &[(String, u64)]) -> Result<Option<String>, Trouble> {
        let kept = self.jobs.get(job).map(|kept| (kept.number.to_string(), kept.record.databases.clone()));
        let (Some((name, databases)), false) = (kept, locks.is_empty()) else { return Ok(None) };
        let rows = self.desk()?.rows(&read::open()).await?;
        let had = rows.iter().filter_map(read::job).filter(|other| {
            let shares = other.locks.iter().any(|(held, _)| locks.iter().any(|(lock, _)| lock == held));
            let is_about = other.view.databases.iter().any(|database| databases.contains(database));
            shares && is_about && other.view.uid != *job
        });
        let ids: Vec<u64> = had.map(|other| other.id).collect();
        Ok((!ids.is_empty()).then(|| write::found_dead(&ids, job, &name)))
    }

    async fn merge(&mut self) -> Result<Merged, Trouble> {
        let merged = self.merge_all().await;
        self.stuck = merged.as_ref().err().map(|trouble| (Instant::now(), trouble.clone()));
        merged
    }

    async fn merge_all(&mut self) -> Result<Merged, Trouble> {
        loop {
            let files = self.files.clone();
            let batch = blocking(move || files.begin_merge()).await;
            let merging = match batch? {
                Batch::Busy => return Ok(Merged::ByAnother),
                Batch::Lines(merging) => merging,
                Batch::None => {
                    self.behind.clear();
                    self.backlog = false;
                    return Ok(Merged::All);
                }
            };
            for lines in merging.lines.chunks(CHUNK) {
                let statements: Vec<String> = lines.iter().map(statement).collect();
                self.desk()?.run(&statements).await?;
            }
            blocking(move || merging.finish()).await?;
        }
    }

    /// Whether what the database does not take may go into the file.
    fn allow_local(&self, trouble: &Trouble) -> Result<(), RecordError> {
        match &self.place {
            Some(place) if self.settings.refuses => Err(RecordError(format!(
                "{}; `when_down: refuse` in the configuration's `ledger` forbids to record it on this machine only",
                trouble.sentence(&place.database)
            ))),
            _ => Ok(()),
        }
    }

    async fn open_local(&mut self, record: &JobRecord) -> Result<JobNumber, RecordError> {
        let (files, opened) = (self.files.clone(), record.clone());
        let forget = Utc::now().checked_sub_signed(self.settings.keep).filter(|_| self.place.is_none());
        let number = blocking(move || {
            if let Some(before) = forget {
                files.forget(before)?;
            }
            files.open(|number| Line::opened(&opened, JobNumber::Local(number)))
        });
        let number = number.await?;
        self.is_behind(&record.uid);
        Ok(JobNumber::Local(number))
    }

    async fn write_local(&mut self, job: &JobUid, entry: Entry) -> Result<(), RecordError> {
        let opened = self.jobs.get(job).filter(|_| !self.behind.contains(job));
        let mut lines: Vec<Line> = opened.map(|kept| Line::opened(&kept.record, kept.number)).into_iter().collect();
        lines.push(Line::wrote(job, entry));
        let files = self.files.clone();
        blocking(move || files.append(&lines)).await?;
        self.is_behind(job);
        Ok(())
    }

    fn is_behind(&mut self, job: &JobUid) {
        self.behind.insert(job.clone());
        self.backlog = true;
    }

    fn begins(&mut self, job: &JobUid) {
        if let Some(kept) = self.jobs.get_mut(job) {
            kept.waits = false;
        }
    }
}

fn statement(line: &Line) -> String {
    match &line.what {
        What::Opened { record, .. } => write::open(record, Told::Then),
        What::Wrote(entry) => write::entry(&line.job, entry, Told::Then),
    }
}

impl From<FileError> for Trouble {
    fn from(error: FileError) -> Self {
        Self::Down(error.0)
    }
}
