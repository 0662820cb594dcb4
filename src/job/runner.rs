//! Where every action enters: checked, queued, recorded, run; seen by whoever watches, cancelled by whoever may.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::Utc;
use tokio::sync::watch;

use super::life;
use super::turn::{self, Claim};
use super::view::JobView;
use crate::config::{Config, Target};
use crate::op::cx::Wish;
use crate::op::record::{JobRecord, JobState, JobUid, Operator, Origin, Recorder};
use crate::op::{Control, Invocation, Plan, Risk};

/// Jobs that are over are kept for so long a list; the record has them all.
const REMEMBERED: usize = 50;

/// Whether anything may be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Operations run.
    Full,
    /// Every operation is refused.
    ReadOnly,
}

/// What was approved, and by what.
#[derive(Debug, Clone)]
pub enum Approval {
    /// The operator saw this plan: it is run, and nothing else.
    Seen(Box<Plan>),
    /// A script or the schedule: whatever the plan says when it is its turn.
    Blanket,
}

/// What to do when another process of dbdeck is at work on the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Wait for it.
    Wait,
    /// Refuse.
    GiveUp,
}

/// One job that is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// What to do.
    pub invocation: Invocation,
    /// The databases of this job, one of [`Invocation::jobs`].
    pub targets: Vec<Target>,
    /// What was approved.
    pub approval: Approval,
    /// What to do when somebody else is at it.
    pub patience: Patience,
    /// Where it was asked for.
    pub origin: Origin,
    /// The interrupted job it goes on with.
    pub resumes: Option<JobUid>,
}

/// Why a job was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing may be changed.
    #[error("{0} is off: dbdeck is in read-only mode (--read-only, or ui.read_only in the configuration)")]
    ReadOnly(String),
    /// The plan says that it cannot be run.
    #[error("{0}")]
    Plan(String),
    /// dbdeck is about to end.
    #[error("dbdeck is ending and takes no new job")]
    Ending,
}

/// The worker, shared by everything that starts a job. A copy is the same worker.
#[derive(Clone)]
pub struct Runner {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub config: Arc<Config>,
    pub recorder: Arc<dyn Recorder>,
    operator: Operator,
    access: Access,
    jobs: Mutex<Jobs>,
    board: watch::Sender<Arc<Vec<JobView>>>,
}

#[derive(Default)]
struct Jobs {
    list: Vec<Held>,
    ending: bool,
}

struct Held {
    view: JobView,
    claim: Claim,
    control: Control,
}

impl Runner {
    /// A worker with nothing to do.
    pub fn new(config: Arc<Config>, recorder: Arc<dyn Recorder>, operator: Operator, access: Access) -> Self {
        let (jobs, board) = (Mutex::default(), watch::Sender::default());
        Self { shared: Arc::new(Shared { config, recorder, operator, access, jobs, board }) }
    }

    /// Everything that dbdeck was told.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Whether anything may be changed.
    pub fn access(&self) -> Access {
        self.shared.access
    }

    /// The jobs of this process, in the order they were asked for; told of every change.
    pub fn board(&self) -> watch::Receiver<Arc<Vec<JobView>>> {
        self.shared.board.subscribe()
    }

    /// Takes a job on; it is recorded, waits for its turn and runs by itself.
    ///
    /// # Errors
    /// [`Refusal`]: nothing has happened.
    pub fn submit(&self, request: Request) -> Result<JobUid, Refusal> {
        self.check(&request)?;
        let record = self.shared.record_of(&request);
        let uid = record.uid.clone();
        let meta = request.invocation.entry.meta;
        let servers = request.targets.iter().map(|target| target.endpoint.clone()).collect();
        let claim = Claim { databases: record.databases.clone(), servers, conflicts: meta.conflicts };
        let control = Control::default();
        let view = JobView::queued(&record, meta.resumable);
        {
            let mut jobs = self.shared.jobs();
            if jobs.ending {
                return Err(Refusal::Ending);
            }
            jobs.list.push(Held { view, claim, control: control.clone() });
        }
        self.shared.publish();
        tokio::spawn(life::live(Arc::clone(&self.shared), record, request, control));
        Ok(uid)
    }

    fn check(&self, request: &Request) -> Result<(), Refusal> {
        let meta = request.invocation.entry.meta;
        if self.shared.access == Access::ReadOnly {
            return Err(Refusal::ReadOnly(meta.title.to_owned()));
        }
        match &request.approval {
            Approval::Seen(plan) => plan.refusal.clone().map_or(Ok(()), |reason| Err(Refusal::Plan(reason))),
            Approval::Blanket => Ok(()),
        }
    }

    /// Asks a job to stop: the server is told at once, and the job is over when it has said so.
    pub fn cancel(&self, job: &JobUid) {
        self.shared.with(job, |held| {
            if !held.view.state.is_over() {
                held.control.cancel();
                held.view.state = JobState::Stopping;
            }
        });
    }

