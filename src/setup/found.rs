//! What is there: the server, and of the databases, accounts and files what the answers are about.
//!
//! Pure data; [`super::look`] reads it.

use std::collections::BTreeMap;
use std::fmt;

use crate::server::Unavailable;
use crate::server::read::DiskSpace;
use crate::server::read::rights::Rights;
use crate::units::DatabaseName;

/// What is there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// The server.
    pub server: FoundServer,
    /// The databases of the answers.
    pub databases: BTreeMap<DatabaseName, FoundDatabase>,
    /// The accounts of the answers that exist, as (user, host).
    pub accounts: BTreeMap<(String, String), FoundAccount>,
    /// The text of the configuration file.
    pub config: FoundFile,
    /// The migration files, compared with what was applied.
    pub migrations: FoundMigrations,
}

/// The migration files, compared with what was applied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoundMigrations {
    /// How many files there are.
    pub files: usize,
    /// Those that wait to be applied, or to be completed, each with its database.
    pub pending: Vec<String>,
    /// What is wrong with them, in sentences.
    pub problems: Vec<String>,
}

/// The server.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(clippy::struct_excessive_bools)] // the server's own switches, each on or off
pub struct FoundServer {
    /// Flavor and version.
    pub kind: String,
    /// The administrative account, as the server matched it.
    pub account: String,
    /// From where this machine logs in, as the server sees it (`localhost`, an address).
    pub here: String,
    /// What databases get without a word about it, character set and collation.
    pub charset: (String, String),
    /// The server's time zone.
    pub time_zone: String,
    /// Whether it writes a binary log.
    pub binary_log: bool,
    /// Whether it refuses writes.
    pub read_only: bool,
    /// Whether it offers encrypted connections.
    pub tls: bool,
    /// Whether `_` and `%` in the database of a grant are plain characters (`partial_revokes`).
    pub literal_grants: bool,
    /// Whether the administrative account may create accounts and grant rights.
    pub may_grant: bool,
    /// Rights as this flavor names them, for the operator: of replication, of the binary log, to end statements.
    pub operator_rights: Vec<&'static str>,
    /// Hosts of anonymous accounts: each shadows the others' accounts from there.
    pub anonymous: Vec<String>,
    /// Databases that are not the server's own.
    pub schemas: Vec<String>,
    /// Tables in which other tools record migrations (`schema.table`).
    pub ledgers: Vec<String>,
    /// The disk of the data directory, or why it is not known.
    pub disk: Option<Result<DiskSpace, Unavailable>>,
}

/// A database of the answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoundDatabase {
    /// Character set and collation; `None` when there is no such database.
    pub made: Option<(String, String)>,
    /// Its tables by name.
    pub tables: BTreeMap<String, FoundTable>,
    /// The keys of default rows, by what they are ([`super::schema::Defaults::what`]).
    pub rows: BTreeMap<String, Vec<String>>,
    /// The names of the administrators, where the database has them.
    pub administrators: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoundTable {
    /// Its storage engine; none for a view.
    pub engine: Option<String>,
    /// Its columns.
    pub columns: Vec<String>,
}

/// An account that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundAccount {
    /// Whether its password is the chosen one.
    pub login: FoundLogin,
    /// What it may do.
    pub rights: Rights,
    /// Whether it may log in over an encrypted connection only.
    pub requires_tls: bool,
}

/// Whether an account can be used with the chosen password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundLogin {
    /// It logged in.
    Works,
    /// It was refused: the server's words.
    Refused(String),
    /// It may log in from elsewhere only, or the password could not be fetched: why.
    Untried(String),
}

/// The configuration file.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct FoundFile {
    /// Its text, which may hold passwords; `None` when there is no such file.
    pub text: Option<String>,
    /// Whether others may read it.
    pub exposed: bool,
}

impl fmt::Debug for FoundFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.text.as_ref().map(String::len);
        f.debug_struct("FoundFile").field("bytes", &length).field("exposed", &self.exposed).finish()
    }
}

impl Found {
    /// The hosts the accounts get: those that were chosen, else the one this machine logs in from.
    pub fn hosts(&self, chosen: &[String]) -> Vec<String> {
        if chosen.is_empty() { vec![self.server.here.clone()] } else { chosen.to_vec() }
    }
}
