//! `ledger` and `worker`: every key optional, the default of each in the model.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use super::Checker;
use super::section::Section;
use super::value::{Choice, spelled};
use crate::config::file::Entry;
use crate::config::model::Target;
use crate::config::worker::{LedgerSettings, WhenDown, WorkerSettings};

pub(super) const LEDGER: &[&str] = &["database", "when_down", "keep", "directory"];

pub(super) const WORKER: &[&str] = &[
    "per_server",
    "lock_attempt",
    "lock_patience",
    "max_victims",
    "batch_target",
    "max_lag",
    "max_running",
    "max_history",
    "archive",
];

/// The word for a record on this machine only.
const NO_DATABASE: &str = "none";

/// The database that has the record when nothing is said and it is there.
const USUAL: &str = "admin";

impl Choice for WhenDown {
    const WHAT: &'static str = "way to go on without the record";
    const WORDS: &'static [(&'static str, Self)] = &[("local", Self::Local), ("refuse", Self::Refuse)];
}

impl Checker {
    pub(super) fn ledger(&mut self, entry: Option<&Entry>, targets: &[Target], known: &[&str]) -> LedgerSettings {
        let usual = targets.iter().find(|target| target.name.0 == USUAL).or(targets.first());
        let database = usual.map(|target| target.name.clone());
        let mut to = LedgerSettings { database, ..LedgerSettings::default() };
        let opened = entry.and_then(|entry| self.section(entry, "`ledger`".to_owned(), LEDGER));
        let Some(from) = opened else { return to };
        if let Some(node) = from.get("database") {
            let none = spelled(node) == Some(NO_DATABASE);
            to.database = if none { None } else { self.configured("database", node, known) };
        }
        self.set_choice(&from, "when_down", &mut to.when_down);
        to.keep = from.get("keep").and_then(|node| self.age("keep", node)).unwrap_or(to.keep);
        to.directory = self.directory(&from, "directory");
        to
    }

    pub(super) fn worker(&mut self, entry: Option<&Entry>) -> WorkerSettings {
        let mut to = WorkerSettings::default();
        let opened = entry.and_then(|entry| self.section(entry, "`worker`".to_owned(), WORKER));
        let Some(from) = opened else { return to };
        self.set_count(&from, "per_server", &mut to.per_server, 1..=64);
        self.set_span(&from, "lock_attempt", &mut to.lock_attempt, seconds(1)..=seconds(60));
        self.set_span(&from, "lock_patience", &mut to.lock_patience, seconds(1)..=days(1));
        self.set_count(&from, "max_victims", &mut to.max_victims, 0..=100_000);
        self.set_span(&from, "batch_target", &mut to.batch_target, BATCH);
        self.set_span(&from, "max_lag", &mut to.max_lag, seconds(1)..=days(1));
        self.set_count(&from, "max_running", &mut to.max_running, 1..=100_000);
        let mut history = u32::try_from(to.max_history).unwrap_or(u32::MAX);
        self.set_count(&from, "max_history", &mut history, 1_000..=u32::MAX);
        to.max_history = u64::from(history);
        to.archive = self.directory(&from, "archive");
        to
    }

    /// A directory, relative to the configuration's; it is made when it is needed.
    pub(super) fn directory(&mut self, from: &Section<'_>, key: &str) -> Option<PathBuf> {
        let node = from.get(key)?;
        let written = self.text(key, node)?;
        if written.starts_with('~') {
            self.problem(node.at, format!("`{key}` begins with `~`, which is not expanded; write the whole path"));
            return None;
        }
        let base = self.path.parent().map(PathBuf::from).unwrap_or_default();
        Some(base.join(written))
    }
}

/// How long a transaction that deletes may be meant to take.
pub(super) const BATCH: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_secs(10);

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

const fn days(count: u64) -> Duration {
    Duration::from_secs(count * 86_400)
}
