//! What a planning and a running operation may use, and how the one who runs it is told to stop.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::Utc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::error::OpError;
use super::progress::{Live, Progress};
use super::record::{Entry, JobNumber, JobUid, Recorder, StepRecord};
use crate::config::{Config, Target};
use crate::server::conn::Session;
use crate::server::{Budgets, Link, Login};

/// Counting two million rows takes a second; what takes longer than this is not worth waiting for in a dialog.
const PLAN_BUDGET: Duration = Duration::from_mins(1);

/// Why a plan is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// To be looked at: nothing is written anywhere.
    Look,
    /// To be run, once it is approved.
    Run,
}

/// What planning may use: the configuration, and connections on which the server refuses writes.
#[derive(Debug, Clone)]
pub struct PlanCx {
    /// Everything that dbdeck was told.
    pub config: Arc<Config>,
    /// The databases it is about, in the order of the configuration.
    pub targets: Vec<Target>,
    /// Why it is made.
    pub intent: Intent,
}

impl PlanCx {
    /// Connects to look, never to write: the server is told to refuse it.
    ///
    /// # Errors
    /// [`OpError::Server`].
    pub async fn connect(&self, target: &Target) -> Result<Link, OpError> {
        let budgets = Budgets { connect: self.config.sampling.connect_budget, query: PLAN_BUDGET };
        let link = Link::open_for(Session::Plan, &Login::of(target), budgets).await;
        link.map_err(OpError::server(format!("cannot plan for {}", target.name)))
    }

    /// Connects to try something on a table made for that and dropped again: the one way to have the server itself say
    /// how it would change a table. `None` unless the plan is made in order to be run.
    ///
    /// # Errors
    /// [`OpError::Server`].
    pub async fn scratch(&self, target: &Target) -> Result<Option<Link>, OpError> {
        if self.intent == Intent::Look {
            return Ok(None);
        }
        let budgets = Budgets { connect: self.config.sampling.connect_budget, query: PLAN_BUDGET };
        let session = Session::Work { lock_wait: self.config.worker.lock_attempt };
        let link = Link::open_for(session, &Login::of(target), budgets).await;
        link.map(Some).map_err(OpError::server(format!("cannot plan for {}", target.name)))
    }
}

/// What the operator wants of a running job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wish {
    /// Go on.
    #[default]
    Run,
    /// Rest at the next point where nothing is half-done.
    Pause,
    /// Stop there, and leave the rest to another process.
    HandOver,
}

/// The strings of one job, held by the one who runs it and the ones who watch it.
#[derive(Debug, Clone)]
pub struct Control {
    token: CancellationToken,
    wish: watch::Sender<Wish>,
    live: watch::Sender<Live>,
    watch: Arc<Mutex<Stopwatch>>,
}

/// Counts the time of work, without the time something was in the way.
#[derive(Debug)]
struct Stopwatch {
    before: Duration,
    running: Option<Instant>,
}

impl Default for Control {
    fn default() -> Self {
        let watch = Stopwatch { before: Duration::ZERO, running: None };
        Self {
            token: CancellationToken::new(),
            wish: watch::Sender::new(Wish::Run),
            live: watch::Sender::new(Live::default()),
            watch: Arc::new(Mutex::new(watch)),
        }
    }
}

impl Control {
    /// Asks the job to stop now.
    pub fn cancel(&self) {
        self.token.cancel();
    }

    /// Whether it was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Waits until it is asked to stop.
    pub async fn cancelled(&self) {
        self.token.cancelled().await;
    }

    /// Says what is wanted of the job.
    pub fn wish(&self, wish: Wish) {
        self.wish.send_replace(wish);
    }

    /// What is wanted of the job.
    pub fn wished(&self) -> Wish {
        *self.wish.borrow()
    }

    /// How far the job is.
    pub fn live(&self) -> Live {
        self.live.borrow().clone()
    }

    /// To be told of every change.
    pub fn watch(&self) -> watch::Receiver<Live> {
        self.live.subscribe()
    }

    /// Changes what is shown.
    pub(super) fn show(&self, change: impl FnOnce(&mut Live)) {
        let worked = self.worked();
        self.live.send_modify(|live| {
            change(live);
            live.worked = worked;
        });
    }

    /// Says why the job does not move; `None` when it does again. The time until then is not counted as work.
    pub fn hold(&self, reason: Option<String>) {
        self.stopwatch().run(reason.is_none());
        self.show(|live| live.held = reason);
    }

