//! The jobs of this console and of all others, as the strip and the Jobs screen show them.
//!
//! Reading order: this file (who is known of, and what is told when one ends) · [`words`] (a job in words) · [`detail`]
//! (one job in full) · [`keys`] (cancel, pause, run again).
//!
//! What this console runs is known from its own worker at once, everything else from the record, every other second. A
//! job that both know is the worker's. Merging happens when news arrive, never while a frame is drawn.

pub mod detail;
pub mod keys;
pub mod words;

use std::sync::Arc;

use super::model::{Layer, Model, Reader};
use super::msg::{Effect, Question};
use crate::job::JobView;
use crate::op::record::{JobState, JobUid};

/// The jobs that are known of.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    /// Those of this console, in the order they were asked for.
    own: Arc<Vec<JobView>>,
    /// Those that the record alone knows, newest first.
    others: Vec<JobView>,
    /// The record as it was last read.
    pub record: Arc<Record>,
}

/// The record, as it was read.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// The newest jobs of all consoles, newest first.
    pub jobs: Vec<JobView>,
    /// What has to be said about them: what could not be read, and why.
    pub notes: Vec<String>,
    /// Whether it has its tables.
    pub standing: Standing,
}

/// Whether the record has its tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Standing {
    /// It has, or it is not known yet, or it is kept on this machine alone: there is nothing to ask.
    #[default]
    Settled,
    /// It has not, and would create them when the operator agrees.
    Missing {
        /// Where they would be.
        place: String,
        /// The statements.
        statements: Vec<String>,
    },
}

impl Jobs {
    /// All of them, each once: this console's newest first, then the others' newest first.
    pub fn iter(&self) -> impl Iterator<Item = &JobView> + Clone {
        self.own.iter().rev().chain(&self.others)
    }

    /// Those of this console that are not over, newest first.
    pub fn at_work(&self) -> impl Iterator<Item = &JobView> + Clone {
        self.own.iter().rev().filter(|job| !job.state.is_over())
    }

    /// The one of this console that a key without a list is about: the newest that runs, else the newest that waits.
    pub fn foremost(&self) -> Option<&JobView> {
        self.at_work().min_by_key(|job| words::rank(job.state))
    }

    /// One of them.
    pub fn find(&self, uid: &JobUid) -> Option<&JobView> {
        self.iter().find(|job| job.uid == *uid)
    }

    /// Whether this console runs it.
    pub fn is_own(&self, uid: &JobUid) -> bool {
        self.own.iter().any(|job| job.uid == *uid)
    }

    /// The tables of the record will be there: nobody asks for them again.
    pub fn agree(&mut self) {
        Arc::make_mut(&mut self.record).standing = Standing::Settled;
    }

    fn learn(&mut self, own: Arc<Vec<JobView>>) {
        self.own = own;
        let Self { own, others, .. } = self;
        others.retain(|other| own.iter().all(|job| job.uid != other.uid));
    }

    fn read(&mut self, record: Arc<Record>) {
        let is_own = |job: &JobView| self.own.iter().any(|own| own.uid == job.uid);
        self.others = record.jobs.iter().filter(|job| !is_own(job)).cloned().collect();
        self.record = record;
    }
}

/// This console's jobs have changed: those that have ended are told.
pub fn changed(model: &mut Model, own: Arc<Vec<JobView>>) -> Vec<Effect> {
    let ended: Vec<JobView> = own.iter().filter(|job| has_just_ended(model, job)).cloned().collect();
    model.jobs.learn(own);
    for job in &ended {
        tell(model, job);
    }
    refresh_reader(model, &ended)
}

/// The record was read.
pub fn recorded(model: &mut Model, record: Arc<Record>) -> Vec<Effect> {
    model.jobs.read(record);
    refresh_reader(model, &[])
}

fn has_just_ended(model: &Model, job: &JobView) -> bool {
    let before = model.jobs.own.iter().find(|before| before.uid == job.uid);
    job.state.is_over() && before.is_some_and(|before| !before.state.is_over())
}

fn tell(model: &mut Model, job: &JobView) {
    let text = words::ending(job);
    match job.state {
        JobState::Done | JobState::Cancelled | JobState::HandedOver => model.say(text),
        _ => model.warn(text),
    }
}

/// An opened job follows what happens to it; its steps are asked for once more while it moves, and when it has ended.
fn refresh_reader(model: &mut Model, ended: &[JobView]) -> Vec<Effect> {
    let Some(Layer::Reader(Reader { inquiry: Some((question, _)), .. })) = &model.layer else { return Vec::new() };
    let Question::Steps(uid) = question.clone() else { return Vec::new() };
    let Some(job) = model.jobs.find(&uid) else { return Vec::new() };
    let fresh = detail::sections(job);
    let moves = !job.state.is_over() && !model.jobs.is_own(&uid);
    let asks = moves || ended.iter().any(|job| job.uid == uid);
    if let Some(Layer::Reader(reader)) = &mut model.layer {
        reader.sections = fresh;
    }
    if asks { vec![Effect::Inquire(Question::Steps(uid))] } else { Vec::new() }
}