    /// Says what is wanted of a job: a pause, its end, or that it goes on.
    pub fn wish(&self, job: &JobUid, wish: Wish) {
        self.shared.with(job, |held| held.control.wish(wish));
    }

    /// Takes no more jobs, and wants this of those that are not over.
    pub fn end(&self, wish: Wish) {
        let mut jobs = self.shared.jobs();
        jobs.ending = true;
        jobs.list.iter().filter(|held| !held.view.state.is_over()).for_each(|held| held.control.wish(wish));
    }

    /// Takes jobs again.
    pub fn go_on(&self) {
        let mut jobs = self.shared.jobs();
        jobs.ending = false;
        jobs.list.iter().for_each(|held| held.control.wish(Wish::Run));
    }

    /// Waits until a job is over, and says how it ended; `None` when there is no such job.
    pub async fn finished(&self, job: &JobUid) -> Option<JobView> {
        let mut board = self.board();
        loop {
            let view = board.borrow_and_update().iter().find(|view| view.uid == *job).cloned();
            if view.as_ref().is_none_or(|view| view.state.is_over()) {
                return view;
            }
            board.changed().await.ok()?;
        }
    }
}

impl Shared {
    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a job, and shows it.
    fn with(&self, job: &JobUid, change: impl FnOnce(&mut Held)) {
        if let Some(held) = self.jobs().list.iter_mut().find(|held| held.view.uid == *job) {
            change(held);
        }
        self.publish();
    }

    /// Changes what is seen of a job, and shows it.
    pub(super) fn change(&self, job: &JobUid, change: impl FnOnce(&mut JobView)) {
        self.with(job, |held| change(&mut held.view));
    }

    /// What the job waits for in this process; `None` takes its turn: the state is changed in the same moment.
    pub(super) fn take_turn(&self, job: &JobUid) -> Option<String> {
        let mut jobs = self.jobs();
        let limit = usize::try_from(self.config.worker.per_server).unwrap_or(usize::MAX);
        let place = jobs.list.iter().position(|held| held.view.uid == *job)?;
        let others = jobs.list.iter().enumerate().filter(|(other, held)| {
            let before = *other < place || held.view.state != JobState::Queued;
            *other != place && before && !held.view.state.is_over()
        });
        let others = others.map(|(_, held)| (&held.view, &held.claim));
        let waits = turn::waits(&jobs.list[place].claim, others, limit);
        let view = &mut jobs.list[place].view;
        view.waits.clone_from(&waits);
        if waits.is_none() && view.state == JobState::Queued {
            (view.state, view.began) = (JobState::Running, Some(Utc::now()));
        }
        drop(jobs);
        self.publish();
        waits
    }

    /// To wait for a change of any job.
    pub(super) fn subscribe(&self) -> watch::Receiver<Arc<Vec<JobView>>> {
        self.board.subscribe()
    }

    fn publish(&self) {
        let mut jobs = self.jobs();
        let over = jobs.list.iter().filter(|held| held.view.state.is_over()).count();
        let mut surplus = over.saturating_sub(REMEMBERED);
        jobs.list.retain(|held| {
            let drop = held.view.state.is_over() && surplus > 0;
            surplus -= usize::from(drop);
            !drop
        });
        let views: Vec<JobView> = jobs.list.iter().map(|held| held.view.clone()).collect();
        self.board.send_if_modified(|board| {
            let changed = **board != views;
            if changed {
                *board = Arc::new(views);
            }
            changed
        });
    }

    fn record_of(&self, request: &Request) -> JobRecord {
        let plan = match &request.approval {
            Approval::Seen(plan) => Some(plan),
            Approval::Blanket => None,
        };
        let list = |texts: Vec<String>| {
            let mut texts = texts;
            texts.dedup();
            texts.join(", ")
        };
        JobRecord {
            uid: JobUid::draw(),
            operation: request.invocation.entry.meta.id.to_owned(),
            line: request.invocation.line_for(&request.targets),
            origin: request.origin,
            operator: self.operator.clone(),
            databases: request.targets.iter().map(|target| target.name.clone()).collect(),
            server: list(request.targets.iter().map(|target| target.endpoint.to_string()).collect()),
            account: list(request.targets.iter().map(|target| target.login().user.clone()).collect()),
            plan: plan.map(|plan| plan.digest()),
            summary: plan.map(|plan| plan.summary.clone()).unwrap_or_default(),
            resumes: request.resumes.clone(),
            submitted: Utc::now(),
        }
    }
}

/// Whether an operation only looks: then its plan is its answer, and needs no worker where none may run.
pub fn answers_by_plan(invocation: &Invocation) -> bool {
    invocation.entry.meta.risk == Risk::Looks
}
