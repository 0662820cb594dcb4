//! From what was written about jobs to what is seen of them.

use std::collections::HashMap;

use chrono::{DateTime, Local, TimeDelta, Utc};

use super::local::{self, Line, What};
use crate::job::JobView;
use crate::op::Live;
use crate::op::record::{Entry, JobRecord, JobState, JobUid, Operator, StepRecord};
use crate::ops::OPS;
use crate::text::{clean, clean_lines};

/// A job of the file.
#[derive(Debug, Clone)]
pub struct Folded {
    /// As it is seen.
    pub view: JobView,
    /// Who asked for it.
    pub operator: Operator,
    /// Its steps, by their place.
    pub steps: Vec<StepRecord>,
    /// The named locks it has.
    pub locks: Vec<(String, u64)>,
    entries: Vec<Entry>,
}

/// The jobs of the file, in the order in which they were first written down.
pub fn jobs(lines: &[Line]) -> Vec<Folded> {
    let mut jobs: Vec<Folded> = Vec::new();
    let mut places: HashMap<JobUid, usize> = HashMap::new();
    for line in lines {
        match (&line.what, places.get(&line.job)) {
            (What::Opened { .. }, Some(_)) | (What::Wrote(_), None) => {}
            (What::Opened { record, number }, None) => {
                places.insert(line.job.clone(), jobs.len());
                let mut job = Folded::of(record);
                job.view.number = Some(*number);
                jobs.push(job);
            }
            (What::Wrote(entry), Some(&place)) => {
                if let Entry::Started { locks, .. } = entry {
                    find_dead(&mut jobs, place, locks);
                }
                jobs[place].add(entry);
            }
        }
    }
    jobs
}

/// Who has a lock proves that whoever had it before is gone.
fn find_dead(jobs: &mut [Folded], finder: usize, locks: &[(String, u64)]) {
    let (name, databases) = (jobs[finder].view.name(), jobs[finder].view.databases.clone());
    for (place, job) in jobs.iter_mut().enumerate() {
        let shares = locks.iter().any(|(lock, _)| job.locks.iter().any(|(held, _)| held == lock));
        let is_about = job.view.databases.iter().any(|database| databases.contains(database));
        if place != finder && shares && is_about && !job.view.state.is_over() {
            job.view.state = JobState::Interrupted;
            job.view.message = found_by(&name);
            job.view.ended = job.view.heard;
        }
    }
}

/// How a job that did not settle itself has ended.
pub fn found_by(finder: &str) -> String {
    format!("its process ended; found by {finder}")
}

impl Folded {
    fn of(record: &JobRecord) -> Self {
        let mut view = JobView::queued(record, is_resumable(&record.operation));
        view.heard = Some(record.submitted);
        clean_view(&mut view);
        Self { view, operator: record.operator.clone(), steps: Vec::new(), locks: Vec::new(), entries: Vec::new() }
    }

    fn add(&mut self, entry: &Entry) {
        apply(&mut self.view, entry);
        match entry {
            Entry::Step(step) => add_step(&mut self.steps, step),
            Entry::Started { locks, .. } => self.locks.clone_from(locks),
            Entry::Beat { .. } | Entry::Settled { .. } => {}
        }
        self.entries.push(entry.clone());
    }

    /// What was seen of the job elsewhere, and what this file knows beyond that.
    pub fn on_top_of(&self, mut view: JobView) -> JobView {
        self.entries.iter().for_each(|entry| apply(&mut view, entry));
        view
    }

    /// As [`Folded::view`], with the truth about a process that is gone.
    pub fn shown(&self, host: Option<&str>) -> JobView {
        let mut view = self.view.clone();
        self.judge(&mut view, host);
        view
    }

    /// A job of this machine whose process is gone was interrupted.
    pub fn judge(&self, view: &mut JobView, host: Option<&str>) {
        let is_here = host.is_none_or(|host| host == self.operator.host);
        if is_here && !view.state.is_over() && !local::is_running(self.operator.pid, view.submitted) {
            view.state = JobState::Interrupted;
            view.message = format!("its process ({}) has ended", self.operator.pid);
        }
    }
}

/// A step as it is known at last: its end is never taken back.
pub fn add_step(steps: &mut Vec<StepRecord>, step: &StepRecord) {
    let step = clean_step(step.clone());
    match steps.iter_mut().find(|known| known.seq == step.seq) {
        Some(known) if known.ended.is_some() && step.ended.is_none() => {}
        Some(known) => *known = step,
        None => steps.push(step),
    }
    steps.sort_by_key(|step| step.seq);
}

fn apply(view: &mut JobView, entry: &Entry) {
    let is_over = view.state.is_over();
    match entry {
        Entry::Started { at, .. } if !is_over => {
            (view.state, view.began, view.heard) = (JobState::Running, Some(*at), view.heard.max(Some(*at)));
        }
        Entry::Beat { at, state, live } if !is_over => {
            (view.state, view.live, view.heard) = (*state, clean_live(live.clone()), view.heard.max(Some(*at)));
        }
        Entry::Step(step) if !is_over => view.heard = view.heard.max(Some(step.ended.unwrap_or(step.began))),
        Entry::Settled { at, state, message, rows, bytes } => {
            (view.state, view.ended) = (*state, Some(*at));
            (view.live.rows, view.live.bytes) = (*rows, *bytes);
            view.message = clean(message.as_bytes());
        }
        Entry::Started { .. } | Entry::Beat { .. } | Entry::Step(_) => {}
    }
}

/// Whether the operation of that id can go on where a broken run of it ended.
pub fn is_resumable(operation: &str) -> bool {
    OPS.iter().any(|entry| entry.meta.id == operation && entry.meta.resumable)
}

/// What is known of a job that nobody has heard of for too long.
pub fn not_heard(view: &mut JobView) {
    let since = view.heard.map(clock).unwrap_or_default();
    view.state = JobState::Interrupted;
    view.message = format!("not heard of since {since}");
}

/// A time as people here read it, with its day when that is not today.
pub fn clock(at: DateTime<Utc>) -> String {
    let is_near = (Utc::now() - at).abs() < TimeDelta::hours(12);
    at.with_timezone(&Local).format(if is_near { "%H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" }).to_string()
}

/// Nothing that was read from a file or a table reaches a terminal as it is.
pub fn clean_view(view: &mut JobView) {
    let texts = [&mut view.operation, &mut view.line, &mut view.operator, &mut view.server, &mut view.summary];
    for text in texts.into_iter().chain([&mut view.message]).chain(view.plan.as_mut()) {
        *text = clean(text.as_bytes());
    }
    view.databases.iter_mut().for_each(|database| database.0 = clean(database.0.as_bytes()));
    view.live = clean_live(std::mem::take(&mut view.live));
}

fn clean_live(mut live: Live) -> Live {
    for text in [&mut live.progress.phase].into_iter().chain(&mut live.held).chain(&mut live.server) {
        *text = clean(text.as_bytes());
    }
    live
}

/// As [`clean_view`]; a statement keeps its lines.
pub fn clean_step(mut step: StepRecord) -> StepRecord {
    step.title = clean(step.title.as_bytes());
    step.outcome = clean(step.outcome.as_bytes());
    step.sql = clean_lines(step.sql.as_bytes());
    step
}
