//! Why the record in the database cannot be used, and what would change that.

use crate::op::record::RecordError;
use crate::server::caps::Caps;
use crate::server::{ServerError, Unavailable, sql};
use crate::units::DatabaseName;

use super::local::FileError;

/// The tables, and what has to be allowed on them.
pub const TABLES: [&str; 2] = ["dbdeck_jobs", "dbdeck_job_steps"];
/// What keeping the record needs, on each table.
pub const RIGHTS: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/// Why the database cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It has no tables for the record, and nobody has said yet that it may get them.
    Missing,
    /// The account may not.
    Forbidden(Unavailable),
    /// It cannot be reached, or refuses for a reason of its own.
    Down(String),
    /// The job is not in the tables (any more): a table was emptied, or an older state of it restored.
    Forgotten,
}

impl Trouble {
    /// What a failed statement means.
    pub fn of(error: &ServerError, caps: Option<&Caps>, schema: &str) -> Self {
        match (error, caps) {
            (ServerError::Sql { code: NO_SUCH_TABLE, .. }, _) => Self::Missing,
            (error, Some(caps)) if error.is_denied() => Self::Forbidden(forbidden(caps, schema)),
            (error, _) => Self::Down(error.to_string()),
        }
    }

    /// All of it, about the database of that name.
    pub fn sentence(&self, database: &DatabaseName) -> String {
        match self {
            Self::Missing => format!(
                "{database} has no tables for the record yet ({}); they are created, once you have agreed, before the \
                 first action, or by hand from schema/dbdeck_ledger.sql",
                TABLES.join(", ")
            ),
            Self::Forbidden(lack) => {
                format!("{database} cannot be written: {} ({})", lack.reason, lack.remedy.replace('\n', " "))
            }
            Self::Down(reason) => format!("{database} cannot be used: {reason}"),
            Self::Forgotten => format!("{database} does not have the job any more"),
        }
    }
}

const NO_SUCH_TABLE: u16 = 1146;

impl From<FileError> for RecordError {
    fn from(error: FileError) -> Self {
        Self(error.0)
    }
}

/// What the account lacks, with the grants that give it.
pub fn forbidden(caps: &Caps, schema: &str) -> Unavailable {
    let rights = format!("{}, CREATE", RIGHTS.join(", "));
    let grants = TABLES.map(|table| caps.grant(&rights, &format!("{}.{}", sql::ident(schema), sql::ident(table))));
    Unavailable::permission(format!("{} may not keep the record in {schema}", caps.account), grants.join("\n"))
}
