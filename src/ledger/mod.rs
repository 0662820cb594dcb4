//! The record of all jobs: in tables that every console, command and schedule of the service shares, else in a file of
//! this machine until the tables can be written.
//!
//! Reading order: this file (what others use) · [`filter`] · [`keeper`] (how it is written) · [`history`] (how it is
//! read) · `place`, `desk` (the database) · `local` (the file) · `write`, `read`, `words` (the statements) · `fold` (from
//! entries to a job) · `retention`.
//!
//! Invariants: a write is durable when its future is done, but for a beat. An entry is written once, however often it is
//! sent: jobs are known by uid, steps by their place, an end is final. Entries of one job keep their order, also across
//! the file. Reading writes nothing: its connection is one on which the server refuses it. Tables are created with consent
//! only.
//!
//! A job whose end nobody wrote is told from one that runs by its signs of life (by the server's clock), by its process
//! where that is on this machine, and for certain by the next job that gets its lock.

pub mod filter;
pub mod history;

mod desk;
mod fold;
mod keeper;
mod local;
mod place;
mod read;
mod retention;
mod trouble;
mod words;
mod write;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use crate::config::{Config, WhenDown};
use crate::op::record::{Entry, JobNumber, JobRecord, JobUid, RecordError, Recorder, Write};
use crate::server::{Link, Unavailable};
use crate::units::DatabaseName;

pub use filter::Filter;
pub use history::{History, LookupError};

use keeper::Keeper;
use local::{FileError, Files};
use place::Place;
use trouble::Trouble;

/// Whether the tables may be created when the first job needs them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Somebody has agreed.
    Given,
    /// Nobody has been asked.
    NotGiven,
}

/// How the record in the database stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It can be written.
    Ready {
        /// The database that has it.
        database: DatabaseName,
    },
    /// There are no tables yet.
    Missing {
        /// The database that would have them.
        database: DatabaseName,
        /// What creates them.
        statements: Vec<String>,
    },
    /// The account may not write it.
    Forbidden(Unavailable),
    /// The database cannot be used: why.
    Down(String),
    /// The record is kept on this machine only.
    LocalOnly,
}

/// The record. A copy is the same record; nothing is connected, read or made before it is needed.
#[derive(Clone)]
pub struct Ledger {
    shared: Arc<Shared>,
}

struct Shared {
    place: Option<Place>,
    files: Files,
    consent: AtomicBool,
    keeper: Mutex<Keeper>,
    reader: Mutex<Option<Link>>,
}

/// What the configuration says of the record.
#[derive(Debug, Clone, Copy)]
struct Settings {
    /// Whether a job is refused that the database does not take.
    refuses: bool,
    /// How long a job stays.
    keep: TimeDelta,
}

impl Ledger {
    /// The record of a configuration (all of it: the database of the record may be one that a command is not about), with
    /// this machine's file in that directory.
    #[allow(clippy::needless_pass_by_value)] // as everybody who holds the configuration hands it on
    pub fn new(config: Arc<Config>, directory: PathBuf, consent: Consent) -> Self {
        let place = Place::of(&config);
        let settings = Settings {
            refuses: config.ledger.when_down == WhenDown::Refuse,
            keep: TimeDelta::from_std(config.ledger.keep).unwrap_or(TimeDelta::MAX),
        };
        let files = Files::new(directory, file_name(&config, place.as_ref()));
        let keeper = Mutex::new(Keeper::new(settings, place.clone(), files.clone()));
        let consent = AtomicBool::new(consent == Consent::Given);
        Self { shared: Arc::new(Shared { place, files, consent, keeper, reader: Mutex::default() }) }
    }

    /// The tables may be created.
    pub fn set_consent(&self) {
        self.shared.consent.store(true, Ordering::Relaxed);
    }

    /// How the record in the database stands. Reads only.
    pub async fn state(&self) -> State {
        let Some(place) = &self.shared.place else { return State::LocalOnly };
        let database = place.database.clone();
        match place.examine().await {
            Ok(()) => State::Ready { database },
            Err(Trouble::Missing) => State::Missing { database, statements: place::creation() },
            Err(Trouble::Forbidden(lack)) => State::Forbidden(lack),
            Err(trouble) => State::Down(trouble.sentence(&database)),
        }
    }

    /// Removes every job that ended, or was last heard of, longer ago than it is to be kept, and says how many. (Each job
    /// that is opened removes a few by itself.)
    ///
    /// # Errors
    /// [`RecordError`]: the database cannot be written.
    pub async fn prune(&self) -> Result<u64, RecordError> {
        let Some(place) = &self.shared.place else { return Ok(0) };
        let removed = self.shared.keeper.lock().await.prune().await;
        removed.map_err(|trouble| RecordError(trouble.sentence(&place.database)))
    }

    /// Where this machine's own file is, when there is one.
    pub fn file(&self) -> PathBuf {
        self.shared.files.path()
    }

    fn consent(&self) -> Consent {
        if self.shared.consent.load(Ordering::Relaxed) { Consent::Given } else { Consent::NotGiven }
    }
}

impl Recorder for Ledger {
    fn open<'a>(&'a self, record: &'a JobRecord) -> Write<'a, JobNumber> {
        Box::pin(async { self.shared.keeper.lock().await.open(record, self.consent()).await })
    }

    fn write<'a>(&'a self, job: &'a JobUid, entry: Entry) -> Write<'a, ()> {
        Box::pin(async move {
            if !matches!(entry, Entry::Beat { .. }) {
                return self.shared.keeper.lock().await.write(job, entry).await;
            }
            if let Ok(mut keeper) = self.shared.keeper.try_lock() {
                keeper.beat(job, &entry).await;
            }
            Ok(())
        })
    }

    fn holder<'a>(&'a self, lock: &'a str) -> Write<'a, Option<String>> {
        Box::pin(self.holder_of(lock))
    }
}

/// One name for one record: what cannot be written into a database must never be merged into another.
fn file_name(config: &Config, place: Option<&Place>) -> String {
    let (word, identity) = match place {
        Some(place) => (place.schema().to_owned(), place.identity()),
        None => ("local".to_owned(), config.path.display().to_string()),
    };
    let word: String = word.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect();
    let hash: String = Sha256::digest(identity.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("ledger-{word}-{hash}")
}

/// Files are read and written beside the tasks, not in their way.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(FileError(format!("this machine's record was not reached: {error}"))))
}
