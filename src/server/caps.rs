//! What a server can do, resolved once per connection from its flavor, release and settings.
//!
//! Readers choose their statement by these values and never learn a flavor's name; nothing is found out by trying.

use super::dialect::{Flavor, ServerKind, Version};
use super::error::ServerError;
use super::row::Row;
use super::sql;

/// What this server can do, for this account.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools)] // the server's own switches, each on or off
pub struct Caps {
    /// Which server it is.
    pub kind: ServerKind,
    /// What is the same for two connections to one running server and differs otherwise.
    pub identity: String,
    /// The name the server gives its host.
    pub hostname: String,
    /// Its TCP port (also when it listens on a socket only).
    pub port: u64,
    /// Its data directory, on its own host.
    pub datadir: String,
    /// Most connections it accepts.
    pub max_connections: u64,
    /// Whether it writes a binary log.
    pub binary_log: bool,
    /// Whether it refuses writes.
    pub read_only: bool,
    /// Whether statement digests and their kin are collected.
    pub performance_schema: bool,
    /// The account as the server matched it (`user@host`), which is what a GRANT must name.
    pub account: String,
    /// Where the process list is read.
    pub process_list: ProcessList,
    /// Where tablespaces are read.
    pub tablespaces: &'static str,
    /// Where the statistics of tables are read that InnoDB holds in memory.
    pub table_statistics: &'static str,
    /// How names are written in both.
    pub tablespace_names: TablespaceNames,
    /// How a statement is given a limit of its own.
    pub limit: StatementLimit,
    /// Where it is read who waits for whose row locks.
    pub lock_waits: LockWaits,
    /// Where it is read who uses which table.
    pub table_locks: TableLocks,
    /// Stops a statement by its own number, where the server can: it never hits the connection's next one.
    pub kill_by_number: Option<&'static str>,
    /// The right to end statements and connections of other accounts.
    pub kill_right: &'static str,
    /// Asks for the state of replication.
    pub replica_status: &'static str,
    /// Asks for the position of the binary log.
    pub binary_log_status: &'static str,
    /// The right that `replica_status` needs.
    pub replica_right: &'static str,
    /// The right that the binary log's list and position need.
    pub binary_log_right: &'static str,
    /// The column of `information_schema.STATISTICS` with the expression of an index on one; `NULL` where there is none.
    pub index_expression: &'static str,
    /// The statement that makes the server tell the free space of its disks, where it can learn that.
    pub disks_remedy: Option<&'static str>,
    /// Whether a session has one active role (else several, and the rights of the active ones are shown as its own).
    pub single_role: bool,
    /// Whether `_` and `%` in the database of a grant are plain characters, as with MySQL's `partial_revokes`.
    pub literal_grants: bool,
}

/// Where the process list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProcessList {
    /// `performance_schema.processlist`: no global lock, whole seconds.
    #[default]
    PerformanceSchema,
    /// `information_schema.PROCESSLIST` with milliseconds and progress.
    InformationSchema,
    /// `information_schema.PROCESSLIST` with whole seconds.
    Plain,
}

/// How databases and tables are named where tablespaces are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TablespaceNames {
    /// As they are; partitions as `table#p#name`.
    #[default]
    Plain,
    /// As in file names (`Gr@1i@1je`), which the server itself can decode; partitions as `table#P#name`.
    Encoded,
}

/// Where it is read who waits for whose row locks: the table, its columns with the two transactions, and the right to see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LockWaits {
    /// The table.
    pub table: &'static str,
    /// Its column with the transaction that waits.
    pub waiting: &'static str,
    /// Its column with the transaction that has the lock.
    pub blocking: &'static str,
    /// The right to see it.
    pub right: &'static str,
    /// What that right is granted on.
    pub scope: &'static str,
}

/// Where it is read who uses which table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TableLocks {
    /// `performance_schema.metadata_locks`.
    #[default]
    PerformanceSchema,
    /// `information_schema.METADATA_LOCK_INFO`, which a plugin brings.
    Plugin,
}

/// How a statement is given a limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StatementLimit {
    /// A hint behind SELECT.
    #[default]
    Hint,
    /// `SET STATEMENT … FOR`, which can also forbid waiting for a metadata lock.
    SetStatement,
}

impl StatementLimit {
    /// A SELECT (given without the word) that ends within a second, and waits for no lock where that can be said.
    pub fn bounded(self, select: &str) -> String {
        match self {
            Self::Hint => format!("SELECT /*+ MAX_EXECUTION_TIME(1000) */ {select}"),
            Self::SetStatement => {
                format!("SET STATEMENT lock_wait_timeout = 0, max_statement_time = 1 FOR SELECT {select}")
            }
        }
    }
}

/// This server writes the names of tables as in file names here and cannot decode them, but those of tablespaces plainly.
const DECODED_TABLE_STATISTICS: &str = "(SELECT place.NAME, kept.NUM_ROWS, kept.MODIFIED_COUNTER, \
     kept.STATS_INITIALIZED FROM information_schema.INNODB_TABLESTATS AS kept \
     JOIN information_schema.INNODB_TABLES AS defined ON defined.TABLE_ID = kept.TABLE_ID \
     JOIN information_schema.INNODB_TABLESPACES AS place ON place.SPACE = defined.SPACE) AS statistics";

