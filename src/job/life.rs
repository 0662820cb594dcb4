//! One job, from its record to its end.
//!
//! Recorded, waits for its turn here, connects, takes its locks, plans (unless a plan was approved), works, settles.
//! Every way out goes through [`settle`], and the end is announced only when it is recorded.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use tokio::task::JoinHandle;

use super::lock::{self, Attempt};
use super::runner::{Approval, Patience, Request, Shared};
use super::view::Fault;
use crate::op::cx::Wish;
use crate::op::record::{Entry, JobNumber, JobRecord, JobState};
use crate::op::{Conflicts, Control, Intent, JobCx, JobLink, OpError, Place, Plan, PlanCx};

/// How often a job says that it is alive.
const BEAT: Duration = Duration::from_secs(2);

/// How often what is seen of a job is refreshed.
const GLANCE: Duration = Duration::from_millis(200);

/// How a job ended.
struct End {
    state: JobState,
    message: String,
    fault: Option<Fault>,
}

impl End {
    fn of(result: Result<String, OpError>) -> Self {
        match result {
            Ok(message) => Self { state: JobState::Done, message, fault: None },
            Err(error) => Self { state: state_of(&error), message: error.to_string(), fault: Some(Fault::of(&error)) },
        }
    }
}

fn state_of(error: &OpError) -> JobState {
    match error {
        OpError::Cancelled => JobState::Cancelled,
        OpError::HandedOver => JobState::HandedOver,
        OpError::Usage(_) | OpError::Refused(_) | OpError::Held(_) | OpError::Unrecorded(_) => JobState::Refused,
        error if error.is_interruption() => JobState::Interrupted,
        _ => JobState::Failed,
    }
}

/// Leads the job through its life.
pub(super) async fn live(shared: Arc<Shared>, record: JobRecord, request: Request, control: Control) {
    let number = match shared.recorder.open(&record).await {
        Ok(number) => number,
        Err(error) => {
            return announce(&shared, &record, End::of(Err(OpError::Unrecorded(error.to_string()))), &control);
        }
    };
    shared.change(&record.uid, |view| view.number = Some(number));
    let job = Job { shared: &shared, record: &record, number, control: &control };
    let end = End::of(job.run(&request).await);
    settle(&shared, &record, end, &control).await;
}

struct Job<'a> {
    shared: &'a Arc<Shared>,
    record: &'a JobRecord,
    number: JobNumber,
    control: &'a Control,
}

