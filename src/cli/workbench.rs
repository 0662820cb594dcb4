//! The worker and its record, as the command line and the console use them.

use std::path::PathBuf;
use std::sync::Arc;

use super::surroundings::Surroundings;
use crate::config::Config;
use crate::job::{Access, Runner};
use crate::ledger::{Consent, Ledger, State};

/// The worker and its record.
pub struct Workbench {
    /// Runs the jobs.
    pub runner: Runner,
    /// Keeps the record.
    pub ledger: Ledger,
}

/// The worker for a configuration; nothing is connected or written yet.
pub fn of(config: &Arc<Config>, around: &Surroundings) -> Workbench {
    let ledger = ledger(config, around);
    let access = if config.ui.read_only { Access::ReadOnly } else { Access::Full };
    let runner = Runner::new(Arc::clone(config), Arc::new(ledger.clone()), around.operator.clone(), access);
    Workbench { runner, ledger }
}

/// The record alone, for those who only read it.
pub fn ledger(config: &Arc<Config>, around: &Surroundings) -> Ledger {
    Ledger::new(Arc::clone(config), directory(config, around), Consent::NotGiven)
}

/// Where this machine keeps what cannot be written into the database.
fn directory(config: &Config, around: &Surroundings) -> PathBuf {
    let configured = config.ledger.directory.clone();
    let state = || around.state.clone().unwrap_or_else(|| PathBuf::from("/var/lib")).join("dbdeck");
    configured.unwrap_or_else(state)
}

impl Workbench {
    /// What has to be said before the first thing is ever recorded: the tables that will be made for it.
    pub async fn first_write(&self) -> Option<String> {
        match self.ledger.state().await {
            State::Missing { database, .. } => Some(format!(
                "dbdeck keeps its record in tables of its own, dbdeck_jobs and dbdeck_job_steps, which will be created in {database}."
            )),
            _ => None,
        }
    }

    /// The tables may be made.
    pub fn consent(&self) {
        self.ledger.set_consent();
    }
}
