//! The only place that names the flavors: which server this is, and the statements that differ between them
//! before anything else is known.

use std::fmt;
use std::time::Duration;

use super::conn::Session;
use super::error::ServerError;
use super::row::Row;
use crate::units::ThreadId;

/// The two families of servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize)]
pub enum Flavor {
    /// Oracle's server and Percona's.
    #[default]
    #[serde(rename = "mysql")]
    MySql,
    /// The MariaDB Foundation's server.
    #[serde(rename = "mariadb")]
    MariaDb,
}

impl fmt::Display for Flavor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MySql => "MySQL",
            Self::MariaDb => "MariaDB",
        })
    }
}

/// A release, ordered; the third number is 0 where a server does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version(pub u16, pub u16, pub u16);

impl Version {
    /// The leading numbers of `@@version` (`10.11.19-MariaDB-0+deb12u1`, `9.7.4-2`).
    pub fn parse(text: &str) -> Self {
        let mut numbers = text.split(|c: char| !c.is_ascii_digit()).take(3).map(|number| number.parse().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        Self(next(), next(), next())
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Where servers usually listen on their own machine, the commonest first.
pub const SOCKETS: [&str; 5] = [
    "/run/mysqld/mysqld.sock",
    "/var/run/mysqld/mysqld.sock",
    "/var/lib/mysql/mysql.sock",
    "/run/mariadb/mariadb.sock",
    "/tmp/mysql.sock",
];

/// The schema of the server's own tables: accounts, statistics, the slow log.
pub const SYSTEM: &str = "mysql";

/// All schemas that are the server's own.
pub const SYSTEM_SCHEMAS: [&str; 4] = [SYSTEM, "information_schema", "performance_schema", "sys"];

/// Flavor and release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServerKind {
    /// The family.
    pub flavor: Flavor,
    /// The release.
    pub version: Version,
}

impl fmt::Display for ServerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.flavor, self.version)
    }
}

/// Decides by executable comments, never by numbers: one family's releases jump from 9 to 26.
pub const WHICH_SERVER: &str = "SELECT CONCAT('' /*!50701 ,'mysql' */ /*M! ,'mariadb' */), @@version, CONNECTION_ID()";

/// Reads the answer to [`WHICH_SERVER`].
///
/// # Errors
/// [`ServerError::Unexpected`] when it is neither.
pub fn recognise(rows: &[Row]) -> Result<(ThreadId, ServerKind), ServerError> {
    let unexpected = || ServerError::Unexpected("the server did not say what it is".to_owned());
    let row = rows.first().ok_or_else(unexpected)?;
    let flavor = match row.text_or_empty(0).as_str() {
        "mysql" => Flavor::MySql,
        "mariadb" => Flavor::MariaDb,
        other => return Err(ServerError::Unexpected(format!("an unknown kind of server ({other:?})"))),
    };
    let version = Version::parse(&row.text_or_empty(1));
    let id = row.u64(2).ok_or_else(unexpected)?;
    Ok((ThreadId(id), ServerKind { flavor, version }))
}

impl ServerKind {
    /// The whole session in one statement: UTF-8, UTC, English (some answers have an error's text and not its number),
    /// and limits that end a forgotten statement on the server, but for an operation's, which may take its time. Nothing
    /// here writes, and a read-only server accepts it. The mode is the server's own: the driver asks for `IGNORE_SPACE`,
    /// under which `count` is no name, and which stored programs would keep.
    pub fn session(self, session: Session, budget: Duration) -> String {
        let (lock_wait, limit) = match session {
            Session::Look | Session::Plan => (budget, budget),
            Session::Work { lock_wait } => (lock_wait, Duration::ZERO),
        };
        let lock_wait = lock_wait.as_secs().max(1);
        let locks = format!("lock_wait_timeout = {lock_wait}, innodb_lock_wait_timeout = {lock_wait}");
        let common = format!(
            "SET NAMES utf8mb4, sql_mode = @@global.sql_mode, time_zone = '+00:00', lc_messages = 'en_US', {locks}"
        );
        match self.flavor {
            Flavor::MariaDb => format!("{common}, max_statement_time = {}", limit.as_secs_f64()),
            Flavor::MySql => {
                format!("{common}, max_execution_time = {}, information_schema_stats_expiry = 0", limit.as_millis())
            }
        }
    }

    /// The settings that decide what can be read; one row, columns as [`super::caps::Caps::of`] expects them.
    pub fn settings(self) -> String {
        let identity = match self.flavor {
            Flavor::MariaDb => "CONCAT(@@hostname, '|', @@datadir, '|', @@pid_file, '|', @@port)",
            Flavor::MySql => "@@server_uuid",
        };
        let literal_grants = if self.has_partial_revokes() { "@@global.partial_revokes" } else { "0" };
        format!(
            "SELECT @@performance_schema, @@hostname, @@port, @@datadir, @@max_connections, @@log_bin, \
             @@global.read_only, CURRENT_USER(), {identity}, {literal_grants}"
        )
    }

    /// Whether the account's rights may have holes, and names in grants are then no patterns.
    fn has_partial_revokes(self) -> bool {
        self.flavor == Flavor::MySql && self.version >= Version(8, 0, 16)
    }

    /// The settings that only one of the families has: per-user statistics, and refusing writes of administrators too.
    pub fn own_variables(self) -> [&'static str; 2] {
        match self.flavor {
            Flavor::MariaDb => ["@@global.userstat", "NULL"],
            Flavor::MySql => ["NULL", "@@global.super_read_only"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_numbers() {
        let check = |text, expected| assert_eq!(Version::parse(text), expected, "{text}");
        check("10.11.19-MariaDB-0+deb12u1", Version(10, 11, 19));
        check("9.7.4-2", Version(9, 7, 4));
        check("8.0.36-28.1", Version(8, 0, 36));
        check("26.1", Version(26, 1, 0));
        check("", Version(0, 0, 0));
        assert!(Version(9, 7, 4) < Version(26, 1, 0));
    }
}