impl Job<'_> {
    async fn run(&self, request: &Request) -> Result<String, OpError> {
        self.turn().await?;
        let pulse = self.pulse();
        let mut places = self.places(request).await?;
        let locks = self.locks(request, &mut places).await?;
        let plan = self.plan(request).await?;
        self.started(locks).await?;
        let resumes = request.resumes.clone();
        let names = (self.record.uid.clone(), self.number);
        let (config, recorder) = (Arc::clone(&self.shared.config), Arc::clone(&self.shared.recorder));
        let cx = JobCx::new(config, names, resumes, self.control.clone(), recorder);
        let result = match cx.checkpoint().await {
            Ok(()) => request.invocation.op.run(&cx, &mut places, &plan).await,
            Err(stop) => Err(stop),
        };
        drop(pulse);
        result
    }

    /// Waits for its turn in this process.
    async fn turn(&self) -> Result<(), OpError> {
        let mut board = self.shared.subscribe();
        while self.shared.take_turn(&self.record.uid).is_some() {
            tokio::select! {
                _ = board.changed() => {}
                () = self.control.cancelled() => return Err(OpError::Cancelled),
            }
        }
        if self.control.is_cancelled() { Err(OpError::Cancelled) } else { Ok(()) }
    }

    async fn places(&self, request: &Request) -> Result<Vec<Place>, OpError> {
        let mut places = Vec::new();
        for target in &request.targets {
            let tag = format!("job={} {}", self.record.uid, self.record.operation);
            let link = JobLink::open(&self.shared.config, target, self.control.clone(), &tag).await;
            let link = link.map_err(OpError::server(format!("cannot work on {}", target.name)))?;
            places.push(Place { target: target.clone(), link });
        }
        Ok(places)
    }

    /// Takes the lock of each database, on the connection that will do the work.
    async fn locks(&self, request: &Request, places: &mut [Place]) -> Result<Vec<(String, u64)>, OpError> {
        let mut locks = Vec::new();
        if request.invocation.entry.meta.conflicts == Conflicts::Nothing {
            return Ok(locks);
        }
        for place in places {
            let name = lock::name(&place.target.schema);
            while let Attempt::Held(holder) = lock::attempt(&mut place.link, &name, &*self.shared.recorder).await? {
                let held = format!("{} is held by {holder}", place.target.name);
                if request.patience == Patience::GiveUp {
                    return Err(OpError::Held(held));
                }
                self.control.hold(Some(format!("waits: {held}")));
                if self.control.wished() == Wish::HandOver {
                    return Err(OpError::HandedOver);
                }
                lock::pause(self.control).await;
            }
            self.control.hold(None);
            locks.push((name, place.link.id().0));
        }
        Ok(locks)
    }

    async fn plan(&self, request: &Request) -> Result<Plan, OpError> {
        let plan = match &request.approval {
            Approval::Seen(plan) => return Ok((**plan).clone()),
            Approval::Blanket => {
                let (config, targets) = (Arc::clone(&self.shared.config), request.targets.clone());
                let cx = PlanCx { config, targets, intent: Intent::Run };
                request.invocation.plan(&cx).await?
            }
        };
        plan.refusal.clone().map_or(Ok(plan), |reason| Err(OpError::Refused(reason)))
    }

    async fn started(&self, locks: Vec<(String, u64)>) -> Result<(), OpError> {
        let entry = Entry::Started { at: Utc::now(), locks };
        let written = self.shared.recorder.write(&self.record.uid, entry).await;
        written.map_err(|error| OpError::Unrecorded(error.to_string()))
    }

    /// Shows and records how far the job is, until it is dropped.
    fn pulse(&self) -> Pulse {
        let (shared, uid, control) = (Arc::clone(self.shared), self.record.uid.clone(), self.control.clone());
        let show = async move {
            let mut glances = tokio::time::interval(GLANCE);
            loop {
                glances.tick().await;
                shared.change(&uid, |view| {
                    view.live = control.live();
                    view.state = present(&control);
                });
            }
        };
        let (shared, uid, control) = (Arc::clone(self.shared), self.record.uid.clone(), self.control.clone());
        let tell = async move {
            loop {
                tokio::time::sleep(BEAT).await;
                let beat = Entry::Beat { at: Utc::now(), state: present(&control), live: control.live() };
                // A beat may be lost: the next one says more.
                let _ = shared.recorder.write(&uid, beat).await;
            }
        };
        Pulse([tokio::spawn(show), tokio::spawn(tell)])
    }
}

fn present(control: &Control) -> JobState {
    match control.live().paused {
        _ if control.is_cancelled() => JobState::Stopping,
        true => JobState::Paused,
        false => JobState::Running,
    }
}

struct Pulse([JoinHandle<()>; 2]);

impl Drop for Pulse {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// Records the end, then announces it. An end that cannot be recorded is announced with that.
async fn settle(shared: &Shared, record: &JobRecord, mut end: End, control: &Control) {
    let live = control.live();
    let (state, message) = (end.state, end.message.clone());
    let entry = Entry::Settled { at: Utc::now(), state, message, rows: live.rows, bytes: live.bytes };
    if let Err(error) = shared.recorder.write(&record.uid, entry).await {
        end.message = format!("{} (this end could not be recorded: {error})", end.message);
    }
    announce(shared, record, end, control);
}

fn announce(shared: &Shared, record: &JobRecord, end: End, control: &Control) {
    shared.change(&record.uid, |view| {
        view.live = control.live();
        (view.state, view.message, view.fault) = (end.state, end.message, end.fault);
        view.waits = None;
        view.ended = Some(Utc::now());
    });
}
