//! What the overview says, free of any rendering: `status` prints it and `status --json` writes it.
//!
//! One shape for every front end, made from the same picture that the screen is drawn from. A figure that is not there
//! is an [`Unavailable`] with its reason, never a zero. Deliberately absent: words, units and layout.

use std::path::Path;
use std::time::Duration;

use crate::advise::facts::value;
use crate::advise::{Finding, Subject};
use crate::clock::Moment;
use crate::migration::Counts;
use crate::sample::slow::SlowPattern;
use crate::sample::{DatabaseSnapshot, Picture, ServerSnapshot, State};
use crate::server::Unavailable;
use crate::server::dialect::ServerKind;
use crate::server::error::Known;
use crate::units::{Bytes, DatabaseName, Rate};

/// Everything that the overview says.
#[derive(Debug)]
pub struct Report<'a> {
    /// When it was made.
    pub now: Moment,
    /// The databases, in the order of the configuration.
    pub databases: Vec<DatabaseReport<'a>>,
    /// The servers, each once.
    pub servers: Vec<ServerReport<'a>>,
    /// What needs attention, worst first.
    pub attention: &'a [Finding],
}

/// One configured database.
#[derive(Debug)]
pub struct DatabaseReport<'a> {
    /// Its configured name.
    pub name: &'a DatabaseName,
    /// Its name on the server.
    pub schema: &'a str,
    /// The server's address, which is its `id`.
    pub server: &'a str,
    /// How the server is.
    pub state: State,
    /// Connections whose default database it is.
    pub connections: Known<u32>,
    /// The most that its application opens.
    pub limit: u32,
    /// Statements per second.
    pub queries: Known<Rate>,
    /// How many tables it has.
    pub tables: Known<usize>,
    /// Data and indexes of all tables on disk.
    pub size: Known<Bytes>,
    /// How many of its migrations stand how.
    pub migrations: Known<Counts>,
    /// The directory of migrations, when it is not there.
    pub no_directory: Option<&'a Path>,
    /// Its largest tables, largest first.
    pub largest: Vec<(&'a str, Bytes)>,
    /// Slow statements while dbdeck watched, five minutes at most, costliest pattern first.
    pub slow: Vec<&'a SlowPattern>,
    /// What needs attention there or on its server, worst first.
    pub attention: Vec<&'a Finding>,
}

/// One server.
#[derive(Debug)]
pub struct ServerReport<'a> {
    /// Its address.
    pub id: &'a str,
    /// Which server it is, once known.
    pub kind: Option<ServerKind>,
    /// How it is.
    pub state: State,
    /// Connections of whatever account.
    pub connections: Option<u64>,
    /// `max_connections`.
    pub limit: Option<u64>,
    /// Statements per second.
    pub queries: Option<Rate>,
    /// For how long it has been running.
    pub uptime: Option<Duration>,
    /// The configured databases that live there.
    pub databases: Vec<&'a DatabaseName>,
}

/// So many tables are named.
const LARGEST: usize = 5;

impl<'a> Report<'a> {
    /// Puts together what is known.
    pub fn of(picture: &'a Picture, attention: &'a [Finding], now: Moment) -> Self {
        let database = |(database, server)| DatabaseReport::of(database, server, attention, now);
        let databases = picture.databases().map(database).collect();
        let servers = picture.servers().map(|server| ServerReport::of(server, now)).collect();
        Self { now, databases, servers, attention }
    }

    /// Whether some server cannot be reached.
    pub fn is_unreachable(&self) -> bool {
        self.servers.iter().any(|server| matches!(server.state, State::Down { .. }))
    }
}

impl<'a> DatabaseReport<'a> {
    fn of(database: &'a DatabaseSnapshot, server: &'a ServerSnapshot, attention: &'a [Finding], now: Moment) -> Self {
        let state = server.state(now.instant);
        let tables = value(&database.tables).map_or(&[][..], Vec::as_slice);
        let migrations = database.migrations.as_ref().map(|reading| reading.value.clone());
        let migrations = migrations.map(|known| known.map(|stand| stand.standings.counts()));
        let directory = value(&database.migrations).map(|stand| &*stand.catalogue);
        let count = database.tables.as_ref().map(|reading| reading.value.clone().map(|tables| tables.len()));
        let slow = server.slow.iter().filter(|pattern| pattern.schema.as_deref() == Some(&database.schema));
        Self {
            name: &database.name,
            schema: &database.schema,
            server: &server.endpoint,
            connections: told(database.connections.clone(), &state),
            limit: database.pool_limit,
            queries: told(database.queries.clone(), &state),
            tables: told(count, &state),
            size: told(database.bytes(), &state),
            migrations: told(migrations, &state),
            no_directory: directory
                .filter(|catalogue| catalogue.missing)
                .map(|catalogue| catalogue.directory.as_path()),
            largest: tables.iter().take(LARGEST).map(|table| (table.name.as_str(), table.bytes)).collect(),
            slow: slow.collect(),
            attention: attention.iter().filter(|finding| concerns(&finding.subject, database, server)).collect(),
            state,
        }
    }

    /// Slow executions, all patterns together.
    pub fn slow_statements(&self) -> usize {
        self.slow.iter().map(|pattern| pattern.count).sum()
    }
}

/// A reading that was not taken has a reason too.
fn told<T>(known: Option<Known<T>>, state: &State) -> Known<T> {
    known.unwrap_or_else(|| {
        Err(Unavailable::answer(match state {
            State::Down { why, .. } => why.as_str(),
            _ => "not read yet",
        }))
    })
}

fn concerns(subject: &Subject, database: &DatabaseSnapshot, server: &ServerSnapshot) -> bool {
    match subject {
        Subject::Database(name) | Subject::Table { database: name, .. } => *name == database.name,
        Subject::Server(endpoint)
        | Subject::Thread { server: endpoint, .. }
        | Subject::Account { server: endpoint, .. } => *endpoint == server.endpoint,
        Subject::Configuration(_) | Subject::Files => false,
    }
}

impl<'a> ServerReport<'a> {
    fn of(server: &'a ServerSnapshot, now: Moment) -> Self {
        let counters = server.counters.as_ref().map(|counters| counters.value);
        Self {
            id: &server.endpoint,
            kind: server.caps.as_ref().map(|caps| caps.kind),
            state: server.state(now.instant),
            connections: counters.map(|counters| counters.threads_connected),
            limit: server.caps.as_ref().map(|caps| caps.max_connections),
            queries: server.rates.queries,
            uptime: counters.map(|counters| Duration::from_secs(counters.uptime)),
            databases: server.databases.iter().map(|database| &database.name).collect(),
        }
    }
}

/// One word for a state, the same in text and JSON.
pub fn health(state: &State) -> &'static str {
    match state {
        State::Connecting => "connecting",
        State::Live => "live",
        State::Stale { .. } => "stale",
        State::Down { .. } => "down",
    }
}