const INNODB_LOCK_WAITS: LockWaits = LockWaits {
    table: "information_schema.INNODB_LOCK_WAITS",
    waiting: "requesting_trx_id",
    blocking: "blocking_trx_id",
    right: "PROCESS",
    scope: "*.*",
};

const DATA_LOCK_WAITS: LockWaits = LockWaits {
    table: "performance_schema.data_lock_waits",
    waiting: "REQUESTING_ENGINE_TRANSACTION_ID",
    blocking: "BLOCKING_ENGINE_TRANSACTION_ID",
    right: "SELECT",
    scope: "performance_schema.*",
};

impl Caps {
    /// Reads the answer to [`ServerKind::settings`].
    ///
    /// # Errors
    /// [`ServerError::Unexpected`] when the answer is empty.
    pub(super) fn of(kind: ServerKind, rows: &[Row]) -> Result<Self, ServerError> {
        let row = rows.first().ok_or_else(|| ServerError::Unexpected("no settings came back".to_owned()))?;
        let settings = Self {
            kind,
            performance_schema: row.flag(0).unwrap_or(false),
            hostname: row.text_or_empty(1),
            port: row.u64(2).unwrap_or(0),
            datadir: row.text_or_empty(3),
            max_connections: row.u64(4).unwrap_or(0),
            binary_log: row.flag(5).unwrap_or(false),
            read_only: row.flag(6).unwrap_or(false),
            account: row.text_or_empty(7),
            identity: row.text_or_empty(8),
            literal_grants: row.flag(9).unwrap_or(false),
            ..Self::default()
        };
        Ok(match kind.flavor {
            Flavor::MariaDb => settings.mariadb(),
            Flavor::MySql => settings.mysql(),
        })
    }

    fn mariadb(self) -> Self {
        Self {
            process_list: ProcessList::InformationSchema,
            tablespaces: "information_schema.INNODB_SYS_TABLESPACES",
            table_statistics: "information_schema.INNODB_SYS_TABLESTATS",
            tablespace_names: TablespaceNames::Encoded,
            limit: StatementLimit::SetStatement,
            lock_waits: INNODB_LOCK_WAITS,
            table_locks: TableLocks::Plugin,
            kill_by_number: Some("KILL QUERY ID"),
            replica_status: "SHOW ALL SLAVES STATUS",
            binary_log_status: "SHOW MASTER STATUS",
            replica_right: "SLAVE MONITOR",
            binary_log_right: "BINLOG MONITOR",
            kill_right: "CONNECTION ADMIN",
            index_expression: "NULL",
            disks_remedy: Some("INSTALL SONAME 'disks';"),
            single_role: true,
            ..self
        }
    }

    /// The words master and slave left between 8.0.22 and 8.4.
    fn mysql(self) -> Self {
        let modern = self.kind.version >= Version(8, 4, 0);
        let performance_list = self.performance_schema && self.kind.version >= Version(8, 0, 22);
        Self {
            process_list: if performance_list { ProcessList::PerformanceSchema } else { ProcessList::Plain },
            tablespaces: "information_schema.INNODB_TABLESPACES",
            table_statistics: DECODED_TABLE_STATISTICS,
            tablespace_names: TablespaceNames::Plain,
            limit: StatementLimit::Hint,
            lock_waits: if self.kind.version >= Version(8, 0, 1) { DATA_LOCK_WAITS } else { INNODB_LOCK_WAITS },
            table_locks: TableLocks::PerformanceSchema,
            kill_by_number: None,
            kill_right: if self.kind.version >= Version(8, 0, 0) { "CONNECTION_ADMIN" } else { "SUPER" },
            replica_status: if modern { "SHOW REPLICA STATUS" } else { "SHOW SLAVE STATUS" },
            binary_log_status: if modern { "SHOW BINARY LOG STATUS" } else { "SHOW MASTER STATUS" },
            replica_right: "REPLICATION CLIENT",
            binary_log_right: "REPLICATION CLIENT",
            index_expression: if self.kind.version >= Version(8, 0, 13) { "EXPRESSION" } else { "NULL" },
            disks_remedy: None,
            single_role: false,
            ..self
        }
    }

    /// The statement that gives this account a right: `grant("PROCESS", "*.*")`.
    pub fn grant(&self, right: &str, scope: &str) -> String {
        let (user, host) = self.account.rsplit_once('@').unwrap_or((&self.account, "%"));
        format!("GRANT {right} ON {scope} TO '{}'@'{}';", user.replace('\'', "''"), host.replace('\'', "''"))
    }

    /// The rights on the whole server of an account that watches and operates it: all threads, replication, the binary log,
    /// and ending statements of others.
    pub fn operator_rights(&self) -> Vec<&'static str> {
        let mut rights = vec!["PROCESS", self.replica_right, self.binary_log_right, self.kill_right];
        rights.dedup();
        rights
    }

    /// All tables of one database as a GRANT names them, and of no other database whose name fits the same pattern.
    pub fn scope_of(&self, schema: &str) -> String {
        let database = if self.literal_grants { sql::ident(schema) } else { sql::grant_pattern(schema) };
        format!("{database}.*")
    }
}
