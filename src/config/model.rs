//! The configuration as the program uses it: complete, checked, every default filled in.
//!
//! Deliberately absent: anything of YAML. How the file spells these things is `check`'s, where they stand there `file`'s.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::migrations::MigrationSettings;
use super::retention::Policy;
use super::worker::{LedgerSettings, WorkerSettings};
use crate::secret::SecretSource;
use crate::units::DatabaseName;

/// Everything that dbdeck was told.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it came from.
    pub path: PathBuf,
    /// What kind of installation this is; production is marked on the screen.
    pub environment: Environment,
    /// The databases, in the order of the file; never empty, names unique.
    pub targets: Vec<Target>,
    /// When a figure deserves attention.
    pub thresholds: Thresholds,
    /// How often what is read.
    pub sampling: Sampling,
    /// How the console looks and behaves.
    pub ui: Ui,
    /// Where jobs are recorded.
    pub ledger: LedgerSettings,
    /// How actions run.
    pub worker: WorkerSettings,
    /// How long rows are kept.
    pub retention: Vec<Policy>,
    /// Where migrations lie.
    pub migrations: MigrationSettings,
    /// Things that are allowed and yet deserve a word (literal passwords that others can read, …).
    pub warnings: Vec<String>,
}

/// What kind of installation the configuration describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// A private playground.
    #[default]
    Development,
    /// Like production, with nobody hurt.
    Staging,
    /// The real thing: marked on every screen.
    Production,
}

/// One configured database: the unit that panes, operations and migrations speak of.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its key below `mysql:`.
    pub name: DatabaseName,
    /// The database's name on the server (`comfyui_client`).
    pub schema: String,
    /// Where its server listens.
    pub endpoint: Endpoint,
    /// Whether and how the way there is encrypted.
    pub tls: Tls,
    /// The account of the service itself.
    pub account: Account,
    /// The account dbdeck uses instead, when one is configured for this server.
    pub operator: Option<Account>,
    /// The application's pool, by which connection counts are judged.
    pub pool: Pool,
}

impl Target {
    /// The account that dbdeck logs in with: the operator's, else the service's.
    pub fn login(&self) -> &Account {
        self.operator.as_ref().unwrap_or(&self.account)
    }
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Endpoint {
    /// A host name or address, and a port.
    Tcp {
        /// Name or address.
        host: String,
        /// TCP port.
        port: u16,
    },
    /// A Unix socket.
    Socket(PathBuf),
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Socket(path) => write!(f, "{}", path.display()),
        }
    }
}

/// Who logs in.
#[derive(Debug, Clone)]
pub struct Account {
    /// The user's name.
    pub user: String,
    /// Where the password comes from.
    pub secret: SecretSource,
}

/// The application's connection pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// Connections it keeps.
    pub size: u32,
    /// Connections it may add.
    pub max_overflow: u32,
}

impl Pool {
    /// The most connections the application will open.
    pub fn limit(self) -> u32 {
        self.size.saturating_add(self.max_overflow)
    }
}

impl Default for Pool {
    fn default() -> Self {
        Self { size: 10, max_overflow: 20 }
    }
}

/// Encryption of the way to the server; never used on a socket.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Tls {
    /// How much is asked of it.
    pub mode: TlsMode,
    /// The authority that signs the server's certificate (PEM).
    pub ca: Option<PathBuf>,
    /// The client's certificate (PEM).
    pub cert: Option<PathBuf>,
    /// The client's private key (PEM).
    pub key: Option<PathBuf>,
}

/// The five modes of the servers' own clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsMode {
    /// Never.
    Disabled,
    /// When the server offers it, unverified.
    #[default]
    Preferred,
    /// Always, unverified.
    Required,
    /// Always, signed by `ca`.
    VerifyCa,
    /// Always, signed by `ca` and issued to this host.
    VerifyIdentity,
}

/// When a figure deserves attention. A line is raised at the threshold and goes at 85 % of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Connections of a database, in percent of the application's pool limit.
    pub pool_percent: f64,
    /// Connections of a server, in percent of `max_connections`.
    pub connections_percent: f64,
    /// A statement that runs longer is named.
    pub long_statement: Duration,
    /// A transaction open longer is named.
    pub long_transaction: Duration,
    /// A transaction whose connection does nothing for longer is named.
    pub idle_transaction: Duration,
    /// Slow statements in five minutes.
    pub slow_statements: u32,
    /// Used part of the data directory's file system.
    pub disk_percent: f64,
    /// Growth of one table in an hour, in percent of its size (tables above 64 MiB).
    pub table_growth_percent: f64,
    /// Replication lag.
    pub replication_lag: Duration,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            pool_percent: 80.0,
            connections_percent: 80.0,
            long_statement: Duration::from_secs(30),
            long_transaction: Duration::from_mins(1),
            idle_transaction: Duration::from_mins(1),
            slow_statements: 20,
            disk_percent: 85.0,
            table_growth_percent: 20.0,
            replication_lag: Duration::from_secs(30),
        }
    }
}

/// How often what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// Counters, threads and transactions.
    pub interval: Duration,
    /// Sizes of tables.
    pub sizes: Duration,
    /// Statement digests or the slow log.
    pub statements: Duration,
    /// Variables, replication, rights.
    pub slow: Duration,
    /// Longest wait for a connection to be ready.
    pub connect_budget: Duration,
    /// Longest wait for an answer.
    pub query_budget: Duration,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(1),
            sizes: Duration::from_secs(15),
            statements: Duration::from_secs(5),
            slow: Duration::from_mins(1),
            connect_budget: Duration::from_secs(2),
            query_budget: Duration::from_secs(2),
        }
    }
}

/// How the console looks and behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ui {
    /// Every action is off.
    pub read_only: bool,
    /// The mouse works.
    pub mouse: bool,
    /// The terminal's background.
    pub theme: Theme,
    /// Which characters are drawn.
    pub glyphs: Glyphs,
}

/// The terminal's background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Light text on dark.
    #[default]
    Dark,
    /// Dark text on light.
    Light,
}

/// Which characters are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Glyphs {
    /// Unicode when the locale is UTF-8, else ASCII.
    #[default]
    Auto,
    /// Boxes, blocks and marks.
    Unicode,
    /// Nothing beyond ASCII.
    Ascii,
}
