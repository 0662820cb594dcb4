//! What is published about one server: everything that was read, each with the instant it was read at.
//!
//! The console, `status` and the rules see this and nothing else. A snapshot is whole, immutable and shared.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::growth::Growth;
use super::health::{Health, State};
use super::history::Ring;
use super::rate::Rates;
use super::slow::SlowPattern;
use super::slow_log::SlowLogged;
use crate::config::Target;
use crate::migration::{Catalogue, Standings};
use crate::server::caps::Caps;
use crate::server::error::{Known, Unavailable};
use crate::server::read::{
    BinaryLog, Channel, Counters, DigestRow, DiskSpace, Rights, TableIndexes, Thread, Transaction, Variables,
};
use crate::units::{Bytes, DatabaseName, Rate, ThreadId};

/// A value and the instant it was read at.
#[derive(Debug, Clone, PartialEq)]
pub struct Aged<T> {
    /// When.
    pub at: Instant,
    /// What.
    pub value: T,
}

impl<T> Aged<T> {
    /// How old it is.
    pub fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.at)
    }
}

impl<T> Aged<Known<Arc<T>>> {
    /// What was read just now.
    pub fn now(known: Known<T>) -> Self {
        Self { at: Instant::now(), value: known.map(Arc::new) }
    }
}

/// A reading: not taken yet, unavailable, or there; shared, because it changes seldom and is published often.
pub type Reading<T> = Option<Aged<Known<Arc<T>>>>;

/// Everything known about one server.
#[derive(Debug, Clone)]
pub struct ServerSnapshot {
    /// Where it is reached.
    pub endpoint: String,
    /// Which place in the fleet is really watching it, when two addresses lead to one server.
    pub same_as: Option<usize>,
    /// How it is.
    pub health: Health,
    /// When it last answered.
    pub answered: Option<Instant>,
    /// The refresh interval, by which freshness is judged.
    pub interval: Duration,
    /// What it is and can do; known after the first connection.
    pub caps: Option<Arc<Caps>>,
    /// The connection dbdeck samples on.
    pub own_thread: ThreadId,
    /// The counters.
    pub counters: Option<Aged<Counters>>,
    /// What they say per second.
    pub rates: Rates,
    /// All connections, dbdeck's own left out.
    pub threads: Option<Aged<Arc<Vec<Thread>>>>,
    /// Open transactions; unavailable without PROCESS, and then `threads` is the account's own only.
    pub transactions: Reading<Vec<Transaction>>,
    /// Statement digests since the server began to count, with what happened since the look before.
    pub digests: Reading<Vec<Digest>>,
    /// The slow log by pattern, where there are no digests.
    pub slow_log: Reading<SlowLogged>,
    /// Free space where the data lives.
    pub disk: Reading<DiskSpace>,
    /// The sources this server replicates from; none when it is no replica.
    pub replication: Reading<Vec<Channel>>,
    /// The binary log.
    pub binary_log: Reading<BinaryLog>,
    /// The settings that rules judge.
    pub variables: Reading<Variables>,
    /// What the accounts of the service may do.
    pub rights: Reading<Vec<AccountRights>>,
    /// The indexes of all tables that have any.
    pub indexes: Reading<Vec<TableIndexes>>,
    /// Why the last look at the catalogue gave nothing.
    pub facts_lack: Option<Unavailable>,
    /// Slow statements of the last five minutes, as seen in the process list.
    pub slow: Arc<Vec<SlowPattern>>,
    /// The configured databases that live there.
    pub databases: Vec<DatabaseSnapshot>,
}

/// One statement pattern: totals, and the part of them that is new.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    /// Since the server began to count.
    pub total: DigestRow,
    /// Executions per second between the last two looks.
    pub rate: Option<Rate>,
    /// Time per second between the last two looks: 1.0 keeps one core busy.
    pub load: Option<f64>,
}

/// What one account of the service may do.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountRights {
    /// The account as the server matched it (`user@host`).
    pub account: String,
    /// The databases it is configured for.
    pub schemas: Vec<String>,
    /// Its rights.
    pub rights: Rights,
}

