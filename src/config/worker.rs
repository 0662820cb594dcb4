//! How actions run, and where they are recorded.

use std::path::PathBuf;
use std::time::Duration;

use crate::units::DatabaseName;

/// Where jobs are recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerSettings {
    /// The database that has the tables of the record; `None` keeps it on this machine only.
    pub database: Option<DatabaseName>,
    /// What happens to a job that cannot be recorded there.
    pub when_down: WhenDown,
    /// How long a job stays in the record.
    pub keep: Duration,
    /// Where this machine's own file lies; `None` is the user's directory for such things.
    pub directory: Option<PathBuf>,
}

/// What happens to a job that cannot be recorded in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenDown {
    /// It is recorded on this machine, and later in the database.
    #[default]
    Local,
    /// It is refused.
    Refuse,
}

impl Default for LedgerSettings {
    fn default() -> Self {
        Self { database: None, when_down: WhenDown::Local, keep: Duration::from_hours(24 * 365), directory: None }
    }
}

/// How actions run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerSettings {
    /// Jobs at once on one server.
    pub per_server: u32,
    /// How long one attempt waits for the lock of a table.
    pub lock_attempt: Duration,
    /// How long all attempts together may take.
    pub lock_patience: Duration,
    /// Statements that may wait behind such an attempt before it is given up.
    pub max_victims: u32,
    /// How long one transaction that deletes should take.
    pub batch_target: Duration,
    /// Replication lag above which deleting pauses.
    pub max_lag: Duration,
    /// Running threads above which deleting pauses.
    pub max_running: u32,
    /// Undo entries that wait for purge above which deleting pauses.
    pub max_history: u64,
    /// Where removed rows are archived.
    pub archive: Option<PathBuf>,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            per_server: 2,
            lock_attempt: Duration::from_secs(3),
            lock_patience: Duration::from_mins(10),
            max_victims: 5,
            batch_target: Duration::from_millis(50),
            max_lag: Duration::from_secs(10),
            max_running: 50,
            max_history: 1_000_000,
            archive: None,
        }
    }
}
