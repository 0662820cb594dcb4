//! `thresholds`, `sampling` and `ui`: every key optional, the default of each in the model.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::Checker;
use crate::config::file::Entry;
use crate::config::model::{Sampling, Thresholds, Ui};

pub(super) const THRESHOLDS: &[&str] = &[
    "pool_percent",
    "connections_percent",
    "long_statement",
    "long_transaction",
    "idle_transaction",
    "slow_statements",
    "disk_percent",
    "table_growth_percent",
    "replication_lag",
];

pub(super) const SAMPLING: &[&str] = &["interval", "sizes", "statements", "slow", "connect_budget", "query_budget"];

pub(super) const UI: &[&str] = &["read_only", "mouse", "theme", "glyphs"];

impl Checker {
    pub(super) fn thresholds(&mut self, entry: Option<&Entry>) -> Thresholds {
        let mut to = Thresholds::default();
        let opened = entry.and_then(|entry| self.section(entry, "`thresholds`".to_owned(), THRESHOLDS));
        let Some(from) = opened else { return to };
        let spans = between(100, 7 * DAY);
        self.set_percent(&from, "pool_percent", &mut to.pool_percent, 100.0);
        self.set_percent(&from, "connections_percent", &mut to.connections_percent, 100.0);
        self.set_span(&from, "long_statement", &mut to.long_statement, spans.clone());
        self.set_span(&from, "long_transaction", &mut to.long_transaction, spans.clone());
        self.set_span(&from, "idle_transaction", &mut to.idle_transaction, spans.clone());
        self.set_count(&from, "slow_statements", &mut to.slow_statements, 1..=1_000_000);
        self.set_percent(&from, "disk_percent", &mut to.disk_percent, 100.0);
        self.set_percent(&from, "table_growth_percent", &mut to.table_growth_percent, 100_000.0);
        self.set_span(&from, "replication_lag", &mut to.replication_lag, spans);
        to
    }

    pub(super) fn sampling(&mut self, entry: Option<&Entry>) -> Sampling {
        let mut to = Sampling::default();
        let opened = entry.and_then(|entry| self.section(entry, "`sampling`".to_owned(), SAMPLING));
        let Some(from) = opened else { return to };
        let slow = between(1_000, DAY);
        let budget = between(100, 60_000);
        self.set_span(&from, "interval", &mut to.interval, between(100, 60_000));
        self.set_span(&from, "sizes", &mut to.sizes, slow.clone());
        self.set_span(&from, "statements", &mut to.statements, slow.clone());
        self.set_span(&from, "slow", &mut to.slow, slow);
        self.set_span(&from, "connect_budget", &mut to.connect_budget, budget.clone());
        self.set_span(&from, "query_budget", &mut to.query_budget, budget);
        to
    }

    pub(super) fn ui(&mut self, entry: Option<&Entry>) -> Ui {
        let mut to = Ui::default();
        let opened = entry.and_then(|entry| self.section(entry, "`ui`".to_owned(), UI));
        let Some(from) = opened else { return to };
        self.set_flag(&from, "read_only", &mut to.read_only);
        self.set_flag(&from, "mouse", &mut to.mouse);
        self.set_choice(&from, "theme", &mut to.theme);
        self.set_choice(&from, "glyphs", &mut to.glyphs);
        to
    }
}

/// A day in milliseconds.
const DAY: u64 = 86_400_000;

fn between(least: u64, most: u64) -> RangeInclusive<Duration> {
    Duration::from_millis(least)..=Duration::from_millis(most)
}
