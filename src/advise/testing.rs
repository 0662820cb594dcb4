//! A hand-built server for the rules' tests: live, with one empty database and every right.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Moment;
use crate::config::Thresholds;
use crate::migration::{Entry, Standing, Standings};
use crate::sample::snapshot::{MigrationStand, Table};
use crate::sample::{Aged, DatabaseSnapshot, Health, Picture, ServerSnapshot};
use crate::server::Unavailable;
use crate::server::caps::Caps;
use crate::server::read::{BinaryLog, Counters, DiskSpace, Thread, Transaction, Variables};
use crate::units::ThreadId;

use super::{Facts, Rule, Signals};

/// One server and everything a rule sees beside it.
pub struct Stage {
    pub server: ServerSnapshot,
    pub thresholds: Thresholds,
    pub warnings: Vec<String>,
    pub now: Moment,
}

/// Limits that are easy to reckon with.
const THRESHOLDS: Thresholds = Thresholds {
    pool_percent: 80.0,
    connections_percent: 80.0,
    long_statement: Duration::from_mins(1),
    long_transaction: Duration::from_mins(1),
    idle_transaction: Duration::from_secs(30),
    slow_statements: 10,
    disk_percent: 85.0,
    table_growth_percent: 20.0,
    replication_lag: Duration::from_secs(30),
};

impl Default for Stage {
    fn default() -> Self {
        let now = Moment::now();
        let mut server = ServerSnapshot::unseen("db:3306".to_owned(), Duration::from_secs(1));
        server.health = Health::Live;
        server.answered = Some(now.instant);
        let caps = Caps { account: "deck@localhost".into(), max_connections: 100, ..Caps::default() };
        server.caps = Some(Arc::new(caps));
        server.counters = Some(Aged { at: now.instant, value: Counters::default() });
        server.databases = vec![database(now)];
        let mut stage = Self { server, thresholds: THRESHOLDS, warnings: Vec::new(), now };
        stage.set_threads(Vec::new());
        stage.set_transactions(Vec::new());
        stage.server.digests = Some(stage.read(Vec::new()));
        stage.server.replication = Some(stage.read(Vec::new()));
        stage.server.rights = Some(stage.read(Vec::new()));
        stage.server.binary_log = Some(stage.read(BinaryLog::default()));
        stage.server.disk = Some(stage.read(DiskSpace::default()));
        stage.server.variables = Some(stage.read(Variables { slow_query_log: Some(true), ..Variables::default() }));
        stage
    }
}

fn database(now: Moment) -> DatabaseSnapshot {
    DatabaseSnapshot {
        name: "client".into(),
        schema: "comfyui_client".to_owned(),
        pool_limit: 30,
        connections: Some(Ok(0)),
        working: Some(Ok(0)),
        queries: None,
        mean_time: None,
        tables: Some(Aged { at: now.instant, value: Ok(Arc::default()) }),
        migrations: None,
        connection_history: crate::sample::Ring::default(),
        query_history: crate::sample::Ring::default(),
    }
}

impl Stage {
    pub fn read<T>(&self, value: T) -> Aged<Result<Arc<T>, Unavailable>> {
        Aged { at: self.now.instant, value: Ok(Arc::new(value)) }
    }

    pub fn set_threads(&mut self, threads: Vec<Thread>) {
        self.server.threads = Some(Aged { at: self.now.instant, value: Arc::new(threads) });
    }

    pub fn set_transactions(&mut self, transactions: Vec<Transaction>) {
        self.server.transactions = Some(self.read(transactions));
    }

    pub fn set_tables(&mut self, tables: Vec<Table>) {
        self.server.databases[0].tables = Some(self.read(tables));
    }

    /// Migrations of the database that stand so, in a directory that is there.
    pub fn set_migrations(&mut self, standings: Vec<(&str, Standing)>) {
        let entry = |(name, standing): (&str, Standing)| Entry { name: name.to_owned(), standing, cosmetic: false };
        let standings = Standings { entries: standings.into_iter().map(entry).collect() };
        self.server.databases[0].migrations =
            Some(self.read(MigrationStand { standings, ..MigrationStand::default() }));
    }

    pub fn later(&mut self, seconds: u64) {
        let later = Duration::from_secs(seconds);
        self.now = Moment { instant: self.now.instant + later, wall: self.now.wall };
        self.server.answered = self.server.answered.map(|_| self.now.instant);
    }

    pub fn picture(&self) -> Picture {
        Picture::new(vec![Arc::new(self.server.clone())])
    }

    /// What a rule says: `warning client: 27 of 30 … (1.12)`, and with an empty list when it says nothing.
    pub fn hear(&self, rule: &dyn Rule) -> Vec<String> {
        let picture = self.picture();
        let facts = self.facts(&picture);
        let mut signals = Signals::default();
        rule.check(&facts, &mut signals);
        let line = |signal: super::Signal| {
            let strength =
                if signal.strength.is_finite() { format!(" ({:.2})", signal.strength) } else { String::new() };
            format!("{} {}: {}{strength}", signal.severity, signal.subject, signal.text)
        };
        signals.said().map(|(_, signal)| line(signal)).collect()
    }

    pub fn facts<'a>(&'a self, picture: &'a Picture) -> Facts<'a> {
        Facts { picture, thresholds: &self.thresholds, warnings: &self.warnings, now: self.now }
    }
}

/// A connection that has been running a statement.
pub fn query(id: u64, seconds: u64) -> Thread {
    Thread { command: "Query".into(), statement: "SELECT 1".into(), ..sleep(id, seconds) }
}

/// A connection that has been idle.
pub fn sleep(id: u64, seconds: u64) -> Thread {
    Thread {
        id: ThreadId(id),
        user: "app".into(),
        host: "web".into(),
        schema: Some("comfyui_client".into()),
        command: "Sleep".into(),
        time: Duration::from_secs(seconds),
        ..Thread::default()
    }
}

/// A transaction that has been open.
pub fn transaction(thread: u64, seconds: u64) -> Transaction {
    Transaction { thread: ThreadId(thread), age: Duration::from_secs(seconds), ..Transaction::default() }
}

/// What every reading says that needs PROCESS.
pub fn denied() -> Unavailable {
    Unavailable::permission("the account may not see other connections", "GRANT PROCESS ON *.* TO 'deck'@'localhost';")
}
