//! How long rows are kept: one policy says it of one table.

use std::time::Duration;

use crate::units::DatabaseName;

/// How long the rows of a table are kept, or those of them that fit a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name, unique.
    pub name: String,
    /// The configured database.
    pub database: DatabaseName,
    /// The table.
    pub table: String,
    /// The column of time that a row's age is counted from.
    pub time: String,
    /// How old a row becomes.
    pub keep: Duration,
    /// What else must be true of a row that is removed, in SQL.
    pub condition: Option<String>,
    /// Tables whose rows belong to rows of this one, and go before them.
    pub children: Vec<Child>,
    /// Whether rows are archived before they are removed.
    pub archive: bool,
    /// How long one transaction should take; `None` is the worker's.
    pub batch_target: Option<Duration>,
    /// The column with the path of a file that belongs to a row.
    pub files: Option<String>,
}

/// A table whose rows belong to another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// The table.
    pub table: String,
    /// Its column that says whom a row belongs to.
    pub column: String,
    /// The column of the policy's table that it refers to.
    pub parent: String,
    /// The column with the path of a file that belongs to a row.
    pub files: Option<String>,
}