    fn worked(&self) -> Duration {
        let watch = self.stopwatch();
        watch.before + watch.running.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn stopwatch(&self) -> MutexGuard<'_, Stopwatch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stopwatch {
    fn run(&mut self, run: bool) {
        match (run, self.running.take()) {
            (true, running) => self.running = running.or_else(|| Some(Instant::now())),
            (false, Some(since)) => self.before += since.elapsed(),
            (false, None) => {}
        }
    }
}

/// What a running operation may use besides its connections.
#[derive(Clone)]
pub struct JobCx {
    /// Everything that dbdeck was told.
    pub config: Arc<Config>,
    /// The job's name.
    pub job: JobUid,
    /// What people call it.
    pub number: JobNumber,
    /// The interrupted job that this one goes on with.
    pub resumes: Option<JobUid>,
    /// The strings it hangs on.
    pub control: Control,
    steps: Arc<Mutex<u64>>,
    recorder: Arc<dyn Recorder>,
}

impl JobCx {
    /// For the one who runs jobs.
    pub fn new(
        config: Arc<Config>,
        (job, number): (JobUid, JobNumber),
        resumes: Option<JobUid>,
        control: Control,
        recorder: Arc<dyn Recorder>,
    ) -> Self {
        control.hold(None);
        Self { config, job, number, resumes, control, steps: Arc::default(), recorder }
    }

    /// A point where nothing is half-done: rests here while the operator wants a pause.
    ///
    /// # Errors
    /// [`OpError::Cancelled`] and [`OpError::HandedOver`]: end here, and leave everything as it is.
    pub async fn checkpoint(&self) -> Result<(), OpError> {
        let mut wishes = self.control.wish.subscribe();
        loop {
            if self.control.is_cancelled() {
                return Err(OpError::Cancelled);
            }
            match *wishes.borrow_and_update() {
                Wish::Run => return Ok(()),
                Wish::HandOver => return Err(OpError::HandedOver),
                Wish::Pause => {}
            }
            self.control.show(|live| live.paused = true);
            self.control.hold(Some("paused".to_owned()));
            tokio::select! {
                _ = wishes.changed() => {}
                () = self.control.cancelled() => {}
            }
            self.control.hold(None);
            self.control.show(|live| live.paused = false);
        }
    }

    /// Waits for that long, or until somebody wants something of the job.
    ///
    /// # Errors
    /// As [`JobCx::checkpoint`].
    pub async fn sleep(&self, time: Duration) -> Result<(), OpError> {
        let mut wishes = self.control.wish.subscribe();
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            _ = wishes.changed() => {}
            () = self.control.cancelled() => {}
        }
        self.checkpoint().await
    }

    /// Says how far it is.
    pub fn progress(&self, progress: Progress) {
        self.control.show(|live| live.progress = progress);
    }

    /// Says why it does not move, while it does not; `None` when it does again.
    pub fn hold(&self, reason: Option<String>) {
        self.control.hold(reason);
    }

    /// Adds to what was done: rows changed; bytes written, read or freed.
    pub fn count(&self, rows: u64, bytes: u64) {
        self.control.show(|live| {
            live.rows += rows;
            live.bytes += bytes;
        });
    }

    /// Writes a step down before it is done; durable when this returns.
    ///
    /// # Errors
    /// [`OpError::Unrecorded`]: then it must not be done.
    pub async fn begin(&self, title: impl Into<String>, sql: impl Into<String>) -> Result<StepRecord, OpError> {
        let seq = {
            let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
            *steps += 1;
            *steps
        };
        let (title, sql) = (title.into(), sql.into());
        let step = StepRecord { seq, title, sql, began: Utc::now(), ended: None, outcome: String::new(), rows: 0 };
        self.write(step.clone()).await?;
        Ok(step)
    }

    /// Writes down how it ended.
    ///
    /// # Errors
    /// [`OpError::Unrecorded`].
    pub async fn settle(&self, step: StepRecord, outcome: impl Into<String>, rows: u64) -> Result<(), OpError> {
        self.write(StepRecord { ended: Some(Utc::now()), outcome: outcome.into(), rows, ..step }).await
    }

    async fn write(&self, step: StepRecord) -> Result<(), OpError> {
        let written = self.recorder.write(&self.job, Entry::Step(step)).await;
        written.map_err(|error| OpError::Unrecorded(error.to_string()))
    }
}