/// Everything known about one configured database.
#[derive(Debug, Clone)]
pub struct DatabaseSnapshot {
    /// Its configured name.
    pub name: DatabaseName,
    /// Its name on the server.
    pub schema: String,
    /// The most connections its application will open.
    pub pool_limit: u32,
    /// Connections whose default database it is.
    pub connections: Option<Known<u32>>,
    /// Those of them that are working.
    pub working: Option<Known<u32>>,
    /// Statements per second with it as the default database.
    pub queries: Option<Known<Rate>>,
    /// Their mean time.
    pub mean_time: Option<Duration>,
    /// Its tables, largest first.
    pub tables: Reading<Vec<Table>>,
    /// How its migrations stand.
    pub migrations: Reading<MigrationStand>,
    /// Connections over time.
    pub connection_history: Ring,
    /// Statements per second over time (of the whole server where it has no figure of its own).
    pub query_history: Ring,
}

/// How the migrations of a database stand: files and record, compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MigrationStand {
    /// The files, of all databases.
    pub catalogue: Arc<Catalogue>,
    /// How they compare with the record.
    pub standings: Standings,
    /// The connection that runs a migration there now.
    pub at_work: Option<ThreadId>,
}

/// One table: what the tablespaces and the catalogue know of it, put together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Data and indexes on disk.
    pub bytes: Bytes,
    /// Number of partitions.
    pub partitions: usize,
    /// What it gained while dbdeck watched.
    pub growth: Option<Growth>,
    /// Rows, engine and the like; `None` while unknown.
    pub facts: Option<crate::server::read::TableFacts>,
}

impl ServerSnapshot {
    /// A server that nobody has spoken to yet.
    pub fn unseen(endpoint: String, interval: Duration) -> Self {
        Self {
            endpoint,
            same_as: None,
            health: Health::Connecting,
            answered: None,
            interval,
            caps: None,
            own_thread: ThreadId::default(),
            counters: None,
            rates: Rates::default(),
            threads: None,
            transactions: None,
            digests: None,
            slow_log: None,
            disk: None,
            replication: None,
            binary_log: None,
            variables: None,
            rights: None,
            indexes: None,
            facts_lack: None,
            slow: Arc::default(),
            databases: Vec::new(),
        }
    }

    /// What to show of its health now.
    pub fn state(&self, now: Instant) -> State {
        self.health.at(now, self.answered, self.interval)
    }

    /// One of the databases that are watched with it.
    pub fn database(&self, name: &DatabaseName) -> Option<&DatabaseSnapshot> {
        self.databases.iter().find(|database| database.name == *name)
    }

    /// Whether everything that an overview shows was read at least once, or cannot be.
    pub fn is_complete(&self) -> bool {
        match self.health {
            Health::Connecting => false,
            Health::Live => self.databases.iter().all(|database| database.tables.is_some()),
            Health::Silent { .. } | Health::Down { .. } => true,
        }
    }

    /// `MariaDB 10.11.19`, once known.
    pub fn kind(&self) -> Option<String> {
        self.caps.as_ref().map(|caps| caps.kind.to_string())
    }
}

impl DatabaseSnapshot {
    /// A configured database of which nothing is known yet.
    pub fn of(target: &Target) -> Self {
        Self {
            name: target.name.clone(),
            schema: target.schema.clone(),
            pool_limit: target.pool.limit(),
            connections: None,
            working: None,
            queries: None,
            mean_time: None,
            tables: None,
            migrations: None,
            connection_history: Ring::default(),
            query_history: Ring::default(),
        }
    }

    /// The size of all its tables.
    pub fn bytes(&self) -> Option<Known<Bytes>> {
        let tables = self.tables.as_ref()?;
        Some(tables.value.as_ref().map(|tables| tables.iter().map(|table| table.bytes).sum()).map_err(Clone::clone))
    }

    /// What all its tables gained together, over the longest span that is known of all.
    pub fn growth(&self) -> Option<Growth> {
        let tables = self.tables.as_ref()?.value.as_ref().ok()?;
        let mut growths = tables.iter().filter_map(|table| table.growth);
        let first = growths.next()?;
        Some(growths.fold(first, |sum, next| Growth {
            gained: sum.gained + next.gained,
            over: sum.over.max(next.over),
            from: Bytes(sum.from.0 + next.from.0),
        }))
    }
}
