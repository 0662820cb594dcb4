//! Who uses which table, so that a change of its definition would wait for them.
//!
//! Any statement, and a transaction to its end, keeps a table's definition as it is. One of the servers always tells who
//! does; the other one when a plugin is installed. Locks that are only asked for are left out.

use crate::server::Link;
use crate::server::caps::TableLocks;
use crate::server::error::{Known, ServerError, Unavailable, known};
use crate::units::ThreadId;

/// A connection that uses a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableUser {
    /// The table.
    pub table: String,
    /// The connection.
    pub thread: ThreadId,
}

/// Reads who uses the tables of a schema, this connection left out.
///
/// # Errors
/// As [`Link::rows`]; unavailable without the right or without the plugin.
pub async fn read(link: &mut Link, schema: &str) -> Result<Known<Vec<TableUser>>, ServerError> {
    let source = link.caps.table_locks;
    let answer = link.rows(statement(source, schema)).await;
    let own = link.id;
    let user = |row: &crate::server::row::Row| {
        Some(TableUser { table: row.verbatim(0)?, thread: ThreadId(row.u64(1)?) }).filter(|user| user.thread != own)
    };
    match answer {
        Err(ServerError::Sql { code: UNKNOWN_TABLE, .. }) => Ok(Err(Unavailable::setting(
            "the server does not tell who uses which table",
            "INSTALL SONAME 'metadata_lock_info';",
        ))),
        answer => known(answer.map(|rows| rows.iter().filter_map(user).collect()), || {
            let remedy = link.caps.grant("SELECT", "performance_schema.*");
            Unavailable::permission("the account may not see who uses which table", remedy)
        }),
    }
}

const UNKNOWN_TABLE: u16 = 1109;

fn statement(source: TableLocks, schema: &str) -> String {
    let schema = crate::server::sql::literal(schema);
    match source {
        TableLocks::PerformanceSchema => format!(
            "SELECT DISTINCT held.OBJECT_NAME, thread.PROCESSLIST_ID FROM performance_schema.metadata_locks AS held \
             JOIN performance_schema.threads AS thread ON thread.THREAD_ID = held.OWNER_THREAD_ID \
             WHERE held.OBJECT_TYPE = 'TABLE' AND held.LOCK_STATUS = 'GRANTED' AND held.OBJECT_SCHEMA = {schema}"
        ),
        TableLocks::Plugin => format!(
            "SELECT DISTINCT TABLE_NAME, THREAD_ID FROM information_schema.METADATA_LOCK_INFO \
             WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME <> ''"
        ),
    }
}
