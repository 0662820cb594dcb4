//! Reads the record while somebody looks at jobs: a task of its own, whose answers are messages.
//!
//! It is asked by a bell: ringing while it reads makes it read once more, and not more often. Whether the record has its
//! tables is looked at until it has, and not every time: that takes a connection of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;
use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;

use crate::ledger::{Filter, Ledger, State};
use crate::op::record::JobUid;
use crate::tui::jobs::{Record, Standing, detail};
use crate::tui::msg::{Msg, Question};

/// So many jobs are shown; `dbdeck jobs` has the older ones.
const SHOWN: usize = 200;

/// Tables that were missing are looked for again after so many readings.
const LOOK_AGAIN: u32 = 10;

/// Who reads the record; ends with this handle.
pub(super) struct Reader {
    ledger: Ledger,
    answers: Sender<Msg>,
    bell: Arc<Notify>,
    consented: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Reader {
    /// Nothing is read before it is asked for.
    pub(super) fn new(ledger: Ledger, answers: Sender<Msg>) -> Self {
        let (bell, consented) = (Arc::<Notify>::default(), Arc::<AtomicBool>::default());
        let clerk = Clerk { ledger: ledger.clone(), consented: Arc::clone(&consented), readings: 0, missing: None };
        let task = tokio::spawn(clerk.serve(Arc::clone(&bell), answers.clone()));
        Self { ledger, answers, bell, consented, task }
    }

    /// Reads it.
    pub(super) fn read(&self) {
        self.bell.notify_one();
    }

    /// The operator agrees that the tables are created.
    pub(super) fn consent(&self) {
        self.consented.store(true, Ordering::Relaxed);
        self.ledger.set_consent();
    }

    /// Asks for the steps of a job.
    pub(super) fn steps(&self, job: JobUid) -> JoinHandle<()> {
        let (ledger, answers) = (self.ledger.clone(), self.answers.clone());
        tokio::spawn(async move {
            let found = ledger.job(&job.0).await;
            let answer = found.map(|(_, steps)| detail::steps(&steps)).map_err(|error| error.to_string());
            // Nobody listens when the console has ended.
            let _ = answers.send(Msg::Answered(Question::Steps(job), answer)).await;
        })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Who sits behind the bell.
struct Clerk {
    ledger: Ledger,
    consented: Arc<AtomicBool>,
    readings: u32,
    /// What the tables would be, when they were not there at the last look.
    missing: Option<Standing>,
}

impl Clerk {
    async fn serve(mut self, bell: Arc<Notify>, answers: Sender<Msg>) {
        loop {
            bell.notified().await;
            let record = self.record().await;
            if answers.send(Msg::Recorded(record.into())).await.is_err() {
                break;
            }
        }
    }

    async fn record(&mut self) -> Record {
        let history = self.ledger.history(&Filter { limit: SHOWN, ..Filter::default() }).await;
        Record { jobs: history.jobs, notes: history.notes, standing: self.standing().await }
    }

    async fn standing(&mut self) -> Standing {
        let due = self.readings == 0 || (self.missing.is_some() && self.readings.is_multiple_of(LOOK_AGAIN));
        self.readings = self.readings.wrapping_add(1);
        if due {
            self.missing = match self.ledger.state().await {
                State::Missing { database, statements } => {
                    Some(Standing::Missing { place: format!("tables of its own in {database}"), statements })
                }
                State::Ready { .. } | State::Forbidden(_) | State::Down(_) | State::LocalOnly => None,
            };
        }
        let asks = !self.consented.load(Ordering::Relaxed);
        self.missing.clone().filter(|_| asks).unwrap_or_default()
    }
}
